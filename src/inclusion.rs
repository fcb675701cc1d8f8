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
    BilinearSaddle, Blocks, FiniteSumInclusion, FiniteSumOperator, Law, Part, Pick, Resolvent, TwoWayMatrix, Zero,
};
pub use thalweg_solvers::halpern::inclusion::SingleLoop;

use crate::Error;
use std::time::Duration;
use thalweg_solvers::run::{Identity, Limits, Session, Solution};

/// The solution of an inclusion.
pub type InclusionSolution = Solution<Vec<f64>, InclusionCertificate>;

/// Which method solves the problem. Its tolerance is overruled by [`Options::tolerance`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Solver {
    /// By the problem.
    Auto,
    /// Single-loop variance-reduced Halpern iteration.
    SingleLoop(SingleLoop),
}

/// How to solve.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
    /// The method. Default [`Solver::Auto`].
    pub solver: Solver,
    /// Steps at most. Default 100 000.
    pub max_iterations: u64,
    /// Time at most. Default none.
    pub time_limit: Option<Duration>,
    /// Where to begin. Default the problem's start.
    pub start: Option<Vec<f64>>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-6, solver: Solver::Auto, max_iterations: 100_000, time_limit: None, start: None }
    }
}

/// Solves a problem.
///
/// # Errors
/// If an option or the start does not fit the problem.
pub fn solve(problem: &FiniteSumInclusion<'_>, options: &Options) -> Result<InclusionSolution, Error> {
    solve_in(Session::default(), problem, options)
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
    Ok(match &options.solver {
        Solver::Auto => {
            let method = SingleLoop { tolerance, assume_cocoercive: true, ..SingleLoop::default() };
            session.run(problem, &method, start, tolerance, identity)?
        }
        Solver::SingleLoop(method) => {
            session.run(problem, &SingleLoop { tolerance, ..method.clone() }, start, tolerance, identity)?
        }
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
