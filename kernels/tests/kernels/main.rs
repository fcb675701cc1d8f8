//! Tests of the kernels from outside: one binary, a file per subject.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests, their helpers included")]

mod accuracy;
mod bits;
mod dense;
mod double_double;
mod level;
mod sparse;
mod support;
mod threads;
