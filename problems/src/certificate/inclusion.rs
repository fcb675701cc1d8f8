//! Monotone inclusions: the natural residual, from one fresh pass, and the gap where there is one.

use super::{Certificate, Certify, Measure};
use crate::inclusion::FiniteSumInclusion;

/// How far a point is from solving `0 in F(u) + G(u)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InclusionCertificate {
    /// `|u - J(u - F(u))|_2` with step 1; as the other numbers, NaN for what is not a point of the problem.
    pub residual: f64,
    /// The residual as a share of the start's; 0 / 0 is 0.
    pub relative_residual: f64,
    /// The gap function of the variational inequality, for a saddle problem the duality gap; NaN where it is not known.
    pub gap: f64,
    /// The saddle function of a bilinear problem; NaN for other operators.
    pub value: f64,
}

impl Certificate for InclusionCertificate {
    fn measures(&self) -> Vec<Measure> {
        let list = [("relative_residual", self.relative_residual), ("residual", self.residual), ("gap", self.gap)];
        list.into_iter().map(|(name, value)| Measure { name, value }).collect()
    }

    fn holds(&self, tolerance: f64) -> bool {
        self.relative_residual <= tolerance
    }

    fn objective(&self) -> f64 {
        self.value
    }

    fn summary(&self, tolerance: f64) -> String {
        let verdict = if self.holds(tolerance) { "certified" } else { "not certified" };
        let gap = if self.gap.is_nan() { String::new() } else { format!(", gap {:.2e}", self.gap) };
        format!(
            "{verdict}: residual {:.2e} = {:.2e} of the start's (tolerance {tolerance:.0e}){gap}",
            self.residual, self.relative_residual
        )
    }
}

impl Certify<Vec<f64>> for FiniteSumInclusion<'_> {
    type Certificate = InclusionCertificate;

    fn certify(&self, point: &Vec<f64>) -> InclusionCertificate {
        if self.check_point(point).is_err() {
            let nan = f64::NAN;
            return InclusionCertificate { residual: nan, relative_residual: nan, gap: nan, value: nan };
        }
        let (mut f, mut scratch) = (vec![0.0; point.len()], vec![0.0; point.len()]);
        self.operator().apply(point, &mut f);
        let found = self.residuals(point, &f, &mut scratch);
        InclusionCertificate {
            residual: found.natural,
            relative_residual: self.relative(found.natural),
            gap: found.gap,
            value: self.operator().bilinear().map_or(f64::NAN, |saddle| saddle.value(point)),
        }
    }
}
