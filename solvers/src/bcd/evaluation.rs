//! The check of the whole problem that both methods share: objective, gap or violation, screening.

use super::inner::Scratch;
use crate::run::{Counts, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::{dense, parallel};
use thalweg_problems::ProblemError;
use thalweg_problems::datafit::Smoothness;
use thalweg_problems::design::Moments;
use thalweg_problems::glm::{DualPoint, Glm, GlmPoint, NullModel, best_dual_point};
use thalweg_problems::prox::SeparablePenalty;

/// The measures of both methods.
pub(super) const MEASURES: &[&str] =
    &["duality_gap", "relative_gap", "optimality_violation", "support", "working_set", "alive"];

/// Why a method gives up.
pub(super) const AT_ROUNDING_LEVEL: &str =
    "neither the objective nor the gap has fallen for ten checks: the point is optimal to rounding";

/// The memory of a coordinate method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GlmWork {
    pub(super) point: GlmPoint,
    /// Columns that are not screened: ascending.
    pub(super) alive: Vec<usize>,
    /// Their correlations with the natural dual point at the last check.
    pub(super) correlations: Vec<f64>,
    /// The last check.
    pub(super) merit: Merit,
    /// The working set in progress; empty if the next step is to choose one.
    pub(super) working: Vec<usize>,
    /// Where its solution stops.
    pub(super) target: f64,
    /// A lower bound of the size of working sets, doubled when one brought no progress.
    pub(super) least_size: usize,
    /// Whether the steps still lead somewhere.
    pub(super) progress: Progress,
    #[serde(skip)]
    pub(super) fixed: Fixed,
    #[serde(skip)]
    pub(super) scratch: Scratch,
}

impl Work for GlmWork {
    type Point = GlmPoint;
    fn point(&self) -> &GlmPoint {
        &self.point
    }
    fn into_point(self) -> GlmPoint {
        self.point
    }
}

/// How good a point is: the relative gap, or the relative violation where there is no gap.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Merit {
    pub(super) relative: f64,
    pub(super) gap: f64,
    pub(super) violation: f64,
    pub(super) objective: f64,
}

/// Notices when neither the objective falls measurably nor the merit: near the solution the gap still falls when the
/// objective is already flat to the last bit.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    scale: f64,
    lowest: f64,
    best: f64,
    /// Checks without progress.
    pub(super) idle: u32,
}

impl Progress {
    /// Checks without progress after which there is none to come.
    const PATIENCE: u32 = 10;

    /// Nothing seen yet; `scale` is what objectives are measured by.
    pub(super) fn new(scale: f64) -> Self {
        Self { scale, lowest: f64::INFINITY, best: f64::INFINITY, idle: 0 }
    }

    /// Takes a check in. Whether the last ten brought nothing.
    pub(super) fn stands_still(&mut self, merit: f64, objective: f64) -> bool {
        let better = merit < 0.95 * self.best || objective < self.lowest - 1e-15 * self.scale;
        self.best = self.best.min(merit);
        self.lowest = self.lowest.min(objective);
        self.idle = if better { 0 } else { self.idle + 1 };
        self.idle >= Self::PATIENCE
    }
}

/// What follows from the problem alone: rebuilt on resume.
#[derive(Clone, Debug, Default)]
pub(super) struct Fixed {
    pub(super) null: Option<NullModel>,
    /// Moments of the columns with the smoothness bounds as weights; with the row weights if there are no bounds.
    pub(super) bounds: Vec<Moments>,
}

impl Fixed {
    fn new<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>) -> Self {
        let (design, datafit) = (problem.design(), problem.datafit());
        let uniform = |j: usize, nu: f64| {
            let m = design.moments(j, None, design.rows() as f64);
            Moments { sum: nu * m.sum, squares: nu * m.squares, centred_squares: nu * m.centred_squares }
        };
        let bounds = (0..design.columns()).map(|j| match (datafit.smoothness(), datafit.weights()) {
            (Smoothness::Uniform(nu), _) => uniform(j, nu),
            (Smoothness::PerRow(nu), _) | (Smoothness::None, Some(nu)) => design.moments(j, Some(nu), dense::sum(nu)),
            (Smoothness::None, None) => uniform(j, 1.0),
        });
        Self { bounds: bounds.collect(), null: Some(problem.null_model()) }
    }

    pub(super) fn null_model(&self) -> NullModel {
        self.null.unwrap_or(NullModel {
            objective: f64::NAN,
            above_infimum: f64::NAN,
            correlation: f64::NAN,
            null_strength: None,
        })
    }

    /// The bound of the loss's curvature along column j, the intercept moving along.
    pub(super) fn curvature(&self, j: usize, intercept: bool) -> f64 {
        if intercept { self.bounds[j].centred_squares } else { self.bounds[j].squares }
    }

    /// The norm of column j in the metric of the smoothness bounds, about its mean if there is an intercept.
    pub(super) fn norm(&self, j: usize, intercept: bool, ridge: f64) -> f64 {
        (self.curvature(j, intercept) + ridge).sqrt()
    }
}

