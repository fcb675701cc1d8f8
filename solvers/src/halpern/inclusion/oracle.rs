//! The oracles of a run: what is evaluated is counted here, and nowhere else.

use super::draws::Draws;
use crate::run::{Counts, MethodError, Oracle, Run};
use thalweg_kernels::dense;
use thalweg_problems::inclusion::{FiniteSumInclusion, Residuals};

/// Names of what every method of the family reports: the natural residual of the iterate and its share of the start's; the
/// residual `|F(u) + g|` for the element g of G(u) that the last resolvent found (an upper bound of the former; NaN before
/// the first resolvent); the gap, where there is one; component calls over the number of components.
pub(super) const MEASURES: &[&str] = &["residual", "relative_residual", "operator_residual", "gap", "epochs"];

/// A problem with its counts.
pub(super) struct Calls<'a, 'p> {
    pub(super) problem: &'a FiniteSumInclusion<'p>,
    pub(super) counts: &'a mut Counts,
}

impl Calls<'_, '_> {
    /// `out = F(u)`.
    pub(super) fn full(&mut self, u: &[f64], out: &mut [f64]) {
        self.problem.operator().apply(u, out);
        self.counts.add(Oracle::Component, self.problem.epoch_calls());
        self.counts.add(Oracle::FullPass, 1);
    }

    /// `out += scale (F_draw(u) - F_draw(v))`, unbiased for `scale (F(u) - F(v))`.
    pub(super) fn add_difference(&mut self, draws: &mut Draws, scale: f64, u: &[f64], v: &[f64], out: &mut [f64]) {
        for part in 0..self.problem.operator().parts().len() {
            let picks = draws.picks(part, scale);
            self.counts.add(Oracle::Component, 2 * picks.len() as u64);
            self.problem.operator().add_differences(part, picks, u, v, out);
        }
    }

    /// `v = J(v)`.
    pub(super) fn resolve(&mut self, step: f64, v: &mut [f64]) {
        self.problem.resolvent().apply(step, v);
        self.counts.add(Oracle::Projection, 1);
    }

    /// The residuals of `u` from `f = F(u)`.
    pub(super) fn residuals(&mut self, u: &[f64], f: &[f64], scratch: &mut [f64]) -> Residuals {
        self.counts.add(Oracle::Projection, 1);
        self.problem.residuals(u, f, scratch)
    }
}

/// Writes the measures of an iterate.
///
/// # Errors
/// If the residual is not finite.
pub(super) fn report(
    problem: &FiniteSumInclusion<'_>,
    run: &mut Run,
    found: Residuals,
    operator_residual: f64,
) -> Result<(), MethodError> {
    let epochs = run.counts.get(Oracle::Component) as f64 / problem.epoch_calls() as f64;
    run.measures.clear();
    run.measures.extend([found.natural, problem.relative(found.natural), operator_residual, found.gap, epochs]);
    if found.natural.is_finite() {
        return Ok(());
    }
    Err(MethodError::Numerical(format!("the residual is {}", found.natural)))
}

/// `|f + g|` for `g = (v - u) / step`, the element of G(u) that `u = J(v)` found.
pub(super) fn operator_residual(f: &[f64], v: &[f64], u: &[f64], step: f64, scratch: &mut [f64]) -> f64 {
    dense::scaled_add(1.0 / step, v, -1.0 / step, u, scratch);
    dense::axpy(1.0, f, scratch);
    dense::nrm2(scratch)
}
