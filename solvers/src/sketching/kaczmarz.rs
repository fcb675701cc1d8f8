//! Row sampling.

use super::{DenseSymmetric, Sketch};
use serde::{Deserialize, Serialize};
use thalweg_problems::generate::reference_random::SplitMix64;

/// How rows are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// All alike.
    #[default]
    Uniform,
    /// In proportion to their squared norms.
    ByNorm,
}

/// Columns of the identity: the randomised Kaczmarz method (T. Strohmer, R. Vershynin, J. Fourier Anal. Appl. 15, 2009), with
/// one row a step or a block of different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kaczmarz {
    /// How rows are chosen; a block of more than one is uniform.
    pub rows: Rows,
    /// Rows a step.
    pub block: usize,
}

impl Sketch for Kaczmarz {
    fn columns(&self, _: usize) -> usize {
        self.block
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
        if compressed.len() == 1 {
            let row = match self.rows {
                Rows::Uniform => random.below(n),
                Rows::ByNorm => by_weight(matrix.row_squares(), random.uniform()),
            };
            product.copy_from_slice(matrix.row(row));
            compressed[0] = residual[row];
            return;
        }
        // The beginning of a shuffle: rows without repetition.
        let mut order: Vec<usize> = (0..n).collect();
        for (k, (out, c)) in product.chunks_exact_mut(n).zip(compressed).enumerate() {
            order.swap(k, k + random.below(n - k));
            out.copy_from_slice(matrix.row(order[k]));
            *c = residual[order[k]];
        }
    }
}

/// The index that `share` of the total weight falls on.
fn by_weight(weights: &[f64], share: f64) -> usize {
    let mut left = share * weights.iter().sum::<f64>();
    for (i, w) in weights.iter().enumerate() {
        left -= w;
        if left < 0.0 {
            return i;
        }
    }
    weights.len() - 1
}
