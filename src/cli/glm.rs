//! `thalweg glm`: generalised linear models from LIBSVM files.

use super::answer::Answer;
use super::error::CliError;
use super::glm_args::{GlmModelArgs, Loss, Penalty, problem};
use super::glm_blocks::BlockArgs;
use super::glm_data::{self, AnyPenalty, GlmFile, Strength};
use super::glm_model::Model;
use super::glm_path::{PathRun, Subject};
use super::glm_predict::PredictCommand;
use super::glm_propagate::PropagateCommand;
use super::glm_report::{Header, report};
use super::glm_svm;
use super::output_file::{OutputFile, check_distinct};
use super::path_args::PathArgs;
use super::run_args::{RunArgs, RunFiles, TraceLabels, Written};
use super::{Given, glm_groups, names};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use thalweg::datafit::Datafit;
use thalweg::glm::{
    CoordinateDescent, DualCoordinateDescent, Glm, GlmBlocks, GlmSolution, LinearSvm, Options, Solver, WorkingSet,
    solve_in,
};
use thalweg::run::{Limits, Trace};

/// lambda / lambda_max if no strength is given.
pub(super) const DEFAULT_RATIO: f64 = 0.1;

/// Sparse regression and classification with a certified duality gap.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXAMPLES)]
pub(super) struct GlmCommand {
    #[command(subcommand)]
    verb: Option<GlmVerb>,
    /// Data in LIBSVM format, gzipped or not; - is standard input.
    #[arg(required = true)]
    file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) model: GlmModelArgs,
    #[command(flatten)]
    pub(super) path: PathArgs,
    /// How to solve.
    #[arg(long, value_enum, default_value_t, help_heading = "Run")]
    pub(super) solver: SolverName,
    /// Options of a paper instead of ours: working sets without screening and polish.
    #[arg(long, value_enum, help_heading = "Run")]
    pub(super) preset: Option<Preset>,
    /// Write the fitted model, for `thalweg glm predict`.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) model_out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) blocks: BlockArgs,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

#[derive(Subcommand, Debug)]
enum GlmVerb {
    Predict(PredictCommand),
    Propagate(Box<PropagateCommand>),
}

const EXAMPLES: &str = concat!(
    problem!(),
    "\
The preset `paper` is Bertrand et al. (2022). A file with the name `predict` is written ./predict.

Examples:
  thalweg glm data/diabetes.svm --intercept --standardize --plot gap.svg
  thalweg glm data/wdbc.svm --loss logistic --intercept --standardize --model-out wdbc.json
  thalweg glm predict wdbc.json data/wdbc.svm
  thalweg glm data/iris.svm --loss softmax --penalty elastic-net --l1-ratio 0 --lambda 1 --intercept
  thalweg glm data/diabetes.svm --penalty elastic-net --l1-ratio 0.9 --alpha 0.5 --solution x.txt
  thalweg glm data/diabetes.svm --penalty box --lower 0 --upper 1 --json
  thalweg glm data/diabetes.svm --intercept --standardize --path --plot profiles.svg
  thalweg glm data/wdbc.svm --loss logistic --intercept --standardize --penalty group --groups size:3 --path 20
  thalweg glm data/digits.svm --loss softmax --penalty group --intercept --lambda-ratio 0.2 --model-out digits.json
  thalweg glm data/wdbc.svm --loss logistic --intercept --standardize --cv 10 --model-out wdbc.json
  gzip -c data/digits.svm | thalweg glm - --lambda 100 --trace steps.csv"
);

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SolverName {
    /// working-set
    #[default]
    Auto,
    /// Coordinate descent on working sets, with screening and extrapolation
    WorkingSet,
    /// Plain cyclic coordinate descent
    CoordinateDescent,
    /// Block coordinate descent: see the options of Blocks
    Bcd,
    /// Dual coordinate descent for hinge losses with --penalty ridge
    Dual,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preset {
    Paper,
}

/// A model ready to be solved: data, loss, penalty and what the options came out as.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) data: GlmFile,
    pub(super) strength: Strength,
    pub(super) penalty: AnyPenalty,
    pub(super) weights: Option<Vec<f64>>,
    /// A factor on the penalty for each column.
    pub(super) factors: Option<Vec<f64>>,
}

