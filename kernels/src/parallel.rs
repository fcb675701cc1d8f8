//! Parallel loops whose result does not depend on the number of threads.
//!
//! They run in the caller's current rayon pool. Waking a thread costs 20 to 60 us, so that work below about 100 us stays
//! on the calling thread; the decision depends on sizes alone and never changes a result.

use std::ops::Range;

/// Elements per chunk of a parallel reduction: part of every result, so never a tuning knob.
pub const CHUNK: usize = 4096;

/// Multiply-adds, or entries of a sparse matrix, that are worth a second thread.
const WORK: usize = 1 << 16;

/// `out[j] = f(j)` for every `j`, in parallel if `work` (an estimate in multiply-adds) is large enough to pay.
pub fn fill(out: &mut [f64], work: usize, f: impl Fn(usize) -> f64 + Sync) {
    for_parts(out, work, |start, part| {
        for (k, o) in part.iter_mut().enumerate() {
            *o = f(start + k);
        }
    });
}

/// Calls `f(start, part)` for consecutive parts that together make up `out`, `part[0]` being `out[start]`: for
/// elementwise loops, where the cuts cannot change the result. `work` is an estimate of the whole in multiply-adds.
pub fn for_parts<T: Send>(out: &mut [T], work: usize, f: impl Fn(usize, &mut [T]) + Sync) {
    if !out.is_empty() {
        let grain = grain(out.len(), work);
        split(out, 0, grain, &f);
    }
}

/// The number of items, out of `items` with `work` multiply-adds in all, below which a range is not divided any more. It
/// may depend on the number of threads, since the cuts of independent items and the tasks of a fixed tree do not show.
pub(crate) fn grain(items: usize, work: usize) -> usize {
    let threads = rayon::current_num_threads();
    if threads == 1 || work < WORK {
        return usize::MAX;
    }
    // Enough parts for stealing to even out the load, none so small that dividing costs more than it gains.
    let per_item = (work / items).max(1);
    items.div_ceil(8 * threads).max(WORK / 2 / per_item).max(1)
}

/// [`for_parts`] with parts of `grain` to `2 grain` elements.
pub(crate) fn split<T: Send>(out: &mut [T], start: usize, grain: usize, f: &(impl Fn(usize, &mut [T]) + Sync)) {
    if out.len() / 2 < grain {
        return f(start, out);
    }
    let middle = out.len() / 2;
    let (left, right) = out.split_at_mut(middle);
    rayon::join(|| split(left, start, grain, f), || split(right, start + middle, grain, f));
}

/// The sum over `0..n` of `f(range)`, where the ranges are chunks of [`CHUNK`] elements (the last one is shorter);
/// partial sums are added in a tree: neighbours first, the odd one carried. 0 for `n = 0`; `f(0..n)` for `n <= CHUNK`.
///
/// `f` should cost about as much as a dot product of the range; use [`map_reduce`] to say otherwise.
pub fn sum_chunks(n: usize, f: impl Fn(Range<usize>) -> f64 + Sync) -> f64 {
    map_reduce(n, n / 2, f, |a, b| a + b).unwrap_or(0.0)
}

/// Maps the chunks of `0..n` ([`CHUNK`] elements each, the last one shorter) and combines the results in a tree:
/// neighbours first, the odd one carried. `None` for `n = 0`. `work` estimates the whole in multiply-adds.
///
/// The tree depends on `n` alone, so `combine` need not be associative for the result to be the same on any number of
/// threads.
///
/// ```
/// use thalweg_kernels::parallel::map_reduce;
/// let x: Vec<f64> = (0..100_000).map(f64::from).collect();
/// let largest = map_reduce(x.len(), x.len(), |r| x[r].iter().copied().fold(0.0, f64::max), f64::max);
/// assert_eq!(largest, Some(99_999.0));
/// ```
pub fn map_reduce<T: Send>(
    n: usize,
    work: usize,
    map: impl Fn(Range<usize>) -> T + Sync,
    combine: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    if n == 0 {
        return None;
    }
    let chunks = n.div_ceil(CHUNK);
    let grain = grain(chunks, work);
    let leaf = |c: usize| map(c * CHUNK..n.min((c + 1) * CHUNK));
    Some(tree(0, chunks, grain, &leaf, &combine))
}

/// Pairing neighbours level by level, the odd one carried, is the same tree as cutting at the largest power of two below
/// the length; cut that way it needs no buffer, and the halves can run on different threads.
fn tree<T: Send>(
    first: usize,
    len: usize,
    grain: usize,
    leaf: &(impl Fn(usize) -> T + Sync),
    combine: &(impl Fn(T, T) -> T + Sync),
) -> T {
    if len == 1 {
        return leaf(first);
    }
    let half = len.next_power_of_two() / 2;
    let left = || tree(first, half, grain, leaf, combine);
    let right = || tree(first + half, len - half, grain, leaf, combine);
    let (a, b) = if len > grain { rayon::join(left, right) } else { (left(), right()) };
    combine(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as the documentation words it.
    fn by_levels(mut parts: Vec<String>) -> String {
        while parts.len() > 1 {
            parts = parts
                .chunks(2)
                .map(|p| if p.len() == 2 { format!("({}{})", p[0], p[1]) } else { p[0].clone() })
                .collect();
        }
        parts.remove(0)
    }

    #[test]
    fn the_tree_pairs_neighbours_and_carries_the_odd_one() {
        for chunks in 1..70 {
            let n = chunks * CHUNK - 5;
            for work in [0, usize::MAX] {
                let got = map_reduce(n, work, |r| format!("[{}]", r.start / CHUNK), |a, b| format!("({a}{b})"));
                assert_eq!(got, Some(by_levels((0..chunks).map(|c| format!("[{c}]")).collect())));
            }
        }
        assert_eq!(map_reduce(0, 0, |_| 1, |a, b| a + b), None);
    }

    #[test]
    fn chunks_cover_the_range_once() {
        for n in [1, CHUNK - 1, CHUNK, CHUNK + 1, 50 * CHUNK + 3] {
            assert_eq!(map_reduce(n, usize::MAX, |r| r.len(), |a, b| a + b), Some(n));
        }
    }

    #[test]
    fn fill_and_for_parts_reach_every_element() {
        for n in [0, 1, 2, 3, 1000, 70_000] {
            for work in [0, n, 1 << 16, 1 << 30] {
                let mut out = vec![0.0; n];
                fill(&mut out, work, |j| j as f64);
                assert!(out.iter().enumerate().all(|(j, &o)| o == j as f64));
                let mut index = vec![0usize; n];
                for_parts(&mut index, work, |start, part| {
                    for (k, o) in part.iter_mut().enumerate() {
                        *o = start + k;
                    }
                });
                assert!(index.iter().enumerate().all(|(j, &o)| o == j));
            }
        }
    }
}
