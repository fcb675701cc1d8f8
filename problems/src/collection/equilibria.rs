//! Equilibria of particles and chains.

use super::record::{Parameter, Record, at_size};
use super::writing::{equations, sum, turn};
use crate::expression::{Expr, Model, Variable};
use std::f64::consts::PI;

pub(super) const PROBLEMS: &[Record] = &[
    Record::family(
        "ELEC",
        "Dolan, More, Munson, Benchmarking optimization software with COPS 3.0, 2004",
        &[Parameter::new("P", 12, 2).up_to(2000)],
        elec,
    )
    .optima(&[
        at_size(&[2], 0.5),
        at_size(&[3], 1.732_050_807_568_877),
        at_size(&[4], 3.674_234_614_174_767),
        at_size(&[6], 9.985_281_374),
        at_size(&[12], 49.165_253_057_6),
        at_size(&[25], 243.812_760_298),
    ])
    .note("rotations make the reduced Hessian singular"),
    Record::family("CATENA", "Veselic, SIAM Review 37, 1995; CUTEst", &[Parameter::new("M", 10, 2)], catena)
        .optima(&[at_size(&[10], -20_976.396_763_8), at_size(&[100], -209_956.334_324)]),
];

fn distance_squared(a: &[Expr; 3], b: &[Expr; 3]) -> Expr {
    sum(0..3, |axis| (&a[axis] - &b[axis]).square())
}

/// P charges on the unit sphere: n = 3P, m = P.
fn elec(m: &mut Model, sizes: &[usize]) {
    let count = sizes[0];
    let mut p: Vec<[Variable; 3]> = Vec::with_capacity(count);
    for i in 1..=count {
        let (theta, phi) = (turn(i, count), PI * (i as f64 - 1.0) / count as f64);
        let ring = libm::sin(phi);
        let start = [libm::cos(theta) * ring, libm::sin(theta) * ring, libm::cos(phi)];
        p.push(std::array::from_fn(|axis| m.free(format!("{}{i}", ["x", "y", "z"][axis]), start[axis])));
    }
    let place = |i: usize| p[i].map(Expr::from);
    let pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j)));
    m.minimise(sum(pairs, |(i, j)| 1.0 / distance_squared(&place(i), &place(j)).sqrt()));
    equations(m, p.iter().map(|p| sum(p, |x| x.square()) - 1.0));
}

/// A hanging chain of M beams of length 1 between two points: n = 3M - 1, m = M.
fn catena(m: &mut Model, sizes: &[usize]) {
    let beams = sizes[0];
    let weight = 500.0 * 9.81 / beams as f64;
    let mut p: Vec<[Expr; 3]> = vec![[0.0, 0.0, 0.0].map(Expr::from)];
    for i in 1..=beams {
        let along = 0.6 * i as f64;
        let x = if i < beams { m.free(format!("x{i}"), along).into() } else { along.into() };
        p.push([x, m.free(format!("y{i}"), -along).into(), m.free(format!("z{i}"), 0.0).into()]);
    }
    m.minimise(sum(1..beams, |i| weight * &p[i][1]) + 0.5 * weight * &p[beams][1]);
    equations(m, (1..=beams).map(|i| distance_squared(&p[i], &p[i - 1]) - 1.0));
}
