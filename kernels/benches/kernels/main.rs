//! Benches of the kernels beside the naive loop, the standard library and, with `--features peers`, faer, ndarray and
//! sprs.
//!
//! ```text
//! cargo bench -p thalweg-kernels --features peers [-- FILTER]
//! ```
//!
//! Throughput counts the bytes that the loop names: 16 per element for a copy and a dot product, 24 for axpy, and so on.
//! `copy` in the group of a size is the bandwidth to compare with.

#![allow(missing_docs, clippy::unwrap_used, reason = "criterion defines undocumented items; a bench may panic")]

mod dense;
mod elementwise;
mod sparse;
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use std::time::Duration;

fn configuration() -> Criterion {
    Criterion::default()
        .sample_size(15)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .without_plots()
}

criterion_group! {
    name = benches;
    config = configuration();
    targets = dense::vectors, dense::matrices, dense::two_threads, elementwise::functions, sparse::columns,
        sparse::products
}
criterion_main!(benches);
