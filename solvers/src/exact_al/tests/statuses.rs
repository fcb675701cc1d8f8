//! Trouble, and what is said of it.

use super::set::problem;
use super::text::program;
use super::*;
use crate::run::{MethodError, Status};
use thalweg_problems::expression::Model;

fn ends(start: &[f64], objective: &str, constraints: &[&str]) -> Solution<NlpPoint, NlpCertificate> {
    run(&program(start, objective, constraints), &ExactAl::default()).0
}

fn refused(problem: &dyn NonlinearProgram, start: NlpPoint, method: &ExactAl) -> MethodError {
    solve(problem, method, Begin::From(start), 1e-8, Control::default(), &mut NoSave).unwrap_err()
}

#[test]
fn without_constraints_it_is_newtons_method() {
    let solution = ends(&[-1.2, 1.0], "100*(x2-x1^2)^2+(1-x1)^2", &[]);
    assert_eq!(solution.status, Status::Converged);
    assert!(solution.objective < 1e-15 && solution.reason.contains("strict local minimum"), "{}", solution.reason);
}

#[test]
fn equations_without_solution() {
    // A stationary point of the violation at the start, and one to be found.
    for start in [&[0.0], &[2.0]] {
        let solution = ends(start, "x1", &["x1^2+1"]);
        assert_eq!(solution.status, Status::LocallyInfeasible, "{}", solution.reason);
        assert!(solution.reason.contains("worst rows (from 0): 0 by 1.000e0"), "{}", solution.reason);
        assert!(solution.point.x[0].abs() < 1e-6);
    }
    // Rows that contradict each other; more rows than variables.
    let solution = ends(&[5.0, 0.0], "x1^2+x2^2", &["x1+x2-1", "x1+x2-2"]);
    assert_eq!(solution.status, Status::LocallyInfeasible, "{}", solution.reason);
    let solution = ends(&[5.0], "x1^2", &["x1-1", "x1-2", "x1^2-3"]);
    assert_eq!(solution.status, Status::LocallyInfeasible, "{}", solution.reason);
}

#[test]
fn without_a_lower_bound() {
    for (objective, constraints) in [("-x1^4-x2", &[][..]), ("x1^3+x2", &["x2-1"][..])] {
        let solution = ends(&[-1.0, 1.0], objective, constraints);
        assert_eq!(solution.status, Status::Unbounded, "{objective}: {} {}", solution.status, solution.reason);
    }
}

#[test]
fn dependent_rows_are_no_trouble() {
    let solution = ends(
        &[1.0, 1.0, 1.0, 1.0],
        "(x1-1)^2+(x2-2)^2+(x3-3)^2+(x4-4)^2",
        &["x1-2", "x3^2+x4^2-2", "x1-2", "2*x3^2+2*x4^2-4"],
    );
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    approx::assert_abs_diff_eq!(solution.objective, 28.0 - 10.0 * 2.0_f64.sqrt(), epsilon = 1e-8);
    // More equations than variables, all of them true.
    let solution = ends(&[5.0], "x1", &["x1-1", "2*x1-2", "x1^2-1"]);
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
}

#[test]
fn at_the_solution_nothing_is_to_be_done() {
    let (solution, _) = run_from(&problem("HS28"), &[0.5, -0.5, 0.5], &ExactAl::default());
    assert_eq!((solution.status, solution.iterations), (Status::Converged, 0));
}

#[test]
fn saddle_points_and_maxima_are_left() {
    // Stationary with curvature (2, -2) at the start.
    let solution = ends(&[0.0, 0.0], "x1^2-x2^2+x2^4", &[]);
    assert_eq!(solution.status, Status::Converged);
    approx::assert_abs_diff_eq!(solution.objective, -0.25, epsilon = 1e-8);
    // The maximum on the circle.
    let solution = ends(&[-1.0, 0.0], "x1", &["x1^2+x2^2-1"]);
    approx::assert_abs_diff_eq!(solution.objective, -1.0, epsilon = 1e-8);
    let solution = ends(&[1.0, 0.0], "x1", &["x1^2+x2^2-1"]);
    assert_eq!(solution.status, Status::Converged);
    approx::assert_abs_diff_eq!(solution.objective, -1.0, epsilon = 1e-8);
    // The reference setting asks for the first-order conditions alone.
    let (stays, _) = run(&program(&[0.0, 0.0], "x1^2-x2^2+x2^4", &[]), &ExactAl::reference());
    assert_eq!((stays.status, stays.iterations), (Status::Converged, 0));
}

