//! Generalised linear models with penalties of groups, for one target or several:
//!
//! ```text
//! minimise over X's coefficients W (p x q), c (q):   phi(Z) + sum over groups b of psi_b(W_b),      Z = X W + 1 c'
//! ```
//!
//! One target and groups of columns is the group lasso; q targets with each column a group (the rows of W) is the multi-task
//! lasso (Obozinski, Taskar, Jordan, *Joint covariate selection and joint subspace selection for multiple classification
//! problems*, Statistics and Computing 20, 2010).

use super::{DualPoint, Groups, NullModel};
use crate::datafit::VectorDatafit;
use crate::design::Design;
use crate::error::{ProblemError, all_finite, same_length};
use crate::fingerprint::Fingerprint;
use crate::prox::group::GroupPenalty;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Data, loss, groups and penalty, borrowed.
#[derive(Clone, Copy)]
pub struct GroupedGlm<'a> {
    design: &'a Design,
    datafit: &'a dyn VectorDatafit,
    groups: &'a Groups,
    penalty: &'a dyn GroupPenalty,
    intercept: bool,
}

impl fmt::Debug for GroupedGlm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupedGlm")
            .field("rows", &self.design.rows())
            .field("columns", &self.design.columns())
            .field("targets", &self.datafit.targets())
            .field("groups", &self.groups.len())
            .field("datafit", &self.datafit.name())
            .field("penalty", &self.penalty.name())
            .field("intercept", &self.intercept)
            .finish()
    }
}

/// A point of a [`GroupedGlm`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupedPoint {
    /// W, target by target: coefficient j of target t at `t p + j`.
    pub coefficients: Vec<f64>,
    /// c, one for each target; 0 in a problem without intercepts.
    pub intercepts: Vec<f64>,
}

impl<'a> GroupedGlm<'a> {
    /// The problem without intercepts.
    ///
    /// # Errors
    /// If the parts have different sizes, or the loss's curvature has no bound.
    pub fn new(
        design: &'a Design,
        datafit: &'a dyn VectorDatafit,
        groups: &'a Groups,
        penalty: &'a dyn GroupPenalty,
    ) -> Result<Self, ProblemError> {
        same_length("the loss", datafit.rows(), design.rows())?;
        same_length("the list of columns in groups", groups.columns(), design.columns())?;
        same_length("the list of targets of the groups", groups.targets(), datafit.targets())?;
        same_length("the list of group weights", penalty.groups(), groups.len())?;
        if !datafit.smoothness().is_bounded() {
            let missing = "bound of its curvature, which block steps need";
            return Err(ProblemError::Unsupported { what: datafit.name(), missing });
        }
        Ok(Self { design, datafit, groups, penalty, intercept: false })
    }

    /// Adds (or removes) unpenalised intercepts, one for each target.
    #[must_use]
    pub fn with_intercept(mut self, intercept: bool) -> Self {
        self.intercept = intercept;
        self
    }