impl GlmModelArgs {
    /// Reads the data and settles the strength; the loss comes beside, since the model borrows it.
    pub(super) fn prepare(&self, file: &Path) -> Result<(Prepared, Box<dyn Datafit>), CliError> {
        self.check()?;
        let mut data = GlmFile::read(file, self.features, self.zero_based)?;
        let weights = self.weights.as_deref().map(|w| glm_data::read_weights(w, data.rows())).transpose()?;
        let loss = glm_data::loss(&data, self, weights.as_ref())?;
        if self.standardize {
            data.contents.design = data.contents.design.standardized(self.intercept, weights.as_deref())?;
        }
        let factors = self.penalty_weights.as_deref().map(|w| glm_data::read_penalty_weights(w, &data.contents));
        let factors = factors.transpose()?;
        let strength = glm_data::strength(self, &data.contents, loss.as_ref(), factors.as_deref())?;
        let penalty = self.penalty(strength.lambda.unwrap_or(0.0), data.rows(), factors.as_deref())?;
        Ok((Prepared { data, strength, penalty, weights, factors }, loss))
    }
}

impl GlmCommand {
    pub(super) fn run(mut self, given: &Given) -> Result<u8, CliError> {
        self.model.groups_are_blocks = self.blocks.of_groups();
        match self.verb {
            Some(GlmVerb::Predict(predict)) => return predict.run(),
            Some(GlmVerb::Propagate(propagate)) => return propagate.run(),
            None => {}
        }
        let Some(file) = &self.file else { return Err(CliError::usage("no data file given")) };
        if self.model.loss == Loss::Softmax && !self.has_sparse_classes() {
            return self.run_softmax(file, given);
        }
        if self.solver != SolverName::Bcd {
            self.blocks.only_with_blocks()?;
        }
        if self.preset.is_some()
            && (self.is_dual() || matches!(self.solver, SolverName::CoordinateDescent | SolverName::Bcd))
        {
            return Err(CliError::usage("--preset paper goes with --solver working-set only"));
        }
        let files = self.run.prepare()?;
        let several = self.model.targets.is_some() || self.model.loss == Loss::Softmax;
        if self.model.penalty.is_grouped() || several {
            self.check_files(file)?;
            return glm_groups::run(&self, given, file, files);
        }
        if self.path.wanted() && self.is_dual() {
            return Err(CliError::usage("--solver dual solves one problem: not with --path or --lambdas"));
        }
        if self.path.wanted() {
            return self.follow_path(file, given, files);
        }
        self.path.only_with_path()?;
        let model_file = self.model_out.as_deref().map(OutputFile::check).transpose()?;
        self.check_files(file)?;
        if self.is_dual() {
            return self.run_dual(file, given, &files, model_file.as_ref());
        }
        let (prepared, loss) = self.model.prepare(file)?;
        let options = Options {
            tolerance: self.run.tol,
            solver: self.solver(&prepared, loss.as_ref())?,
            max_iterations: self.run.max_iter,
            time_limit: self.run.time_limit(),
            start: self.start(&prepared)?,
        };
        let header = Header { prepared: &prepared, args: &self.model, given };

        let mut trace = files.wants_trace().then(Trace::default);
        let (solved, threads) = self.run.in_pool(|| solve(&self, &header, loss.as_ref(), &options, trace.as_mut()))?;
        self.finish(&header, &solved?, threads, trace.as_ref(), &files, model_file.as_ref())
    }

    /// Whether the dual of a support vector machine is solved.
    fn is_dual(&self) -> bool {
        self.solver == SolverName::Dual || (self.solver == SolverName::Auto && self.model.loss == Loss::Hinge)
    }

