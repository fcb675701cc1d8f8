//! Problems with inequalities. Solutions of more digits than the book's are by Newton's method from the book's.

use super::SOURCE;
use super::equalities::{HS100_START, hs78_constraints, hs100_active, hs100_objective};
use crate::collection::boggs_tolle::{bt5_constraints, bt5_objective};
use crate::collection::record::{Record, at};
use crate::collection::writing::{bounded, equations, free, sum};
use crate::expression::{Model, Variable};
use std::f64::consts::SQRT_2;

const NONNEGATIVE: (f64, f64) = (0.0, f64::INFINITY);

pub(in crate::collection) const PROBLEMS: &[Record] = &[
    Record::new("HS10", SOURCE, hs10).optima(&[at(-1.0)]).solution(&[0.0, 1.0]),
    Record::new("HS12", SOURCE, hs12).optima(&[at(-30.0)]).solution(&[2.0, 3.0]),
    Record::new("HS13", SOURCE, hs13)
        .optima(&[at(1.0)])
        .solution(&[1.0, 0.0])
        .note("no multipliers exist at the solution: no constraint qualification holds there"),
    Record::new("HS29", SOURCE, hs29).optima(&[at(-16.0 * SQRT_2)]).solution(&[4.0, 2.0 * SQRT_2, 2.0]),
    Record::new("HS35", SOURCE, hs35).optima(&[at(1.0 / 9.0)]).solution(&[4.0 / 3.0, 7.0 / 9.0, 4.0 / 9.0]),
    Record::new("HS43", SOURCE, hs43).optima(&[at(-44.0)]).solution(&[0.0, 1.0, 2.0, -1.0]),
    Record::new("HS63", SOURCE, hs63).optima(&[at(961.715_172_13)]).solution(&[
        3.512_121_341_875,
        0.216_987_941_515,
        3.552_171_154_827,
    ]),
    Record::new("HS65", SOURCE, hs65).optima(&[at(0.953_528_856_805)]).solution(&[
        3.650_461_725_213,
        3.650_461_725_213,
        4.620_417_555_320,
    ]),
    Record::new("HS71", SOURCE, hs71).optima(&[at(17.014_017_289_2)]).solution(&[
        1.0,
        4.742_999_637,
        3.821_149_984,
        1.379_408_293,
    ]),
    Record::new("HS76", SOURCE, hs76).optima(&[at(-4.681_818_181_818)]).solution(&[
        3.0 / 11.0,
        23.0 / 11.0,
        0.0,
        6.0 / 11.0,
    ]),
    Record::new("HS80", SOURCE, hs80).optima(&[at(0.053_949_847_77)]).solution(&[
        -1.717_143_57,
        1.595_709_69,
        1.827_245_753,
        -0.763_643_078,
        -0.763_643_078,
    ]),
    Record::new("HS100", SOURCE, hs100).optima(&[at(680.630_057_374)]).solution(&[
        2.330_499_372_880,
        1.951_372_372_897,
        -0.477_541_392_389,
        4.365_726_233_656,
        -0.624_486_970_527,
        1.038_131_018_608,
        1.594_226_711_612,
    ]),
];

fn hs10(m: &mut Model) {
    let [x1, x2] = free(m, [-10.0, 10.0]);
    m.minimise(x1 - x2);
    m.at_least("c1", -3.0 * x1.square() + 2.0 * x1 * x2 - x2.square() + 1.0, 0.0);
}

fn hs12(m: &mut Model) {
    let [x1, x2] = free(m, [0.0, 0.0]);
    m.minimise(0.5 * x1.square() + x2.square() - x1 * x2 - 7.0 * x1 - 7.0 * x2);
    m.at_most("c1", 4.0 * x1.square() + x2.square(), 25.0);
}

fn hs13(m: &mut Model) {
    let [x1, x2] = bounded(m, [NONNEGATIVE; 2], [-2.0, -2.0]);
    m.minimise((x1 - 2.0).square() + x2.square());
    m.at_least("c1", (1.0 - x1).powi(3) - x2, 0.0);
}

