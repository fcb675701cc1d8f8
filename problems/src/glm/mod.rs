//! Generalised linear models with a separable penalty:
//!
//! ```text
//! minimise over x, c:   sum over i of phi_i(z_i) + sum over j of psi_j(x_j),      z = X x + c 1
//! ```
//!
//! `X` is a [`Design`] with n rows and p columns, `phi` a [`Datafit`], `psi` a [`SeparablePenalty`]; the intercept `c` is
//! there only if asked for, and never penalised. Sums are not divided by n: a penalty `alpha` of the mean loss is
//! `lambda = n alpha` here.

mod data;
mod duality;
mod grouped;
mod groups;
mod prediction;
mod svm;

pub use data::GlmData;
pub use duality::{DualPoint, best_dual_point};
pub use grouped::{GroupedGlm, GroupedPoint};
pub use groups::Groups;
pub use prediction::{ClassScores, MulticlassScores, NumberScores, score_classes, score_multiclass, score_numbers};
pub use svm::{Hinge, LinearSvm, SvmPoint};

use crate::datafit::{Datafit, Smoothness};
use crate::design::Design;
use crate::error::{ProblemError, same_length};
use crate::fingerprint::Fingerprint;
use crate::prox::SeparablePenalty;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A generalised linear model: borrowed data, loss and penalty.
pub struct Glm<'a, P: ?Sized = dyn SeparablePenalty> {
    design: &'a Design,
    datafit: &'a dyn Datafit,
    penalty: &'a P,
    intercept: bool,
}

impl<P: ?Sized> Clone for Glm<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: ?Sized> Copy for Glm<'_, P> {}

impl<P: SeparablePenalty + ?Sized> fmt::Debug for Glm<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Glm")
            .field("rows", &self.design.rows())
            .field("columns", &self.design.columns())
            .field("datafit", &self.datafit.name())
            .field("penalty", &self.penalty.name())
            .field("intercept", &self.intercept)
            .finish()
    }
}

/// A point of a [`Glm`]: the answer of its solvers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GlmPoint {
    /// x, one for each column of the design.
    pub coefficients: Vec<f64>,
    /// c; 0 in a problem without intercept.
    pub intercept: f64,
}

impl GlmPoint {
    /// The number of coefficients that are not 0.
    pub fn support(&self) -> usize {
        self.coefficients.iter().filter(|&&x| x != 0.0).count()
    }
}

impl<'a, P: SeparablePenalty + ?Sized> Glm<'a, P> {
    /// The problem without intercept.
    ///
    /// # Errors
    /// If design and loss have different numbers of rows.
    pub fn new(design: &'a Design, datafit: &'a dyn Datafit, penalty: &'a P) -> Result<Self, ProblemError> {
        same_length("the loss", datafit.rows(), design.rows())?;
        Ok(Self { design, datafit, penalty, intercept: false })
    }

    /// As [`new`](Self::new) for parts that are known to fit (a path has checked them once).
    ///
    /// Parts that do not fit make later calls panic.
    pub fn unchecked(design: &'a Design, datafit: &'a dyn Datafit, penalty: &'a P) -> Self {
        Self { design, datafit, penalty, intercept: false }
    }

