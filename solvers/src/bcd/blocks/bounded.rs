//! Bounds on the variables, and the L1 norm of variables that must not be negative.

use super::dense::Symmetric;
use super::problem::{BlockProblem, Costs, Scratch};
use thalweg_problems::prox::NonnegativeL1;
use thalweg_problems::{Fingerprint, ProblemError, sets};

/// `f(x) + slope (x_1 + ... + x_m)` with every variable in an interval. On the non-negative orthant the L1 norm is linear,
/// so that non-negative L1 problems are of this kind. The last variables may be left free, without slope: intercepts.
#[derive(Clone, Copy, Debug)]
pub struct Bounded<'a, P: ?Sized> {
    smooth: &'a P,
    slope: f64,
    intervals: Intervals<'a>,
    /// How many of the last variables have neither interval nor slope.
    free: usize,
}

#[derive(Clone, Copy, Debug)]
enum Intervals<'a> {
    Same(f64, f64),
    Each(&'a [(f64, f64)]),
}

impl<'a, P: BlockProblem + ?Sized> Bounded<'a, P> {
    /// `f(x) + slope (x_1 + ... + x_m)` with every variable in the interval.
    pub fn new(smooth: &'a P, slope: f64, lower: f64, upper: f64) -> Self {
        Self { smooth, slope, intervals: Intervals::Same(lower, upper), free: 0 }
    }

    /// `f(x)` over a box.
    pub fn to_box(smooth: &'a P, set: &sets::Box) -> Self {
        Self::new(smooth, 0.0, set.lower(), set.upper())
    }

    /// `f(x) + lambda |x|_1` over `x >= 0`.
    pub fn nonnegative_l1(smooth: &'a P, penalty: &NonnegativeL1) -> Self {
        Self::new(smooth, penalty.lambda(), 0.0, f64::INFINITY)
    }

    /// `f(x) + slope (x_1 + ... + x_m)` with an interval for each variable; ends may be infinite.
    ///
    /// # Errors
    /// If there are not as many intervals as variables, or one of them has no finite point.
    pub fn to_intervals(smooth: &'a P, slope: f64, intervals: &'a [(f64, f64)]) -> Result<Self, ProblemError> {
        let (found, expected) = (intervals.len(), smooth.dimension());
        if found != expected {
            return Err(ProblemError::Length { what: "the list of intervals", found, expected });
        }
        for (j, &(lower, upper)) in intervals.iter().enumerate() {
            if sets::Box::new(lower, upper).is_err() {
                let message = format!("the interval of variable {j} (from 0), {lower} to {upper}, has no finite point");
                return Err(ProblemError::Structure(message));
            }
        }
        Ok(Self { smooth, slope, intervals: Intervals::Each(intervals), free: 0 })
    }

    /// Leaves the last `count` variables free, without slope.
    #[must_use]
    pub fn with_free(self, count: usize) -> Self {
        Self { free: count.min(self.smooth.dimension()), ..self }
    }

    fn is_free(&self, j: usize) -> bool {
        j + self.free >= self.smooth.dimension()
    }

    fn slope_of(&self, j: usize) -> f64 {
        if self.is_free(j) { 0.0 } else { self.slope }
    }
}

impl<P: BlockProblem + ?Sized> BlockProblem for Bounded<'_, P> {
    fn dimension(&self) -> usize {
        self.smooth.dimension()
    }

    fn image_length(&self) -> usize {
        self.smooth.image_length()
    }

    fn image(&self, x: &[f64], z: &mut [f64]) {
        self.smooth.image(x, z);
    }

    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]) {
        self.smooth.block_image(block, d, q);
    }

    fn value(&self, x: &[f64], z: &[f64]) -> f64 {
        let bounded = &x[..x.len() - self.free];
        self.smooth.value(x, z) + self.slope * bounded.iter().fold(0.0, |s, x| s + x)
    }

    fn gradient(&self, x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth.gradient(x, z, out, scratch);
        let bounded = out.len() - self.free;
        out[..bounded].iter_mut().for_each(|g| *g += self.slope);
    }

    fn block_gradient(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth.block_gradient(block, x, z, out, scratch);
        block.iter().zip(out).for_each(|(&j, g)| *g += self.slope_of(j));
    }

    fn coordinate_constants(&self) -> Vec<f64> {
        self.smooth.coordinate_constants()
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth.bound_column(j, others, out, scratch);
    }

    fn block_bound(&self, block: &[usize], out: &mut Symmetric, scratch: &mut Scratch) {
        self.smooth.block_bound(block, out, scratch);
    }

    fn absolute_row_sums(&self) -> Vec<f64> {
        self.smooth.absolute_row_sums()
    }

    fn block_hessian(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        self.smooth.block_hessian(block, x, z, out, scratch);
    }

    fn along(&self, block: &[usize], d: &[f64], at: (&[f64], &[f64]), q: &[f64], scratch: &mut Scratch) -> (f64, f64) {
        let (first, second) = self.smooth.along(block, d, at, q, scratch);
        (block.iter().zip(d).fold(first, |s, (&j, d)| s + self.slope_of(j) * d), second)
    }

    fn is_quadratic(&self) -> bool {
        self.smooth.is_quadratic()
    }

    fn third_order_constant(&self, block: &[usize], scratch: &mut Scratch) -> Option<f64> {
        self.smooth.third_order_constant(block, scratch)
    }

    fn interval(&self, j: usize) -> (f64, f64) {
        match self.intervals {
            _ if self.is_free(j) => (f64::NEG_INFINITY, f64::INFINITY),
            Intervals::Same(lower, upper) => (lower, upper),
            Intervals::Each(intervals) => intervals[j],
        }
    }

    fn has_bounds(&self) -> bool {
        const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
        match self.intervals {
            Intervals::Same(lower, upper) => (lower, upper) != FREE && self.free < self.dimension(),
            Intervals::Each(intervals) => intervals[..intervals.len() - self.free].iter().any(|i| *i != FREE),
        }
    }

    fn costs(&self) -> Costs {
        self.smooth.costs()
    }

    fn add_block_image(&self, block: &[usize], d: &[f64], z: &mut [f64], touched: &mut Vec<usize>) {
        self.smooth.add_block_image(block, d, z, touched);
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.smooth.fingerprint(hash);
        hash.word(self.free as u64);
        hash.numbers(&[self.slope]);
        match self.intervals {
            Intervals::Same(lower, upper) => hash.numbers(&[lower, upper]),
            Intervals::Each(intervals) => intervals.iter().for_each(|&(l, u)| hash.numbers(&[l, u])),
        }
    }
}
