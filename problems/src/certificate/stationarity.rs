//! Smooth convex functions under bounds on the variables: the length of a projected gradient step.

use super::{Certificate, Measure};

/// How far a point is from satisfying the first-order conditions, which for convex functions decide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StationarityCertificate {
    /// f at the point. As the violation, NaN for what is not a point of the problem: a wrong length, a number that is not
    /// finite, a variable outside its interval.
    pub objective: f64,
    /// The largest entry of the gradient; under bounds, of the projected gradient step of length 1.
    pub optimality_violation: f64,
    /// The same at the point of the problem nearest to 0, which tolerances refer to.
    pub null_violation: f64,
}

impl StationarityCertificate {
    /// Of what is not a point.
    pub const NOT_A_POINT: Self =
        Self { objective: f64::NAN, optimality_violation: f64::NAN, null_violation: f64::NAN };

    /// The violation relative to that of the null point; 0 / 0 is 0.
    pub fn relative_violation(&self) -> f64 {
        if self.optimality_violation == 0.0 { 0.0 } else { self.optimality_violation / self.null_violation }
    }
}

impl Certificate for StationarityCertificate {
    fn measures(&self) -> Vec<Measure> {
        let list =
            [("relative_violation", self.relative_violation()), ("optimality_violation", self.optimality_violation)];
        list.into_iter().map(|(name, value)| Measure { name, value }).collect()
    }

    fn holds(&self, tolerance: f64) -> bool {
        self.objective.is_finite() && self.relative_violation() <= tolerance
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn summary(&self, tolerance: f64) -> String {
        let verdict = if self.holds(tolerance) { "certified" } else { "not certified" };
        format!(
            "{verdict}: optimality violation {:.2e} = {:.2e} of the null point's (tolerance {tolerance:.0e})",
            self.optimality_violation,
            self.relative_violation()
        )
    }
}
