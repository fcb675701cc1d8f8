//! Coordinate descent on growing working sets.

use super::evaluation::{AT_ROUNDING_LEVEL, GlmWork, MEASURES};
use super::inner::{Restricted, Sweeps};
use crate::run::{Flow, Method, MethodError, Run};
use serde::{Deserialize, Serialize};
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::SeparablePenalty;

/// Working-set coordinate descent with gap-safe screening and Anderson extrapolation; proximal Newton inside the working set
/// for losses that are not quadratic.
///
/// One step chooses a working set from the current point, solves the problem restricted to it, and checks the whole problem;
/// a working set that costs more than a fixed number of operations takes several steps. Massias et al., JMLR 2020; Bertrand
/// et al., NeurIPS 2022.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkingSet {
    /// Stop at this relative gap (relative violation where there is no gap). Default 1e-6.
    pub tolerance: f64,
    /// The size of the first working set. Default 10.
    pub first_size: usize,
    /// Depth of Anderson extrapolation in the sweeps over a working set; 0 turns it off. Default 5.
    pub anderson: usize,
    /// Remove columns by gap-safe screening. Default true.
    pub screening: bool,
    /// Sweep forwards and backwards in turn instead of forwards only. Default false.
    pub symmetric: bool,
    /// Try to jump to the solution on the identified signs. Default true.
    pub polish: bool,
}

impl Default for WorkingSet {
    fn default() -> Self {
        Self { tolerance: 1e-6, first_size: 10, anderson: 5, screening: true, symmetric: false, polish: true }
    }
}

/// Entries of the design visited per step, at most about.
const BUDGET: u64 = 100_000_000;

impl<P: SeparablePenalty + ?Sized> Method<Glm<'_, P>> for WorkingSet {
    type Work = GlmWork;

    fn name(&self) -> &'static str {
        "working-set"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(&self, problem: &Glm<'_, P>, point: GlmPoint, run: &mut Run) -> Result<GlmWork, MethodError> {
        check_tolerance(self.tolerance)?;
        GlmWork::start(problem, point, run)
    }

    fn resume(&self, problem: &Glm<'_, P>, work: &mut GlmWork) -> Result<(), MethodError> {
        work.resume(problem)
    }

    fn step(&self, problem: &Glm<'_, P>, work: &mut GlmWork, run: &mut Run) -> Result<Flow, MethodError> {
        work.keeping_the_last_good_point(|work| self.advance(problem, work, run))
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a, P: SeparablePenalty + ?Sized] WorkingSet => Glm<'a, P>);

impl WorkingSet {
    /// Choose a working set, solve the problem restricted to it, check the whole problem.
    fn advance<P: SeparablePenalty + ?Sized>(
        &self,
        problem: &Glm<'_, P>,
        work: &mut GlmWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if work.merit.relative <= self.tolerance {
            return Ok(Flow::Converged);
        }
        if work.working.is_empty() {
            self.choose(problem, work);
            work.target = (0.3 * work.merit.relative).max(0.5 * self.tolerance);
        }
        let sweeps = Sweeps {
            anderson: self.anderson,
            symmetric: self.symmetric,
            between_checks: 10,
            early_check: true,
            budget: BUDGET,
            newton_sweeps: 20,
            newton_precision: 1.0,
            polish: self.polish,
        };
        let restricted = Restricted { problem, fixed: &work.fixed, columns: &work.working, sweeps };
        let solved = restricted.minimise(&mut work.point, work.target, &mut work.scratch, &mut run.counts);
        work.evaluate(problem, run, self.screening)?;

        // Without progress, look further; without progress on all columns, nothing is left to do.
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

    /// The columns nearest to (or beyond) leaving their present value: smallest slack in the unit of the column's norm,
    /// scored at the current point alone (a stale dual point would choose the same set for ever).
    fn choose<P: SeparablePenalty + ?Sized>(&self, problem: &Glm<'_, P>, work: &mut GlmWork) {
        let (penalty, intercept) = (problem.penalty(), problem.has_intercept());
        let pairs = || work.alive.iter().copied().zip(work.correlations.iter().copied());
        let limit = penalty.convex().map_or(1.0, |p| pairs().map(|(j, c)| p.dual_limit_at(j, c)).fold(1.0, f64::min));
        // Scaled to feasibility, the worst violator scores 0 and everything at rest more; without a feasible multiple the
        // correlations count as they stand.
        let scale = if limit > 0.0 { limit } else { 1.0 };
        let score = |j: usize, c: f64| {
            let slack = penalty.slack_at(j, work.point.coefficients[j], scale * c);
            slack / work.fixed.norm(j, intercept, 0.0)
        };
        let mut scored: Vec<(f64, usize)> = pairs().map(|(j, c)| (score(j, c), j)).collect();
        let moving = scored.iter().filter(|(score, _)| *score == f64::NEG_INFINITY).count();
        let size = self.first_size.max(2 * moving).max(work.least_size).clamp(1, scored.len().max(1));
        if size < scored.len() {
            scored.select_nth_unstable_by(size - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            scored.truncate(size);
        }
        work.working.clear();
        work.working.extend(scored.iter().map(|&(_, j)| j));
        work.working.sort_unstable();
    }
}

pub(super) fn check_tolerance(tolerance: f64) -> Result<(), MethodError> {
    if tolerance.is_finite() && tolerance >= 0.0 {
        Ok(())
    } else {
        Err(MethodError::Option { name: "tolerance", value: tolerance, expected: "a finite number of at least 0" })
    }
}
