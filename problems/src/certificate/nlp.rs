//! Nonlinear programs: residuals of the first-order conditions, of the scaled problem and of the problem as it stands.

mod scaling;

pub use scaling::NlpScaling;

use super::{Certificate, Certify, Measure};
use crate::nlp::NonlinearProgram;
use serde::{Deserialize, Serialize};

/// A point of a nonlinear program with its multipliers, of the Lagrangian `f + y'c + z'x`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NlpPoint {
    /// x, n numbers.
    pub x: Vec<f64>,
    /// y, m numbers: `df*/d(bound) = -y`. Empty if there are none yet.
    pub multipliers: Vec<f64>,
    /// z, n numbers: multipliers of the bounds, at most 0 where a lower bound and at least 0 where an upper bound is active.
    /// Empty if none is.
    pub bound_multipliers: Vec<f64>,
}

/// How far a point is from the first-order conditions of `min f(x), cl <= c(x) <= cu, l <= x <= u`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NlpCertificate {
    /// f at the point. As the other measures, NaN for what is not a point of the problem, or where a function is undefined.
    pub objective: f64,
    /// `|s_f grad f + G'y + z|_inf / s_d` of the scaled problem, `s_d = max(100, mean |y_i|) / 100`; fixed variables are
    /// left out.
    pub stationarity: f64,
    /// The largest violation of a scaled constraint or a bound.
    pub primal_infeasibility: f64,
    /// The largest `|y_i| min(distance to the bound that its sign names, 1)`, divided by `s_d`.
    pub complementarity: f64,
    /// The largest of the three, of the problem without scaling.
    pub unscaled: f64,
    /// `|G'v|_2 / |v|_2` for the violation v of constraints and bounds: 0 at a stationary point of `|v|^2`. The smaller of
    /// that with and that without scaling.
    pub violation_slope: f64,
}

/// Claims of infeasibility need a slope of the violation below this.
const FLAT: f64 = 1e-6;
/// The problem as it stands may be this much further from optimal than the scaled one.
const UNSCALED_FACTOR: f64 = 1e4;
/// Feasible points below this objective show that there is no lower bound.
const UNBOUNDED: f64 = -1e20;

impl NlpCertificate {
    const NONE: Self = Self {
        objective: f64::NAN,
        stationarity: f64::NAN,
        primal_infeasibility: f64::NAN,
        complementarity: f64::NAN,
        unscaled: f64::NAN,
        violation_slope: f64::NAN,
    };
}

impl Certificate for NlpCertificate {
    fn measures(&self) -> Vec<Measure> {
        let list = [
            ("stationarity", self.stationarity),
            ("primal_infeasibility", self.primal_infeasibility),
            ("complementarity", self.complementarity),
            ("unscaled", self.unscaled),
        ];
        list.into_iter().map(|(name, value)| Measure { name, value }).collect()
    }

    fn holds(&self, tolerance: f64) -> bool {
        self.objective.is_finite()
            && self.stationarity <= tolerance
            && self.primal_infeasibility <= tolerance
            && self.complementarity <= tolerance
            && self.unscaled <= UNSCALED_FACTOR * tolerance
    }

    fn shows_local_infeasibility(&self, tolerance: f64) -> bool {
        self.primal_infeasibility > tolerance && self.violation_slope <= FLAT
    }

