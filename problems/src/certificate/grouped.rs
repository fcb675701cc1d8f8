//! Penalties of groups: the duality gap.

use super::{Certify, GlmCertificate};
use crate::glm::{GroupedGlm, GroupedPoint, NullModel};
use thalweg_kernels::dense;

/// What a certificate was computed from: a path goes on from there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupedCheck {
    /// Z, target by target.
    pub fit: Vec<f64>,
    /// The dual point.
    pub dual: Vec<f64>,
    /// `X' V` in the order of the groups' members.
    pub correlations: Vec<f64>,
}

impl Certify<GroupedPoint> for GroupedGlm<'_> {
    type Certificate = GlmCertificate;

    fn certify(&self, point: &GroupedPoint) -> GlmCertificate {
        certify_grouped(self, point, &self.null_model(), &mut GroupedCheck::default())
    }
}

/// [`Certify::certify`] where the null model is known; leaves behind what it computed.
pub fn certify_grouped(
    problem: &GroupedGlm<'_>,
    point: &GroupedPoint,
    null: &NullModel,
    check: &mut GroupedCheck,
) -> GlmCertificate {
    let mut certificate = GlmCertificate {
        objective: f64::NAN,
        null_objective: null.above_infimum,
        duality_gap: f64::NAN,
        optimality_violation: f64::NAN,
        null_correlation: null.correlation,
        second_order: None,
        gap_decides: true,
    };
    // A point of another problem has no certificate here.
    if problem.check_point(point).is_err() || (!problem.has_intercept() && point.intercepts.iter().any(|&c| c != 0.0)) {
        return certificate;
    }
    let GroupedCheck { fit, dual, correlations } = check;
    fit.resize(problem.fit_len(), 0.0);
    dual.resize(problem.fit_len(), 0.0);
    problem.fit(point, fit);
    let all: Vec<usize> = (0..problem.groups().len()).collect();

    // The gradient as it stands decides the violation; the gap needs a feasible dual point.
    problem.datafit().gradient(fit, dual);
    dual.iter_mut().for_each(|v| *v = -*v);
    *correlations = problem.correlations(dual);
    let x = &point.coefficients;
    certificate.optimality_violation = problem.violation(x, &all, correlations);
    if problem.has_intercept() {
        for v in dual.chunks(problem.design().rows()) {
            certificate.optimality_violation = certificate.optimality_violation.max(dense::sum(v).abs());
        }
        problem.datafit().balance(dual);
        *correlations = problem.correlations(dual);
    }
    certificate.duality_gap = problem.best_dual_point(x, fit, dual, &all, correlations).gap;
    certificate.objective = problem.objective_at(x, fit);
    certificate
}
