//! Least squares, the standard cocoercive operator.

use super::samples::Constants;
use super::{FiniteSumOperator, Law, Part, Pick, TwoWayMatrix};
use crate::Fingerprint;
use crate::error::{ProblemError, all_finite, same_length};
use thalweg_kernels::dense;

/// `F_i(x) = a_i (a_i'x - b_i)` for the n rows of A: the gradient of `|A x - b|^2 / (2 n)`. Cocoercive on average with L the
/// largest `|a_i|^2` drawn uniformly, with the mean drawn in proportion to it.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    matrix: TwoWayMatrix,
    targets: Vec<f64>,
    constants: Constants,
    full: f64,
}

impl LeastSquares {
    /// The problem with these rows and targets.
    ///
    /// # Errors
    /// If the lengths differ, or a target is not finite.
    pub fn new(matrix: TwoWayMatrix, targets: Vec<f64>) -> Result<Self, ProblemError> {
        same_length("the targets", targets.len(), matrix.rows())?;
        all_finite("target", &targets)?;
        let squares = matrix.row_squares();
        let largest = squares.iter().fold(0.0, |m, &v| if v > m { v } else { m });
        let constants = Constants::new(&squares);
        let mean = squares.iter().fold(0.0, |s, v| s + v) / squares.len() as f64;
        let importance = if constants.parts[0].probabilities.is_empty() { largest } else { mean };
        let full = matrix.spectral_norm().powi(2) / matrix.rows() as f64;
        Ok(Self { matrix, targets, constants: constants.with(largest, importance), full })
    }
}

impl FiniteSumOperator for LeastSquares {
    fn name(&self) -> &'static str {
        "least squares"
    }
    fn dimension(&self) -> usize {
        self.matrix.columns()
    }
    fn parts(&self) -> &[Part] {
        &self.constants.parts
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        let mut residual = vec![0.0; self.targets.len()];
        self.matrix.times(u, &mut residual);
        dense::axpy(-1.0, &self.targets, &mut residual);
        dense::scale(1.0 / self.targets.len() as f64, &mut residual);
        self.matrix.transposed_times(&residual, out);
    }
    fn add_differences(&self, _: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        for pick in picks {
            let moved = self.matrix.row_dot(pick.index, u) - self.matrix.row_dot(pick.index, v);
            self.matrix.add_row(pick.index, pick.scale * moved, out);
        }
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        self.constants.on_average(law)
    }
    fn lipschitz(&self) -> Option<f64> {
        Some(self.full)
    }
    fn is_cocoercive(&self) -> bool {
        true
    }
    fn visit_support(&self, _: usize, index: usize, visit: &mut dyn FnMut(usize)) -> bool {
        let row = self.matrix.row_indices(index);
        row.is_some_and(|row| {
            row.iter().for_each(|&j| visit(j as usize));
            true
        })
    }
    fn is_sparse(&self) -> bool {
        !self.matrix.is_dense()
    }
    fn is_affine(&self) -> bool {
        true
    }
    fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.word(self.matrix.fingerprint());
        print.numbers(&self.targets);
        print.finish()
    }
}
