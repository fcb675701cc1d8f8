//! Gradients, Jacobians and Hessians against central differences.

use super::solver::{Dense, lagrangian_gradient};
use super::{nlp_records, small_sizes};
use crate::nlp::NonlinearProgram;

fn close(what: &str, difference: f64, derivative: f64, scale: f64) {
    let allowed = 2e-6 * (1.0 + derivative.abs()) + 1e-9 * scale;
    assert!((difference - derivative).abs() <= allowed, "{what}: difference {difference}, derivative {derivative}");
}

fn check(name: &str, program: &dyn NonlinearProgram, x: &[f64]) {
    let mut problem = Dense::new(program);
    let (n, m) = problem.sizes();
    let y: Vec<f64> = (0..m).map(|i| 1.0 - 0.3 * (i % 5) as f64).collect();
    let here = problem.at(x);
    let hessian = problem.hessian(x, 0.7, &y);
    for j in 0..n {
        let h = 1e-5 * x[j].abs().max(1.0);
        let mut side = |sign: f64| {
            let mut moved = x.to_vec();
            moved[j] += sign * h;
            let step = moved[j] - x[j];
            (problem.at(&moved), step)
        };
        let (up, down) = (side(1.0), side(-1.0));
        let width = up.1 - down.1;
        let (up, down) = (up.0, down.0);
        close(&format!("{name}: gradient {j}"), (up.f - down.f) / width, here.gradient[j], here.f.abs());
        for i in 0..m {
            let what = format!("{name}: Jacobian {i} {j}");
            close(&what, (up.c[i] - down.c[i]) / width, here.jacobian[i * n + j], here.c[i].abs());
        }
        let weighted = |at: &super::solver::At| {
            let mut at = super::solver::At {
                f: at.f,
                gradient: at.gradient.iter().map(|g| 0.7 * g).collect(),
                c: Vec::new(),
                jacobian: at.jacobian.clone(),
            };
            at.gradient = lagrangian_gradient(&at, &y);
            at.gradient
        };
        let (up, down) = (weighted(&up), weighted(&down));
        for i in 0..n {
            let what = format!("{name}: Hessian {i} {j}");
            close(&what, (up[i] - down[i]) / width, hessian[i * n + j], up[i].abs());
        }
    }
}

#[test]
fn derivatives_agree_with_central_differences() {
    for record in nlp_records() {
        let program = record.build(&small_sizes(record)).expect(record.name);
        let start = program.start().to_vec();
        // The start of HELIXNE is on the branch cut of the angle.
        if record.name != "HELIXNE" {
            check(record.name, &program, &start);
        }
        let shifted: Vec<f64> =
            start.iter().enumerate().map(|(j, x)| x + 0.05 + 0.03 * libm::sin(1.0 + j as f64)).collect();
        check(record.name, &program, &shifted);
    }
}
