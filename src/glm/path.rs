//! Regularisation paths and cross-validation.
//!
//! ```
//! use thalweg::glm::path::{Grid, PathOptions, glm_path, solve};
//! use thalweg::prelude::*;
//!
//! let data = thalweg::generate::gaussian::spiked_regression(50, 80, 8, 1)?;
//! let loss = Quadratic::new(data.targets)?;
//! let path = glm_path(&data.design, &loss, true, &Grid::default(), L1::new)?;
//! let solution = solve(&path, &PathOptions::default())?;
//! assert_eq!(solution.status, Status::Converged);
//! // The path begins at 0 and ends when hardly any deviance is left to explain.
//! let points = &solution.point.points;
//! assert_eq!(points[0].active, 0);
//! assert!(points[points.len() - 1].deviance_ratio > 0.99);
//! # Ok::<(), thalweg::Error>(())
//! ```

pub use thalweg_solvers::bcd::path::{
    CrossValidated, CrossValidation, Family, Folds, Following, GlmPath, Grid, Held, Path, PathCertificate, PathPoint,
    PointMethod, Validated, assign_folds,
};

pub use thalweg_solvers::bcd::groups::GroupedPath;

use super::{Design, Glm, GroupWorkingSet, WorkingSet};
use crate::Error;
use std::time::Duration;
use thalweg_problems::ProblemError;
use thalweg_problems::datafit::Datafit;
use thalweg_problems::prox::SeparablePenalty;
use thalweg_solvers::run::{Identity, Limits, Outcome, Session, Solution, Status, Work};

/// The solutions of a path.
pub type PathSolution = Solution<Path, PathCertificate>;

/// The path of all data with the errors of the folds.
pub type CvSolution = Solution<Validated, PathCertificate>;

/// How to follow a path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathOptions {
    /// The tolerance of every point's certificate. Default 1e-6.
    pub tolerance: f64,
    /// Where the path may end early; the tolerances inside are overruled. Default: when 0.999 of the deviance is explained,
    /// or the explained deviance no longer grows.
    pub following: Following<WorkingSet>,
    /// Steps at most, over all points. Default 1 000 000.
    pub max_iterations: u64,
    /// Time at most. Default none.
    pub time_limit: Option<Duration>,
}

impl Default for PathOptions {
    fn default() -> Self {
        Self { tolerance: 1e-6, following: Following::default(), max_iterations: 1_000_000, time_limit: None }
    }
}

impl PathOptions {
    fn following(&self) -> Following<WorkingSet> {
        let tolerance = self.tolerance;
        let method = WorkingSet { tolerance, ..self.following.method.clone() };
        Following { method, tolerance, ..self.following.clone() }
    }

    fn limits(&self) -> Limits {
        Limits { max_iterations: self.max_iterations, time_limit: self.time_limit }
    }
}

/// The path of a loss and a separable penalty over a grid; `penalty` makes the penalty of a strength.
///
/// # Errors
/// If design and loss do not fit, or the grid does not suit the penalty.
pub fn glm_path<'a, P: SeparablePenalty>(
    design: &'a Design,
    datafit: &'a dyn Datafit,
    intercept: bool,
    grid: &Grid,
    penalty: impl Fn(f64) -> Result<P, ProblemError>,
) -> Result<GlmPath<'a, P>, Error> {
    let unit = penalty(1.0)?;
    let top = Glm::new(design, datafit, &unit)?.with_intercept(intercept).null_model().null_strength;
    let lambdas = grid.values(top, design.rows(), design.columns())?;
    Ok(GlmPath::new(Held::Borrowed(design), Held::Borrowed(datafit), intercept, lambdas, penalty)?)
}

/// Follows a path.
///
/// # Errors
/// If an option is out of range.
pub fn solve<P: SeparablePenalty>(path: &GlmPath<'_, P>, options: &PathOptions) -> Result<PathSolution, Error> {
    solve_in(Session::default(), path, options)
}

/// Follows a path in a session: with trace, monitors, stop flag, checkpoint. The limits are those of `options`.
///
/// # Errors
/// If an option is out of range, or the session's checkpoint is refused.
pub fn solve_in<P: SeparablePenalty>(
    session: Session<'_>,
    path: &GlmPath<'_, P>,
    options: &PathOptions,
) -> Result<PathSolution, Error> {
    let identity = super::identity(&path.problem(0));
    follow_in(Session { limits: options.limits(), ..session }, path, &options.following(), identity)
}

