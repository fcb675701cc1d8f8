//! Krylov directions: the same solutions as factorisations.

use super::set::{error, problem};
use super::*;
use crate::run::{Oracle, Status};
use thalweg_problems::expression::{Expr, Model, PartiallySeparable};

fn krylov(linear_solver: LinearSolver) -> ExactAl {
    ExactAl { linear_solver, tolerance: 1e-6, ..ExactAl::default() }
}

/// W. Hager, *Multiplier methods for nonlinear optimal control*, SIAM J. Numer. Anal. 27, 1990: a linear-quadratic control
/// problem of n steps; the optimum tends to 1 / (1 + e^-2).
fn hager(n: u32) -> PartiallySeparable {
    let mut model = Model::new("hager");
    let x = model.free_vector("x", (0..n).map(|_| 0.0));
    let u = model.free_vector("u", (0..n).map(|_| 0.0));
    let size = f64::from(n);
    let mut objective = 0.5 * x[x.len() - 1].powi(2);
    for control in &u {
        objective += control.powi(2) * (0.5 / size);
    }
    model.minimise(objective);
    for i in 0..x.len() {
        let last = if i == 0 { Expr::from(1.0) } else { Expr::from(x[i - 1]) };
        model.equal("state", (size - 0.5) * x[i] - (size + 0.5) * last - u[i], 0.0);
    }
    model.build().unwrap()
}

#[test]
fn solutions_of_the_published_set() {
    // Singular reduced Hessians (HS26, HS46, HS47, HS49, BT8) need exact directions.
    let easy = [
        "HS28", "HS40", "HS42", "HS48", "HS52", "HS78", "HS79", "BT2", "BT3", "BT5", "BT6", "BT11", "GENHS28", "HS77",
        "HS6", "HS7", "MARATOS2",
    ];
    for linear_solver in [LinearSolver::ProjectedCg, LinearSolver::Minres] {
        for name in easy {
            let (solution, _) = run(&problem(name), &krylov(linear_solver));
            assert_eq!(solution.status, Status::Converged, "{linear_solver:?} {name}: {}", solution.reason);
            assert!(error(name, solution.objective) < 1e-5, "{linear_solver:?} {name}: {}", solution.objective);
        }
    }
}

#[test]
fn optimal_control() {
    for (n, optimum) in [(50, 0.880_804_077_793), (1000, 0.880_797_095_477)] {
        let problem = hager(n);
        for linear_solver in [LinearSolver::Ldlt, LinearSolver::ProjectedCg, LinearSolver::Minres] {
            let method = ExactAl { linear_solver, ..ExactAl::default() };
            let (solution, _) = run(&problem, &method);
            assert_eq!(solution.status, Status::Converged, "{n} {linear_solver:?}: {}", solution.reason);
            approx::assert_abs_diff_eq!(solution.objective, optimum, epsilon = 1e-8);
            if linear_solver == LinearSolver::Ldlt {
                assert_eq!(solution.iterations, 1);
            }
        }
    }
}

/// Time per step and memory of a large problem; a measurement, not a check.
#[test]
#[ignore = "a measurement"]
fn large() {
    for n in [5_000, 50_000, 500_000] {
        let clock = std::time::Instant::now();
        let problem = hager(n);
        println!("{n} built in {:?}", clock.elapsed());
        for linear_solver in [LinearSolver::Ldlt, LinearSolver::ProjectedCg, LinearSolver::Minres] {
            let (solution, _) = run(&problem, &krylov(linear_solver));
            println!(
                "{} variables {linear_solver:?} {} {} steps {} inner, {:.3} s, objective {}",
                problem.variables(),
                solution.status,
                solution.iterations,
                solution.counts.get(Oracle::Inner),
                solution.seconds,
                solution.objective
            );
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
    }
}

#[test]
fn one_of_them_by_name() {
    let (direct, _) = run(&problem("HS77"), &ExactAl::default());
    let (inexact, _) =
        run(&problem("HS77"), &ExactAl { linear_solver: LinearSolver::ProjectedCg, ..ExactAl::default() });
    for (a, b) in direct.point.x.iter().zip(&inexact.point.x) {
        approx::assert_abs_diff_eq!(*a, *b, epsilon = 1e-6);
    }
}
