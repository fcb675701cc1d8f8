//! Losses of a linear fit, `f(x) = sum of phi_i((X x)_i)`.

use super::augmented::Augmented;
use super::dense::{Symmetric, dot};
use super::problem::{BlockProblem, Costs, Scratch};
use thalweg_kernels::dense;
use thalweg_problems::datafit::{Datafit, Smoothness};
use thalweg_problems::{Design, Fingerprint, ProblemError};

/// A loss over a design, without penalty: `sum of phi_i((X x)_i)`, to which a ridge term `rho |x|^2 / 2` and an intercept may
/// be added. `H = X' diag(nu) X + rho I` with bounds `nu_i` of `phi_i''`.
///
/// The intercept is a variable after the others, for a column of ones, without ridge term.
#[derive(Clone, Copy)]
pub struct SmoothFit<'a> {
    columns: Augmented<'a>,
    datafit: &'a dyn Datafit,
    ridge: f64,
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
        Ok(Self { columns: Augmented { design, intercept: false }, datafit, ridge: 0.0, third: None })
    }

    /// States a bound of `|phi_i'''|`, which cubic models start from.
    #[must_use]
    pub fn with_third_derivative(self, bound: f64) -> Self {
        Self { third: Some(bound), ..self }
    }

    /// Adds `rho |x|^2 / 2` (the intercept left out).
    ///
    /// # Errors
    /// If `rho` is negative or not finite.
    pub fn with_ridge(self, rho: f64) -> Result<Self, ProblemError> {
        check_ridge(rho)?;
        Ok(Self { ridge: rho, ..self })
    }

    /// Adds (or removes) an intercept.
    #[must_use]
    pub fn with_intercept(self, intercept: bool) -> Self {
        Self { columns: Augmented { intercept, ..self.columns }, ..self }
    }

    /// The ridge term of a variable.
    fn ridge_of(&self, j: usize) -> f64 {
        if self.columns.is_ones(j) { 0.0 } else { self.ridge }
    }

    /// `H = X' diag(h) X + rho I` at the columns of a block.
    fn gram_block(&self, block: &[usize], weights: Option<&[f64]>, out: &mut Symmetric, scratch: &mut Scratch) {
        out.reset(block.len());
        for (k, &j) in block.iter().enumerate() {
            self.columns.gram_column(j, &block[k..], weights, &mut out.row_mut(k)[k..], &mut scratch.gram);
            out.row_mut(k)[k] += self.ridge_of(j);
            for i in k + 1..block.len() {
                out.row_mut(i)[k] = out.row(k)[i];
            }
        }
    }
}

/// A ridge term is a finite number of at least 0.
pub(super) fn check_ridge(rho: f64) -> Result<(), ProblemError> {
    if rho.is_finite() && rho >= 0.0 {
        return Ok(());
    }
    Err(ProblemError::Parameter { what: "the ridge term", value: rho, expected: "a finite number of at least 0" })
}

