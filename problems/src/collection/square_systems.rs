//! Square systems of equations: as many as variables, objective 0.

use super::record::{Optimum, Record, at};
use super::writing::{equations, free, sum};
use crate::expression::{Expr, Model};
use std::array::from_fn;
use std::f64::consts::TAU;

const ZERO: &[Optimum] = &[at(0.0)];
const HIMMELBLAU: &str = "Himmelblau, Applied Nonlinear Programming 1972; CUTEst";
const DENNIS: &str = "Dennis, Schnabel, Numerical Methods for Unconstrained Optimization 1983; CUTEst";
const MGH: &str = "More, Garbow, Hillstrom, ACM Trans. Math. Softw. 7, 1981; CUTEst";
const CUTEST: &str = "CUTEst";

pub(super) const PROBLEMS: &[Record] = &[
    Record::new("HIMMELBA", HIMMELBLAU, himmelba).optima(ZERO).solution(&[20.0, 6.0]).multipliers(&[0.0; 2]),
    Record::new("HIMMELBC", HIMMELBLAU, himmelbc).optima(ZERO).solution(&[3.0, 2.0]).multipliers(&[0.0; 2]),
    Record::new("HIMMELBE", HIMMELBLAU, himmelbe).optima(ZERO).solution(&[1.0, 1.0, 1.0]).multipliers(&[0.0; 3]),
    Record::new("GOTTFR", "Gottfried; CUTEst", gottfr)
        .optima(ZERO)
        .solution(&[0.199_983_494, 0.666_831_236])
        .multipliers(&[0.0; 2]),
    Record::new("BOOTH", CUTEST, booth).optima(ZERO).solution(&[1.0, 3.0]).multipliers(&[0.0; 2]),
    Record::new("ZANGWIL3", CUTEST, zangwil3).optima(ZERO).solution(&[0.0; 3]).multipliers(&[0.0; 3]),
    Record::new("CUBENE", CUTEST, cubene).optima(ZERO).solution(&[1.0, 1.0]).multipliers(&[0.0; 2]),
    Record::new("RSNBRNE", MGH, rsnbrne).optima(ZERO).solution(&[1.0, 1.0]).multipliers(&[0.0; 2]),
    Record::new("SINVALNE", CUTEST, sinvalne).optima(ZERO).solution(&[0.0, 0.0]).multipliers(&[0.0; 2]),
    Record::new("DENSCHNCNE", DENNIS, denschncne).optima(ZERO).solution(&[1.0, 1.0]).multipliers(&[0.0; 2]),
    Record::new("DENSCHNFNE", DENNIS, denschnfne).optima(ZERO).solution(&[1.0, 1.0]).multipliers(&[0.0; 2]),
    Record::new("HELIXNE", MGH, helixne)
        .optima(ZERO)
        .solution(&[1.0, 0.0, 0.0])
        .multipliers(&[0.0; 3])
        .note("the start is on the branch cut of the angle"),
    Record::new("MOREBVNE", MGH, morebvne).optima(ZERO).multipliers(&[0.0; 10]),
    Record::new("TRIGON1NE", CUTEST, trigon1ne).optima(ZERO).solution(&[0.0; 10]).multipliers(&[0.0; 10]),
];

fn himmelba(m: &mut Model) {
    let [x1, x2] = free(m, [8.0, 9.0]);
    equations(m, [0.25 * x1 - 5.0, x2 - 6.0]);
}

fn himmelbc(m: &mut Model) {
    let [x1, x2] = free(m, [1.0, 1.0]);
    equations(m, [x1.square() + x2 - 11.0, x1 + x2.square() - 7.0]);
}

fn himmelbe(m: &mut Model) {
    let [x1, x2, x3] = free(m, [-1.2, 2.0, 0.0]);
    equations(m, [0.25 * (x1 + x2).square() - x3, 1.0 - x1, 1.0 - x2]);
}

fn gottfr(m: &mut Model) {
    let [x1, x2] = free(m, [0.5, 0.5]);
    equations(m, [x1 - 0.1136 * (x1 + 3.0 * x2) * (1.0 - x1), x2 + 7.5 * (2.0 * x1 - x2) * (1.0 - x2)]);
}

fn booth(m: &mut Model) {
    let [x1, x2] = free(m, [0.0, 0.0]);
    equations(m, [x1 + 2.0 * x2 - 7.0, 2.0 * x1 + x2 - 5.0]);
}

fn zangwil3(m: &mut Model) {
    let [x1, x2, x3] = free(m, [100.0, -1.0, 2.5]);
    equations(m, [x1 - x2 + x3, -x1 + x2 + x3, x1 + x2 - x3]);
}

fn cubene(m: &mut Model) {
    let [x1, x2] = free(m, [-1.2, 1.0]);
    equations(m, [x1 - 1.0, 10.0 * (x2 - x1.powi(3))]);
}

fn rsnbrne(m: &mut Model) {
    let [x1, x2] = free(m, [-1.2, 1.0]);
    equations(m, [10.0 * (x2 - x1.square()), x1 - 1.0]);
}

fn sinvalne(m: &mut Model) {
    let [x1, x2] = free(m, [4.712_389, -1.0]);
    equations(m, [10.0 * (x2 - x1.sin()), x1 / 2.0]);
}

fn denschncne(m: &mut Model) {
    let [x1, x2] = free(m, [2.0, 3.0]);
    equations(m, [x1.square() + x2.square() - 2.0, (x1 - 1.0).exp() + x2.powi(3) - 2.0]);
}

fn denschnfne(m: &mut Model) {
    let [x1, x2] = free(m, [2.0, 0.0]);
    equations(m, [2.0 * (x1 + x2).square() + (x1 - x2).square() - 8.0, 5.0 * x1.square() + (x2 - 3.0).square() - 9.0]);
}

fn helixne(m: &mut Model) {
    let [x1, x2, x3] = free(m, [-1.0, 0.0, 0.0]);
    let radius = (x1.square() + x2.square()).sqrt();
    equations(m, [10.0 * x3 - 100.0 / TAU * x2.atan2(x1), 10.0 * radius - 10.0, x3.into()]);
}

/// A two-point boundary value problem by differences.
fn morebvne(m: &mut Model) {
    let h = 1.0 / 11.0;
    let t = |i: usize| (i + 1) as f64 * h;
    let x: [_; 10] = free(m, from_fn(|i| t(i) * (t(i) - 1.0)));
    let row = |i: usize| {
        let mut row: Expr = 2.0 * x[i] + 0.5 * h * h * (x[i] + t(i) + 1.0).powi(3);
        if i > 0 {
            row -= x[i - 1];
        }
        if i < 9 {
            row -= x[i + 1];
        }
        row
    };
    equations(m, (0..10).map(row));
}

fn trigon1ne(m: &mut Model) {
    let x = free(m, [0.1; 10]);
    let cosines = sum(x, |x| x.cos());
    let row = |i: usize| {
        let number = (i + 1) as f64;
        &cosines + number * (x[i].cos() + x[i].sin()) - 10.0 - number
    };
    equations(m, (0..10).map(row));
}
