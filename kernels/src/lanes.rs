//! The one layout of every dense reduction: 4 accumulators of 8 lanes over blocks of 32, 8 lanes over the blocks of 8
//! that remain, one tree over the lanes, plus a sequential sum of the last 0 to 7 terms.

/// The sum of eight lanes in one fixed order.
///
/// Out of line on purpose: the lanes have to leave the vector code through memory. When this is inlined, LLVM starts
/// packing from the tree and emits 128-bit code in the AVX2 and AVX-512 copies, half as fast.
#[inline(never)]
pub(crate) fn tree(s: &[f64; 8]) -> f64 {
    tree_inline(s)
}

/// [`tree`] for code that has no vectors to lose.
#[inline(always)]
pub(crate) fn tree_inline(s: &[f64; 8]) -> f64 {
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

/// Sums over `i` of the `O` numbers `term([inputs[0][i], ..., inputs[S-1][i]])`. Slices must have equal lengths (the
/// first one's counts).
#[inline(always)]
pub(crate) fn reduce<const S: usize, const O: usize>(
    inputs: [&[f64]; S],
    term: impl Fn([f64; S]) -> [f64; O],
) -> [f64; O] {
    let n = inputs[0].len();
    let inputs = inputs.map(|x| &x[..n]);
    let blocks = inputs.map(|x| x.as_chunks::<32>().0);
    let mut acc = [[[0.0f64; 8]; 4]; O];
    for b in 0..n / 32 {
        let block = blocks.map(|x| &x[b]);
        for u in 0..4 {
            for l in 0..8 {
                let t = term(block.map(|x| x[8 * u + l]));
                for o in 0..O {
                    acc[o][u][l] += t[o];
                }
            }
        }
    }
    finish(acc, inputs.map(|x| &x[n / 32 * 32..]), term)
}

/// The rest of a reduction after the blocks of 32: `tails` have at most 31 elements.
#[inline(always)]
pub(crate) fn finish<const S: usize, const O: usize>(
    acc: [[[f64; 8]; 4]; O],
    tails: [&[f64]; S],
    term: impl Fn([f64; S]) -> [f64; O],
) -> [f64; O] {
    let mut s = [[0.0f64; 8]; O];
    for o in 0..O {
        for l in 0..8 {
            s[o][l] = (acc[o][0][l] + acc[o][1][l]) + (acc[o][2][l] + acc[o][3][l]);
        }
    }
    let n = tails[0].len();
    let tails = tails.map(|x| &x[..n]);
    let blocks = tails.map(|x| x.as_chunks::<8>().0);
    for b in 0..n / 8 {
        let block = blocks.map(|x| &x[b]);
        for l in 0..8 {
            let t = term(block.map(|x| x[l]));
            for o in 0..O {
                s[o][l] += t[o];
            }
        }
    }
    let mut rest = [0.0f64; O];
    for i in n / 8 * 8..n {
        let t = term(tails.map(|x| x[i]));
        for o in 0..O {
            rest[o] += t[o];
        }
    }
    let mut out = [0.0; O];
    for o in 0..O {
        out[o] = tree(&s[o]) + rest[o];
    }
    out
}
