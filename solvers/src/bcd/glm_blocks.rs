//! Block coordinate descent as a method for generalised linear models.

use super::blocks::{BlockDescent, BlockWork, Bounded, SmoothFit, Update};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::SeparablePenalty;

/// [`BlockDescent`] on a model without intercept whose penalty is linear on an interval: none, a box, the non-negative L1
/// norm. One step is [`BlockDescent::BLOCK_STEPS`] block steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GlmBlocks {
    /// Blocks, selection and update. Its tolerance is of the optimality violation; the certificate asks for more if the
    /// duality gap needs it.
    pub descent: BlockDescent,
}

/// The memory of [`GlmBlocks`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GlmBlocksWork {
    inner: BlockWork,
    point: GlmPoint,
}

impl Work for GlmBlocksWork {
    type Point = GlmPoint;
    fn point(&self) -> &GlmPoint {
        &self.point
    }
    fn into_point(self) -> GlmPoint {
        self.point
    }
}

type Blocks<'a, 'p> = Bounded<'a, SmoothFit<'p>>;

impl GlmBlocks {
    /// Runs `f` on the model as block methods see it.
    fn on<P: SeparablePenalty + ?Sized, T>(
        &self,
        problem: &Glm<'_, P>,
        f: impl FnOnce(&BlockDescent, &Blocks<'_, '_>) -> Result<T, MethodError>,
    ) -> Result<T, MethodError> {
        if problem.has_intercept() {
            return Err(MethodError::Evaluation("block coordinate descent takes no intercept".to_owned()));
        }
        let Some((slope, lower, upper)) = problem.penalty().linear_on_interval() else {
            let text = "block coordinate descent takes no penalty, a box, or the non-negative L1 norm";
            return Err(MethodError::Evaluation(text.to_owned()));
        };
        let smooth = SmoothFit::new(problem.design(), problem.datafit())?;
        let smooth = match problem.datafit().third_derivative_bound() {
            Some(bound) => smooth.with_third_derivative(bound),
            None => smooth,
        };
        f(&self.descent, &Bounded::new(&smooth, slope, lower, upper))
    }

    /// The update that suits a problem: the matrix update for least squares and for losses whose curvature jumps, Newton's for
    /// smooth ones, two-metric projection under bounds.
    pub fn suitable_update<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>) -> Update {
        match problem.penalty().linear_on_interval() {
            Some((_, f64::NEG_INFINITY, f64::INFINITY)) => match problem.datafit().third_derivative_bound() {
                Some(bound) if bound > 0.0 => Update::Newton,
                _ => Update::Matrix,
            },
            _ => Update::TwoMetric,
        }
    }
}

impl<P: SeparablePenalty + ?Sized> Method<Glm<'_, P>> for GlmBlocks {
    type Work = GlmBlocksWork;

    fn name(&self) -> &'static str {
        "bcd"
    }

    fn measures(&self) -> &'static [&'static str] {
        Method::<Blocks<'_, '_>>::measures(&self.descent)
    }

    fn start(&self, problem: &Glm<'_, P>, point: GlmPoint, run: &mut Run) -> Result<GlmBlocksWork, MethodError> {
        problem.check_point(&point)?;
        let inner = self.on(problem, |descent, blocks| descent.start(blocks, point.coefficients, run))?;
        let point = GlmPoint { coefficients: inner.point().clone(), intercept: 0.0 };
        Ok(GlmBlocksWork { inner, point })
    }

    fn resume(&self, problem: &Glm<'_, P>, work: &mut GlmBlocksWork) -> Result<(), MethodError> {
        problem.check_point(&work.point)?;
        self.on(problem, |descent, blocks| descent.resume(blocks, &mut work.inner))
    }

    fn step(&self, problem: &Glm<'_, P>, work: &mut GlmBlocksWork, run: &mut Run) -> Result<Flow, MethodError> {
        let flow = self.on(problem, |descent, blocks| descent.step(blocks, &mut work.inner, run));
        work.point.coefficients.copy_from_slice(work.inner.point());
        flow
    }

    fn tightened(&self) -> Option<Self> {
        let descent = BlockDescent { tolerance: 0.1 * self.descent.tolerance, ..self.descent.clone() };
        Some(Self { descent })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a, P: SeparablePenalty + ?Sized] GlmBlocks => Glm<'a, P>);
