//! Smooth problems as block methods see them.

use super::augmented::GramBuffers;
use super::dense::Symmetric;
use thalweg_kernels::parallel;
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
    /// The interval of a variable.
    fn interval(&self, j: usize) -> (f64, f64) {
        let _ = j;
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    /// Whether some interval has an end.
    fn has_bounds(&self) -> bool {
        false
    }
    /// What oracles cost, for choices between ways that lead to the same numbers.
    fn costs(&self) -> Costs;
    /// `z += ` the image of `d` on the block, where images of single variables have few entries; `touched` gets the places
    /// that changed, some perhaps twice. Only if [`Costs::touched`] says so.
    fn add_block_image(&self, block: &[usize], d: &[f64], z: &mut [f64], touched: &mut Vec<usize>) {
        let _ = (block, d, z, touched);
    }
    /// `sum over j of |H_ij|` for every i.
    fn absolute_row_sums(&self) -> Vec<f64> {
        sums_of_columns(self, |_, h| h.abs())
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

/// Costs of oracles in multiply-adds, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// The whole gradient.
    pub gradient: u64,
    /// A whole column of H.
    pub column: u64,
    /// If entry j of the gradient follows from entry j of the image alone, and the images of single variables are sparse:
    /// how many entries they have on average.
    pub touched: Option<u64>,
}

/// `sum over i of size((i, j), H_ij)` for every j.
pub(super) fn sums_of_columns<P: BlockProblem + ?Sized>(
    problem: &P,
    size: impl Fn((usize, usize), f64) -> f64 + Sync,
) -> Vec<f64> {
    let m = problem.dimension();
    let all: Vec<usize> = (0..m).collect();
    let mut sums = vec![0.0; m];
    parallel::for_parts(&mut sums, m * problem.image_length(), |start, part| {
        let (mut column, mut scratch) = (vec![0.0; m], Scratch::default());
        for (k, sum) in part.iter_mut().enumerate() {
            problem.bound_column(start + k, &all, &mut column, &mut scratch);
            *sum = column.iter().enumerate().fold(0.0, |s, (i, &h)| s + size((i, start + k), h));
        }
    });
    sums
}

/// Moves every variable into its interval.
pub(super) fn project<P: BlockProblem + ?Sized>(problem: &P, point: &mut [f64]) {
    for (j, x) in point.iter_mut().enumerate() {
        let (lower, upper) = problem.interval(j);
        *x = x.max(lower).min(upper);
    }
}

/// The largest entry of the gradient, or of a projected gradient step of length 1 under bounds; NaN if one is.
pub(super) fn violation<P: BlockProblem + ?Sized>(problem: &P, point: &[f64], gradient: &[f64]) -> f64 {
    let bounded = problem.has_bounds();
    gradient.iter().zip(point).enumerate().fold(0.0, |m: f64, (j, (g, x))| {
        let step = if bounded {
            let (lower, upper) = problem.interval(j);
            // Without ends the difference would round.
            if (lower, upper) == (f64::NEG_INFINITY, f64::INFINITY) {
                g.abs()
            } else {
                ((x - g).max(lower).min(upper) - x).abs()
            }
        } else {
            g.abs()
        };
        if step > m || step.is_nan() { step } else { m }
    })
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
    pub(super) gram: GramBuffers,
}
