//! Huber's robust loss.

use super::Datafit;
use super::rows::{RowLoss, Rows, root};
use crate::error::{ProblemError, all_finite};
use thalweg_kernels::dense;

/// `phi(y, z) = r^2 / 2` for `|r| <= delta`, `delta (|r| - delta / 2)` beyond, `r = z - y` (Huber, *Robust estimation of a
/// location parameter*, Ann. Math. Statist. 35, 1964): least squares in which no row pulls harder than delta.
#[derive(Clone, Debug)]
pub struct Huber {
    rows: Rows,
    delta: f64,
}

impl Huber {
    /// To `targets` y, one for each row.
    ///
    /// # Errors
    /// If a target is not finite, or delta not a finite number above 0.
    pub fn new(targets: Vec<f64>, delta: f64) -> Result<Self, ProblemError> {
        all_finite("target", &targets)?;
        if !(delta.is_finite() && delta > 0.0) {
            return Err(ProblemError::Parameter { what: "delta", value: delta, expected: "a finite number above 0" });
        }
        Ok(Self { rows: Rows::new(targets), delta })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as targets, or one is negative or not finite.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        self.rows = self.rows.weighted(weights, Some(1.0))?;
        Ok(self)
    }

    /// The residual from which on the loss is linear.
    pub fn delta(&self) -> f64 {
        self.delta
    }
}

impl RowLoss for Huber {
    fn loss_name(&self) -> &'static str {
        "huber"
    }
    fn data(&self) -> &Rows {
        &self.rows
    }
    fn parameter(&self) -> Option<f64> {
        Some(self.delta)
    }
    fn curvature_bound(&self) -> Option<f64> {
        Some(1.0)
    }
    fn row_value(&self, y: f64, z: f64) -> f64 {
        let r = (z - y).abs();
        if r <= self.delta { 0.5 * r * r } else { self.delta * (r - 0.5 * self.delta) }
    }
    fn row_slope(&self, y: f64, z: f64) -> f64 {
        (z - y).clamp(-self.delta, self.delta)
    }
    fn row_curvature(&self, y: f64, z: f64) -> f64 {
        f64::from(u8::from((z - y).abs() <= self.delta))
    }
    fn dual_domain(&self, _: f64) -> (f64, f64) {
        (-self.delta, self.delta)
    }
    /// `phi^*(-v) = v^2 / 2 - y v`: `(r + v)^2 / 2` inside; beyond, by symmetry for `r > delta`,
    /// `(delta + v) (r - (delta - v) / 2)`.
    fn row_gap(&self, y: f64, z: f64, v: f64) -> f64 {
        let r = z - y;
        if r.abs() <= self.delta {
            return 0.5 * (r + v) * (r + v);
        }
        let v = if r > 0.0 { v } else { -v };
        let room = self.delta + v;
        if room == 0.0 { 0.0 } else { room * (r.abs() - 0.5 * (self.delta - v)) }
    }
    /// The slope is negative where every residual is, and positive where none is.
    fn shift(&self, fit: &[f64]) -> f64 {
        let (data, n) = (&self.rows, fit.len());
        let rows = || (0..n).filter(|&i| data.weight(i) > 0.0).map(|i| data.targets()[i] - fit[i]);
        let low = rows().fold(f64::INFINITY, f64::min);
        let high = rows().fold(f64::NEG_INFINITY, f64::max);
        if low >= high {
            return if low.is_finite() { low } else { 0.0 };
        }
        let (mut slopes, mut curvatures) = (vec![0.0; n], vec![0.0; n]);
        let at = |c: f64| {
            for i in 0..n {
                let (w, r) = (data.weight(i), (fit[i] - data.targets()[i]) + c);
                slopes[i] = if w == 0.0 { 0.0 } else { w * r.clamp(-self.delta, self.delta) };
                curvatures[i] = if r.abs() <= self.delta { w } else { 0.0 };
            }
            (dense::sum(&slopes), dense::sum(&curvatures), dense::nrm1(&slopes))
        };
        root(low, high, at)
    }

    fn with_row_weights(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }
}
