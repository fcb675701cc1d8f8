//! Sparse regression with a Gaussian design, the standard small instance of sparse learning.

use super::reference_random::SplitMix64;
use crate::{Design, ProblemError};

/// A design and its targets.
#[derive(Clone, Debug)]
pub struct Regression {
    /// X, n x p.
    pub design: Design,
    /// y, length n.
    pub targets: Vec<f64>,
}

/// `X` standard normal (drawn row by row), `w` with `(-1)^k (1 + 0.1 k)` at position `stride k` for `k < 10`,
/// `y = X w + 0.5 noise`.
///
/// # Errors
/// If `n = 0`.
pub fn spiked_regression(n: usize, p: usize, stride: usize, seed: u64) -> Result<Regression, ProblemError> {
    let mut random = SplitMix64::new(seed);
    let mut columns = vec![0.0; n * p];
    for i in 0..n {
        for j in 0..p {
            columns[j * n + i] = random.normal();
        }
    }
    let mut targets = vec![0.0; n];
    for k in (0..10).filter(|k| stride * k < p) {
        let weight = (if k % 2 == 0 { 1.0 } else { -1.0 }) * (1.0 + 0.1 * k as f64);
        for (i, y) in targets.iter_mut().enumerate() {
            *y += weight * columns[stride * k * n + i];
        }
    }
    targets.iter_mut().for_each(|y| *y += 0.5 * random.normal());
    Ok(Regression { design: Design::from_column_major(n, p, columns)?, targets })
}
