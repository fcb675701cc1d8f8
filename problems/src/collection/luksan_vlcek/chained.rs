//! Problems 5.1 to 5.8 and 5.10: chains. Indices below count from 1, as in the report.

use super::{SOURCE, cyclic};
use crate::collection::record::{Parameter, Record, at_size};
use crate::collection::writing::{equations, sum};
use crate::expression::{Expr, Model, Variable};

const fn n(default: usize, least: usize) -> Parameter {
    Parameter::new("N", default, least)
}

pub(in crate::collection) const PROBLEMS: &[Record] = &[
    Record::family("LV1", SOURCE, &[n(100, 3)], lv1)
        .optima(&[at_size(&[100], 6.232_458_632_44), at_size(&[1000], 6.232_458_632_44)]),
    Record::family("LV2", SOURCE, &[n(100, 8).in_steps_of(2)], lv2).optima(&[at_size(&[100], 2_693.037_543_75)]),
    Record::family("LV3", SOURCE, &[n(100, 4).in_steps_of(2)], lv3)
        .optima(&[at_size(&[100], 14.168_513_898_2), at_size(&[1000], 14.168_513_898_2)]),
    Record::family("LV4", SOURCE, &[n(100, 4).in_steps_of(2)], lv4).optima(&[at_size(&[100], 454.645_717_637)]),
    Record::family("LV5", SOURCE, &[n(100, 5)], lv5).optima(&[at_size(&[100], 2.639_283_703_06)]),
    Record::family("LV6", SOURCE, &[n(101, 3).in_steps_of(2)], lv6).optima(&[at_size(&[101], 6_163.432_342_28)]),
    Record::family("LV7", SOURCE, &[n(100, 4)], lv7).optima(&[at_size(&[100], -34.998_057_124)]),
    Record::family("LV8", SOURCE, &[n(100, 5).in_steps_of(5)], lv8)
        .optima(&[at_size(&[100], 1_526.592_974_55), at_size(&[100], 7_749.571_390_31)])
        .note("several local minima"),
    Record::family("LV10", SOURCE, &[n(100, 4).in_steps_of(2)], lv10)
        .optima(&[at_size(&[100], 34.924_403_381_3), at_size(&[1000], 353.122_454_915)]),
];

/// Chained Rosenbrock with trigonometric-exponential constraints.
fn lv1(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[-1.2, 1.0]);
    let x = |i: usize| v[i - 1];
    m.minimise(sum(1..n, |i| 100.0 * (x(i).square() - x(i + 1)).square() + (x(i) - 1.0).square()));
    let row = |k: usize| {
        let (a, b, c) = (x(k), x(k + 1), x(k + 2));
        3.0 * b.powi(3) + 2.0 * c - 5.0 + (b - c).sin() * (b + c).sin() + 4.0 * b - a * (a - b).exp() - 3.0
    };
    equations(m, (1..=n - 2).map(row));
}

/// Chained Wood with Broyden banded constraints.
fn lv2(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[-2.0, 1.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let (a, b, c, d) = (x(2 * i - 1), x(2 * i), x(2 * i + 1), x(2 * i + 2));
        100.0 * (a.square() - b).square()
            + (a - 1.0).square()
            + 90.0 * (c.square() - d).square()
            + (c - 1.0).square()
            + 10.0 * (b + d - 2.0).square()
            + 0.1 * (b - d).square()
    };
    m.minimise(sum(1..n / 2, cost));
    let row = |k: usize| 2.0 * x(k) + 5.0 * x(k).powi(3) + 1.0 + sum(k - 5..=k + 1, |i| x(i) + x(i).square());
    equations(m, (6..=n - 2).map(row));
}

/// Chained Powell singular with simplified trigonometric-exponential constraints.
fn lv3(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[3.0, -1.0, 0.0, 1.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let (a, b, c, d) = (x(2 * i - 1), x(2 * i), x(2 * i + 1), x(2 * i + 2));
        (a + 10.0 * b).square() + 5.0 * (c - d).square() + (b - 2.0 * c).powi(4) + 10.0 * (a - d).powi(4)
    };
    m.minimise(sum(1..n / 2, cost));
    let first = 3.0 * x(1).powi(3) + 2.0 * x(2) - 5.0 + (x(1) - x(2)).sin() * (x(1) + x(2)).sin();
    let last = 4.0 * x(n) - x(n - 1) * (x(n - 1) - x(n)).exp() - 3.0;
    equations(m, [first, last]);
}

/// Chained Cragg-Levy with tridiagonal constraints.
fn lv4(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[1.0, 2.0, 2.0, 2.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let (a, b, c, d) = (x(2 * i - 1), x(2 * i), x(2 * i + 1), x(2 * i + 2));
        (a.exp() - b).powi(4) + 100.0 * (b - c).powi(6) + (c - d).tan().powi(4) + a.powi(8) + (d - 1.0).square()
    };
    m.minimise(sum(1..n / 2, cost));
    equations(m, (1..=n - 2).map(|k| tridiagonal(x(k), x(k + 1), x(k + 2))));
}

