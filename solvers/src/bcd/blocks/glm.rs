//! Losses of a linear fit, `f(x) = sum of phi_i((X x)_i)`.

use super::dense::Symmetric;
use super::problem::{BlockProblem, Scratch};
use thalweg_kernels::dense;
use thalweg_problems::datafit::{Datafit, Smoothness};
use thalweg_problems::{Design, Fingerprint, ProblemError};

/// A loss over a design, without penalty or intercept. `H = X' diag(nu) X` with bounds `nu_i` of `phi_i''`.
#[derive(Clone, Copy)]
pub struct SmoothFit<'a> {
    design: &'a Design,
    datafit: &'a dyn Datafit,
    third: Option<f64>,
}

impl std::fmt::Debug for SmoothFit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmoothFit").field("loss", &self.datafit.name()).finish_non_exhaustive()
    }
}

impl<'a> SmoothFit<'a> {
    /// The largest third derivative of `log(1 + exp(z))`: `s (1 - s) (1 - 2 s)` is largest at `s = (1 - 1/sqrt 3) / 2`.
    pub const LOGISTIC_THIRD_DERIVATIVE: f64 = 0.096_225_044_864_937_63;

    /// The loss of `X x`.
    ///
    /// # Errors
    /// If the loss has another number of rows than the design, or no bound of its second derivatives.
    pub fn new(design: &'a Design, datafit: &'a dyn Datafit) -> Result<Self, ProblemError> {
        let (found, expected) = (datafit.rows(), design.rows());
        if found != expected {
            return Err(ProblemError::Length { what: "the loss", found, expected });
        }
        if !datafit.smoothness().is_bounded() {
            let expected = "a finite number (block methods step by bounds)";
            return Err(ProblemError::Parameter {
                what: "the bound of the loss's curvature",
                value: f64::INFINITY,
                expected,
            });
        }
        Ok(Self { design, datafit, third: None })
    }

    /// States a bound of `|phi_i'''|`, which cubic models start from.
    #[must_use]
    pub fn with_third_derivative(self, bound: f64) -> Self {
        Self { third: Some(bound), ..self }
    }

    /// `sum of h_i x_ij` for the columns of a block; only centred columns need them.
    fn sums(&self, block: &[usize], weights: Option<&[f64]>, sums: &mut Vec<f64>) {
        sums.resize(self.design.columns(), 0.0);
        if self.design.scaling().is_some() {
            let total = weights.map_or(self.design.rows() as f64, dense::sum);
            block.iter().for_each(|&k| sums[k] = self.design.moments(k, weights, total).sum);
        }
    }
}

impl BlockProblem for SmoothFit<'_> {
    fn dimension(&self) -> usize {
        self.design.columns()
    }

    fn image_length(&self) -> usize {
        self.design.rows()
    }

    fn image(&self, x: &[f64], z: &mut [f64]) {
        self.design.multiply(x, z);
    }

    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]) {
        q.fill(0.0);
        let shift = block.iter().zip(d).fold(0.0, |s, (&j, &d)| s + self.design.add_column(j, d, None, q));
        if shift != 0.0 {
            q.iter_mut().for_each(|q| *q += shift);
        }
    }

    fn value(&self, _: &[f64], z: &[f64]) -> f64 {
        self.datafit.value(z)
    }

    fn gradient(&self, _: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.datafit.gradient(z, &mut scratch.slopes);
        self.design.multiply_transposed(&scratch.slopes, out);
    }

    fn block_gradient(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.datafit.gradient(z, &mut scratch.slopes);
        let total = dense::sum(&scratch.slopes);
        block.iter().zip(out).for_each(|(&j, o)| *o = self.design.dot(j, &scratch.slopes, total));
    }

    fn coordinate_constants(&self) -> Vec<f64> {
        let columns = 0..self.design.columns();
        match self.datafit.smoothness() {
            Smoothness::Uniform(nu) => {
                let rows = self.design.rows() as f64;
                columns.map(|j| nu * self.design.moments(j, None, rows).squares).collect()
            }
            Smoothness::PerRow(nu) => {
                let total = dense::sum(nu);
                columns.map(|j| self.design.moments(j, Some(nu), total).squares).collect()
            }
            // Excluded by the constructor.
            Smoothness::None => vec![f64::INFINITY; self.design.columns()],
        }
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        let (weights, factor) = match self.datafit.smoothness() {
            Smoothness::Uniform(nu) => (None, nu),
            Smoothness::PerRow(nu) => (Some(nu), 1.0),
            Smoothness::None => (None, f64::INFINITY),
        };
        let Scratch { column, sums, .. } = scratch;
        column.resize(self.design.rows(), 0.0);
        self.sums(others, weights, sums);
        self.design.gram_column(j, others, weights, sums, None, column, out);
        if factor != 1.0 {
            out.iter_mut().for_each(|o| *o *= factor);
        }
    }

    fn block_hessian(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        if self.is_quadratic() {
            return self.block_bound(block, out, scratch);
        }
        let Scratch { weights, column, sums, .. } = scratch;
        weights.resize(z.len(), 0.0);
        column.resize(z.len(), 0.0);
        self.datafit.curvature(z, weights);
        self.sums(block, Some(weights), sums);
        out.reset(block.len());
        for (k, &j) in block.iter().enumerate() {
            let row = &mut out.row_mut(k)[k..];
            self.design.gram_column(j, &block[k..], Some(weights), sums, None, column, row);
            for i in k + 1..block.len() {
                out.row_mut(i)[k] = out.row(k)[i];
            }
        }
    }

    fn along(&self, _: &[usize], _: &[f64], (_, z): (&[f64], &[f64]), q: &[f64], scratch: &mut Scratch) -> (f64, f64) {
        let Scratch { slopes, weights, .. } = scratch;
        slopes.resize(z.len(), 0.0);
        weights.resize(z.len(), 0.0);
        self.datafit.gradient(z, slopes);
        self.datafit.curvature(z, weights);
        let second = weights.iter().zip(q).fold(0.0, |s, (h, q)| s + h * q * q);
        (dense::dot(slopes, q), second)
    }

    fn is_quadratic(&self) -> bool {
        self.datafit.is_quadratic()
    }

    /// `c sum over rows of |x_{i,b}|^3`, where `c` bounds the third derivatives: the third derivative along a unit `v` is
    /// `sum of phi_i''' (x_{i,b}' v)^3`.
    fn third_order_constant(&self, block: &[usize], scratch: &mut Scratch) -> Option<f64> {
        let third = if self.is_quadratic() { 0.0 } else { self.third? };
        let (squares, n) = (&mut scratch.weights, self.design.rows());
        squares.clear();
        squares.resize(n, 0.0);
        let mut column = vec![0.0; n];
        for &j in block {
            column.fill(0.0);
            let shift = self.design.add_column(j, 1.0, None, &mut column);
            squares.iter_mut().zip(&column).for_each(|(s, x)| *s += (x + shift) * (x + shift));
        }
        Some(third * squares.iter().fold(0.0, |t, s| t + s * s.sqrt()))
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.design.fingerprint(hash);
        self.datafit.fingerprint(hash);
    }
}
