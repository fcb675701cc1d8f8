//! Functions whose proximal map is cheap, and what a coordinate method asks of a separable one.
//!
//! To add a penalty: a file here with `value_at`, `prox_at`, the conjugate and the few facts below; the property tests in
//! `tests.rs` (firm non-expansiveness, Fenchel-Young, subdifferentials) run on every member of their list.

mod elastic_net;
mod l1;
mod l2_norm;
mod nonnegative_l1;

pub use elastic_net::ElasticNet;
pub use l1::L1;
pub use l2_norm::L2Norm;
pub use nonnegative_l1::NonnegativeL1;

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

/// A convex function `sum over j of psi_j(x_j)`, with what coordinate methods, gaps and screening need of `psi_j`.
///
/// `c` is the correlation of column j with the dual point, that is minus the partial derivative of the smooth part: at a
/// solution `c` lies in the subdifferential of `psi_j` at `x_j`.
pub trait SeparablePenalty: Proximable {
    /// The name in options and output.
    fn name(&self) -> &'static str;
    /// `psi_j(x)`.
    fn value_at(&self, j: usize, x: f64) -> f64;
    /// The minimiser of `psi_j(v) + (v - u)^2 / (2 step)`, `step > 0`.
    fn prox_at(&self, j: usize, u: f64, step: f64) -> f64;
    /// The minimiser of `psi_j` nearest to 0: where a column without entries stays.
    fn rest_at(&self, j: usize) -> f64;
    /// The distance of `c` to the subdifferential of `psi_j` at `x` (a point of the domain).
    fn subdifferential_distance(&self, j: usize, x: f64, c: f64) -> f64;
    /// `psi_j(x) + psi_j^*(c) - x c`: at least 0, infinite outside the domain of the conjugate; without subtracting large
    /// numbers.
    fn fenchel_gap_at(&self, j: usize, x: f64, c: f64) -> f64;
    /// The largest `s >= 0` such that `s c` lies in the domain of the conjugate.
    fn dual_limit_at(&self, j: usize, c: f64) -> f64;
    /// Whether points of the dual domain exist near every `c` of interest, so that a duality gap can reach 0. If not
    /// (no penalty at all, say), convergence is judged by the optimality violation.
    fn has_gap(&self) -> bool;
    /// How far `c` may move before `x` stops being optimal for coordinate j: at least 0 while it is; negative if it
    /// already is not; minus infinity where `psi_j` is smooth, since any move of `c` moves `x`.
    fn slack_at(&self, j: usize, x: f64, c: f64) -> f64;
    /// The value that coordinate j has at the solution, if every correlation within `radius` of `c` forces the same one.
    fn forced_value_at(&self, j: usize, c: f64, radius: f64) -> Option<f64>;
    /// The smooth piece on which `x` moves, if it is not held at a kink or bound.
    fn piece_at(&self, j: usize, x: f64) -> Option<Piece>;
    /// If `psi_j(x) = slope x` on one interval for all j, and infinite outside: `(slope, lower, upper)`.
    fn linear_on_interval(&self) -> Option<(f64, f64, f64)> {
        None
    }
    /// If `psi_j = psi0_j + rho x^2 / 2`: `psi0` and `rho`. The gap may then treat the square as part of the loss.
    fn ridge(&self) -> Option<(&dyn SeparablePenalty, f64)> {
        None
    }
    /// The smallest factor of this penalty's strength (relative to the present one) at which the null model with
    /// correlations `c` is the solution; `None` if the penalty has no strength, or strength 0.
    fn null_strength(&self, correlations: &[f64]) -> Option<f64>;
    /// The names and values of the parameters: with the name, they are the function.
    fn parameters(&self) -> Vec<(&'static str, f64)>;
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

#[cfg(test)]
mod tests;
