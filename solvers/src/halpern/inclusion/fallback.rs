//! The single loop, and the inexact iteration where it fails.

use super::oracle::MEASURES;
use super::{InexactHalpern, InexactWork, SingleLoop, SingleLoopWork};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_problems::inclusion::FiniteSumInclusion;

/// [`SingleLoop`] on any monotone operator, guarded, and [`InexactHalpern`] from its best point on once the guard speaks. The
/// single loop is faster where the operator is cocoercive, or behaves so; the inexact iteration needs monotonicity alone.
/// The change is noted in the result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GuardedHalpern {
    /// The first method; it runs whatever the operator says of itself.
    pub single_loop: SingleLoop,
    /// The second.
    pub inexact: InexactHalpern,
}

/// The memory of [`GuardedHalpern`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum GuardedWork {
    /// In the single loop.
    SingleLoop(SingleLoopWork),
    /// In the inexact iteration.
    Inexact(InexactWork),
}

impl Work for GuardedWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        match self {
            Self::SingleLoop(work) => work.point(),
            Self::Inexact(work) => work.point(),
        }
    }
    fn into_point(self) -> Vec<f64> {
        match self {
            Self::SingleLoop(work) => work.into_point(),
            Self::Inexact(work) => work.into_point(),
        }
    }
}

impl GuardedHalpern {
    fn first(&self) -> SingleLoop {
        SingleLoop { assume_cocoercive: true, guard: true, ..self.single_loop.clone() }
    }

    /// With this tolerance and seed for both.
    #[must_use]
    pub fn with(mut self, tolerance: f64, seed: u64) -> Self {
        (self.single_loop.tolerance, self.inexact.tolerance) = (tolerance, tolerance);
        (self.single_loop.seed, self.inexact.seed) = (seed, seed);
        self
    }
}

impl<'p> Method<FiniteSumInclusion<'p>> for GuardedHalpern {
    type Work = GuardedWork;

    fn name(&self) -> &'static str {
        "guarded-halpern"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &FiniteSumInclusion<'p>,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<GuardedWork, MethodError> {
        Ok(GuardedWork::SingleLoop(self.first().start(problem, point, run)?))
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut GuardedWork) -> Result<(), MethodError> {
        match work {
            GuardedWork::SingleLoop(work) => self.first().resume(problem, work),
            GuardedWork::Inexact(work) => self.inexact.resume(problem, work),
        }
    }

    fn step(
        &self,
        problem: &FiniteSumInclusion<'p>,
        work: &mut GuardedWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        let failed = match work {
            GuardedWork::Inexact(work) => return self.inexact.step(problem, work, run),
            GuardedWork::SingleLoop(work) => match self.first().step(problem, work, run) {
                Ok(Flow::Stalled) => run.reason.take().unwrap_or_default(),
                // An overflow is what the guard would have seen next.
                Err(MethodError::Numerical(message)) => message,
                other => return other,
            },
        };
        let point = work.point().clone();
        *work = GuardedWork::Inexact(self.inexact.start(problem, point, run)?);
        run.notes.push(format!(
            "single-loop Halpern iteration was left after {} steps for the inexact one: {failed}",
            run.iteration + 1
        ));
        Ok(Flow::Continue)
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { single_loop: self.single_loop.tightened()?, inexact: self.inexact.tightened()? })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] GuardedHalpern => FiniteSumInclusion<'a>);