#[test]
fn fixed_variables_stay() {
    let mut model = Model::new("fixed");
    let x = model.variable("x", 2.0, 2.0, 5.0);
    let y = model.free("y", 0.0);
    let z = model.free("z", 0.0);
    model.minimise((x - 1.0).powi(2) + (y - x).powi(2) + z.powi(2));
    model.equal("sum", y + z + x, 3.0);
    let (solution, _) = run(&model.build().unwrap(), &ExactAl::default());
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    // y + z = 1 nearest to (2, 0).
    for (found, expected) in solution.point.x.iter().zip([2.0, 1.5, -0.5]) {
        approx::assert_abs_diff_eq!(*found, expected, epsilon = 1e-9);
    }
}

#[test]
fn what_it_does_not_solve_is_named() {
    let mut model = Model::new("bounded");
    let x = model.variable("width", 0.0, f64::INFINITY, 1.0);
    model.minimise(x * x);
    let bounded = model.build().unwrap();
    let start = NlpPoint { x: vec![1.0], ..NlpPoint::default() };
    let error = refused(&bounded, start.clone(), &ExactAl::default()).to_string();
    assert!(error.contains("have bounds, the first of them width"), "{error}");
    let mut model = Model::new("inequality");
    let x = model.free("x", 1.0);
    model.minimise(x * x);
    model.at_least("floor", x, 1.0);
    let error = refused(&model.build().unwrap(), start, &ExactAl::default()).to_string();
    assert!(error.contains("inequalities, the first of them floor"), "{error}");
}

#[test]
fn bad_starts_and_options_are_named() {
    let hs7 = problem("HS7");
    let point = |x: &[f64], multipliers: &[f64]| NlpPoint {
        x: x.to_vec(),
        multipliers: multipliers.to_vec(),
        ..NlpPoint::default()
    };
    let default = ExactAl::default();
    let error = refused(&hs7, point(&[1.0], &[]), &default).to_string();
    assert_eq!(error, "the start's x has length 1, expected 2");
    let error = refused(&hs7, point(&[1.0, f64::NAN], &[]), &default).to_string();
    assert!(error.contains("the start's x 1 (from 0) is NaN"), "{error}");
    let error = refused(&hs7, point(&[1.0, 1.0], &[f64::INFINITY]), &default).to_string();
    assert!(error.contains("the start's multipliers 0"), "{error}");
    let undefined = program(&[-1.0], "ln(x1)", &[]);
    let error = refused(&undefined, point(&[-1.0], &[]), &default).to_string();
    assert!(error.starts_with("evaluation error at the start: the objective is undefined here"), "{error}");
    for (method, name) in [
        (ExactAl { armijo: 0.5, ..ExactAl::default() }, "armijo"),
        (ExactAl { penalty_factor: 1.0, ..ExactAl::default() }, "penalty_factor"),
        (ExactAl { gradient_penalty: 0.0, ..ExactAl::default() }, "gradient_penalty"),
        (ExactAl { memory: 0, ..ExactAl::default() }, "memory"),
    ] {
        let error = refused(&hs7, point(&[2.0, 2.0], &[]), &method).to_string();
        assert!(error.contains(name), "{error}");
    }
}

/// A step into the region where a logarithm is undefined is halved.
#[test]
fn undefined_trial_points_shorten_the_step() {
    let solution = ends(&[10.0, 1.0], "x1-ln(x1)+x2^2", &["x1*x2-1"]);
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
}
