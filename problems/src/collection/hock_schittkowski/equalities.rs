//! The problems without inequalities.

use super::SOURCE;
use crate::collection::record::{Optimum, Record, at};
use crate::collection::writing::{equations, free, sum};
use crate::expression::{Expr, Model, Variable};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, PI, SQRT_2};

const ZERO: &[Optimum] = &[at(0.0)];

pub(in crate::collection) const PROBLEMS: &[Record] = &[
    Record::new("HS6", SOURCE, hs6).optima(ZERO).solution(&[1.0, 1.0]).multipliers(&[0.0]),
    Record::new("HS7", SOURCE, hs7)
        .optima(&[at(-1.732_050_807_57)])
        .solution(&[0.0, 1.732_050_807_568_877])
        .multipliers(&[0.288_675_135]),
    Record::new("HS8", SOURCE, hs8).optima(&[at(-1.0)]).multipliers(&[0.0, 0.0]),
    Record::new("HS9", SOURCE, hs9).optima(&[at(-0.5)]).solution(&[-3.0, -4.0]).multipliers(&[-0.032_724_923_5]),
    Record::new("HS26", SOURCE, hs26)
        .optima(ZERO)
        .solution(&[1.0; 3])
        .multipliers(&[0.0])
        .note("the reduced Hessian is singular at the solution"),
    Record::new("HS27", SOURCE, hs27).optima(&[at(0.04)]).solution(&[-1.0, 1.0, 0.0]).multipliers(&[0.04]),
    Record::new("HS28", SOURCE, hs28).optima(ZERO).solution(&[0.5, -0.5, 0.5]).multipliers(&[0.0]),
    Record::new("HS39", SOURCE, hs39).optima(&[at(-1.0)]).solution(&[1.0, 1.0, 0.0, 0.0]).multipliers(&[-1.0, -1.0]),
    Record::new("HS40", SOURCE, hs40)
        .optima(&[at(-0.25)])
        .solution(&[0.793_700_525_984_099_8, FRAC_1_SQRT_2, 0.529_731_547_179_647_6, 0.840_896_415_253_714_5])
        .multipliers(&[0.5, -0.471_937_156, 0.353_553_389]),
    Record::new("HS42", SOURCE, hs42)
        .optima(&[at(13.857_864_376_3)])
        .solution(&[2.0, 2.0, 0.6 * SQRT_2, 0.8 * SQRT_2])
        .multipliers(&[-2.0, 2.535_533_91]),
    Record::new("HS46", SOURCE, hs46)
        .optima(ZERO)
        .solution(&[1.0; 5])
        .multipliers(&[0.0; 2])
        .note("the reduced Hessian is singular at the solution"),
    Record::new("HS47", SOURCE, hs47)
        .optima(&[at(0.0), at(-0.026_714_182_694)])
        .solution(&[1.0; 5])
        .multipliers(&[0.0; 3])
        .note("the solution of the literature, 1, is stationary but no local minimum: a cubic term decides"),
    Record::new("HS48", SOURCE, hs48).optima(ZERO).solution(&[1.0; 5]).multipliers(&[0.0; 2]),
    Record::new("HS49", SOURCE, hs49)
        .optima(ZERO)
        .solution(&[1.0; 5])
        .multipliers(&[0.0; 2])
        .note("the reduced Hessian is singular at the solution"),
    Record::new("HS50", SOURCE, hs50).optima(ZERO).solution(&[1.0; 5]).multipliers(&[0.0; 3]),
    Record::new("HS51", SOURCE, hs51).optima(ZERO).solution(&[1.0; 5]).multipliers(&[0.0; 3]),
    Record::new("HS52", SOURCE, hs52)
        .optima(&[at(5.326_647_564_47)])
        .solution(&[-33.0 / 349.0, 11.0 / 349.0, 180.0 / 349.0, -158.0 / 349.0, 11.0 / 349.0])
        .multipliers(&[3.277_936_96, 2.905_444_13, -7.747_851]),
    Record::new("HS56", SOURCE, hs56)
        .optima(&[at(-3.456)])
        .solution(&[
            2.4,
            1.2,
            1.2,
            0.857_071_947_850_130_8,
            0.563_942_641_355_887_4,
            0.563_942_641_355_887_4,
            FRAC_PI_2,
        ])
        .multipliers(&[0.0, 0.0, 0.0, 1.44]),
    Record::new("HS61", SOURCE, hs61)
        .optima(&[at(-143.646_142_198)])
        .solution(&[5.326_770_136, -2.118_998_632, 3.210_464_225])
        .multipliers(&[-0.887_684_088, -1.737_777_21])
        .note("the constraints' Jacobian has rank 1 at the start"),
    Record::new("HS77", SOURCE, hs77).optima(&[at(0.241_505_128_79)]).multipliers(&[-0.085_539_597, -0.031_878_398_2]),
    Record::new("HS78", SOURCE, hs78)
        .optima(&[at(-2.919_700_408_96)])
        .solution(&[-1.717_143_57, 1.595_709_69, 1.827_245_753, -0.763_643_078, -0.763_643_078])
        .multipliers(&[0.744_445_931, -0.703_575_19, 0.096_805_524_9]),
    Record::new("HS79", SOURCE, hs79).optima(&[at(0.078_776_820_871_1)]).multipliers(&[
        -0.038_821_048_8,
        -0.016_726_518_1,
        -0.000_287_326_258,
    ]),
    Record::new("HS100LNP", SOURCE, hs100lnp)
        .optima(&[at(680.630_057_374)])
        .multipliers(&[1.139_719_96, 0.368_614_517])
        .note("HS100 with its active rows as equations"),
    Record::new("HS111LNP", SOURCE, hs111lnp)
        .optima(&[at(-47.761_090_859_4)])
        .multipliers(&[9.785_055_01, 12.968_920_7, 15.222_060_2])
        .note("HS111 without its bounds"),
];

