//! Plain cyclic coordinate descent.

use super::evaluation::{AT_ROUNDING_LEVEL, GlmWork, MEASURES};
use super::inner::{Restricted, Sweeps};
use super::working_set::check_tolerance;
use crate::run::{Flow, Method, MethodError, Run};
use serde::{Deserialize, Serialize};
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::SeparablePenalty;

/// Cyclic coordinate descent over all columns, without screening or extrapolation: the baseline of the field (Friedman,
/// Hastie, Tibshirani, *Regularization paths for generalized linear models via coordinate descent*, J. Stat. Software 33,
/// 2010). One step is ten sweeps and a check; for losses that are not quadratic the sweeps are over one Newton model, with a
/// line search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CoordinateDescent {
    /// Stop at this relative gap (relative violation where there is no gap). Default 1e-6.
    pub tolerance: f64,
}

impl Default for CoordinateDescent {
    fn default() -> Self {
        Self { tolerance: 1e-6 }
    }
}

impl<P: SeparablePenalty + ?Sized> Method<Glm<'_, P>> for CoordinateDescent {
    type Work = GlmWork;

    fn name(&self) -> &'static str {
        "coordinate-descent"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(&self, problem: &Glm<'_, P>, point: GlmPoint, run: &mut Run) -> Result<GlmWork, MethodError> {
        check_tolerance(self.tolerance)?;
        let mut work = GlmWork::start(problem, point, run)?;
        work.working = work.alive.clone();
        Ok(work)
    }

    fn resume(&self, problem: &Glm<'_, P>, work: &mut GlmWork) -> Result<(), MethodError> {
        work.resume(problem)
    }

    fn step(&self, problem: &Glm<'_, P>, work: &mut GlmWork, run: &mut Run) -> Result<Flow, MethodError> {
        work.keeping_the_last_good_point(|work| self.advance(problem, work, run))
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a, P: SeparablePenalty + ?Sized] CoordinateDescent => Glm<'a, P>);

impl CoordinateDescent {
    /// Ten sweeps, then a check.
    fn advance<P: SeparablePenalty + ?Sized>(
        &self,
        problem: &Glm<'_, P>,
        work: &mut GlmWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if work.merit.relative <= self.tolerance {
            return Ok(Flow::Converged);
        }
        let sweeps = Sweeps {
            anderson: 0,
            symmetric: false,
            between_checks: 10,
            early_check: false,
            budget: 0,
            newton_sweeps: 10,
            newton_precision: 0.0,
            polish: false,
        };
        let all = Restricted { problem, fixed: &work.fixed, columns: &work.working, sweeps };
        all.minimise(&mut work.point, 0.0, &mut work.scratch, &mut run.counts);
        work.evaluate(problem, run, false)?;
        if work.merit.relative <= self.tolerance {
            return Ok(Flow::Converged);
        }
        if work.progress.stands_still(work.merit.relative, work.merit.objective) {
            run.reason = Some(AT_ROUNDING_LEVEL.to_owned());
            return Ok(Flow::Stalled);
        }
        Ok(Flow::Continue)
    }
}
