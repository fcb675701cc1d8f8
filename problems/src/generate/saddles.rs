//! Saddle problems with known solutions.

use super::reference_random::SplitMix64;
use crate::inclusion::{AffineOperator, LeastSquares, TwoWayMatrix};
use crate::{ProblemError, Sparse};

/// The hard quadratic program of Y. Ouyang, Y. Xu (*Lower complexity bounds of first-order methods for convex-concave bilinear
/// saddle-point problems*, Math. Prog. 185, 2021) as Yoon and Ryu use it: `min_x max_y x'H x / 2 - h'x - y'(A x - b)` with
/// `H = 2 A'A`, x and y in R^n, `A_(i, n-1-i) = 1/4`, `A_(i, n-2-i) = -1/4` (from 0), `h = e_(n-1) / 4`, `b = 1/4`.
/// Component i is column i of x with column i of y. Solution `x = (1, 2, ..., n)`, `y = -1/2`.
///
/// # Errors
/// If `n = 0`.
pub fn ouyang_xu(n: usize) -> Result<AffineOperator, ProblemError> {
    let a = |i: usize, j: usize| {
        if i + j == n - 1 {
            0.25
        } else if i + j + 2 == n {
            -0.25
        } else {
            0.0
        }
    };
    let mut rows = vec![Vec::new(); 2 * n];
    for i in 0..n {
        for j in i.saturating_sub(1)..(i + 2).min(n) {
            // Columns i and j of A have entries in at most two common rows.
            let h = (0..n).filter(|k| k + i + 2 >= n && k + i < n).fold(0.0, |s, k| s + 2.0 * a(k, i) * a(k, j));
            rows[i].push((j, h));
        }
        for k in (0..n).filter(|&k| a(k, i) != 0.0) {
            rows[i].push((n + k, -a(k, i)));
        }
        for j in (0..n).filter(|&j| a(i, j) != 0.0) {
            rows[n + i].push((j, a(i, j)));
        }
    }
    let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in rows {
        indices.extend(row.iter().map(|&(j, _)| j as u32));
        values.extend(row.iter().map(|&(_, v)| v));
        offsets.push(indices.len());
    }
    let matrix = TwoWayMatrix::from_sparse(&Sparse::new((2 * n, 2 * n), offsets, indices, values))?;
    let mut constant = vec![0.0; 2 * n];
    constant[n - 1] = -0.25;
    constant[n..].fill(-0.25);
    let blocks = (0..n as u32).map(|i| vec![i, n as u32 + i]).collect();
    AffineOperator::new(matrix, constant, blocks)
}

/// Least squares with Gaussian rows over sqrt(d), targets from a Gaussian x and noise of size `noise`.
///
/// # Errors
/// If `n = 0` or `d = 0`.
pub fn least_squares(n: usize, d: usize, noise: f64, seed: u64) -> Result<LeastSquares, ProblemError> {
    let mut random = SplitMix64::new(seed);
    let rows: Vec<f64> = (0..n * d).map(|_| random.normal() / (d as f64).sqrt()).collect();
    let x: Vec<f64> = (0..d).map(|_| random.normal()).collect();
    let fit = |row: &[f64]| row.iter().zip(&x).fold(0.0, |s, (a, x)| s + a * x);
    let targets = rows.chunks(d.max(1)).map(fit).collect::<Vec<_>>();
    let targets = targets.into_iter().map(|t| t + noise * random.normal()).collect();
    LeastSquares::new(TwoWayMatrix::from_rows(n, d, rows)?, targets)
}

/// Least squares with sparse rows: `entries` standard normals at random columns of each row (one that is drawn twice adds up),
/// targets from a Gaussian x and noise of size 0.1.
///
/// # Errors
/// If `n = 0` or `d = 0`.
pub fn sparse_least_squares(n: usize, d: usize, entries: usize, seed: u64) -> Result<LeastSquares, ProblemError> {
    let mut random = SplitMix64::new(seed);
    let x: Vec<f64> = (0..d).map(|_| random.normal()).collect();
    let (mut offsets, mut indices, mut values, mut targets) = (vec![0], Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let mut row = std::collections::BTreeMap::new();
        for _ in 0..entries {
            *row.entry(random.below(d)).or_insert(0.0) += random.normal();
        }
        targets.push(row.iter().fold(0.0, |s, (&j, v)| s + v * x[j]) + 0.1 * random.normal());
        indices.extend(row.keys().map(|&j| j as u32));
        values.extend(row.values());
        offsets.push(indices.len());
    }
    LeastSquares::new(TwoWayMatrix::from_sparse(&Sparse::new((n, d), offsets, indices, values))?, targets)
}
