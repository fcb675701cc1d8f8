//! Linear support vector machines: the gap between primal and dual objective.

use super::{Certify, GlmCertificate};
use crate::glm::{LinearSvm, SvmPoint};

impl Certify<SvmPoint> for LinearSvm<'_> {
    type Certificate = GlmCertificate;

    /// The violation is the largest projected gradient of the dual, relative to 1, its largest value at `a = 0`.
    fn certify(&self, point: &SvmPoint) -> GlmCertificate {
        let mut certificate = GlmCertificate {
            objective: f64::NAN,
            null_objective: self.null_objective(),
            duality_gap: f64::NAN,
            optimality_violation: f64::NAN,
            null_correlation: 1.0,
            second_order: None,
            gap_decides: true,
        };
        if self.check_point(point).is_err() {
            return certificate;
        }
        let mut fit = vec![0.0; self.design().rows()];
        self.design().multiply(&point.coefficients, &mut fit);
        certificate.objective = self.objective_at(&point.coefficients, &fit);
        certificate.duality_gap = self.gap(point, &fit);
        let slopes =
            point.dual.iter().zip(&fit).enumerate().map(|(i, (&a, &z))| self.projected_gradient(i, a, z).abs());
        certificate.optimality_violation = slopes.fold(0.0, |m, g| if g > m || g.is_nan() { g } else { m });
        certificate
    }
}
