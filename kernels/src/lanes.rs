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

/// Four accumulators of eight lanes.
pub(crate) type Lanes = [[f64; 8]; 4];

/// The sum over `i` of `term([inputs[0][i], ..., inputs[S-1][i]])`. Slices must have equal lengths (the first one's
/// counts).
#[inline(always)]
pub(crate) fn reduce<const S: usize>(inputs: [&[f64]; S], term: impl Fn([f64; S]) -> f64) -> f64 {
    let n = inputs[0].len();
    let mut acc = [[0.0; 8]; 4];
    accumulate(&mut acc, inputs.map(|x| x[..n].as_chunks().0), &term);
    finish(&acc, inputs.map(|x| &x[n / 32 * 32..n]), &term)
}

/// Adds the terms of blocks of 32 elements.
#[inline(always)]
pub(crate) fn accumulate<const S: usize>(acc: &mut Lanes, blocks: [&[[f64; 32]]; S], term: &impl Fn([f64; S]) -> f64) {
    // A copy, so that the lanes stay in registers; equal lengths, so that nothing is checked in the loop.
    let mut lanes = *acc;
    let blocks = blocks.map(|x| &x[..blocks[0].len()]);
    for b in 0..blocks[0].len() {
        let block = blocks.map(|x| &x[b]);
        for u in 0..4 {
            for l in 0..8 {
                lanes[u][l] += term(block.map(|x| x[8 * u + l]));
            }
        }
    }
    *acc = lanes;
}

/// Adds up the lanes and the terms after the blocks of 32: `tails` have at most 31 elements.
#[inline(always)]
pub(crate) fn finish<const S: usize>(acc: &Lanes, tails: [&[f64]; S], term: &impl Fn([f64; S]) -> f64) -> f64 {
    let mut s = [0.0f64; 8];
    for l in 0..8 {
        s[l] = (acc[0][l] + acc[1][l]) + (acc[2][l] + acc[3][l]);
    }
    let n = tails[0].len();
    let tails = tails.map(|x| &x[..n]);
    let blocks = tails.map(|x| x.as_chunks::<8>().0);
    for b in 0..n / 8 {
        let block = blocks.map(|x| &x[b]);
        for l in 0..8 {
            s[l] += term(block.map(|x| x[l]));
        }
    }
    let mut rest = 0.0;
    for i in n / 8 * 8..n {
        rest += term(tails.map(|x| x[i]));
    }
    tree(&s) + rest
}