    /// The design matrix X.
    pub fn design(&self) -> &'a Design {
        self.design
    }

    /// The loss.
    pub fn datafit(&self) -> &'a dyn VectorDatafit {
        self.datafit
    }

    /// The groups.
    pub fn groups(&self) -> &'a Groups {
        self.groups
    }

    /// The penalty.
    pub fn penalty(&self) -> &'a dyn GroupPenalty {
        self.penalty
    }

    /// Whether there are intercepts.
    pub fn has_intercept(&self) -> bool {
        self.intercept
    }

    /// The length of a fit, n q.
    pub fn fit_len(&self) -> usize {
        self.design.rows() * self.datafit.targets()
    }

    /// Every coefficient 0, the intercepts at their best.
    pub fn null_point(&self) -> GroupedPoint {
        let (p, q) = (self.design.columns(), self.datafit.targets());
        let mut point = GroupedPoint { coefficients: vec![0.0; p * q], intercepts: vec![0.0; q] };
        let mut fit = vec![0.0; self.fit_len()];
        self.shift_intercepts(&mut point, &mut fit);
        point
    }

    /// Checks sizes and finiteness.
    ///
    /// # Errors
    /// If the point is none of this problem.
    pub fn check_point(&self, point: &GroupedPoint) -> Result<(), ProblemError> {
        let (p, q) = (self.design.columns(), self.datafit.targets());
        same_length("the coefficients", point.coefficients.len(), p * q)?;
        same_length("the intercepts", point.intercepts.len(), q)?;
        all_finite("coefficient", &point.coefficients)?;
        all_finite("intercept", &point.intercepts)
    }

    /// Writes `Z = X W + 1 c'`.
    pub fn fit(&self, point: &GroupedPoint, out: &mut [f64]) {
        let (n, p) = (self.design.rows(), self.design.columns());
        for (t, (out, &c)) in out.chunks_mut(n).zip(&point.intercepts).enumerate() {
            self.design.multiply(&point.coefficients[t * p..(t + 1) * p], out);
            if c != 0.0 {
                out.iter_mut().for_each(|z| *z += c);
            }
        }
    }

    /// Sets the intercepts to their best values where the fit is known; keeps it up to date.
    pub fn shift_intercepts(&self, point: &mut GroupedPoint, fit: &mut [f64]) {
        let shifts =
            if self.intercept { self.datafit.best_shift(fit) } else { point.intercepts.iter().map(|c| -c).collect() };
        let n = self.design.rows();
        for ((shift, c), fit) in shifts.into_iter().zip(&mut point.intercepts).zip(fit.chunks_mut(n)) {
            if shift != 0.0 {
                *c += shift;
                fit.iter_mut().for_each(|z| *z += shift);
            }
        }
    }

    /// The coefficients of group b.
    pub fn gather(&self, b: usize, coefficients: &[f64], out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.groups.members(b).iter().map(|&k| coefficients[k]));
    }

    /// `sum over b of psi_b`.
    pub fn penalty_value(&self, coefficients: &[f64]) -> f64 {
        let mut x = Vec::with_capacity(self.groups.largest());
        (0..self.groups.len()).fold(0.0, |s, b| {
            self.gather(b, coefficients, &mut x);
            s + self.penalty.value_of(b, &x)
        })
    }

    /// The objective at a point whose fit is known.
    pub fn objective_at(&self, coefficients: &[f64], fit: &[f64]) -> f64 {
        self.datafit.value(fit) + self.penalty_value(coefficients)
    }

    /// The natural dual point, with entries that sum to 0 for each target if there are intercepts.
    pub fn dual(&self, fit: &[f64], out: &mut [f64]) {
        self.datafit.gradient(fit, out);
        out.iter_mut().for_each(|v| *v = -*v);
        if self.intercept {
            self.datafit.balance(out);
        }
    }

    /// `X' V`, for all coefficients in the order of the groups' members (see [`Groups::range`]).
    pub fn correlations(&self, dual: &[f64]) -> Vec<f64> {
        let (n, p) = (self.design.rows(), self.design.columns());
        let mut natural = vec![0.0; p * self.datafit.targets()];
        for (v, out) in dual.chunks(n).zip(natural.chunks_mut(p.max(1))) {
            self.design.multiply_transposed(v, out);
        }
        let members = (0..self.groups.len()).flat_map(|b| self.groups.members(b));
        members.map(|&k| natural[k]).collect()
    }

    /// Objective and gradient of the null model. `null_strength` is exact: the smallest factor on the penalty at which every
    /// group's correlation lies in the dual ball.
    pub fn null_model(&self) -> NullModel {
        let point = self.null_point();
        let (mut fit, mut dual) = (vec![0.0; self.fit_len()], vec![0.0; self.fit_len()]);
        self.fit(&point, &mut fit);
        self.dual(&fit, &mut dual);
        let correlations = self.correlations(&dual);
        let strength = (0..self.groups.len())
            .map(|b| 1.0 / self.penalty.dual_limit_of(b, &correlations[self.groups.range(b)]))
            .fold(0.0, f64::max);
        let objective = self.objective_at(&point.coefficients, &fit);
        NullModel {
            objective,
            above_infimum: objective - self.datafit.infimum(),
            correlation: thalweg_kernels::dense::nrm_inf(&correlations),
            null_strength: Some(strength),
        }
    }

    /// The multiple of `dual` with the smaller gap among the largest feasible one up to 1 and the best one for the loss, over
    /// the groups in `list`; `correlations` has those of all groups, as [`correlations`](Self::correlations) orders them.
    pub fn best_dual_point(
        &self,
        coefficients: &[f64],
        fit: &[f64],
        dual: &[f64],
        list: &[usize],
        correlations: &[f64],
    ) -> DualPoint {
        let of = |b: usize| &correlations[self.groups.range(b)];
        let limit = list.iter().map(|&b| self.penalty.dual_limit_of(b, of(b))).fold(f64::INFINITY, f64::min);
        let gap = |scale: f64| {
            let (mut x, mut c) = (Vec::new(), Vec::new());
            let groups = list.iter().fold(0.0, |s, &b| {
                self.gather(b, coefficients, &mut x);
                c.clear();
                c.extend(of(b).iter().map(|c| scale * c));
                s + self.penalty.fenchel_gap_of(b, &x, &c)
            });
            DualPoint { gap: self.datafit.fenchel_gap(fit, dual, scale) + groups, scale, ridge: 0.0 }
        };
        let natural = limit.min(1.0);
        let best = gap(natural);
        let tuned = self.datafit.best_dual_scale(dual).clamp(0.0, limit);
        if tuned > 0.0 && tuned != natural {
            let other = gap(tuned);
            if other.gap < best.gap {
                return other;
            }
        }
        best
    }

    /// The largest distance of a correlation to the subdifferential of its group, over the groups in `list`.
    pub fn violation(&self, coefficients: &[f64], list: &[usize], correlations: &[f64]) -> f64 {
        let mut x = Vec::new();
        list.iter().fold(0.0, |m: f64, &b| {
            self.gather(b, coefficients, &mut x);
            let d = self.penalty.subdifferential_distance(b, &x, &correlations[self.groups.range(b)]);
            if d > m || d.is_nan() { d } else { m }
        })
    }

    /// The number of groups that are not 0.
    pub fn active(&self, coefficients: &[f64]) -> usize {
        (0..self.groups.len()).filter(|&b| self.groups.members(b).iter().any(|&k| coefficients[k] != 0.0)).count()
    }

    /// A fingerprint of all data of the problem.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fingerprint::default();
        hash.text("grouped glm");
        self.design.fingerprint(&mut hash);
        self.datafit.fingerprint(&mut hash);
        self.groups.fingerprint(&mut hash);
        hash.text(self.penalty.name());
        hash.numbers(self.penalty.weights());
        for (name, value) in self.penalty.parameters() {
            hash.text(name);
            hash.numbers(&[value]);
        }
        hash.word(u64::from(self.intercept));
        hash.finish()
    }
}
