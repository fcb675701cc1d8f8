//! Finite-sum monotone inclusions `0 in F(u) + G(u)`.
//!
//! The methods are compositions of few parts: an estimator of `F` (`recursive.rs`), an anchor (`anchor.rs`), draws of
//! components (`draws.rs`), the resolvent of the problem; whatever is evaluated goes through `oracle.rs`, which counts.
//!
//! | file | method |
//! |---|---|
//! | `single_loop.rs` | variance-reduced Halpern iteration for cocoercive operators, plain and restarted |

mod anchor;
mod draws;
mod guard;
mod oracle;
mod recursive;
mod single_loop;
mod step_size;

pub use single_loop::{SingleLoop, SingleLoopWork};

use crate::run::MethodError;
use anchor::Answer;
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
