//! What a problem is: oracle traits, certificates, readers, generators.
//!
//! A problem is immutable, borrowed by the solver and never cloned. The class of generalised linear models is in [`glm`];
//! its parts are [`design`] (the matrix), [`datafit`] (losses), [`prox`] and [`sets`] (penalties and constraints). Nonlinear
//! programs are in [`nlp`], [`expression`] builds them with exact derivatives, and [`collection`] has test problems.

pub mod certificate;
pub mod collection;
pub mod datafit;
pub mod design;
mod error;
pub mod expression;
mod fingerprint;
pub mod formats;
pub mod generate;
pub mod glm;
pub mod graph;
pub mod nlp;
pub mod prox;
pub mod sets;

pub use design::Design;
pub use error::ProblemError;
pub use fingerprint::Fingerprint;

/// Sparse matrices at the border of the library.
pub type Sparse = sprs::CsMatI<f64, u32, usize>;
