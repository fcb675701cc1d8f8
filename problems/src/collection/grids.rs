//! Flows on a grid, and control of a discretised differential equation.

use super::record::{Parameter, Record, at_size};
use super::writing::{equations, sum};
use crate::expression::{Expr, Model, Variable};

const GRID: &[Parameter] = &[Parameter::new("NX", 10, 2).up_to(1000), Parameter::new("NY", 10, 2).up_to(1000)];

pub(super) const PROBLEMS: &[Record] = &[
    Record::family("AUG2D", "after CUTEst; last right-hand side made consistent", GRID, |m, s| aug2d(m, s, true))
        .optima(&[
            at_size(&[10, 10], 6_430.504_546_5),
            at_size(&[5, 5], 266.070_075_758),
            at_size(&[20, 10], 32_322.336_797_5),
        ])
        .note("the constraints are linearly dependent: their rank is m - 1"),
    Record::family("AUG2DINF", "after CUTEst", GRID, |m, s| aug2d(m, s, false))
        .infeasible()
        .note("AUG2D with all right-hand sides 1: infeasible, least residual sqrt(NX NY)"),
    Record::family("PDE", "Hong, Na, Mahoney, Kolar, ICML 2023", &[Parameter::new("N", 10, 1).up_to(1000)], pde)
        .optima(&[at_size(&[3], 9.644_442_051_81), at_size(&[10], 116.835_219_238), at_size(&[20], 470.816_752_866)]),
];

/// The least-squares flow on a grid of NX by NY nodes with a source at each: n = (NX - 1) NY + NX (NY - 1), m = NX NY.
fn aug2d(m: &mut Model, sizes: &[usize], consistent: bool) {
    let (nx, ny) = (sizes[0], sizes[1]);
    let mut edge = |stem: &str, i: usize, j: usize| m.free(format!("{stem}{}_{}", i + 1, j + 1), 0.0);
    let across: Vec<Vec<Variable>> = (0..nx - 1).map(|i| (0..ny).map(|j| edge("x", i, j)).collect()).collect();
    let up: Vec<Vec<Variable>> = (0..nx).map(|i| (0..ny - 1).map(|j| edge("y", i, j)).collect()).collect();
    m.minimise(sum(across.iter().chain(&up).flatten(), |e| 0.5 * e.square()));
    let node = |(i, j): (usize, usize)| {
        let mut flow = Expr::default();
        if i + 1 < nx {
            flow += across[i][j];
        }
        if i > 0 {
            flow -= across[i - 1][j];
        }
        if j + 1 < ny {
            flow += up[i][j];
        }
        if j > 0 {
            flow -= up[i][j - 1];
        }
        let last = i + 1 == nx && j + 1 == ny;
        let source = if consistent && last { 1.0 - (nx * ny) as f64 } else { 1.0 };
        flow - source
    };
    equations(m, (0..nx).flat_map(|i| (0..ny).map(move |j| (i, j))).map(node));
}

/// Control of Poisson's equation on a square of N by N interior points, zero on the boundary: n = 2 N^2, m = N^2. The first
/// index runs fastest; start and multipliers are 1.
fn pde(m: &mut Model, sizes: &[usize]) {
    let n = sizes[0];
    let h = 2.0 / (n + 1) as f64;
    let w = m.free_vector("w", vec![1.0; n * n]);
    let z = m.free_vector("z", vec![1.0; n * n]);
    let frequency = 0.1 / 15f64.sqrt();
    let phase = |i: usize| frequency * ((i + 1) as f64 - 0.5 * (n + 1) as f64);
    let wanted = |k: usize| libm::sin(4.0 + phase(k % n)) + libm::cos(3.0 + phase(k / n));
    m.minimise(sum(0..n * n, |k| 0.5 * (w[k] - wanted(k)).square() + 0.05 * z[k].square()));
    let row = |k: usize| {
        let (i, j) = (k % n, k / n);
        let mut neighbours = Expr::default();
        if i > 0 {
            neighbours += w[k - 1];
        }
        if i + 1 < n {
            neighbours += w[k + 1];
        }
        if j > 0 {
            neighbours += w[k - n];
        }
        if j + 1 < n {
            neighbours += w[k + n];
        }
        (neighbours - 4.0 * w[k]) / (h * h) + z[k]
    };
    equations(m, (0..n * n).map(row));
    (0..n * n).for_each(|i| m.start_multiplier(i, 1.0));
}
