//! The scaled problem `min s_f f(x)  subject to  s_i (c_i(x) - b_i) = 0` behind the oracles.

use super::kkt::Kkt;
use crate::run::{Counts, MethodError, Oracle};
use thalweg_problems::certificate::NlpScaling;
use thalweg_problems::nlp::{NlpEvaluator, NonlinearProgram, Pattern, Undefined};

/// The functions and first derivatives at a point.
#[derive(Clone, Debug, Default)]
pub(super) struct FirstOrder {
    pub(super) objective: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) constraints: Vec<f64>,
    /// Values on the Jacobian's pattern.
    pub(super) jacobian: Vec<f64>,
}

/// An evaluator of the scaled problem. A fixed variable stays where it is: its derivatives are zero.
pub(super) struct Program<'p> {
    evaluator: Box<dyn NlpEvaluator + 'p>,
    sizes: (usize, usize),
    jacobian: &'p Pattern,
    hessian: &'p Pattern,
    /// The right sides b.
    levels: &'p [f64],
    scaling: NlpScaling,
    fixed: Vec<bool>,
    any_fixed: bool,
    weights: Vec<f64>,
}

/// Checks that all constraints are equations and no variable has a bound, except fixed ones.
pub(super) fn check_equations<O: NonlinearProgram + ?Sized>(problem: &O) -> Result<(), MethodError> {
    let unsupported = |what: String| {
        let needed = "inequality constraints and bounds need a barrier, which exact-al does not have";
        Err(MethodError::Unsupported(format!("{what}: {needed}; it solves equations and unconstrained problems")))
    };
    let (lower, upper) = problem.variable_bounds();
    let bounded = |j: &usize| lower[*j] != upper[*j] && (lower[*j].is_finite() || upper[*j].is_finite());
    let bounds = (0..problem.variables()).filter(bounded).count();
    let (row_lower, row_upper) = problem.constraint_bounds();
    let inequality = |i: &usize| row_lower[*i] != row_upper[*i];
    let inequalities = (0..problem.constraints()).filter(inequality).count();
    if let Some(i) = (0..problem.constraints()).find(inequality) {
        let name = problem.constraint_name(i);
        return unsupported(format!("{inequalities} of the constraints are inequalities, the first of them {name}"));
    }
    if let Some(j) = (0..problem.variables()).find(bounded) {
        let name = problem.variable_name(j);
        return unsupported(format!("{bounds} of the variables have bounds, the first of them {name}"));
    }
    Ok(())
}

impl<'p> Program<'p> {
    /// The problem must have passed [`check_equations`].
    pub(super) fn new<O: NonlinearProgram + ?Sized>(problem: &'p O, scaling: NlpScaling) -> Self {
        let (lower, upper) = problem.variable_bounds();
        let fixed: Vec<bool> = lower.iter().zip(upper).map(|(l, u)| l == u).collect();
        Self {
            evaluator: problem.evaluator(),
            sizes: (problem.variables(), problem.constraints()),
            jacobian: problem.jacobian_pattern(),
            hessian: problem.hessian_pattern(),
            levels: problem.constraint_bounds().0,
            weights: vec![0.0; problem.constraints()],
            any_fixed: fixed.contains(&true),
            scaling,
            fixed,
        }
    }

    pub(super) fn first_order_buffer(&self) -> FirstOrder {
        let (n, m) = self.sizes;
        FirstOrder {
            objective: f64::NAN,
            gradient: vec![0.0; n],
            constraints: vec![0.0; m],
            jacobian: vec![0.0; self.jacobian.entries()],
        }
    }

    pub(super) fn hessian_buffer(&self) -> Vec<f64> {
        vec![0.0; self.hessian.entries()]
    }

    /// The KKT matrix of the problem's patterns, without values.
    pub(super) fn kkt(&self) -> Kkt {
        let fixed = (0..self.sizes.0).filter(|j| self.fixed[*j]).collect();
        Kkt::new(self.sizes, self.hessian.positions(), self.jacobian.positions(), fixed)
    }

    /// `[D G'; G 0]` with a diagonal D: the pattern of the constraints alone.
    pub(super) fn constraint_kkt(&self) -> Kkt {
        let fixed = (0..self.sizes.0).filter(|j| self.fixed[*j]).collect();
        Kkt::new(self.sizes, std::iter::empty(), self.jacobian.positions(), fixed)
    }

    /// f, its gradient, c and G at x.
    pub(super) fn first_order(
        &mut self,
        x: &[f64],
        into: &mut FirstOrder,
        counts: &mut Counts,
    ) -> Result<(), Undefined> {
        counts.add(Oracle::Objective, 1);
        counts.add(Oracle::Gradient, 1);
        if self.sizes.1 > 0 {
            counts.add(Oracle::Constraint, 1);
            counts.add(Oracle::Jacobian, 1);
        }
        let FirstOrder { objective, gradient, constraints, jacobian } = into;
        *objective = self.evaluator.first_order(x, gradient, constraints, jacobian)?;
        let factor = self.scaling.objective;
        if factor != 1.0 {
            *objective *= factor;
            gradient.iter_mut().for_each(|g| *g *= factor);
        }
        for i in 0..constraints.len() {
            let scale = self.scaling.constraints[i];
            constraints[i] = scale * (constraints[i] - self.levels[i]);
            if scale != 1.0 {
                let row = self.jacobian.indptr()[i]..self.jacobian.indptr()[i + 1];
                jacobian[row].iter_mut().for_each(|g| *g *= scale);
            }
        }
        if self.any_fixed {
            for (g, fixed) in gradient.iter_mut().zip(&self.fixed) {
                if *fixed {
                    *g = 0.0;
                }
            }
            for (g, j) in jacobian.iter_mut().zip(self.jacobian.indices()) {
                if self.fixed[*j as usize] {
                    *g = 0.0;
                }
            }
        }
        Ok(())
    }

