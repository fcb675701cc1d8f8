//! Linear systems that several families solve.

pub mod krylov;
