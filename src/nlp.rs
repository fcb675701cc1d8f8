//! Nonlinear programs: `minimise f(x)  subject to  cl <= c(x) <= cu,  l <= x <= u`.
//!
//! A [`Model`] is written in expressions and has exact sparse derivatives, [`Functions`] are closures,
//! [`PartiallySeparable`] is what readers of modelling languages build; `docs/nlp.md` is the guide. The solvers here take
//! equations and fixed variables; a problem with inequalities or other bounds is refused with a message that names them.
//!
//! ```
//! use thalweg::nlp::{self, Model, NonlinearProgram, Options, check_derivatives};
//!
//! let mut model = Model::new("maratos");
//! let x = model.free("x", 1.1);
//! let y = model.free("y", 0.1);
//! model.minimise(1e-6 * (x.powi(2) + y.powi(2)) - x);
//! model.equal("circle", x.powi(2) + y.powi(2), 1.0);
//! let program = model.build()?;
//! assert_eq!(check_derivatives(&program, program.start(), 1e-6)?.first_wrong, None);
//!
//! let solution = nlp::solve(&program, &Options::default())?;
//! assert_eq!(solution.status, thalweg::Status::Converged);
//! assert!((solution.point.x[0] - 1.0).abs() < 1e-8 && (solution.point.multipliers[0] - 0.499999).abs() < 1e-8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use thalweg_problems::certificate::{NlpCertificate, NlpPoint, NlpScaling};
pub use thalweg_problems::expression::{self, Expr, Model, PartiallySeparable, ProgramBuilder, Variable};
pub use thalweg_problems::nlp::{
    Derivative, DerivativeError, DerivativeReport, EmptyBox, Function, Functions, NlpEvaluator, NonlinearProgram,
    Pattern, Undefined, check_derivatives, empty_box,
};
pub use thalweg_solvers::exact_al::{AdaSketchNewton, ExactAl, Inner, LinearSolver, Penalties};

use crate::Error;
use std::time::Duration;
use thalweg_problems::Fingerprint;
use thalweg_problems::certificate::Certify;
use thalweg_solvers::run::{Counts, Identity, Limits, Session, Solution, Status};

/// The solution of a [`NonlinearProgram`].
pub type NlpSolution = Solution<NlpPoint, NlpCertificate>;

/// Which method solves the problem.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Solver {
    /// [`ExactAl`] with its defaults.
    Auto,
    /// Newton's method on the exact augmented Lagrangian. Its tolerance is overruled by [`Options::tolerance`].
    ExactAl(ExactAl),
    /// The paper's method. Its tolerance is overruled by [`Options::tolerance`], and is of the Euclidean norm.
    AdaSketchNewton(AdaSketchNewton),
}

/// How to solve. `Options::default()` is right for most problems.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Converged when the scaled residuals of the first-order conditions are at most this, and the unscaled ones at most
    /// 1e4 times this. Default 1e-8.
    pub tolerance: f64,
    /// The method. Default [`Solver::Auto`].
    pub solver: Solver,
    /// Newton steps at most. Default 3000.
    pub max_iterations: u64,
    /// Time at most. Default none.
    pub time_limit: Option<Duration>,
    /// Where to begin; empty multipliers are estimated. Default the problem's start.
    pub start: Option<NlpPoint>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tolerance: 1e-8, solver: Solver::Auto, max_iterations: 3000, time_limit: None, start: None }
    }
}

/// Solves a problem. If the bounds of a variable or constraint are crossed ([`empty_box`]), it is
/// [`Infeasible`](Status::Infeasible) whatever the method, and the point is the start.
///
/// # Errors
/// If an option or the start does not fit the problem, a function is undefined at the start, or the problem is of a kind
/// that the method does not solve.
pub fn solve(problem: &dyn NonlinearProgram, options: &Options) -> Result<NlpSolution, Error> {
    solve_in(Session::default(), problem, options)
}

/// Solves a problem in a session: with trace, monitors, stop flag, checkpoint. The limits are those of `options`.
///
/// # Errors
/// As [`solve`], or if the session's checkpoint is refused.
pub fn solve_in(session: Session<'_>, problem: &dyn NonlinearProgram, options: &Options) -> Result<NlpSolution, Error> {
    let limits = Limits { max_iterations: options.max_iterations, time_limit: options.time_limit };
    let session = Session { limits, ..session };
    let tolerance = options.tolerance;
    let start = options.start.clone().unwrap_or_else(|| start_of(problem));
    if let Some(empty) = empty_box(problem) {
        return Ok(infeasible(problem, start, tolerance, &empty));
    }
    let identity = identity(problem);
    let method = match &options.solver {
        Solver::Auto => ExactAl { tolerance, ..ExactAl::default() },
        Solver::ExactAl(method) => ExactAl { tolerance, ..method.clone() },
        Solver::AdaSketchNewton(method) => {
            let method = AdaSketchNewton { tolerance, ..method.clone() };
            return Ok(session.run(problem, &method, start, tolerance, identity)?);
        }
    };
    Ok(session.run(problem, &method, start, tolerance, identity)?)
}

/// The problem's own start; multipliers that are all zero are left to the method.
pub fn start_of(problem: &dyn NonlinearProgram) -> NlpPoint {
    let given = problem.start_multipliers();
    let multipliers = if given.iter().all(|y| *y == 0.0) { vec![] } else { given.to_vec() };
    NlpPoint { x: problem.start().to_vec(), multipliers, bound_multipliers: vec![] }
}

/// The answer to a problem with an empty box: the start, which the certificate finds infeasible as any other point.
fn infeasible(problem: &dyn NonlinearProgram, mut point: NlpPoint, tolerance: f64, empty: &EmptyBox) -> NlpSolution {
    if point.multipliers.is_empty() {
        point.multipliers = vec![0.0; problem.constraints()];
    }
    let certificate = problem.certify(&point);
    NlpSolution {
        point,
        objective: certificate.objective,
        status: Status::Infeasible,
        reason: empty.to_string(),
        certificate,
        tolerance,
        iterations: 0,
        counts: Counts::default(),
        seconds: 0.0,
        warnings: Vec::new(),
    }
}

/// What a checkpoint of the problem belongs to.
fn identity(problem: &dyn NonlinearProgram) -> Identity {
    let mut hash = Fingerprint::default();
    problem.fingerprint(&mut hash);
    Identity::default()
        .with("class", "nlp")
        .with("variables", problem.variables())
        .with("constraints", problem.constraints())
        .with("data fingerprint", format!("{:016x}", hash.finish()))
}
