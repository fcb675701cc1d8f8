//! The minimax concave penalty.

use super::{ConvexPenalty, Piece, SeparablePenalty, above, positive_part, proximable_by_coordinates, strength};
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// `scale` times `lambda |x| - x^2 / (2 gamma)` for `|x| <= gamma lambda`, constant beyond (Zhang, *Nearly unbiased variable
/// selection under minimax concave penalty*, Ann. Statist. 38, 2010). Large coefficients are not shrunk.
///
/// Not convex: solutions are local. Coordinate steps are single-valued where the loss has curvature above `scale / gamma`;
/// for `|y - X x|^2 / (2 n)` with columns of squared norm n and scale 1 that is `gamma > 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mcp {
    lambda: f64,
    gamma: f64,
    scale: f64,
}

impl Mcp {
    /// With strength `lambda >= 0` and `gamma > 1`, scale 1.
    ///
    /// # Errors
    /// If one is out of range.
    pub fn new(lambda: f64, gamma: f64) -> Result<Self, ProblemError> {
        let gamma = above("gamma", gamma, 1.0, "a finite number above 1")?;
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
}

proximable_by_coordinates!(Mcp);

impl SeparablePenalty for Mcp {
    fn name(&self) -> &'static str {
        "mcp"
    }
    fn value_at(&self, _: usize, x: f64) -> f64 {
        let (x, knee) = (x.abs(), self.knee());
        // NaN stays.
        let x = if x > knee { knee } else { x };
        self.scale * x * (self.lambda - 0.5 * x / self.gamma)
    }
    #[inline]
    fn prox_at(&self, _: usize, u: f64, step: f64) -> f64 {
        let t = step * self.scale;
        if t < self.gamma {
            if u.abs() <= self.knee() { dense::soft_threshold(u, t * self.lambda) / (1.0 - t / self.gamma) } else { u }
        } else if u.abs() <= self.lambda * (t * self.gamma).sqrt() {
            // Concave up to the knee: the minimiser is 0 or u.
            0.0
        } else {
            u
        }
    }
    fn rest_at(&self, _: usize) -> f64 {
        0.0
    }
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 {
            return positive_part(c.abs() - self.scale * self.lambda);
        }
        (c - (self.scale * positive_part(self.lambda - x.abs() / self.gamma)).copysign(x)).abs()
    }
    fn violation_at(&self, j: usize, x: f64, c: f64, curvature: f64) -> f64 {
        curvature * (x - self.prox_at(j, x + c / curvature, 1.0 / curvature)).abs()
    }
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 && self.lambda > 0.0 { self.scale * self.lambda - c.abs() } else { f64::NEG_INFINITY }
    }
    fn piece_at(&self, _: usize, x: f64) -> Option<Piece> {
        let (knee, inf) = (self.knee(), f64::INFINITY);
        let flat = Piece { slope: 0.0, curvature: 0.0, lower: knee, upper: inf };
        let bent =
            Piece { slope: self.scale * self.lambda, curvature: -self.scale / self.gamma, lower: 0.0, upper: knee };
        let mirrored = |p: Piece| Piece { slope: -p.slope, lower: -p.upper, upper: -p.lower, ..p };
        match x {
            _ if self.lambda == 0.0 => Some(Piece { lower: -inf, ..flat }),
            _ if x > knee => Some(flat),
            _ if x < -knee => Some(mirrored(flat)),
            _ if x > 0.0 && x < knee => Some(bent),
            _ if x < 0.0 && x > -knee => Some(mirrored(bent)),
            _ => None,
        }
    }
    fn second_derivative_at(&self, _: usize, x: f64) -> f64 {
        if x.abs() <= self.knee() { -self.scale / self.gamma } else { 0.0 }
    }
    fn concavity_at(&self, _: usize) -> f64 {
        self.scale / self.gamma
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
