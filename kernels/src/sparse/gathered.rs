//! Blocks of eight indices that are compared with the length before they are used unchecked.
//!
//! Measured (nanoseconds for one gather-dot, vector in the first-level cache for the first two columns, in the second
//! and beyond the caches for the others; see `benches/README.md` for the whole table):
//!
//! | | 50 entries | 200 entries | 32 000 | 500 000 of 8 M |
//! | --- | --- | --- | --- | --- |
//! | no check at all | 16.9 | 63.2 | 13 700 | 2.93e6 |
//! | **eight comparisons joined by `&`, one branch** | 17.9 | 63.8 | 13 800 | 2.91e6 |
//! | largest of the eight, one comparison | 18.7 | 68.9 | 14 100 | 2.81e6 |
//! | sign bits of `last - i` (vectorised by SSE2) | 22.3 | 83.1 | 14 600 | 3.08e6 |
//! | one AVX2 pass over all indices before | 21.7 | 73.0 | 14 800 | 3.08e6 |
//! | plain indexing in the block | 79 | 335 | 50 200 | 4.33e6 |
//!
//! So the check costs at most 6 %, and no type is needed that remembers one. The comparisons must stay scalar, and the
//! path that panics out of line.

/// `x` at the indices of a block. Panics if one is out of range.
#[inline(always)]
pub(super) fn gather(indices: &[u32; 8], x: &[f64]) -> [f64; 8] {
    let mut below = true;
    for &i in indices {
        below &= (i as usize) < x.len();
    }
    if below {
        // SAFETY: `below` is the conjunction of i < x.len() over the indices of this block, and `x` is not changed
        // between the comparison and the access.
        indices.map(|i| unsafe { *x.get_unchecked(i as usize) })
    } else {
        out_of_range(indices, x)
    }
}

/// Panics as slice indexing does, at the first bad index.
#[cold]
#[inline(never)]
fn out_of_range(indices: &[u32; 8], x: &[f64]) -> [f64; 8] {
    indices.map(|i| x[i as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_index_anywhere_in_the_block_panics() {
        for n in [0usize, 1, 5, 8] {
            let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
            for i in [0u32, 1, 4, 5, 7, 8, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
                for l in 0..8 {
                    let mut block = [0u32; 8];
                    block[l] = i;
                    let got = std::panic::catch_unwind(|| gather(&block, &x));
                    if n > 0 && (i as usize) < n {
                        assert_eq!(got.unwrap()[l], f64::from(i));
                    } else {
                        assert!(got.is_err(), "{i} in {n}");
                    }
                }
            }
        }
    }
}
