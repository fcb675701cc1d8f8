//! W. Hock, K. Schittkowski, Test Examples for Nonlinear Programming Codes, Springer 1981; numbers as there.

mod equalities;

pub(super) use equalities::PROBLEMS as EQUALITIES;
pub(super) use equalities::{hs39, hs51_objective, hs77_objective, hs79_objective};

/// The citation.
const SOURCE: &str = "Hock, Schittkowski 1981";
