//! L. Luksan, J. Vlcek, "Sparse and partially separable test problems for unconstrained and equality constrained
//! optimization", Report V-767, Prague 1999: problems 5.1 to 5.18 without 5.9.
//!
//! The `LUKVLE` problems of CUTEst differ from these in details. Problem 5.9 is left out: its sources disagree.

mod blocks;
mod chained;

pub(super) use blocks::PROBLEMS as BLOCKS;
pub(super) use chained::PROBLEMS as CHAINED;

use crate::expression::{Model, Variable};

/// The citation.
const SOURCE: &str = "Luksan, Vlcek, Report V-767, 1999";

/// `n` variables whose start repeats these values.
fn cyclic(m: &mut Model, n: usize, start: &[f64]) -> Vec<Variable> {
    m.free_vector("x", start.iter().copied().cycle().take(n))
}
