//! Losses: smooth convex functions of the fit `z = X x + c`, separable over rows.
//!
//! A datafit is `sum over i of phi_i(z_i)` (sums are not divided by n). It keeps no state: solvers own the fit.
//! To add one: a file here that implements [`RowLoss`] (or [`Datafit`] itself), its row in the tests below, a name in the
//! command line.

mod classes;
mod gamma;
mod huber;
mod logistic;
mod multinomial;
mod poisson;
mod quadratic;
mod rows;
mod softmax;
mod squared_hinge;
mod vector;

pub use gamma::Gamma;
pub use huber::Huber;
pub use logistic::Logistic;
pub use multinomial::Multinomial;
pub use poisson::Poisson;
pub use quadratic::Quadratic;
pub use rows::{RowLoss, Rows};
pub use softmax::Softmax;
pub use squared_hinge::SquaredHinge;
pub use vector::{MultiQuadratic, Single, VectorDatafit};

pub(crate) use classes::Classes;

use crate::error::ProblemError;
use crate::fingerprint::Fingerprint;
use thalweg_kernels::scalar;

/// Upper bounds of the second derivatives `phi_i''`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Smoothness<'a> {
    /// One bound for every row.
    Uniform(f64),
    /// A bound for each row.
    PerRow(&'a [f64]),
    /// There is no bound: no safe sphere around a dual point, no fixed step length, only a line search.
    None,
}

impl Smoothness<'_> {
    /// The bound of row i; infinite if there is none.
    pub fn of_row(&self, i: usize) -> f64 {
        match self {
            Self::Uniform(nu) => *nu,
            Self::PerRow(nu) => nu[i],
            Self::None => f64::INFINITY,
        }
    }

    /// Whether there are bounds.
    pub fn is_bounded(&self) -> bool {
        *self != Self::None
    }
}

/// A smooth convex loss. Slices have one entry for each row.
///
/// Its dual part uses the Fenchel conjugates: for a dual point `v`, the loss contributes `-sum phi_i^*(-v_i)` to the dual
/// objective, and `v = -phi'(z)` is the natural dual point at `z`.
pub trait Datafit: Send + Sync {
    /// The name in options and output.
    fn name(&self) -> &'static str;
    /// The number of rows, n.
    fn rows(&self) -> usize;
    /// `sum phi_i(z_i)`.
    fn value(&self, fit: &[f64]) -> f64;
    /// `out_i = phi_i'(z_i)`.
    fn gradient(&self, fit: &[f64], out: &mut [f64]);
    /// `out_i = phi_i''(z_i)`.
    fn curvature(&self, fit: &[f64], out: &mut [f64]);
    /// Bounds of `phi_i''` over all arguments.
    fn smoothness(&self) -> Smoothness<'_>;
    /// A bound of `|phi_i'''|` over all rows and arguments, if it is known.
    fn third_derivative_bound(&self) -> Option<f64> {
        None
    }
    /// `sum of inf phi_i`: what objectives are measured from.
    fn infimum(&self) -> f64 {
        0.0
    }
    /// Whether the second derivatives are constant, so that a quadratic model is the loss itself.
    fn is_quadratic(&self) -> bool {
        false
    }
    /// The constant c that minimises `sum phi_i(z_i + c)`; infinite if there is none.
    fn best_shift(&self, fit: &[f64]) -> f64;
    /// Moves the dual point `v` to one in the domain of the conjugate whose entries sum to 0 (an unpenalised intercept
    /// makes that a constraint). A point that satisfies both is not changed beyond rounding.
    fn balance(&self, dual: &mut [f64]);
    /// The multiple of the dual point `v` at which `-sum phi_i^*(-s v_i)` is largest, as far as it is cheap to know.
    fn best_dual_scale(&self, dual: &[f64]) -> f64 {
        let _ = dual;
        1.0
    }
    /// `sum of phi_i(z_i) + phi_i^*(-s v_i) + s v_i z_i`: at least 0, 0 only if `s v = -phi'(z)`, infinite outside the
    /// domain; computed without subtracting large numbers.
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64;
    /// `2 sum of (phi_i(z_i) - min phi_i)`, the deviance: 0 for a fit that no model betters.
    fn deviance(&self, fit: &[f64]) -> f64 {
        // At the dual point 0 the Fenchel-Young gap of a row is its loss less the smallest possible.
        2.0 * self.fenchel_gap(fit, &vec![0.0; self.rows()], 1.0)
    }
    /// The same loss with other row weights (0 leaves a row out), length n.
    ///
    /// # Errors
    /// If the weights do not fit, or the loss takes none.
    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        let _ = weights;
        Err(ProblemError::Unsupported { what: self.name(), missing: "row weights" })
    }
    /// The row weights, if they are not all 1.
    fn weights(&self) -> Option<&[f64]>;
    /// Adds the data to a problem's fingerprint.
    fn fingerprint(&self, hash: &mut Fingerprint);
}

/// `log(x)` for `x > 0`, to a few units in the last place of `max(1, |log x|)`.
pub(crate) fn natural_log(x: f64) -> f64 {
    if x >= 1.0 { scalar::log1p(x - 1.0) } else { -scalar::log1p(1.0 / x.max(f64::MIN_POSITIVE) - 1.0) }
}

#[cfg(test)]
mod tests;
