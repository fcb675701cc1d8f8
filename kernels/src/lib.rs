//! Deterministic numerics on raw slices: every function returns the same bits on every instruction set and for any
//! number of threads.
//!
//! Reductions have a fixed layout of lanes (eight lanes, four accumulators, one tree), parallel reductions cut the data
//! into chunks of one fixed size ([`parallel::CHUNK`]) and combine them in a fixed order.

pub mod dense;
pub mod elementwise;
pub mod parallel;
pub mod sparse;
