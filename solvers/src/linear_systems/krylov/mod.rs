//! Krylov methods for large linear systems, over operators that only multiply.

mod conjugate_gradient;
mod minres;
mod projected_cg;

pub use conjugate_gradient::{ConjugateGradient, NotPositive};
pub use minres::Minres;
pub use projected_cg::{Ending, ProjectedCg, Projection};

/// A symmetric matrix that multiplies.
pub trait Operator {
    /// `y = A x`.
    fn multiply(&self, x: &[f64], y: &mut [f64]);
}

/// A symmetric positive definite approximation of an inverse; it may use scratch memory of its own.
pub trait Preconditioner {
    /// `z = M^{-1} r`.
    fn precondition(&mut self, r: &[f64], z: &mut [f64]);
}

/// The preconditioner that does nothing.
#[derive(Clone, Copy, Debug)]
pub struct Identity;

impl Preconditioner for Identity {
    fn precondition(&mut self, r: &[f64], z: &mut [f64]) {
        z.copy_from_slice(r);
    }
}
