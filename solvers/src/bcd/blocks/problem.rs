//! Smooth problems as block methods see them.

use super::dense::Symmetric;
use thalweg_problems::Fingerprint;

/// A smooth convex function `f(x)` of `m` variables whose blocks are cheap.
///
/// A solver keeps the image `z` of its point (the fit `X x`, or the product `A x`), to which a block step adds a few columns;
/// everything else follows from `x` and `z`. A block is a list of distinct indices.
pub trait BlockProblem: Send + Sync {
    /// The number of variables, m.
    fn dimension(&self) -> usize;
    /// The length of the image.
    fn image_length(&self) -> usize;
    /// The image of `x`.
    fn image(&self, x: &[f64], z: &mut [f64]);
    /// The image of the vector that is `d` on the block and 0 elsewhere.
    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]);
    /// `f(x)`.
    fn value(&self, x: &[f64], z: &[f64]) -> f64;
    /// The gradient.
    fn gradient(&self, x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch);
    /// The gradient's entries of a block.
    fn block_gradient(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch);
    /// The diagonal of the bound `H`: constants `L_i` of the partial derivatives.
    fn coordinate_constants(&self) -> Vec<f64>;
    /// Entries of column `j` of a fixed matrix `H` that bounds the Hessian everywhere: `out_k = H_{others_k, j}`.
    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch);
    /// The block of the Hessian at the point.
    fn block_hessian(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch);
    /// First and second derivative at 0 of `t -> f(x + t d)` for a `d` on the block with the image `q`.
    fn along(&self, block: &[usize], d: &[f64], at: (&[f64], &[f64]), q: &[f64], scratch: &mut Scratch) -> (f64, f64);
    /// Whether the Hessian is `H` itself.
    fn is_quadratic(&self) -> bool;
    /// A Lipschitz constant of the block of the Hessian (for cubic models), if one is known.
    fn third_order_constant(&self, block: &[usize], scratch: &mut Scratch) -> Option<f64> {
        let _ = (block, scratch);
        None
    }
    /// The interval of every variable.
    fn interval(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    /// Adds the data to a fingerprint.
    fn fingerprint(&self, hash: &mut Fingerprint);

    /// The block of the bound, `H_b`.
    fn block_bound(&self, block: &[usize], out: &mut Symmetric, scratch: &mut Scratch) {
        out.reset(block.len());
        for (k, &j) in block.iter().enumerate() {
            self.bound_column(j, &block[k..], &mut out.row_mut(k)[k..], scratch);
            for i in k + 1..block.len() {
                out.row_mut(i)[k] = out.row(k)[i];
            }
        }
    }
}

/// Buffers of the oracles.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// As long as the image: derivatives by the image.
    pub(super) slopes: Vec<f64>,
    /// As long as the image: second derivatives.
    pub(super) weights: Vec<f64>,
    /// As long as the image; zero between two calls.
    pub(super) column: Vec<f64>,
    /// One entry for each variable.
    pub(super) sums: Vec<f64>,
}
