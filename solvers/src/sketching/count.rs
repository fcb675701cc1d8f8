//! Count sketches.

use super::{DenseSymmetric, Sketch};
use thalweg_kernels::dense;
use thalweg_problems::generate::reference_random::SplitMix64;

/// Every row of S has one entry, plus or minus one, in a random column: `K S` are signed sums of columns of K.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountSketch {
    /// Columns of S.
    pub columns: usize,
}

impl Sketch for CountSketch {
    fn columns(&self, _: usize) -> usize {
        self.columns
    }

    fn draw(
        &self,
        matrix: &DenseSymmetric,
        residual: &[f64],
        random: &mut SplitMix64,
        product: &mut [f64],
        compressed: &mut [f64],
    ) {
        let n = matrix.order();
        product.fill(0.0);
        compressed.fill(0.0);
        for (i, r) in residual.iter().enumerate() {
            let bucket = random.below(compressed.len());
            let sign = if random.next_u64() >> 63 == 0 { 1.0 } else { -1.0 };
            dense::axpy(sign, matrix.row(i), &mut product[bucket * n..(bucket + 1) * n]);
            compressed[bucket] += sign * r;
        }
    }
}
