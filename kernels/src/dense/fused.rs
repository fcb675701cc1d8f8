//! Pairs of operations in one pass over memory. Each result has the bits of the separate calls.

use crate::lanes::{finish, reduce};

kernel! {
    /// `(a'b, a'c)` in one pass over `a`.
    pub fn two_dots(a: &[f64], b: &[f64], c: &[f64]) -> (f64, f64) {
        debug_assert!(a.len() == b.len() && b.len() == c.len());
        let n = a.len().min(b.len()).min(c.len());
        let [ab, ac] = reduce([&a[..n], &b[..n], &c[..n]], |[a, b, c]| [a * b, a * c]);
        (ab, ac)
    }
}

/// `y += alpha x`, and the sum of `term(updated y_i, z_i)`.
#[inline(always)]
fn axpy_reduce(alpha: f64, x: &[f64], y: &mut [f64], z: &[f64], term: impl Fn([f64; 2]) -> [f64; 1]) -> f64 {
    let mut acc = [[0.0f64; 8]; 4];
    let (x_blocks, x_tail) = x.as_chunks::<32>();
    let (y_blocks, y_tail) = y.as_chunks_mut::<32>();
    let (z_blocks, z_tail) = z.as_chunks::<32>();
    for ((y, x), z) in y_blocks.iter_mut().zip(x_blocks).zip(z_blocks) {
        for u in 0..4 {
            for l in 0..8 {
                let i = 8 * u + l;
                y[i] += alpha * x[i];
                acc[u][l] += term([y[i], z[i]])[0];
            }
        }
    }
    for (y, &x) in y_tail.iter_mut().zip(x_tail) {
        *y += alpha * x;
    }
    finish([acc], [&*y_tail, z_tail], term)[0]
}

kernel! {
    /// `y += alpha x`, then `y'z` with the updated `y`: in coordinate descent, the residual update of one column and the
    /// gradient of the next.
    pub fn axpy_dot(alpha: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 {
        debug_assert!(x.len() == y.len() && y.len() == z.len());
        let n = x.len().min(y.len()).min(z.len());
        axpy_reduce(alpha, &x[..n], &mut y[..n], &z[..n], |[y, z]| [y * z])
    }
}

kernel! {
    /// `y += alpha x`, then `y'y` with the updated `y`.
    pub fn axpy_sum_squares(alpha: f64, x: &[f64], y: &mut [f64]) -> f64 {
        debug_assert_eq!(x.len(), y.len());
        let n = x.len().min(y.len());
        // x stands in for the second factor, which is not looked at.
        axpy_reduce(alpha, &x[..n], &mut y[..n], &x[..n], |[y, _]| [y * y])
    }
}
