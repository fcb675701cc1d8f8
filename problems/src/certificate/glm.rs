//! Generalised linear models: the duality gap, or the violation of the optimality conditions where no gap exists.

use super::second_order::second_order;
use super::{Certificate, Certify, Measure};
use crate::glm::{Glm, GlmPoint, NullModel, best_dual_point};
use crate::prox::SeparablePenalty;
use thalweg_kernels::dense;

/// How far a point is from optimal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GlmCertificate {
    /// F at the point.
    pub objective: f64,
    /// F at the null model, above the loss's infimum (which is 0 for most): what gaps are relative to.
    pub null_objective: f64,
    /// `F - D` for the best dual point that a multiple of `-phi'(z)` gives. As the other measures, NaN for what is not a
    /// point of the problem: a wrong length, a number that is not finite, an intercept where there is none.
    pub duality_gap: f64,
    /// `max over j of dist(x_j' v, d psi_j(x_j))`, with the intercept's `|1'v|`.
    pub optimality_violation: f64,
    /// The largest correlation at the null model: what violations are relative to.
    pub null_correlation: f64,
    /// For a penalty that is not convex: whether the Hessian on the support is positive semidefinite, so that a stationary
    /// point is a local minimum. `None` if the problem is convex.
    pub second_order: Option<SecondOrder>,
    /// Whether the gap decides (see [`SeparablePenalty::has_gap`]).
    pub gap_decides: bool,
}

/// The second-order condition on the support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondOrder {
    /// The Hessian is positive semidefinite.
    Holds,
    /// It has a direction of descent: the point is no local minimum.
    Fails,
    /// The support has more than 2000 columns: not checked.
    Unchecked,
}

impl GlmCertificate {
    /// The gap relative to the null objective.
    pub fn relative_gap(&self) -> f64 {
        relative(self.duality_gap, self.null_objective)
    }

    /// The violation relative to the largest correlation at the null model.
    pub fn relative_violation(&self) -> f64 {
        relative(self.optimality_violation, self.null_correlation)
    }
}

/// `value / scale`, and 0 for 0 / 0.
fn relative(value: f64, scale: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value / scale }
}

impl Certificate for GlmCertificate {
    fn measures(&self) -> Vec<Measure> {
        let decisive = if self.gap_decides {
            vec![("duality_gap", self.duality_gap), ("relative_gap", self.relative_gap())]
        } else {
            vec![("relative_violation", self.relative_violation())]
        };
        let mut rest = vec![("optimality_violation", self.optimality_violation)];
        rest.extend(self.second_order.map(|order| {
            let value = match order {
                SecondOrder::Holds => 1.0,
                SecondOrder::Fails => 0.0,
                SecondOrder::Unchecked => f64::NAN,
            };
            ("second_order", value)
        }));
        decisive.into_iter().chain(rest).map(|(name, value)| Measure { name, value }).collect()
    }

    fn holds(&self, tolerance: f64) -> bool {
        let decisive = if self.gap_decides { self.relative_gap() } else { self.relative_violation() };
        self.objective.is_finite() && decisive <= tolerance && self.second_order != Some(SecondOrder::Fails)
    }

    fn is_local(&self) -> bool {
        self.second_order.is_some()
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn summary(&self, tolerance: f64) -> String {
        let verdict = if self.holds(tolerance) { "certified" } else { "not certified" };
        if self.gap_decides {
            format!(
                "{verdict}: duality gap {:.2e} = {:.2e} of the null objective (tolerance {tolerance:.0e}), \
                 optimality violation {:.2e}",
                self.duality_gap,
                self.relative_gap(),
                self.optimality_violation
            )
        } else {
            let local = match self.second_order {
                None => "",
                Some(SecondOrder::Holds) => "; a local minimum, positive curvature on the support",
                Some(SecondOrder::Fails) => "; negative curvature on the support: no local minimum",
                Some(SecondOrder::Unchecked) => "; the curvature on so large a support is not checked",
            };
            format!(
                "{verdict}: optimality violation {:.2e} = {:.2e} of the null model's (tolerance {tolerance:.0e}){local}",
                self.optimality_violation,
                self.relative_violation()
            )
        }
    }
}

/// What a certificate was computed from: a path goes on from there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GlmCheck {
    /// `z = X x + c`, length n.
    pub fit: Vec<f64>,
    /// The dual point, with entries that sum to 0 if there is an intercept; length n.
    pub dual: Vec<f64>,
    /// `X' v`, length p.
    pub correlations: Vec<f64>,
}

impl<P: SeparablePenalty + ?Sized> Certify<GlmPoint> for Glm<'_, P> {
    type Certificate = GlmCertificate;

    fn certify(&self, point: &GlmPoint) -> GlmCertificate {
        certify_against(self, point, &self.null_model(), &mut GlmCheck::default())
    }
}

/// [`Certify::certify`] where the null model is known; leaves behind what it computed.
pub fn certify_against<P: SeparablePenalty + ?Sized>(
    problem: &Glm<'_, P>,
    point: &GlmPoint,
    null: &NullModel,
    check: &mut GlmCheck,
) -> GlmCertificate {
    let (n, p) = (problem.design().rows(), problem.design().columns());
    let GlmCheck { fit, dual, correlations } = check;
    fit.resize(n, 0.0);
    dual.resize(n, 0.0);
    correlations.resize(p, 0.0);
    // A point of another problem has no certificate here.
    if problem.check_point(point).is_err() || (point.intercept != 0.0 && !problem.has_intercept()) {
        return GlmCertificate {
            objective: f64::NAN,
            null_objective: null.above_infimum,
            duality_gap: f64::NAN,
            optimality_violation: f64::NAN,
            null_correlation: null.correlation,
            second_order: problem.penalty().convex().is_none().then_some(SecondOrder::Unchecked),
            gap_decides: problem.penalty().has_gap(),
        };
    }
    problem.fit(point, fit);

    // The gradient as it stands decides the violation; the gap needs a feasible dual point.
    problem.datafit().gradient(fit, dual);
    dual.iter_mut().for_each(|v| *v = -*v);
    problem.design().multiply_transposed(dual, correlations);
    let x = &point.coefficients;
    let mut violation = if problem.has_intercept() { dense::sum(dual).abs() } else { 0.0 };
    let bounds = (problem.penalty().convex().is_none()).then(|| problem.curvature_bounds());
    for (j, &c) in correlations.iter().enumerate() {
        let bound = bounds.as_ref().map_or(f64::NAN, |b| b[j]);
        // A column without entries has no curvature, and nothing to say.
        let distance = match bound {
            0.0 => problem.penalty().subdifferential_distance(j, x[j], c),
            _ => problem.penalty().violation_at(j, x[j], c, bound),
        };
        if distance > violation || distance.is_nan() {
            violation = distance;
        }
    }

    if problem.has_intercept() {
        problem.datafit().balance(dual);
        problem.design().multiply_transposed(dual, correlations);
    }
    let columns: Vec<usize> = (0..p).collect();
    let best = best_dual_point(problem, x, fit, dual, &columns, correlations);
    GlmCertificate {
        objective: problem.objective_at(x, fit),
        null_objective: null.above_infimum,
        duality_gap: best.gap,
        optimality_violation: violation,
        null_correlation: null.correlation,
        second_order: bounds.map(|_| match second_order(problem, point, fit) {
            Some(true) => SecondOrder::Holds,
            Some(false) => SecondOrder::Fails,
            None => SecondOrder::Unchecked,
        }),
        gap_decides: problem.penalty().has_gap(),
    }
}