impl GlmWork {
    /// Projects the start into the domain, evaluates it, and drops columns that cannot move.
    pub(super) fn start<P: SeparablePenalty + ?Sized>(
        problem: &Glm<'_, P>,
        mut point: GlmPoint,
        run: &mut Run,
    ) -> Result<Self, MethodError> {
        problem.check_point(&point)?;
        let (penalty, fixed) = (problem.penalty(), Fixed::new(problem));
        if !fixed.null_model().objective.is_finite() {
            return Err(ProblemError::NoIntercept.into());
        }
        check_concavity(problem, &fixed)?;
        let mut alive = Vec::new();
        for j in 0..point.coefficients.len() {
            if fixed.norm(j, problem.has_intercept(), 0.0) > 0.0 {
                alive.push(j);
                // An infinitesimal proximal step is the projection onto the domain.
                point.coefficients[j] = penalty.prox_at(j, point.coefficients[j], f64::MIN_POSITIVE);
            } else {
                point.coefficients[j] = penalty.rest_at(j);
            }
        }
        if !problem.has_intercept() {
            point.intercept = 0.0;
        }
        let merit = Merit { relative: f64::NAN, gap: f64::NAN, violation: f64::NAN, objective: f64::NAN };
        let mut work = Self {
            correlations: vec![0.0; alive.len()],
            point,
            alive,
            merit,
            working: Vec::new(),
            target: 0.0,
            least_size: 0,
            progress: Progress::default(),
            fixed,
            scratch: Scratch::new(problem.design().rows()),
        };
        // The null model's.
        run.counts.add(Oracle::FullPass, 1);
        run.counts.add(Oracle::Objective, 1);
        run.counts.add(Oracle::Gradient, 1);
        run.counts.add(Oracle::MatrixVector, 2 + u64::from(problem.has_intercept()));
        work.evaluate(problem, run, false)?;
        work.progress = Progress::new(work.fixed.null_model().objective.abs());
        Ok(work)
    }

    pub(super) fn resume<P: SeparablePenalty + ?Sized>(&mut self, problem: &Glm<'_, P>) -> Result<(), MethodError> {
        problem.check_point(&self.point)?;
        let p = problem.design().columns();
        let ascending = |list: &[usize]| list.windows(2).all(|w| w[0] < w[1]) && list.last().is_none_or(|&j| j < p);
        if self.alive.len() != self.correlations.len() || !ascending(&self.alive) || !ascending(&self.working) {
            return Err(MethodError::Numerical("the stored sets of columns do not fit the problem".to_owned()));
        }
        self.fixed = Fixed::new(problem);
        self.scratch = Scratch::new(problem.design().rows());
        Ok(())
    }

    /// Recomputes fit, dual point and gap from the coefficients; screens columns if asked; fills in the run.
    pub(super) fn evaluate<P: SeparablePenalty + ?Sized>(
        &mut self,
        problem: &Glm<'_, P>,
        run: &mut Run,
        screen: bool,
    ) -> Result<(), MethodError> {
        let design = problem.design();
        let Scratch { fit, dual, .. } = &mut self.scratch;
        problem.fit(&self.point, fit);
        problem.shift_intercept(&mut self.point, fit);
        problem.dual(fit, dual);
        let (alive, total) = (&self.alive, dense::sum(dual));
        parallel::fill(&mut self.correlations, design.nonzeros(), |k| design.dot(alive[k], dual, total));
        run.counts.add(Oracle::FullPass, 1);
        run.counts.add(Oracle::Gradient, 1);
        run.counts.add(Oracle::MatrixVector, 2 + u64::from(problem.has_intercept()));
        self.judge(problem, run, screen)
    }

    /// The rest of [`evaluate`](Self::evaluate) where fit, dual point and correlations are known.
    pub(super) fn judge<P: SeparablePenalty + ?Sized>(
        &mut self,
        problem: &Glm<'_, P>,
        run: &mut Run,
        screen: bool,
    ) -> Result<(), MethodError> {
        let null = self.fixed.null_model();
        let Scratch { fit, dual, .. } = &self.scratch;
        let (alive, x) = (&self.alive, &self.point.coefficients);
        let best = best_dual_point(problem, x, fit, dual, alive, &self.correlations);
        let (fixed, intercept) = (&self.fixed, problem.has_intercept());
        let violation = alive.iter().zip(&self.correlations).fold(0.0, |m: f64, (&j, &c)| {
            let d = problem.penalty().violation_at(j, x[j], c, fixed.curvature(j, intercept));
            if d > m || d.is_nan() { d } else { m }
        });
        let objective = problem.objective_at(x, fit);
        self.merit = Merit {
            relative: relative_merit(problem, &null, best.gap, violation),
            gap: best.gap,
            violation,
            objective,
        };
        run.counts.add(Oracle::Objective, 1);
        if !objective.is_finite() {
            return Err(MethodError::Numerical(format!("the objective is {objective}")));
        }
        // Without a bound of the curvature the dual objective is not strongly concave: there is no safe sphere.
        if screen && problem.penalty().has_gap() && problem.datafit().smoothness().is_bounded() {
            self.screen(problem, best, null.above_infimum, &mut run.counts);
        }
        self.report(run, null.above_infimum);
        Ok(())
    }