fn hs29(m: &mut Model) {
    let [x1, x2, x3] = free(m, [1.0; 3]);
    m.minimise(-(x1 * x2 * x3));
    m.at_most("c1", x1.square() + 2.0 * x2.square() + 4.0 * x3.square(), 48.0);
}

fn hs35(m: &mut Model) {
    let [x1, x2, x3] = bounded(m, [NONNEGATIVE; 3], [0.5; 3]);
    m.minimise(
        9.0 - 8.0 * x1 - 6.0 * x2 - 4.0 * x3
            + 2.0 * x1.square()
            + 2.0 * x2.square()
            + x3.square()
            + 2.0 * x1 * x2
            + 2.0 * x1 * x3,
    );
    m.at_most("c1", x1 + x2 + 2.0 * x3, 3.0);
}

fn hs43(m: &mut Model) {
    let [x1, x2, x3, x4] = free(m, [0.0; 4]);
    let [s1, s2, s3, s4] = [x1, x2, x3, x4].map(Variable::square);
    m.minimise(&s1 + &s2 + 2.0 * &s3 + &s4 - 5.0 * x1 - 5.0 * x2 - 21.0 * x3 + 7.0 * x4);
    m.at_most("c1", &s1 + &s2 + &s3 + &s4 + x1 - x2 + x3 - x4, 8.0);
    m.at_most("c2", &s1 + 2.0 * &s2 + &s3 + 2.0 * &s4 - x1 - x4, 10.0);
    m.at_most("c3", 2.0 * &s1 + &s2 + &s3 + 2.0 * x1 - x2 - x4, 5.0);
}

fn hs63(m: &mut Model) {
    let x = bounded(m, [NONNEGATIVE; 3], [2.0; 3]);
    m.minimise(bt5_objective(x));
    equations(m, bt5_constraints(x));
}

fn hs65(m: &mut Model) {
    let [x1, x2, x3] = bounded(m, [(-4.5, 4.5), (-4.5, 4.5), (-5.0, 5.0)], [-5.0, 5.0, 0.0]);
    m.minimise((x1 - x2).square() + (x1 + x2 - 10.0).square() / 9.0 + (x3 - 5.0).square());
    m.at_most("c1", sum([x1, x2, x3], Variable::square), 48.0);
}

fn hs71(m: &mut Model) {
    let [x1, x2, x3, x4] = bounded(m, [(1.0, 5.0); 4], [1.0, 5.0, 5.0, 1.0]);
    m.minimise(x1 * x4 * (x1 + x2 + x3) + x3);
    m.at_least("c1", x1 * x2 * x3 * x4, 25.0);
    m.equal("c2", sum([x1, x2, x3, x4], Variable::square), 40.0);
}

fn hs76(m: &mut Model) {
    let [x1, x2, x3, x4] = bounded(m, [NONNEGATIVE; 4], [0.5; 4]);
    m.minimise(
        x1.square() + 0.5 * x2.square() + x3.square() + 0.5 * x4.square() - x1 * x3 + x3 * x4 - x1 - 3.0 * x2 + x3 - x4,
    );
    m.at_most("c1", x1 + 2.0 * x2 + x3 + x4, 5.0);
    m.at_most("c2", 3.0 * x1 + x2 + 2.0 * x3 - x4, 4.0);
    m.at_least("c3", x2 + 4.0 * x3, 1.5);
}

fn hs80(m: &mut Model) {
    let (wide, narrow) = ((-3.2, 3.2), (-2.3, 2.3));
    let x @ [x1, x2, x3, x4, x5] = bounded(m, [narrow, narrow, wide, wide, wide], [-2.0, 2.0, 2.0, -1.0, -1.0]);
    m.minimise((x1 * x2 * x3 * x4 * x5).exp());
    equations(m, hs78_constraints(x));
}

fn hs100(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5, x6, x7] = free(m, HS100_START);
    m.minimise(hs100_objective(x));
    let [first, last] = hs100_active(x);
    m.at_most("c1", first, 0.0);
    m.at_most("c2", 7.0 * x1 + 3.0 * x2 + 10.0 * x3.square() + x4 - x5, 282.0);
    m.at_most("c3", 23.0 * x1 + x2.square() + 6.0 * x6.square() - 8.0 * x7, 196.0);
    m.at_most("c4", last, 0.0);
}
