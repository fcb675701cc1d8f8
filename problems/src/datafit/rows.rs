//! Losses given row by row.

use super::{Datafit, Smoothness};
use crate::error::{ProblemError, all_nonnegative, same_length};
use crate::fingerprint::Fingerprint;
use thalweg_kernels::{dense, parallel};

/// Targets and weights of a loss.
#[derive(Clone, Debug)]
pub struct Rows {
    targets: Vec<f64>,
    weights: Option<Vec<f64>>,
    /// The weights times the bound of the second derivative, if there are both.
    bounds: Option<Vec<f64>>,
}

impl Rows {
    /// Rows of weight 1; a loss checks its targets before.
    pub(super) fn new(targets: Vec<f64>) -> Self {
        Self { targets, weights: None, bounds: None }
    }

    /// Gives each row a weight of at least 0. `bound` is the loss's bound of the second derivative.
    pub(super) fn weighted(mut self, weights: Vec<f64>, bound: Option<f64>) -> Result<Self, ProblemError> {
        same_length("weights", weights.len(), self.targets.len())?;
        all_nonnegative("weight", &weights)?;
        self.bounds = bound.map(|nu| weights.iter().map(|w| nu * w).collect());
        self.weights = Some(weights);
        Ok(self)
    }

    /// The targets y.
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// The weights, if they are not all 1.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    pub(super) fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[i])
    }

    /// `sum of w_i term(i)` over the rows whose weight is not 0.
    pub(super) fn sum(&self, term: impl Fn(usize) -> f64 + Sync) -> f64 {
        parallel::sum_chunks(self.targets.len(), |rows| {
            rows.fold(0.0, |s, i| match self.weight(i) {
                0.0 => s,
                w => s + w * term(i),
            })
        })
    }
}

/// A loss `sum of w_i phi(y_i, z_i)` known by the convex function of one row. Every one is a [`Datafit`].
///
/// `v` is the dual number of a row of weight 1, with `-phi'(y, z)` as the natural one. The domain of `phi^*(-v)` must hold 0.
pub trait RowLoss: Send + Sync {
    /// The name in options and output.
    fn loss_name(&self) -> &'static str;
    /// Targets and weights.
    fn data(&self) -> &Rows;
    /// A number that is part of the function, if there is one.
    fn parameter(&self) -> Option<f64> {
        None
    }
    /// The supremum of `phi''`, if it is finite.
    fn curvature_bound(&self) -> Option<f64>;
    /// The infimum of `phi(y, .)`.
    fn infimum_of_row(&self, _y: f64) -> f64 {
        0.0
    }
    /// `phi(y, z)`.
    fn row_value(&self, y: f64, z: f64) -> f64;
    /// `phi'(y, z)`.
    fn row_slope(&self, y: f64, z: f64) -> f64;
    /// `phi''(y, z)`; where it jumps, one of its limits.
    fn row_curvature(&self, y: f64, z: f64) -> f64;
    /// The closed interval of the v with `phi^*(-v) < inf`, or its closure.
    fn dual_domain(&self, y: f64) -> (f64, f64);
    /// `phi(y, z) + phi^*(-v) + v z` for v in the domain, without subtracting large numbers.
    fn row_gap(&self, y: f64, z: f64, v: f64) -> f64;
    /// The constant that minimises the loss of `z + c`; infinite if there is none.
    fn shift(&self, fit: &[f64]) -> f64;
    /// The same loss with other row weights.
    ///
    /// # Errors
    /// If the weights do not fit.
    fn with_row_weights(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError>;
}

impl<L: RowLoss> Datafit for L {
    fn name(&self) -> &'static str {
        self.loss_name()
    }

    fn rows(&self) -> usize {
        self.data().targets.len()
    }