    /// The Hessian of the scaled Lagrangian.
    pub(super) fn hessian(
        &mut self,
        x: &[f64],
        multipliers: &[f64],
        values: &mut [f64],
        counts: &mut Counts,
    ) -> Result<(), Undefined> {
        counts.add(Oracle::Hessian, 1);
        for ((w, y), s) in self.weights.iter_mut().zip(multipliers).zip(&self.scaling.constraints) {
            *w = s * y;
        }
        self.evaluator.hessian(x, self.scaling.objective, &self.weights, values)?;
        if self.any_fixed {
            for (h, (i, j)) in values.iter_mut().zip(self.hessian.positions()) {
                if self.fixed[i] || self.fixed[j] {
                    *h = 0.0;
                }
            }
        }
        Ok(())
    }

    /// The diagonal of a Hessian with these values; 1 for fixed variables.
    pub(super) fn diagonal(&self, values: &[f64], diagonal: &mut [f64]) {
        diagonal.fill(0.0);
        for ((i, j), h) in self.hessian.positions().zip(values) {
            if i == j {
                diagonal[i] = *h;
            }
        }
        for (d, fixed) in diagonal.iter_mut().zip(&self.fixed) {
            if *fixed {
                *d = 1.0;
            }
        }
    }

    /// The Hessian of the scaled Lagrangian times v.
    pub(super) fn hessian_vector(
        &mut self,
        x: &[f64],
        multipliers: &[f64],
        v: &[f64],
        out: &mut [f64],
    ) -> Result<(), Undefined> {
        for ((w, y), s) in self.weights.iter_mut().zip(multipliers).zip(&self.scaling.constraints) {
            *w = s * y;
        }
        self.evaluator.hessian_vector(x, self.scaling.objective, &self.weights, v, out)?;
        if self.any_fixed {
            for ((out, v), fixed) in out.iter_mut().zip(v).zip(&self.fixed) {
                if *fixed {
                    *out = *v;
                }
            }
        }
        Ok(())
    }

    /// `sum_i c_i c_i''` of the scaled constraints: the part of the Hessian of `1/2 |c|^2` that the kernel of G sees.
    pub(super) fn violation_hessian(
        &mut self,
        x: &[f64],
        constraints: &[f64],
        values: &mut [f64],
        counts: &mut Counts,
    ) -> Result<(), Undefined> {
        let factor = std::mem::replace(&mut self.scaling.objective, 0.0);
        let result = self.hessian(x, constraints, values, counts);
        self.scaling.objective = factor;
        result
    }

    /// `out += G'y`.
    pub(super) fn add_transposed(&self, jacobian: &[f64], y: &[f64], out: &mut [f64]) {
        for (i, y) in y.iter().enumerate() {
            let row = self.jacobian.indptr()[i]..self.jacobian.indptr()[i + 1];
            for (j, g) in self.jacobian.indices()[row.clone()].iter().zip(&jacobian[row]) {
                out[*j as usize] += g * y;
            }
        }
    }

    /// `out = G v`.
    pub(super) fn multiply(&self, jacobian: &[f64], v: &[f64], out: &mut [f64]) {
        thalweg_kernels::sparse::gather_product(self.jacobian.indptr(), self.jacobian.indices(), jacobian, v, out);
    }

    /// The least eigenvalue of `G G'`; infinite without constraints. Dense.
    pub(super) fn least_eigenvalue_of_normal_matrix(&self, jacobian: &[f64]) -> f64 {
        let (n, m) = self.sizes;
        if m == 0 {
            return f64::INFINITY;
        }
        let mut rows = vec![0.0; n * m];
        for ((i, j), g) in self.jacobian.positions().zip(jacobian) {
            rows[i * n + j] = *g;
        }
        let row = |i: usize| &rows[i * n..(i + 1) * n];
        let normal = faer::Mat::<f64>::from_fn(m, m, |i, j| thalweg_kernels::dense::dot(row(i), row(j)));
        let values = normal.self_adjoint_eigenvalues(faer::Side::Lower);
        values.map_or(f64::NAN, |values| values.iter().copied().fold(f64::INFINITY, f64::min))
    }

    /// The residuals of the problem as it stands: `|grad_x L|_inf` and `|c|_inf`.
    pub(super) fn unscaled_errors(&self, lagrangian_gradient: &[f64], constraints: &[f64]) -> (f64, f64) {
        let pairs = constraints.iter().zip(&self.scaling.constraints);
        let primal = pairs.map(|(c, s)| (c / s).abs()).fold(0.0, f64::max);
        (super::iterate::max_norm(lagrangian_gradient) / self.scaling.objective, primal)
    }

    /// The multipliers of the problem as it stands.
    pub(super) fn unscaled_multipliers(&self, scaled: &[f64], out: &mut Vec<f64>) {
        out.clear();
        out.extend(scaled.iter().zip(&self.scaling.constraints).map(|(y, s)| s * y / self.scaling.objective));
    }
}
