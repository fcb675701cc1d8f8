//! Blocks of indices that are compared with a length before they are used without further checks.

/// Whether every index is below `n` (and below 2^31: a vector longer than that takes the checked path).
///
/// `i < n` for n <= 2^31 means that neither `i` nor `n - 1 - i`, as 32-bit words, has its sign bit set, so that a block
/// needs a subtraction and two bit-ors per four indices even on SSE2, which has no unsigned comparison.
#[inline(always)]
fn all_below<const N: usize>(indices: &[u32; N], n: usize) -> bool {
    if n == 0 {
        return N == 0;
    }
    let last = (n - 1).min(0x7fff_ffff) as u32;
    let mut signs = 0u32;
    for &i in indices {
        signs |= i | last.wrapping_sub(i);
    }
    signs >> 31 == 0
}

/// `x` at the indices of a block. Panics if one is out of range.
#[inline(always)]
pub(super) fn gather<const N: usize>(indices: &[u32; N], x: &[f64]) -> [f64; N] {
    if all_below(indices, x.len()) {
        // SAFETY: `all_below` returned true: every i is at most min(x.len() - 1, 2^31 - 1), hence in bounds.
        indices.map(|i| unsafe { *x.get_unchecked(i as usize) })
    } else {
        indices.map(|i| x[i as usize])
    }
}

/// `f(l, &mut x[indices[l]])` for l in ascending order, so that repeated indices accumulate. Panics at the first index
/// that is out of range.
#[inline(always)]
pub(super) fn scatter<const N: usize>(indices: &[u32; N], x: &mut [f64], mut f: impl FnMut(usize, &mut f64)) {
    if all_below(indices, x.len()) {
        for (l, &i) in indices.iter().enumerate() {
            // SAFETY: as in `gather`; the exclusive borrow ends before the next one begins.
            f(l, unsafe { x.get_unchecked_mut(i as usize) });
        }
    } else {
        for (l, &i) in indices.iter().enumerate() {
            f(l, &mut x[i as usize]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_below_exactly_when_every_index_is() {
        let edge = [0u32, 1, 2, 7, 8, 9, 0x7fff_fffe, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffe, 0xffff_ffff];
        for n in [0usize, 1, 2, 3, 8, 9, 10, 0x7fff_ffff, 0x8000_0000] {
            for &i in &edge {
                for l in 0..8 {
                    let mut block = [0u32; 8];
                    block[l] = i;
                    assert_eq!(all_below(&block, n), n > 0 && (i as usize) < n, "{i} in {n}");
                }
            }
        }
        // Above 2^31 the answer may be a false "no", never a false "yes".
        for n in [0x8000_0001usize, 0xffff_ffff, 0x1_0000_0000, usize::MAX] {
            for &i in &edge {
                assert!(!all_below(&[i; 4], n) || (i as usize) < n);
            }
        }
    }
}
