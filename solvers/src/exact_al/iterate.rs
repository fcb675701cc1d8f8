//! A point with everything that the merit function needs.

use super::evaluation::{FirstOrder, Program};
use super::penalties::Penalties;
use crate::run::Counts;
use thalweg_kernels::dense;
use thalweg_problems::nlp::Undefined;

/// A point (x, y) with the functions there; all of the scaled problem.
#[derive(Clone, Debug, Default)]
pub(super) struct Iterate {
    pub(super) x: Vec<f64>,
    pub(super) multipliers: Vec<f64>,
    pub(super) first: FirstOrder,
    /// `grad_x L = grad f + G'y`.
    pub(super) lagrangian_gradient: Vec<f64>,
}

impl Iterate {
    pub(super) fn new(program: &Program<'_>, x: Vec<f64>, multipliers: Vec<f64>) -> Self {
        let lagrangian_gradient = vec![0.0; x.len()];
        Self { first: program.first_order_buffer(), lagrangian_gradient, x, multipliers }
    }

    /// Evaluates f, its gradient, c and G at x, and the gradient of the Lagrangian.
    pub(super) fn evaluate(&mut self, program: &mut Program<'_>, counts: &mut Counts) -> Result<(), Undefined> {
        program.first_order(&self.x, &mut self.first, counts)?;
        self.refresh(program);
        Ok(())
    }

    /// After new multipliers.
    pub(super) fn refresh(&mut self, program: &Program<'_>) {
        self.lagrangian_gradient.copy_from_slice(&self.first.gradient);
        program.add_transposed(&self.first.jacobian, &self.multipliers, &mut self.lagrangian_gradient);
    }

    /// `R^2 = |grad_x L|^2 + |c|^2`.
    pub(super) fn square_residual(&self) -> f64 {
        dense::sum_squares(&self.lagrangian_gradient) + dense::sum_squares(&self.first.constraints)
    }

    /// The exact augmented Lagrangian `f + y'c + eta_1/2 |c|^2 + eta_2/2 |grad_x L|^2`.
    pub(super) fn merit(&self, eta: Penalties) -> f64 {
        let FirstOrder { objective, constraints, .. } = &self.first;
        objective
            + dense::dot(&self.multipliers, constraints)
            + 0.5 * eta.constraint * dense::sum_squares(constraints)
            + 0.5 * eta.gradient * dense::sum_squares(&self.lagrangian_gradient)
    }

    /// `|grad_x L|_inf / s_d` with `s_d = max(100, mean |y_i|) / 100`, and `|c|_inf`.
    pub(super) fn errors(&self) -> (f64, f64) {
        let m = self.multipliers.len();
        let mean = if m == 0 { 0.0 } else { dense::nrm1(&self.multipliers) / m as f64 };
        let scale = mean.max(100.0) / 100.0;
        (max_norm(&self.lagrangian_gradient) / scale, max_norm(&self.first.constraints))
    }
}

/// The largest magnitude; NaN if there is one.
pub(super) fn max_norm(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m: f64, v| if v.is_nan() || m.is_nan() { f64::NAN } else { m.max(v.abs()) })
}
