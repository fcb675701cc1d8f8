//! The Newton (KKT) matrix `[H + tau I, G'; G, -delta I]`.

use crate::linear_systems::{Inertia, Ldlt, LdltError, SparseSymmetric};
use crate::run::{Counts, Oracle};

/// The matrix with its factors; the pattern, and with it the order of elimination, is fixed.
#[derive(Debug)]
pub(super) struct Kkt {
    variables: usize,
    matrix: SparseSymmetric,
    /// Where the entries of the Hessian and of the Jacobian are.
    hessian_at: Vec<usize>,
    jacobian_at: Vec<usize>,
    /// Fixed variables: their rows are those of the identity.
    fixed: Vec<usize>,
    /// The diagonal of H without shift.
    diagonal: Vec<f64>,
    shift: f64,
    relaxation: f64,
    ldlt: Ldlt,
    residual: Vec<f64>,
    correction: Vec<f64>,
}

/// A residual above this share of the right side is worth a step of refinement.
const REFINE_ABOVE: f64 = 1e-10;

impl Kkt {
    /// For a Hessian and a Jacobian with entries (row, column) in these orders; the Hessian's are of one triangle.
    pub(super) fn new(
        (variables, constraints): (usize, usize),
        hessian: impl Iterator<Item = (usize, usize)>,
        jacobian: impl Iterator<Item = (usize, usize)>,
        fixed: Vec<usize>,
    ) -> Self {
        let order = variables + constraints;
        let mut entries: Vec<(usize, usize)> = hessian.collect();
        let count = entries.len();
        entries.extend(jacobian.map(|(row, column)| (variables + row, column)));
        let (matrix, mut hessian_at) = SparseSymmetric::from_entries(order, &entries);
        let jacobian_at = hessian_at.split_off(count);
        Self {
            variables,
            matrix,
            hessian_at,
            jacobian_at,
            fixed,
            diagonal: vec![0.0; variables],
            shift: 0.0,
            relaxation: 0.0,
            ldlt: Ldlt::new(),
            residual: vec![0.0; order],
            correction: vec![0.0; order],
        }
    }

    /// Takes new values, unshifted; without a Hessian H is zero.
    pub(super) fn assemble(&mut self, hessian: Option<&[f64]>, jacobian: &[f64]) {
        let values = self.matrix.values_mut();
        values.fill(0.0);
        if let Some(hessian) = hessian {
            for (at, value) in self.hessian_at.iter().zip(hessian) {
                values[*at] += value;
            }
        }
        for (at, value) in self.jacobian_at.iter().zip(jacobian) {
            values[*at] += value;
        }
        for &i in &self.fixed {
            let at = self.matrix.diagonal_position(i);
            self.matrix.values_mut()[at] = 1.0;
        }
        for i in 0..self.variables {
            self.diagonal[i] = self.matrix.values()[self.matrix.diagonal_position(i)];
        }
        (self.shift, self.relaxation) = (0.0, 0.0);
    }

    /// Takes new values with a diagonal matrix in place of H.
    pub(super) fn assemble_diagonal(&mut self, diagonal: &[f64], jacobian: &[f64]) {
        self.assemble(None, jacobian);
        for (i, d) in diagonal.iter().enumerate() {
            let at = self.matrix.diagonal_position(i);
            self.matrix.values_mut()[at] = *d;
            self.diagonal[i] = *d;
        }
    }

    /// Whether H has a pattern here, or its place is for a diagonal matrix.
    pub(super) fn holds_hessian(&self) -> bool {
        !self.hessian_at.is_empty()
    }

    /// Sets tau and delta.
    fn shift(&mut self, shift: f64, relaxation: f64) {
        for i in 0..self.matrix.order() {
            let at = self.matrix.diagonal_position(i);
            self.matrix.values_mut()[at] = if i < self.variables { self.diagonal[i] + shift } else { 0.0 - relaxation };
        }
        (self.shift, self.relaxation) = (shift, relaxation);
    }

    /// Factors the matrix with this tau and delta.
    pub(super) fn factor(&mut self, shift: f64, relaxation: f64, counts: &mut Counts) -> Result<Inertia, LdltError> {
        self.shift(shift, relaxation);
        counts.add(Oracle::Factorization, 1);
        self.ldlt.factor(&self.matrix)
    }

    /// Sets tau without factoring.
    pub(super) fn set_shift(&mut self, shift: f64) {
        self.shift(shift, 0.0);
    }

    /// The entries (row, column, value) of the lower triangle, with tau and delta.
    pub(super) fn entries(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.matrix.order()).flat_map(|j| self.matrix.column(j).map(move |(i, value)| (i, j, value)))
    }

    /// The Frobenius norms of H + tau I and G.
    pub(super) fn block_norms(&self) -> (f64, f64) {
        let (mut hessian, mut jacobian) = (0.0, 0.0);
        for (i, j, value) in self.entries() {
            if i < self.variables {
                hessian += if i == j { value * value } else { 2.0 * value * value };
            } else if j < self.variables {
                jacobian += value * value;
            }
        }
        (hessian.sqrt(), jacobian.sqrt())
    }

    /// The tau of the last factors.
    pub(super) fn shift_used(&self) -> f64 {
        self.shift
    }

    /// The largest magnitude on the diagonal of H.
    pub(super) fn largest_diagonal(&self) -> f64 {
        self.diagonal.iter().fold(0.0, |m, d| d.abs().max(m))
    }

    /// Solves with the last factors, with one step of refinement where it is needed.
    pub(super) fn solve(&mut self, b: &[f64], x: &mut [f64]) -> Result<(), LdltError> {
        self.ldlt.solve(b, x)?;
        self.matrix.multiply_into(x, &mut self.residual);
        for (r, b) in self.residual.iter_mut().zip(b) {
            *r = b - *r;
        }
        let before = norm(&self.residual);
        if before > REFINE_ABOVE * norm(b) {
            self.ldlt.solve(&self.residual, &mut self.correction)?;
            for (x, c) in x.iter_mut().zip(&self.correction) {
                *x += c;
            }
            // A step that makes it worse, as with a singular matrix, is taken back.
            self.matrix.multiply_into(x, &mut self.residual);
            for (r, b) in self.residual.iter_mut().zip(b) {
                *r = b - *r;
            }
            let after = norm(&self.residual);
            if after.is_nan() || after > before {
                for (x, c) in x.iter_mut().zip(&self.correction) {
                    *x -= c;
                }
            }
        }
        Ok(())
    }

    /// `(H dx + G' dy, G dx)` without tau and delta.
    pub(super) fn multiply(&self, direction: &[f64], product: &mut [f64]) {
        self.matrix.multiply_into(direction, product);
        for (i, (p, d)) in product.iter_mut().zip(direction).enumerate() {
            *p += if i < self.variables { -self.shift * d } else { self.relaxation * d };
        }
    }
}

fn norm(x: &[f64]) -> f64 {
    thalweg_kernels::dense::nrm2(x)
}
