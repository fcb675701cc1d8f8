//! Generalised linear models with separable penalties: Lasso, elastic net, non-negative and box-constrained least squares,
//! sparse logistic regression.
//!
//! See [`Glm`] for the problem, `docs/glm.md` for the guide.

pub use thalweg_problems::certificate::{GlmCertificate, GraphCertificate};
pub use thalweg_problems::design::{Design, Scaling};
pub use thalweg_problems::glm::{
    Glm, GlmData, GlmPoint, Hinge, LinearSvm, NullModel, SvmPoint, score_classes, score_numbers,
};
pub use thalweg_problems::graph::{GraphQuadratic, LabelPropagation, LabelledGraph};
pub use thalweg_solvers::bcd::blocks::BlockDescent;
pub use thalweg_solvers::bcd::message_passing::{GraphQp, MessagePassing};
pub use thalweg_solvers::bcd::svm::DualCoordinateDescent;
pub use thalweg_solvers::bcd::{CoordinateDescent, GlmBlocks, WorkingSet};

use crate::{Error, run};
use std::time::Duration;
use thalweg_problems::prox::SeparablePenalty;
use thalweg_solvers::run::{Identity, Limits, Session, Solution};

/// The solution of a [`Glm`].
pub type GlmSolution = Solution<GlmPoint, GlmCertificate>;

/// Which method solves the problem.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Solver {
    /// [`WorkingSet`] with its defaults.
    Auto,
    /// Working-set coordinate descent. Its tolerance is overruled by [`Options::tolerance`].
    WorkingSet(WorkingSet),
    /// Plain cyclic coordinate descent.
    CoordinateDescent,
    /// Block coordinate descent (no intercept; no penalty, a box, or non-negative L1). Its tolerance is overruled by
    /// [`Options::tolerance`].
    Blocks(GlmBlocks),
}

/// How to solve. `Options::default()` is right for most problems.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Converged when the duality gap is at most this share of the null model's objective. Default 1e-6.
    pub tolerance: f64,
    /// The method. Default [`Solver::Auto`].
    pub solver: Solver,
    /// Steps at most. Default 10 000.
    pub max_iterations: u64,
    /// Time at most. Default none.
    pub time_limit: Option<Duration>,
    /// Where to begin. Default the null model.
    pub start: Option<GlmPoint>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-6, solver: Solver::Auto, max_iterations: 10_000, time_limit: None, start: None }
    }
}

/// Solves a problem.
///
/// # Errors
/// If an option or the start does not fit the problem.
pub fn solve<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, options: &Options) -> Result<GlmSolution, Error> {
    solve_in(Session::default(), problem, options)
}

/// Solves a problem in a session: with trace, monitors, stop flag, checkpoint. The limits are those of `options`.
///
/// # Errors
/// If an option or the start does not fit the problem, or the session's checkpoint is refused.
pub fn solve_in<P: SeparablePenalty + ?Sized>(
    session: Session<'_>,
    problem: &Glm<'_, P>,
    options: &Options,
) -> Result<GlmSolution, Error> {
    let limits = Limits { max_iterations: options.max_iterations, time_limit: options.time_limit };
    let session = Session { limits, ..session };
    let tolerance = options.tolerance;
    let start = options.start.clone().unwrap_or_else(|| problem.null_point());
    let identity = identity(problem);
    Ok(match &options.solver {
        Solver::Auto => {
            let method = WorkingSet { tolerance, ..WorkingSet::default() };
            session.run(problem, &method, start, tolerance, identity)?
        }
        Solver::WorkingSet(method) => {
            let method = WorkingSet { tolerance, ..method.clone() };
            session.run(problem, &method, start, tolerance, identity)?
        }
        Solver::CoordinateDescent => {
            session.run(problem, &CoordinateDescent { tolerance }, start, tolerance, identity)?
        }
        Solver::Blocks(method) => {
            let descent = BlockDescent { tolerance, ..method.descent.clone() };
            session.run(problem, &GlmBlocks { descent }, start, tolerance, identity)?
        }
    })
}

/// Solves a linear support vector machine in a session, from 0, to the method's tolerance.
///
/// # Errors
/// If the tolerance is out of range, or the session's checkpoint is refused.
pub fn solve_svm_in(
    session: Session<'_>,
    problem: &LinearSvm<'_>,
    method: &DualCoordinateDescent,
    limits: Limits,
) -> Result<Solution<SvmPoint, GlmCertificate>, Error> {
    let session = Session { limits, ..session };
    let identity = Identity::default()
        .with("class", "linear svm")
        .with("rows", problem.design().rows())
        .with("columns", problem.design().columns())
        .with("lambda", problem.lambda())
        .with("data fingerprint", format!("{:016x}", problem.fingerprint()));
    Ok(session.run(problem, method, problem.null_point(), method.tolerance, identity)?)
}

/// Which method solves a quadratic on a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphSolver {
    /// Conjugate gradients preconditioned by a sweep of forest solves (default).
    #[default]
    GraphQp,
    /// Exact minimisation over greedy trees.
    MessagePassing,
}

/// Solves a quadratic on a graph (label propagation) in a session, from 0, to a relative residual; `limits` are tolerance,
/// steps and time.
///
/// # Errors
/// If a limit is out of range, or the session's checkpoint is refused.
pub fn solve_graph_in(
    session: Session<'_>,
    problem: &GraphQuadratic,
    solver: GraphSolver,
    (tolerance, max_iterations, time_limit): (f64, u64, Option<Duration>),
) -> Result<Solution<Vec<f64>, GraphCertificate>, Error> {
    let session = Session { limits: Limits { max_iterations, time_limit }, ..session };
    let start = vec![0.0; problem.nodes()];
    let identity = Identity::default()
        .with("class", "graph quadratic")
        .with("nodes", problem.nodes())
        .with("edges", problem.edges())
        .with("data fingerprint", format!("{:016x}", problem.fingerprint()));
    Ok(match solver {
        GraphSolver::GraphQp => {
            session.run(problem, &GraphQp { tolerance, ..GraphQp::default() }, start, tolerance, identity)?
        }
        GraphSolver::MessagePassing => session.run(
            problem,
            &MessagePassing { tolerance, ..MessagePassing::default() },
            start,
            tolerance,
            identity,
        )?,
    })
}

/// What a checkpoint of the problem belongs to: first what a person can compare, last the fingerprint of everything.
fn identity<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>) -> run::Identity {
    let (design, penalty) = (problem.design(), problem.penalty());
    let scaling = match design.scaling() {
        None => "none",
        Some(s) if s.centre.iter().any(|&m| m != 0.0) => "centred and scaled",
        Some(_) => "scaled",
    };
    let identity = Identity::default()
        .with("class", "glm")
        .with("rows", design.rows())
        .with("columns", design.columns())
        .with("nonzeros", design.nonzeros())
        .with("loss", problem.datafit().name())
        .with("row weights", problem.datafit().weights().is_some())
        .with("intercept", problem.has_intercept())
        .with("scaling", scaling)
        .with("penalty", penalty.name());
    penalty
        .parameters()
        .into_iter()
        .fold(identity, |identity, (name, value)| identity.with(name, value))
        .with("data fingerprint", format!("{:016x}", problem.fingerprint()))
}
