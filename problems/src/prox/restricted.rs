//! The elastic net on an interval.

use super::{ConvexPenalty, ElasticNet, Piece, SeparablePenalty, positive_part, proximable_by_coordinates};
use crate::sets;
use thalweg_kernels::dense;

/// `lambda |x| + rho x^2 / 2` for `lower <= x <= upper`, infinite outside, in each coordinate: non-negative elastic net, L1
/// under bounds, and the like.
///
/// The proximal map is the net's followed by the projection, since every function of one variable is convex on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Restricted {
    net: ElasticNet,
    interval: sets::Box,
}

impl Restricted {
    /// The net on the interval.
    pub fn new(net: ElasticNet, interval: sets::Box) -> Self {
        Self { net, interval }
    }

    /// The net.
    pub fn net(&self) -> &ElasticNet {
        &self.net
    }

    /// The interval.
    pub fn interval(&self) -> &sets::Box {
        &self.interval
    }

    /// The subdifferential at a point of the interval.
    fn subdifferential(&self, x: f64) -> (f64, f64) {
        let (lambda, square) = (self.net.lambda(), self.net.rho() * x);
        let (low, high) = match x {
            _ if x > 0.0 => (lambda + square, lambda + square),
            _ if x < 0.0 => (square - lambda, square - lambda),
            _ => (-lambda, lambda),
        };
        let low = if x <= self.interval.lower() { f64::NEG_INFINITY } else { low };
        let high = if x >= self.interval.upper() { f64::INFINITY } else { high };
        (low, high)
    }

    /// The maximiser of `c x - psi(x)` nearest to 0; infinite if the supremum is.
    fn maximiser(&self, c: f64) -> f64 {
        let (shrunk, rho) = (dense::soft_threshold(c, self.net.lambda()), self.net.rho());
        let free = match shrunk {
            0.0 => 0.0,
            _ if rho > 0.0 => shrunk / rho,
            _ => f64::INFINITY.copysign(shrunk),
        };
        self.interval.prox_at(0, free, 1.0)
    }
}

proximable_by_coordinates!(Restricted);

impl SeparablePenalty for Restricted {
    fn name(&self) -> &'static str {
        "elastic-net in a box"
    }
    fn value_at(&self, j: usize, x: f64) -> f64 {
        self.interval.value_at(j, x) + self.net.value_at(j, x)
    }
    #[inline]
    fn prox_at(&self, j: usize, u: f64, step: f64) -> f64 {
        self.interval.prox_at(j, self.net.prox_at(j, u, step), step)
    }
    fn rest_at(&self, j: usize) -> f64 {
        self.interval.rest_at(j)
    }
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        let (low, high) = self.subdifferential(x);
        if c < low {
            low - c
        } else if c > high {
            c - high
        } else {
            // 0, and NaN for NaN.
            0.0 * c.signum()
        }
    }
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        let (low, high) = self.subdifferential(x);
        if low == high { f64::NEG_INFINITY } else { (c - low).min(high - c) }
    }
    fn piece_at(&self, j: usize, x: f64) -> Option<Piece> {
        let (lower, upper) = (self.interval.lower(), self.interval.upper());
        let piece = self.net.piece_at(j, x).filter(|_| lower < x && x < upper)?;
        Some(Piece { lower: piece.lower.max(lower), upper: piece.upper.min(upper), ..piece })
    }
    fn domain(&self) -> (f64, f64) {
        self.interval.domain()
    }
    fn linear_on_interval(&self) -> Option<(f64, f64, f64)> {
        let (lower, upper) = self.domain();
        let sign = match self.net.lambda() {
            0.0 => 0.0,
            _ if lower >= 0.0 => 1.0,
            _ if upper <= 0.0 => -1.0,
            _ => return None,
        };
        (self.net.rho() == 0.0).then_some((sign * self.net.lambda(), lower, upper))
    }
    /// Correlations that push against a bound at 0 do no harm.
    fn null_strength(&self, correlations: &[f64]) -> Option<f64> {
        let (lower, upper) = self.domain();
        if self.net.lambda() == 0.0 || lower > 0.0 || upper < 0.0 {
            return None;
        }
        let inward = |c: f64| !((c > 0.0 && upper == 0.0) || (c < 0.0 && lower == 0.0));
        let largest = correlations
            .iter()
            .filter(|c| inward(**c))
            .fold(0.0, |m: f64, &c| if c.abs() > m || c.is_nan() { c.abs() } else { m });
        Some(largest / self.net.lambda())
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mut all = self.net.parameters();
        all.extend(self.interval.parameters());
        all
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        Some(self)
    }
}

impl ConvexPenalty for Restricted {
    /// With m the maximiser: the square `rho (x - m)^2 / 2`, the first-order excess at m, and the L1 part where x and m do not
    /// share a sign; each is at least 0.
    fn fenchel_gap_at(&self, j: usize, x: f64, c: f64) -> f64 {
        if self.interval.value_at(j, x) > 0.0 {
            return f64::INFINITY;
        }
        let (m, lambda, rho) = (self.maximiser(c), self.net.lambda(), self.net.rho());
        if m.is_infinite() {
            // On the boundary of the conjugate's domain up to rounding, as for the L1 norm.
            let inside = c.abs() <= lambda * (1.0 + 1e-15);
            return if inside { positive_part(x.abs() * (lambda - c * x.signum())) } else { f64::INFINITY };
        }
        let d = x - m;
        let square = if rho == 0.0 || d == 0.0 { 0.0 } else { 0.5 * rho * d * d };
        let rest = if m == 0.0 {
            positive_part(lambda * x.abs() - c * x)
        } else {
            let slope = lambda.copysign(m) + rho * m - c;
            positive_part(slope * d) + positive_part(lambda * (x.abs() - x * m.signum()))
        };
        square + rest
    }
    fn dual_limit_at(&self, j: usize, c: f64) -> f64 {
        let end = if c > 0.0 { self.interval.upper() } else { self.interval.lower() };
        if end.is_finite() { f64::INFINITY } else { self.net.dual_limit_at(j, c) }
    }
    fn gap_closes(&self) -> bool {
        self.net.gap_closes() || self.interval.gap_closes()
    }
    /// One of the ends or 0, if it has slack for the whole ball.
    fn forced_value_at(&self, j: usize, c: f64, radius: f64) -> Option<f64> {
        let ends = [self.interval.lower(), self.interval.upper(), 0.0];
        let inside = |x: &f64| x.is_finite() && self.interval.value_at(j, *x) == 0.0;
        ends.into_iter().filter(inside).find(|&x| self.slack_at(j, x, c) > radius)
    }
}
