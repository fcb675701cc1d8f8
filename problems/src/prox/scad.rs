//! The smoothly clipped absolute deviation.

use super::{ConvexPenalty, Piece, SeparablePenalty, above, positive_part, proximable_by_coordinates, strength};
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// `scale` times `lambda |x|` for `|x| <= lambda`, `(2 gamma lambda |x| - x^2 - lambda^2) / (2 (gamma - 1))` up to
/// `|x| = gamma lambda`, constant beyond (Fan and Li, *Variable selection via nonconcave penalized likelihood and its oracle
/// properties*, JASA 96, 2001).
///
/// Not convex: solutions are local. Coordinate steps are single-valued where the loss has curvature above
/// `scale / (gamma - 1)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scad {
    lambda: f64,
    gamma: f64,
    scale: f64,
}

impl Scad {
    /// With strength `lambda >= 0` and `gamma > 2`, scale 1.
    ///
    /// # Errors
    /// If one is out of range.
    pub fn new(lambda: f64, gamma: f64) -> Result<Self, ProblemError> {
        let gamma = above("gamma", gamma, 2.0, "a finite number above 2")?;
        Ok(Self { lambda: strength("lambda", lambda)?, gamma, scale: 1.0 })
    }

    /// Multiplies the function, as for a loss that is a sum over n rows instead of a mean.
    ///
    /// # Errors
    /// If `scale` is not a finite number above 0.
    pub fn scaled(mut self, scale: f64) -> Result<Self, ProblemError> {
        self.scale = above("scale", scale, 0.0, "a finite number above 0")?;
        Ok(self)
    }

    /// From here on the function is constant.
    fn knee(&self) -> f64 {
        self.gamma * self.lambda
    }

    /// The derivative for `x > 0`, without the scale.
    fn slope(&self, x: f64) -> f64 {
        if x <= self.lambda { self.lambda } else { positive_part(self.knee() - x) / (self.gamma - 1.0) }
    }
}

proximable_by_coordinates!(Scad);

impl SeparablePenalty for Scad {
    fn name(&self) -> &'static str {
        "scad"
    }
    fn value_at(&self, _: usize, x: f64) -> f64 {
        let (lambda, knee, x) = (self.lambda, self.knee(), x.abs());
        if x <= lambda {
            return self.scale * lambda * x;
        }
        // lambda^2, and the integral of the slope from lambda on.
        let x = if x > knee { knee } else { x };
        self.scale * (lambda * lambda + (x - lambda) * (knee - 0.5 * (x + lambda)) / (self.gamma - 1.0))
    }
    #[inline]
    fn prox_at(&self, j: usize, u: f64, step: f64) -> f64 {
        let (t, size, lambda, gamma) = (step * self.scale, u.abs(), self.lambda, self.gamma);
        let soft = dense::soft_threshold(u, t * lambda);
        if t < gamma - 1.0 {
            return if size <= lambda * (1.0 + t) {
                soft
            } else if size <= self.knee() {
                ((gamma - 1.0) * size - self.knee() * t).copysign(u) / (gamma - 1.0 - t)
            } else {
                u
            };
        }
        if u.is_nan() {
            return u;
        }
        // Concave between lambda and the knee: the minimiser lies on one side or the other.
        let near = if soft.abs() <= lambda { soft } else { lambda.copysign(u) };
        let value = |v: f64| self.value_at(j, v) + (v - u) * ((v - u) / (2.0 * step));
        if size > self.knee() && value(u) < value(near) { u } else { near }
    }
    fn rest_at(&self, _: usize) -> f64 {
        0.0
    }
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 {
            return positive_part(c.abs() - self.scale * self.lambda);
        }
        (c - (self.scale * self.slope(x.abs())).copysign(x)).abs()
    }
    fn violation_at(&self, j: usize, x: f64, c: f64, curvature: f64) -> f64 {
        curvature * (x - self.prox_at(j, x + c / curvature, 1.0 / curvature)).abs()
    }
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 && self.lambda > 0.0 { self.scale * self.lambda - c.abs() } else { f64::NEG_INFINITY }
    }
    fn piece_at(&self, _: usize, x: f64) -> Option<Piece> {
        let (lambda, knee, inf) = (self.lambda, self.knee(), f64::INFINITY);
        let size = x.abs();
        let piece = if lambda == 0.0 {
            return Some(Piece { slope: 0.0, curvature: 0.0, lower: -inf, upper: inf });
        } else if size > 0.0 && size < lambda {
            Piece { slope: self.scale * lambda, curvature: 0.0, lower: 0.0, upper: lambda }
        } else if size > lambda && size < knee {
            let share = self.scale / (self.gamma - 1.0);
            Piece { slope: share * knee, curvature: -share, lower: lambda, upper: knee }
        } else if size > knee {
            Piece { slope: 0.0, curvature: 0.0, lower: knee, upper: inf }
        } else {
            return None;
        };
        Some(if x > 0.0 {
            piece
        } else {
            Piece { slope: -piece.slope, lower: -piece.upper, upper: -piece.lower, ..piece }
        })
    }
    fn second_derivative_at(&self, _: usize, x: f64) -> f64 {
        let bent = x.abs() >= self.lambda && x.abs() <= self.knee();
        if bent { -self.scale / (self.gamma - 1.0) } else { 0.0 }
    }
    fn concavity_at(&self, _: usize) -> f64 {
        self.scale / (self.gamma - 1.0)
    }
    fn null_strength(&self, correlations: &[f64]) -> Option<f64> {
        (self.lambda > 0.0).then(|| dense::nrm_inf(correlations) / (self.scale * self.lambda))
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda), ("gamma", self.gamma), ("scale", self.scale)]
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        None
    }
}
