//! Generalised linear models with separable penalties: Lasso, elastic net, non-negative and box-constrained least squares,
//! sparse logistic regression.
//!
//! See [`Glm`] for the problem, `docs/glm.md` for the guide.

pub mod path;

pub use thalweg_problems::certificate::{GlmCertificate, GraphCertificate, StationarityCertificate};
pub use thalweg_problems::datafit::{MultiQuadratic, Single, VectorDatafit};
pub use thalweg_problems::design::{Design, Scaling};
pub use thalweg_problems::glm::{
    Glm, GlmData, GlmPoint, GroupedGlm, GroupedPoint, Groups, Hinge, LinearSvm, NullModel, SvmPoint, score_classes,
    score_multiclass, score_numbers,
};
pub use thalweg_problems::graph::{GraphQuadratic, LabelPropagation, LabelledGraph};
pub use thalweg_problems::prox::group::{GroupLasso, GroupPenalty, NonnegativeGroup, SparseGroup};
pub use thalweg_solvers::bcd::blocks::{BlockDescent, SoftmaxFit};
pub use thalweg_solvers::bcd::groups::GroupWorkingSet;
pub use thalweg_solvers::bcd::message_passing::{GraphQp, MessagePassing, Order, Preconditioning};
pub use thalweg_solvers::bcd::svm::DualCoordinateDescent;
pub use thalweg_solvers::bcd::{CoordinateDescent, GlmBlocks, WorkingSet};

use crate::{Error, run};
use std::time::Duration;
use thalweg_problems::Fingerprint;
use thalweg_problems::prox::SeparablePenalty;
use thalweg_solvers::bcd::blocks::BlockProblem;
pub use thalweg_solvers::run::Limits;
use thalweg_solvers::run::{Identity, Session, Solution};

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
    /// Block coordinate descent (no penalty, ridge, a box, or non-negative L1). Its tolerance is overruled by
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

/// The solution of a [`GroupedGlm`].
pub type GroupedSolution = Solution<GroupedPoint, GlmCertificate>;

/// Solves a problem with a penalty of groups, or of several targets.
///
/// ```
/// use thalweg::glm::{GroupLasso, GroupWorkingSet, GroupedGlm, Groups, Limits, Single, solve_groups};
/// use thalweg::prelude::*;
///
/// let data = thalweg::generate::gaussian::spiked_regression(50, 20, 10, 1)?;
/// let loss = Quadratic::new(data.targets)?;
/// let loss = Single(&loss as &dyn Datafit);
/// let groups = Groups::consecutive(5, 20, 1)?;
/// let penalty = GroupLasso::new(20.0, groups.usual_weights())?;
/// let problem = GroupedGlm::new(&data.design, &loss, &groups, &penalty)?.with_intercept(true);
/// let solution = solve_groups(&problem, &GroupWorkingSet::default(), Limits::default())?;
/// assert_eq!(solution.status, Status::Converged);
/// assert_eq!(problem.active(&solution.point.coefficients), 2); // The spikes are in columns 0 and 10.
/// # Ok::<(), thalweg::Error>(())
/// ```
///
/// # Errors
/// If an option does not fit the problem.
pub fn solve_groups(
    problem: &GroupedGlm<'_>,
    method: &GroupWorkingSet,
    limits: Limits,
) -> Result<GroupedSolution, Error> {
    solve_groups_in(Session { limits, ..Session::default() }, problem, method, None)
}

/// The same in a session, from a point (default: the null model).
///
/// # Errors
/// If an option or the start does not fit the problem, or the session's checkpoint is refused.
pub fn solve_groups_in(
    session: Session<'_>,
    problem: &GroupedGlm<'_>,
    method: &GroupWorkingSet,
    start: Option<GroupedPoint>,
) -> Result<GroupedSolution, Error> {
    let start = start.unwrap_or_else(|| problem.null_point());
    Ok(session.run(problem, method, start, method.tolerance, grouped_identity(problem))?)
}

/// What a checkpoint of a problem of groups belongs to.
pub(crate) fn grouped_identity(problem: &GroupedGlm<'_>) -> Identity {
    let identity = Identity::default()
        .with("class", "glm")
        .with("rows", problem.design().rows())
        .with("columns", problem.design().columns())
        .with("targets", problem.datafit().targets())
        .with("loss", problem.datafit().name())
        .with("intercept", problem.has_intercept())
        .with("groups", problem.groups().len())
        .with("penalty", problem.penalty().name());
    let parameters = problem.penalty().parameters().into_iter();
    parameters
        .fold(identity, |identity, (name, value)| identity.with(name, value))
        .with("data fingerprint", format!("{:016x}", problem.fingerprint()))
}

/// Solves softmax regression in a session, from 0 or a start, to an optimality violation relative to that at 0, by block
/// descent, whose own tolerance is overruled; `limits` are tolerance, steps and time.
///
/// # Errors
/// If an option or the start does not fit the problem, or the session's checkpoint is refused.
pub fn solve_softmax_in(
    session: Session<'_>,
    problem: &SoftmaxFit<'_>,
    method: &BlockDescent,
    (tolerance, max_iterations, time_limit): (f64, u64, Option<Duration>),
    start: Option<Vec<f64>>,
) -> Result<Solution<Vec<f64>, StationarityCertificate>, Error> {
    let session = Session { limits: Limits { max_iterations, time_limit }, ..session };
    let mut hash = Fingerprint::default();
    problem.fingerprint(&mut hash);
    let identity = Identity::default()
        .with("class", "softmax regression")
        .with("rows", problem.design().rows())
        .with("columns", problem.design().columns())
        .with("classes", problem.classes())
        .with("data fingerprint", format!("{:016x}", hash.finish()));
    let start = start.unwrap_or_else(|| vec![0.0; problem.dimension()]);
    Ok(session.run(problem, &BlockDescent { tolerance, ..method.clone() }, start, tolerance, identity)?)
}

/// Which method solves a quadratic on a graph.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GraphSolver {
    /// Conjugate gradients, preconditioned so (default: by the diagonal).
    GraphQp(Preconditioning),
    /// Exact minimisation over greedy trees.
    MessagePassing,
}

impl Default for GraphSolver {
    fn default() -> Self {
        Self::GraphQp(Preconditioning::default())
    }
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
        GraphSolver::GraphQp(preconditioning) => {
            session.run(problem, &GraphQp { tolerance, preconditioning }, start, tolerance, identity)?
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
pub(crate) fn identity<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>) -> run::Identity {
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
