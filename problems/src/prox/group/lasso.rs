//! The group lasso.

use super::{GroupPenalty, ROUNDING, group_weights, norm, shrink};
use crate::error::ProblemError;
use crate::prox::{positive_part, strength};
use std::sync::Arc;
use thalweg_kernels::dense;

/// `lambda sum over b of w_b |x_b|` with Euclidean norms (Yuan and Lin, *Model selection and estimation in regression with
/// grouped variables*, JRSS B 68, 2006).
#[derive(Clone, Debug, PartialEq)]
pub struct GroupLasso {
    lambda: f64,
    weights: Arc<[f64]>,
}

impl GroupLasso {
    /// With factor `lambda > 0` and a positive weight for each group; the usual one is the square root of the group's size.
    ///
    /// # Errors
    /// If `lambda` is not finite and positive, or a weight is not.
    pub fn new(lambda: f64, weights: impl Into<Arc<[f64]>>) -> Result<Self, ProblemError> {
        Ok(Self { lambda: positive("lambda", lambda)?, weights: group_weights(weights.into())? })
    }

    fn threshold(&self, b: usize) -> f64 {
        self.lambda * self.weights[b]
    }
}

/// A strength that must not be 0: without penalty there is no gap.
pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, ProblemError> {
    match strength(what, value)? {
        0.0 => Err(ProblemError::Parameter { what, value, expected: "a positive number for a penalty of groups" }),
        value => Ok(value),
    }
}

impl GroupPenalty for GroupLasso {
    fn name(&self) -> &'static str {
        "group"
    }
    fn groups(&self) -> usize {
        self.weights.len()
    }
    fn value_of(&self, b: usize, x: &[f64]) -> f64 {
        self.threshold(b) * norm(x)
    }
    fn prox_of(&self, b: usize, u: &mut [f64], step: f64) {
        shrink(u, step * self.threshold(b));
    }
    fn subdifferential_distance(&self, b: usize, x: &[f64], c: &[f64]) -> f64 {
        let (length, t) = (norm(x), self.threshold(b));
        if length == 0.0 {
            return positive_part(norm(c) - t);
        }
        x.iter().zip(c).fold(0.0, |s, (x, c)| s + (c - t * x / length).powi(2)).sqrt()
    }
    fn fenchel_gap_of(&self, b: usize, x: &[f64], c: &[f64]) -> f64 {
        let t = self.threshold(b);
        if norm(c) > t * ROUNDING {
            return f64::INFINITY;
        }
        positive_part(t * norm(x) - dense::dot(x, c))
    }
    fn dual_limit_of(&self, b: usize, c: &[f64]) -> f64 {
        let length = norm(c);
        if length == 0.0 { f64::INFINITY } else { self.threshold(b) / length }
    }
    fn slack_of(&self, b: usize, c: &[f64]) -> f64 {
        self.threshold(b) - norm(c)
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda)]
    }
    fn weights(&self) -> &[f64] {
        &self.weights
    }
}
