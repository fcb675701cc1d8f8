//! Affine operators by blocks of columns.

use super::{FiniteSumOperator, Law, Part, Pick, TwoWayMatrix};
use crate::Fingerprint;
use crate::error::{ProblemError, all_finite, same_length};
use thalweg_kernels::dense;

/// `F(u) = M u + q` with a square matrix whose symmetric part is positive semidefinite. A component is a block of columns:
/// with N blocks, `F_B(u) = N M_B u_B + q`. Linearly constrained quadratic programs are of this kind:
/// `min_x max_y x'H x / 2 - h'x - y'(A x - b)` has `M = [H, -A'; A, 0]`, `q = (-h, -b)`.
#[derive(Clone, Debug)]
pub struct AffineOperator {
    matrix: TwoWayMatrix,
    constant: Vec<f64>,
    blocks: Vec<Vec<u32>>,
    parts: [Part; 1],
    /// Lipschitz constants on average: uniform, importance.
    on_average: [f64; 2],
    spectral: f64,
}

impl AffineOperator {
    /// The operator with these blocks of columns, which must be a partition. That M is monotone is taken on trust.
    ///
    /// # Errors
    /// If the matrix is not square, a length does not fit, a number is not finite, or the blocks are no partition.
    pub fn new(matrix: TwoWayMatrix, constant: Vec<f64>, blocks: Vec<Vec<u32>>) -> Result<Self, ProblemError> {
        let d = matrix.columns();
        same_length("a column of the operator's matrix", matrix.rows(), d)?;
        same_length("the constant", constant.len(), d)?;
        all_finite("the constant's entry", &constant)?;
        let mut seen = vec![false; d];
        for &j in blocks.iter().flatten() {
            match seen.get_mut(j as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => {
                    return Err(ProblemError::Structure(format!(
                        "column {j} (from 0) is twice in the blocks, or none"
                    )));
                }
            }
        }
        if blocks.iter().any(Vec::is_empty) || seen.contains(&false) {
            return Err(ProblemError::Structure("the blocks must hold every column".to_owned()));
        }
        let columns = matrix.column_squares();
        let squares: Vec<f64> = blocks.iter().map(|b| b.iter().fold(0.0, |s, &j| s + columns[j as usize])).collect();
        let (largest, sum) = squares.iter().fold((0.0, 0.0), |(m, s), &v| (if v > m { v } else { m }, s + v));
        let part = Part::weighted(&squares);
        let uniform = (largest * blocks.len() as f64).sqrt();
        let importance = if part.probabilities.is_empty() { uniform } else { f64::sqrt(sum) };
        let spectral = matrix.spectral_norm();
        Ok(Self { matrix, constant, blocks, parts: [part], on_average: [uniform, importance], spectral })
    }

    /// The matrix M.
    pub fn matrix(&self) -> &TwoWayMatrix {
        &self.matrix
    }
}

impl FiniteSumOperator for AffineOperator {
    fn name(&self) -> &'static str {
        "affine"
    }
    fn dimension(&self) -> usize {
        self.constant.len()
    }
    fn parts(&self) -> &[Part] {
        &self.parts
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        self.matrix.times(u, out);
        dense::axpy(1.0, &self.constant, out);
    }
    fn add_differences(&self, _: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        let count = self.blocks.len() as f64;
        for pick in picks {
            for &j in &self.blocks[pick.index] {
                let j = j as usize;
                self.matrix.add_column(j, pick.scale * count * (u[j] - v[j]), out);
            }
        }
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        Some(self.on_average[usize::from(law == Law::Importance)])
    }
    fn lipschitz(&self) -> Option<f64> {
        Some(self.spectral)
    }
    fn is_affine(&self) -> bool {
        true
    }
    fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.word(self.matrix.fingerprint());
        print.numbers(&self.constant);
        for block in &self.blocks {
            print.word(block.len() as u64);
            block.iter().for_each(|&j| print.word(u64::from(j)));
        }
        print.finish()
    }
}
