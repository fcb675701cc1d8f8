//! Small problems of several sources.

use super::record::{Record, at};
use super::writing::{equations, free, sum};
use crate::expression::{Model, Variable};
use std::f64::consts::SQRT_2;

pub(super) const PROBLEMS: &[Record] = &[
    Record::new("MARATOS", "Maratos, thesis, Imperial College 1978; CUTEst", maratos)
        .optima(&[at(-0.999_999)])
        .solution(&[1.0, 0.0])
        .multipliers(&[0.499_999]),
    Record::new("MARATOS2", "Nocedal, Wright, Numerical Optimization 2006, example 15.4", maratos2)
        .optima(&[at(-1.0)])
        .solution(&[1.0, 0.0])
        .multipliers(&[-1.5])
        .note("full Newton steps increase both objective and constraint (Maratos effect)"),
    Record::new("BYRDSPHR", "Byrd; CUTEst", byrdsphr)
        .optima(&[at(-4.683_300_132_67)])
        .solution(&[0.5, 2.091_650_066, 2.091_650_066])
        .multipliers(&[0.619_522_861, -0.380_477_139]),
    Record::new("MWRIGHT", "M. H. Wright, thesis, Stanford 1976; CUTEst", mwright)
        .optima(&[at(24.978_809_531_8)])
        .multipliers(&[-2.459_672_57, -0.089_427_029, -8.132_811_33])
        .note("x3 squared in the first constraint"),
    Record::new("GENHS28", "after Hock, Schittkowski 1981, problem 28; CUTEst", genhs28)
        .optima(&[at(0.927_173_693_766)])
        .multipliers(&[
            -0.224_329_231,
            -0.298_164_212,
            -0.163_405_285,
            -0.241_274_965,
            -0.241_274_965,
            -0.163_405_285,
            -0.298_164_212,
            -0.224_329_231,
        ]),
];

fn maratos(m: &mut Model) {
    let [x1, x2] = free(m, [1.1, 0.1]);
    m.minimise(-x1 + 1e-6 * x1.square() + 1e-6 * x2.square());
    equations(m, [x1.square() + x2.square() - 1.0]);
}

fn maratos2(m: &mut Model) {
    let [x1, x2] = free(m, [0.8, 0.6]);
    m.minimise(2.0 * x1.square() + 2.0 * x2.square() - 2.0 - x1);
    equations(m, [x1.square() + x2.square() - 1.0]);
}

fn byrdsphr(m: &mut Model) {
    let [x1, x2, x3] = free(m, [5.0, 0.0001, -0.0001]);
    m.minimise(-x1 - x2 - x3);
    equations(m, [sum([x1, x2, x3], Variable::square) - 9.0, (x1 - 1.0).square() + x2.square() + x3.square() - 9.0]);
}

fn mwright(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [-1.0, 2.0, 1.0, -2.0, -2.0]);
    m.minimise(x1.square() + (x1 - x2).square() + (x2 - x3).powi(3) + (x3 - x4).powi(4) + (x4 - x5).powi(4));
    equations(
        m,
        [
            x1 + x2.square() + x3.square() - 2.0 - 3.0 * SQRT_2,
            x2 - x3.square() + x4 + 2.0 - 2.0 * SQRT_2,
            x1 * x5 - 2.0,
        ],
    );
}

fn genhs28(m: &mut Model) {
    let mut start = [1.0; 10];
    start[0] = -4.0;
    let x = free(m, start);
    m.minimise(sum(0..9, |i| (x[i] + x[i + 1]).square()));
    equations(m, (0..8).map(|i| x[i] + 2.0 * x[i + 1] + 3.0 * x[i + 2] - 1.0));
}
