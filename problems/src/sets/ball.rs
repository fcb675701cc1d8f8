//! Euclidean balls.

use super::Project;
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// `|x|_2 <= radius`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ball {
    radius: f64,
}

impl Ball {
    /// The ball around 0 with this radius.
    ///
    /// # Errors
    /// If the radius is negative or not finite.
    pub fn new(radius: f64) -> Result<Self, ProblemError> {
        Ok(Self { radius: crate::prox::strength("the ball's radius", radius)? })
    }
}

/// Rounding that a projected point may be outside by.
const SLACK: f64 = 1e-14;

impl Project for Ball {
    fn project(&self, x: &mut [f64]) {
        let norm = dense::nrm2(x);
        if norm > self.radius * (1.0 + SLACK) {
            dense::scale(self.radius / norm, x);
        }
    }
    fn contains(&self, x: &[f64]) -> bool {
        dense::nrm2(x) <= self.radius * (1.0 + SLACK)
    }
    fn support(&self, c: &[f64]) -> Option<f64> {
        Some(self.radius * dense::nrm2(c))
    }
}
