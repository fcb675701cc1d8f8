//! Poisson regression for counts.

use super::Datafit;
use super::natural_log;
use super::rows::{RowLoss, Rows, divergence};
use crate::error::{ProblemError, all_nonnegative};
use thalweg_kernels::scalar;

/// `phi(y, z) = exp(z) - y z` for `y >= 0`: the negative log-likelihood of a count with mean `exp(z)`, up to a constant. Its
/// second derivative has no bound.
#[derive(Clone, Debug)]
pub struct Poisson {
    rows: Rows,
}

impl Poisson {
    /// From counts (any numbers of at least 0), one for each row.
    ///
    /// # Errors
    /// If one is negative or not finite.
    pub fn new(counts: Vec<f64>) -> Result<Self, ProblemError> {
        all_nonnegative("count", &counts)?;
        Ok(Self { rows: Rows::new(counts) })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as counts, or one is negative or not finite.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        self.rows = self.rows.weighted(weights, None)?;
        Ok(self)
    }
}

impl RowLoss for Poisson {
    fn loss_name(&self) -> &'static str {
        "poisson"
    }
    fn data(&self) -> &Rows {
        &self.rows
    }
    fn curvature_bound(&self) -> Option<f64> {
        None
    }
    /// At `exp(z) = y`.
    fn infimum_of_row(&self, y: f64) -> f64 {
        if y == 0.0 { 0.0 } else { y * (1.0 - natural_log(y)) }
    }
    fn row_value(&self, y: f64, z: f64) -> f64 {
        scalar::exp(z) - if y == 0.0 { 0.0 } else { y * z }
    }
    fn row_slope(&self, y: f64, z: f64) -> f64 {
        scalar::exp(z) - y
    }
    fn row_curvature(&self, _: f64, z: f64) -> f64 {
        scalar::exp(z)
    }
    fn dual_domain(&self, y: f64) -> (f64, f64) {
        (f64::NEG_INFINITY, y)
    }
    /// `phi^*(-v) = u log u - u` with `u = y - v`: the divergence of u from the mean.
    fn row_gap(&self, y: f64, z: f64, v: f64) -> f64 {
        divergence(y - v, scalar::exp(z), z)
    }
    /// `log(sum of w y / sum of w exp(z))`, around the largest z.
    fn shift(&self, fit: &[f64]) -> f64 {
        let data = &self.rows;
        let top = largest(data, fit);
        if top == f64::NEG_INFINITY {
            return 0.0;
        }
        let counts = data.sum(|i| data.targets()[i]);
        if counts == 0.0 {
            return f64::NEG_INFINITY;
        }
        let means = data.sum(|i| scalar::exp(fit[i] - top));
        (natural_log(counts) - natural_log(means)) - top
    }

    fn with_row_weights(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }
}

/// The largest of some numbers among the rows that count.
pub(super) fn largest(data: &Rows, numbers: &[f64]) -> f64 {
    (0..numbers.len()).filter(|&i| data.weight(i) > 0.0).fold(f64::NEG_INFINITY, |m, i| m.max(numbers[i]))
}
