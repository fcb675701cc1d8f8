//! Parallel loops whose result does not depend on the number of threads.

use rayon::prelude::*;
use std::ops::Range;

/// Elements per chunk of a parallel reduction: part of every result, so never a tuning knob.
pub const CHUNK: usize = 4096;

/// `out[j] = f(j)` for every `j`, in parallel if `work` (an estimate in multiply-adds) is large enough to pay.
pub fn fill(out: &mut [f64], work: usize, f: impl Fn(usize) -> f64 + Sync) {
    if work < 1 << 16 {
        for (j, o) in out.iter_mut().enumerate() {
            *o = f(j);
        }
    } else {
        let block = (out.len() / 64).clamp(1, CHUNK);
        out.par_chunks_mut(block).enumerate().for_each(|(b, part)| {
            for (k, o) in part.iter_mut().enumerate() {
                *o = f(b * block + k);
            }
        });
    }
}

/// The sum over `0..n` of `f(range)`, where the ranges are chunks of [`CHUNK`] elements; partial sums are added in the
/// order of the chunks.
pub fn sum_chunks(n: usize, f: impl Fn(Range<usize>) -> f64 + Sync) -> f64 {
    let chunk = |c: usize| f(c * CHUNK..n.min((c + 1) * CHUNK));
    let chunks = n.div_ceil(CHUNK);
    if chunks < 32 {
        return (0..chunks).map(chunk).fold(0.0, |a, b| a + b);
    }
    let parts: Vec<f64> = (0..chunks).into_par_iter().map(chunk).collect();
    parts.iter().fold(0.0, |a, b| a + b)
}
