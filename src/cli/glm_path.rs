//! `thalweg glm --path` and `--cv`: regularisation paths and cross-validation.

use super::answer::Answer;
use super::error::CliError;
use super::glm::GlmCommand;
use super::glm_args::{Link, Loss, Penalty};
use super::glm_data::GlmFile;
use super::glm_model::Model;
use super::output::{Output, number, short};
use super::output_file::OutputFile;
use super::path_figure::{error_figure, profile_figure};
use super::progress::Progress;
use super::result::{self, JsonAnswer};
use super::run_args::{RunFiles, TraceLabels, Written};
use super::{Given, names, values};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::io::Write;
use thalweg::datafit::Datafit;
use thalweg::glm::path::{
    CrossValidated, Following, GlmPath, Grid, Held, Path, PathCertificate, PathOptions, PathPoint, Validated,
    assign_folds, cross_validate_in, solve_in,
};
use thalweg::glm::{Design, GlmPoint, WorkingSet};
use thalweg::prox::{
    ConvexPenalty, ElasticNet, L1, Mcp, NonnegativeL1, Restricted, Scad, SeparablePenalty, SquareRoot, Weighted,
};
use thalweg::run::Trace;
use thalweg::{ProblemError, Session, Solution, sets};

/// Options of paths and cross-validation.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct PathArgs {
    /// Solve for N strengths from lambda_max down, with warm starts [N by default: 100].
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "100", help_heading = "Path")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) path: Option<u64>,
    /// The last strength over lambda_max [default: 0.01 if rows < columns, else 0.0001].
    #[arg(long, value_name = "R", help_heading = "Path")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    pub(super) path_ratio: Option<f64>,
    /// These strengths instead, descending.
    #[arg(long, value_name = "L1,L2,...", value_delimiter = ',', help_heading = "Path")]
    #[arg(value_parser = values::nonnegative, conflicts_with_all = ["path", "path_ratio"], allow_negative_numbers = true)]
    pub(super) lambdas: Vec<f64>,
    /// End the path when more coefficients (groups, rows) are active.
    #[arg(long, value_name = "N", help_heading = "Path")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) max_features: Option<u64>,
    /// Go to the end of the grid, even if nearly all deviance is explained.
    #[arg(long, help_heading = "Path")]
    pub(super) full_path: bool,
    /// Choose the strength by cross-validation with K folds.
    #[arg(long, value_name = "K", help_heading = "Path")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) cv: Option<u64>,
    /// Which strength of a cross-validation becomes the solution.
    #[arg(long, value_enum, default_value_t, help_heading = "Path")]
    pub(super) choose: Choose,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choose {
    /// The smallest mean error
    #[default]
    Min,
    /// The largest strength within one standard error of it
    #[value(name = "1se")]
    OneSe,
}

impl PathArgs {
    /// Whether a path is asked for.
    pub(super) fn wanted(&self) -> bool {
        self.path.is_some() || !self.lambdas.is_empty() || self.cv.is_some() || self.path_ratio.is_some()
    }

    /// Refuses what belongs to paths.
    pub(super) fn only_with_path(&self) -> Result<(), CliError> {
        let given = [
            (self.max_features.is_some(), "--max-features goes with --path, --lambdas or --cv"),
            (self.full_path, "--full-path goes with --path, --lambdas or --cv"),
            (self.choose != Choose::Min, "--choose goes with --cv"),
        ];
        given.iter().find(|g| g.0).map_or(Ok(()), |g| Err(CliError::usage(g.1)))
    }

    pub(super) fn grid(&self) -> Grid {
        if !self.lambdas.is_empty() {
            return Grid::Explicit(self.lambdas.clone());
        }
        Grid::Log { count: count(self.path.unwrap_or(100)), ratio: self.path_ratio }
    }

    /// How the path is followed with a method for one strength.
    pub(super) fn following<M>(&self, method: M, tolerance: f64) -> Following<M> {
        let most_active = self.max_features.map(count);
        let following = Following { method, tolerance, enough_deviance: 0.999, least_change: 1e-5, most_active };
        if self.full_path || !self.lambdas.is_empty() { following.to_the_end() } else { following }
    }
}

fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A path, with the errors of its folds if it was cross-validated.
pub(super) struct Followed {
    pub(super) solution: Solution<Path, PathCertificate>,
    pub(super) validated: Option<Validated>,
}

impl Followed {
    pub(super) fn of_validated(solution: Solution<Validated, PathCertificate>) -> Self {
        let Solution {
            point,
            objective,
            status,
            reason,
            certificate,
            tolerance,
            iterations,
            counts,
            seconds,
            warnings,
        } = solution;
        let path = point.path.clone();
        Self {
            solution: Solution {
                point: path,
                objective,
                status,
                reason,
                certificate,
                tolerance,
                iterations,
                counts,
                seconds,
                warnings,
            },
            validated: Some(point),
        }
    }
}

/// What a path is the path of.
pub(super) struct Subject<'a> {
    pub(super) data: &'a GlmFile,
    pub(super) design: &'a Design,
    pub(super) targets: usize,
    /// The labels of the classes, if the targets are classes.
    pub(super) classes: Option<&'a [f64]>,
    pub(super) lambda_max: Option<f64>,
    /// The problem in JSON, without a strength.
    pub(super) problem: Value,
    /// The header, with these words on the strength.
    pub(super) header: &'a (dyn Fn(&str) -> Output + Sync),
}

/// A path with its surroundings.
pub(super) struct PathRun<'a> {
    pub(super) command: &'a GlmCommand,
    pub(super) given: &'a Given,
    pub(super) subject: Subject<'a>,
}

