//! The quadratic model of a loss that coordinate steps minimise.
//!
//! At a fit `z` the model in the change `q` of the fit is `-v'q + sum of h_i q_i^2 / 2`. Kept is its negative gradient
//! `u = v - h * q`, so that the partial derivative of a coordinate is one dot product and a step one scaled addition.
//!
//! An intercept is eliminated: after every step it moves to its best value, which keeps `1'u = 0`. That changes `u` by a
//! multiple of `h`, and so does a step along an implicitly centred column; both are kept as one number, `shift`, and sparse
//! columns stay sparse: `u = residual + shift h`.

use thalweg_kernels::dense;
use thalweg_problems::design::{Design, Moments};
use thalweg_problems::prox::SeparablePenalty;

#[derive(Clone, Debug, Default)]
pub(super) struct QuadraticModel {
    /// h; empty if all are 1.
    weights: Vec<f64>,
    total_weight: f64,
    residual: Vec<f64>,
    shift: f64,
    /// The sum of `residual`.
    total: f64,
    /// Whether the intercept moves along.
    intercept: bool,
    /// How far the intercept has moved since the model was made.
    pub(super) intercept_step: f64,
}

/// What undoes a trial.
#[derive(Clone, Debug, Default)]
pub(super) struct Saved {
    residual: Vec<f64>,
    numbers: [f64; 3],
}

impl QuadraticModel {
    /// The model with negative gradient `dual` and weights `h` (all 1 if `None`).
    pub(super) fn reset(&mut self, dual: &[f64], weights: Option<&[f64]>, intercept: bool) {
        self.weights.clear();
        self.weights.extend_from_slice(weights.unwrap_or_default());
        self.total_weight = weights.map_or(dual.len() as f64, dense::sum);
        self.residual.clear();
        self.residual.extend_from_slice(dual);
        self.total = dense::sum(dual);
        self.intercept = intercept && self.total_weight > 0.0;
        self.intercept_step = if self.intercept { self.total / self.total_weight } else { 0.0 };
        self.shift = -self.intercept_step;
    }

    /// The total weight if an intercept moves along.
    pub(super) fn moving_weight(&self) -> Option<f64> {
        self.intercept.then_some(self.total_weight)
    }

    /// h, unless all are 1.
    pub(super) fn weights(&self) -> Option<&[f64]> {
        (!self.weights.is_empty()).then_some(self.weights.as_slice())
    }

    /// Sums over a column with this model's weights.
    pub(super) fn moments(&self, design: &Design, j: usize) -> Moments {
        design.moments(j, self.weights(), self.total_weight)
    }

    /// The second derivative along a coordinate, the intercept moving along.
    pub(super) fn curvature(&self, moments: &Moments) -> f64 {
        if self.intercept { moments.centred_squares } else { moments.squares }
    }

    /// Minus the partial derivative along a coordinate.
    pub(super) fn correlation(&self, design: &Design, j: usize, moments: &Moments) -> f64 {
        design.dot(j, &self.residual, self.total) + self.shift * moments.sum
    }

    /// Moves a coordinate by `step`.
    pub(super) fn advance(&mut self, design: &Design, j: usize, moments: &Moments, step: f64) {
        let weights = if self.weights.is_empty() { None } else { Some(self.weights.as_slice()) };
        let shift = design.add_column(j, -step, weights, &mut self.residual);
        self.shift += shift;
        self.total -= step * moments.sum + shift * self.total_weight;
        if self.intercept {
            let change = step * moments.sum / self.total_weight;
            self.shift += change;
            self.intercept_step -= change;
        }
    }

    /// Minimises over one coordinate: the proximal step. Returns the step times the curvature, the size of the violation.
    #[inline]
    pub(super) fn minimise_coordinate<P: SeparablePenalty + ?Sized>(
        &mut self,
        design: &Design,
        penalty: &P,
        j: usize,
        moments: &Moments,
        x: &mut f64,
    ) -> f64 {
        let curvature = self.curvature(moments);
        if curvature <= 0.0 {
            return 0.0;
        }
        let c = self.correlation(design, j, moments);
        let new = penalty.prox_at(j, *x + c / curvature, 1.0 / curvature);
        let step = new - *x;
        if step != 0.0 {
            *x = new;
            self.advance(design, j, moments, step);
        }
        (step * curvature).abs()
    }

    /// The value of the model up to a constant: `sum of u_i^2 / (2 h_i)`.
    pub(super) fn value(&self) -> f64 {
        let tau = self.shift;
        if self.weights.is_empty() {
            return 0.5 * dense::sum_squared_deviations(&self.residual, -tau);
        }
        self.residual.iter().zip(&self.weights).fold(0.0, |s, (&r, &h)| {
            let u = r + tau * h;
            s + if u == 0.0 { 0.0 } else { 0.5 * u * (u / h) }
        })
    }

    pub(super) fn save(&self, saved: &mut Saved) {
        saved.residual.clear();
        saved.residual.extend_from_slice(&self.residual);
        saved.numbers = [self.shift, self.total, self.intercept_step];
    }

    pub(super) fn restore(&mut self, saved: &Saved) {
        self.residual.copy_from_slice(&saved.residual);
        [self.shift, self.total, self.intercept_step] = saved.numbers;
    }
}
