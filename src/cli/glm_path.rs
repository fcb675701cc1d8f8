//! `thalweg glm --path` and `--cv`: regularisation paths and cross-validation.

use super::answer::Answer;
use super::error::CliError;
use super::glm::GlmCommand;
use super::glm_args::{Link, Loss, Penalty};
use super::glm_data::GlmFile;
use super::glm_model::Model;
use super::output::{Output, number, short};
use super::output_file::OutputFile;
use super::path_args::{Choose, count};
use super::path_figure::{error_figure, profile_figure};
use super::progress::Progress;
use super::run_args::{RunFiles, TraceLabels, Written};
use super::{Given, names};
use serde_json::Value;
use thalweg::datafit::Datafit;
use thalweg::glm::path::{
    CrossValidated, GlmPath, Held, Path, PathCertificate, PathOptions, PathPoint, Validated, assign_folds,
    cross_validate_in, solve_in,
};
use thalweg::glm::{Design, GlmPoint, WorkingSet};
use thalweg::prox::{
    ConvexPenalty, ElasticNet, L1, Mcp, NonnegativeL1, Restricted, Scad, SeparablePenalty, SquareRoot, Weighted,
};
use thalweg::run::Trace;
use thalweg::{ProblemError, Session, Solution, sets};

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
