//! Guarantees of the papers, recorded values, invariance.

mod games;