impl PathRun<'_> {
    /// Refuses options that mean nothing for a path.
    fn check(&self) -> Result<(), CliError> {
        let model = &self.command.model;
        if model.lambda.is_some() || model.alpha.is_some() || model.lambda_ratio.is_some() {
            return Err(CliError::usage(
                "--lambda, --alpha and --lambda-ratio set one strength: a path takes --path-ratio or --lambdas",
            ));
        }
        if self.command.run.start.is_some() {
            return Err(CliError::usage("--start does not go with a path, which begins at lambda_max"));
        }
        if self.command.path.cv.is_none() {
            if self.command.model_out.is_some() {
                return Err(CliError::usage("--model-out needs one model: choose it with --cv, or give one --lambda"));
            }
            if self.command.path.choose != Choose::Min {
                return Err(CliError::usage("--choose goes with --cv"));
            }
        }
        Ok(())
    }

    /// Follows the path and writes everything.
    pub(super) fn run(
        &self,
        mut files: RunFiles,
        follow: impl FnOnce(Option<&mut Trace>) -> Result<Followed, CliError> + Send,
    ) -> Result<u8, CliError> {
        self.check()?;
        let model_file = self.command.model_out.as_deref().map(OutputFile::check).transpose()?;
        let plot = files.take_plot();
        let mut trace = files.wants_trace().then(Trace::default);
        let (followed, threads) = self.command.run.in_pool(|| follow(trace.as_mut()))?;
        let followed = followed?;
        let points = &followed.solution.point.points;
        let answers: Vec<Vec<Answer>> =
            points.iter().map(|p| answers(p, self.subject.design, self.subject.targets, self.subject.data)).collect();
        let chosen = followed.validated.as_ref().and_then(Validated::choices).map(|(best, simplest)| {
            match self.command.path.choose {
                Choose::Min => best,
                Choose::OneSe => simplest,
            }
        });

        let mut written = Written::default();
        if let Some(trace) = &trace {
            files.write_trace(trace, &self.labels(), &mut written);
        }
        if let Some(file) = &files.solution {
            self.write_solution(file, &followed, &answers, chosen, &mut written);
        }
        if let (Some(file), Some(k)) = (&model_file, chosen) {
            let (loss, labels) = (self.command.model.loss, &self.subject.data.contents.labels);
            let mut problem = self.subject.problem.clone();
            if let Some(fields) = problem.as_object_mut() {
                fields.insert(names::LAMBDA.to_owned(), number(points[k].lambda));
            }
            let (status, objective) = (points[k].status, points[k].objective);
            let model = match self.subject.classes {
                Some(classes) => Model::several(&problem, loss, classes, &answers[k], status, objective),
                None => Model::new(&problem, loss, labels, &answers[k][0], status, objective),
            };
            written.add(file, |out| model.write(out));
        }
        if let Some(file) = &plot {
            let caption = format!("thalweg {}", self.given.typed.join(" "));
            let title = self.subject.data.name.clone();
            let svg = match &followed.validated {
                Some(v) => error_figure(v, self.command.model.loss.name(), title, caption),
                None => profile_figure(points, &answers, title, caption),
            };
            match svg {
                Ok(svg) => written.add(file, |out| out.write_all(svg.as_bytes())),
                Err(error) => written.failed(error),
            }
        }
        self.report(&followed, &answers, chosen, threads, &written)?;
        match written.failure {
            None => Ok(followed.solution.status.exit_code()),
            Some(_) if self.command.run.output.json => Ok(2),
            Some(failure) => Err(failure),
        }
    }

    /// The limits of a path.
    pub(super) fn options(&self) -> PathOptions {
        let run = &self.command.run;
        PathOptions {
            tolerance: run.tol,
            following: self.command.path.following(WorkingSet::default(), run.tol),
            max_iterations: run.max_iter,
            time_limit: run.time_limit(),
        }
    }

    /// The path of a separable penalty, with the penalty's own type, so that the coordinate steps are compiled for it.
    pub(super) fn follow(
        &self,
        factors: Option<&[f64]>,
        loss: &dyn Datafit,
        trace: Option<&mut Trace>,
    ) -> Result<Followed, CliError> {
        let model = &self.command.model;
        let n = self.subject.design.rows().max(1) as f64;
        let ratio = match model.penalty {
            Penalty::L1 => 1.0,
            Penalty::Ridge => 0.0,
            _ => model.ratio(),
        };
        match model.penalty {
            Penalty::L1 | Penalty::ElasticNet if model.lower.is_some() || model.upper.is_some() => {
                let (lower, upper) = (model.lower.unwrap_or(f64::NEG_INFINITY), model.upper.unwrap_or(f64::INFINITY));
                let interval = &sets::Box::new(lower, upper)?;
                let net = |l| Ok(Restricted::new(ElasticNet::with_ratio(l, ratio)?, interval.clone()));
                self.follow_weighted(factors, loss, trace, net)
            }
            Penalty::L1 => self.follow_weighted(factors, loss, trace, L1::new),
            Penalty::ElasticNet | Penalty::Ridge => {
                self.follow_weighted(factors, loss, trace, |l| ElasticNet::with_ratio(l, ratio))
            }
            Penalty::Nonneg => self.follow_weighted(factors, loss, trace, NonnegativeL1::new),
            Penalty::Mcp => self.follow_with(loss, trace, |l| Mcp::new(l / n, model.gamma())?.scaled(n)),
            Penalty::Scad => self.follow_with(loss, trace, |l| Scad::new(l / n, model.gamma())?.scaled(n)),
            Penalty::Sqrt => self.follow_with(loss, trace, SquareRoot::new),
            Penalty::Box => Err(CliError::usage("a box has no strength, and no path: use l1, elastic-net or nonneg")),
            Penalty::Group | Penalty::SparseGroup | Penalty::NonnegGroup => {
                Err(CliError::usage("penalties of groups have a path of their own"))
            }
        }
    }

    /// The same with a factor for each column, if there are some.
    fn follow_weighted<P: ConvexPenalty>(
        &self,
        factors: Option<&[f64]>,
        loss: &dyn Datafit,
        trace: Option<&mut Trace>,
        penalty: impl Fn(f64) -> Result<P, ProblemError> + Copy,
    ) -> Result<Followed, CliError> {
        match factors {
            None => self.follow_with(loss, trace, penalty),
            Some(w) => self.follow_with(loss, trace, |l| Weighted::new(penalty(l)?, w.to_vec())),
        }
    }

    fn follow_with<P: SeparablePenalty>(
        &self,
        loss: &dyn Datafit,
        trace: Option<&mut Trace>,
        penalty: impl Fn(f64) -> Result<P, ProblemError> + Copy,
    ) -> Result<Followed, CliError> {
        let (design, model) = (self.subject.design, &self.command.model);
        let lambdas = self.grid()?;
        let mut progress = self.progress(&lambdas);
        let path = GlmPath::new(Held::Borrowed(design), Held::Borrowed(loss), model.intercept, lambdas, penalty)?;
        let session: Session<'_> = self.command.run.session(&mut progress, trace);
        let Some(count) = self.command.path.cv else {
            let solution = solve_in(session, &path, &self.options())?;
            return Ok(Followed { solution, validated: None });
        };
        let folds = self.folds(count)?;
        let standardized = model.standardize.then_some(model.intercept);
        let problem = CrossValidated::of_glm(path, &folds, standardized, penalty)?;
        Ok(Followed::of_validated(cross_validate_in(session, &problem, &self.options())?))
    }

    /// The strengths.
    pub(super) fn grid(&self) -> Result<Vec<f64>, CliError> {
        let columns = self.subject.data.contents.features as usize;
        Ok(self.command.path.grid().values(self.subject.lambda_max, self.subject.design.rows(), columns)?)
    }

    /// The folds of the seed, stratified for classes.
    pub(super) fn folds(&self, folds: u64) -> Result<thalweg::glm::path::Folds, CliError> {
        let labels = &self.subject.data.contents.labels;
        let loss = self.command.model.loss;
        let classes = (loss.link() == Link::Sign || loss == Loss::Softmax).then_some(labels.as_slice());
        Ok(assign_folds(labels.len(), count(folds), self.command.run.seed, classes)?)
    }

    /// Progress that begins with the header.
    pub(super) fn progress(&self, lambdas: &[f64]) -> Progress {
        let (first, last) = (lambdas[0], lambdas[lambdas.len() - 1]);
        let folds = self.command.path.cv.map_or(String::new(), |k| format!(", {k} folds"));
        let words = format!(", {} strengths from {} to {}{folds}", lambdas.len(), short(first), short(last));
        let silent = self.command.run.output.json || self.command.run.output.quiet;
        let header = (!silent).then(|| (self.subject.header)(&words));
        self.command.run.progress(header, !self.command.outputs().is_empty())
    }

    fn labels(&self) -> TraceLabels {
        TraceLabels {
            class: "glm",
            solver: "path".to_owned(),
            problem: self.subject.data.name.clone(),
            command: format!("thalweg {}", self.given.typed.join(" ")),
            seed: self.command.run.seed,
            x: "iteration",
            y: "deviance_ratio",
        }
    }

    fn write_solution(
        &self,
        file: &OutputFile,
        followed: &Followed,
        answers: &[Vec<Answer>],
        chosen: Option<usize>,
        written: &mut Written,
    ) {
        let json = file.path().extension().is_some_and(|e| e == "json");
        if followed.validated.is_some() {
            // Nothing is chosen if no fold was done.
            let Some(answers) = chosen.map(|k| &answers[k]) else { return };
            written.add(file, |out| write_answers(answers, json, out));
            return;
        }
        let points = &followed.solution.point.points;
        written.add(file, |out| {
            if json {
                return writeln!(out, "{}", Value::Array(coefficients_json(points, answers)));
            }
            let several = self.subject.targets > 1;
            writeln!(out, "# lambda, {}feature, coefficient", if several { "target, " } else { "" })?;
            for (point, answers) in points.iter().zip(answers) {
                for (t, answer) in answers.iter().enumerate() {
                    let head = if several { format!("{} {}", point.lambda, t + 1) } else { point.lambda.to_string() };
                    writeln!(out, "{head} {} {}", names::INTERCEPT, answer.intercept)?;
                    answer.coefficients.iter().try_for_each(|(j, x)| writeln!(out, "{head} {j} {x}"))?;
                }
            }
            Ok(())
        });
    }

    fn report(
        &self,
        followed: &Followed,
        answers: &[Vec<Answer>],
        chosen: Option<usize>,
        threads: usize,
        written: &Written,
    ) -> Result<(), CliError> {
        let run = &self.command.run;
        let (solution, points) = (&followed.solution, &followed.solution.point.points);
        let mut out = Output::default();
        if run.output.json {
            let problem = self.subject.problem.clone();
            let size = |answers: &Vec<Answer>| answers.iter().map(Answer::len).sum::<usize>();
            let numbers = chosen.map_or_else(|| answers.iter().map(size).sum(), |k| size(&answers[k]));
            let make = || {
                chosen.map_or_else(|| Value::Array(coefficients_json(points, answers)), |k| answers_json(&answers[k]))
            };
            let json = JsonAnswer { class: "glm", numbers, make: &make };
            let solver = if followed.validated.is_some() { "cross-validation" } else { "path" };
            let mut object = result::to_json(&problem, run, solver, solution, &json, threads, written);
            if let Some(fields) = object.as_object_mut() {
                fields.insert(names::PATH.to_owned(), Value::Array(self.rows_json(followed, answers)));
                if let Some(validated) = &followed.validated {
                    fields.insert(names::CROSS_VALIDATION.to_owned(), cv_json(validated, chosen));
                }
            }
            out.line(object.to_string());
            return out.print();
        }
        if !run.output.quiet {
            self.table(&mut out, followed);
            let facts = match (&followed.validated, chosen) {
                (Some(validated), Some(k)) => choice_line(validated, points, k),
                _ => solution.reason.clone(),
            };
            let solver = if followed.validated.is_some() { "cross-validation" } else { "path" };
            result::lines(&mut out, solution, solver, &facts, written);
        }
        if run.prints_solution() {
            let mut bytes = Vec::new();
            let printed = match chosen {
                Some(k) => write_answers(&answers[k], false, &mut bytes),
                None => points.iter().zip(answers).try_for_each(|(point, answers)| {
                    writeln!(bytes, "# lambda {}", point.lambda)?;
                    write_answers(answers, false, &mut bytes)
                }),
            };
            if printed.is_ok() {
                out.line(String::from_utf8_lossy(&bytes).trim_end());
            }
        }
        out.print()
    }

    fn table(&self, out: &mut Output, followed: &Followed) {
        let points = &followed.solution.point.points;
        let choices = followed.validated.as_ref().and_then(Validated::choices);
        let errors = if followed.validated.is_some() { "            error    std error" } else { "" };
        out.line(format!("   #      lambda    ratio  support  deviance       gap  status{errors}"));
        let top = self.subject.lambda_max.unwrap_or(points.first().map_or(1.0, |p| p.lambda));
        for (k, point) in points.iter().enumerate() {
            let mut line = format!(
                "{:>4} {:>11.5e} {:>8.6} {:>8} {:>9.6} {:>9.2e}  {:<10}",
                k + 1,
                point.lambda,
                if top > 0.0 { point.lambda / top } else { 0.0 },
                point.active,
                point.deviance_ratio,
                point.relative,
                point.status,
            );
            if let Some(validated) = followed.validated.as_ref().filter(|v| k < v.len()) {
                let (mean, se) = validated.error(k);
                let mark = match choices {
                    Some((best, simplest)) if best == k && simplest == k => " min, 1se",
                    Some((best, _)) if best == k => " min",
                    Some((_, simplest)) if simplest == k => " 1se",
                    _ => "",
                };
                line.push_str(&format!(" {mean:>12.6e} {se:>12.6e}{mark}"));
            }
            out.line(line.trim_end());
        }
    }

    fn rows_json(&self, followed: &Followed, answers: &[Vec<Answer>]) -> Vec<Value> {
        let points = &followed.solution.point.points;
        let row = |(k, (point, answers)): (usize, (&PathPoint, &Vec<Answer>))| {
            let mut row = Map::new();
            let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
            put(names::LAMBDA, number(point.lambda));
            put(names::SUPPORT, point.coefficients.len().into());
            put(names::ACTIVE, point.active.into());
            put(names::INTERCEPT, one_or_list(answers.iter().map(|a| number(a.intercept)).collect()));
            put(names::OBJECTIVE, number(point.objective));
            put(names::DEVIANCE_RATIO, number(point.deviance_ratio));
            put("duality_gap", number(point.duality_gap));
            put("relative_gap", number(point.relative));
            put(names::STATUS, point.status.name().into());
            if let Some(validated) = followed.validated.as_ref().filter(|v| k < v.len()) {
                let (mean, se) = validated.error(k);
                put(names::ERROR_MEAN, number(mean));
                put(names::ERROR_SE, number(se));
            }
            Value::Object(row)
        };
        points.iter().zip(answers).enumerate().map(row).collect()
    }
}

