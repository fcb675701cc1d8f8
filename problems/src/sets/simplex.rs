//! Simplices.

use super::Project;
use crate::error::ProblemError;

/// `x >= 0` with `sum x = total`: the probability simplex for total 1 (the default).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simplex {
    total: f64,
}

impl Default for Simplex {
    fn default() -> Self {
        Self { total: 1.0 }
    }
}

/// How far a sum may be from its value and still count as equal, relative to the value.
const SUM_TOLERANCE: f64 = 1e-12;

impl Simplex {
    /// The simplex of non-negative vectors with this sum.
    ///
    /// # Errors
    /// If the sum is not positive and finite.
    pub fn new(total: f64) -> Result<Self, ProblemError> {
        if total > 0.0 && total.is_finite() {
            return Ok(Self { total });
        }
        Err(ProblemError::Parameter { what: "the simplex's sum", value: total, expected: "a positive finite number" })
    }

    /// The threshold t with `sum max(x - t, 0) = total`.
    ///
    /// Newton's method for this piecewise linear equation, from below: the sum is convex in t, so that t rises until it is
    /// exact, after as many steps as there are changes of the support (C. Michelot, *A finite algorithm for finding the
    /// projection of a point onto the canonical simplex*, JOTA 50, 1986). No sorting, no memory.
    fn threshold(&self, x: &[f64]) -> f64 {
        let largest = x.iter().fold(f64::NEG_INFINITY, |m, &v| if v > m { v } else { m });
        // The sum is at least the total here, since the largest entry alone gives it.
        let mut t = largest - self.total;
        let mut support = usize::MAX;
        loop {
            let (mut count, mut sum) = (0_usize, 0.0);
            for &v in x {
                let above = v > t;
                count += usize::from(above);
                sum += if above { v - largest } else { 0.0 };
            }
            // Entries relative to the largest: no digits are lost to a common offset.
            let next = largest + (sum - self.total) / count as f64;
            if count == 0 || count >= support || next <= t {
                return if count == 0 || next.is_nan() { t } else { next };
            }
            (support, t) = (count, next);
        }
    }
}

impl Project for Simplex {
    fn project(&self, x: &mut [f64]) {
        let t = self.threshold(x);
        for v in x.iter_mut() {
            let above = *v - t;
            *v = if above > 0.0 { above } else { 0.0 };
        }
    }
    fn contains(&self, x: &[f64]) -> bool {
        let sum = thalweg_kernels::dense::sum(x);
        x.iter().all(|&v| v >= 0.0) && (sum - self.total).abs() <= SUM_TOLERANCE * self.total
    }
    fn support(&self, c: &[f64]) -> Option<f64> {
        Some(self.total * c.iter().fold(f64::NEG_INFINITY, |m, &v| if v > m || v.is_nan() { v } else { m }))
    }
}
