//! Boxes.

use super::Project;
use crate::error::ProblemError;
use crate::prox::{ConvexPenalty, Piece, SeparablePenalty, positive_part};

/// `lower <= x_j <= upper` for every coordinate; either end may be infinite.
#[derive(Clone, Debug, PartialEq)]
pub struct Box {
    lower: f64,
    upper: f64,
}

impl Box {
    /// The box with these ends.
    ///
    /// # Errors
    /// If an end is NaN, `lower > upper`, or the box has no finite point.
    pub fn new(lower: f64, upper: f64) -> Result<Self, ProblemError> {
        if lower.is_nan() || lower == f64::INFINITY {
            return Err(ProblemError::Parameter { what: "lower", value: lower, expected: "a number or -inf" });
        }
        if upper.is_nan() || upper < lower || upper == f64::NEG_INFINITY {
            let expected = "a number of at least the lower bound, or inf";
            return Err(ProblemError::Parameter { what: "upper", value: upper, expected });
        }
        Ok(Self { lower, upper })
    }

    /// The lower end.
    pub fn lower(&self) -> f64 {
        self.lower
    }

    /// The upper end.
    pub fn upper(&self) -> f64 {
        self.upper
    }

    fn clip(&self, x: f64) -> f64 {
        if x < self.lower {
            self.lower
        } else if x > self.upper {
            self.upper
        } else {
            x
        }
    }
}

impl Project for Box {
    fn project(&self, x: &mut [f64]) {
        x.iter_mut().for_each(|x| *x = self.clip(*x));
    }
    fn contains(&self, x: &[f64]) -> bool {
        x.iter().all(|x| (self.lower..=self.upper).contains(x))
    }
}

impl SeparablePenalty for Box {
    fn name(&self) -> &'static str {
        "box"
    }
    fn value_at(&self, _: usize, x: f64) -> f64 {
        if (self.lower..=self.upper).contains(&x) { 0.0 } else { f64::INFINITY }
    }
    #[inline]
    fn prox_at(&self, _: usize, u: f64, _: f64) -> f64 {
        self.clip(u)
    }
    fn rest_at(&self, _: usize) -> f64 {
        self.clip(0.0)
    }
    /// The subdifferential is the normal cone: what points out of the box at an end, 0 inside.
    fn subdifferential_distance(&self, _: usize, x: f64, c: f64) -> f64 {
        let outward = (x >= self.upper && c > 0.0) || (x <= self.lower && c < 0.0);
        if outward { 0.0 } else { c.abs() }
    }
    fn slack_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if self.lower == self.upper {
            f64::INFINITY
        } else if x >= self.upper {
            c
        } else if x <= self.lower {
            -c
        } else {
            f64::NEG_INFINITY
        }
    }
    fn piece_at(&self, _: usize, x: f64) -> Option<Piece> {
        let inside = self.lower < x && x < self.upper;
        inside.then_some(Piece { slope: 0.0, curvature: 0.0, lower: self.lower, upper: self.upper })
    }
    fn linear_on_interval(&self) -> Option<(f64, f64, f64)> {
        Some((0.0, self.lower, self.upper))
    }
    fn null_strength(&self, _: &[f64]) -> Option<f64> {
        None
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        vec![("lower", self.lower), ("upper", self.upper)]
    }
    fn domain(&self) -> (f64, f64) {
        (self.lower, self.upper)
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        Some(self)
    }
}

impl ConvexPenalty for Box {
    /// `max(lower c, upper c) - x c`.
    fn fenchel_gap_at(&self, _: usize, x: f64, c: f64) -> f64 {
        if self.value_at(0, x) > 0.0 {
            return f64::INFINITY;
        }
        let end = if c > 0.0 { self.upper } else { self.lower };
        if c == 0.0 { 0.0 } else { positive_part((end - x) * c) }
    }
    fn dual_limit_at(&self, _: usize, c: f64) -> f64 {
        let end = if c > 0.0 { self.upper } else { self.lower };
        if c == 0.0 || end.is_finite() { f64::INFINITY } else { 0.0 }
    }
    fn gap_closes(&self) -> bool {
        self.lower.is_finite() && self.upper.is_finite()
    }
    fn forced_value_at(&self, _: usize, c: f64, radius: f64) -> Option<f64> {
        if self.lower == self.upper || (c > radius && self.upper.is_finite()) {
            Some(self.upper)
        } else if -c > radius && self.lower.is_finite() {
            Some(self.lower)
        } else {
            None
        }
    }
}