fn hs6(m: &mut Model) {
    let [x1, x2] = free(m, [-1.2, 1.0]);
    m.minimise((1.0 - x1).square());
    equations(m, [10.0 * (x2 - x1.square())]);
}

fn hs7(m: &mut Model) {
    let [x1, x2] = free(m, [2.0, 2.0]);
    m.minimise((1.0 + x1.square()).ln() - x2);
    equations(m, [(1.0 + x1.square()).square() + x2.square() - 4.0]);
}

fn hs8(m: &mut Model) {
    let [x1, x2] = free(m, [2.0, 1.0]);
    m.minimise(-1.0);
    equations(m, [x1.square() + x2.square() - 25.0, x1 * x2 - 9.0]);
}

fn hs9(m: &mut Model) {
    let [x1, x2] = free(m, [0.0, 0.0]);
    m.minimise((PI / 12.0 * x1).sin() * (PI / 16.0 * x2).cos());
    equations(m, [4.0 * x1 - 3.0 * x2]);
}

fn hs26(m: &mut Model) {
    let [x1, x2, x3] = free(m, [-2.6, 2.0, 2.0]);
    m.minimise((x1 - x2).square() + (x2 - x3).powi(4));
    equations(m, [(1.0 + x2.square()) * x1 + x3.powi(4) - 3.0]);
}

fn hs27(m: &mut Model) {
    let [x1, x2, x3] = free(m, [2.0; 3]);
    m.minimise(0.01 * (x1 - 1.0).square() + (x2 - x1.square()).square());
    equations(m, [x1 + x3.square() + 1.0]);
}

fn hs28(m: &mut Model) {
    let [x1, x2, x3] = free(m, [-4.0, 1.0, 1.0]);
    m.minimise((x1 + x2).square() + (x2 + x3).square());
    equations(m, [x1 + 2.0 * x2 + 3.0 * x3 - 1.0]);
}

/// Problem 9 of Boggs and Tolle is the same.
pub(in crate::collection) fn hs39(m: &mut Model) {
    let [x1, x2, x3, x4] = free(m, [2.0; 4]);
    m.minimise(-x1);
    equations(m, [x2 - x1.powi(3) - x3.square(), x1.square() - x2 - x4.square()]);
}

fn hs40(m: &mut Model) {
    let [x1, x2, x3, x4] = free(m, [0.8; 4]);
    m.minimise(-(x1 * x2 * x3 * x4));
    equations(m, [x1.powi(3) + x2.square() - 1.0, x1.square() * x4 - x3, x4.square() - x2]);
}

