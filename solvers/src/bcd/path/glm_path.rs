//! The path of a separable penalty.

use super::{CrossValidated, Family, Fold, Folds, Held, PathPoint, split};
use crate::bcd::evaluation::Progress;
use crate::bcd::{GlmWork, WorkingSet};
use crate::run::{Counts, Flow, Method, MethodError, Oracle, Run, Status};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use thalweg_problems::ProblemError;
use thalweg_problems::certificate::{Certificate, GlmCheck, certify_against};
use thalweg_problems::datafit::Datafit;
use thalweg_problems::design::Design;
use thalweg_problems::glm::{Glm, GlmPoint, NullModel};
use thalweg_problems::prox::SeparablePenalty;

/// Generalised linear models that differ in the strength of their penalty.
pub struct GlmPath<'a, P> {
    design: Held<'a, Design>,
    datafit: Held<'a, dyn Datafit + 'a>,
    intercept: bool,
    lambdas: Vec<f64>,
    penalties: Vec<P>,
    null: NullModel,
    null_deviance: f64,
}

impl<P> fmt::Debug for GlmPath<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GlmPath").field("lambdas", &self.lambdas.len()).finish_non_exhaustive()
    }
}

impl<'a, P: SeparablePenalty> GlmPath<'a, P> {
    /// One problem for each strength: `penalty` makes the penalty of a strength.
    ///
    /// # Errors
    /// If design and loss do not fit, there are no strengths, or one gives no penalty.
    pub fn new(
        design: Held<'a, Design>,
        datafit: Held<'a, dyn Datafit + 'a>,
        intercept: bool,
        lambdas: Vec<f64>,
        penalty: impl Fn(f64) -> Result<P, ProblemError>,
    ) -> Result<Self, ProblemError> {
        let penalties = lambdas.iter().map(|&lambda| penalty(lambda)).collect::<Result<Vec<P>, _>>()?;
        let first = penalties.first().ok_or(ProblemError::Parameter {
            what: "the number of strengths",
            value: 0.0,
            expected: "at least 1",
        })?;
        let problem = Glm::new(&design, &*datafit, first)?.with_intercept(intercept);
        let (null, point) = (problem.null_model(), problem.null_point());
        let mut fit = vec![0.0; design.rows()];
        problem.fit(&point, &mut fit);
        let null_deviance = datafit.deviance(&fit);
        Ok(Self { design, datafit, intercept, lambdas, penalties, null, null_deviance })
    }

    /// The problem of strength k.
    pub fn problem(&self, k: usize) -> Glm<'_, P> {
        let last = self.penalties.len() - 1;
        // The constructor has checked the sizes.
        Glm::unchecked(&self.design, &*self.datafit, &self.penalties[k.min(last)]).with_intercept(self.intercept)
    }
}

/// The memory of a path: that of the working sets, and what the last certificate left.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GlmPathWork {
    inner: GlmWork,
    #[serde(skip)]
    check: GlmCheck,
}

impl<P: SeparablePenalty> Family<WorkingSet> for GlmPath<'_, P> {
    type Work = GlmPathWork;

    fn lambdas(&self) -> &[f64] {
        &self.lambdas
    }

    fn null_deviance(&self) -> f64 {
        self.null_deviance
    }

    fn begin(
        &self,
        k: usize,
        method: &WorkingSet,
        last: Option<GlmPathWork>,
        run: &mut Run,
    ) -> Result<GlmPathWork, MethodError> {
        let problem = self.problem(k);
        match last {
            None => {
                let inner = GlmWork::start(&problem, problem.null_point(), run)?;
                Ok(GlmPathWork { inner, check: GlmCheck::default() })
            }
            Some(GlmPathWork { mut inner, check }) => {
                inner.go_on(&problem, &self.penalties[k - 1], &check, method, run)?;
                Ok(GlmPathWork { inner, check })
            }
        }
    }

    fn resume(&self, k: usize, method: &WorkingSet, work: &mut GlmPathWork) -> Result<(), MethodError> {
        Method::<Glm<'_, P>>::resume(method, &self.problem(k), &mut work.inner)
    }

    fn step(&self, k: usize, method: &WorkingSet, work: &mut GlmPathWork, run: &mut Run) -> Result<Flow, MethodError> {
        method.step(&self.problem(k), &mut work.inner, run)
    }

    fn tightened(&self, method: &WorkingSet) -> Option<WorkingSet> {
        Some(WorkingSet { tolerance: 0.1 * method.tolerance, ..method.clone() })
    }

    fn certify(&self, k: usize, tolerance: f64, work: &mut GlmPathWork, counts: &mut Counts) -> PathPoint {
        let problem = self.problem(k);
        let point: &GlmPoint = &work.inner.point;
        let certificate = certify_against(&problem, point, &self.null, &mut work.check);
        counts.add(Oracle::FullPass, 1);
        counts.add(Oracle::Objective, 1);
        counts.add(Oracle::Gradient, 1);
        counts.add(Oracle::MatrixVector, 2 + u64::from(self.intercept));
        let coefficients: Vec<(usize, f64)> =
            point.coefficients.iter().copied().enumerate().filter(|(_, x)| *x != 0.0).collect();
        PathPoint {
            lambda: self.lambdas[k],
            active: coefficients.len(),
            coefficients,
            intercepts: vec![point.intercept],
            objective: certificate.objective,
            deviance_ratio: explained(self.datafit.deviance(&work.check.fit), self.null_deviance),
            duality_gap: certificate.duality_gap,
            relative: if certificate.gap_decides {
                certificate.relative_gap()
            } else {
                certificate.relative_violation()
            },
            status: if certificate.holds(tolerance) { Status::Converged } else { Status::Stalled },
        }
    }

    fn fingerprint(&self) -> u64 {
        let mut hash = thalweg_problems::Fingerprint::default();
        hash.word(self.problem(0).fingerprint());
        hash.numbers(&self.lambdas);
        hash.finish()
    }
}