    fn value(&self, fit: &[f64]) -> f64 {
        let data = self.data();
        data.sum(|i| self.row_value(data.targets[i], fit[i]))
    }

    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        each_row(self.data(), fit, out, |y, z| self.row_slope(y, z));
    }

    fn curvature(&self, fit: &[f64], out: &mut [f64]) {
        each_row(self.data(), fit, out, |y, z| self.row_curvature(y, z));
    }

    fn smoothness(&self) -> Smoothness<'_> {
        match (self.curvature_bound(), &self.data().bounds) {
            (None, _) => Smoothness::None,
            (Some(_), Some(bounds)) => Smoothness::PerRow(bounds),
            (Some(nu), None) => Smoothness::Uniform(nu),
        }
    }

    fn infimum(&self) -> f64 {
        let data = self.data();
        data.sum(|i| self.infimum_of_row(data.targets[i]))
    }

    fn best_shift(&self, fit: &[f64]) -> f64 {
        self.shift(fit)
    }

    /// Clips into the domain, then scales down the sign that outweighs the other: 0 lies in every domain.
    fn balance(&self, dual: &mut [f64]) {
        let data = self.data();
        let (mut up, mut down) = (0.0, 0.0);
        for (i, v) in dual.iter_mut().enumerate() {
            let ((low, high), w) = (self.dual_domain(data.targets[i]), data.weight(i));
            *v = if w == 0.0 {
                0.0
            } else if *v < w * low {
                w * low
            } else if *v > w * high {
                w * high
            } else {
                *v
            };
            if *v > 0.0 { up += *v } else { down -= *v }
        }
        let (heavy, light, sign) = if up > down { (up, down, 1.0) } else { (down, up, -1.0) };
        if heavy > 0.0 {
            dual.iter_mut().filter(|v| sign * **v > 0.0).for_each(|v| *v *= light / heavy);
        }
    }

    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        let data = self.data();
        parallel::sum_chunks(fit.len(), |rows| {
            rows.fold(0.0, |s, i| {
                let (w, v, y) = (data.weight(i), scale * dual[i], data.targets[i]);
                s + match w {
                    0.0 if v == 0.0 => 0.0,
                    0.0 => f64::INFINITY,
                    _ => w * self.gap_or_infinity(y, fit[i], v / w),
                }
            })
        })
    }

    fn weights(&self) -> Option<&[f64]> {
        self.data().weights()
    }

    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        self.with_row_weights(weights)
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text(self.loss_name());
        hash.numbers(self.parameter().as_slice());
        hash.numbers(&self.data().targets);
        hash.numbers(self.data().weights().unwrap_or_default());
    }
}

/// The domain of the conjugate, seen by [`Datafit::fenchel_gap`].
trait Bounded: RowLoss {
    fn gap_or_infinity(&self, y: f64, z: f64, v: f64) -> f64 {
        let (low, high) = self.dual_domain(y);
        // Rounding in the caller's products may leave the interval by a few ulps.
        let slack = |end: f64| if end.is_finite() { 4.0 * f64::EPSILON * end.abs() } else { 0.0 };
        if v >= low - slack(low) && v <= high + slack(high) {
            let gap = self.row_gap(y, z, v.clamp(low, high));
            // Rounding; NaN stays.
            if gap < 0.0 { 0.0 } else { gap }
        } else {
            f64::INFINITY
        }
    }
}

impl<L: RowLoss> Bounded for L {}

fn each_row(data: &Rows, fit: &[f64], out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    for (i, o) in out.iter_mut().enumerate() {
        *o = match data.weight(i) {
            0.0 => 0.0,
            w => w * f(data.targets[i], fit[i]),
        };
    }
}

/// The root c of the ascending function `slope(c)` in a bracket, by Newton's method kept inside it by bisection; `slope`
/// returns its value, its derivative, and the sum of the sizes of its terms.
pub(super) fn root(mut low: f64, mut high: f64, mut slope: impl FnMut(f64) -> (f64, f64, f64)) -> f64 {
    let mut c = if low <= 0.0 && high >= 0.0 { 0.0 } else { 0.5 * (low + high) };
    let mut before = f64::INFINITY;
    for _ in 0..200 {
        let (g, h, size) = slope(c);
        // At the rounding level of the sum the sign means nothing.
        if g.abs() <= f64::EPSILON * size {
            break;
        }
        if g > 0.0 {
            high = c;
        } else {
            low = c;
        }
        let newton = c - g / h;
        let useful = newton > low && newton < high && g.abs() <= 0.5 * before;
        let next = if useful { newton } else { 0.5 * (low + high) };
        if next <= low || next >= high {
            break;
        }
        (c, before) = (next, g.abs());
    }
    c
}

/// `u log(u / m) - u + m` for `u >= 0` and `m = exp(log_m)`: the divergence of u from m, at least 0.
pub(super) fn divergence(u: f64, m: f64, log_m: f64) -> f64 {
    if u == 0.0 {
        return m;
    }
    let d = (u - m) / m;
    if d.abs() < 1e-2 {
        // m ((1 + d) log(1 + d) - d) = m (d^2 / 2 - d^3 / 6 + d^4 / 12 - ...), without the cancellation.
        let series = (2..=10).rev().fold(0.0, |s, k| 1.0 / f64::from(k * (k - 1)) - d * s);
        return m * d * d * series;
    }
    if d.abs() <= 0.5 {
        u * thalweg_kernels::scalar::log1p(d) - (u - m)
    } else {
        u * (super::natural_log(u) - log_m) - u + m
    }
}

/// `max over i of |z_i|` among the rows that count.
pub(super) fn reach(data: &Rows, fit: &[f64]) -> f64 {
    match data.weights() {
        None => dense::nrm_inf(fit),
        Some(w) => fit.iter().zip(w).filter(|(_, w)| **w > 0.0).fold(0.0, |m, (z, _)| f64::max(m, z.abs())),
    }
}
