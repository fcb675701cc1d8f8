//! argmin's solvers on our problems.

use super::super::argmin_bridge::Unconstrained;
use argmin::core::{CostFunction, Executor, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::newton::NewtonCG;
use argmin::solver::quasinewton::LBFGS;
use thalweg_problems::expression::{Expr, Model, PartiallySeparable};
use thalweg_problems::nlp::NonlinearProgram;

fn rosenbrock() -> PartiallySeparable {
    let mut model = Model::new("rosenbrock");
    let x = model.free_vector("x", [-1.2, 1.0, -1.2, 1.0]);
    let term = |j: usize| 100.0 * (x[j + 1] - x[j].powi(2)).powi(2) + (1.0 - x[j]).powi(2);
    model.minimise((0..3).map(term).sum::<Expr>());
    model.build().unwrap()
}

fn assert_ones(x: Option<&Vec<f64>>) {
    let x = x.unwrap();
    assert!(x.len() == 4 && x.iter().all(|x| (x - 1.0).abs() < 1e-5), "{x:?}");
}

#[test]
fn lbfgs_of_argmin_solves_our_problem() {
    let program = rosenbrock();
    let problem = Unconstrained::new(&program).unwrap();
    let start = program.start().to_vec();
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 5).with_tolerance_grad(1e-9).unwrap();
    let result = Executor::new(problem, solver).configure(|s| s.param(start).max_iters(300)).run().unwrap();
    assert_ones(result.state.get_best_param());
}

#[test]
fn newton_cg_of_argmin_solves_our_problem() {
    let program = rosenbrock();
    let problem = Unconstrained::new(&program).unwrap();
    let start = program.start().to_vec();
    let solver = NewtonCG::new(MoreThuenteLineSearch::new());
    let result = Executor::new(problem, solver).configure(|s| s.param(start).max_iters(300)).run().unwrap();
    assert_ones(result.state.get_best_param());
}

#[test]
fn constraints_and_bounds_are_refused() {
    let mut model = Model::new("bounded");
    let x = model.variable("x", 0.0, f64::INFINITY, 1.0);
    model.minimise(x.powi(2));
    assert!(Unconstrained::new(&model.build().unwrap()).unwrap_err().to_string().contains("bound is 0"));
    model.equal("c", x * 1.0, 1.0);
    assert!(Unconstrained::new(&model.build().unwrap()).unwrap_err().to_string().contains("constraints"));
}

#[test]
fn the_cost_is_infinite_where_the_objective_is_undefined() {
    let mut model = Model::new("root");
    let x = model.free("x", 1.0);
    model.minimise(x.sqrt());
    let program = model.build().unwrap();
    assert_eq!(Unconstrained::new(&program).unwrap().cost(&vec![-1.0]).unwrap(), f64::INFINITY);
}
