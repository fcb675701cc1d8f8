//! Problems 5.11 to 5.18: chains of problems of Hock and Schittkowski. Blocks of five variables overlap by two (three new
//! variables and two constraints a block) or by one (four and three).

use super::{SOURCE, cyclic};
use crate::collection::record::{Parameter, Record, at_size};
use crate::collection::writing::{equations, sum};
use crate::expression::{Expr, Model, Variable};

const BY_THREE: &[Parameter] = &[Parameter::new("N", 101, 5).in_steps_of(3)];
const BY_FOUR: &[Parameter] = &[Parameter::new("N", 101, 5).in_steps_of(4)];

pub(in crate::collection) const PROBLEMS: &[Record] = &[
    Record::family("LV11", SOURCE, BY_THREE, lv11).optima(&[at_size(&[101], 0.0), at_size(&[998], 0.0)]),
    Record::family("LV12", SOURCE, BY_FOUR, lv12).optima(&[at_size(&[101], 150.372_886_001)]),
    Record::family("LV13", SOURCE, BY_THREE, lv13)
        .optima(&[
            at_size(&[101], 769.847_100_361),
            at_size(&[101], 761.433_296_712),
            at_size(&[101], 557.975_729_598),
            at_size(&[101], 83.131_986_197),
            at_size(&[998], 7_979.190_097_01),
        ])
        .note("many local minima"),
    Record::family("LV14", SOURCE, BY_THREE, lv14)
        .optima(&[at_size(&[101], 517.912_205_257), at_size(&[998], 5_237.228_139_63)]),
    Record::family("LV15", SOURCE, BY_FOUR, lv15).optima(&[at_size(&[101], 0.0)]),
    Record::family("LV16", SOURCE, BY_FOUR, lv16).optima(&[at_size(&[101], 0.0), at_size(&[997], 0.0)]),
    Record::family("LV17", SOURCE, BY_FOUR, lv17)
        .optima(&[at_size(&[101], 142.877_728_82), at_size(&[997], 1_423.062_179_05)]),
    Record::family("LV18", SOURCE, BY_FOUR, lv18)
        .optima(&[at_size(&[101], 119.973_613_797), at_size(&[997], 1_194.937_193_42)]),
];

type Block = [Variable; 5];

/// Writes a chain of blocks that begin `step` variables apart.
fn chain<const M: usize>(
    m: &mut Model,
    n: usize,
    step: usize,
    start: &[f64],
    objective: impl Fn(Block) -> Expr,
    constraints: impl Fn(Block) -> [Expr; M],
) {
    let v = cyclic(m, n, start);
    let block = |b: usize| std::array::from_fn(|k| v[step * b + k]);
    let blocks = (n - 5) / step + 1;
    m.minimise(sum(0..blocks, |b| objective(block(b))));
    equations(m, (0..blocks).flat_map(|b| constraints(block(b))));
}

fn chained_46([a, b, c, d, e]: Block) -> Expr {
    (a - b).square() + (c - 1.0).square() + (d - 1.0).powi(4) + (e - 1.0).powi(6)
}

fn lv11(m: &mut Model, sizes: &[usize]) {
    let constraints = |[a, b, c, d, e]: Block| [a.square() * d + (d - e).sin() - 1.0, b + c.powi(4) * d.square() - 2.0];
    chain(m, sizes[0], 3, &[2.0, 1.5, 0.5], chained_46, constraints);
}

fn lv13(m: &mut Model, sizes: &[usize]) {
    let objective = |[a, b, c, d, e]: Block| (a - 1.0).square() + (b - c).square() + (d - e).powi(4);
    let constraints = |[a, b, c, d, e]: Block| [a + b.square() + c + d + e - 5.0, c.square() - 2.0 * (d + e) - 3.0];
    chain(m, sizes[0], 3, &[3.0, 5.0, -3.0], objective, constraints);
}

fn lv14(m: &mut Model, sizes: &[usize]) {
    let constraints = |[a, b, c, d, e]: Block| [a.square() + b + c + 4.0 * d - 7.0, c.square() - 5.0 * e - 6.0];
    chain(m, sizes[0], 3, &[10.0, 7.0, -3.0], chained_46, constraints);
}

fn chained_47([a, b, c, d, e]: Block) -> Expr {
    (a - b).square() + (b - c).square() + (c - d).powi(4) + (d - e).powi(4)
}

fn lv12(m: &mut Model, sizes: &[usize]) {
    let constraints =
        |[a, b, c, d, e]: Block| [a + b.square() + c.square() - 3.0, b + c.square() + d - 1.0, a * e - 1.0];
    chain(m, sizes[0], 4, &[2.0, 1.5, -1.0, 0.5], chained_47, constraints);
}

fn lv15(m: &mut Model, sizes: &[usize]) {
    let row = |a: Variable, b: Variable, c: Variable| a.square() + 2.0 * b + 3.0 * c - 6.0;
    let constraints = |[a, b, c, d, e]: Block| [row(a, b, c), row(b, c, d), row(c, d, e)];
    chain(m, sizes[0], 4, &[35.0, 11.0, 5.0, -5.0], chained_47, constraints);
}

fn chained_51([a, b, c, d, e]: Block) -> Expr {
    (a - b).powi(4) + (b + c - 2.0).square() + (d - 1.0).square() + (e - 1.0).square()
}

/// The constraints of 5.16 to 5.18; the first one has this constant.
fn constraints_51(constant: f64) -> impl Fn(Block) -> [Expr; 3] {
    move |[a, b, c, d, e]| [a.square() + 3.0 * b - constant, c.square() + d - 2.0 * e, b.square() - e]
}

fn lv16(m: &mut Model, sizes: &[usize]) {
    chain(m, sizes[0], 4, &[2.5, 0.5, 2.0, -1.0], chained_51, constraints_51(4.0));
}

fn lv17(m: &mut Model, sizes: &[usize]) {
    let objective = |[a, b, c, d, e]: Block| {
        (4.0 * a - b).square() + (b + c - 2.0).powi(4) + (d - 1.0).square() + (e - 1.0).square()
    };
    chain(m, sizes[0], 4, &[2.0], objective, constraints_51(0.0));
}

fn lv18(m: &mut Model, sizes: &[usize]) {
    chain(m, sizes[0], 4, &[2.0], chained_51, constraints_51(0.0));
}
