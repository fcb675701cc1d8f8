//! Block coordinate descent for penalties of groups: group lasso, sparse group, multi-task lasso.
//!
//! The anatomy of [`WorkingSet`](super::WorkingSet) with groups in the place of columns: choose groups, solve the problem
//! restricted to them by block proximal steps with extrapolation, check the whole problem, screen. A step on group B has the
//! length `1 / L_B`, with `L_B` the largest eigenvalue of the block's Hessian (`bounds.rs`). Massias, Vaiter, Gramfort,
//! Salmon, *Dual extrapolation for sparse GLMs*, JMLR 21, 2020, section 5.

mod bounds;
mod path;
mod restricted;
mod work;

pub use path::{GroupedPath, GroupedPathWork};
pub use work::GroupWork;

use super::evaluation::AT_ROUNDING_LEVEL;
use super::working_set::check_tolerance;
use crate::run::{Flow, Method, MethodError, Run};
use restricted::Restricted;
use serde::{Deserialize, Serialize};
use thalweg_problems::glm::{GroupedGlm, GroupedPoint};

/// Block coordinate descent on working sets of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GroupWorkingSet {
    /// Stop at this relative gap. Default 1e-6.
    pub tolerance: f64,
    /// Groups in the first working set. Default 10.
    pub first_size: usize,
    /// Depth of Anderson extrapolation in the sweeps over a working set; 0 turns it off. Default 5.
    pub anderson: usize,
    /// Remove groups by gap-safe screening. Default true.
    pub screening: bool,
}

impl Default for GroupWorkingSet {
    fn default() -> Self {
        Self { tolerance: 1e-6, first_size: 10, anderson: 5, screening: true }
    }
}

/// Entries of the design visited per step, at most about.
const BUDGET: u64 = 100_000_000;

impl<'a> Method<GroupedGlm<'a>> for GroupWorkingSet {
    type Work = GroupWork;

    fn name(&self) -> &'static str {
        "group-working-set"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["duality_gap", "relative_gap", "optimality_violation", "active_groups", "working_set", "alive"]
    }

    fn start(&self, problem: &GroupedGlm<'a>, point: GroupedPoint, run: &mut Run) -> Result<GroupWork, MethodError> {
        check_tolerance(self.tolerance)?;
        GroupWork::start(problem, point, run)
    }

    fn resume(&self, problem: &GroupedGlm<'a>, work: &mut GroupWork) -> Result<(), MethodError> {
        work.resume(problem)
    }

    fn step(&self, problem: &GroupedGlm<'a>, work: &mut GroupWork, run: &mut Run) -> Result<Flow, MethodError> {
        let mut last = std::mem::take(&mut work.scratch.last);
        last.clone_from(&work.point);
        let result = self.advance(problem, work, run);
        if result.is_err() {
            std::mem::swap(&mut work.point, &mut last);
        }
        work.scratch.last = last;
        result
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] GroupWorkingSet => GroupedGlm<'a>);

impl GroupWorkingSet {
    /// Choose groups, solve the problem restricted to them, check the whole problem.
    fn advance(&self, problem: &GroupedGlm<'_>, work: &mut GroupWork, run: &mut Run) -> Result<Flow, MethodError> {
        if work.merit.relative <= self.tolerance {
            return Ok(Flow::Converged);
        }
        if work.working.is_empty() {
            self.choose(problem, work);
            work.target = (0.3 * work.merit.relative).max(0.5 * self.tolerance);
        }
        let restricted =
            Restricted { problem, fixed: &work.fixed, list: &work.working, anderson: self.anderson, budget: BUDGET };
        let solved = restricted.minimise(&mut work.point, work.target, &mut work.scratch, &mut run.counts);
        work.evaluate(problem, run, self.screening)?;

        // Without progress, look further; without progress on all groups, nothing is left to do.
        let still = work.progress.stands_still(work.merit.relative, work.merit.objective);
        if work.progress.idle > 0 {
            work.least_size = 2 * work.working.len();
        }
        if still && work.working.len() >= work.alive.len() && work.merit.relative > self.tolerance {
            run.reason = Some(AT_ROUNDING_LEVEL.to_owned());
            return Ok(Flow::Stalled);
        }
        if solved || work.progress.idle > 0 {
            work.working.clear();
        }
        Ok(if work.merit.relative <= self.tolerance { Flow::Converged } else { Flow::Continue })
    }

    /// The groups nearest to (or beyond) leaving 0: smallest slack in the unit of the block's norm, at the current point.
    fn choose(&self, problem: &GroupedGlm<'_>, work: &mut GroupWork) {
        let (penalty, groups) = (problem.penalty(), problem.groups());
        let of = |b: usize| &work.correlations[groups.range(b)];
        let limit = work.alive.iter().map(|&b| penalty.dual_limit_of(b, of(b))).fold(1.0, f64::min);
        let scale = if limit > 0.0 { limit } else { 1.0 };
        let mut c = Vec::new();
        let mut score = |b: usize| {
            if groups.members(b).iter().any(|&k| work.point.coefficients[k] != 0.0) {
                return f64::NEG_INFINITY;
            }
            c.clear();
            c.extend(of(b).iter().map(|c| scale * c));
            penalty.slack_of(b, &c) / work.fixed.norm(b)
        };
        let mut scored: Vec<(f64, usize)> = work.alive.iter().map(|&b| (score(b), b)).collect();
        let active = scored.iter().filter(|(score, _)| *score == f64::NEG_INFINITY).count();
        let size = self.first_size.max(2 * active).max(work.least_size).clamp(1, scored.len().max(1));
        if size < scored.len() {
            scored.select_nth_unstable_by(size - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            scored.truncate(size);
        }
        work.working.clear();
        work.working.extend(scored.iter().map(|&(_, b)| b));
        work.working.sort_unstable();
    }
}

#[cfg(test)]
mod tests;
