//! The front end: variables, expressions with operators, constraints.

mod expr;
mod lower;
mod operators;

pub use expr::{Expr, Variable};

use super::{PartiallySeparable, ProgramBuilder};
use crate::ProblemError;
use lower::Lowering;

/// A nonlinear program written as expressions.
///
/// ```
/// use thalweg_problems::expression::Model;
/// use thalweg_problems::nlp::NonlinearProgram;
///
/// let mut model = Model::new("rosenbrock");
/// let x = model.free("x", -1.2);
/// let y = model.free("y", 1.0);
/// model.minimise(100.0 * (y - x.powi(2)).powi(2) + (1.0 - x).powi(2));
/// model.at_most("disc", x * x + y * y, 2.0);
/// let program = model.build()?;
///
/// let mut evaluator = program.evaluator();
/// let (mut gradient, mut c, mut jacobian) = ([0.0; 2], [0.0], [0.0; 2]);
/// let f = evaluator.first_order(program.start(), &mut gradient, &mut c, &mut jacobian)?;
/// assert!((f - 24.2).abs() < 1e-12 && (gradient[1] + 88.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Sums are taken apart: every term of a function becomes an element of a few variables, affine terms stay affine, and in
/// the objective a function of one long sum becomes a group (its Hessian has a factored rank-one part). Terms of one shape,
/// up to the names of variables and the values of constants, share a type, and are evaluated side by side.
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    names: Vec<String>,
    bounds: Vec<(f64, f64)>,
    start: Vec<f64>,
    objective: Expr,
    constraints: Vec<Constraint>,
    known_optimum: Option<f64>,
}

#[derive(Clone, Debug)]
struct Constraint {
    name: String,
    body: Expr,
    lower: f64,
    upper: f64,
    multiplier: f64,
}

impl Model {
    /// Without variables; the objective is 0.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            names: Vec::new(),
            bounds: Vec::new(),
            start: Vec::new(),
            objective: Expr::default(),
            constraints: Vec::new(),
            known_optimum: None,
        }
    }

    /// A variable; its bounds are infinite where there is none.
    pub fn variable(&mut self, name: impl Into<String>, lower: f64, upper: f64, start: f64) -> Variable {
        self.names.push(name.into());
        self.bounds.push((lower, upper));
        self.start.push(start);
        Variable((self.start.len() - 1) as u32)
    }

    /// A variable without bounds.
    pub fn free(&mut self, name: impl Into<String>, start: f64) -> Variable {
        self.variable(name, f64::NEG_INFINITY, f64::INFINITY, start)
    }

    /// Variables without bounds that start at these values: `stem1`, `stem2`, ...
    pub fn free_vector(&mut self, stem: &str, start: impl IntoIterator<Item = f64>) -> Vec<Variable> {
        start.into_iter().enumerate().map(|(j, x)| self.free(format!("{stem}{}", j + 1), x)).collect()
    }

    /// Sets the objective.
    pub fn minimise(&mut self, objective: impl Into<Expr>) {
        self.objective = objective.into();
    }

    /// Sets the objective to the negative of an expression.
    pub fn maximise(&mut self, objective: impl Into<Expr>) {
        self.objective = -objective.into();
    }

    /// `lower <= body <= upper`; gives the constraint's index.
    pub fn range(&mut self, name: impl Into<String>, body: impl Into<Expr>, lower: f64, upper: f64) -> usize {
        self.constraints.push(Constraint { name: name.into(), body: body.into(), lower, upper, multiplier: 0.0 });
        self.constraints.len() - 1
    }

    /// `body = value`; gives the constraint's index.
    pub fn equal(&mut self, name: impl Into<String>, body: impl Into<Expr>, value: f64) -> usize {
        self.range(name, body, value, value)
    }

    /// `body <= value`; gives the constraint's index.
    pub fn at_most(&mut self, name: impl Into<String>, body: impl Into<Expr>, value: f64) -> usize {
        self.range(name, body, f64::NEG_INFINITY, value)
    }

    /// `body >= value`; gives the constraint's index.
    pub fn at_least(&mut self, name: impl Into<String>, body: impl Into<Expr>, value: f64) -> usize {
        self.range(name, body, value, f64::INFINITY)
    }

    /// Sets the multiplier that a constraint starts from (Lagrangian `f + y'c`). A constraint that does not exist is
    /// ignored.
    pub fn start_multiplier(&mut self, constraint: usize, multiplier: f64) {
        if let Some(c) = self.constraints.get_mut(constraint) {
            c.multiplier = multiplier;
        }
    }

    /// Puts a best known objective value on record.
    pub fn known_optimum(&mut self, value: f64) {
        self.known_optimum = Some(value);
    }

    /// The program.
    ///
    /// # Errors
    /// If an expression has a variable of another model, or as [`ProgramBuilder::build`].
    pub fn build(&self) -> Result<PartiallySeparable, ProblemError> {
        let mut program = ProgramBuilder::new(self.name.clone());
        for j in 0..self.start.len() {
            program.add_variable(self.names[j].clone(), self.bounds[j].0, self.bounds[j].1, self.start[j]);
        }
        let mut lowering = Lowering::new(&mut program);
        lowering.objective(&self.objective)?;
        for c in &self.constraints {
            lowering.constraint(c)?;
        }
        if let Some(value) = self.known_optimum {
            program.set_known_optimum(value);
        }
        program.build()
    }
}
