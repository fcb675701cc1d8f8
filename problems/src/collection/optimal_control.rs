//! Discrete-time optimal control. Fixed boundary values are not variables.

use super::record::{Parameter, Record, at_size};
use super::writing::{equations, sum};
use crate::expression::{Expr, Model};

const COLEMAN: &str = "Coleman, Liao, Comput. Optim. Appl. 4, 1995; CUTEst";

pub(super) const PROBLEMS: &[Record] = &[
    Record::family("HAGER1", "Hager, SIAM J. Numer. Anal. 27, 1990; CUTEst", &[Parameter::new("N", 50, 2)], hager1)
        .optima(&[at_size(&[50], 0.880_804_077_793), at_size(&[1000], 0.880_797_095_477)]),
    Record::family("DTOC3", COLEMAN, &[Parameter::new("N", 100, 2)], dtoc3)
        .optima(&[at_size(&[100], 468.575_433_006), at_size(&[1000], 470.366_824_171)]),
    Record::family("DTOC4", COLEMAN, &[Parameter::new("N", 100, 3)], dtoc4)
        .optima(&[at_size(&[100], 2.947_346_646_65), at_size(&[50], 3.029_963_865_3)]),
    Record::family("DTOC5", COLEMAN, &[Parameter::new("N", 100, 2)], dtoc5)
        .optima(&[at_size(&[100], 1.532_586_340_84)]),
];

/// n = 2N, m = N; for large N the optimum tends to `1 / (1 + e^-2)`.
fn hager1(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let x = m.free_vector("x", vec![0.0; n]);
    let u = m.free_vector("u", vec![0.0; n]);
    m.minimise(0.5 * x[n - 1].square() + sum(&u, |u| u.square() / (2.0 * n as f64)));
    let row = |i: usize| {
        let before: Expr = if i == 0 { 1.0.into() } else { x[i - 1].into() };
        (n as f64 - 0.5) * x[i] - (n as f64 + 0.5) * before - u[i]
    };
    equations(m, (0..n).map(row));
}

/// States of two components at t = 1, ..., N, the first one given, the others variables.
fn states(m: &mut Model, first: [f64; 2], n: usize) -> Vec<[Expr; 2]> {
    let mut states = vec![first.map(Expr::from)];
    for t in 2..=n {
        states.push([1, 2].map(|k| m.free(format!("y{t}_{k}"), 0.0).into()));
    }
    states
}

/// n = 3 (N - 1), m = 2 (N - 1)
fn dtoc3(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let s = 1.0 / n as f64;
    let u = m.free_vector("u", vec![0.0; n - 1]);
    let y = states(m, [15.0, 5.0], n);
    let cost = |t: usize| 2.0 * s * y[t + 1][0].square() + s * y[t + 1][1].square() + 6.0 * s * u[t].square();
    m.minimise(sum(0..n - 1, cost));
    let rows = |t: usize| [&y[t][0] + s * &y[t][1] - &y[t + 1][0], &y[t][1] - s * &y[t][0] + s * u[t] - &y[t + 1][1]];
    equations(m, (0..n - 1).flat_map(rows));
}

/// n = 3 (N - 1), m = 2 (N - 1)
fn dtoc4(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let h = 5.0 / n as f64;
    let u = m.free_vector("u", vec![0.0; n - 1]);
    let y = states(m, [0.0, 1.0], n);
    let size = |t: usize| y[t][0].square() + y[t][1].square();
    let ends = 0.5 * h * size(0) + 0.5 * h * size(n - 1);
    m.minimise(ends + sum(1..n - 1, |t| h * size(t)) + sum(&u, |u| h * u.square()));
    let rows = |t: usize| {
        let [a, b] = &y[t];
        [(1.0 + h) * a - h * b + h * u[t] - h * b.square() * a - &y[t + 1][0], b + h * a - &y[t + 1][1]]
    };
    equations(m, (0..n - 1).flat_map(rows));
}

/// n = 2 (N - 1), m = N - 1
fn dtoc5(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let h = 1.0 / n as f64;
    let u = m.free_vector("u", vec![0.0; n - 1]);
    let mut y: Vec<Expr> = vec![1.0.into()];
    y.extend((2..=n).map(|t| Expr::from(m.free(format!("y{t}"), 0.0))));
    m.minimise(sum(0..n - 1, |t| h * y[t].square() + h * u[t].square()));
    equations(m, (0..n - 1).map(|t| &y[t] - h * u[t] + h * y[t].square() - &y[t + 1]));
}