    fn shows_unboundedness(&self, tolerance: f64) -> bool {
        self.objective < UNBOUNDED && self.primal_infeasibility <= tolerance * UNSCALED_FACTOR
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn summary(&self, tolerance: f64) -> String {
        let verdict = if self.holds(tolerance) { "certified" } else { "not certified" };
        format!(
            "{verdict}: stationarity {:.2e}, infeasibility {:.2e}, complementarity {:.2e} (tolerance {tolerance:.0e}); \
             without scaling {:.2e}",
            self.stationarity, self.primal_infeasibility, self.complementarity, self.unscaled
        )
    }
}

/// How far `value` is outside `[lower, upper]`, with sign: positive above.
fn violation(value: f64, lower: f64, upper: f64) -> f64 {
    if value > upper {
        value - upper
    } else if value < lower {
        value - lower
    } else {
        0.0
    }
}

/// The larger one; NaN if either is.
fn worst(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

/// `|y| min(distance to the bound that the sign of y names, 1)`: a positive multiplier belongs to an upper bound.
fn complementarity(y: f64, value: f64, (lower, upper): (f64, f64)) -> f64 {
    if y == 0.0 || lower == upper {
        return 0.0;
    }
    let distance = if y > 0.0 { (upper - value).abs() } else { (value - lower).abs() };
    y.abs() * distance.min(1.0)
}

impl<P: NonlinearProgram + ?Sized> Certify<NlpPoint> for P {
    type Certificate = NlpCertificate;

    fn certify(&self, point: &NlpPoint) -> NlpCertificate {
        let (n, m) = (self.variables(), self.constraints());
        let NlpPoint { x, multipliers, bound_multipliers } = point;
        let fits = x.len() == n && multipliers.len() == m && [0, n].contains(&bound_multipliers.len());
        let numbers = x.iter().chain(multipliers).chain(bound_multipliers);
        if !fits || !numbers.into_iter().all(|v| v.is_finite()) {
            return NlpCertificate::NONE;
        }
        let (mut gradient, mut constraints) = (vec![0.0; n], vec![0.0; m]);
        let mut jacobian = vec![0.0; self.jacobian_pattern().entries()];
        let first = self.evaluator().first_order(x, &mut gradient, &mut constraints, &mut jacobian);
        let Ok(objective) = first else { return NlpCertificate::NONE };
        let scaling = NlpScaling::at_start(self);
        let at = At { problem: self, point, gradient, constraints, jacobian };
        let scaled = at.residuals(&scaling);
        let unscaled = at.residuals(&NlpScaling::none(m));
        NlpCertificate {
            objective,
            stationarity: scaled.stationarity,
            primal_infeasibility: scaled.primal,
            complementarity: scaled.complementarity,
            unscaled: worst(worst(unscaled.stationarity, unscaled.primal), unscaled.complementarity),
            violation_slope: scaled.slope.min(unscaled.slope),
        }
    }
}

/// The functions at a point.
struct At<'a, P: ?Sized> {
    problem: &'a P,
    point: &'a NlpPoint,
    gradient: Vec<f64>,
    constraints: Vec<f64>,
    jacobian: Vec<f64>,
}

struct Residuals {
    stationarity: f64,
    primal: f64,
    complementarity: f64,
    slope: f64,
}

impl<P: NonlinearProgram + ?Sized> At<'_, P> {
    /// Of the problem with objective and constraints scaled; its multipliers are `s_f y_i / s_i` and `s_f z`.
    fn residuals(&self, scaling: &NlpScaling) -> Residuals {
        let (problem, x) = (self.problem, &self.point.x);
        let (n, m) = (x.len(), self.constraints.len());
        let ((lower, upper), (row_lower, row_upper)) = (problem.variable_bounds(), problem.constraint_bounds());
        let factor = scaling.objective;
        let bound = |j: usize| self.point.bound_multipliers.get(j).map_or(0.0, |z| factor * z);
        let multipliers: Vec<f64> =
            self.point.multipliers.iter().zip(&scaling.constraints).map(|(y, s)| factor * y / s).collect();
        let total: f64 = multipliers.iter().map(|y| y.abs()).sum();
        let dual_scale = if m == 0 { 1.0 } else { (total / m as f64).max(100.0) / 100.0 };

        let mut stationarity: Vec<f64> = (0..n).map(|j| factor * self.gradient[j] + bound(j)).collect();
        let (mut slope, mut square) = (vec![0.0; n], 0.0);
        let (mut primal, mut complementary) = (0.0, 0.0);
        for (i, y) in multipliers.iter().enumerate() {
            let scale = scaling.constraints[i];
            let value = self.constraints[i];
            let outside = scale * violation(value, row_lower[i], row_upper[i]);
            primal = worst(primal, outside.abs());
            square += outside * outside;
            let scaled = (scale * row_lower[i], scale * row_upper[i]);
            complementary = worst(complementary, complementarity(*y, scale * value, scaled));
            let pattern = problem.jacobian_pattern();
            for (&j, entry) in pattern.row(i).iter().zip(&self.jacobian[pattern.indptr()[i]..]) {
                stationarity[j as usize] += scale * entry * y;
                slope[j as usize] += scale * entry * outside;
            }
        }
        let mut worst_stationarity = 0.0;
        for j in 0..n {
            let outside = violation(x[j], lower[j], upper[j]);
            primal = worst(primal, outside.abs());
            square += outside * outside;
            complementary = worst(complementary, complementarity(bound(j), x[j], (lower[j], upper[j])));
            slope[j] += outside;
            if lower[j] < upper[j] {
                worst_stationarity = worst(worst_stationarity, stationarity[j].abs());
            } else {
                slope[j] = outside;
            }
        }
        let slope = slope.iter().map(|s| s * s).sum::<f64>();
        Residuals {
            stationarity: worst_stationarity / dual_scale,
            primal,
            complementarity: complementary / dual_scale,
            slope: if square > 0.0 { (slope / square).sqrt() } else { f64::NAN },
        }
    }
}

#[cfg(test)]
mod tests;
