//! `thalweg glm --path` and `--cv`: regularisation paths and cross-validation.

use super::answer::Answer;
use super::error::CliError;
use super::glm::{GlmCommand, Prepared, problem_json};
use super::glm_args::Loss;
use super::glm_data::AnyPenalty;
use super::glm_model::Model;
use super::glm_report::Header;
use super::output::{Output, number, short};
use super::output_file::OutputFile;
use super::path_figure::{error_figure, profile_figure};
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
use thalweg::prox::{ElasticNet, L1, NonnegativeL1, SeparablePenalty};
use thalweg::run::Trace;
use thalweg::{ProblemError, Session, Solution};

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

/// What a path needs of its surroundings.
pub(super) struct PathRun<'a> {
    pub(super) command: &'a GlmCommand,
    pub(super) prepared: &'a Prepared,
    pub(super) given: &'a Given,
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
    pub(super) fn run(&self, loss: &dyn Datafit, mut files: RunFiles) -> Result<u8, CliError> {
        self.check()?;
        let model_file = self.command.model_out.as_deref().map(OutputFile::check).transpose()?;
        let plot = files.take_plot();
        let mut trace = files.wants_trace().then(Trace::default);
        let (followed, threads) = self.command.run.in_pool(|| self.follow(loss, trace.as_mut()))?;
        let followed = followed?;
        let design = &self.prepared.data.contents.design;
        let points = &followed.solution.point.points;
        let answers: Vec<Answer> = points.iter().map(|p| self.answer(design, p)).collect();
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
            let status = points[k].status;
            let model = Model::new(
                &self.command.model,
                self.prepared,
                &answers[k],
                status,
                points[k].objective,
                Some(points[k].lambda),
            );
            written.add(file, |out| model.write(out));
        }
        if let Some(file) = &plot {
            let caption = format!("thalweg {}", self.given.typed.join(" "));
            let title = self.prepared.data.name.clone();
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

    fn options(&self) -> PathOptions {
        let run = &self.command.run;
        PathOptions {
            tolerance: run.tol,
            following: self.command.path.following(WorkingSet::default(), run.tol),
            max_iterations: run.max_iter,
            time_limit: run.time_limit(),
        }
    }

    fn follow(&self, loss: &dyn Datafit, trace: Option<&mut Trace>) -> Result<Followed, CliError> {
        let ratio = self.command.model.l1_ratio.unwrap_or(0.5);
        match &self.prepared.penalty {
            AnyPenalty::L1(_) => self.follow_with(loss, trace, L1::new),
            AnyPenalty::ElasticNet(_) => self.follow_with(loss, trace, |l| ElasticNet::with_ratio(l, ratio)),
            AnyPenalty::Nonnegative(_) => self.follow_with(loss, trace, NonnegativeL1::new),
            AnyPenalty::Box(_) => {
                Err(CliError::usage("a box has no strength, and no path: use l1, elastic-net or nonneg"))
            }
        }
    }

    /// With the penalty's own type, so that the coordinate steps are compiled for it.
    fn follow_with<P: SeparablePenalty>(
        &self,
        loss: &dyn Datafit,
        trace: Option<&mut Trace>,
        penalty: impl Fn(f64) -> Result<P, ProblemError> + Copy,
    ) -> Result<Followed, CliError> {
        let (design, model) = (&self.prepared.data.contents.design, &self.command.model);
        let lambdas = self.grid(design)?;
        let header = self.header(&lambdas);
        let path = GlmPath::new(Held::Borrowed(design), Held::Borrowed(loss), model.intercept, lambdas, penalty)?;
        let silent = self.command.run.output.json || self.command.run.output.quiet;
        let mut progress = self.command.run.progress((!silent).then_some(header), !self.command.outputs().is_empty());
        let session: Session<'_> = self.command.run.session(&mut progress, trace);
        let Some(count) = self.command.path.cv else {
            let solution = solve_in(session, &path, &self.options())?;
            return Ok(Followed { solution, validated: None });
        };
        let folds = self.folds(loss, count)?;
        let standardized = model.standardize.then_some(model.intercept);
        let problem = CrossValidated::of_glm(path, &folds, standardized, penalty)?;
        Ok(Followed::of_validated(cross_validate_in(session, &problem, &self.options())?))
    }

    /// The strengths.
    fn grid(&self, design: &Design) -> Result<Vec<f64>, CliError> {
        let columns = self.prepared.data.contents.features as usize;
        Ok(self.command.path.grid().values(self.prepared.strength.lambda_max, design.rows(), columns)?)
    }

    /// The folds of the seed, stratified for classes.
    pub(super) fn folds(&self, loss: &dyn Datafit, folds: u64) -> Result<thalweg::glm::path::Folds, CliError> {
        let labels = &self.prepared.data.contents.labels;
        let classes = (self.command.model.loss == Loss::Logistic).then_some(labels.as_slice());
        Ok(assign_folds(loss.rows(), count(folds), self.command.run.seed, classes)?)
    }

    fn header(&self, lambdas: &[f64]) -> Output {
        let header = Header { prepared: self.prepared, args: &self.command.model, given: self.given };
        let (first, last) = (lambdas[0], lambdas[lambdas.len() - 1]);
        let folds = self.command.path.cv.map_or(String::new(), |k| format!(", {k} folds"));
        header.text_with(&format!(", {} strengths from {} to {}{folds}", lambdas.len(), short(first), short(last)))
    }

    /// A point for the raw data.
    fn answer(&self, design: &Design, point: &PathPoint) -> Answer {
        let mut x = vec![0.0; design.columns()];
        point.coefficients.iter().for_each(|&(j, value)| x[j] = value);
        let intercept = point.intercepts[0];
        let (coefficients, intercept) = match design.scaling() {
            None => (x, intercept),
            Some(scaling) => scaling.to_original(&x, intercept),
        };
        Answer::new(&GlmPoint { coefficients, intercept }, &self.prepared.data.contents)
    }

    fn labels(&self) -> TraceLabels {
        TraceLabels {
            class: "glm",
            solver: "path".to_owned(),
            problem: self.prepared.data.name.clone(),
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
        answers: &[Answer],
        chosen: Option<usize>,
        written: &mut Written,
    ) {
        let json = file.path().extension().is_some_and(|e| e == "json");
        if followed.validated.is_some() {
            // Nothing is chosen if no fold was done.
            let Some(answer) = chosen.map(|k| &answers[k]) else { return };
            written.add(file, |out| if json { writeln!(out, "{}", answer.to_json()) } else { answer.write_text(out) });
            return;
        }
        let points = &followed.solution.point.points;
        written.add(file, |out| {
            if json {
                return writeln!(out, "{}", Value::Array(coefficients_json(points, answers)));
            }
            writeln!(out, "# lambda, feature, coefficient")?;
            for (point, answer) in points.iter().zip(answers) {
                writeln!(out, "{} {} {}", point.lambda, names::INTERCEPT, answer.intercept)?;
                answer.coefficients.iter().try_for_each(|(j, x)| writeln!(out, "{} {j} {x}", point.lambda))?;
            }
            Ok(())
        });
    }

    fn report(
        &self,
        followed: &Followed,
        answers: &[Answer],
        chosen: Option<usize>,
        threads: usize,
        written: &Written,
    ) -> Result<(), CliError> {
        let run = &self.command.run;
        let (solution, points) = (&followed.solution, &followed.solution.point.points);
        let mut out = Output::default();
        if run.output.json {
            let mut problem = problem_json(&self.command.model, self.prepared);
            if let Some(fields) = problem.as_object_mut() {
                fields.remove(names::LAMBDA);
            }
            let numbers = chosen.map_or_else(|| answers.iter().map(Answer::len).sum(), |k| answers[k].len());
            let make =
                || chosen.map_or_else(|| Value::Array(coefficients_json(points, answers)), |k| answers[k].to_json());
            let json = JsonAnswer { numbers, make: &make };
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
            self.table(&mut out, followed, answers);
            let facts = match (&followed.validated, chosen) {
                (Some(validated), Some(k)) => choice_line(validated, points, k),
                _ => solution.reason.clone(),
            };
            let solver = if followed.validated.is_some() { "cross-validation" } else { "path" };
            result::lines(&mut out, solution, solver, &facts, written);
        }
        if run.prints_solution() {
            let mut bytes = Vec::new();
            let text = |answer: &Answer, bytes: &mut Vec<u8>| answer.write_text(bytes);
            let printed = match chosen {
                Some(k) => text(&answers[k], &mut bytes),
                None => points.iter().zip(answers).try_for_each(|(point, answer)| {
                    writeln!(bytes, "# lambda {}", point.lambda)?;
                    text(answer, &mut bytes)
                }),
            };
            if printed.is_ok() {
                out.line(String::from_utf8_lossy(&bytes).trim_end());
            }
        }
        out.print()
    }

    fn table(&self, out: &mut Output, followed: &Followed, answers: &[Answer]) {
        let points = &followed.solution.point.points;
        let choices = followed.validated.as_ref().and_then(Validated::choices);
        let errors = if followed.validated.is_some() { "            error    std error" } else { "" };
        out.line(format!("   #      lambda    ratio  support  deviance       gap  status{errors}"));
        let top = self.prepared.strength.lambda_max.unwrap_or(points.first().map_or(1.0, |p| p.lambda));
        for (k, (point, answer)) in points.iter().zip(answers).enumerate() {
            let mut line = format!(
                "{:>4} {:>11.5e} {:>8.6} {:>8} {:>9.6} {:>9.2e}  {:<10}",
                k + 1,
                point.lambda,
                if top > 0.0 { point.lambda / top } else { 0.0 },
                answer.coefficients.len(),
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

    fn rows_json(&self, followed: &Followed, answers: &[Answer]) -> Vec<Value> {
        let points = &followed.solution.point.points;
        let row = |(k, (point, answer)): (usize, (&PathPoint, &Answer))| {
            let mut row = Map::new();
            let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
            put(names::LAMBDA, number(point.lambda));
            put(names::SUPPORT, answer.coefficients.len().into());
            put(names::INTERCEPT, number(answer.intercept));
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

fn coefficients_json(points: &[PathPoint], answers: &[Answer]) -> Vec<Value> {
    let one = |(point, answer): (&PathPoint, &Answer)| {
        let mut object = answer.to_json();
        if let Some(fields) = object.as_object_mut() {
            fields.insert(names::LAMBDA.to_owned(), number(point.lambda));
        }
        object
    };
    points.iter().zip(answers).map(one).collect()
}
