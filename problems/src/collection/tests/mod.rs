//! Every problem against differences, its known solution, and its sizes.

mod dense;
mod derivatives;
mod registry;
mod solutions;
mod solver;

use super::{Record, nlp_records};

/// The smallest size of a family but a few steps, so that every kind of row occurs.
fn small_sizes(record: &Record) -> Vec<usize> {
    record.parameters.iter().map(|p| p.least + 3 * p.step).collect()
}
