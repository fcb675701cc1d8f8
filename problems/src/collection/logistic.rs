//! Logistic regression under equations.

use super::record::{Record, at};
use super::writing::{equations, sum};
use crate::expression::{Expr, Model, Variable};
use std::array::from_fn;

pub(super) const PROBLEMS: &[Record] = &[Record::new("LOGI", "after Hong, Na, Mahoney, Kolar, ICML 2023", logi)
    .optima(&[at(0.440_166_732_321_624)])
    .note("logistic regression with five linear equations on the unit sphere")];

/// `ln(1 + e^s)` without overflow.
fn softplus(s: &Expr) -> Expr {
    s.max(0.0) + (1.0 + (-s.abs()).exp()).ln()
}

/// `(1/N) sum_i ln(1 + exp(-y_i a_i'x))` under `A x = b` and `|x|^2 = 1`; data by formulas, N = 200, n = 20. Multipliers
/// start at 1.
fn logi(m: &mut Model) {
    let feature = |i: usize, j: usize| libm::sin(0.37 * (i * j) as f64 + 0.11 * j as f64);
    let x: [Variable; 20] = from_fn(|j| m.free(format!("x{}", j + 1), 1.0));
    let label = |i: usize| {
        let weight = |j: usize| (if j.is_multiple_of(2) { 1.0 } else { -1.0 }) / (1 + j) as f64;
        let score: f64 = (1..=20).map(|j| feature(i, j) * weight(j)).sum();
        if score + 0.3 * libm::cos(i as f64) >= 0.0 { 1.0 } else { -1.0 }
    };
    let loss = |i: usize| {
        let y = label(i);
        softplus(&sum(1..=20, |j| -y * feature(i, j) * x[j - 1])) / 200.0
    };
    m.minimise(sum(1..=200, loss));
    let row = |r: usize| {
        let r = r as f64;
        sum(1..=20, |j| libm::cos(r * j as f64 + 0.5 * r) * x[j - 1]) - 0.1 * r
    };
    equations(m, (1..=5).map(row));
    m.equal("sphere", sum(x, Variable::square) - 1.0, 0.0);
    (0..6).for_each(|i| m.start_multiplier(i, 1.0));
}
