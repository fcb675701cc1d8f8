//! Finite-sum monotone inclusions: matrix games, saddle problems of learning, variational inequalities.
//!
//! See [`FiniteSumInclusion`] for the problem, `docs/inclusion.md` for the guide.
//!
//! ```
//! use thalweg::inclusion::{self, FiniteSumInclusion};
//!
//! // Policemen and burglar on 20 houses: a matrix game.
//! let game = thalweg::generate::games::policemen_and_burglar(20)?;
//! let (operator, simplices, uniform) = game.inclusion()?;
//! let problem = FiniteSumInclusion::new(&operator, &simplices, Some(uniform))?;
//! let solution = inclusion::solve(&problem, &Default::default())?;
//! assert!((solution.objective - 0.8544488407586).abs() < 1e-5);
//! # Ok::<(), thalweg::Error>(())
//! ```

pub use thalweg_problems::certificate::InclusionCertificate;
pub use thalweg_problems::game::PayoffMatrix;
pub use thalweg_problems::inclusion::{
    AffineOperator, AucSaddle, BilinearSaddle, Blocks, FairClassification, FiniteSumInclusion, FiniteSumOperator, Law,
    LeastSquares, Part, Pick, Resolvent, RobustLeastSquares, TwoWayMatrix, Zero,
};
pub use thalweg_solvers::halpern::inclusion::baselines;
pub use thalweg_solvers::halpern::inclusion::{
    Accuracy, ForwardReflectedBackward, GuardedHalpern, HalpernPdhg, InexactHalpern, SingleLoop,
};

use crate::Error;
use baselines::{
    AnchoredExtragradient, AnchoredPopov, ExactResolvent, Extragradient, FastExtragradient, FullOperator, Halpern,
    Optimistic, Snapshots, StochasticExtragradient, SvrgForwardBackward, VarianceReducedExtragradient,
    VarianceReducedForwardBackwardForward,
};
use std::time::Duration;
use thalweg_solvers::run::{Identity, Limits, Session, Solution};

/// The solution of an inclusion.
pub type InclusionSolution = Solution<Vec<f64>, InclusionCertificate>;

/// Which method solves the problem. Its tolerance is overruled by [`Options::tolerance`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Solver {
    /// By the problem: [`HalpernPdhg`] if it is bilinear with separate constraints of x and y; [`SingleLoop`] if it is
    /// cocoercive; [`ForwardReflectedBackward`] if it is strongly monotone; otherwise [`InexactHalpern`].
    Auto,
    /// Single-loop variance-reduced Halpern iteration.
    SingleLoop(SingleLoop),
    /// The same with a guard, and the inexact iteration after it.
    Guarded(GuardedHalpern),
    /// Inexact Halpern iteration on a variance-reduced resolvent.
    Inexact(InexactHalpern),
    /// Variance-reduced forward-reflected-backward iteration.
    Reflected(ForwardReflectedBackward),
    /// Restarted reflected Halpern PDHG.
    Pdhg(HalpernPdhg),
    /// Halpern iteration with full passes.
    Halpern(FullOperator<Halpern>),
    /// Extragradient.
    Extragradient(FullOperator<Extragradient>),
    /// Optimistic gradient.
    Optimistic(FullOperator<Optimistic>),
    /// Extra anchored gradient.
    AnchoredExtragradient(FullOperator<AnchoredExtragradient>),
    /// Fast extragradient.
    FastExtragradient(FullOperator<FastExtragradient>),
    /// Anchored Popov iteration.
    AnchoredPopov(FullOperator<AnchoredPopov>),
    /// Halpern iteration on the exact resolvent of an affine operator.
    ExactResolvent(ExactResolvent),
    /// Variance-reduced extragradient.
    VarianceReducedExtragradient(Snapshots<VarianceReducedExtragradient>),
    /// Variance-reduced forward-backward-forward.
    VarianceReducedForwardBackwardForward(Snapshots<VarianceReducedForwardBackwardForward>),
    /// SVRG inside extragradient.
    StochasticExtragradient(Snapshots<StochasticExtragradient>),
    /// SVRG inside forward-backward.
    SvrgForwardBackward(Snapshots<SvrgForwardBackward>),
}