fn cv_json(validated: &Validated, chosen: Option<usize>) -> Value {
    let points = &validated.path.points;
    let lambda = |k: Option<usize>| k.map_or(Value::Null, |k| number(points[k].lambda));
    let choices = validated.choices();
    json!({
        names::FOLDS: validated.weights.len(),
        names::LAMBDA_MIN: lambda(choices.map(|c| c.0)),
        names::LAMBDA_1SE: lambda(choices.map(|c| c.1)),
        names::CHOSEN: chosen,
        names::FOLD_ERRORS: validated.errors.iter()
            .map(|fold| fold.iter().map(|&e| number(e)).collect::<Vec<_>>()).collect::<Vec<_>>(),
    })
}

fn choice_line(validated: &Validated, points: &[PathPoint], chosen: usize) -> String {
    let describe = |k: usize| {
        let (mean, se) = validated.error(k);
        format!(
            "lambda {} (mean deviance {} +- {}, support {})",
            short(points[k].lambda),
            short(mean),
            short(se),
            points[k].active
        )
    };
    match validated.choices() {
        Some((best, simplest)) => {
            let name = if chosen == best { "min" } else { "1se" };
            format!("min: {}\n1se: {}\nchosen: {name}, refitted on all rows", describe(best), describe(simplest))
        }
        None => String::new(),
    }
}

