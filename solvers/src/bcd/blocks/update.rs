//! Update rules: how the chosen block moves.

use super::constants::Constants;
use super::dense::{Factor, Symmetric, dot};
use super::iterate::Iterate;
use super::problem::{BlockProblem, Scratch};
use super::projected::FreeFactor;
use super::selection::{Chosen, quotient};
use super::{cubic, projected};
use crate::run::{Counts, MethodError, Oracle};
use serde::{Deserialize, Serialize};

/// An update rule. `g_b` is the block of the gradient, `H_b` the block of the fixed bound of the Hessian, `L_b` its largest
/// eigenvalue. The last three keep the variables in their interval; the others are for problems without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Update {
    /// `-g_b / L_b`: the objective falls by at least `|g_b|^2 / (2 L_b)`.
    Gradient,
    /// `-g_i / D_i` with row sums `D_i = sum over j in b of |H_ij|`: `diag(D) >= H_b`.
    Diagonal,
    /// `-H_b^{-1} g_b`: the objective falls by at least `g_b' H_b^{-1} g_b / 2`; exact for quadratic problems.
    Matrix,
    /// The Newton step of the Hessian's block, with backtracking.
    Newton,
    /// The Newton step, of the length that minimises the objective along it.
    NewtonExact,
    /// The minimiser of a cubic model of the Hessian's block, whose constant is adapted.
    Cubic,
    /// The same with the constant that makes the model a bound. Needs [`BlockProblem::third_order_constant`].
    CubicBound,
    /// `-g_b / L` where the estimate L of `L_b` starts at 1 and doubles until the objective falls as it should.
    LipschitzApproximation,
    /// The same, and after ten successive blocks whose first trial was taken the estimate falls by a fifth, but not below 1.
    LipschitzRelaxed,
    /// The projection of `x_b - g_b / L_b`.
    ProjectedGradient,
    /// Two-metric projection: a gradient step where bounds are active, a Newton step elsewhere, projected.
    TwoMetric,
    /// The minimiser of the Newton model of the block within the bounds.
    ProjectedNewton,
}

impl Update {
    pub(super) fn keeps_bounds(self) -> bool {
        matches!(self, Self::ProjectedGradient | Self::TwoMetric | Self::ProjectedNewton)
    }
}

/// The memory of an update rule.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Updater {
    /// Estimates of `L_b`, kept at each variable of the block.
    pub(super) estimates: Vec<f64>,
    /// How many first trials in a row were taken, kept at each variable of the block; for estimates that may fall.
    pub(super) successes: Vec<u8>,
    /// Factors of the free part of fixed blocks.
    pub(super) kept: Vec<Option<FreeFactor>>,
    /// The constant of cubic models, relative to the one that makes them bounds.
    pub(super) cubic: f64,
}

/// A block about to move.
#[derive(Debug)]
pub(super) struct Move<'a, P: ?Sized> {
    pub(super) problem: &'a P,
    pub(super) constants: &'a Constants,
    pub(super) chosen: &'a Chosen,
    /// `g_b`.
    pub(super) gradient: &'a [f64],
    /// Where the places of the image that change are wanted, in a problem whose images are sparse.
    pub(super) touched: Option<&'a mut Vec<usize>>,
    pub(super) scratch: &'a mut Scratch,
    pub(super) counts: &'a mut Counts,
}

impl<'a, P: BlockProblem + ?Sized> Move<'a, P> {
    /// Moves the block of the iterate.
    pub(super) fn apply(&mut self, rule: Update, memory: &mut Updater, at: &mut Iterate) -> Result<(), MethodError> {
        let (problem, block, g) = (self.problem, &self.chosen.block, self.gradient);
        let d = match rule {
            Update::Gradient => {
                let constant = self.block_constant()?;
                g.iter().map(|g| -quotient(*g, constant)).collect()
            }
            Update::Diagonal => {
                let bound = self.bound();
                g.iter().enumerate().map(|(i, g)| -quotient(*g, bound.absolute_row_sum(i))).collect()
            }
            Update::Matrix => self.matrix_step()?,
            Update::Newton => return self.newton(at, false),
            Update::NewtonExact => return self.newton(at, true),
            Update::Cubic => return cubic::adaptive(self, &mut memory.cubic, at),
            Update::CubicBound => return cubic::bound(self, at),
            Update::LipschitzApproximation => {
                self.lipschitz_approximation(&mut memory.estimates, at);
                return Ok(());
            }
            Update::LipschitzRelaxed => {
                let at_once = self.lipschitz_approximation(&mut memory.estimates, at);
                relax(block, at_once, memory);
                return Ok(());
            }
            Update::ProjectedGradient => projected::gradient_step(self, &at.point)?,
            Update::TwoMetric => return projected::two_metric(self, &mut memory.kept, at),
            Update::ProjectedNewton => return projected::newton(self, at),
        };
        match &mut self.touched {
            Some(touched) => at.sparse_step(problem, block, &d, touched),
            None => at.step(problem, block, &d),
        }
        Ok(())
    }

    pub(super) fn bound(&mut self) -> Symmetric {
        let mut bound = Symmetric::default();
        self.problem.block_bound(&self.chosen.block, &mut bound, self.scratch);
        bound
    }

