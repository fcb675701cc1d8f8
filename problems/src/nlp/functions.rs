//! Programs from closures.

use super::{Function, NlpEvaluator, NonlinearProgram, Pattern, Undefined, check_bounds, finite};
use crate::error::{all_finite, same_length};
use crate::{Fingerprint, ProblemError};

type Scalar<'a> = Box<dyn Fn(&[f64]) -> f64 + Send + Sync + 'a>;
type Vector<'a> = Box<dyn Fn(&[f64], &mut [f64]) + Send + Sync + 'a>;
type Curvature<'a> = Box<dyn Fn(&[f64], f64, &[f64], &mut [f64]) + Send + Sync + 'a>;

/// A nonlinear program from closures. What derivatives the user does not give are central differences with the step
/// `eps^(1/3) max(1, |x_j|)`: of values for first derivatives, of first derivatives for second ones. A function says
/// "undefined here" by a result that is not finite.
///
/// Jacobian and Hessian are dense: m x n numbers by rows, and the lower triangle by rows. For sparse or large problems use a
/// [`Model`](crate::expression::Model).
///
/// ```
/// use thalweg_problems::nlp::{Functions, NonlinearProgram};
///
/// // minimise x + y  subject to  x^2 + y^2 = 2
/// let problem = Functions::new(vec![-1.0, -2.0], |x| x[0] + x[1])
///     .constraints(vec![2.0], vec![2.0], |x, c| c[0] = x[0] * x[0] + x[1] * x[1])
///     .jacobian(|x, j| j.copy_from_slice(&[2.0 * x[0], 2.0 * x[1]]))
///     .build()?;
/// let (mut g, mut c, mut j) = ([0.0; 2], [0.0], [0.0; 2]);
/// let f = problem.evaluator().first_order(&[-1.0, -2.0], &mut g, &mut c, &mut j)?;
/// assert!(f == -3.0 && c == [5.0] && j == [-2.0, -4.0] && (g[0] - 1.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Functions<'a> {
    name: String,
    start: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    constraint_lower: Vec<f64>,
    constraint_upper: Vec<f64>,
    multipliers: Vec<f64>,
    objective: Scalar<'a>,
    gradient: Option<Vector<'a>>,
    constraints: Option<Vector<'a>>,
    jacobian: Option<Vector<'a>>,
    hessian: Option<Curvature<'a>>,
    jacobian_pattern: Pattern,
    hessian_pattern: Pattern,
}

impl std::fmt::Debug for Functions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (n, m) = (self.start.len(), self.constraint_lower.len());
        f.debug_struct("Functions").field("name", &self.name).field("n", &n).field("m", &m).finish_non_exhaustive()
    }
}

impl<'a> Functions<'a> {
    /// Minimise `objective`, starting at `start`, without bounds or constraints.
    pub fn new(start: Vec<f64>, objective: impl Fn(&[f64]) -> f64 + Send + Sync + 'a) -> Self {
        let n = start.len();
        Self {
            name: "functions".into(),
            start,
            lower: vec![f64::NEG_INFINITY; n],
            upper: vec![f64::INFINITY; n],
            constraint_lower: Vec::new(),
            constraint_upper: Vec::new(),
            multipliers: Vec::new(),
            objective: Box::new(objective),
            gradient: None,
            constraints: None,
            jacobian: None,
            hessian: None,
            jacobian_pattern: Pattern::dense(0, n),
            hessian_pattern: Pattern::dense_lower(0),
        }
    }

    /// Sets the name (`functions` by default). Two problems from closures that differ in the closures alone are told apart by
    /// their names only.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets bounds of the variables.
    #[must_use]
    pub fn bounds(mut self, lower: Vec<f64>, upper: Vec<f64>) -> Self {
        (self.lower, self.upper) = (lower, upper);
        self
    }

    /// Adds constraints `lower <= c(x) <= upper`; the closure writes c(x).
    #[must_use]
    pub fn constraints(
        mut self,
        lower: Vec<f64>,
        upper: Vec<f64>,
        constraints: impl Fn(&[f64], &mut [f64]) + Send + Sync + 'a,
    ) -> Self {
        (self.constraint_lower, self.constraint_upper) = (lower, upper);
        self.constraints = Some(Box::new(constraints));
        self
    }

    /// Sets the gradient of the objective.
    #[must_use]
    pub fn gradient(mut self, gradient: impl Fn(&[f64], &mut [f64]) + Send + Sync + 'a) -> Self {
        self.gradient = Some(Box::new(gradient));
        self
    }

    /// Sets the Jacobian: m x n numbers by rows.
    #[must_use]
    pub fn jacobian(mut self, jacobian: impl Fn(&[f64], &mut [f64]) + Send + Sync + 'a) -> Self {
        self.jacobian = Some(Box::new(jacobian));
        self
    }