impl BlockProblem for SmoothFit<'_> {
    fn dimension(&self) -> usize {
        self.columns.columns()
    }

    fn image_length(&self) -> usize {
        self.columns.design.rows()
    }

    fn image(&self, x: &[f64], z: &mut [f64]) {
        self.columns.multiply(x, z);
    }

    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]) {
        q.fill(0.0);
        let shift = block.iter().zip(d).fold(0.0, |s, (&j, &d)| s + self.columns.add_column(j, d, q));
        if shift != 0.0 {
            q.iter_mut().for_each(|q| *q += shift);
        }
    }

    fn value(&self, x: &[f64], z: &[f64]) -> f64 {
        let penalised = &x[..self.columns.design.columns()];
        self.datafit.value(z) + if self.ridge > 0.0 { 0.5 * self.ridge * dot(penalised, penalised) } else { 0.0 }
    }

    fn gradient(&self, x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.datafit.gradient(z, &mut scratch.slopes);
        self.columns.multiply_transposed(&scratch.slopes, out);
        if self.ridge > 0.0 {
            let p = self.columns.design.columns();
            out[..p].iter_mut().zip(x).for_each(|(g, x)| *g += self.ridge * x);
        }
    }

    fn block_gradient(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.datafit.gradient(z, &mut scratch.slopes);
        let total = dense::sum(&scratch.slopes);
        for (&j, o) in block.iter().zip(out) {
            *o = self.columns.dot(j, &scratch.slopes, total);
            if self.ridge > 0.0 {
                *o += self.ridge_of(j) * x[j];
            }
        }
    }

    fn coordinate_constants(&self) -> Vec<f64> {
        let (weights, factor) = curvature(self.datafit);
        let total = weights.map_or(self.image_length() as f64, dense::sum);
        let constant = |j| factor * self.columns.squares(j, weights, total) + self.ridge_of(j);
        (0..self.dimension()).map(constant).collect()
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        let (weights, factor) = curvature(self.datafit);
        self.columns.gram_column(j, others, weights, out, &mut scratch.gram);
        for (&k, o) in others.iter().zip(out) {
            if factor != 1.0 {
                *o *= factor;
            }
            if k == j {
                *o += self.ridge_of(j);
            }
        }
    }

    fn block_hessian(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        if self.is_quadratic() {
            return self.block_bound(block, out, scratch);
        }
        let mut weights = std::mem::take(&mut scratch.weights);
        weights.resize(z.len(), 0.0);
        self.datafit.curvature(z, &mut weights);
        self.gram_block(block, Some(&weights), out, scratch);
        scratch.weights = weights;
    }

    fn along(
        &self,
        block: &[usize],
        d: &[f64],
        (x, z): (&[f64], &[f64]),
        q: &[f64],
        scratch: &mut Scratch,
    ) -> (f64, f64) {
        let Scratch { slopes, weights, .. } = scratch;
        slopes.resize(z.len(), 0.0);
        weights.resize(z.len(), 0.0);
        self.datafit.gradient(z, slopes);
        self.datafit.curvature(z, weights);
        let second = weights.iter().zip(q).fold(0.0, |s, (h, q)| s + h * q * q);
        let ridge = |(g, h): (f64, f64), (&j, d): (&usize, &f64)| {
            let rho = self.ridge_of(j);
            (g + rho * x[j] * d, h + rho * d * d)
        };
        block.iter().zip(d).fold((dense::dot(slopes, q), second), ridge)
    }

    fn is_quadratic(&self) -> bool {
        self.datafit.is_quadratic()
    }

    /// `c sum over rows of |x_{i,b}|^3`, where `c` bounds the third derivatives: the third derivative along a unit `v` is
    /// `sum of phi_i''' (x_{i,b}' v)^3`.
    fn third_order_constant(&self, block: &[usize], scratch: &mut Scratch) -> Option<f64> {
        let third = if self.is_quadratic() { 0.0 } else { self.third? };
        let (squares, n) = (&mut scratch.weights, self.image_length());
        squares.clear();
        squares.resize(n, 0.0);
        let mut column = vec![0.0; n];
        for &j in block {
            column.fill(0.0);
            let shift = self.columns.add_column(j, 1.0, &mut column);
            squares.iter_mut().zip(&column).for_each(|(s, x)| *s += (x + shift) * (x + shift));
        }
        Some(third * squares.iter().fold(0.0, |t, s| t + s * s.sqrt()))
    }

    fn costs(&self) -> Costs {
        let entries = self.columns.design.nonzeros() as u64;
        Costs { gradient: entries + 4 * self.image_length() as u64, column: entries, touched: None }
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.columns.design.fingerprint(hash);
        self.datafit.fingerprint(hash);
        hash.numbers(&[self.ridge]);
        hash.word(u64::from(self.columns.intercept));
    }
}

/// Bounds of `phi_i''` as row weights and a factor.
fn curvature(datafit: &dyn Datafit) -> (Option<&[f64]>, f64) {
    match datafit.smoothness() {
        Smoothness::Uniform(nu) => (None, nu),
        Smoothness::PerRow(nu) => (Some(nu), 1.0),
        // Excluded by the constructor.
        Smoothness::None => (None, f64::INFINITY),
    }
}
