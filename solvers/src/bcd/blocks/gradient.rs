//! The whole gradient, for greedy rules: kept up to date by columns of H where that is cheaper than computing it anew.

use super::columns::Columns;
use super::iterate::Iterate;
use super::problem::{BlockProblem, Scratch};
use crate::run::{Counts, Oracle};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// Updates after which the gradient is computed anew.
const REFRESH: u32 = 1000;
/// Where the largest entry has fallen by this factor since the gradient was last computed, rounding errors of then matter.
const FALL: f64 = 1e-6;

/// The gradient at the iterate, or what is left of it. For a quadratic function `g += H_{:,b} d` costs a pass over every
/// moved variable's column; a column that is not stored costs about as much as a gradient.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Gradient {
    values: Vec<f64>,
    /// Whether it is the gradient at the iterate.
    current: bool,
    /// Updates since it was computed, and its largest entry then.
    updates: u32,
    scale: f64,
    /// The columns of H that greedy selection and updates share.
    columns: Columns,
}

impl Gradient {
    pub(super) fn prepare<P: BlockProblem + ?Sized>(&mut self, problem: &P) -> bool {
        let fits = self.values.is_empty() || self.values.len() == problem.dimension();
        self.values.resize(problem.dimension(), 0.0);
        fits && self.columns.prepare(problem)
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The gradient's entries, and the columns of H.
    pub(super) fn parts(&mut self) -> (&[f64], &mut Columns) {
        (&self.values, &mut self.columns)
    }

    /// For updates from outside, of single entries.
    pub(super) fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Makes it the gradient at the iterate; `afresh` where errors of updates are not wanted.
    pub(super) fn at<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        at: &Iterate,
        afresh: bool,
        scratch: &mut Scratch,
        counts: &mut Counts,
    ) {
        if self.current && !(afresh && self.updates > 0) {
            return;
        }
        problem.gradient(&at.point, &at.image, &mut self.values, scratch);
        counts.add(Oracle::Gradient, 1);
        (self.current, self.updates, self.scale) = (true, 0, dense::nrm_inf(&self.values));
    }

    /// Forgets it.
    pub(super) fn forget(&mut self) {
        self.current = false;
    }

    /// Takes the gradient after the step, which somebody knows, and gives back the old one's memory.
    pub(super) fn take(&mut self, after: &mut Vec<f64>) {
        std::mem::swap(&mut self.values, after);
        self.count_update();
    }

    fn count_update(&mut self) {
        self.updates += 1;
        self.current = self.updates < REFRESH && dense::nrm_inf(&self.values) > FALL * self.scale;
    }

    /// After a step `d` on the block.
    pub(super) fn moved<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        block: &[usize],
        d: &[f64],
        scratch: &mut Scratch,
    ) {
        let costs = problem.costs();
        let moved = || block.iter().zip(d).filter(|(_, d)| **d != 0.0);
        let (count, m) = (moved().count() as u64, self.values.len() as u64);
        if !self.current || !problem.is_quadratic() || count * m >= costs.gradient {
            return self.forget();
        }
        // Without its columns the step costs the next gradient.
        for (&j, _) in moved() {
            self.columns.rent(problem, (j, costs.gradient / count, costs.column), block.len(), scratch);
        }
        if moved().all(|(&j, _)| self.columns.find(j).is_some()) {
            for (&j, &d) in moved() {
                if let Some(column) = self.columns.find(j) {
                    dense::axpy(d, column, &mut self.values);
                }
            }
            self.count_update();
        } else {
            self.forget();
        }
    }
}
