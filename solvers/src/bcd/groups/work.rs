//! The memory of the method for groups, and its check of the whole problem.

use super::bounds::{BoundScratch, block_bound, runs};
use super::restricted::Scratch;
use crate::bcd::evaluation::{Merit, Progress};
use crate::run::{Counts, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::{dense, parallel};
use thalweg_problems::datafit::Smoothness;
use thalweg_problems::design::Moments;
use thalweg_problems::glm::{DualPoint, GroupedGlm, GroupedPoint, NullModel};

/// The memory of [`GroupWorkingSet`](super::GroupWorkingSet).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupWork {
    pub(super) point: GroupedPoint,
    /// Groups that are not screened: ascending.
    pub(super) alive: Vec<usize>,
    /// Correlations of all coefficients in the order of the groups' members; those of screened groups are old.
    pub(super) correlations: Vec<f64>,
    pub(super) merit: Merit,
    /// The working set in progress; empty if the next step is to choose one.
    pub(super) working: Vec<usize>,
    pub(super) target: f64,
    pub(super) least_size: usize,
    pub(super) progress: Progress,
    #[serde(skip)]
    pub(super) fixed: Fixed,
    #[serde(skip)]
    pub(super) scratch: Scratch,
}

impl Work for GroupWork {
    type Point = GroupedPoint;
    fn point(&self) -> &GroupedPoint {
        &self.point
    }
    fn into_point(self) -> GroupedPoint {
        self.point
    }
}

/// What follows from the problem alone, whatever the strength.
#[derive(Clone, Debug, Default)]
pub(super) struct Fixed {
    pub(super) null: Option<NullModel>,
    /// Moments of the columns with the smoothness bounds as weights.
    pub(super) moments: Vec<Moments>,
    /// Upper bounds of the groups' curvature.
    pub(super) curvature: Vec<f64>,
}

impl Fixed {
    fn new(problem: &GroupedGlm<'_>) -> Self {
        let (design, groups) = (problem.design(), problem.groups());
        let n = design.rows() as f64;
        let smoothness = problem.datafit().smoothness();
        let (weights, total, factor) = match smoothness {
            Smoothness::Uniform(nu) => (None, n, nu),
            Smoothness::PerRow(nu) => (Some(nu), dense::sum(nu), 1.0),
            // Excluded by the problem's constructor.
            Smoothness::None => (None, n, f64::INFINITY),
        };
        let moments: Vec<Moments> = (0..design.columns()).map(|j| design.moments(j, weights, total)).collect();
        let (mut s, mut own) = (BoundScratch::default(), Vec::new());
        let mut bound = |b: usize| {
            let (mut largest, mut last): (f64, &[usize]) = (0.0, &[]);
            let columns: Vec<usize> = groups.members(b).iter().map(|&k| groups.place(k).0).collect();
            let mut start = 0;
            for (_, run) in runs(groups, groups.members(b)) {
                let run = &columns[start..start + run.len()];
                start += run.len();
                // The targets have the same weights: what was seen once need not be seen again.
                if run == last {
                    continue;
                }
                own.clear();
                own.extend(run.iter().map(|&j| moments[j]));
                let centred = problem.has_intercept().then_some(total);
                largest = largest.max(block_bound(design, run, &own, weights, centred, &mut s));
                last = run;
            }
            factor * largest
        };
        let curvature = (0..groups.len()).map(&mut bound).collect();
        let scaled = |m: &Moments| Moments {
            sum: factor * m.sum,
            squares: factor * m.squares,
            centred_squares: factor * m.centred_squares,
        };
        let moments = moments.iter().map(scaled).collect();
        Self { null: Some(problem.null_model()), moments, curvature }
    }

    pub(super) fn null_model(&self) -> NullModel {
        self.null.unwrap_or(NullModel {
            objective: f64::NAN,
            above_infimum: f64::NAN,
            correlation: f64::NAN,
            null_strength: None,
        })
    }

    /// The norm of the group's columns in the metric of the smoothness bounds.
    pub(super) fn norm(&self, b: usize) -> f64 {
        self.curvature[b].sqrt()
    }
}

impl GroupWork {
    /// Projects the start into the domain, evaluates it, and drops groups that cannot move.
    pub(super) fn start(problem: &GroupedGlm<'_>, mut point: GroupedPoint, run: &mut Run) -> Result<Self, MethodError> {
        problem.check_point(&point)?;
        let (fixed, groups) = (Fixed::new(problem), problem.groups());
        let (mut alive, mut x) = (Vec::new(), Vec::new());
        for b in 0..groups.len() {
            problem.gather(b, &point.coefficients, &mut x);
            if fixed.curvature[b] > 0.0 {
                alive.push(b);
                // An infinitesimal proximal step is the projection onto the domain.
                problem.penalty().prox_of(b, &mut x, f64::MIN_POSITIVE);
            } else {
                x.fill(0.0);
            }
            groups.members(b).iter().zip(&x).for_each(|(&k, &x)| point.coefficients[k] = x);
        }
        if !problem.has_intercept() {
            point.intercepts.fill(0.0);
        }
        let mut work = Self {
            correlations: vec![0.0; point.coefficients.len()],
            point,
            alive,
            merit: Merit { relative: f64::NAN, gap: f64::NAN, violation: f64::NAN, objective: f64::NAN },
            working: Vec::new(),
            target: 0.0,
            least_size: 0,
            progress: Progress::default(),
            fixed,
            scratch: Scratch::new(problem),
        };
        // The null model's.
        count_check(problem, &mut run.counts);
        work.evaluate(problem, run, false)?;
        work.progress = Progress::new(work.fixed.null_model().objective.abs());
        Ok(work)
    }

