//! What operators over samples share: constants from those of the components.

use super::{Law, Part};

/// A mean of n components with Lipschitz constants `N_i`: drawn uniformly the constant on average is the root of their mean
/// square, drawn in proportion to `N_i` it is their mean.
#[derive(Clone, Debug)]
pub(super) struct Constants {
    pub(super) parts: [Part; 1],
    uniform: f64,
    importance: f64,
}

impl Constants {
    pub(super) fn new(constants: &[f64]) -> Self {
        let n = constants.len() as f64;
        let (sum, squares) = constants.iter().fold((0.0, 0.0), |(s, q), c| (s + c, q + c * c));
        let part = Part::weighted(constants);
        let uniform = f64::sqrt(squares / n);
        let importance = if part.probabilities.is_empty() { uniform } else { sum / n };
        Self { parts: [part], uniform, importance }
    }

    /// With constants on average of its own.
    pub(super) fn with(mut self, uniform: f64, importance: f64) -> Self {
        (self.uniform, self.importance) = (uniform, importance);
        self
    }

    pub(super) fn on_average(&self, law: Law) -> Option<f64> {
        Some(if law == Law::Importance { self.importance } else { self.uniform })
    }
}
