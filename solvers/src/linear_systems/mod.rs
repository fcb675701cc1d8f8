//! Linear systems that several families solve.

pub mod krylov;
mod ldlt;
mod symmetric;

pub use ldlt::{Inertia, Ldlt, LdltError};
pub use symmetric::SparseSymmetric;
