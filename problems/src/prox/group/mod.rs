//! Penalties of groups of coefficients: `sum over groups B of psi_B(x_B)`.
//!
//! To add one: a file here that implements [`GroupPenalty`], its constructor in the list of the tests below.

mod lasso;
mod nonnegative;
mod sparse;

pub use lasso::GroupLasso;
pub use nonnegative::NonnegativeGroup;
pub use sparse::SparseGroup;

use crate::error::ProblemError;
use std::sync::Arc;

/// A convex, positively homogeneous function `sum over b of psi_b(x_b)`, with what block methods, gaps and screening need.
///
/// `x` and `c` are the coefficients of group `b` and their correlations with the dual point (minus the gradient of the smooth
/// part): at a solution `c` lies in the subdifferential of `psi_b` at `x`. A group at rest is 0.
pub trait GroupPenalty: Send + Sync {
    /// The name in options and output.
    fn name(&self) -> &'static str;
    /// The number of groups.
    fn groups(&self) -> usize;
    /// `psi_b(x)`; infinite outside the domain.
    fn value_of(&self, b: usize, x: &[f64]) -> f64;
    /// Replaces `u` by the minimiser of `psi_b(v) + |v - u|^2 / (2 step)`, `step > 0`.
    fn prox_of(&self, b: usize, u: &mut [f64], step: f64);
    /// The distance of `c` to the subdifferential of `psi_b` at `x` (a point of the domain).
    fn subdifferential_distance(&self, b: usize, x: &[f64], c: &[f64]) -> f64;
    /// `psi_b(x) + psi_b^*(c) - x'c`: at least 0, infinite where the conjugate is.
    fn fenchel_gap_of(&self, b: usize, x: &[f64], c: &[f64]) -> f64;
    /// The largest `s >= 0` such that `s c` lies in the domain of the conjugate.
    fn dual_limit_of(&self, b: usize, c: &[f64]) -> f64;
    /// At `x = 0`: how far `c` may move, at least, before the group leaves 0.
    fn slack_of(&self, b: usize, c: &[f64]) -> f64;
    /// The names and values of the parameters: with the name and the weights, they are the function.
    fn parameters(&self) -> Vec<(&'static str, f64)>;
    /// The weights of the groups.
    fn weights(&self) -> &[f64];
}

/// Weights of groups must be finite and positive.
fn group_weights(weights: Arc<[f64]>) -> Result<Arc<[f64]>, ProblemError> {
    crate::error::all_nonnegative("the weight of group", &weights)?;
    match weights.iter().position(|&w| w == 0.0) {
        Some(index) => Err(ProblemError::Group { index, problem: "weight 0, expected a positive number".to_owned() }),
        None => Ok(weights),
    }
}

/// `|x|`.
fn norm(x: &[f64]) -> f64 {
    thalweg_kernels::dense::sum_squares(x).sqrt()
}

/// `u` times `max(0, 1 - threshold / |u|)`.
fn shrink(u: &mut [f64], threshold: f64) {
    let length = norm(u);
    let factor = if length > threshold { 1.0 - threshold / length } else { 0.0 };
    u.iter_mut().for_each(|u| *u *= factor);
}

/// Room for rounding in membership of the dual domain.
const ROUNDING: f64 = 1.0 + 1e-14;

#[cfg(test)]
mod tests;