/// Cross-validates a path in a session.
///
/// # Errors
/// As [`solve_in`].
pub fn cross_validate_in<P: SeparablePenalty>(
    session: Session<'_>,
    problem: &CrossValidated<'_, GlmPath<'_, P>>,
    options: &PathOptions,
) -> Result<CvSolution, Error> {
    let identity = super::identity(&problem.full.problem(0));
    validate_in(Session { limits: options.limits(), ..session }, problem, &options.following(), identity)
}

/// Cross-validates a path.
///
/// # Errors
/// As [`solve_in`].
pub fn cross_validate<P: SeparablePenalty>(
    problem: &CrossValidated<'_, GlmPath<'_, P>>,
    options: &PathOptions,
) -> Result<CvSolution, Error> {
    cross_validate_in(Session::default(), problem, options)
}

/// Follows a path of groups in a session; the tolerances of `following` hold.
///
/// # Errors
/// As [`solve_in`].
pub fn solve_groups_in(
    session: Session<'_>,
    path: &GroupedPath<'_>,
    following: &Following<GroupWorkingSet>,
) -> Result<PathSolution, Error> {
    follow_in(session, path, following, super::grouped_identity(&path.problem(0)?))
}

/// Cross-validates a path of groups in a session.
///
/// # Errors
/// As [`solve_in`].
pub fn cross_validate_groups_in(
    session: Session<'_>,
    problem: &CrossValidated<'_, GroupedPath<'_>>,
    following: &Following<GroupWorkingSet>,
) -> Result<CvSolution, Error> {
    let identity = super::grouped_identity(&problem.full.problem(0)?);
    validate_in(session, problem, following, identity)
}

/// Follows any family.
pub(crate) fn follow_in<M: PointMethod, F: Family<M>>(
    session: Session<'_>,
    family: &F,
    following: &Following<M>,
    identity: Identity,
) -> Result<PathSolution, Error> {
    let identity = identity
        .with("strengths", family.lambdas().len())
        .with("fingerprint of the path", format!("{:016x}", family.fingerprint()));
    let outcome = session.drive(family, following, Path::default(), identity)?;
    let certificate = PathCertificate::of(outcome.work.point());
    Ok(solution(outcome, certificate, following.tolerance, family.lambdas().len()))
}

/// Cross-validates any family.
pub(crate) fn validate_in<M: PointMethod, F: Family<M>>(
    session: Session<'_>,
    problem: &CrossValidated<'_, F>,
    following: &Following<M>,
    identity: Identity,
) -> Result<CvSolution, Error> {
    let family = &problem.full;
    // The folds are known by their data.
    let folds = problem.folds.iter().fold(0_u64, |h, fold| h.rotate_left(7) ^ fold.family.fingerprint());
    let identity = identity
        .with("strengths", family.lambdas().len())
        .with("folds", problem.folds.len())
        .with("fingerprint of the path", format!("{:016x}", family.fingerprint()))
        .with("fingerprint of the folds", format!("{folds:016x}"));
    let method = CrossValidation { following: following.clone() };
    let outcome = session.drive(problem, &method, Validated::default(), identity)?;
    let certificate = PathCertificate::of_validated(outcome.work.point());
    Ok(solution(outcome, certificate, following.tolerance, family.lambdas().len()))
}

fn solution<W: Work>(
    outcome: Outcome<W>,
    certificate: PathCertificate,
    tolerance: f64,
    strengths: usize,
) -> Solution<W::Point, PathCertificate> {
    let Outcome { work, run, status, failure, warnings } = outcome;
    let done = format!("{} of {strengths} strengths done", certificate.points);
    let status = match status {
        Status::Stalled if certificate.relative_gap <= 100.0 * tolerance => Status::Acceptable,
        other => other,
    };
    let reason = match (failure, status) {
        (Some(failure), _) => format!("step {} failed: {failure}; {done}", run.iteration + 1),
        (None, Status::Converged) => {
            run.reason.unwrap_or_else(|| format!("every certificate holds at tolerance {tolerance:e}"))
        }
        (None, Status::IterationLimit) => format!("stopped after {} steps: {done}", run.iteration),
        (None, Status::TimeLimit) => format!("the time limit was reached: {done}"),
        (None, Status::Interrupted) => format!("stopped from outside: {done}"),
        (None, _) => run.reason.unwrap_or(done),
    };
    Solution {
        point: work.into_point(),
        objective: certificate.objective,
        status,
        reason,
        certificate,
        tolerance,
        iterations: run.iteration,
        counts: run.counts,
        seconds: run.seconds,
        warnings,
    }
}
