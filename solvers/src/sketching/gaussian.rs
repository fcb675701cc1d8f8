//! Gaussian sketches.

use super::{DenseSymmetric, Sketch};
use thalweg_kernels::dense;
use thalweg_problems::generate::reference_random::SplitMix64;

/// Independent standard normal entries; one column is the Gaussian vector of randomised Newton methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gaussian {
    /// Columns of S.
    pub columns: usize,
}

impl Sketch for Gaussian {
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
        let mut column = vec![0.0; matrix.order()];
        for (out, c) in product.chunks_exact_mut(matrix.order()).zip(compressed) {
            column.fill_with(|| random.normal());
            matrix.multiply(&column, out);
            *c = dense::dot(&column, residual);
        }
    }
}