/// `1 - deviance / null deviance`; 1 if there is nothing to explain.
pub(in crate::bcd) fn explained(deviance: f64, null: f64) -> f64 {
    if null > 0.0 { 1.0 - deviance / null } else { 1.0 }
}

impl GlmWork {
    /// Goes on with the next problem of a path from the solution of the last: all columns are back, the first working set is
    /// the support with the columns that the sequential strong rule keeps (Tibshirani et al., *Strong rules for discarding
    /// predictors in lasso-type problems*, JRSS B 74, 2012, section 3), everything else is checked afterwards.
    ///
    /// With slacks `lambda_j - |c_j|` the rule `|c_j| >= 2 lambda_j' - lambda_j` reads: the slack at the new strength is at
    /// most half of that at the old one.
    fn go_on<P: SeparablePenalty>(
        &mut self,
        problem: &Glm<'_, P>,
        previous: &P,
        check: &GlmCheck,
        method: &WorkingSet,
        run: &mut Run,
    ) -> Result<(), MethodError> {
        let (penalty, intercept) = (problem.penalty(), problem.has_intercept());
        self.alive.clear();
        self.alive.extend((0..problem.design().columns()).filter(|&j| self.fixed.norm(j, intercept, 0.0) > 0.0));
        self.correlations.clear();
        self.correlations.extend(self.alive.iter().map(|&j| check.correlations[j]));
        self.scratch.fit.copy_from_slice(&check.fit);
        self.scratch.dual.copy_from_slice(&check.dual);
        let x = &self.point.coefficients;
        self.working.clear();
        self.working.extend(self.alive.iter().copied().filter(|&j| {
            let c = check.correlations[j];
            let slack = penalty.slack_at(j, x[j], c);
            slack == f64::NEG_INFINITY || 2.0 * slack <= previous.slack_at(j, x[j], c)
        }));
        self.target = 0.5 * method.tolerance;
        self.least_size = 0;
        self.progress = Progress::new(self.fixed.null_model().objective.abs());
        self.judge(problem, run, method.screening)?;
        // Screening may have settled some of them.
        let alive = &self.alive;
        self.working.retain(|j| alive.binary_search(j).is_ok());
        Ok(())
    }
}

impl<'a, P: SeparablePenalty> CrossValidated<'a, GlmPath<'a, P>> {
    /// A path with its folds. `standardized` is `Some(centre)` if every fold is to scale the columns by the deviations of its
    /// own training rows, as the full path does by those of all rows. The entries of the design are shared.
    ///
    /// # Errors
    /// If a fold cannot be fitted, for example because a class has no training rows left.
    pub fn of_glm(
        full: GlmPath<'a, P>,
        folds: &Folds,
        standardized: Option<bool>,
        penalty: impl Fn(f64) -> Result<P, ProblemError>,
    ) -> Result<Self, ProblemError> {
        let (loss, design): (Arc<dyn Datafit>, _) =
            (Arc::from(full.datafit.reweighted(ones(&*full.datafit))?), &full.design);
        let mut parts = Vec::new();
        for fold in 0..folds.count {
            let split = split(&*full.datafit, folds, fold)?;
            let mut design = Design::clone(design);
            if let Some(centre) = standardized {
                design = design.standardized(centre, Some(&split.training))?;
            }
            let (share, loss, judged) = (split.share, Arc::clone(&loss), design.clone());
            let family = GlmPath::new(
                Held::Owned(Box::new(design)),
                Held::Owned(full.datafit.reweighted(split.training.clone())?),
                full.intercept,
                full.lambdas.clone(),
                |lambda| penalty(lambda * share),
            )?;
            let weight = split.held_out_weight;
            let held_out = Box::new(move |point: &PathPoint| {
                let mut x = vec![0.0; judged.columns()];
                point.coefficients.iter().for_each(|&(j, value)| x[j] = value);
                let mut fit = vec![0.0; judged.rows()];
                judged.multiply(&x, &mut fit);
                fit.iter_mut().for_each(|z| *z += point.intercepts[0]);
                split.mean_deviance(&*loss, &fit)
            });
            parts.push(Fold { family, held_out, weight });
        }
        Ok(Self { full, folds: parts })
    }
}

/// The row weights of a loss, written out.
fn ones(datafit: &dyn Datafit) -> Vec<f64> {
    datafit.weights().map_or_else(|| vec![1.0; datafit.rows()], <[f64]>::to_vec)
}
