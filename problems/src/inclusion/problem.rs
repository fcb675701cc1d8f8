//! The problem: an operator, a resolvent, a start.

use super::{FiniteSumOperator, Resolvent};
use crate::Fingerprint;
use crate::error::{ProblemError, all_finite, same_length};
use thalweg_kernels::dense;

/// `0 in F(u) + G(u)`, with a start point whose residual is the scale of every other.
pub struct FiniteSumInclusion<'a> {
    operator: &'a dyn FiniteSumOperator,
    resolvent: &'a dyn Resolvent,
    start: Vec<f64>,
    start_residual: f64,
}

impl std::fmt::Debug for FiniteSumInclusion<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FiniteSumInclusion")
            .field("operator", &self.operator.name())
            .field("dimension", &self.start.len())
            .field("start_residual", &self.start_residual)
            .finish_non_exhaustive()
    }
}

/// What one full pass tells about a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residuals {
    /// The natural residual `|u - J(u - F(u))|` with step 1.
    pub natural: f64,
    /// The gap of [`Resolvent::gap`] at `F(u)`; NaN where it is not known.
    pub gap: f64,
}

impl<'a> FiniteSumInclusion<'a> {
    /// The problem; the start is the resolvent's image of 0 if none is given. One pass is made to find its residual.
    ///
    /// # Errors
    /// If there is no component, a length does not fit, or the operator is not finite at the start.
    pub fn new(
        operator: &'a dyn FiniteSumOperator,
        resolvent: &'a dyn Resolvent,
        start: Option<Vec<f64>>,
    ) -> Result<Self, ProblemError> {
        let d = operator.dimension();
        if operator.parts().is_empty() || operator.parts().iter().any(|p| p.components == 0) {
            return Err(ProblemError::Structure("an operator needs at least one component in every part".to_owned()));
        }
        if let Some(blocks) = resolvent.blocks() {
            blocks.check(d)?;
        }
        let start = start.unwrap_or_else(|| {
            let mut zero = vec![0.0; d];
            resolvent.apply(1.0, &mut zero);
            zero
        });
        same_length("the start", start.len(), d)?;
        all_finite("the start's entry", &start)?;
        let mut problem = Self { operator, resolvent, start, start_residual: f64::NAN };
        let (mut f, mut scratch) = (vec![0.0; d], vec![0.0; d]);
        operator.apply(&problem.start, &mut f);
        all_finite("the operator at the start, entry", &f)?;
        problem.start_residual = problem.residuals(&problem.start, &f, &mut scratch).natural;
        if !problem.start_residual.is_finite() {
            return Err(ProblemError::NotFinite {
                what: "the residual of the start, block",
                index: 0,
                value: problem.start_residual,
            });
        }
        Ok(problem)
    }

    /// The operator F.
    pub fn operator(&self) -> &'a dyn FiniteSumOperator {
        self.operator
    }

    /// The resolvent of G.
    pub fn resolvent(&self) -> &'a dyn Resolvent {
        self.resolvent
    }

    /// The dimension d.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The start.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The natural residual of the start.
    pub fn start_residual(&self) -> f64 {
        self.start_residual
    }

    /// The components of all parts: the component calls of one epoch.
    pub fn epoch_calls(&self) -> u64 {
        self.operator.parts().iter().fold(0, |s, p| s + p.components as u64)
    }

    /// n, for the schedules: the mean number of components of a part, rounded up.
    pub fn components(&self) -> usize {
        let parts = self.operator.parts().len() as u64;
        usize::try_from(self.epoch_calls().div_ceil(parts)).unwrap_or(usize::MAX)
    }

    /// Natural residual and gap of `u` from `f = F(u)`; `scratch` has length d.
    pub fn residuals(&self, u: &[f64], f: &[f64], scratch: &mut [f64]) -> Residuals {
        dense::scaled_add(1.0, u, -1.0, f, scratch);
        self.resolvent.apply(1.0, scratch);
        dense::axpby(1.0, u, -1.0, scratch);
        Residuals { natural: dense::nrm2(scratch), gap: self.resolvent.gap(u, f).unwrap_or(f64::NAN) }
    }

    /// A residual as a share of the start's; 0 / 0 is 0.
    pub fn relative(&self, residual: f64) -> f64 {
        if residual == 0.0 { 0.0 } else { residual / self.start_residual }
    }

    /// Checks a point.
    ///
    /// # Errors
    /// If its length does not fit, or a number is not finite.
    pub fn check_point(&self, point: &[f64]) -> Result<(), ProblemError> {
        same_length("the point", point.len(), self.dimension())?;
        all_finite("the point's entry", point)
    }

    /// A fingerprint of the operator's data, the start, and how the resolvent moves it.
    pub fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.word(self.operator.fingerprint());
        print.numbers(&self.start);
        for step in [0.5, 3.0] {
            let mut moved: Vec<f64> = self.start.iter().enumerate().map(|(j, x)| x + (j % 7) as f64 - 3.0).collect();
            self.resolvent.apply(step, &mut moved);
            print.numbers(&moved);
        }
        print.finish()
    }
}
