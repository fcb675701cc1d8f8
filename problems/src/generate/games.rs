//! Matrix games and saddle problems with known solutions, without random numbers.

use crate::ProblemError;
use crate::game::PayoffMatrix;
use crate::inclusion::TwoWayMatrix;

fn game(n: usize, entry: impl Fn(usize, usize) -> f64) -> Result<PayoffMatrix, ProblemError> {
    let entries = (1..=n).flat_map(|i| (1..=n).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect();
    Ok(PayoffMatrix::new(TwoWayMatrix::from_rows(n, n, entries)?))
}

/// Policemen and burglar (Y. Nesterov; A. Nemirovski): `A_ij = w_i (1 - exp(-0.8 |i - j|))`, with the wealth
/// `w_i = |cos i| + 0.1` of house i. The burglar chooses the row, the policeman the column.
///
/// # Errors
/// If `n = 0`.
pub fn policemen_and_burglar(n: usize) -> Result<PayoffMatrix, ProblemError> {
    let caught = |i: usize, j: usize| 1.0 - (-0.8 * i.abs_diff(j) as f64).exp();
    game(n, |i, j| ((i as f64).cos().abs() + 0.1) * caught(i, j))
}

/// `A_ij = ((i + j - 1) / (2 n - 1))^alpha`: the saddle is pure, the value `(n / (2 n - 1))^alpha`.
///
/// # Errors
/// If `n = 0`.
pub fn sum_power(n: usize, alpha: f64) -> Result<PayoffMatrix, ProblemError> {
    game(n, |i, j| ((i + j - 1) as f64 / (2 * n - 1) as f64).powf(alpha))
}

/// `A_ij = ((|i - j| + 1) / (2 n - 1))^alpha`.
///
/// # Errors
/// If `n = 0`.
pub fn distance_power(n: usize, alpha: f64) -> Result<PayoffMatrix, ProblemError> {
    game(n, |i, j| ((i.abs_diff(j) + 1) as f64 / (2 * n - 1) as f64).powf(alpha))
}

/// Rock, paper, scissors: value 0, every strategy a third.
///
/// # Errors
/// Never.
pub fn rock_paper_scissors() -> Result<PayoffMatrix, ProblemError> {
    let entries = vec![0.0, -1.0, 1.0, 1.0, 0.0, -1.0, -1.0, 1.0, 0.0];
    Ok(PayoffMatrix::new(TwoWayMatrix::from_rows(3, 3, entries)?))
}
