//! Krylov methods for large linear systems, over operators that only multiply.

mod conjugate_gradient;

pub use conjugate_gradient::{ConjugateGradient, NotPositive};

/// A symmetric positive definite matrix that multiplies.
pub trait Operator {
    /// `y = A x`.
    fn multiply(&self, x: &[f64], y: &mut [f64]);
}

/// A symmetric positive definite approximation of an inverse; it may use scratch memory of its own.
pub trait Preconditioner {
    /// `z = M^{-1} r`.
    fn precondition(&mut self, r: &[f64], z: &mut [f64]);
}
