//! The L1 norm of non-negative vectors.

use super::{ConvexPenalty, Piece, SeparablePenalty, positive_part, proximable_by_coordinates, strength};
use crate::error::ProblemError;

/// `lambda x` for `x >= 0`, infinite for `x < 0`, in each coordinate.
#[derive(Clone, Debug, PartialEq)]
pub struct NonnegativeL1 {
    lambda: f64,
}

impl NonnegativeL1 {
    /// With factor `lambda >= 0`; 0 gives non-negative least squares and the like.
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

proximable_by_coordinates!(NonnegativeL1);

impl SeparablePenalty for NonnegativeL1 {
    fn name(&self) -> &'static str {
        "nonneg"
    }
    fn value_at(&self, _: usize, x: f64) -> f64 {
        if x < 0.0 { f64::INFINITY } else { self.lambda * x }
    }
    #[inline]
    fn prox_at(&self, _: usize, u: f64, step: f64) -> f64 {
        positive_part(u - step * self.lambda)
    }
    fn rest_at(&self, _: usize) -> f64 {
        0.0
    }
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 { positive_part(c - self.lambda) } else { (c - self.lambda).abs() }
    }
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 { self.lambda - c } else { f64::NEG_INFINITY }
    }
    fn piece_at(&self, _: usize, x: f64) -> Option<Piece> {
        (x > 0.0).then_some(Piece { slope: self.lambda, curvature: 0.0, lower: 0.0, upper: f64::INFINITY })
    }
    fn linear_on_interval(&self) -> Option<(f64, f64, f64)> {
        Some((self.lambda, 0.0, f64::INFINITY))
    }
    fn null_strength(&self, correlations: &[f64]) -> Option<f64> {
        let largest = correlations.iter().fold(0.0, |m, &c| if c > m || c.is_nan() { c } else { m });
        (self.lambda > 0.0).then(|| largest / self.lambda)
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda)]
    }
    fn domain(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        Some(self)
    }
}

impl ConvexPenalty for NonnegativeL1 {
    fn fenchel_gap_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if x < 0.0 || c > self.lambda * (1.0 + 1e-15) {
            return f64::INFINITY;
        }
        positive_part(x * (self.lambda - c))
    }
    fn dual_limit_at(&self, _: usize, c: f64) -> f64 {
        if c <= 0.0 { f64::INFINITY } else { self.lambda / c }
    }
    fn gap_closes(&self) -> bool {
        self.lambda > 0.0
    }
    fn forced_value_at(&self, _: usize, c: f64, radius: f64) -> Option<f64> {
        (c + radius < self.lambda).then_some(0.0)
    }
}
