//! Pairs of operations in one pass over memory. Each result has the bits of the separate calls.
//!
//! A pass is made in pieces that stay in the first-level cache, one operation after the other: with both in one loop the
//! accumulators would not fit in the registers, and the loop would be several times slower where memory is not the limit.

use crate::lanes::{Lanes, accumulate, finish};

/// Blocks of 32 elements per piece: 12 KiB for three vectors.
const PIECE: usize = 16;

kernel! {
    /// `(a'b, a'c)` in one pass over `a`.
    pub fn two_dots(a: &[f64], b: &[f64], c: &[f64]) -> (f64, f64) {
        debug_assert!(a.len() == b.len() && b.len() == c.len());
        let n = a.len().min(b.len()).min(c.len());
        let term = |[x, y]: [f64; 2]| x * y;
        let ((a, a_tail), (b, b_tail), (c, c_tail)) =
            (a[..n].as_chunks(), b[..n].as_chunks(), c[..n].as_chunks());
        let (mut ab, mut ac): (Lanes, Lanes) = ([[0.0; 8]; 4], [[0.0; 8]; 4]);
        for ((a, b), c) in a.chunks(PIECE).zip(b.chunks(PIECE)).zip(c.chunks(PIECE)) {
            accumulate(&mut ab, [a, b], &term);
            accumulate(&mut ac, [a, c], &term);
        }
        (finish(&ab, [a_tail, b_tail], &term), finish(&ac, [a_tail, c_tail], &term))
    }
}

kernel! {
    /// `y += alpha x`, then `y'z` with the updated `y`: in coordinate descent, the residual update of one column and the
    /// gradient of the next.
    pub fn axpy_dot(alpha: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 {
        debug_assert!(x.len() == y.len() && y.len() == z.len());
        let n = x.len().min(y.len()).min(z.len());
        let term = |[y, z]: [f64; 2]| y * z;
        let mut acc = [[0.0; 8]; 4];
        let (z, z_tail) = z[..n].as_chunks();
        let y_tail = axpy_in_pieces(alpha, &x[..n], &mut y[..n], |piece, y| {
            accumulate(&mut acc, [y, &z[PIECE * piece..][..y.len()]], &term);
        });
        finish(&acc, [y_tail, z_tail], &term)
    }
}

kernel! {
    /// `y += alpha x`, then `y'y` with the updated `y`.
    pub fn axpy_sum_squares(alpha: f64, x: &[f64], y: &mut [f64]) -> f64 {
        debug_assert_eq!(x.len(), y.len());
        let n = x.len().min(y.len());
        let term = |[y]: [f64; 1]| y * y;
        let mut acc = [[0.0; 8]; 4];
        let y_tail = axpy_in_pieces(alpha, &x[..n], &mut y[..n], |_, y| accumulate(&mut acc, [y], &term));
        finish(&acc, [y_tail], &term)
    }
}

/// `y += alpha x`; calls `then(i, updated)` after piece i of whole blocks, and returns the updated tail.
#[inline(always)]
fn axpy_in_pieces<'a>(alpha: f64, x: &[f64], y: &'a mut [f64], mut then: impl FnMut(usize, &[[f64; 32]])) -> &'a [f64] {
    let (x_blocks, x_tail) = x.as_chunks::<32>();
    let (y_blocks, y_tail) = y.as_chunks_mut::<32>();
    for (i, (x, y)) in x_blocks.chunks(PIECE).zip(y_blocks.chunks_mut(PIECE)).enumerate() {
        for (y, &x) in y.as_flattened_mut().iter_mut().zip(x.as_flattened()) {
            *y += alpha * x;
        }
        then(i, y);
    }
    for (y, &x) in y_tail.iter_mut().zip(x_tail) {
        *y += alpha * x;
    }
    y_tail
}