/// How to solve.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
    /// The method. Default [`Solver::Auto`].
    pub solver: Solver,
    /// The seed, for [`Solver::Auto`]; other methods have their own. Default 0.
    pub seed: u64,
    /// Steps at most. Default 100 000.
    pub max_iterations: u64,
    /// Time at most. Default none.
    pub time_limit: Option<Duration>,
    /// Where to begin. Default the problem's start.
    pub start: Option<Vec<f64>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-6, solver: Solver::Auto, seed: 0, max_iterations: 100_000, time_limit: None, start: None }
    }
}

/// Solves a problem.
///
/// # Errors
/// If an option or the start does not fit the problem.
pub fn solve(problem: &FiniteSumInclusion<'_>, options: &Options) -> Result<InclusionSolution, Error> {
    solve_in(Session::default(), problem, options)
}

/// The method that [`Solver::Auto`] stands for.
pub fn choose(problem: &FiniteSumInclusion<'_>, seed: u64) -> Solver {
    let operator = problem.operator();
    if operator.bilinear().is_some() && problem.resolvent().blocks().is_some() {
        Solver::Pdhg(HalpernPdhg::default())
    } else if operator.is_cocoercive() {
        Solver::SingleLoop(SingleLoop { seed, ..SingleLoop::default() })
    } else if operator.strong_monotonicity() > 0.0 {
        Solver::Reflected(ForwardReflectedBackward { seed, ..ForwardReflectedBackward::default() })
    } else {
        Solver::Inexact(InexactHalpern { seed, ..InexactHalpern::default() })
    }
}

/// Solves a problem in a session: with trace, monitors, stop flag, checkpoint. The limits are those of `options`.
///
/// # Errors
/// If an option or the start does not fit the problem, or the session's checkpoint is refused.
pub fn solve_in(
    session: Session<'_>,
    problem: &FiniteSumInclusion<'_>,
    options: &Options,
) -> Result<InclusionSolution, Error> {
    let limits = Limits { max_iterations: options.max_iterations, time_limit: options.time_limit };
    let session = Session { limits, ..session };
    let tolerance = options.tolerance;
    let start = options.start.clone().unwrap_or_else(|| problem.start().to_vec());
    let identity = identity(problem);
    /// Runs a method with the tolerance of the options.
    macro_rules! with_tolerance {
        ($method:expr) => {{
            let mut method = $method.clone();
            method.tolerance = tolerance;
            session.run(problem, &method, start, tolerance, identity)?
        }};
    }
    let chosen = match &options.solver {
        Solver::Auto => choose(problem, options.seed),
        other => other.clone(),
    };
    Ok(match &chosen {
        Solver::Auto | Solver::Pdhg(_) => {
            let method = if let Solver::Pdhg(method) = &chosen { method.clone() } else { HalpernPdhg::default() };
            with_tolerance!(method)
        }
        Solver::Guarded(method) => {
            let method = method.clone();
            let seed = method.single_loop.seed;
            session.run(problem, &method.with(tolerance, seed), start, tolerance, identity)?
        }
        Solver::SingleLoop(method) => with_tolerance!(method),
        Solver::Inexact(method) => with_tolerance!(method),
        Solver::Reflected(method) => with_tolerance!(method),
        Solver::Halpern(method) => with_tolerance!(method),
        Solver::Extragradient(method) => with_tolerance!(method),
        Solver::Optimistic(method) => with_tolerance!(method),
        Solver::AnchoredExtragradient(method) => with_tolerance!(method),
        Solver::FastExtragradient(method) => with_tolerance!(method),
        Solver::AnchoredPopov(method) => with_tolerance!(method),
        Solver::ExactResolvent(method) => with_tolerance!(method),
        Solver::VarianceReducedExtragradient(method) => with_tolerance!(method),
        Solver::VarianceReducedForwardBackwardForward(method) => with_tolerance!(method),
        Solver::StochasticExtragradient(method) => with_tolerance!(method),
        Solver::SvrgForwardBackward(method) => with_tolerance!(method),
    })
}

/// What a checkpoint of the problem belongs to.
fn identity(problem: &FiniteSumInclusion<'_>) -> Identity {
    Identity::default()
        .with("class", "inclusion")
        .with("operator", problem.operator().name())
        .with("dimension", problem.dimension())
        .with("components", problem.epoch_calls())
        .with("data fingerprint", format!("{:016x}", problem.fingerprint()))
}
