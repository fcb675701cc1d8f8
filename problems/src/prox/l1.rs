//! The L1 norm.

use super::{ConvexPenalty, Piece, SeparablePenalty, positive_part, proximable_by_coordinates, strength};
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// `lambda |x|_1` (Tibshirani, *Regression shrinkage and selection via the lasso*, JRSS B 58, 1996).
#[derive(Clone, Debug, PartialEq)]
pub struct L1 {
    lambda: f64,
}

impl L1 {
    /// The L1 norm times `lambda >= 0`.
    ///
    /// # Errors
    /// If `lambda` is negative or not finite.
    pub fn new(lambda: f64) -> Result<Self, ProblemError> {
        Ok(Self { lambda: strength("lambda", lambda)? })
    }

    /// The factor lambda.
    pub fn lambda(&self) -> f64 {
        self.lambda
    }
}

proximable_by_coordinates!(L1);

impl SeparablePenalty for L1 {
    fn name(&self) -> &'static str {
        "l1"
    }
    fn value_at(&self, _: usize, x: f64) -> f64 {
        self.lambda * x.abs()
    }
    #[inline]
    fn prox_at(&self, _: usize, u: f64, step: f64) -> f64 {
        dense::soft_threshold(u, step * self.lambda)
    }
    fn rest_at(&self, _: usize) -> f64 {
        0.0
    }
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 { positive_part(c.abs() - self.lambda) } else { (c - self.lambda.copysign(x)).abs() }
    }
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 && self.lambda > 0.0 { self.lambda - c.abs() } else { f64::NEG_INFINITY }
    }
    fn piece_at(&self, _: usize, x: f64) -> Option<Piece> {
        let (slope, curvature) = (self.lambda.copysign(x), 0.0);
        if self.lambda == 0.0 {
            Some(Piece { slope, curvature, lower: f64::NEG_INFINITY, upper: f64::INFINITY })
        } else if x > 0.0 {
            Some(Piece { slope, curvature, lower: 0.0, upper: f64::INFINITY })
        } else if x < 0.0 {
            Some(Piece { slope, curvature, lower: f64::NEG_INFINITY, upper: 0.0 })
        } else {
            None
        }
    }
    fn linear_on_interval(&self) -> Option<(f64, f64, f64)> {
        (self.lambda == 0.0).then_some((0.0, f64::NEG_INFINITY, f64::INFINITY))
    }
    fn null_strength(&self, correlations: &[f64]) -> Option<f64> {
        (self.lambda > 0.0).then(|| dense::nrm_inf(correlations) / self.lambda)
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda)]
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        Some(self)
    }
}

impl ConvexPenalty for L1 {
    /// `|x| (lambda - c sign x)`.
    fn fenchel_gap_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if c.abs() > self.lambda * (1.0 + 1e-15) {
            return f64::INFINITY;
        }
        positive_part(x.abs() * (self.lambda - c * x.signum()))
    }
    fn dual_limit_at(&self, _: usize, c: f64) -> f64 {
        if c == 0.0 { f64::INFINITY } else { self.lambda / c.abs() }
    }
    fn gap_closes(&self) -> bool {
        self.lambda > 0.0
    }
    fn forced_value_at(&self, _: usize, c: f64, radius: f64) -> Option<f64> {
        (c.abs() + radius < self.lambda).then_some(0.0)
    }
}
