//! Functions whose proximal map is cheap, and what a coordinate method asks of a separable one.
//!
//! To add a penalty: a file here with `value_at`, `prox_at`, the conjugate if it is convex, and the few facts below; the
//! property tests in `tests.rs` (firm non-expansiveness, Fenchel-Young, subdifferentials) run on every member of their list.
//! [`Weighted`] and [`Restricted`] make new ones of old ones.

mod elastic_net;
pub mod group;
mod l1;
mod l2_norm;
mod mcp;
mod nonnegative_l1;
mod restricted;
mod scad;
mod square_root;
mod weighted;

pub use elastic_net::ElasticNet;
pub use l1::L1;
pub use l2_norm::L2Norm;
pub use mcp::Mcp;
pub use nonnegative_l1::NonnegativeL1;
pub use restricted::Restricted;
pub use scad::Scad;
pub use square_root::SquareRoot;
pub use weighted::Weighted;

use crate::fingerprint::Fingerprint;

/// A function with a cheap proximal map.
pub trait Proximable: Send + Sync {
    /// `psi(x)`; infinite outside the domain.
    fn value(&self, x: &[f64]) -> f64;
    /// Replaces `x` by the minimiser of `psi(v) + |v - x|^2 / (2 step)`, `step > 0`.
    fn prox(&self, x: &mut [f64], step: f64);
    /// `psi(x) + psi*(-f) + <f, x>`: at least 0, and 0 exactly if `-f` is a subgradient at `x`; `None` where it is not
    /// known.
    fn fenchel_gap(&self, _x: &[f64], _f: &[f64]) -> Option<f64> {
        None
    }
    /// Whether psi is 0 everywhere.
    fn is_zero(&self) -> bool {
        false
    }
}