fn hs42(m: &mut Model) {
    let x = free(m, [1.0; 4]);
    m.minimise(sum(0..4, |i| (x[i] - (i + 1) as f64).square()));
    equations(m, [x[0] - 2.0, x[2].square() + x[3].square() - 2.0]);
}

fn hs46_objective([x1, x2, x3, x4, x5]: [Variable; 5]) -> Expr {
    (x1 - x2).square() + (x3 - 1.0).square() + (x4 - 1.0).powi(4) + (x5 - 1.0).powi(6)
}

fn hs46(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [FRAC_1_SQRT_2, 1.75, 0.5, 2.0, 2.0]);
    m.minimise(hs46_objective(x));
    equations(m, [x1.square() * x4 + (x4 - x5).sin() - 1.0, x2 + x3.powi(4) * x4.square() - 2.0]);
}

fn hs47(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [2.0, SQRT_2, -1.0, 2.0 - SQRT_2, 0.5]);
    m.minimise((x1 - x2).square() + (x2 - x3).powi(3) + (x3 - x4).powi(4) + (x4 - x5).powi(4));
    equations(m, [x1 + x2.square() + x3.powi(3) - 3.0, x2 - x3.square() + x4 - 1.0, x1 * x5 - 1.0]);
}

fn hs48(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [3.0, 5.0, -3.0, 2.0, -2.0]);
    m.minimise((x1 - 1.0).square() + (x2 - x3).square() + (x4 - x5).square());
    equations(m, [x1 + x2 + x3 + x4 + x5 - 5.0, x3 - 2.0 * (x4 + x5) + 3.0]);
}

fn hs49(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [10.0, 7.0, 2.0, -3.0, 0.8]);
    m.minimise(hs46_objective(x));
    equations(m, [x1 + x2 + x3 + 4.0 * x4 - 7.0, x3 + 5.0 * x5 - 6.0]);
}

fn hs50(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [35.0, -31.0, 11.0, 5.0, -5.0]);
    m.minimise((x1 - x2).square() + (x2 - x3).square() + (x3 - x4).powi(4) + (x4 - x5).square());
    equations(m, (0..3).map(|i| x[i] + 2.0 * x[i + 1] + 3.0 * x[i + 2] - 6.0));
}

pub(in crate::collection) fn hs51_objective([x1, x2, x3, x4, x5]: [Variable; 5]) -> Expr {
    (x1 - x2).square() + (x2 + x3 - 2.0).square() + (x4 - 1.0).square() + (x5 - 1.0).square()
}

fn hs51(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [2.5, 0.5, 2.0, -1.0, 0.5]);
    m.minimise(hs51_objective(x));
    equations(m, [x1 + 3.0 * x2 - 4.0, x3 + x4 - 2.0 * x5, x2 - x5]);
}

fn hs52(m: &mut Model) {
    let [x1, x2, x3, x4, x5] = free(m, [2.0; 5]);
    m.minimise((4.0 * x1 - x2).square() + (x2 + x3 - 2.0).square() + (x4 - 1.0).square() + (x5 - 1.0).square());
    equations(m, [x1 + 3.0 * x2, x3 + x4 - 2.0 * x5, x2 - x5]);
}

fn hs56(m: &mut Model) {
    let angle = 0.509_739_68;
    let [x1, x2, x3, x4, x5, x6, x7] = free(m, [1.0, 1.0, 1.0, angle, angle, angle, 0.985_110_78]);
    m.minimise(-(x1 * x2 * x3));
    equations(
        m,
        [
            x1 - 4.2 * x4.sin().square(),
            x2 - 4.2 * x5.sin().square(),
            x3 - 4.2 * x6.sin().square(),
            x1 + 2.0 * x2 + 2.0 * x3 - 7.2 * x7.sin().square(),
        ],
    );
}

fn hs61(m: &mut Model) {
    let [x1, x2, x3] = free(m, [0.0; 3]);
    m.minimise(4.0 * x1.square() + 2.0 * x2.square() + 2.0 * x3.square() - 33.0 * x1 + 16.0 * x2 - 24.0 * x3);
    equations(m, [3.0 * x1 - 2.0 * x2.square() - 7.0, 4.0 * x1 - x3.square() - 11.0]);
}

