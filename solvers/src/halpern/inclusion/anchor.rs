//! The anchor, and the answer.

use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// An anchor `u_0` and the number k of steps since it was set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Anchor {
    pub(super) point: Vec<f64>,
    pub(super) k: u64,
    /// The first residual measured since; NaN before.
    pub(super) residual: f64,
}

impl Anchor {
    pub(super) fn new(point: Vec<f64>) -> Self {
        Self { point, k: 0, residual: f64::NAN }
    }

    /// The weight `a / (k + b)` of the anchor.
    pub(super) fn weight(&self, a: f64, b: f64) -> f64 {
        a / (self.k as f64 + b)
    }

    /// `out = weight u_0 + (1 - weight) u`.
    pub(super) fn blend(&self, weight: f64, u: &[f64], out: &mut [f64]) {
        dense::scaled_add(weight, &self.point, 1.0 - weight, u, out);
    }

    /// Moves the anchor.
    pub(super) fn restart(&mut self, point: &[f64], residual: f64) {
        self.point.copy_from_slice(point);
        (self.k, self.residual) = (0, residual);
    }
}

/// The point of smallest natural residual among those whose residual was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) point: Vec<f64>,
    pub(super) residual: f64,
}

impl Answer {
    pub(super) fn new(point: Vec<f64>, residual: f64) -> Self {
        Self { point, residual }
    }

    /// Takes a point if it is better.
    pub(super) fn offer(&mut self, point: &[f64], residual: f64) {
        if residual <= self.residual {
            self.point.copy_from_slice(point);
            self.residual = residual;
        }
    }
}
