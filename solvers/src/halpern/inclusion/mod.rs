//! Finite-sum monotone inclusions `0 in F(u) + G(u)`.
//!
//! The methods are compositions of few parts: an estimator of `F` (`recursive.rs`), an anchor (`anchor.rs`), draws of
//! components (`draws.rs`), the resolvent of the problem; whatever is evaluated goes through `oracle.rs`, which counts.
//!
//! | file | method |
//! |---|---|
//! | `single_loop.rs` | variance-reduced Halpern iteration for cocoercive operators, plain and restarted |
//! | `lazy.rs` | its steps on sparse components, at the cost of their entries |
//! | `inexact.rs` | Halpern iteration on a variance-reduced resolvent (`forb.rs`), for monotone operators |
//! | `fallback.rs` | the first, guarded, and the second where it fails |
//! | `reflected.rs` | the inner loop alone, for strongly monotone problems |
//! | `primal_dual.rs` | restarted reflected Halpern PDHG, for bilinear saddle problems |
//! | `baselines/` | methods to compare with |

mod anchor;
pub mod baselines;
mod draws;
mod fallback;
mod forb;
mod guard;
mod inexact;
mod lazy;
mod oracle;
mod primal_dual;
mod recursive;
mod reflected;
mod single_loop;
mod step_size;

pub use fallback::{GuardedHalpern, GuardedWork};
pub use inexact::{Accuracy, InexactHalpern, InexactWork};
pub use primal_dual::{HalpernPdhg, PdhgWork};
pub use reflected::{ForwardReflectedBackward, ReflectedWork};
pub use single_loop::{SingleLoop, SingleLoopWork};

use crate::run::MethodError;
use anchor::Answer;
use oracle::Calls;
use thalweg_problems::inclusion::{FiniteSumInclusion, Law};

#[cfg(test)]
mod tests;

/// By importance where that makes the constant smaller by more than a factor of sqrt 2, else uniformly: without replacement
/// the variance of a batch is smaller.
fn choose_law(problem: &FiniteSumInclusion<'_>) -> Law {
    let constant = |law| problem.operator().lipschitz_on_average(law);
    match (constant(Law::Uniform), constant(Law::Importance)) {
        (Some(uniform), Some(importance)) if uniform <= importance * std::f64::consts::SQRT_2 => Law::Uniform,
        (Some(_), None) => Law::Uniform,
        _ => Law::Importance,
    }
}

/// The constant on average: the operator's, or an estimate from probes, half as large again.
fn known_constant(calls: &mut Calls<'_, '_>, law: Law, point: &[f64], seed: u64) -> Result<f64, MethodError> {
    match calls.problem.operator().lipschitz_on_average(law) {
        Some(constant) => Ok(constant),
        None => Ok(1.5 * step_size::probe(calls, law, point, seed)?),
    }
}

fn solved(problem: &FiniteSumInclusion<'_>, answer: &Answer, tolerance: f64) -> bool {
    problem.relative(answer.residual) <= tolerance
}

fn positive(name: &'static str, value: Option<f64>) -> Result<(), MethodError> {
    match value {
        Some(value) if !(value > 0.0 && value.is_finite()) => {
            Err(MethodError::Option { name, value, expected: "a positive finite number" })
        }
        _ => Ok(()),
    }
}

fn nonnegative(name: &'static str, value: f64) -> Result<(), MethodError> {
    if value >= 0.0 { Ok(()) } else { Err(MethodError::Option { name, value, expected: "a number of at least 0" }) }
}
