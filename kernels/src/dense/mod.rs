//! Dense vectors and column-major matrices.
//!
//! Slices of one call must have matching lengths; the common prefix is used otherwise, and debug builds assert it.

mod fused;
mod matrix;
mod reductions;
mod updates;

pub use fused::{axpy_dot, axpy_sum_squares, two_dots};
pub use matrix::{gemv, gemv_transposed};
pub use reductions::{
    dot, nrm_inf, nrm1, nrm2, sum, sum_deviations, sum_squared_deviations, sum_squares, weighted_dot,
    weighted_sum_deviations, weighted_sum_squared_deviations, weighted_sum_squares,
};
pub use updates::{axpby, axpy, scale, scaled_add, soft_threshold, weighted_axpy};
