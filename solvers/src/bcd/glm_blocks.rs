//! Block coordinate descent as a method for generalised linear models.

use super::blocks::{BlockDescent, BlockWork, Bounded, SmoothFit, Update};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::{Piece, SeparablePenalty};

/// [`BlockDescent`] on a model whose penalty is linear on an interval (none, a box, the non-negative L1 norm), or ridge. An
/// intercept is a variable of its own, for a column of ones. One step is [`BlockDescent::BLOCK_STEPS`] block steps.
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
        let Some(Piece { slope, curvature, lower, upper }) = problem.penalty().single_piece() else {
            let text = "block coordinate descent takes no penalty, ridge, a box, or the non-negative L1 norm";
            return Err(MethodError::Evaluation(text.to_owned()));
        };
        let intercept = problem.has_intercept();
        let smooth =
            SmoothFit::new(problem.design(), problem.datafit())?.with_ridge(curvature)?.with_intercept(intercept);
        let smooth = match problem.datafit().third_derivative_bound() {
            Some(bound) => smooth.with_third_derivative(bound),
            None => smooth,
        };
        f(&self.descent, &Bounded::new(&smooth, slope, lower, upper).with_free(usize::from(intercept)))
    }

    /// The update that suits a problem: the matrix update for least squares and for losses whose curvature jumps, Newton's for
    /// smooth ones, two-metric projection under bounds.
    pub fn suitable_update<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>) -> Update {
        match problem.penalty().single_piece() {
            Some(Piece { lower: f64::NEG_INFINITY, upper: f64::INFINITY, .. }) => {
                match problem.datafit().third_derivative_bound() {
                    Some(bound) if bound > 0.0 => Update::Newton,
                    _ => Update::Matrix,
                }
            }
            _ => Update::TwoMetric,
        }
    }
}

/// The variables of the block problem: coefficients, then the intercept.
fn to_variables<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, point: GlmPoint) -> Vec<f64> {
    let mut variables = point.coefficients;
    variables.extend(problem.has_intercept().then_some(point.intercept));
    variables
}

/// The way back.
fn to_point<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, variables: &[f64], point: &mut GlmPoint) {
    let (coefficients, intercept) = variables.split_at(problem.design().columns());
    point.coefficients.clear();
    point.coefficients.extend_from_slice(coefficients);
    point.intercept = intercept.first().copied().unwrap_or(0.0);
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
        let start = to_variables(problem, point);
        let inner = self.on(problem, |descent, blocks| descent.start(blocks, start, run))?;
        let mut point = GlmPoint::default();
        to_point(problem, inner.point(), &mut point);
        Ok(GlmBlocksWork { inner, point })
    }

    fn resume(&self, problem: &Glm<'_, P>, work: &mut GlmBlocksWork) -> Result<(), MethodError> {
        problem.check_point(&work.point)?;
        self.on(problem, |descent, blocks| descent.resume(blocks, &mut work.inner))
    }

    fn step(&self, problem: &Glm<'_, P>, work: &mut GlmBlocksWork, run: &mut Run) -> Result<Flow, MethodError> {
        let flow = self.on(problem, |descent, blocks| descent.step(blocks, &mut work.inner, run));
        to_point(problem, work.inner.point(), &mut work.point);
        flow
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { descent: Method::<Blocks<'_, '_>>::tightened(&self.descent)? })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a, P: SeparablePenalty + ?Sized] GlmBlocks => Glm<'a, P>);
