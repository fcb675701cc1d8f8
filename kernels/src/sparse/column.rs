//! One sparse column against dense vectors.
//!
//! These do not go through the dispatch: given AVX-512, LLVM replaces the eight loads by its own gathers with 64-bit
//! indices, which are slower than the baseline's code.

use super::value::{Entries, Ones, Value};
use crate::lanes::tree_inline;

/// Indices and values of one column must match; the common prefix is used otherwise, and debug builds assert it.
#[inline(always)]
fn matching<E: Entries>(indices: &[u32], values: E) -> (&[u32], E) {
    debug_assert!(values.count() == usize::MAX || values.count() == indices.len());
    let n = indices.len().min(values.count());
    (&indices[..n], values.range(0..n))
}

/// `x` at eight indices.
///
/// Checked indexing in a plain loop: 3 to 6 % slower than unchecked access where x is in the first-level cache, equal
/// elsewhere, which is too little to pay for with `unsafe` or with a type that remembers a check. (The same through
/// `array::map` is five times slower.)
#[inline(always)]
fn gather(indices: &[u32; 8], x: &[f64]) -> [f64; 8] {
    let mut gathered = [0.0; 8];
    for l in 0..8 {
        gathered[l] = x[indices[l] as usize];
    }
    gathered
}

#[inline(always)]
pub(super) fn dot_with<E: Entries>(indices: &[u32], values: E, x: &[f64]) -> f64 {
    let (indices, values) = matching(indices, values);
    let (blocks, tail) = indices.as_chunks::<8>();
    let mut s = [0.0f64; 8];
    for (block, v) in blocks.iter().zip(values.blocks()) {
        let x = gather(block, x);
        for l in 0..8 {
            s[l] += v[l] * x[l];
        }
    }
    let mut t = 0.0;
    for (&i, v) in tail.iter().zip(values.range(indices.len() - tail.len()..indices.len()).each()) {
        t += v * x[i as usize];
    }
    tree_inline(&s) + t
}

#[inline(always)]
pub(super) fn weighted_dot_with<E: Entries>(indices: &[u32], values: E, w: &[f64], x: &[f64]) -> f64 {
    let (indices, values) = matching(indices, values);
    debug_assert_eq!(w.len(), x.len());
    let (blocks, tail) = indices.as_chunks::<8>();
    let mut s = [0.0f64; 8];
    for (block, v) in blocks.iter().zip(values.blocks()) {
        let (w, x) = (gather(block, w), gather(block, x));
        for l in 0..8 {
            s[l] += v[l] * (w[l] * x[l]);
        }
    }
    let mut t = 0.0;
    for (&i, v) in tail.iter().zip(values.range(indices.len() - tail.len()..indices.len()).each()) {
        t += v * (w[i as usize] * x[i as usize]);
    }
    tree_inline(&s) + t
}

// Here too unchecked access was not faster; the blocks unroll the loop.
#[inline(always)]
pub(super) fn axpy_with<E: Entries>(alpha: f64, indices: &[u32], values: E, x: &mut [f64]) {
    let (indices, values) = matching(indices, values);
    let (blocks, tail) = indices.as_chunks::<8>();
    for (block, v) in blocks.iter().zip(values.blocks()) {
        for l in 0..8 {
            x[block[l] as usize] += alpha * v[l];
        }
    }
    for (&i, v) in tail.iter().zip(values.range(indices.len() - tail.len()..indices.len()).each()) {
        x[i as usize] += alpha * v;
    }
}

#[inline(always)]
pub(super) fn weighted_axpy_with<E: Entries>(alpha: f64, indices: &[u32], values: E, w: &[f64], x: &mut [f64]) {
    let (indices, values) = matching(indices, values);
    debug_assert_eq!(w.len(), x.len());
    let (blocks, tail) = indices.as_chunks::<8>();
    for (block, v) in blocks.iter().zip(values.blocks()) {
        for l in 0..8 {
            let i = block[l] as usize;
            x[i] += alpha * (w[i] * v[l]);
        }
    }
    for (&i, v) in tail.iter().zip(values.range(indices.len() - tail.len()..indices.len()).each()) {
        x[i as usize] += alpha * (w[i as usize] * v);
    }
}

/// `sum of values_k x[indices_k]`.
///
/// # Panics
///
/// As all functions of this module, if an index is not below the length of a dense vector.
#[inline]
pub fn gather_dot<V: Value>(indices: &[u32], values: &[V], x: &[f64]) -> f64 {
    V::gather_dot(indices, values, x)
}

/// `sum of values_k (w[indices_k] x[indices_k])`.
#[inline]
pub fn gather_weighted_dot<V: Value>(indices: &[u32], values: &[V], w: &[f64], x: &[f64]) -> f64 {
    V::gather_weighted_dot(indices, values, w, x)
}

/// `x[indices_k] += alpha values_k`, in the order of k.
#[inline]
pub fn scatter_axpy<V: Value>(alpha: f64, indices: &[u32], values: &[V], x: &mut [f64]) {
    V::scatter_axpy(alpha, indices, values, x);
}

/// `x[indices_k] += alpha (w[indices_k] values_k)`, in the order of k.
#[inline]
pub fn scatter_weighted_axpy<V: Value>(alpha: f64, indices: &[u32], values: &[V], w: &[f64], x: &mut [f64]) {
    V::scatter_weighted_axpy(alpha, indices, values, w, x);
}

/// `sum of x[indices_k]`.
pub fn gather_sum(indices: &[u32], x: &[f64]) -> f64 {
    dot_with(indices, Ones, x)
}

/// `sum of w[indices_k] x[indices_k]`.
pub fn gather_weighted_sum(indices: &[u32], w: &[f64], x: &[f64]) -> f64 {
    weighted_dot_with(indices, Ones, w, x)
}

/// `x[indices_k] += alpha`, in the order of k.
pub fn scatter_add(alpha: f64, indices: &[u32], x: &mut [f64]) {
    axpy_with(alpha, indices, Ones, x);
}

/// `x[indices_k] += alpha w[indices_k]`, in the order of k.
pub fn scatter_weighted_add(alpha: f64, indices: &[u32], w: &[f64], x: &mut [f64]) {
    weighted_axpy_with(alpha, indices, Ones, w, x);
}
