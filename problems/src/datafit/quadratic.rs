//! Least squares.

use super::{Datafit, Smoothness};
use crate::error::{ProblemError, all_finite, all_nonnegative, same_length};
use crate::fingerprint::Fingerprint;
use thalweg_kernels::{dense, parallel};

/// `phi_i(z) = w_i (y_i - z)^2 / 2` with row weights `w` (all 1 unless given).
#[derive(Clone, Debug)]
pub struct Quadratic {
    targets: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Quadratic {
    /// Least squares to `targets` y, one for each row.
    ///
    /// # Errors
    /// If a target is not finite.
    pub fn new(targets: Vec<f64>) -> Result<Self, ProblemError> {
        all_finite("target", &targets)?;
        Ok(Self { targets, weights: None })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as targets, or one is negative or not finite.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        same_length("weights", weights.len(), self.targets.len())?;
        all_nonnegative("weight", &weights)?;
        self.weights = Some(weights);
        Ok(self)
    }

    /// The targets y.
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[i])
    }

    /// `sum of w_i d_i^2`, a block of rows at a time.
    fn sum_squares(&self, difference: impl Fn(usize) -> f64 + Sync) -> f64 {
        const BLOCK: usize = 256;
        parallel::sum_chunks(self.targets.len(), |rows| {
            let (mut d, mut total) = ([0.0; BLOCK], 0.0);
            for start in rows.clone().step_by(BLOCK) {
                let rows = start..rows.end.min(start + BLOCK);
                let d = &mut d[..rows.len()];
                for (d, i) in d.iter_mut().zip(rows.clone()) {
                    *d = difference(i);
                }
                total += match &self.weights {
                    None => dense::sum_squares(d),
                    // (w d) d: a weight of 0 silences a square that overflows.
                    Some(w) => dense::weighted_dot(&w[rows], d, d),
                };
            }
            total
        })
    }

    fn sum(&self, term: impl Fn(usize) -> f64 + Sync) -> f64 {
        parallel::sum_chunks(self.targets.len(), |rows| rows.map(&term).fold(0.0, |a, b| a + b))
    }
}

impl Datafit for Quadratic {
    fn name(&self) -> &'static str {
        "squared"
    }

    fn rows(&self) -> usize {
        self.targets.len()
    }

    fn value(&self, fit: &[f64]) -> f64 {
        0.5 * self.sum_squares(|i| self.targets[i] - fit[i])
    }

    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        for (i, o) in out.iter_mut().enumerate() {
            *o = self.weight(i) * (fit[i] - self.targets[i]);
        }
    }

    fn curvature(&self, _fit: &[f64], out: &mut [f64]) {
        match &self.weights {
            Some(w) => out.copy_from_slice(w),
            None => out.fill(1.0),
        }
    }

    fn smoothness(&self) -> Smoothness<'_> {
        self.weights.as_deref().map_or(Smoothness::Uniform(1.0), Smoothness::PerRow)
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn third_derivative_bound(&self) -> Option<f64> {
        Some(0.0)
    }

    fn best_shift(&self, fit: &[f64]) -> f64 {
        let weight = self.weights.as_ref().map_or(self.targets.len() as f64, |w| dense::sum(w));
        if weight == 0.0 { 0.0 } else { self.sum(|i| self.weight(i) * (self.targets[i] - fit[i])) / weight }
    }

    /// The nearest such point in the metric of the weights: `v_i - w_i (sum of v) / (sum of w)`, and 0 where `w_i = 0`.
    fn balance(&self, dual: &mut [f64]) {
        if let Some(w) = &self.weights {
            dual.iter_mut().zip(w).filter(|(_, w)| **w == 0.0).for_each(|(v, _)| *v = 0.0);
        }
        let total = dense::sum(dual);
        let weight = self.weights.as_ref().map_or(dual.len() as f64, |w| dense::sum(w));
        if weight > 0.0 {
            let mean = total / weight;
            dual.iter_mut().enumerate().for_each(|(i, v)| *v -= self.weight(i) * mean);
        }
    }

    /// Maximises `s y'v - s^2 sum of v_i^2 / (2 w_i)`.
    fn best_dual_scale(&self, dual: &[f64]) -> f64 {
        let curvature = match self.weights {
            None => dense::sum_squares(dual),
            Some(_) => self.sum(|i| if dual[i] == 0.0 { 0.0 } else { dual[i] * dual[i] / self.weight(i) }),
        };
        let best = dense::dot(&self.targets, dual) / curvature;
        if best.is_finite() { best } else { 1.0 }
    }

    /// `(w (y - z) - s v)^2 / (2 w)`, row by row.
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        if self.weights.is_none() {
            return 0.5 * self.sum_squares(|i| (self.targets[i] - fit[i]) - scale * dual[i]);
        }
        self.sum(|i| {
            let (w, v) = (self.weight(i), scale * dual[i]);
            let d = w * (self.targets[i] - fit[i]) - v;
            if d == 0.0 { 0.0 } else { 0.5 * d * (d / w) }
        })
    }

    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }

    fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text(self.name());
        hash.numbers(&self.targets);
        hash.numbers(self.weights().unwrap_or_default());
    }
}
