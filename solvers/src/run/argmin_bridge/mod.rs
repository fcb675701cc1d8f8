//! Our methods under argmin's Executor, argmin's observers on our loop.
//!
//! One line, [`argmin_solver!`](crate::argmin_solver), makes a [`Method`] an [`argmin::core::Solver`] that an unmodified
//! Executor runs, with unmodified observers and checkpoints. [`RunState`] is the one [`argmin::core::State`] of all methods.
//! In the other direction [`Watch`] turns an argmin observer of numbers into an [`Observer`](super::Observer) of
//! [`drive`](super::drive), and [`CheckpointFile`] is [`Checkpoint`](super::Checkpoint) as argmin knows checkpoints, and [`Unconstrained`] is
//! a nonlinear program for argmin's own solvers.
//!
//! ```
//! use argmin::core::{Executor, observers::ObserverMode};
//! use argmin_observer_slog::SlogLogger;
//! use thalweg_problems::{Design, datafit::Quadratic, glm::Glm, prox::L1};
//! use thalweg_solvers::{bcd::WorkingSet, run::Status};
//!
//! let design = Design::from_column_major(3, 2, vec![1.0, 2.0, 3.0, 1.0, 0.0, -1.0])?;
//! let (loss, penalty) = (Quadratic::new(vec![1.0, 2.0, 2.5])?, L1::new(0.1)?);
//! let problem = Glm::new(&design, &loss, &penalty)?;
//!
//! let result = Executor::new(problem, WorkingSet::default())
//!     .configure(|state| state.start(problem.null_point()).max_iters(100))
//!     .add_observer(SlogLogger::term_noblock(), ObserverMode::Always)
//!     .run()?;
//! assert_eq!(result.state.status(), Some(Status::Converged));
//! let point = result.state.into_point();
//! # assert!(point.is_some_and(|p| p.support() > 0));
//! # Ok::<(), argmin::core::Error>(())
//! ```
//!
//! What the Executor cannot do, and [`drive`](super::drive) does: give the point back when an observer or a checkpoint fails
//! (it returns `Err`), stop on a flag of the caller, write a checkpoint of the last state. A step that fails is no such case:
//! it ends the run with the status in the state. Nothing here certifies the result; [`solve`](super::solve) does.

mod checkpoint;
mod state;
mod unconstrained;
mod watch;

pub use argmin;
pub use checkpoint::CheckpointFile;
pub use state::RunState;
pub use unconstrained::Unconstrained;
pub use watch::{Numbers, Watch};

use super::{Method, Run};
use argmin::core::{ArgminError, Error, KV, KvValue, Problem};

/// Makes a [`Method`] an `argmin::core::Solver` for one type of problem, which the Executor takes by value: a reference,
/// or a record of references like [`Glm`](thalweg_problems::glm::Glm).
///
/// ```
/// use thalweg_solvers::{argmin_solver, run::{Flow, Method, MethodError, Run, Work}};
///
/// /// Halves a number until it is 0.
/// #[derive(Clone)]
/// struct Halving;
/// struct Half(f64);
///
/// impl Work for Half {
///     type Point = f64;
///     fn point(&self) -> &f64 {
///         &self.0
///     }
///     fn into_point(self) -> f64 {
///         self.0
///     }
/// }
///
/// impl Method<()> for Halving {
///     type Work = Half;
///     fn name(&self) -> &'static str {
///         "halving"
///     }
///     fn start(&self, _: &(), point: f64, _: &mut Run) -> Result<Half, MethodError> {
///         Ok(Half(point))
///     }
///     fn resume(&self, _: &(), _: &mut Half) -> Result<(), MethodError> {
///         Ok(())
///     }
///     fn step(&self, _: &(), work: &mut Half, run: &mut Run) -> Result<Flow, MethodError> {
///         work.0 *= 0.5;
///         run.objective = work.0;
///         Ok(if work.0 == 0.0 { Flow::Converged } else { Flow::Continue })
///     }
/// }
///
/// argmin_solver!([] Halving => ());
///
/// let result = argmin::core::Executor::new((), Halving).configure(|state| state.start(8.0).max_iters(3)).run()?;
/// assert_eq!(result.state.into_point(), Some(1.0));
/// # Ok::<(), argmin::core::Error>(())
/// ```
///
/// The brackets hold the generic parameters: `argmin_solver!(['a, P: Penalty + ?Sized] Method => Glm<'a, P>);`
#[macro_export]
macro_rules! argmin_solver {
    ([$($generics:tt)*] $method:ty => $problem:ty) => {
        impl<$($generics)*> $crate::run::argmin_bridge::argmin::core::Solver<
            $problem,
            $crate::run::argmin_bridge::RunState<<$method as $crate::run::Method<$problem>>::Work>,
        > for $method
        {
            fn name(&self) -> &str {
                $crate::run::Method::<$problem>::name(self)
            }
            fn init(
                &mut self,
                problem: &mut $crate::run::argmin_bridge::argmin::core::Problem<$problem>,
                state: $crate::run::argmin_bridge::RunState<<$method as $crate::run::Method<$problem>>::Work>,
            ) -> $crate::run::argmin_bridge::Stepped<$problem, $method> {
                $crate::run::argmin_bridge::init(self, problem, state)
            }
            fn next_iter(
                &mut self,
                problem: &mut $crate::run::argmin_bridge::argmin::core::Problem<$problem>,
                state: $crate::run::argmin_bridge::RunState<<$method as $crate::run::Method<$problem>>::Work>,
            ) -> $crate::run::argmin_bridge::Stepped<$problem, $method> {
                $crate::run::argmin_bridge::next_iter(self, problem, state)
            }
        }
    };
}

/// What argmin's `init` and `next_iter` return.
pub type Stepped<O, M> = Result<(RunState<<M as Method<O>>::Work>, Option<KV>), Error>;

/// `Solver::init` of every method: starts, or goes on from the state's memory.
///
/// # Errors
/// If there is neither memory nor a start point in the state, or the method cannot start.
pub fn init<O, M: Method<O>>(method: &M, problem: &mut Problem<O>, mut state: RunState<M::Work>) -> Stepped<O, M> {
    state.prepare(method, borrowed(problem)?)?;
    let numbers = state.numbers(method.measures());
    Ok((state, numbers))
}

/// `Solver::next_iter` of every method. A step that fails ends the run; its error is kept in the state.
///
/// # Errors
/// If the state's memory does not fit the problem.
pub fn next_iter<O, M: Method<O>>(method: &M, problem: &mut Problem<O>, mut state: RunState<M::Work>) -> Stepped<O, M> {
    let problem = borrowed(problem)?;
    let (work, run) = state.prepare(method, problem)?;
    let result = method.step(problem, work, run);
    let state = state.stepped(result);
    let numbers = state.numbers(method.measures());
    Ok((state, numbers))
}

/// The problem, which the Executor has taken.
fn borrowed<O>(problem: &Problem<O>) -> Result<&O, ArgminError> {
    problem.problem.as_ref().ok_or_else(|| ArgminError::NotInitialized { text: "the problem was taken".to_owned() })
}

/// The numbers of a run that argmin's observers get beside the state.
fn key_values(names: &[&str], run: &Run) -> KV {
    let mut kv = KV::new();
    kv.kv.extend(names.iter().zip(&run.measures).map(|(&name, &value)| (name.to_owned(), KvValue::Float(value))));
    kv
}
