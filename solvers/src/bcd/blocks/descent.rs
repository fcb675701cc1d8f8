//! The loop.

use super::certify::null_violation;
use super::constants::Constants;
use super::cubic::START_RATIO;
use super::gradient::Gradient;
use super::iterate::Iterate;
use super::partition::Partition;
use super::problem::{BlockProblem, Scratch, project, violation};
use super::queue::Scores;
use super::selection::{Chosen, Selection, Selector, View};
use super::stream::Stream;
use super::update::{Move, Update, Updater};
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_problems::ProblemError;

/// What blocks there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocks {
    /// Those of a partition.
    Fixed(Partition),
    /// Any: the selection rule makes a block anew for every step.
    Variable,
}

/// Block coordinate descent as a composition of blocks, selection rule and update rule. One step of the method is ten block
/// steps and a look at the gradient. A trace shows the `support`, how many variables are inside their interval, and
/// `identified`, the block step after which the set of the others last changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlockDescent {
    /// The blocks. Default: variable.
    pub blocks: Blocks,
    /// The selection rule. Default: greedy GSQ.
    pub selection: Selection,
    /// The update rule. Default: matrix.
    pub update: Update,
    /// The size of blocks, at least 1. Default 32.
    pub size: usize,
    /// Stop when the optimality violation (the largest entry of the gradient, or of a projected gradient step of length 1 if
    /// variables are bounded) is at most this times that of the point nearest to 0. Default 1e-6.
    pub tolerance: f64,
    /// The seed of random rules. Default 0.
    pub seed: u64,
}

impl Default for BlockDescent {
    fn default() -> Self {
        Self {
            blocks: Blocks::Variable,
            selection: Selection::GaussSouthwellQuadratic,
            update: Update::Matrix,
            size: 32,
            tolerance: 1e-6,
            seed: 0,
        }
    }
}

/// The memory of block coordinate descent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BlockWork {
    pub(super) iterate: Iterate,
    selector: Selector,
    pub(super) updater: Updater,
    /// Block steps so far.
    steps: u64,
    /// The block step that last moved a variable onto a bound or off it.
    pub(super) identified: u64,
    /// The optimality violation of the point nearest to 0, and the last.
    null_violation: f64,
    violation: f64,
    #[serde(skip)]
    pub(super) constants: Constants,
    #[serde(skip)]
    scratch: Scratch,
    #[serde(skip)]
    pub(super) chosen: Chosen,
    pub(super) gradient: Gradient,
    /// The scores, where they are kept up to date.
    #[serde(skip)]
    pub(super) scores: Option<Scores>,
    #[serde(skip)]
    block_gradient: Vec<f64>,
    /// Of the block: values before the step, then the step; which of them were at an end of their interval.
    #[serde(skip)]
    moved: Vec<f64>,
    #[serde(skip)]
    held: Vec<bool>,
    /// For comparisons: nothing is kept, everything is computed anew.
    #[serde(skip)]
    pub(super) plain: bool,
    /// The point before the step.
    #[serde(skip)]
    last_good: Vec<f64>,
}

impl BlockWork {
    /// Computes the image again: steps leave rounding errors in it.
    fn refresh<P: BlockProblem + ?Sized>(&mut self, problem: &P, run: &mut Run) {
        self.iterate.refresh(problem);
        run.counts.add(Oracle::MatrixVector, 1);
        self.gradient.forget();
        self.scores.iter_mut().for_each(Scores::forget);
    }

    fn measure<P: BlockProblem + ?Sized>(&mut self, problem: &P, run: &mut Run) {
        let Self { iterate, gradient, scratch, .. } = self;
        run.objective = iterate.value(problem, &mut run.counts);
        gradient.at(problem, iterate, self.plain, scratch, &mut run.counts);
        self.violation = violation(problem, &iterate.point, gradient.values());
    }
}

impl Work for BlockWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.iterate.point
    }
    fn into_point(self) -> Vec<f64> {
        self.iterate.point
    }
}

impl BlockDescent {
    /// Block steps of one step of the method.
    pub const BLOCK_STEPS: u64 = 10;
    /// Block steps after which the image is computed again.
    const REFRESH: u64 = 1000;

