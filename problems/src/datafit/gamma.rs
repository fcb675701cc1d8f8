//! Gamma regression for positive numbers.

use super::Datafit;
use super::natural_log;
use super::poisson::largest;
use super::rows::{RowLoss, Rows, divergence};
use crate::error::{ProblemError, all_finite};
use thalweg_kernels::scalar;

/// `phi(y, z) = z + y exp(-z)` for `y > 0`: the negative log-likelihood of a Gamma variable with mean `exp(z)`, up to shape
/// and constants. Its second derivative has no bound.
#[derive(Clone, Debug)]
pub struct Gamma {
    rows: Rows,
}

impl Gamma {
    /// To `targets` y, one for each row.
    ///
    /// # Errors
    /// If one is not a finite number above 0.
    pub fn new(targets: Vec<f64>) -> Result<Self, ProblemError> {
        all_finite("target", &targets)?;
        match targets.iter().position(|&y| y <= 0.0) {
            Some(index) => Err(ProblemError::NotPositive { what: "target", index, value: targets[index] }),
            None => Ok(Self { rows: Rows::new(targets) }),
        }
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as targets, or one is negative or not finite.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        self.rows = self.rows.weighted(weights, None)?;
        Ok(self)
    }
}

impl RowLoss for Gamma {
    fn loss_name(&self) -> &'static str {
        "gamma"
    }
    fn data(&self) -> &Rows {
        &self.rows
    }
    fn curvature_bound(&self) -> Option<f64> {
        None
    }
    /// At `exp(z) = y`.
    fn infimum_of_row(&self, y: f64) -> f64 {
        1.0 + natural_log(y)
    }
    fn row_value(&self, y: f64, z: f64) -> f64 {
        z + y * scalar::exp(-z)
    }
    fn row_slope(&self, y: f64, z: f64) -> f64 {
        1.0 - y * scalar::exp(-z)
    }
    fn row_curvature(&self, y: f64, z: f64) -> f64 {
        y * scalar::exp(-z)
    }
    fn dual_domain(&self, _: f64) -> (f64, f64) {
        (-1.0, f64::INFINITY)
    }
    /// `phi^*(-v) = -t log(y / t) - t` with `t = 1 + v`: the divergence of t from `y exp(-z)`.
    fn row_gap(&self, y: f64, z: f64, v: f64) -> f64 {
        divergence(1.0 + v, y * scalar::exp(-z), natural_log(y) - z)
    }
    /// `log(sum of w y exp(-z) / sum of w)`, around the smallest z.
    fn shift(&self, fit: &[f64]) -> f64 {
        let data = &self.rows;
        let negative: Vec<f64> = fit.iter().map(|z| -z).collect();
        let top = largest(data, &negative);
        if top == f64::NEG_INFINITY {
            return 0.0;
        }
        let means = data.sum(|i| data.targets()[i] * scalar::exp(negative[i] - top));
        (natural_log(means) - natural_log(data.sum(|_| 1.0))) + top
    }

    fn with_row_weights(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }
}
