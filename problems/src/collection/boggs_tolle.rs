//! P. T. Boggs, J. W. Tolle, "A strategy for global convergence in a sequential quadratic programming algorithm", SIAM J.
//! Numer. Anal. 26, 1989; numbers as in the CUTEst collection.

use super::hock_schittkowski::{hs39, hs51_objective, hs77_objective, hs79_objective};
use super::record::{Record, at};
use super::writing::{bounded, equations, free, sum};
use crate::expression::{Expr, Model, Variable};
use std::f64::consts::SQRT_2;

const SOURCE: &str = "Boggs, Tolle 1989";

pub(super) const PROBLEMS: &[Record] = &[
    Record::new("BT1", SOURCE, bt1).optima(&[at(-1.0)]).solution(&[1.0, 0.0]).multipliers(&[-99.5]),
    Record::new("BT2", SOURCE, bt2).optima(&[at(0.032_568_200_393_2)]).multipliers(&[-0.010_726_727_9]),
    Record::new("BT3", SOURCE, bt3).optima(&[at(4.093_023_255_81)]).multipliers(&[
        2.046_511_63,
        2.232_558_14,
        -5.953_488_37,
    ]),
    Record::new("BT4", SOURCE, bt4)
        .optima(&[at(-45.510_550_739_9), at(-3.704_768_183_57), at(3.289_037_737_61)])
        .multipliers(&[3.291_638_08, -16.039_472])
        .note("three local minima"),
    Record::new("BT5", SOURCE, bt5)
        .optima(&[at(961.715_172_13)])
        .multipliers(&[1.223_463_56, 0.274_937_102])
        .note("HS63 without its bounds"),
    Record::new("BT6", SOURCE, bt6).optima(&[at(0.277_044_788_768)]).multipliers(&[-0.055_034_880_6, -0.032_987_245_3]),
    Record::new("BT7", SOURCE, bt7)
        .optima(&[at(306.5), at(360.379_767_174)])
        .note("two local minima; commonly the one of 360.38 is reached, with multipliers (-477.17047, 0, 0)"),
    Record::new("BT8", SOURCE, bt8)
        .optima(&[at(1.0)])
        .solution(&[1.0, 0.0, 0.0, 0.0, 0.0])
        .multipliers(&[0.0, -1.0])
        .note("the constraints' Jacobian has rank 1 at the solution: its multipliers are not unique"),
    Record::new("BT9", SOURCE, hs39)
        .optima(&[at(-1.0)])
        .solution(&[1.0, 1.0, 0.0, 0.0])
        .multipliers(&[-1.0, -1.0])
        .note("the same as HS39"),
    Record::new("BT10", SOURCE, bt10).optima(&[at(-1.0)]).solution(&[1.0, 1.0]).multipliers(&[-1.0, -1.0]),
    Record::new("BT11", SOURCE, bt11).optima(&[at(0.824_891_778_288)]).multipliers(&[
        0.345_727_843,
        -1.291_424_79,
        -1.485_430_76,
    ]),
    Record::new("BT12", SOURCE, bt12).optima(&[at(6.188_118_811_88)]).multipliers(&[-0.495_049_505, 0.0, 0.0]),
    Record::new("BT13", SOURCE, bt13)
        .optima(&[at(0.0)])
        .solution(&[0.0; 5])
        .note("the gradient of the constraint vanishes at the solution"),
];

fn bt1(m: &mut Model) {
    let [x1, x2] = free(m, [0.08, 0.06]);
    m.minimise(100.0 * x1.square() + 100.0 * x2.square() - x1 - 100.0);
    equations(m, [x1.square() + x2.square() - 1.0]);
}

fn bt2(m: &mut Model) {
    let [x1, x2, x3] = free(m, [10.0; 3]);
    m.minimise((x1 - 1.0).square() + (x1 - x2).square() + (x2 - x3).powi(4));
    equations(m, [x1 * (1.0 + x2.square()) + x3.powi(4) - 8.242_640_7]);
}

fn bt3(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [20.0; 5]);
    m.minimise(hs51_objective(x));
    equations(m, [x1 + 3.0 * x2, x3 + x4 - 2.0 * x5, x2 - x5]);
}

fn bt4(m: &mut Model) {
    let [x1, x2, x3] = free(m, [4.0382, -2.9470, -0.09115]);
    m.minimise(x1 - x2 + x2.powi(3));
    equations(m, [sum([x1, x2, x3], Variable::square) - 25.0, x1 + x2 + x3 - 1.0]);
}

/// The objective of HS63.
pub(super) fn bt5_objective([x1, x2, x3]: [Variable; 3]) -> Expr {
    1000.0 - x1.square() - 2.0 * x2.square() - x3.square() - x1 * x2 - x1 * x3
}

/// The constraints of HS63.
pub(super) fn bt5_constraints([x1, x2, x3]: [Variable; 3]) -> [Expr; 2] {
    [sum([x1, x2, x3], Variable::square) - 25.0, 8.0 * x1 + 14.0 * x2 + 7.0 * x3 - 56.0]
}

fn bt5(m: &mut Model) {
    let x = free(m, [2.0; 3]);
    m.minimise(bt5_objective(x));
    equations(m, bt5_constraints(x));
}

fn bt6(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [2.0; 5]);
    m.minimise(hs77_objective(x));
    equations(m, [x4 * x1.square() + (x4 - x5).sin() - 2.0 * SQRT_2, x2 + x3.powi(4) * x2.square() - 8.0 - SQRT_2]);
}

fn bt7(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [-2.0, 1.0, 1.0, 1.0, 1.0]);
    m.minimise(100.0 * (x2 - x1.square()).square() + (1.0 - x1).square());
    equations(m, [x1 * x2 - x3.square() - 1.0, x2.square() - x4.square() + x1, x1 + x5.square() - 0.5]);
}

fn bt8(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [1.0, 1.0, 1.0, 0.0, 0.0]);
    m.minimise(x1.square() + x2.square() + x3.square());
    equations(m, [x1 - x4.square() + x2.square() - 1.0, x1.square() + x2.square() - x5.square() - 1.0]);
}

fn bt10(m: &mut Model) {
    let [x1, x2] = free(m, [2.0; 2]);
    m.minimise(-x1);
    equations(m, [x2 - x1.powi(3), x1.square() - x2]);
}

fn bt11(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [2.0; 5]);
    m.minimise(hs79_objective(x));
    equations(
        m,
        [x1 + x2.square() + x3.powi(3) + 2.0 - 18f64.sqrt(), x2 - x3.square() + x4 + 2.0 - 8f64.sqrt(), x1 - x5 - 2.0],
    );
}

fn bt12(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [2.0; 5]);
    m.minimise(0.01 * x1.square() + x2.square());
    equations(
        m,
        [x1 + x2 - x3.square() - 25.0, x1.square() + x2.square() - x4.square() - 25.0, x1 - x5.square() - 2.0],
    );
}

fn bt13(m: &mut Model) {
    let any = (f64::NEG_INFINITY, f64::INFINITY);
    let bounds = [any, any, any, any, (0.0, f64::INFINITY)];
    let [x1, x2, x3, x4, x5] = bounded(m, bounds, [1.0, 2.0, 3.0, 3.0, 228.0]);
    m.minimise(x5);
    let chain = x1.square() + (x1 - 2.0 * x2).square() + (x2 - 3.0 * x3).square() + (x3 - 4.0 * x4).square();
    equations(m, [chain - x5.square()]);
}
