//! Bounds on the variables, and the L1 norm of variables that must not be negative.

use super::dense::Symmetric;
use super::problem::{BlockProblem, Scratch};
use thalweg_problems::prox::NonnegativeL1;
use thalweg_problems::{Fingerprint, sets};

/// `f(x) + slope (x_1 + ... + x_m)` with every variable in one interval. On the non-negative orthant the L1 norm is linear,
/// so that non-negative L1 problems are of this kind.
#[derive(Clone, Copy, Debug)]
pub struct Bounded<'a, P: ?Sized> {
    smooth: &'a P,
    slope: f64,
    lower: f64,
    upper: f64,
}

impl<'a, P: BlockProblem + ?Sized> Bounded<'a, P> {
    /// `f(x) + slope (x_1 + ... + x_m)` with every variable in the interval.
    pub fn new(smooth: &'a P, slope: f64, lower: f64, upper: f64) -> Self {
        Self { smooth, slope, lower, upper }
    }

    /// `f(x)` over a box.
    pub fn to_box(smooth: &'a P, set: &sets::Box) -> Self {
        Self { smooth, slope: 0.0, lower: set.lower(), upper: set.upper() }
    }

    /// `f(x) + lambda |x|_1` over `x >= 0`.
    pub fn nonnegative_l1(smooth: &'a P, penalty: &NonnegativeL1) -> Self {
        Self { smooth, slope: penalty.lambda(), lower: 0.0, upper: f64::INFINITY }
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
        self.smooth.value(x, z) + self.slope * x.iter().fold(0.0, |s, x| s + x)
    }

    fn gradient(&self, x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth.gradient(x, z, out, scratch);
        out.iter_mut().for_each(|g| *g += self.slope);
    }

    fn block_gradient(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth.block_gradient(block, x, z, out, scratch);
        out.iter_mut().for_each(|g| *g += self.slope);
    }

    fn coordinate_constants(&self) -> Vec<f64> {
        self.smooth.coordinate_constants()
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        self.smooth.bound_column(j, others, out, scratch);
    }

    fn block_hessian(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        self.smooth.block_hessian(block, x, z, out, scratch);
    }

    fn along(&self, block: &[usize], d: &[f64], at: (&[f64], &[f64]), q: &[f64], scratch: &mut Scratch) -> (f64, f64) {
        let (first, second) = self.smooth.along(block, d, at, q, scratch);
        (first + self.slope * d.iter().fold(0.0, |s, d| s + d), second)
    }

    fn is_quadratic(&self) -> bool {
        self.smooth.is_quadratic()
    }

    fn third_order_constant(&self, block: &[usize], scratch: &mut Scratch) -> Option<f64> {
        self.smooth.third_order_constant(block, scratch)
    }

    fn interval(&self) -> (f64, f64) {
        (self.lower, self.upper)
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.smooth.fingerprint(hash);
        hash.numbers(&[self.slope, self.lower, self.upper]);
    }
}
