//! The group lasso of non-negative coefficients.

use super::lasso::positive;
use super::{GroupPenalty, ROUNDING, group_weights, norm, shrink};
use crate::error::ProblemError;
use crate::prox::positive_part;
use std::sync::Arc;
use thalweg_kernels::dense;

/// `lambda sum over b of w_b |x_b|` for `x >= 0`, infinite otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct NonnegativeGroup {
    lambda: f64,
    weights: Arc<[f64]>,
}

impl NonnegativeGroup {
    /// With factor `lambda > 0` and a positive weight for each group.
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

/// `|max(c, 0)|`.
fn positive_norm(c: &[f64]) -> f64 {
    c.iter().fold(0.0, |s, &c| s + positive_part(c) * positive_part(c)).sqrt()
}

impl GroupPenalty for NonnegativeGroup {
    fn name(&self) -> &'static str {
        "nonneg-group"
    }
    fn groups(&self) -> usize {
        self.weights.len()
    }
    fn value_of(&self, b: usize, x: &[f64]) -> f64 {
        if x.iter().any(|&x| x < 0.0) { f64::INFINITY } else { self.threshold(b) * norm(x) }
    }
    fn prox_of(&self, b: usize, u: &mut [f64], step: f64) {
        u.iter_mut().for_each(|u| *u = positive_part(*u));
        shrink(u, step * self.threshold(b));
    }
    /// At `x = 0` the subdifferential is the ball plus the negative orthant; elsewhere entries at 0 have room below.
    fn subdifferential_distance(&self, b: usize, x: &[f64], c: &[f64]) -> f64 {
        let (length, t) = (norm(x), self.threshold(b));
        if length == 0.0 {
            return positive_part(positive_norm(c) - t);
        }
        let miss = |(&x, &c): (&f64, &f64)| if x > 0.0 { c - t * x / length } else { positive_part(c) };
        x.iter().zip(c).map(miss).fold(0.0, |s, d| s + d * d).sqrt()
    }
    fn fenchel_gap_of(&self, b: usize, x: &[f64], c: &[f64]) -> f64 {
        let t = self.threshold(b);
        if positive_norm(c) > t * ROUNDING || x.iter().any(|&x| x < 0.0) {
            return f64::INFINITY;
        }
        positive_part(t * norm(x) - dense::dot(x, c))
    }
    fn dual_limit_of(&self, b: usize, c: &[f64]) -> f64 {
        let length = positive_norm(c);
        if length == 0.0 { f64::INFINITY } else { self.threshold(b) / length }
    }
    fn slack_of(&self, b: usize, c: &[f64]) -> f64 {
        self.threshold(b) - positive_norm(c)
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda)]
    }
    fn weights(&self) -> &[f64] {
        &self.weights
    }
}