    pub(super) fn resume(&mut self, problem: &GroupedGlm<'_>) -> Result<(), MethodError> {
        problem.check_point(&self.point)?;
        let groups = problem.groups().len();
        let ascending =
            |list: &[usize]| list.windows(2).all(|w| w[0] < w[1]) && list.last().is_none_or(|&b| b < groups);
        if self.correlations.len() != self.point.coefficients.len()
            || !ascending(&self.alive)
            || !ascending(&self.working)
        {
            return Err(MethodError::Numerical("the stored sets of groups do not fit the problem".to_owned()));
        }
        self.fixed = Fixed::new(problem);
        self.scratch = Scratch::new(problem);
        Ok(())
    }

    /// Recomputes fit, dual point and gap from the coefficients; screens groups if asked; fills in the run.
    pub(super) fn evaluate(
        &mut self,
        problem: &GroupedGlm<'_>,
        run: &mut Run,
        screen: bool,
    ) -> Result<(), MethodError> {
        let (design, groups) = (problem.design(), problem.groups());
        let Scratch { fit, dual, places, gathered, .. } = &mut self.scratch;
        problem.fit(&self.point, fit);
        problem.shift_intercepts(&mut self.point, fit);
        problem.dual(fit, dual);
        let n = design.rows();
        let totals: Vec<f64> = dual.chunks(n).map(dense::sum).collect();
        places.clear();
        places.extend(self.alive.iter().flat_map(|&b| groups.range(b).zip(groups.members(b).iter().copied())));
        gathered.resize(places.len(), 0.0);
        let places = &*places;
        let work = design.nonzeros() * totals.len();
        parallel::fill(gathered, work, |k| {
            let (j, t) = groups.place(places[k].1);
            design.dot(j, &dual[t * n..(t + 1) * n], totals[t])
        });
        places.iter().zip(&*gathered).for_each(|(&(position, _), &c)| self.correlations[position] = c);
        count_check(problem, &mut run.counts);
        self.judge(problem, run, screen)
    }

    /// The rest of [`evaluate`](Self::evaluate) where fit, dual point and correlations are known.
    pub(super) fn judge(&mut self, problem: &GroupedGlm<'_>, run: &mut Run, screen: bool) -> Result<(), MethodError> {
        let null = self.fixed.null_model();
        let Scratch { fit, dual, .. } = &self.scratch;
        let x = &self.point.coefficients;
        let best = problem.best_dual_point(x, fit, dual, &self.alive, &self.correlations);
        let violation = problem.violation(x, &self.alive, &self.correlations);
        let objective = problem.objective_at(x, fit);
        let relative = if best.gap == 0.0 { 0.0 } else { best.gap / null.above_infimum };
        self.merit = Merit { relative, gap: best.gap, violation, objective };
        if !objective.is_finite() {
            return Err(MethodError::Numerical(format!("the objective is {objective}")));
        }
        if screen {
            self.screen(problem, best, null.above_infimum, &mut run.counts);
        }
        self.report(problem, run);
        Ok(())
    }

    /// Gap-safe screening of groups (Ndiaye, Fercoq, Gramfort, Salmon, JMLR 18, 2017): a group that stays at 0 for every dual
    /// point in the ball around the best one is 0 at the solution.
    fn screen(&mut self, problem: &GroupedGlm<'_>, best: DualPoint, null_objective: f64, counts: &mut Counts) {
        // The gap itself is known up to rounding only.
        let radius = (2.0 * best.gap.max(1e-15 * null_objective.abs())).sqrt();
        if !radius.is_finite() {
            return;
        }
        let (groups, mut moved) = (problem.groups(), false);
        let Self { alive, correlations, fixed, point, .. } = self;
        let mut c = Vec::new();
        alive.retain(|&b| {
            c.clear();
            c.extend(correlations[groups.range(b)].iter().map(|c| best.scale * c));
            let keep = problem.penalty().slack_of(b, &c) <= radius * fixed.norm(b);
            if !keep {
                for &k in groups.members(b) {
                    moved |= point.coefficients[k] != 0.0;
                    point.coefficients[k] = 0.0;
                }
            }
            keep
        });
        if moved {
            // The correlations are one screening old now, which only affects the choice of the next working set.
            problem.fit(&self.point, &mut self.scratch.fit);
            problem.shift_intercepts(&mut self.point, &mut self.scratch.fit);
            self.merit.objective = problem.objective_at(&self.point.coefficients, &self.scratch.fit);
            counts.add(Oracle::Objective, 1);
            counts.add(Oracle::MatrixVector, 1 + u64::from(problem.has_intercept()));
        }
    }

    fn report(&self, problem: &GroupedGlm<'_>, run: &mut Run) {
        run.objective = self.merit.objective;
        run.measures.copy_from_slice(&[
            self.merit.gap,
            self.merit.relative,
            self.merit.violation,
            problem.active(&self.point.coefficients) as f64,
            self.working.len() as f64,
            self.alive.len() as f64,
        ]);
    }
}

/// What a check of the whole problem asks of the oracles.
pub(super) fn count_check(problem: &GroupedGlm<'_>, counts: &mut Counts) {
    counts.add(Oracle::FullPass, 1);
    counts.add(Oracle::Objective, 1);
    counts.add(Oracle::Gradient, 1);
    counts.add(Oracle::MatrixVector, 2 + u64::from(problem.has_intercept()));
}