    fn run_dual(
        &self,
        file: &Path,
        given: &Given,
        files: &RunFiles,
        model_file: Option<&OutputFile>,
    ) -> Result<u8, CliError> {
        if self.run.start.is_some() {
            return Err(CliError::usage("--start: the dual method starts from 0"));
        }
        let prepared = glm_svm::prepare(&self.model, file)?;
        let header = Header { prepared: &prepared, args: &self.model, given };
        let method = DualCoordinateDescent { tolerance: self.run.tol, seed: self.run.seed, ..Default::default() };
        let limits = Limits { max_iterations: self.run.max_iter, time_limit: self.run.time_limit() };
        let mut trace = files.wants_trace().then(Trace::default);
        let (solved, threads) = self.run.in_pool(|| {
            let silent = self.run.output.json || self.run.output.quiet;
            let mut progress = self.run.progress((!silent).then(|| header.text()), !self.outputs().is_empty());
            let session = self.run.session(&mut progress, trace.as_mut());
            glm_svm::solve(&self.model, &prepared, session, limits, &method)
        })?;
        self.finish(&header, &solved?, threads, trace.as_ref(), files, model_file)
    }

    /// Writes the files and reports.
    fn finish(
        &self,
        header: &Header<'_>,
        solution: &GlmSolution,
        threads: usize,
        trace: Option<&Trace>,
        files: &RunFiles,
        model_file: Option<&OutputFile>,
    ) -> Result<u8, CliError> {
        let (prepared, given) = (header.prepared, header.given);
        let point = match prepared.data.contents.design.scaling() {
            None => solution.point.clone(),
            Some(scaling) => {
                let (coefficients, intercept) =
                    scaling.to_original(&solution.point.coefficients, solution.point.intercept);
                thalweg::glm::GlmPoint { coefficients, intercept }
            }
        };
        let answer = Answer::new(&point, &prepared.data.contents);
        let mut written = Written::default();
        if let Some(trace) = trace {
            files.write_trace(trace, &self.labels(prepared, given), &mut written);
        }
        if let Some(file) = &files.solution {
            let json = file.path().extension().is_some_and(|e| e == "json");
            written.add(file, |out| if json { writeln!(out, "{}", answer.to_json()) } else { answer.write_text(out) });
        }
        if let Some(file) = model_file {
            let (problem, labels) = (problem_json(&self.model, prepared), &prepared.data.contents.labels);
            let model = Model::new(&problem, self.model.loss, labels, &answer, solution.status, solution.objective);
            written.add(file, |out| model.write(out));
        }
        report(header, &self.run, self.solver_name(), solution, &answer, threads, &written)?;
        match written.failure {
            None => Ok(solution.status.exit_code()),
            // The object holds the failure already.
            Some(_) if self.run.output.json => Ok(2),
            Some(failure) => Err(failure),
        }
    }

    /// Softmax regression with a penalty that block coordinate descent does not know.
    fn has_sparse_classes(&self) -> bool {
        let model = &self.model;
        let none = model.lambda == Some(0.0) || model.alpha == Some(0.0);
        let l1 = model.penalty == Penalty::L1 && !none && self.solver != SolverName::Bcd;
        model.loss == Loss::Softmax && (model.penalty.is_grouped() || l1)
    }

    /// For what has one method only.
    pub(super) fn only_working_sets(&self, what: &str) -> Result<(), CliError> {
        if matches!(self.solver, SolverName::Auto | SolverName::WorkingSet) && self.preset.is_none() {
            return Ok(());
        }
        Err(CliError::usage(format!("{what} by working sets: leave --solver and --preset out")))
    }

