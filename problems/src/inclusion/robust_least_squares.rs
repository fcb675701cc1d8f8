//! Least squares whose targets an adversary moves at a price.

use super::samples::Constants;
use super::{FiniteSumOperator, Law, Part, Pick, TwoWayMatrix};
use crate::Fingerprint;
use crate::error::{ProblemError, all_finite, same_length};
use thalweg_kernels::dense;

/// `min_x max_y |A x - y|^2 / 2 - price |y - y0|^2 / 2`, `price > 1`, y being the targets: `u = (x, y)`,
/// `F(u) = (A'(A x - y), (A x - y) + price (y - y0))`, a component for each row (L. El Ghaoui, H. Lebret, SIAM J. Matrix
/// Anal. Appl. 18, 1997, for the robust problem; J. Yang, N. Kiyavash, N. He, NeurIPS 2020, for this form).
///
/// The solution is that of least squares: x minimises `|A x - y0|`, `y = (price y0 - A x) / (price - 1)`.
#[derive(Clone, Debug)]
pub struct RobustLeastSquares {
    matrix: TwoWayMatrix,
    targets: Vec<f64>,
    price: f64,
    constants: Constants,
    full: f64,
}

impl RobustLeastSquares {
    /// The problem with these rows, nominal targets y0, and price.
    ///
    /// # Errors
    /// If the lengths differ, a target is not finite, or the price is not above 1.
    pub fn new(matrix: TwoWayMatrix, targets: Vec<f64>, price: f64) -> Result<Self, ProblemError> {
        same_length("the targets", targets.len(), matrix.rows())?;
        all_finite("target", &targets)?;
        if !(price > 1.0 && price.is_finite()) {
            return Err(ProblemError::Parameter {
                what: "the price",
                value: price,
                expected: "a finite number above 1",
            });
        }
        // On the direction of a_i and y_i a component is n times [s, -r; r, price - 1] with r = |a_i|, s = r^2.
        let n = targets.len() as f64;
        let norm = |s: f64| (s * s + 2.0 * s + (price - 1.0).powi(2)).sqrt();
        let constants: Vec<f64> = matrix.row_squares().into_iter().map(|s| n * norm(s)).collect();
        let spectral = matrix.spectral_norm();
        let full = norm(spectral * spectral);
        Ok(Self { matrix, targets, price, constants: Constants::new(&constants), full })
    }
}

impl FiniteSumOperator for RobustLeastSquares {
    fn name(&self) -> &'static str {
        "robust least squares"
    }
    fn dimension(&self) -> usize {
        self.matrix.columns() + self.matrix.rows()
    }
    fn parts(&self) -> &[Part] {
        &self.constants.parts
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        let (x, y) = u.split_at(self.matrix.columns());
        let (x_out, y_out) = out.split_at_mut(self.matrix.columns());
        self.matrix.times(x, y_out);
        dense::axpy(-1.0, y, y_out);
        self.matrix.transposed_times(y_out, x_out);
        dense::axpy(self.price, y, y_out);
        dense::axpy(-self.price, &self.targets, y_out);
    }
    fn add_differences(&self, _: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        let n = self.targets.len() as f64;
        let ((x, y), (x0, y0)) = (u.split_at(self.matrix.columns()), v.split_at(self.matrix.columns()));
        let (x_out, y_out) = out.split_at_mut(self.matrix.columns());
        for pick in picks {
            let i = pick.index;
            let target = y[i] - y0[i];
            let residual = self.matrix.row_dot(i, x) - self.matrix.row_dot(i, x0) - target;
            self.matrix.add_row(i, pick.scale * n * residual, x_out);
            y_out[i] += pick.scale * n * (residual + self.price * target);
        }
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        self.constants.on_average(law)
    }
    fn lipschitz(&self) -> Option<f64> {
        Some(self.full)
    }
    fn visit_support(&self, _: usize, index: usize, visit: &mut dyn FnMut(usize)) -> bool {
        let row = self.matrix.row_indices(index);
        row.is_some_and(|row| {
            row.iter().for_each(|&j| visit(j as usize));
            visit(self.matrix.columns() + index);
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
        print.word(self.price.to_bits());
        print.finish()
    }
}