    /// Sets the Hessian of the Lagrangian: a closure of `(x, weight, multipliers, values)` that writes the lower triangle of
    /// `weight f''(x) + sum_i y_i c_i''(x)` by rows.
    #[must_use]
    pub fn hessian(mut self, hessian: impl Fn(&[f64], f64, &[f64], &mut [f64]) + Send + Sync + 'a) -> Self {
        self.hessian = Some(Box::new(hessian));
        self
    }

    /// The program.
    ///
    /// # Errors
    /// If sizes disagree, a bound is NaN, or the start is not finite.
    pub fn build(mut self) -> Result<Self, ProblemError> {
        let n = self.start.len();
        all_finite("the start of variable", &self.start)?;
        same_length("the lower bounds of the variables", self.lower.len(), n)?;
        same_length("the upper bounds of the variables", self.upper.len(), n)?;
        let m = self.constraint_lower.len();
        same_length("the upper bounds of the constraints", self.constraint_upper.len(), m)?;
        check_bounds("variable", &self.lower, &self.upper)?;
        check_bounds("constraint", &self.constraint_lower, &self.constraint_upper)?;
        self.multipliers = vec![0.0; m];
        self.jacobian_pattern = Pattern::dense(m, n);
        self.hessian_pattern = Pattern::dense_lower(n);
        Ok(self)
    }
}

impl NonlinearProgram for Functions<'_> {
    fn name(&self) -> &str {
        &self.name
    }
    fn variables(&self) -> usize {
        self.start.len()
    }
    fn constraints(&self) -> usize {
        self.constraint_lower.len()
    }
    fn variable_bounds(&self) -> (&[f64], &[f64]) {
        (&self.lower, &self.upper)
    }
    fn constraint_bounds(&self) -> (&[f64], &[f64]) {
        (&self.constraint_lower, &self.constraint_upper)
    }
    fn start(&self) -> &[f64] {
        &self.start
    }
    fn start_multipliers(&self) -> &[f64] {
        &self.multipliers
    }
    fn jacobian_pattern(&self) -> &Pattern {
        &self.jacobian_pattern
    }
    fn hessian_pattern(&self) -> &Pattern {
        &self.hessian_pattern
    }
    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text(&self.name);
        let lists = [&self.start, &self.lower, &self.upper, &self.constraint_lower, &self.constraint_upper];
        lists.into_iter().for_each(|list| hash.numbers(list));
    }
    fn evaluator(&self) -> Box<dyn NlpEvaluator + '_> {
        let (n, m) = (self.start.len(), self.constraint_lower.len());
        Box::new(Evaluator {
            functions: self,
            point: vec![0.0; n],
            c: [vec![0.0; m], vec![0.0; m]],
            g: [vec![0.0; n], vec![0.0; n]],
            j: vec![0.0; m * n],
            h: vec![0.0; n * (n + 1) / 2],
        })
    }
}

struct Evaluator<'a> {
    functions: &'a Functions<'a>,
    point: Vec<f64>,
    c: [Vec<f64>; 2],
    g: [Vec<f64>; 2],
    j: Vec<f64>,
    h: Vec<f64>,
}

fn step(x: f64) -> f64 {
    f64::EPSILON.cbrt() * x.abs().max(1.0)
}

impl Evaluator<'_> {
    fn constraints(&self, x: &[f64], c: &mut [f64]) {
        if let Some(constraints) = &self.functions.constraints {
            constraints(x, c);
        }
    }

    fn gradient(&mut self, x: &[f64], out: &mut [f64]) {
        if let Some(gradient) = &self.functions.gradient {
            return gradient(x, out);
        }
        self.point.copy_from_slice(x);
        for j in 0..x.len() {
            let (right, left) = (x[j] + step(x[j]), x[j] - step(x[j]));
            self.point[j] = right;
            let ahead = (self.functions.objective)(&self.point);
            self.point[j] = left;
            out[j] = (ahead - (self.functions.objective)(&self.point)) / (right - left);
            self.point[j] = x[j];
        }
    }

    fn jacobian(&mut self, x: &[f64], out: &mut [f64]) {
        if let Some(jacobian) = &self.functions.jacobian {
            return jacobian(x, out);
        }
        let n = x.len();
        self.point.copy_from_slice(x);
        let [mut ahead, mut behind] = std::mem::take(&mut self.c);
        for j in 0..n {
            let (right, left) = (x[j] + step(x[j]), x[j] - step(x[j]));
            self.point[j] = right;
            self.constraints(&self.point, &mut ahead);
            self.point[j] = left;
            self.constraints(&self.point, &mut behind);
            self.point[j] = x[j];
            for i in 0..ahead.len() {
                out[i * n + j] = (ahead[i] - behind[i]) / (right - left);
            }
        }
        self.c = [ahead, behind];
    }

    /// The gradient of the Lagrangian, in `out`; `jacobian` is overwritten.
    fn lagrangian(&mut self, x: &[f64], weight: f64, y: &[f64], out: &mut [f64], jacobian: &mut [f64]) {
        self.gradient(x, out);
        out.iter_mut().for_each(|g| *g *= weight);
        self.jacobian(x, jacobian);
        for (row, &y) in jacobian.chunks(x.len().max(1)).zip(y) {
            out.iter_mut().zip(row).for_each(|(g, &a)| *g += y * a);
        }
    }
}