    /// Selects a block and moves it.
    pub(super) fn block_step<P: BlockProblem + ?Sized>(
        &self,
        problem: &P,
        work: &mut BlockWork,
        run: &mut Run,
    ) -> Result<(), MethodError> {
        let BlockWork {
            iterate,
            selector,
            updater,
            constants,
            scratch,
            chosen,
            gradient,
            scores,
            block_gradient,
            moved,
            held,
            ..
        } = work;
        let is_greedy = self.selection.is_greedy();
        if is_greedy {
            gradient.at(problem, iterate, work.plain, scratch, &mut run.counts);
        }
        let learns = matches!(self.update, Update::LipschitzApproximation | Update::LipschitzRelaxed);
        let estimates = learns.then_some(updater.estimates.as_slice());
        let (values, columns) = gradient.parts();
        let view = View { problem, constants, point: &iterate.point, gradient: values, estimates, size: self.size };
        if let Some(scores) = scores {
            scores.fill(&view, self.selection);
        }
        view.select(self.selection, selector, (scores.as_mut(), columns), chosen, scratch);

        block_gradient.clear();
        if is_greedy {
            block_gradient.extend(chosen.block.iter().map(|&j| values[j]));
        } else {
            block_gradient.resize(chosen.block.len(), 0.0);
            problem.block_gradient(&chosen.block, &iterate.point, &iterate.image, block_gradient, scratch);
        }
        run.counts.add(Oracle::CoordinateUpdate, chosen.block.len() as u64);
        let counts = &mut run.counts;
        held.clear();
        held.extend(chosen.block.iter().map(|&j| is_held(problem, &iterate.point, j)));
        moved.clear();
        moved.extend(chosen.block.iter().map(|&j| iterate.point[j]));
        let touched = scores.as_mut().map(|scores| {
            scores.touched.clear();
            scores.touched.extend_from_slice(&chosen.block);
            &mut scores.touched
        });
        Move { problem, constants, chosen, gradient: block_gradient, touched, scratch, counts }.apply(
            self.update,
            updater,
            iterate,
        )?;
        if let Some(scores) = scores {
            let Iterate { point, image, .. } = &*iterate;
            scores.moved(problem, (point, image, gradient.values_mut()), scratch);
            let view =
                View { problem, constants, point, gradient: gradient.values(), estimates: None, size: self.size };
            scores.rescore(&view, self.selection);
        } else if !is_greedy || work.plain {
            gradient.forget();
        } else if chosen.matrix_step.is_some() && self.update == Update::Matrix && problem.is_quadratic() {
            gradient.take(&mut chosen.after);
        } else {
            chosen.block.iter().zip(&mut *moved).for_each(|(&j, x)| *x = iterate.point[j] - *x);
            gradient.moved(problem, &chosen.block, moved, scratch);
        }

        work.steps += 1;
        let moved = |(&j, &held): (&usize, &bool)| is_held(problem, &work.iterate.point, j) != held;
        if work.chosen.block.iter().zip(&work.held).any(moved) {
            work.identified = work.steps;
        }
        if work.steps.is_multiple_of(Self::REFRESH) {
            work.refresh(problem, run);
        }
        Ok(())
    }

    /// Objective and optimality violation; a violation that ends the run is computed afresh.
    fn look<P: BlockProblem + ?Sized>(
        &self,
        problem: &P,
        work: &mut BlockWork,
        run: &mut Run,
    ) -> Result<(), MethodError> {
        let goal = self.tolerance * work.null_violation;
        work.measure(problem, run);
        if work.violation <= goal && work.steps > 0 {
            work.refresh(problem, run);
            work.measure(problem, run);
        }
        let iterate = &work.iterate;
        run.measures[0] = work.violation;
        run.measures[1] = work.chosen.block.len() as f64;
        run.measures[2] = (0..iterate.point.len()).filter(|&j| !is_held(problem, &iterate.point, j)).count() as f64;
        run.measures[3] = work.identified as f64;
        if run.objective.is_finite() && work.violation.is_finite() {
            return Ok(());
        }
        Err(MethodError::Numerical(format!("the objective is {}", run.objective)))
    }

    /// Whether an updater's stored memory can be that of the method.
    fn updater_fits(&self, work: &BlockWork) -> bool {
        let (m, blocks) = (work.iterate.point.len(), &work.constants.blocks);
        let successes = if self.update == Update::LipschitzRelaxed { m } else { 0 };
        let kept = &work.updater.kept;
        work.updater.successes.len() == successes
            && (kept.is_empty() || kept.len() == blocks.len())
            && kept.iter().zip(blocks).all(|(kept, block)| kept.as_ref().is_none_or(|k| k.fits(block.len())))
    }

