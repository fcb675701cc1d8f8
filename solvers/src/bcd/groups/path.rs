//! The path of a penalty of groups.

use super::work::count_check;
use super::{GroupWork, GroupWorkingSet};
use crate::bcd::evaluation::Progress;
use crate::bcd::path::{CrossValidated, Family, Fold, Folds, Held, PathPoint, explained, split_weights};
use crate::run::{Counts, Flow, Method, MethodError, Run, Status};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use thalweg_problems::certificate::{Certificate, GroupedCheck, certify_grouped};
use thalweg_problems::datafit::VectorDatafit;
use thalweg_problems::design::Design;
use thalweg_problems::glm::{GroupedGlm, GroupedPoint, Groups, NullModel};
use thalweg_problems::prox::group::GroupPenalty;
use thalweg_problems::{Fingerprint, ProblemError};

/// Models that differ in the strength of their penalty of groups.
pub struct GroupedPath<'a> {
    design: Held<'a, Design>,
    datafit: Held<'a, dyn VectorDatafit + 'a>,
    groups: &'a Groups,
    intercept: bool,
    lambdas: Vec<f64>,
    penalties: Vec<Box<dyn GroupPenalty>>,
    null: NullModel,
    null_deviance: f64,
}

impl fmt::Debug for GroupedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupedPath").field("lambdas", &self.lambdas.len()).finish_non_exhaustive()
    }
}

impl<'a> GroupedPath<'a> {
    /// One problem for each strength: `penalty` makes the penalty of a strength.
    ///
    /// # Errors
    /// If the parts do not fit, there are no strengths, or one gives no penalty.
    pub fn new(
        design: Held<'a, Design>,
        datafit: Held<'a, dyn VectorDatafit + 'a>,
        groups: &'a Groups,
        intercept: bool,
        lambdas: Vec<f64>,
        penalty: impl Fn(f64) -> Result<Box<dyn GroupPenalty>, ProblemError>,
    ) -> Result<Self, ProblemError> {
        let penalties = lambdas.iter().map(|&lambda| penalty(lambda)).collect::<Result<Vec<_>, _>>()?;
        let first = penalties.first().ok_or(ProblemError::Parameter {
            what: "the number of strengths",
            value: 0.0,
            expected: "at least 1",
        })?;
        let problem = GroupedGlm::new(&design, &*datafit, groups, first.as_ref())?.with_intercept(intercept);
        let (null, point) = (problem.null_model(), problem.null_point());
        let mut fit = vec![0.0; problem.fit_len()];
        problem.fit(&point, &mut fit);
        let null_deviance = datafit.deviance(&fit);
        Ok(Self { design, datafit, groups, intercept, lambdas, penalties, null, null_deviance })
    }

    /// The problem of strength k.
    ///
    /// # Errors
    /// Never for a strength of the path: the constructor has checked the sizes.
    pub fn problem(&self, k: usize) -> Result<GroupedGlm<'_>, ProblemError> {
        let penalty = self.penalties[k.min(self.penalties.len() - 1)].as_ref();
        Ok(GroupedGlm::new(&self.design, &*self.datafit, self.groups, penalty)?.with_intercept(self.intercept))
    }
}

/// The memory of a path: that of the working sets, and what the last certificate left.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupedPathWork {
    inner: GroupWork,
    #[serde(skip)]
    check: GroupedCheck,
}

impl Family<GroupWorkingSet> for GroupedPath<'_> {
    type Work = GroupedPathWork;

    fn lambdas(&self) -> &[f64] {
        &self.lambdas
    }

    fn null_deviance(&self) -> f64 {
        self.null_deviance
    }

    fn begin(
        &self,
        k: usize,
        method: &GroupWorkingSet,
        last: Option<GroupedPathWork>,
        run: &mut Run,
    ) -> Result<GroupedPathWork, MethodError> {
        let problem = self.problem(k)?;
        match last {
            None => {
                let inner = GroupWork::start(&problem, problem.null_point(), run)?;
                Ok(GroupedPathWork { inner, check: GroupedCheck::default() })
            }
            Some(GroupedPathWork { mut inner, check }) => {
                inner.go_on(&problem, self.penalties[k - 1].as_ref(), &check, method, run)?;
                Ok(GroupedPathWork { inner, check })
            }
        }
    }

    fn resume(&self, k: usize, method: &GroupWorkingSet, work: &mut GroupedPathWork) -> Result<(), MethodError> {
        method.resume(&self.problem(k)?, &mut work.inner)
    }

    fn step(
        &self,
        k: usize,
        method: &GroupWorkingSet,
        work: &mut GroupedPathWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        method.step(&self.problem(k)?, &mut work.inner, run)
    }

    fn tightened(&self, method: &GroupWorkingSet) -> Option<GroupWorkingSet> {
        method.tightened()
    }

    fn certify(&self, k: usize, tolerance: f64, work: &mut GroupedPathWork, counts: &mut Counts) -> PathPoint {
        let GroupedPathWork { inner, check } = work;
        let point: &GroupedPoint = &inner.point;
        let mut result = PathPoint {
            lambda: self.lambdas[k],
            coefficients: point.coefficients.iter().copied().enumerate().filter(|(_, x)| *x != 0.0).collect(),
            intercepts: point.intercepts.clone(),
            active: 0,
            objective: f64::NAN,
            deviance_ratio: f64::NAN,
            duality_gap: f64::NAN,
            relative: f64::NAN,
            status: Status::Stalled,
        };
        let Ok(problem) = self.problem(k) else { return result };
        let certificate = certify_grouped(&problem, point, &self.null, check);
        count_check(&problem, counts);
        result.active = problem.active(&point.coefficients);
        result.objective = certificate.objective;
        result.deviance_ratio = explained(self.datafit.deviance(&check.fit), self.null_deviance);
        result.duality_gap = certificate.duality_gap;
        result.relative = certificate.relative_gap();
        if certificate.holds(tolerance) {
            result.status = Status::Converged;
        }
        result
    }

    fn fingerprint(&self) -> u64 {
        let mut hash = Fingerprint::default();
        hash.word(self.problem(0).map_or(0, |p| p.fingerprint()));
        hash.numbers(&self.lambdas);
        hash.finish()
    }
}

