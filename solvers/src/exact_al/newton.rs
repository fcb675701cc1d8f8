//! The Newton direction with corrected inertia.

use super::iterate::{Iterate, max_norm};
use super::kkt::Kkt;
use super::multipliers::RELAXATION;
use super::penalties::Slope;
use crate::linear_systems::LdltError;
use crate::run::Counts;
use thalweg_kernels::dense;

/// A direction in (x, y) with what the merit function needs of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Direction {
    /// `(dx; dy)`.
    pub(super) step: Vec<f64>,
    right_side: Vec<f64>,
    product: Vec<f64>,
    variables: usize,
}

/// First tau, and its factors up (the first time, later) and down; its bounds. A. Waechter, L. Biegler, Math. Program. 106,
/// 2006, Algorithm IC.
const FIRST: f64 = 1e-4;
const UP_FIRST: f64 = 100.0;
const UP: f64 = 8.0;
const DOWN: f64 = 3.0;
const LEAST: f64 = 1e-20;
const MOST: f64 = 1e20;

/// Factors `[H + tau I, G'; G, -delta I]` with the least tau tried that gives it as many positive eigenvalues as there are
/// variables: H + tau I is then positive definite on the kernel of G. The Hessian must be assembled. `last` is the last tau
/// above 0 of the run. Whether such a tau was found.
pub(super) fn factor_with_inertia(
    kkt: &mut Kkt,
    (variables, constraints): (usize, usize),
    last: &mut f64,
    counts: &mut Counts,
) -> Result<bool, LdltError> {
    let (mut shift, mut relaxation) = (0.0, 0.0);
    loop {
        let inertia = kkt.factor(shift, relaxation, counts)?;
        if inertia.zero > 0 && relaxation == 0.0 && constraints > 0 {
            relaxation = RELAXATION;
        } else if (inertia.positive, inertia.negative) != (variables, constraints) {
            shift = match (shift == 0.0, *last == 0.0) {
                (true, true) => FIRST,
                (true, false) => (*last / DOWN).max(LEAST),
                (false, true) => shift * UP_FIRST,
                (false, false) => shift * UP,
            };
            if shift > MOST {
                return Ok(false);
            }
        } else {
            break;
        }
    }
    if shift > 0.0 {
        *last = shift;
    }
    Ok(true)
}

impl Direction {
    pub(super) fn new(variables: usize, constraints: usize) -> Self {
        let zeros = || vec![0.0; variables + constraints];
        Self { step: zeros(), right_side: zeros(), product: zeros(), variables }
    }

    /// Solves `K (dx; dy) = -(grad_x L; c)` with the factors of K.
    pub(super) fn solve(&mut self, kkt: &mut Kkt, iterate: &Iterate) -> Result<(), LdltError> {
        let (top, bottom) = self.right_side.split_at_mut(self.variables);
        negate(&iterate.lagrangian_gradient, top);
        negate(&iterate.first.constraints, bottom);
        kkt.solve(&self.right_side, &mut self.step)?;
        kkt.multiply(&self.step, &mut self.product);
        Ok(())
    }

    /// Takes a step from elsewhere with its product `(H dx + G'dy, G dx)`.
    pub(super) fn replace(&mut self, step: Vec<f64>, product: Vec<f64>) {
        (self.step, self.product) = (step, product);
    }

    /// Takes a step from elsewhere.
    pub(super) fn set(&mut self, kkt: &Kkt, step: &[f64]) {
        self.step.copy_from_slice(step);
        kkt.multiply(&self.step, &mut self.product);
    }

    /// The second-order correction `K s = -(0; c(x + dx))`, added to a copy of the step.
    pub(super) fn corrected(&mut self, kkt: &mut Kkt, constraints: &[f64], out: &mut [f64]) -> Result<(), LdltError> {
        let (top, bottom) = self.right_side.split_at_mut(self.variables);
        top.fill(0.0);
        negate(constraints, bottom);
        kkt.solve(&self.right_side, out)?;
        dense::axpy(1.0, &self.step, out);
        Ok(())
    }

    /// The slope of the merit function along the step, from `H dx + G'dy` and `G dx` as they are, not as they should be.
    pub(super) fn slope(&self, iterate: &Iterate) -> Slope {
        let (dx, dy) = self.step.split_at(self.variables);
        let (bent, moved) = self.product.split_at(self.variables);
        let (gradient, constraints) = (&iterate.lagrangian_gradient, &iterate.first.constraints);
        Slope {
            lagrangian: dense::dot(gradient, dx) + dense::dot(constraints, dy),
            constraint: dense::dot(constraints, moved),
            gradient: dense::dot(gradient, bent),
        }
    }

    /// `|c + G dx| / |c|`: 0, but for the relaxation of dependent rows.
    pub(super) fn linear_violation(&self, iterate: &Iterate) -> f64 {
        let constraints = &iterate.first.constraints;
        let moved = &self.product[self.variables..];
        let left = constraints.iter().zip(moved).map(|(c, g)| (c + g) * (c + g)).sum::<f64>().sqrt();
        left / dense::nrm2(constraints)
    }

    /// `|dx|_inf`.
    pub(super) fn length(&self) -> f64 {
        max_norm(&self.step[..self.variables])
    }
}

fn negate(x: &[f64], out: &mut [f64]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = -x;
    }
}