    /// The constant Hessian of a fixed block of a quadratic problem, where it is kept.
    pub(super) fn kept_hessian(&self) -> Option<&'a Symmetric> {
        self.chosen.index.and_then(|index| self.constants.bounds.get(index))
    }

    pub(super) fn hessian(&mut self, at: &Iterate) -> Symmetric {
        let mut hessian = Symmetric::default();
        self.problem.block_hessian(&self.chosen.block, &at.point, &at.image, &mut hessian, self.scratch);
        self.counts.add(Oracle::Hessian, 1);
        hessian
    }

    /// `L_b`, kept for fixed blocks.
    pub(super) fn block_constant(&mut self) -> Result<f64, MethodError> {
        match self.chosen.index {
            Some(index) => Ok(self.constants.block_constants[index]),
            None => self.bound().largest_eigenvalue(),
        }
    }

    /// From the selection, from the factors of fixed blocks, or anew.
    fn matrix_step(&mut self) -> Result<Vec<f64>, MethodError> {
        if let Some(step) = &self.chosen.matrix_step {
            return Ok(step.clone());
        }
        let mut d = Vec::new();
        match self.chosen.index {
            Some(index) => self.constants.factors[index].newton_step(self.gradient, &mut d),
            None => {
                self.counts.add(Oracle::Factorization, 1);
                Factor::of_bound(&self.bound())?.newton_step(self.gradient, &mut d);
            }
        }
        Ok(d)
    }

    /// The Newton direction, with a line search.
    fn newton(&mut self, at: &mut Iterate, exact: bool) -> Result<(), MethodError> {
        let (problem, block) = (self.problem, &self.chosen.block);
        let mut d = Vec::new();
        Factor::new(&self.hessian(at), 1e-12)?.newton_step(self.gradient, &mut d);
        self.counts.add(Oracle::Factorization, 1);
        if !exact || !self.minimise_along((block, &d), problem, at) {
            self.backtrack((block, &d), problem, at);
        }
        Ok(())
    }

    /// Newton's method for the root of the derivative along the direction, inside a bracket: each trial costs a pass over the
    /// image, not over the data. Whether the objective has fallen.
    fn minimise_along(&mut self, (block, d): (&[usize], &[f64]), problem: &P, at: &mut Iterate) -> bool {
        const TRIALS: usize = 20;
        const PRECISION: f64 = 1e-10;
        let (start, slope) = (at.value(problem, self.counts), dot(self.gradient, d));
        at.aim(problem, block, d);
        let (mut low, mut high, mut t) = (0.0, f64::INFINITY, 1.0);
        for _ in 0..TRIALS {
            let value = at.try_at(problem, (block, d), t, self.counts);
            let (first, second) = at.slope_on_trial(problem, (block, d), self.scratch);
            self.counts.add(Oracle::Gradient, 1);
            if first.abs() <= PRECISION * slope.abs() {
                let falls = value <= start;
                if falls {
                    at.accept(value);
                } else {
                    at.reject(block);
                }
                return falls;
            }
            if first < 0.0 {
                low = t;
            } else {
                high = t;
            }
            // Without a minimum along the direction (separable classes) the steps still grow no faster than this.
            let next = (t - quotient(first, second)).min(10.0 * t);
            t = if low < next && next < high { next } else { 0.5 * (low + high.min(10.0 * t)) };
        }
        at.reject(block);
        false
    }

    /// Armijo's rule: steps 1, 1/2, 1/4, ... until the objective falls by `1e-4` of what its slope promises. The point stays
    /// if rounding hides every decrease.
    pub(super) fn backtrack(&mut self, (block, d): (&[usize], &[f64]), problem: &P, at: &mut Iterate) {
        let (start, slope) = (at.value(problem, self.counts), dot(self.gradient, d));
        at.aim(problem, block, d);
        let mut t = 1.0;
        for _ in 0..HALVINGS {
            let value = at.try_at(problem, (block, d), t, self.counts);
            if value <= start + SUFFICIENT * t * slope + ROUNDING * start.abs() {
                return at.accept(value);
            }
            t *= 0.5;
        }
        at.reject(block);
    }

    /// The decrease that `L` promises is tested up to rounding. Whether the first trial was taken.
    fn lipschitz_approximation(&mut self, estimates: &mut [f64], at: &mut Iterate) -> bool {
        const SLACK: f64 = 1e-12;
        let (problem, block, g) = (self.problem, &self.chosen.block, self.gradient);
        let mut estimate = block.iter().fold(0.0, |m: f64, &i| m.max(estimates[i]));
        let (start, square) = (at.value(problem, self.counts), dot(g, g));
        let first = estimate;
        at.aim(problem, block, g);
        loop {
            let value = at.try_at(problem, (block, g), -estimate.recip(), self.counts);
            if value <= start - 0.5 * square / estimate + SLACK * start.abs() {
                at.accept(value);
                break;
            }
            if estimate > f64::MAX / 4.0 {
                at.reject(block);
                break;
            }
            estimate *= 2.0;
        }
        block.iter().for_each(|&i| estimates[i] = estimate);
        estimate == first
    }
}

/// Lets the estimate of a block fall once its first trials have been taken ten times in a row.
fn relax(block: &[usize], at_once: bool, memory: &mut Updater) {
    const SUCCESSES: u8 = 10;
    const FACTOR: f64 = 0.8;
    let Updater { estimates, successes, .. } = memory;
    let row = block.iter().fold(SUCCESSES, |s, &i| s.min(successes[i] + 1));
    let falls = at_once && row == SUCCESSES;
    for &i in block {
        successes[i] = if at_once && !falls { row } else { 0 };
        if falls {
            estimates[i] = (FACTOR * estimates[i]).max(1.0);
        }
    }
}

/// The share of the promised decrease that a step must bring.
pub(super) const SUFFICIENT: f64 = 1e-4;
/// After so many halvings a step is lost in rounding.
pub(super) const HALVINGS: usize = 40;
/// Relative rounding errors of two objectives: near a minimiser they hide the decrease while the steps are still superlinear.
pub(super) const ROUNDING: f64 = 4.0 * f64::EPSILON;
