//! The elastic net.

use super::{ConvexPenalty, L1, Piece, SeparablePenalty, positive_part, proximable_by_coordinates, strength};
use crate::error::ProblemError;

/// `lambda |x|_1 + rho |x|^2 / 2` (Zou and Hastie, *Regularization and variable selection via the elastic net*, JRSS B 67,
/// 2005). With `lambda = 0` it is ridge regression.
#[derive(Clone, Debug, PartialEq)]
pub struct ElasticNet {
    l1: L1,
    rho: f64,
}

impl ElasticNet {
    /// From the factors of the L1 norm and of half the squared norm, both at least 0.
    ///
    /// # Errors
    /// If one is negative or not finite.
    pub fn new(lambda: f64, rho: f64) -> Result<Self, ProblemError> {
        Ok(Self { l1: L1::new(lambda)?, rho: strength("rho", rho)? })
    }

    /// From the total strength and the share of the L1 norm: `lambda = strength * l1_ratio`,
    /// `rho = strength * (1 - l1_ratio)`.
    ///
    /// # Errors
    /// If `l1_ratio` is not in [0, 1], or the strength is negative or not finite.
    pub fn with_ratio(strength: f64, l1_ratio: f64) -> Result<Self, ProblemError> {
        if !(0.0..=1.0).contains(&l1_ratio) {
            return Err(ProblemError::Parameter {
                what: "l1_ratio",
                value: l1_ratio,
                expected: "a number from 0 to 1",
            });
        }
        let total = super::strength("strength", strength)?;
        Self::new(total * l1_ratio, total * (1.0 - l1_ratio))
    }

    /// The factor of the L1 norm.
    pub fn lambda(&self) -> f64 {
        self.l1.lambda()
    }

    /// The factor of half the squared norm.
    pub fn rho(&self) -> f64 {
        self.rho
    }
}

proximable_by_coordinates!(ElasticNet);

impl SeparablePenalty for ElasticNet {
    fn name(&self) -> &'static str {
        "elastic-net"
    }
    fn value_at(&self, j: usize, x: f64) -> f64 {
        self.l1.value_at(j, x) + 0.5 * self.rho * x * x
    }
    #[inline]
    fn prox_at(&self, j: usize, u: f64, step: f64) -> f64 {
        self.l1.prox_at(j, u, step) / (1.0 + step * self.rho)
    }
    fn rest_at(&self, _: usize) -> f64 {
        0.0
    }
    fn subdifferential_distance(&self, j: usize, x: f64, c: f64) -> f64 {
        self.l1.subdifferential_distance(j, x, c - self.rho * x)
    }
    fn slack_at(&self, j: usize, x: f64, c: f64) -> f64 {
        self.l1.slack_at(j, x, c)
    }
    fn piece_at(&self, j: usize, x: f64) -> Option<Piece> {
        self.l1.piece_at(j, x).map(|piece| Piece { curvature: self.rho, ..piece })
    }
    fn single_piece(&self) -> Option<Piece> {
        self.l1.single_piece().map(|piece| Piece { curvature: self.rho, ..piece })
    }
    fn null_strength(&self, correlations: &[f64]) -> Option<f64> {
        self.l1.null_strength(correlations)
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lambda", self.lambda()), ("rho", self.rho)]
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        Some(self)
    }
}

impl ConvexPenalty for ElasticNet {
    /// With `m = S(c, lambda) / rho`, the minimiser of the conjugate's supremum: `rho (x - m)^2 / 2`, and the L1 part where
    /// `x` and `m` do not share a sign.
    fn fenchel_gap_at(&self, j: usize, x: f64, c: f64) -> f64 {
        if self.rho == 0.0 {
            return self.l1.fenchel_gap_at(j, x, c);
        }
        let shrunk = self.l1.prox_at(j, c, 1.0);
        let m = shrunk / self.rho;
        // psi(x) - psi(m) - c (x - m), with c = rho m + g and g in the subdifferential of the L1 norm at m.
        let g = if shrunk == 0.0 { c } else { self.lambda().copysign(shrunk) };
        0.5 * self.rho * (x - m) * (x - m) + positive_part(self.lambda() * x.abs() - g * x)
    }
    fn dual_limit_at(&self, j: usize, c: f64) -> f64 {
        if self.rho > 0.0 { f64::INFINITY } else { self.l1.dual_limit_at(j, c) }
    }
    fn gap_closes(&self) -> bool {
        self.rho > 0.0 || self.l1.gap_closes()
    }
    fn forced_value_at(&self, j: usize, c: f64, radius: f64) -> Option<f64> {
        self.l1.forced_value_at(j, c, radius)
    }
    fn ridge(&self) -> Option<(&dyn ConvexPenalty, f64)> {
        (self.rho > 0.0 && self.l1.lambda() > 0.0).then_some((&self.l1 as &dyn ConvexPenalty, self.rho))
    }
}