pub(in crate::collection) fn hs77_objective([x1, x2, x3, x4, x5]: [Variable; 5]) -> Expr {
    (x1 - 1.0).square() + (x1 - x2).square() + (x3 - 1.0).square() + (x4 - 1.0).powi(4) + (x5 - 1.0).powi(6)
}

fn hs77(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [2.0; 5]);
    m.minimise(hs77_objective(x));
    equations(m, [x1.square() * x4 + (x4 - x5).sin() - 2.0 * SQRT_2, x2 + x3.powi(4) * x4.square() - 8.0 - SQRT_2]);
}

pub(super) fn hs78_constraints([x1, x2, x3, x4, x5]: [Variable; 5]) -> [Expr; 3] {
    [sum([x1, x2, x3, x4, x5], Variable::square) - 10.0, x2 * x3 - 5.0 * x4 * x5, x1.powi(3) + x2.powi(3) + 1.0]
}

fn hs78(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [-2.0, 1.5, 2.0, -1.0, -1.0]);
    m.minimise(x1 * x2 * x3 * x4 * x5);
    equations(m, hs78_constraints(x));
}

pub(in crate::collection) fn hs79_objective([x1, x2, x3, x4, x5]: [Variable; 5]) -> Expr {
    (x1 - 1.0).square() + (x1 - x2).square() + (x2 - x3).square() + (x3 - x4).powi(4) + (x4 - x5).powi(4)
}

fn hs79(m: &mut Model) {
    let x @ [x1, x2, x3, x4, x5] = free(m, [2.0; 5]);
    m.minimise(hs79_objective(x));
    equations(
        m,
        [x1 + x2.square() + x3.powi(3) - 2.0 - 3.0 * SQRT_2, x2 - x3.square() + x4 + 2.0 - 2.0 * SQRT_2, x1 * x5 - 2.0],
    );
}

pub(super) const HS100_START: [f64; 7] = [1.0, 2.0, 0.0, 4.0, 0.0, 1.0, 1.0];

pub(super) fn hs100_objective([x1, x2, x3, x4, x5, x6, x7]: [Variable; 7]) -> Expr {
    (x1 - 10.0).square()
        + 5.0 * (x2 - 12.0).square()
        + x3.powi(4)
        + 3.0 * (x4 - 11.0).square()
        + 10.0 * x5.powi(6)
        + 7.0 * x6.square()
        + x7.powi(4)
        - 4.0 * x6 * x7
        - 10.0 * x6
        - 8.0 * x7
}

/// The rows that are active at the solution of HS100: at most 0 there.
pub(super) fn hs100_active([x1, x2, x3, x4, x5, x6, x7]: [Variable; 7]) -> [Expr; 2] {
    [
        2.0 * x1.square() + 3.0 * x2.powi(4) + x3 + 4.0 * x4.square() + 5.0 * x5 - 127.0,
        4.0 * x1.square() + x2.square() - 3.0 * x1 * x2 + 2.0 * x3.square() + 5.0 * x6 - 11.0 * x7,
    ]
}

fn hs100lnp(m: &mut Model) {
    let x = free(m, HS100_START);
    m.minimise(hs100_objective(x));
    equations(m, hs100_active(x));
}

fn hs111lnp(m: &mut Model) {
    const ENERGIES: [f64; 10] =
        [-6.089, -17.164, -34.054, -5.914, -24.721, -14.986, -24.100, -10.708, -26.662, -22.179];
    let x = free(m, [-2.3; 10]);
    let e = x.map(Variable::exp);
    let total = sum(&e, Expr::clone).ln();
    m.minimise(sum(0..10, |i| &e[i] * (x[i] + ENERGIES[i] - &total)));
    equations(
        m,
        [
            &e[0] + 2.0 * &e[1] + 2.0 * &e[2] + &e[5] + &e[9] - 2.0,
            &e[3] + 2.0 * &e[4] + &e[5] + &e[6] - 1.0,
            &e[2] + &e[6] + &e[7] + 2.0 * &e[8] + &e[9] - 1.0,
        ],
    );
}