    fn check<P: BlockProblem + ?Sized>(&self, problem: &P, point: &[f64]) -> Result<(), MethodError> {
        let (found, expected) = (point.len(), problem.dimension());
        if found != expected {
            return Err(ProblemError::Length { what: "the point", found, expected }.into());
        }
        if self.size == 0 {
            return Err(MethodError::Option { name: "size", value: 0.0, expected: "a number of at least 1" });
        }
        if self.tolerance.is_nan() || self.tolerance < 0.0 {
            let expected = "a number of at least 0";
            return Err(MethodError::Option { name: "tolerance", value: self.tolerance, expected });
        }
        if self.selection == Selection::Thresholding && self.blocks != Blocks::Variable {
            return Err(MethodError::Numerical("hard thresholding selects variable blocks only".to_owned()));
        }
        if problem.has_bounds() && !self.update.keeps_bounds() {
            let hint = "the problem has bounds: the update must be projected-gradient, two-metric or projected-newton";
            return Err(MethodError::Numerical(hint.to_owned()));
        }
        if let Some(index) = point.iter().position(|x| !x.is_finite()) {
            return Err(ProblemError::NotFinite { what: "the point's entry", index, value: point[index] }.into());
        }
        Ok(())
    }
}

/// Whether a variable is at an end of its interval.
pub(super) fn is_held<P: BlockProblem + ?Sized>(problem: &P, point: &[f64], j: usize) -> bool {
    let (lower, upper) = problem.interval(j);
    point[j] <= lower || point[j] >= upper
}

impl<P: BlockProblem + ?Sized> Method<P> for BlockDescent {
    type Work = BlockWork;

    fn name(&self) -> &'static str {
        "block-coordinate-descent"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["optimality_violation", "block_size", "support", "identified"]
    }

    fn start(&self, problem: &P, mut point: Vec<f64>, run: &mut Run) -> Result<BlockWork, MethodError> {
        self.check(problem, &point)?;
        project(problem, &mut point);
        let m = point.len();
        let mut work = BlockWork {
            iterate: Iterate::new(problem, point),
            selector: Selector { stream: Stream::new(self.seed), ..Selector::default() },
            updater: Updater {
                estimates: vec![1.0; m],
                successes: if self.update == Update::LipschitzRelaxed { vec![0; m] } else { Vec::new() },
                kept: Vec::new(),
                cubic: START_RATIO,
            },
            steps: 0,
            identified: 0,
            null_violation: f64::NAN,
            violation: f64::NAN,
            constants: Constants::new(self, problem)?,
            scratch: Scratch::default(),
            chosen: Chosen::default(),
            gradient: Gradient::default(),
            scores: Scores::where_they_pay(self, problem),
            block_gradient: Vec::new(),
            moved: Vec::new(),
            held: Vec::new(),
            plain: false,
            last_good: Vec::new(),
        };
        run.counts.add(Oracle::MatrixVector, 1);
        let _ = work.gradient.prepare(problem);
        self.look(problem, &mut work, run)?;
        work.null_violation = null_violation(problem);
        run.counts.add(Oracle::Gradient, 1);
        Ok(work)
    }

    fn resume(&self, problem: &P, work: &mut BlockWork) -> Result<(), MethodError> {
        self.check(problem, &work.iterate.point)?;
        let m = problem.dimension();
        work.constants = Constants::new(self, problem)?;
        let blocks = if work.constants.blocks.is_empty() { m } else { work.constants.blocks.len() };
        let order_fits = work.selector.order.iter().all(|&i| i < blocks)
            && (work.selector.cursor == 0 || work.selector.cursor < work.selector.order.len());
        let gradient_fits = work.gradient.prepare(problem);
        let lengths_fit = work.iterate.image.len() == problem.image_length() && work.updater.estimates.len() == m;
        if !lengths_fit || !self.updater_fits(work) || !order_fits || !gradient_fits {
            return Err(MethodError::Numerical("the stored memory does not fit the problem".to_owned()));
        }
        work.scores = Scores::where_they_pay(self, problem);
        work.iterate.scratch();
        Ok(())
    }

    fn step(&self, problem: &P, work: &mut BlockWork, run: &mut Run) -> Result<Flow, MethodError> {
        if work.violation <= self.tolerance * work.null_violation {
            return Ok(Flow::Converged);
        }
        let (mut last_good, before) = (std::mem::take(&mut work.last_good), run.objective);
        last_good.clone_from(&work.iterate.point);
        let outcome = (0..Self::BLOCK_STEPS)
            .try_for_each(|_| self.block_step(problem, work, run))
            .and_then(|()| self.look(problem, work, run));
        work.last_good = last_good;
        if let Err(failure) = outcome {
            work.iterate.point.clone_from(&work.last_good);
            work.refresh(problem, run);
            run.objective = before;
            return Err(failure);
        }
        let solved = work.violation <= self.tolerance * work.null_violation;
        Ok(if solved { Flow::Converged } else { Flow::Continue })
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!([P: BlockProblem] BlockDescent => P);
