//! Shorthands to write problems down with.

use crate::expression::{Expr, Model, Variable};
use std::array::from_fn;
use std::f64::consts::TAU;

/// Variables `x1`, ..., `xn` without bounds that start here.
pub(super) fn free<const N: usize>(model: &mut Model, start: [f64; N]) -> [Variable; N] {
    from_fn(|j| model.free(format!("x{}", j + 1), start[j]))
}

/// Variables `x1`, ..., `xn` with these bounds.
pub(super) fn bounded<const N: usize>(model: &mut Model, bounds: [(f64, f64); N], start: [f64; N]) -> [Variable; N] {
    from_fn(|j| model.variable(format!("x{}", j + 1), bounds[j].0, bounds[j].1, start[j]))
}

/// Constraints `c1 = 0`, `c2 = 0`, ... after those that there are.
pub(super) fn equations(model: &mut Model, bodies: impl IntoIterator<Item = Expr>) {
    for (i, body) in bodies.into_iter().enumerate() {
        model.equal(format!("c{}", i + 1), body, 0.0);
    }
}

/// `sum_j f(j)` over a range.
pub(super) fn sum<I: IntoIterator>(over: I, mut f: impl FnMut(I::Item) -> Expr) -> Expr {
    let mut sum = Expr::default();
    over.into_iter().for_each(|j| sum += f(j));
    sum
}

/// The angle of part `i` of `parts` of a full turn.
pub(super) fn turn(i: usize, parts: usize) -> f64 {
    TAU * i as f64 / parts as f64
}
