//! Products of compressed matrices with vectors, shared among threads by number of entries.

use super::column::{axpy_with, dot_with};
use super::value::{Entries, Ones, Value};
use crate::dense::axpy;
use crate::parallel::{for_parts, grain};
use rayon::prelude::*;

/// Entries that are worth a buffer, whatever its size.
const PART: usize = 1 << 15;

/// Buffers of a scattered product; a constant, since the partial sums are part of the result.
const BUFFERS: usize = 8;

/// `y_j = sum over line j of values_k x[indices_k]`: A x for CSR, A'x for CSC. Line j has the bits of
/// [`gather_dot`](super::gather_dot).
///
/// Lines are independent; they are shared among threads so that each part has about the same number of entries. One line
/// is never divided.
///
/// # Panics
///
/// If `offsets.len() != y.len() + 1`, if the offsets decrease or end beyond the entries, or if an index is not below
/// `x.len()`.
///
/// ```
/// // The rows (5, 0, 7) and (0, 2, 0), stored by rows.
/// let (offsets, indices, values) = ([0, 2, 3], [0, 2, 1], [5.0, 7.0, 2.0]);
/// let mut y = [0.0; 2];
/// thalweg_kernels::sparse::gather_product(&offsets, &indices, &values, &[1.0, 10.0, 100.0], &mut y);
/// assert_eq!(y, [705.0, 20.0]);
/// ```
#[inline]
pub fn gather_product<V: Value>(offsets: &[usize], indices: &[u32], values: &[V], x: &[f64], y: &mut [f64]) {
    V::gather_product(offsets, indices, values, x, y);
}

/// [`gather_product`] of a matrix whose stored entries are all 1.
pub fn gather_product_pattern(offsets: &[usize], indices: &[u32], x: &[f64], y: &mut [f64]) {
    gather_with(offsets, indices, Ones, x, y);
}

/// `y[indices_k] = sum over lines j, and k in line j, of x_j values_k`: A x for CSC, A'x for CSR. y is overwritten.
///
/// A matrix with many entries per element of y is cut at line boundaries into up to 8 parts of about the same number of
/// entries, whose sums are added in order; how many is decided by the shape of the matrix alone. `scratch` is resized to
/// at most `7 y.len()`; keep it between calls. Where this product dominates, a transposed copy of the matrix and
/// [`gather_product`] are faster.
///
/// Lines whose `x_j` is zero are skipped, so an infinite or NaN entry in them does not show.
///
/// # Panics
///
/// If `offsets.len() != x.len() + 1`, if the offsets decrease or end beyond the entries, or if an index is not below
/// `y.len()`.
#[inline]
pub fn scatter_product<V: Value>(
    offsets: &[usize],
    indices: &[u32],
    values: &[V],
    x: &[f64],
    y: &mut [f64],
    scratch: &mut Vec<f64>,
) {
    V::scatter_product(offsets, indices, values, x, y, scratch);
}

/// [`scatter_product`] of a matrix whose stored entries are all 1.
pub fn scatter_product_pattern(offsets: &[usize], indices: &[u32], x: &[f64], y: &mut [f64], scratch: &mut Vec<f64>) {
    scatter_with(offsets, indices, Ones, x, y, scratch);
}

pub(super) fn gather_with<E: Entries>(offsets: &[usize], indices: &[u32], values: E, x: &[f64], y: &mut [f64]) {
    assert_eq!(offsets.len(), y.len() + 1, "one offset more than lines");
    debug_assert!(values.count() == usize::MAX || values.count() == indices.len());
    let weight = weight(offsets, y.len()).max(1);
    gather_lines(offsets, indices, values, x, y, grain(weight, weight));
}

/// What the first `lines` lines cost: their entries, and one for each line.
fn weight(offsets: &[usize], lines: usize) -> usize {
    offsets[lines].saturating_sub(offsets[0]) + lines
}

fn gather_lines<E: Entries>(offsets: &[usize], indices: &[u32], values: E, x: &[f64], y: &mut [f64], grain: usize) {
    if y.len() > 1 && weight(offsets, y.len()) / 2 >= grain {
        let middle = middle_line(offsets);
        let (left, right) = y.split_at_mut(middle);
        rayon::join(
            || gather_lines(&offsets[..=middle], indices, values, x, left, grain),
            || gather_lines(&offsets[middle..], indices, values, x, right, grain),
        );
        return;
    }
    for (y, range) in y.iter_mut().zip(offsets.windows(2)) {
        let range = range[0]..range[1];
        *y = dot_with(&indices[range.clone()], values.range(range), x);
    }
}

/// The line, neither the first nor one past the last, at which half of the entries and lines are passed.
fn middle_line(offsets: &[usize]) -> usize {
    let lines = offsets.len() - 1;
    let (mut low, mut high) = (1, lines - 1);
    let half = weight(offsets, lines) / 2;
    while low < high {
        let middle = low + (high - low) / 2;
        if weight(offsets, middle) < half {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

pub(super) fn scatter_with<E: Entries>(
    offsets: &[usize],
    indices: &[u32],
    values: E,
    x: &[f64],
    y: &mut [f64],
    scratch: &mut Vec<f64>,
) {
    assert_eq!(offsets.len(), x.len() + 1, "one offset more than lines");
    debug_assert!(values.count() == usize::MAX || values.count() == indices.len());
    y.fill(0.0);
    let entries = offsets[x.len()].saturating_sub(offsets[0]);
    // A buffer costs three passes over y; a part should be worth many times that.
    let rows = y.len();
    let parts = (entries / rows.saturating_mul(16).max(PART)).clamp(1, BUFFERS);
    if parts == 1 {
        return scatter_lines(offsets, indices, values, x, y);
    }
    scratch.clear();
    scratch.resize((parts - 1) * rows, 0.0);
    let cut = |part: usize| match part {
        0 => 0,
        p if p == parts => x.len(),
        p => offsets.partition_point(|&o| o < offsets[0] + entries / parts * p).min(x.len()),
    };
    let scatter_part = |part: usize, y: &mut [f64]| {
        let (first, last) = (cut(part), cut(part + 1));
        scatter_lines(&offsets[first..=last], indices, values, &x[first..last], y);
    };
    rayon::join(
        || scatter_part(0, y),
        || scratch.par_chunks_mut(rows).enumerate().for_each(|(b, buffer)| scatter_part(b + 1, buffer)),
    );
    for_parts(y, parts * rows, |start, y| {
        for buffer in scratch.chunks(rows) {
            axpy(1.0, &buffer[start..start + y.len()], y);
        }
    });
}

fn scatter_lines<E: Entries>(offsets: &[usize], indices: &[u32], values: E, x: &[f64], y: &mut [f64]) {
    for (&x, range) in x.iter().zip(offsets.windows(2)) {
        if x != 0.0 {
            let range = range[0]..range[1];
            axpy_with(x, &indices[range.clone()], values.range(range), y);
        }
    }
}
