//! The sparse group lasso.

use super::lasso::positive;
use super::{GroupPenalty, ROUNDING, group_weights, norm, shrink};
use crate::error::ProblemError;
use crate::prox::positive_part;
use std::sync::Arc;
use thalweg_kernels::dense;

/// `lambda (r |x|_1 + (1 - r) sum over b of w_b |x_b|)` with `0 <= r <= 1` (Simon, Friedman, Hastie, Tibshirani, *A
/// sparse-group lasso*, J. Comput. Graph. Stat. 22, 2013).
#[derive(Clone, Debug, PartialEq)]
pub struct SparseGroup {
    lambda: f64,
    l1_ratio: f64,
    weights: Arc<[f64]>,
}

impl SparseGroup {
    /// With factor `lambda > 0`, the share `l1_ratio` of the L1 norm, and a positive weight for each group.
    ///
    /// # Errors
    /// If `lambda` or a weight is not finite and positive, or the share is not in [0, 1].
    pub fn new(lambda: f64, l1_ratio: f64, weights: impl Into<Arc<[f64]>>) -> Result<Self, ProblemError> {
        if !(0.0..=1.0).contains(&l1_ratio) {
            return Err(ProblemError::Parameter {
                what: "l1_ratio",
                value: l1_ratio,
                expected: "a number from 0 to 1",
            });
        }
        Ok(Self { lambda: positive("lambda", lambda)?, l1_ratio, weights: group_weights(weights.into())? })
    }

    /// The threshold of single coefficients.
    fn single(&self) -> f64 {
        self.lambda * self.l1_ratio
    }

    /// The threshold of the group.
    fn group(&self, b: usize) -> f64 {
        self.lambda * (1.0 - self.l1_ratio) * self.weights[b]
    }

    /// `|S(c, single)|`.
    fn rest(&self, c: &[f64]) -> f64 {
        let t = self.single();
        c.iter().fold(0.0, |s, &c| s + dense::soft_threshold(c, t).powi(2)).sqrt()
    }
}

impl GroupPenalty for SparseGroup {
    fn name(&self) -> &'static str {
        "sparse-group"
    }
    fn groups(&self) -> usize {
        self.weights.len()
    }
    fn value_of(&self, b: usize, x: &[f64]) -> f64 {
        self.single() * dense::nrm1(x) + self.group(b) * norm(x)
    }
    fn prox_of(&self, b: usize, u: &mut [f64], step: f64) {
        let t = step * self.single();
        u.iter_mut().for_each(|u| *u = dense::soft_threshold(*u, t));
        shrink(u, step * self.group(b));
    }
    fn subdifferential_distance(&self, b: usize, x: &[f64], c: &[f64]) -> f64 {
        let (length, t, t1) = (norm(x), self.group(b), self.single());
        if length == 0.0 {
            return positive_part(self.rest(c) - t);
        }
        let miss = |(&x, &c): (&f64, &f64)| {
            if x == 0.0 { dense::soft_threshold(c, t1) } else { c - t1.copysign(x) - t * x / length }
        };
        x.iter().zip(c).map(miss).fold(0.0, |s, d| s + d * d).sqrt()
    }
    /// With `c = clip(c, t1) + S(c, t1)` the gap falls into the parts of the two norms, each at least 0.
    fn fenchel_gap_of(&self, b: usize, x: &[f64], c: &[f64]) -> f64 {
        let (t, t1) = (self.group(b), self.single());
        let slack = 1e-14 * self.lambda * (self.l1_ratio + (1.0 - self.l1_ratio) * self.weights[b]);
        if self.rest(c) > t * ROUNDING + slack {
            return f64::INFINITY;
        }
        let (mut single, mut product) = (0.0, 0.0);
        for (&x, &c) in x.iter().zip(c) {
            let rest = dense::soft_threshold(c, t1);
            single += positive_part(t1 * x.abs() - (c - rest) * x);
            product += rest * x;
        }
        single + positive_part(t * norm(x) - product)
    }
    /// The root of `|S(s c, t1)| = t`, which grows with s: quadratic between the places where entries pass `t1`.
    fn dual_limit_of(&self, b: usize, c: &[f64]) -> f64 {
        let (t, t1) = (self.group(b), self.single());
        let mut sizes: Vec<f64> = c.iter().map(|c| c.abs()).filter(|c| *c > 0.0).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let Some(&largest) = sizes.first() else { return f64::INFINITY };
        if t == 0.0 {
            return t1 / largest;
        }
        // With the k largest entries past t1: sum of (s c_i - t1)^2 = t^2.
        let (mut squares, mut sum) = (0.0, 0.0);
        for (k, &size) in sizes.iter().enumerate() {
            squares += size * size;
            sum += size;
            let next = sizes.get(k + 1).map_or(f64::INFINITY, |&next| t1 / next);
            let (n, reach) = ((k + 1) as f64, t * t);
            let root = (t1 * t1 * sum * sum - squares * (n * t1 * t1 - reach)).max(0.0).sqrt();
            let s = (t1 * sum + root) / squares;
            if s <= next {
                return s;
            }
        }
        f64::INFINITY
    }
    fn slack_of(&self, b: usize, c: &[f64]) -> f64 {
        self.group(b) - self.rest(c)
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda), ("l1_ratio", self.l1_ratio)]
    }
    fn weights(&self) -> &[f64] {
        &self.weights
    }
}
