//! The penalties of the merit function and their update.

use serde::{Deserialize, Serialize};

/// `eta_1` and `eta_2` of the exact augmented Lagrangian.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Penalties {
    /// `eta_1`, of the constraints: never falls between two restorations.
    pub constraint: f64,
    /// `eta_2`, of the gradient of the Lagrangian: never grows between two restorations.
    pub gradient: f64,
}

/// The slope `D = grad L_eta ' Delta` in three scalars, so that new penalties cost no vector work:
/// `a0 + eta_1 a1 + eta_2 a2` with `a0 = grad_x L ' dx + c' dy`, `a1 = c' G dx`, `a2 = grad_x L ' (H dx + G' dy)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slope {
    /// `a0`.
    pub(super) lagrangian: f64,
    /// `a1`.
    pub(super) constraint: f64,
    /// `a2`.
    pub(super) gradient: f64,
}

impl Slope {
    /// With these penalties.
    pub(super) fn with(&self, eta: Penalties) -> f64 {
        self.lagrangian + eta.constraint * self.constraint + eta.gradient * self.gradient
    }
}

/// Rounds of an update at most.
const ROUNDS: usize = 60;

impl Penalties {
    /// Whether the slope is one of sufficient descent, `D <= -(eta_2 / 2) R^2`.
    pub(super) fn descends(self, slope: Slope, square_residual: f64) -> bool {
        slope.with(self) <= -0.5 * self.gradient * square_residual
    }

    /// `eta_1 <- nu^2 eta_1, eta_2 <- eta_2 / nu` until the direction is one of sufficient descent. Whether it came to that.
    pub(super) fn update(&mut self, slope: Slope, square_residual: f64, factor: f64) -> bool {
        for _ in 0..ROUNDS {
            if self.descends(slope, square_residual) {
                return true;
            }
            self.constraint *= factor * factor;
            self.gradient /= factor;
        }
        self.descends(slope, square_residual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_update_stops_at_sufficient_descent() {
        let start = Penalties { constraint: 1.0, gradient: 0.1 };
        // -9 + 3 eta_1 (-1) + ...: descends at once.
        let mut eta = start;
        assert!(eta.update(Slope { lagrangian: -9.0, constraint: -1.0, gradient: -1.0 }, 2.0, 1.5));
        assert_eq!(eta, start);
        // 10 - eta_1 - eta_2 <= -eta_2: after n rounds eta_1 = 2.25^n reaches 10 at n = 3.
        let slope = Slope { lagrangian: 10.0, constraint: -1.0, gradient: -1.0 };
        assert!(eta.update(slope, 2.0, 1.5));
        approx::assert_abs_diff_eq!(eta.constraint, 1.5_f64.powi(6), epsilon = 1e-12);
        approx::assert_abs_diff_eq!(eta.gradient, 0.1 / 1.5_f64.powi(3), epsilon = 1e-15);
        // No penalty helps where no constraint is violated and the curvature is negative.
        assert!(!eta.update(Slope { lagrangian: 1.0, constraint: 0.0, gradient: -1.0 }, 2.0, 1.5));
    }
}
