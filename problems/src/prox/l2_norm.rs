//! The Euclidean norm.

use super::{Proximable, strength};
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// `lambda |x|_2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L2Norm {
    lambda: f64,
}

impl L2Norm {
    /// The norm times `lambda >= 0`.
    ///
    /// # Errors
    /// If lambda is negative or not finite.
    pub fn new(lambda: f64) -> Result<Self, ProblemError> {
        Ok(Self { lambda: strength("lambda", lambda)? })
    }
}

impl Proximable for L2Norm {
    fn value(&self, x: &[f64]) -> f64 {
        self.lambda * dense::nrm2(x)
    }
    /// Shortens x by `step lambda`, to 0 at most.
    fn prox(&self, x: &mut [f64], step: f64) {
        let (norm, cut) = (dense::nrm2(x), step * self.lambda);
        if norm <= cut {
            x.fill(0.0);
        } else {
            dense::scale(1.0 - cut / norm, x);
        }
    }
    /// The conjugate is 0 on the ball of radius lambda.
    fn fenchel_gap(&self, x: &[f64], f: &[f64]) -> Option<f64> {
        let inside = dense::nrm2(f) <= self.lambda * (1.0 + 1e-12);
        Some(if inside { self.value(x) + dense::dot(f, x) } else { f64::INFINITY })
    }
}