/// A function `sum over j of psi_j(x_j)`, with what coordinate methods need of `psi_j`. Convex ones have more to offer: see
/// [`convex`](Self::convex).
///
/// `c` is the correlation of column j with the dual point, that is minus the partial derivative of the smooth part: at a
/// solution `c` lies in the subdifferential of `psi_j` at `x_j`.
pub trait SeparablePenalty: Proximable {
    /// The name in options and output.
    fn name(&self) -> &'static str;
    /// `psi_j(x)`.
    fn value_at(&self, j: usize, x: f64) -> f64;
    /// The minimiser of `psi_j(v) + (v - u)^2 / (2 step)`, `step > 0`; the one nearest to 0 if there are several.
    fn prox_at(&self, j: usize, u: f64, step: f64) -> f64;
    /// The minimiser of `psi_j` nearest to 0: where a column without entries stays.
    fn rest_at(&self, j: usize) -> f64;
    /// The distance of `c` to the (limiting) subdifferential of `psi_j` at `x` (a point of the domain).
    fn subdifferential_distance(&self, j: usize, x: f64, c: f64) -> f64;
    /// How far coordinate j is from optimal with the others held, if the loss has this `curvature` along it: the distance of
    /// `c` to the subdifferential. Without convexity a stationary point need not be a minimiser, and this is the length of
    /// the proximal step times the curvature.
    fn violation_at(&self, j: usize, x: f64, c: f64, curvature: f64) -> f64 {
        let _ = curvature;
        self.subdifferential_distance(j, x, c)
    }
    /// How far `c` may move before `x` stops being optimal for coordinate j: at least 0 while it is; negative if it
    /// already is not; minus infinity where `psi_j` is smooth, since any move of `c` moves `x`.
    fn slack_at(&self, j: usize, x: f64, c: f64) -> f64;
    /// The smooth piece on which `x` moves, if it is a quadratic and `x` is not held at a kink or bound.
    fn piece_at(&self, j: usize, x: f64) -> Option<Piece>;
    /// `psi_j''(x)` where `psi_j` is smooth; where that jumps, the lower limit.
    fn second_derivative_at(&self, j: usize, x: f64) -> f64 {
        self.piece_at(j, x).map_or(0.0, |piece| piece.curvature)
    }
    /// How concave `psi_j` gets: a loss with more curvature than this along coordinate j makes the sum convex there, and
    /// proximal steps single-valued. 0 for convex functions.
    fn concavity_at(&self, j: usize) -> f64 {
        let _ = j;
        0.0
    }
    /// An interval outside which every `psi_j` is infinite.
    fn domain(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    /// If `psi_j(x) = slope x` on one interval for all j, and infinite outside: `(slope, lower, upper)`.
    fn linear_on_interval(&self) -> Option<(f64, f64, f64)> {
        None
    }
    /// The one piece of which every `psi_j` consists, infinite outside it: linear, or a ridge term.
    fn single_piece(&self) -> Option<Piece> {
        self.linear_on_interval().map(|(slope, lower, upper)| Piece { slope, curvature: 0.0, lower, upper })
    }
    /// The smallest factor of this penalty's strength (relative to the present one) at which the null model with
    /// correlations `c` is the solution; `None` if the penalty has no strength, or strength 0.
    fn null_strength(&self, correlations: &[f64]) -> Option<f64>;
    /// The names and values of the parameters: with the name, they are the function.
    fn parameters(&self) -> Vec<(&'static str, f64)>;
    /// Adds the function to a problem's fingerprint.
    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text(self.name());
        for (name, value) in self.parameters() {
            hash.text(name);
            hash.numbers(&[value]);
        }
    }
    /// The same function with its dual side, if it is convex. Without: no duality gap, no screening, and solutions are local.
    fn convex(&self) -> Option<&dyn ConvexPenalty>;
    /// Whether a duality gap can reach 0 (see [`ConvexPenalty::gap_closes`]). If not, convergence is judged by the violation
    /// of the optimality conditions.
    fn has_gap(&self) -> bool {
        self.convex().is_some_and(ConvexPenalty::gap_closes)
    }
}

/// A convex separable function, with what duality gaps and screening need of the conjugates `psi_j^*`.
pub trait ConvexPenalty: SeparablePenalty {
    /// `psi_j(x) + psi_j^*(c) - x c`: at least 0, infinite outside the domain of the conjugate; without subtracting large
    /// numbers.
    fn fenchel_gap_at(&self, j: usize, x: f64, c: f64) -> f64;
    /// The largest `s >= 0` such that `s c` lies in the domain of the conjugate.
    fn dual_limit_at(&self, j: usize, c: f64) -> f64;
    /// Whether points of the dual domain exist near every `c` of interest, so that a duality gap can reach 0. (Not so for
    /// no penalty at all, say.)
    fn gap_closes(&self) -> bool;
    /// The value that coordinate j has at the solution, if every correlation within `radius` of `c` forces the same one.
    fn forced_value_at(&self, j: usize, c: f64, radius: f64) -> Option<f64>;
    /// If `psi_j = psi0_j + rho x^2 / 2`: `psi0` and `rho`. The gap may then treat the square as part of the loss.
    fn ridge(&self) -> Option<(&dyn ConvexPenalty, f64)> {
        None
    }
}

/// `slope v + curvature v^2 / 2` (and a constant) for `lower <= v <= upper`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// The derivative at 0 of the piece's formula.
    pub slope: f64,
    /// The second derivative.
    pub curvature: f64,
    /// The left end.
    pub lower: f64,
    /// The right end.
    pub upper: f64,
}

/// `value` and `prox` of a separable function, from its coordinates.
macro_rules! proximable_by_coordinates {
    ($t:ty) => {
        impl crate::prox::Proximable for $t {
            fn value(&self, x: &[f64]) -> f64 {
                x.iter().enumerate().fold(0.0, |s, (j, &x)| s + self.value_at(j, x))
            }
            fn prox(&self, x: &mut [f64], step: f64) {
                x.iter_mut().enumerate().for_each(|(j, x)| *x = self.prox_at(j, *x, step));
            }
        }
    };
}
pub(crate) use proximable_by_coordinates;

/// `max(x, 0)`; NaN for NaN, which `f64::max` would hide.
pub(crate) fn positive_part(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x }
}

/// A strength must be finite and at least 0.
pub(crate) fn strength(what: &'static str, value: f64) -> Result<f64, crate::error::ProblemError> {
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(crate::error::ProblemError::Parameter { what, value, expected: "a finite number of at least 0" })
    }
}

/// A finite parameter above a bound.
pub(crate) fn above(
    what: &'static str,
    value: f64,
    bound: f64,
    expected: &'static str,
) -> Result<f64, crate::error::ProblemError> {
    if value.is_finite() && value > bound {
        Ok(value)
    } else {
        Err(crate::error::ProblemError::Parameter { what, value, expected })
    }
}

#[cfg(test)]
mod tests;