    fn follow_path(&self, file: &Path, given: &Given, files: RunFiles) -> Result<u8, CliError> {
        self.only_working_sets("a path is followed")?;
        self.check_files(file)?;
        // The path has its own strengths; ridge regression has no lambda_max to take a share of.
        let mut model = self.model.clone();
        if model.penalty != Penalty::Box {
            model.lambda = model.lambda.or(Some(0.0));
        }
        let (prepared, loss) = model.prepare(file)?;
        let header = Header { prepared: &prepared, args: &self.model, given };
        let mut problem = problem_json(&self.model, &prepared);
        if let Some(fields) = problem.as_object_mut() {
            fields.remove(names::LAMBDA);
        }
        let subject = Subject {
            data: &prepared.data,
            design: &prepared.data.contents.design,
            targets: 1,
            classes: None,
            lambda_max: prepared.strength.lambda_max,
            problem,
            header: &|words| header.text_with(words),
        };
        let path = PathRun { command: self, given, subject };
        path.run(files, |trace| path.follow(prepared.factors.as_deref(), loss.as_ref(), trace))
    }

    /// The files that are written, with their options.
    pub(super) fn outputs(&self) -> Vec<(&'static str, &Path)> {
        let model = self.model_out.as_deref().map(|path| ("--model-out", path));
        self.run.outputs().into_iter().chain(model).collect()
    }

    /// Refuses to write one file twice, or over the data.
    pub(super) fn check_files(&self, data: &Path) -> Result<(), CliError> {
        let named = |name, path: &'_ Option<PathBuf>| path.clone().map(|p| (name, p));
        let optional = [
            named("the weights", &self.model.weights),
            named("the targets", &self.model.targets),
            named("the penalty weights", &self.model.penalty_weights),
            named("the options", &self.run.options),
        ];
        let mut inputs = vec![("the data", data)];
        inputs.extend(optional.iter().flatten().map(|(name, path)| (*name, path.as_path())));
        check_distinct(&self.outputs(), &inputs)?;
        let from_stdin = |path: &Option<PathBuf>| path.as_deref().is_some_and(|p| p.as_os_str() == "-");
        let files = [&self.model.weights, &self.model.penalty_weights, &self.run.start];
        let readers = files.into_iter().map(from_stdin).chain([data.as_os_str() == "-"]);
        if readers.filter(|r| *r).count() > 1 {
            return Err(CliError::usage("only one file can be standard input"));
        }
        Ok(())
    }

    fn solver(&self, prepared: &Prepared, loss: &dyn Datafit) -> Result<Solver, CliError> {
        let paper = self.preset == Some(Preset::Paper);
        Ok(match self.solver {
            SolverName::Auto | SolverName::WorkingSet if paper => {
                Solver::WorkingSet(WorkingSet { screening: false, polish: false, ..WorkingSet::default() })
            }
            SolverName::Auto | SolverName::Dual => Solver::Auto,
            SolverName::WorkingSet => Solver::WorkingSet(WorkingSet::default()),
            SolverName::CoordinateDescent => Solver::CoordinateDescent,
            SolverName::Bcd => {
                let problem = Glm::new(&prepared.data.contents.design, loss, prepared.penalty.as_dyn())?;
                let suitable = GlmBlocks::suitable_update(&problem);
                let groups = self.block_groups(&prepared.data, 1)?;
                Solver::Blocks(GlmBlocks { descent: self.blocks.descent(suitable, groups, self.run.seed)? })
            }
        })
    }