impl NlpEvaluator for Evaluator<'_> {
    fn objective(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        let f = (self.functions.objective)(x);
        if f.is_finite() { Ok(f) } else { Err(Undefined::new(Function::Objective, format!("its value is {f}"))) }
    }

    fn values(&mut self, x: &[f64], constraints: &mut [f64]) -> Result<f64, Undefined> {
        let f = self.objective(x)?;
        self.constraints(x, constraints);
        match constraints.iter().position(|c| !c.is_finite()) {
            Some(i) => Err(Undefined::new(Function::Constraint(i), format!("its value is {}", constraints[i]))),
            None => Ok(f),
        }
    }

    fn first_order(
        &mut self,
        x: &[f64],
        gradient: &mut [f64],
        constraints: &mut [f64],
        jacobian: &mut [f64],
    ) -> Result<f64, Undefined> {
        let f = self.values(x, constraints)?;
        self.gradient(x, gradient);
        finite(Function::Objective, "gradient", gradient)?;
        self.jacobian(x, jacobian);
        for (i, row) in jacobian.chunks(x.len().max(1)).enumerate() {
            finite(Function::Constraint(i), "gradient", row)?;
        }
        Ok(f)
    }

    fn hessian(&mut self, x: &[f64], weight: f64, multipliers: &[f64], values: &mut [f64]) -> Result<(), Undefined> {
        if let Some(hessian) = &self.functions.hessian {
            hessian(x, weight, multipliers, values);
            return finite(Function::Objective, "Lagrangian's Hessian", values);
        }
        let ([mut ahead, mut behind], mut jacobian) = (std::mem::take(&mut self.g), std::mem::take(&mut self.j));
        let mut point = x.to_vec();
        values.fill(0.0);
        for j in 0..x.len() {
            let (right, left) = (x[j] + step(x[j]), x[j] - step(x[j]));
            point[j] = right;
            self.lagrangian(&point, weight, multipliers, &mut ahead, &mut jacobian);
            point[j] = left;
            self.lagrangian(&point, weight, multipliers, &mut behind, &mut jacobian);
            point[j] = x[j];
            // Half of each of the two differences that approximate an off-diagonal entry.
            for i in 0..x.len() {
                let (row, column) = (i.max(j), i.min(j));
                let share = if i == j { 1.0 } else { 0.5 };
                values[row * (row + 1) / 2 + column] += share * (ahead[i] - behind[i]) / (right - left);
            }
        }
        (self.g, self.j) = ([ahead, behind], jacobian);
        finite(Function::Objective, "Lagrangian's Hessian", values)
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        weight: f64,
        multipliers: &[f64],
        v: &[f64],
        out: &mut [f64],
    ) -> Result<(), Undefined> {
        let mut h = std::mem::take(&mut self.h);
        let result = self.hessian(x, weight, multipliers, &mut h);
        out.fill(0.0);
        for i in 0..x.len() {
            for j in 0..=i {
                let entry = h[i * (i + 1) / 2 + j];
                out[i] += entry * v[j];
                if i != j {
                    out[j] += entry * v[i];
                }
            }
        }
        self.h = h;
        result
    }

    fn jacobian_vector(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        let mut jacobian = std::mem::take(&mut self.j);
        self.jacobian(x, &mut jacobian);
        for (o, row) in out.iter_mut().zip(jacobian.chunks(x.len().max(1))) {
            *o = row.iter().zip(v).map(|(a, v)| a * v).sum();
        }
        self.j = jacobian;
        finite(Function::Constraint(0), "Jacobian's product with a vector", out)
    }

    fn jacobian_transposed_vector(&mut self, x: &[f64], y: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        let mut jacobian = std::mem::take(&mut self.j);
        self.jacobian(x, &mut jacobian);
        out.fill(0.0);
        for (row, &y) in jacobian.chunks(x.len().max(1)).zip(y) {
            out.iter_mut().zip(row).for_each(|(o, &a)| *o += y * a);
        }
        self.j = jacobian;
        finite(Function::Constraint(0), "transposed Jacobian's product with a vector", out)
    }
}
