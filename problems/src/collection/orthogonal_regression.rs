//! Orthogonal regression: the nearest points on a curve or surface of unknown parameters.
//!
//! M. Gulliksson, "Algorithms for nonlinear least-squares with applications to orthogonal regression", Umea 1990, by way of
//! the CUTEst collection.

use super::record::{Parameter, Record, at, at_size};
use super::writing::{equations, sum, turn};
use crate::expression::{Expr, Model, Variable};

const SOURCE: &str = "Gulliksson 1990; CUTEst";

pub(super) const PROBLEMS: &[Record] = &[
    Record::new("ORTHREGB", SOURCE, orthregb)
        .optima(&[at(0.0)])
        .multipliers(&[0.0; 6])
        .note("the reduced Hessian is singular at the solution"),
    Record::family("ORTHREGC", SOURCE, &[Parameter::new("P", 10, 3)], orthregc)
        .optima(&[at_size(&[10], 0.399_058_508_585), at_size(&[100], 3.791_944_877_49)]),
    Record::family("ORTHREGD", SOURCE, &[Parameter::new("P", 10, 3)], orthregd)
        .optima(&[at_size(&[10], 3.412_121_078_33), at_size(&[50], 15.590_421_850_7)]),
];

/// Points that start at the data.
fn points<const D: usize>(m: &mut Model, axes: [&str; D], data: &[[f64; D]]) -> Vec<[Variable; D]> {
    let point = |(i, data): (usize, &[f64; D])| {
        std::array::from_fn(|axis| m.free(format!("{}{}", axes[axis], i + 1), data[axis]))
    };
    data.iter().enumerate().map(point).collect()
}

/// The sum of squared distances of the points from the data.
fn misfit<const D: usize>(points: &[[Variable; D]], data: &[[f64; D]]) -> Expr {
    sum(points.iter().zip(data), |(p, d)| sum(0..D, |axis| (p[axis] - d[axis]).square()))
}

/// An ellipsoid near six points.
fn orthregb(m: &mut Model) {
    let (o, a, b, c) = (0.5, 9.0, 6.0, 7.0);
    let data =
        [[o + a, o + a, o], [o + b, o - b, o], [o - a, o - a, o], [o - b, o + b, o], [o, o, o + c], [o, o, o - c]];
    let h11 = m.free("h11", 1.0);
    let h12 = m.free("h12", 0.0);
    let h13 = m.free("h13", 0.0);
    let h22 = m.free("h22", 1.0);
    let h23 = m.free("h23", 0.0);
    let h33 = m.free("h33", 1.0);
    let [g1, g2, g3] = ["g1", "g2", "g3"].map(|name| m.free(name, 0.0));
    let p = points(m, ["u", "v", "w"], &data);
    m.minimise(misfit(&p, &data));
    let surface = |&[u, v, w]: &[Variable; 3]| {
        h11 * u.square()
            + 2.0 * h12 * u * v
            + 2.0 * h13 * u * w
            + h22 * v.square()
            + 2.0 * h23 * v * w
            + h33 * w.square()
            - 2.0 * g1 * u
            - 2.0 * g2 * v
            - 2.0 * g3 * w
            - 1.0
    };
    equations(m, p.iter().map(surface));
}

/// The perturbation of the data's radius at an angle.
fn perturbation(theta: f64) -> f64 {
    1.0 + 0.2 * libm::cos(237.1531 * theta)
}

/// An ellipse near P points.
fn orthregc(m: &mut Model, sizes: &[usize]) {
    let (sine, cosine) = (libm::sin(2.0), libm::cos(2.0));
    let datum = |i| {
        let theta = turn(i, sizes[0]);
        let (s, c) = (libm::sin(theta), libm::cos(theta));
        [(2.0 * c * cosine - s * sine) * perturbation(theta), (2.0 * c * sine + s * cosine) * perturbation(theta)]
    };
    let data: Vec<[f64; 2]> = (0..sizes[0]).map(datum).collect();
    let h11 = m.free("h11", 1.0);
    let h12 = m.free("h12", 0.0);
    let h22 = m.free("h22", 1.0);
    let [g1, g2] = ["g1", "g2"].map(|name| m.free(name, 1.0));
    let p = points(m, ["a", "b"], &data);
    m.minimise(misfit(&p, &data));
    let ellipse = |&[a, b]: &[Variable; 2]| {
        h11 * a.square() + 2.0 * h12 * a * b + h22 * b.square() - 2.0 * g1 * a - 2.0 * g2 * b - 1.0
    };
    equations(m, p.iter().map(ellipse));
}

/// A cardioid near P points.
fn orthregd(m: &mut Model, sizes: &[usize]) {
    let datum = |i| {
        let theta = turn(i, sizes[0]);
        let (s, c) = (libm::sin(theta), libm::cos(theta));
        let radius = (1.0 + 1.7 * 1.7 + c) * perturbation(theta);
        [radius * c, radius * s]
    };
    let data: Vec<[f64; 2]> = (0..sizes[0]).map(datum).collect();
    let z1 = m.free("z1", 1.0);
    let z2 = m.free("z2", 0.0);
    let z3 = m.free("z3", 1.0);
    let p = points(m, ["a", "b"], &data);
    m.minimise(misfit(&p, &data));
    let cardioid = |&[a, b]: &[Variable; 2]| {
        let t = (a - z1).square() + (b - z2).square();
        t.square() - &t * (1.0 + z3.square()).square()
    };
    equations(m, p.iter().map(cardioid));
}
