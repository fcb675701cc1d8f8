//! The point with its image, and trial steps.

use super::problem::{BlockProblem, Scratch};
use crate::run::{Counts, Oracle};
use serde::{Deserialize, Serialize};

/// A point, its image, and its objective where it is known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Iterate {
    pub(super) point: Vec<f64>,
    pub(super) image: Vec<f64>,
    value: Option<f64>,
    #[serde(skip)]
    direction: Vec<f64>,
    #[serde(skip)]
    trial: Vec<f64>,
    #[serde(skip)]
    before: Vec<f64>,
}

impl Iterate {
    pub(super) fn new<P: BlockProblem + ?Sized>(problem: &P, point: Vec<f64>) -> Self {
        let mut made = Self { image: vec![0.0; problem.image_length()], point, ..Self::default() };
        made.refresh(problem);
        made
    }

    /// Computes the image again: steps leave rounding errors in it.
    pub(super) fn refresh<P: BlockProblem + ?Sized>(&mut self, problem: &P) {
        problem.image(&self.point, &mut self.image);
        self.value = None;
        self.scratch();
    }

    pub(super) fn scratch(&mut self) {
        self.direction.resize(self.image.len(), 0.0);
        self.trial.resize(self.image.len(), 0.0);
    }

    pub(super) fn value<P: BlockProblem + ?Sized>(&mut self, problem: &P, counts: &mut Counts) -> f64 {
        let value = self.value.unwrap_or_else(|| {
            counts.add(Oracle::Objective, 1);
            problem.value(&self.point, &self.image)
        });
        self.value = Some(value);
        value
    }

    /// Moves a block, unseen.
    pub(super) fn step<P: BlockProblem + ?Sized>(&mut self, problem: &P, block: &[usize], d: &[f64]) {
        self.aim(problem, block, d);
        self.image.iter_mut().zip(&self.direction).for_each(|(z, q)| *z += q);
        block.iter().zip(d).for_each(|(&j, d)| self.point[j] += d);
        self.value = None;
    }

    /// Moves a block, unseen, in a problem whose images are sparse; `touched` gets the places of the image that changed.
    pub(super) fn sparse_step<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        block: &[usize],
        d: &[f64],
        touched: &mut Vec<usize>,
    ) {
        problem.add_block_image(block, d, &mut self.image, touched);
        block.iter().zip(d).for_each(|(&j, d)| self.point[j] += d);
        self.value = None;
    }

    /// Prepares trials along a direction: its image is computed once.
    pub(super) fn aim<P: BlockProblem + ?Sized>(&mut self, problem: &P, block: &[usize], d: &[f64]) {
        problem.block_image(block, d, &mut self.direction);
        self.before.clear();
        self.before.extend(block.iter().map(|&j| self.point[j]));
    }

    /// The objective at `x_b + t d`, where the point now is, on trial; NaN counts as infinite.
    pub(super) fn try_at<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        (block, d): (&[usize], &[f64]),
        t: f64,
        counts: &mut Counts,
    ) -> f64 {
        block.iter().zip(d).zip(&self.before).for_each(|((&j, d), x)| self.point[j] = x + t * d);
        for ((trial, z), q) in self.trial.iter_mut().zip(&self.image).zip(&self.direction) {
            *trial = z + t * q;
        }
        counts.add(Oracle::Objective, 1);
        let value = problem.value(&self.point, &self.trial);
        if value.is_nan() { f64::INFINITY } else { value }
    }

    /// First and second derivative by t where the last trial went.
    pub(super) fn slope_on_trial<P: BlockProblem + ?Sized>(
        &self,
        problem: &P,
        (block, d): (&[usize], &[f64]),
        scratch: &mut Scratch,
    ) -> (f64, f64) {
        problem.along(block, d, (&self.point, &self.trial), &self.direction, scratch)
    }

    /// Stays where the last trial went.
    pub(super) fn accept(&mut self, value: f64) {
        std::mem::swap(&mut self.image, &mut self.trial);
        self.value = Some(value);
    }

    /// Goes back.
    pub(super) fn reject(&mut self, block: &[usize]) {
        block.iter().zip(&self.before).for_each(|(&j, &x)| self.point[j] = x);
    }
}