/// `8 b (b^2 - a) - 2 (1 - b) + 4 (b - c^2)`
fn tridiagonal(a: Variable, b: Variable, c: Variable) -> Expr {
    8.0 * b.powi(3) - 8.0 * a * b - 2.0 + 6.0 * b - 4.0 * c.square()
}

/// `|e|^(7/3)`
fn seven_thirds(e: &Expr) -> Expr {
    e.abs().powf(7.0 / 3.0)
}

/// Generalised Broyden tridiagonal with five-diagonal constraints.
fn lv5(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[-1.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let mut inner = 3.0 * x(i) - 2.0 * x(i).square() + 1.0;
        if i > 1 {
            inner -= x(i - 1);
        }
        if i < n {
            inner -= x(i + 1);
        }
        seven_thirds(&inner)
    };
    m.minimise(sum(1..=n, cost));
    let row =
        |k: usize| tridiagonal(x(k + 1), x(k + 2), x(k + 3)) + x(k + 1).square() - x(k) + x(k + 3) - x(k + 4).square();
    equations(m, (1..=n - 4).map(row));
}

/// Generalised Broyden banded with exponential constraints.
fn lv6(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[3.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let band = i.saturating_sub(5).max(1)..=(i + 1).min(n);
        seven_thirds(&(2.0 * x(i) + 5.0 * x(i).powi(3) + 1.0 + sum(band, |j| x(j) + x(j).square())))
    };
    m.minimise(sum(1..=n, cost));
    let row = |k: usize| {
        let (a, b, c) = (x(2 * k - 1), x(2 * k), x(2 * k + 1));
        4.0 * b - (a - c) * (a - b - c).exp() - 3.0
    };
    equations(m, (1..=(n - 1) / 2).map(row));
}

/// Trigonometric tridiagonal with four constraints at the ends.
fn lv7(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[1.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let mut inner = 1.0 - x(i).cos();
        if i > 1 {
            inner += x(i - 1).sin();
        }
        if i < n {
            inner -= x(i + 1).sin();
        }
        i as f64 * inner
    };
    m.minimise(sum(1..=n, cost));
    let last = 8.0 * x(n).powi(3) - 8.0 * x(n - 1) * x(n) - 2.0 + 2.0 * x(n) + x(n - 1).square() - x(n - 2);
    equations(
        m,
        [
            4.0 * x(1) - 4.0 * x(2).square() + x(2) - x(3).square(),
            tridiagonal(x(1), x(2), x(3)) + x(3) - x(4).square(),
            tridiagonal(x(n - 2), x(n - 1), x(n)) + x(n - 2).square() - x(n - 3),
            last,
        ],
    );
}

/// Chained exponential with discrete boundary value constraints.
fn lv8(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[-1.0, 2.0]);
    let x = |i: usize| v[i - 1];
    let cost = |i: usize| {
        let [a, b, c, d, e] = std::array::from_fn(|j| x(5 * i - 4 + j));
        let square = sum([a, b, c, d, e], Variable::square) - 10.0 + 0.002_008;
        (a * b * c * d * e).exp()
            + 10.0 * square.square()
            + (b * c - 5.0 * d * e + 0.0019).square()
            + (a.powi(3) + b.powi(3) + 1.0 + 0.000_261).square()
    };
    m.minimise(sum(1..=n / 5, cost));
    let h = 1.0 / (n + 1) as f64;
    let row = |k: usize| {
        let bend = (x(k + 1) + h * (k + 1) as f64 + 1.0).powi(3);
        2.0 * x(k + 1) + 0.5 * h * h * bend - x(k) - x(k + 2)
    };
    equations(m, (1..=n - 2).map(row));
}

/// `(x^2)^(y^2 + 1)`, whose derivatives at x = 0 are 0 (the logarithm in them is kept from being taken there).
fn brown(x: Variable, y: Variable) -> Expr {
    Expr::select(x.equals(0.0), 0.0, x.square().powf(y.square() + 1.0))
}

/// Generalised Brown with tridiagonal constraints.
fn lv10(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let v = cyclic(m, n, &[-1.0, 1.0]);
    let x = |i: usize| v[i - 1];
    m.minimise(sum(1..=n / 2, |i| brown(x(2 * i - 1), x(2 * i)) + brown(x(2 * i), x(2 * i - 1))));
    let row = |k: usize| 3.0 * x(k + 1) - 2.0 * x(k + 1).square() + 1.0 - x(k) - 2.0 * x(k + 2);
    equations(m, (1..=n - 2).map(row));
}
