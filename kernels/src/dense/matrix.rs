//! Column-major dense matrices times vectors.
//!
//! A matrix is a slice `a` and a `stride >= rows`: entry (i, j) is `a[j * stride + i]`.

use super::reductions::dot;
use crate::parallel::{for_parts, grain, split, sum_chunks};

/// Rows that are updated together: long enough for the processor to prefetch the columns, and their part of y stays in
/// the second-level cache.
const ROWS: usize = 4096;

/// The fewest rows that one thread takes; shorter pieces of columns are read much more slowly.
const ROWS_PER_PART: usize = 1024;

kernel! {
    /// `y += alpha_0 a_0 + alpha_1 a_1 + alpha_2 a_2 + alpha_3 a_3`, added from the left: four calls of axpy, with y
    /// loaded and stored once.
    fn axpy4(alpha: [f64; 4], a: [&[f64]; 4], y: &mut [f64]) {
        let n = y.len();
        let [a0, a1, a2, a3] = a;
        let (a0, a1, a2, a3) = (&a0[..n], &a1[..n], &a2[..n], &a3[..n]);
        for i in 0..n {
            y[i] = (((y[i] + alpha[0] * a0[i]) + alpha[1] * a1[i]) + alpha[2] * a2[i]) + alpha[3] * a3[i];
        }
    }
}

/// `y = alpha A x + beta y` with A of `y.len()` rows and `x.len()` columns; `beta = 0` overwrites y, whatever it holds.
///
/// Each `y_i` starts as `beta y_i`, then the products `(alpha x_j) a_ij` are added in ascending j. Rows are shared among
/// threads.
///
/// # Panics
///
/// If `stride < y.len()` or `a` is shorter than `(x.len() - 1) * stride + y.len()`.
///
/// ```
/// // The columns (1, 2) and (3, 4), each followed by one unused element.
/// let a = [1.0, 2.0, f64::NAN, 3.0, 4.0, f64::NAN];
/// let mut y = [0.0; 2];
/// thalweg_kernels::dense::gemv(1.0, &a, 3, &[10.0, 1.0], 0.0, &mut y);
/// assert_eq!(y, [13.0, 24.0]);
/// ```
pub fn gemv(alpha: f64, a: &[f64], stride: usize, x: &[f64], beta: f64, y: &mut [f64]) {
    check_shape(a, stride, y.len(), x.len());
    let work = y.len().saturating_mul(x.len());
    let grain = grain(y.len().max(1), work).max(ROWS_PER_PART);
    split(y, 0, grain, &|first, part: &mut [f64]| {
        for (block, y) in part.chunks_mut(ROWS).enumerate() {
            let first = first + block * ROWS;
            if beta == 0.0 {
                y.fill(0.0);
            } else if beta != 1.0 {
                super::scale(beta, y);
            }
            add_columns(alpha, a, stride, x, first, y);
        }
    });
}

/// `y += alpha A[first.., :] x` for the rows of y.
fn add_columns(alpha: f64, a: &[f64], stride: usize, x: &[f64], first: usize, y: &mut [f64]) {
    let rows = y.len();
    let column = |j: usize| &a[j * stride + first..][..rows];
    let (fours, rest) = x.as_chunks::<4>();
    for (b, x) in fours.iter().enumerate() {
        let j = 4 * b;
        axpy4(x.map(|x| alpha * x), [column(j), column(j + 1), column(j + 2), column(j + 3)], y);
    }
    for (k, &x) in rest.iter().enumerate() {
        super::axpy(alpha * x, column(4 * fours.len() + k), y);
    }
}

/// `y = alpha A'x + beta y` with A of `x.len()` rows and `y.len()` columns; `beta = 0` overwrites y.
///
/// Each `y_j` is `alpha s`, or `beta y_j + alpha s`, where s is the dot product of column j and x over chunks of
/// [`CHUNK`](crate::parallel::CHUNK) rows ([`sum_chunks`]). Columns, and the rows of long columns, are shared among threads.
///
/// # Panics
///
/// If `stride < x.len()` or `a` is shorter than `(y.len() - 1) * stride + x.len()`.
pub fn gemv_transposed(alpha: f64, a: &[f64], stride: usize, x: &[f64], beta: f64, y: &mut [f64]) {
    check_shape(a, stride, x.len(), y.len());
    let rows = x.len();
    let work = y.len().saturating_mul(rows);
    // Groups of columns that share a chunk of x were not faster.
    for_parts(y, work, |first, part| {
        for (k, y) in part.iter_mut().enumerate() {
            let column = &a[(first + k) * stride..][..rows];
            let s = sum_chunks(rows, |r| dot(&column[r.clone()], &x[r]));
            *y = if beta == 0.0 { alpha * s } else { beta * *y + alpha * s };
        }
    });
}

fn check_shape(a: &[f64], stride: usize, rows: usize, columns: usize) {
    assert!(stride >= rows, "stride {stride} is below the number of rows {rows}");
    let needed = columns.checked_sub(1).map_or(Some(0), |c| c.checked_mul(stride)?.checked_add(rows));
    assert!(
        needed.is_some_and(|needed| a.len() >= needed),
        "a slice of {} holds no {rows} x {columns} matrix of stride {stride}",
        a.len()
    );
}
