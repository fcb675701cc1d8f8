//! W. Hock, K. Schittkowski, Test Examples for Nonlinear Programming Codes, Springer 1981; numbers as there.

mod equalities;
mod inequalities;

pub(super) use equalities::PROBLEMS as EQUALITIES;
pub(super) use equalities::{hs39, hs51_objective, hs77_objective, hs79_objective};
pub(super) use inequalities::PROBLEMS as INEQUALITIES;

/// The citation.
const SOURCE: &str = "Hock, Schittkowski 1981";