    /// Adds (or removes) an unpenalised intercept.
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
    pub fn datafit(&self) -> &'a dyn Datafit {
        self.datafit
    }

    /// The penalty.
    pub fn penalty(&self) -> &'a P {
        self.penalty
    }

    /// Whether there is an intercept.
    pub fn has_intercept(&self) -> bool {
        self.intercept
    }

    /// Checks that a point has a coefficient for each column and finite numbers only.
    ///
    /// # Errors
    /// If it has not.
    pub fn check_point(&self, point: &GlmPoint) -> Result<(), ProblemError> {
        same_length("the coefficients", point.coefficients.len(), self.design.columns())?;
        crate::error::all_finite("coefficient", &point.coefficients)?;
        if point.intercept.is_finite() {
            Ok(())
        } else {
            Err(ProblemError::Parameter { what: "the intercept", value: point.intercept, expected: "a finite number" })
        }
    }

    /// Writes `z = X x + c 1`.
    pub fn fit(&self, point: &GlmPoint, out: &mut [f64]) {
        self.design.multiply(&point.coefficients, out);
        if point.intercept != 0.0 {
            out.iter_mut().for_each(|z| *z += point.intercept);
        }
    }

    /// The objective at a point whose fit is known.
    pub fn objective_at(&self, coefficients: &[f64], fit: &[f64]) -> f64 {
        self.datafit.value(fit) + self.penalty.value(coefficients)
    }

    /// The objective.
    pub fn objective(&self, point: &GlmPoint) -> f64 {
        let mut fit = vec![0.0; self.design.rows()];
        self.fit(point, &mut fit);
        self.objective_at(&point.coefficients, &fit)
    }

    /// The natural dual point at a fit, `v = -phi'(z)`, with entries that sum to 0 if there is an intercept.
    pub fn dual(&self, fit: &[f64], out: &mut [f64]) {
        self.datafit.gradient(fit, out);
        out.iter_mut().for_each(|v| *v = -*v);
        if self.intercept {
            self.datafit.balance(out);
        }
    }

    /// The null model: every coefficient at rest (0, or the nearest point of its box), the intercept at its best.
    pub fn null_point(&self) -> GlmPoint {
        let coefficients: Vec<f64> = (0..self.design.columns()).map(|j| self.penalty.rest_at(j)).collect();
        let mut point = GlmPoint { coefficients, intercept: 0.0 };
        self.fit_intercept(&mut point);
        point
    }

    /// Sets the intercept (if there is one) to its best value for the coefficients.
    pub fn fit_intercept(&self, point: &mut GlmPoint) {
        let mut fit = vec![0.0; self.design.rows()];
        self.fit(point, &mut fit);
        self.shift_intercept(point, &mut fit);
    }

    /// The same where the fit of the point is known; keeps it up to date.
    pub fn shift_intercept(&self, point: &mut GlmPoint, fit: &mut [f64]) {
        let shift = if self.intercept { self.datafit.best_shift(fit) } else { -point.intercept };
        if shift != 0.0 {
            point.intercept += shift;
            fit.iter_mut().for_each(|z| *z += shift);
        }
    }

    /// The scale of objective and gradient that tolerances refer to: see [`NullModel`].
    pub fn null_model(&self) -> NullModel {
        let point = self.null_point();
        let mut fit = vec![0.0; self.design.rows()];
        self.fit(&point, &mut fit);
        let attained = if point.intercept.is_finite() { 0.0 } else { f64::NAN };
        let objective = self.objective_at(&point.coefficients, &fit) + attained;
        let mut dual = vec![0.0; fit.len()];
        self.dual(&fit, &mut dual);
        let mut correlations = vec![0.0; self.design.columns()];
        self.design.multiply_transposed(&dual, &mut correlations);
        NullModel {
            objective,
            above_infimum: objective - self.datafit.infimum(),
            correlation: thalweg_kernels::dense::nrm_inf(&correlations),
            null_strength: self.penalty.null_strength(&correlations),
        }
    }

    /// [`NullModel::null_strength`] at any point instead of the null model: where some columns are not penalised, the point
    /// that is best in those alone.
    pub fn null_strength_at(&self, point: &GlmPoint) -> Option<f64> {
        let mut fit = vec![0.0; self.design.rows()];
        self.fit(point, &mut fit);
        let mut dual = vec![0.0; fit.len()];
        self.dual(&fit, &mut dual);
        let mut correlations = vec![0.0; self.design.columns()];
        self.design.multiply_transposed(&dual, &mut correlations);
        self.penalty.null_strength(&correlations)
    }

    /// The bound of the loss's second derivative along each coordinate, the intercept moving along; infinite (0 for a column
    /// without entries) if the loss has none.
    pub fn curvature_bounds(&self) -> Vec<f64> {
        let (design, smoothness) = (self.design, self.datafit.smoothness());
        let along = |m: crate::design::Moments| if self.intercept { m.centred_squares } else { m.squares };
        (0..design.columns())
            .map(|j| match smoothness {
                Smoothness::Uniform(nu) => nu * along(design.moments(j, None, design.rows() as f64)),
                Smoothness::PerRow(nu) => along(design.moments(j, Some(nu), thalweg_kernels::dense::sum(nu))),
                Smoothness::None if along(design.moments(j, None, design.rows() as f64)) > 0.0 => f64::INFINITY,
                Smoothness::None => 0.0,
            })
            .collect()
    }

    /// A fingerprint of all data of the problem.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fingerprint::default();
        hash.text("glm");
        self.design.fingerprint(&mut hash);
        self.datafit.fingerprint(&mut hash);
        self.penalty.fingerprint(&mut hash);
        hash.word(u64::from(self.intercept));
        hash.finish()
    }
}

/// Objective and gradient of the null model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NullModel {
    /// The objective of the null model; NaN if no intercept is best, because the loss falls without end.
    pub objective: f64,
    /// The same above the loss's infimum (half the null deviance, for a likelihood): what gaps are relative to.
    pub above_infimum: f64,
    /// `max over j of |x_j' v|` there.
    pub correlation: f64,
    /// The factor on the penalty from which on the null model is the solution; for an L1 penalty with `lambda = 1` this is
    /// `lambda_max`.
    pub null_strength: Option<f64>,
}

#[cfg(test)]
mod tests;
