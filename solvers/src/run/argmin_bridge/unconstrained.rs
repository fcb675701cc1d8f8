//! Nonlinear programs for argmin's own solvers.

use argmin::core::{CostFunction, Error, Gradient, Hessian};
use std::cell::RefCell;
use thalweg_problems::ProblemError;
use thalweg_problems::nlp::{NlpEvaluator, NonlinearProgram};

/// A nonlinear program without constraints and bounds, as argmin knows problems: `CostFunction`, `Gradient`, and `Hessian` as
/// a dense `Vec<Vec<f64>>`. Where the objective is undefined the cost is infinite, so that a line search steps back.
///
/// ```
/// use argmin::core::CostFunction;
/// use thalweg_problems::expression::Model;
/// use thalweg_solvers::run::argmin_bridge::Unconstrained;
///
/// let mut model = Model::new("logarithm");
/// let x = model.free("x", 1.0);
/// model.minimise(x - x.ln());
/// let program = model.build()?;
/// let problem = Unconstrained::new(&program)?;
/// assert_eq!(problem.cost(&vec![1.0])?, 1.0);
/// assert_eq!(problem.cost(&vec![-1.0])?, f64::INFINITY);
/// # Ok::<(), argmin::core::Error>(())
/// ```
pub struct Unconstrained<'a> {
    problem: &'a dyn NonlinearProgram,
    evaluator: RefCell<Box<dyn NlpEvaluator + 'a>>,
}

impl std::fmt::Debug for Unconstrained<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unconstrained").field("problem", &self.problem.name()).finish_non_exhaustive()
    }
}

impl<'a> Unconstrained<'a> {
    /// Borrows a problem.
    ///
    /// # Errors
    /// If it has constraints or bounds.
    pub fn new(problem: &'a dyn NonlinearProgram) -> Result<Self, ProblemError> {
        let found = problem.constraints();
        if found > 0 {
            return Err(ProblemError::Length {
                what: "the list of constraints of an unconstrained problem",
                found,
                expected: 0,
            });
        }
        let (lower, upper) = problem.variable_bounds();
        if let Some(&value) = lower.iter().chain(upper).find(|b| b.is_finite()) {
            let expected = "no bounds: argmin's solvers do not know them";
            return Err(ProblemError::Parameter { what: "a variable's bound", value, expected });
        }
        Ok(Self { problem, evaluator: RefCell::new(problem.evaluator()) })
    }
}

impl CostFunction for Unconstrained<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.evaluator.borrow_mut().objective(x).unwrap_or(f64::INFINITY))
    }
}

impl Gradient for Unconstrained<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let mut gradient = vec![0.0; x.len()];
        self.evaluator.borrow_mut().first_order(x, &mut gradient, &mut [], &mut [])?;
        Ok(gradient)
    }
}

impl Hessian for Unconstrained<'_> {
    type Param = Vec<f64>;
    type Hessian = Vec<Vec<f64>>;

    fn hessian(&self, x: &Vec<f64>) -> Result<Vec<Vec<f64>>, Error> {
        let pattern = self.problem.hessian_pattern();
        let mut values = vec![0.0; pattern.entries()];
        self.evaluator.borrow_mut().hessian(x, 1.0, &[], &mut values)?;
        let mut dense = vec![vec![0.0; x.len()]; x.len()];
        for ((i, j), &h) in pattern.positions().zip(&values) {
            dense[i][j] = h;
            dense[j][i] = h;
        }
        Ok(dense)
    }
}