    fn solver_name(&self) -> &'static str {
        use thalweg::run::Method;
        match self.solver {
            _ if self.is_dual() => Method::<LinearSvm<'_>>::name(&DualCoordinateDescent::default()),
            SolverName::CoordinateDescent => Method::<Glm<'_>>::name(&CoordinateDescent::default()),
            SolverName::Bcd => Method::<Glm<'_>>::name(&GlmBlocks::default()),
            _ => Method::<Glm<'_>>::name(&WorkingSet::default()),
        }
    }

    /// The point of `--start`, in the model's own scale.
    fn start(&self, prepared: &Prepared) -> Result<Option<thalweg::glm::GlmPoint>, CliError> {
        let Some(path) = &self.run.start else { return Ok(None) };
        let (mut point, _) = Answer::read(path)?.point(&prepared.data.contents);
        if let Some(scaling) = prepared.data.contents.design.scaling() {
            (point.coefficients, point.intercept) = scaling.from_original(&point.coefficients, point.intercept);
        }
        Ok(Some(point))
    }

    fn labels(&self, prepared: &Prepared, given: &Given) -> TraceLabels {
        let blocks = self.solver == SolverName::Bcd;
        let gap = prepared.penalty.as_dyn().has_gap() && !blocks;
        TraceLabels {
            class: "glm",
            solver: self.solver_name().to_owned(),
            problem: prepared.data.name.clone(),
            command: format!("thalweg {}", given.typed.join(" ")),
            seed: self.run.seed,
            x: if blocks { "coordinate_updates" } else { "epochs" },
            y: if gap { "relative_gap" } else { "optimality_violation" },
        }
    }
}

/// Solves with the penalty's own type, so that the coordinate steps are compiled for it.
fn solve(
    command: &GlmCommand,
    header: &Header<'_>,
    loss: &dyn Datafit,
    options: &Options,
    trace: Option<&mut Trace>,
) -> Result<GlmSolution, CliError> {
    let (design, intercept) = (&header.prepared.data.contents.design, command.model.intercept);
    let silent = command.run.output.json || command.run.output.quiet;
    let mut progress = command.run.progress((!silent).then(|| header.text()), !command.outputs().is_empty());
    let session = command.run.session(&mut progress, trace);
    macro_rules! with {
        ($penalty:expr) => {
            solve_in(session, &Glm::new(design, loss, $penalty)?.with_intercept(intercept), options)
        };
    }
    Ok(match &header.prepared.penalty {
        AnyPenalty::L1(p) => with!(p),
        AnyPenalty::ElasticNet(p) => with!(p),
        AnyPenalty::Nonnegative(p) => with!(p),
        AnyPenalty::Box(p) => with!(p),
        AnyPenalty::Other(_) => with!(header.prepared.penalty.as_dyn()),
    }?)
}

/// Fields of the problem in JSON.
pub(super) fn problem_json(args: &GlmModelArgs, prepared: &Prepared) -> serde_json::Value {
    use super::output::number;
    let mut fields = serde_json::Map::new();
    let mut put = |name: &str, value: serde_json::Value| fields.insert(name.to_owned(), value);
    put(names::NAME, prepared.data.name.clone().into());
    put(names::ROWS, prepared.data.rows().into());
    put(names::FEATURES, prepared.data.contents.features.into());
    put(names::COLUMNS, prepared.data.contents.column_ids.len().into());
    put(names::NONZEROS, prepared.data.nonzeros.into());
    put(names::LOSS, args.loss.name().into());
    if args.loss == Loss::Huber {
        put(names::DELTA, number(args.delta.unwrap_or(glm_data::DEFAULT_DELTA)));
    }
    put(names::PENALTY, args.penalty.name().into());
    if let Some(lambda) = prepared.strength.lambda {
        put(names::LAMBDA, number(lambda));
    }
    if let Some(lambda_max) = prepared.strength.lambda_max {
        put(names::LAMBDA_MAX, number(lambda_max));
    }
    match args.penalty {
        Penalty::ElasticNet => put(names::L1_RATIO, number(args.ratio())),
        Penalty::Mcp | Penalty::Scad => put(names::GAMMA, number(args.gamma())),
        _ => None,
    };
    if args.penalty == Penalty::Box || args.lower.is_some() || args.upper.is_some() {
        put(names::LOWER, number(args.lower.unwrap_or(f64::NEG_INFINITY)));
        put(names::UPPER, number(args.upper.unwrap_or(f64::INFINITY)));
    }
    if args.penalty_weights.is_some() {
        put(names::PENALTY_WEIGHTS, true.into());
    }
    put(names::INTERCEPT, args.intercept.into());
    put(names::STANDARDIZED, args.standardize.into());
    serde_json::Value::Object(fields)
}
