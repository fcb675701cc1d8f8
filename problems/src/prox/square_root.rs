//! The square root of the absolute value.

use super::{ConvexPenalty, Piece, SeparablePenalty, proximable_by_coordinates, strength};
use crate::error::ProblemError;

/// `lambda sum sqrt |x_j|`, the l_{1/2} penalty (Xu, Chang, Xu, Zhang, *L_{1/2} regularization: a thresholding representation
/// theory and a fast solver*, IEEE Trans. Neural Netw. Learn. Syst. 23, 2012).
///
/// Not convex: solutions are local, and 0 is a stationary point of every coordinate. What counts is that no proximal step
/// moves.
#[derive(Clone, Debug, PartialEq)]
pub struct SquareRoot {
    lambda: f64,
}

impl SquareRoot {
    /// With factor `lambda >= 0`.
    ///
    /// # Errors
    /// If `lambda` is negative or not finite.
    pub fn new(lambda: f64) -> Result<Self, ProblemError> {
        Ok(Self { lambda: strength("lambda", lambda)? })
    }
}

proximable_by_coordinates!(SquareRoot);

impl SeparablePenalty for SquareRoot {
    fn name(&self) -> &'static str {
        "sqrt"
    }
    fn value_at(&self, _: usize, x: f64) -> f64 {
        self.lambda * x.abs().sqrt()
    }
    /// 0 for `|u| <= 3/2 (step lambda)^(2/3)`; else the square of the largest root of `w^3 - |u| w + step lambda / 2`, which
    /// Newton's method reaches from above: the cubic is convex there.
    #[inline]
    fn prox_at(&self, _: usize, u: f64, step: f64) -> f64 {
        let (t, size) = (step * self.lambda, u.abs());
        let shrunk = size / 1.5;
        if shrunk * shrunk.sqrt() <= t {
            return if u.is_nan() { u } else { 0.0 };
        }
        let mut w = size.sqrt();
        // A step below rounding, or an infinite u.
        if t <= 1e-17 * size * w {
            return u;
        }
        for _ in 0..60 {
            let next = w - (w * (w * w - size) + 0.5 * t) / (3.0 * w * w - size);
            if next >= w {
                break;
            }
            w = next;
        }
        (w * w).copysign(u)
    }
    fn rest_at(&self, _: usize) -> f64 {
        0.0
    }
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 {
            return if self.lambda > 0.0 && !c.is_nan() { 0.0 } else { c.abs() };
        }
        (c - (0.5 * self.lambda / x.abs().sqrt()).copysign(x)).abs()
    }
    fn violation_at(&self, j: usize, x: f64, c: f64, curvature: f64) -> f64 {
        curvature * (x - self.prox_at(j, x + c / curvature, 1.0 / curvature)).abs()
    }
    /// At 0 every c is a subgradient; the larger it is, the sooner a step leaves.
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if x == 0.0 && self.lambda > 0.0 { -c.abs() } else { f64::NEG_INFINITY }
    }
    fn piece_at(&self, _: usize, _: f64) -> Option<Piece> {
        (self.lambda == 0.0).then_some(Piece {
            slope: 0.0,
            curvature: 0.0,
            lower: f64::NEG_INFINITY,
            upper: f64::INFINITY,
        })
    }
    fn second_derivative_at(&self, _: usize, x: f64) -> f64 {
        let size = x.abs();
        if size == 0.0 { 0.0 } else { -0.25 * self.lambda / (size * size.sqrt()) }
    }
    fn null_strength(&self, _: &[f64]) -> Option<f64> {
        None
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda)]
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        None
    }
}