impl GroupWork {
    /// Goes on with the next problem of a path: all groups are back, the first working set is the active groups with those that
    /// the sequential strong rule keeps, everything else is checked afterwards.
    fn go_on(
        &mut self,
        problem: &GroupedGlm<'_>,
        previous: &dyn GroupPenalty,
        check: &GroupedCheck,
        method: &GroupWorkingSet,
        run: &mut Run,
    ) -> Result<(), MethodError> {
        let (penalty, groups) = (problem.penalty(), problem.groups());
        self.alive.clear();
        self.alive.extend((0..groups.len()).filter(|&b| self.fixed.curvature[b] > 0.0));
        self.correlations.copy_from_slice(&check.correlations);
        self.scratch.fit.copy_from_slice(&check.fit);
        self.scratch.dual.copy_from_slice(&check.dual);
        let active = |b: usize| groups.members(b).iter().any(|&k| self.point.coefficients[k] != 0.0);
        let strong = |b: usize| {
            let c = &check.correlations[groups.range(b)];
            2.0 * penalty.slack_of(b, c) <= previous.slack_of(b, c)
        };
        self.working.clear();
        self.working.extend(self.alive.iter().copied().filter(|&b| active(b) || strong(b)));
        self.target = 0.5 * method.tolerance;
        self.least_size = 0;
        self.progress = Progress::new(self.fixed.null_model().objective.abs());
        self.judge(problem, run, method.screening)?;
        // Screening may have settled some of them.
        let alive = &self.alive;
        self.working.retain(|b| alive.binary_search(b).is_ok());
        Ok(())
    }
}

impl<'a> CrossValidated<'a, GroupedPath<'a>> {
    /// A path with its folds: see [`CrossValidated::of_glm`].
    ///
    /// # Errors
    /// If a fold cannot be fitted.
    pub fn of_groups(
        full: GroupedPath<'a>,
        folds: &Folds,
        standardized: Option<bool>,
        penalty: impl Fn(f64) -> Result<Box<dyn GroupPenalty>, ProblemError>,
    ) -> Result<Self, ProblemError> {
        let weights = full.datafit.weights().map_or_else(|| vec![1.0; full.datafit.rows()], <[f64]>::to_vec);
        let loss: Arc<dyn VectorDatafit> = Arc::from(full.datafit.reweighted(weights)?);
        let mut parts = Vec::new();
        for fold in 0..folds.count {
            let split = split_weights(full.datafit.weights(), folds, fold)?;
            let mut design = Design::clone(&full.design);
            if let Some(centre) = standardized {
                design = design.standardized(centre, Some(&split.training))?;
            }
            let (share, loss, judged, groups) = (split.share, Arc::clone(&loss), design.clone(), full.groups);
            let family = GroupedPath::new(
                Held::Owned(Box::new(design)),
                Held::Owned(full.datafit.reweighted(split.training.clone())?),
                groups,
                full.intercept,
                full.lambdas.clone(),
                |lambda| penalty(lambda * share),
            )?;
            let weight = split.held_out_weight;
            let held_out = Box::new(move |point: &PathPoint| {
                let (n, p) = (judged.rows(), judged.columns());
                let mut x = vec![0.0; p * loss.targets()];
                point.coefficients.iter().for_each(|&(k, value)| x[k] = value);
                let mut fit = vec![0.0; n * loss.targets()];
                for (t, fit) in fit.chunks_mut(n).enumerate() {
                    judged.multiply(&x[t * p..(t + 1) * p], fit);
                    fit.iter_mut().for_each(|z| *z += point.intercepts[t]);
                }
                split.mean_vector_deviance(&*loss, &fit)
            });
            parts.push(Fold { family, held_out, weight });
        }
        Ok(Self { full, folds: parts })
    }
}
