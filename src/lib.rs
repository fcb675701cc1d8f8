//! Structured-optimisation solvers: deterministic to the bit, certified.
