//! Preconditioned conjugate gradients, one iteration at a time.

use super::{Operator, Preconditioner};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// A direction of curvature that is not positive: the matrix or the preconditioner is not positive definite, or a number is
/// not finite.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("not positive definite: {product} is {value}")]
pub struct NotPositive {
    /// Which product.
    pub product: &'static str,
    /// Its value.
    pub value: f64,
}

/// The state of conjugate gradients for `A x = b` (M. Hestenes, E. Stiefel, *Methods of conjugate gradients for solving
/// linear systems*, J. Res. Nat. Bur. Standards 49, 1952), preconditioned by M.
///
/// ```
/// use thalweg_solvers::linear_systems::krylov::{ConjugateGradient, Operator, Preconditioner};
///
/// struct Diagonal([f64; 2]);
/// impl Operator for Diagonal {
///     fn multiply(&self, x: &[f64], y: &mut [f64]) {
///         (0..2).for_each(|i| y[i] = self.0[i] * x[i]);
///     }
/// }
/// struct Identity;
/// impl Preconditioner for Identity {
///     fn precondition(&mut self, r: &[f64], z: &mut [f64]) {
///         z.copy_from_slice(r);
///     }
/// }
/// let mut state = ConjugateGradient::start(&Diagonal([1.0, 4.0]), &[2.0, 2.0], vec![0.0; 2]);
/// for _ in 0..2 {
///     state.step(&Diagonal([1.0, 4.0]), &mut Identity)?;
/// }
/// assert!((state.x[0] - 2.0).abs() < 1e-14 && (state.x[1] - 0.5).abs() < 1e-14);
/// # Ok::<(), thalweg_solvers::linear_systems::krylov::NotPositive>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConjugateGradient {
    /// The iterate.
    pub x: Vec<f64>,
    /// `b - A x`, kept up to date; see [`restart`](Self::restart).
    pub residual: Vec<f64>,
    direction: Vec<f64>,
    /// `r' M^{-1} r` of the last step; 0 where the next direction begins anew.
    rho: f64,
    #[serde(skip)]
    product: Vec<f64>,
    #[serde(skip)]
    preconditioned: Vec<f64>,
}

impl ConjugateGradient {
    /// Begins at `x`; costs one product.
    pub fn start(matrix: &(impl Operator + ?Sized), right_side: &[f64], x: Vec<f64>) -> Self {
        let n = x.len();
        let mut state = Self {
            x,
            residual: vec![0.0; n],
            direction: vec![0.0; n],
            rho: 0.0,
            product: vec![],
            preconditioned: vec![],
        };
        state.restart(matrix, right_side);
        state
    }

    /// Computes the residual afresh and forgets the direction; costs one product.
    pub fn restart(&mut self, matrix: &(impl Operator + ?Sized), right_side: &[f64]) {
        self.refresh(matrix, right_side);
        self.rho = 0.0;
    }

    /// Whether all vectors have the length `n`, as after reading a state from elsewhere.
    pub fn fits(&self, n: usize) -> bool {
        self.x.len() == n && self.residual.len() == n && self.direction.len() == n
    }

    fn refresh(&mut self, matrix: &(impl Operator + ?Sized), right_side: &[f64]) {
        matrix.multiply(&self.x, &mut self.residual);
        dense::axpby(1.0, right_side, -1.0, &mut self.residual);
    }

    /// One iteration: one product and one call of the preconditioner. At a residual of 0 nothing changes.
    ///
    /// # Errors
    /// If `r' M^{-1} r` or `p' A p` is not positive; the iterate is then the last good one.
    pub fn step(
        &mut self,
        matrix: &(impl Operator + ?Sized),
        preconditioner: &mut (impl Preconditioner + ?Sized),
    ) -> Result<(), NotPositive> {
        let Self { x, residual, direction, rho, product, preconditioned } = self;
        if residual.iter().all(|r| *r == 0.0) {
            return Ok(());
        }
        product.resize(x.len(), 0.0);
        preconditioned.resize(x.len(), 0.0);
        preconditioner.precondition(residual, preconditioned);
        let next = dense::dot(residual, preconditioned);
        positive("r' M^-1 r", next)?;
        if *rho == 0.0 {
            direction.copy_from_slice(preconditioned);
        } else {
            dense::axpby(1.0, preconditioned, next / *rho, direction);
        }
        *rho = next;
        matrix.multiply(direction, product);
        let curvature = dense::dot(direction, product);
        positive("p' A p", curvature)?;
        let length = next / curvature;
        dense::axpy(length, direction, x);
        dense::axpy(-length, product, residual);
        Ok(())
    }
}

fn positive(product: &'static str, value: f64) -> Result<(), NotPositive> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(NotPositive { product, value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dense<const N: usize>([[f64; N]; N]);

    impl<const N: usize> Operator for Dense<N> {
        fn multiply(&self, x: &[f64], y: &mut [f64]) {
            for (row, y) in self.0.iter().zip(y) {
                *y = row.iter().zip(x).map(|(a, x)| a * x).sum();
            }
        }
    }

    /// The inverse of the diagonal of A.
    struct Jacobi([f64; 3]);

    impl Preconditioner for Jacobi {
        fn precondition(&mut self, r: &[f64], z: &mut [f64]) {
            (0..3).for_each(|i| z[i] = r[i] / self.0[i]);
        }
    }

    const A: Dense<3> = Dense([[4.0, 1.0, 0.0], [1.0, 50.0, -2.0], [0.0, -2.0, 600.0]]);

    #[test]
    fn exact_after_n_steps() {
        let expected = [1.0, -2.0, 3.0];
        let mut right_side = [0.0; 3];
        A.multiply(&expected, &mut right_side);
        let mut state = ConjugateGradient::start(&A, &right_side, vec![5.0, 5.0, 5.0]);
        for _ in 0..3 {
            state.step(&A, &mut Jacobi([4.0, 50.0, 600.0])).unwrap();
        }
        approx::assert_abs_diff_eq!(state.x.as_slice(), expected.as_slice(), epsilon = 1e-12);
        state.restart(&A, &right_side);
        assert!(state.residual.iter().all(|r| r.abs() < 1e-10));
        // At the solution nothing moves.
        let mut still = ConjugateGradient::start(&A, &right_side, expected.to_vec());
        still.step(&A, &mut Jacobi([1.0; 3])).unwrap();
        assert_eq!(still.x, expected);
    }

    #[test]
    fn breakdowns_are_named() {
        let indefinite = Dense([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]);
        let mut state = ConjugateGradient::start(&indefinite, &[0.0, 1.0, 0.0], vec![0.0; 3]);
        let error = state.step(&indefinite, &mut Jacobi([1.0; 3])).unwrap_err();
        assert_eq!(error.to_string(), "not positive definite: p' A p is -1");
        assert_eq!(state.x, [0.0; 3]);
        let mut state = ConjugateGradient::start(&A, &[0.0, 1.0, 0.0], vec![0.0; 3]);
        let error = state.step(&A, &mut Jacobi([-1.0; 3])).unwrap_err();
        assert_eq!(error.to_string(), "not positive definite: r' M^-1 r is -1");
    }
}
