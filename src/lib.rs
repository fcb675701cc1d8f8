//! Structured-optimisation solvers: deterministic to the bit, certified.

#[cfg(feature = "plot")]
pub mod report;
