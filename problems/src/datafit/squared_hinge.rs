//! The squared hinge loss for two classes.

use super::Datafit;
use super::classes::Classes;
use super::rows::{RowLoss, Rows, reach, root};
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// `phi(y, z) = max(0, 1 - y z)^2` with `y` in {-1, +1}: the smooth loss of support vector machines (of liblinear's "L2-loss"
/// machines).
#[derive(Clone, Debug)]
pub struct SquaredHinge {
    rows: Rows,
    classes: Classes,
}

impl SquaredHinge {
    /// From labels with exactly two different values; the larger one is the class +1.
    ///
    /// # Errors
    /// If a label is not finite, or there are not exactly two values.
    pub fn from_labels(labels: &[f64]) -> Result<Self, ProblemError> {
        let classes = Classes::of(labels)?;
        Ok(Self { rows: Rows::new(classes.signs(labels)), classes })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as labels, one is negative or not finite, or all rows of a class have weight 0.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        self.rows = self.rows.weighted(weights, Some(2.0))?;
        Classes::both_present(self.rows.targets(), self.rows.weights().unwrap_or_default())?;
        Ok(self)
    }

    /// The labels of the classes -1 and +1, as given.
    pub fn classes(&self) -> (f64, f64) {
        self.classes.labels()
    }
}

impl RowLoss for SquaredHinge {
    fn loss_name(&self) -> &'static str {
        "squared-hinge"
    }
    fn data(&self) -> &Rows {
        &self.rows
    }
    fn curvature_bound(&self) -> Option<f64> {
        Some(2.0)
    }
    fn row_value(&self, y: f64, z: f64) -> f64 {
        let h = missing(y * z);
        h * h
    }
    fn row_slope(&self, y: f64, z: f64) -> f64 {
        -2.0 * y * missing(y * z)
    }
    fn row_curvature(&self, y: f64, z: f64) -> f64 {
        if y * z < 1.0 { 2.0 } else { 0.0 }
    }
    fn dual_domain(&self, y: f64) -> (f64, f64) {
        if y > 0.0 { (0.0, f64::INFINITY) } else { (f64::NEG_INFINITY, 0.0) }
    }
    /// With `a = y v`, `phi^*(-v) = a^2 / 4 - a`: `(h - a / 2)^2` for a margin missed by h, else `a (y z - 1) + a^2 / 4`.
    fn row_gap(&self, y: f64, z: f64, v: f64) -> f64 {
        let (a, margin) = (y * v, y * z);
        if margin > 1.0 {
            return if a == 0.0 { 0.0 } else { a * (margin - 1.0) + 0.25 * a * a };
        }
        let d = (1.0 - margin) - 0.5 * a;
        d * d
    }
    /// Far enough to either side all rows of one class are beyond their margin, and none of the other.
    fn shift(&self, fit: &[f64]) -> f64 {
        let (data, n) = (&self.rows, fit.len());
        let far = 2.0 * reach(data, fit) + 1.0;
        let (mut slopes, mut curvatures) = (vec![0.0; n], vec![0.0; n]);
        let at = |c: f64| {
            for i in 0..n {
                let (w, y, z) = (data.weight(i), data.targets()[i], fit[i] + c);
                slopes[i] = if w == 0.0 { 0.0 } else { w * self.row_slope(y, z) };
                curvatures[i] = w * self.row_curvature(y, z);
            }
            (dense::sum(&slopes), dense::sum(&curvatures), dense::nrm1(&slopes))
        };
        root(-far, far, at)
    }

    fn with_row_weights(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }
}

/// `max(0, 1 - margin)`, NaN for NaN.
fn missing(margin: f64) -> f64 {
    if margin >= 1.0 { 0.0 } else { 1.0 - margin }
}
