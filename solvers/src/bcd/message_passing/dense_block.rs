//! The dense solve of a small block, for the baseline.

use super::ForestError;
use thalweg_problems::graph::GraphQuadratic;

/// Solves `A_bb x = rhs` in place by a Cholesky factorisation, in time cubic in the block.
///
/// # Errors
/// If a pivot is not positive.
pub(super) fn solve_dense(problem: &GraphQuadratic, block: &[u32], x: &mut [f64]) -> Result<(), ForestError> {
    let n = block.len();
    let mut lower = vec![0.0; n * n];
    for (i, &row) in block.iter().enumerate() {
        for (j, &column) in block.iter().enumerate().take(i + 1) {
            lower[i * n + j] = problem.entry(row as usize, column as usize);
        }
    }
    for j in 0..n {
        let pivot = lower[j * n + j] - (0..j).map(|k| lower[j * n + k] * lower[j * n + k]).sum::<f64>();
        if pivot <= 0.0 || !pivot.is_finite() {
            return Err(ForestError::Pivot { node: block[j] as usize, pivot });
        }
        let root = pivot.sqrt();
        lower[j * n + j] = root;
        for i in j + 1..n {
            let product: f64 = (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum();
            lower[i * n + j] = (lower[i * n + j] - product) / root;
        }
    }
    for i in 0..n {
        let product: f64 = (0..i).map(|k| lower[i * n + k] * x[k]).sum();
        x[i] = (x[i] - product) / lower[i * n + i];
    }
    for i in (0..n).rev() {
        let product: f64 = (i + 1..n).map(|k| lower[k * n + i] * x[k]).sum();
        x[i] = (x[i] - product) / lower[i * n + i];
    }
    Ok(())
}

/// The largest k with `k^3 <= n`.
pub(super) fn cube_root(n: usize) -> usize {
    let mut k = 0_usize;
    while (k + 1).checked_pow(3).is_some_and(|cube| cube <= n) {
        k += 1;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::cube_root;

    #[test]
    fn cube_roots() {
        for (n, k) in [(0, 0), (1, 1), (7, 1), (8, 2), (26, 2), (27, 3), (342, 6), (343, 7), (360, 7), (1_000_000, 100)]
        {
            assert_eq!(cube_root(n), k);
        }
    }
}