    /// Gap-safe screening (Ndiaye, Fercoq, Gramfort, Salmon, *Gap safe screening rules for sparsity enforcing penalties*,
    /// JMLR 18, 2017): a coordinate that has one value for every dual point in the ball around the best one has it at the
    /// solution.
    fn screen<P: SeparablePenalty + ?Sized>(
        &mut self,
        problem: &Glm<'_, P>,
        best: DualPoint,
        null_objective: f64,
        counts: &mut Counts,
    ) {
        let DualPoint { gap, scale, ridge } = best;
        // The gap itself is known up to rounding only.
        let radius = (2.0 * gap.max(1e-15 * null_objective.abs())).sqrt();
        if !radius.is_finite() {
            return;
        }
        let Some(penalty) = problem.penalty().convex() else { return };
        let intercept = problem.has_intercept();
        let (mut keep, mut moved) = (0, false);
        for k in 0..self.alive.len() {
            let (j, c) = (self.alive[k], self.correlations[k]);
            let x = &mut self.point.coefficients[j];
            let at_dual = scale * (c - ridge * *x);
            match penalty.forced_value_at(j, at_dual, radius * self.fixed.norm(j, intercept, ridge)) {
                Some(value) => {
                    moved |= *x != value;
                    *x = value;
                }
                None => {
                    self.alive[keep] = j;
                    self.correlations[keep] = c;
                    keep += 1;
                }
            }
        }
        self.alive.truncate(keep);
        self.correlations.truncate(keep);
        if moved {
            // The correlations are one screening old now, which only affects the choice of the next working set.
            problem.fit(&self.point, &mut self.scratch.fit);
            problem.shift_intercept(&mut self.point, &mut self.scratch.fit);
            self.merit.objective = problem.objective_at(&self.point.coefficients, &self.scratch.fit);
            counts.add(Oracle::Objective, 1);
            counts.add(Oracle::MatrixVector, 1 + u64::from(problem.has_intercept()));
        }
    }

    /// Runs a step; if it fails, the point is what it was before.
    pub(super) fn keeping_the_last_good_point<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, MethodError>,
    ) -> Result<T, MethodError> {
        let mut last = std::mem::take(&mut self.scratch.last);
        last.clone_from(&self.point);
        let result = step(self);
        if result.is_err() {
            std::mem::swap(&mut self.point, &mut last);
        }
        self.scratch.last = last;
        result
    }

    fn report(&self, run: &mut Run, null_objective: f64) {
        let gap = self.merit.gap;
        run.objective = self.merit.objective;
        run.measures.copy_from_slice(&[
            gap,
            if gap == 0.0 { 0.0 } else { gap / null_objective },
            self.merit.violation,
            self.point.support() as f64,
            self.working.len() as f64,
            self.alive.len() as f64,
        ]);
    }
}

/// A penalty that is not convex needs a loss that outweighs its concavity along every column: then coordinate steps are
/// single-valued.
fn check_concavity<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, fixed: &Fixed) -> Result<(), MethodError> {
    let penalty = problem.penalty();
    if penalty.convex().is_some() {
        return Ok(());
    }
    if !problem.datafit().smoothness().is_bounded() {
        let (loss, name) = (problem.datafit().name(), penalty.name());
        let text =
            format!("the penalty {name} is not convex and needs a loss of bounded curvature, which {loss} is not");
        return Err(MethodError::Evaluation(text));
    }
    for column in 0..problem.design().columns() {
        let (curvature, concavity) = (fixed.curvature(column, problem.has_intercept()), penalty.concavity_at(column));
        if curvature > 0.0 && curvature <= concavity {
            return Err(ProblemError::TooConcave { column, curvature, concavity }.into());
        }
    }
    Ok(())
}

/// The gap relative to the null objective, or the violation relative to the null model's.
pub(super) fn relative_merit<P: SeparablePenalty + ?Sized>(
    problem: &Glm<'_, P>,
    null: &NullModel,
    gap: f64,
    violation: f64,
) -> f64 {
    let (value, scale) =
        if problem.penalty().has_gap() { (gap, null.above_infimum) } else { (violation, null.correlation) };
    if value == 0.0 { 0.0 } else { value / scale }
}