fn coefficients_json(points: &[PathPoint], answers: &[Vec<Answer>]) -> Vec<Value> {
    let one = |(point, answers): (&PathPoint, &Vec<Answer>)| {
        let mut object = answers_json(answers);
        if let Some(fields) = object.as_object_mut() {
            fields.insert(names::LAMBDA.to_owned(), number(point.lambda));
        }
        object
    };
    points.iter().zip(answers).map(one).collect()
}

/// The one value, or all of them.
fn one_or_list(mut values: Vec<Value>) -> Value {
    if values.len() == 1 { values.remove(0) } else { Value::Array(values) }
}

/// The answer of one target, or those of several under `targets`.
pub(super) fn answers_json(answers: &[Answer]) -> Value {
    match answers {
        [answer] => answer.to_json(),
        several => json!({ names::TARGETS: several.iter().map(Answer::to_json).collect::<Vec<_>>() }),
    }
}

/// The same in a file; in text, several targets follow each other after lines `# target t`.
pub(super) fn write_answers(answers: &[Answer], json: bool, out: &mut dyn Write) -> std::io::Result<()> {
    if json {
        return writeln!(out, "{}", answers_json(answers));
    }
    answers.iter().enumerate().try_for_each(|(t, answer)| {
        if answers.len() > 1 {
            writeln!(out, "# target {}", t + 1)?;
        }
        answer.write_text(out)
    })
}

/// A point for the raw data, target by target.
pub(super) fn answers(point: &PathPoint, design: &Design, targets: usize, data: &GlmFile) -> Vec<Answer> {
    let p = design.columns();
    let mut x = vec![0.0; p * targets];
    point.coefficients.iter().for_each(|&(k, value)| x[k] = value);
    let one = |(t, &intercept): (usize, &f64)| {
        let x = &x[t * p..(t + 1) * p];
        let (coefficients, intercept) = match design.scaling() {
            None => (x.to_vec(), intercept),
            Some(scaling) => scaling.to_original(x, intercept),
        };
        Answer::new(&GlmPoint { coefficients, intercept }, &data.contents)
    };
    point.intercepts.iter().enumerate().map(one).collect()
}
