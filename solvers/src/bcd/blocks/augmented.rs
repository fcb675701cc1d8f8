//! A design with a column of ones after its own, for an intercept.

use thalweg_kernels::dense;
use thalweg_problems::Design;

/// The columns of a design, then, with an intercept, a column of ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Augmented<'a> {
    pub(super) design: &'a Design,
    pub(super) intercept: bool,
}

/// Buffers of Gram columns.
#[derive(Clone, Debug, Default)]
pub(super) struct GramBuffers {
    /// As long as a column; zero between two calls.
    column: Vec<f64>,
    /// One entry for each column of the design.
    sums: Vec<f64>,
    within: Vec<usize>,
    products: Vec<f64>,
}

impl Augmented<'_> {
    /// The number of columns, the column of ones included.
    pub(super) fn columns(self) -> usize {
        self.design.columns() + usize::from(self.intercept)
    }

    /// Whether column `j` is the column of ones.
    pub(super) fn is_ones(self, j: usize) -> bool {
        j == self.design.columns()
    }

    /// `out = X x`.
    pub(super) fn multiply(self, x: &[f64], out: &mut [f64]) {
        self.design.multiply(&x[..self.design.columns()], out);
        if let Some(&constant) = x.get(self.design.columns()) {
            out.iter_mut().for_each(|z| *z += constant);
        }
    }

    /// `out = X' v`.
    pub(super) fn multiply_transposed(self, v: &[f64], out: &mut [f64]) {
        let p = self.design.columns();
        self.design.multiply_transposed(v, &mut out[..p]);
        if let Some(last) = out.get_mut(p) {
            *last = dense::sum(v);
        }
    }

    /// `x_j' v`, where `total` is the sum of `v`.
    pub(super) fn dot(self, j: usize, v: &[f64], total: f64) -> f64 {
        if self.is_ones(j) { total } else { self.design.dot(j, v, total) }
    }

    /// `v += a x_j`, except for a constant that the caller adds: it is returned.
    #[must_use = "the shift belongs to the result"]
    pub(super) fn add_column(self, j: usize, a: f64, v: &mut [f64]) -> f64 {
        if self.is_ones(j) { a } else { self.design.add_column(j, a, None, v) }
    }

    /// `sum of h_i x_ij^2`, where `total` is the sum of the weights.
    pub(super) fn squares(self, j: usize, weights: Option<&[f64]>, total: f64) -> f64 {
        if self.is_ones(j) { total } else { self.design.moments(j, weights, total).squares }
    }

    /// `out_k = sum of h_i x_ij x_ik` for the columns k of `others`.
    pub(super) fn gram_column(
        self,
        j: usize,
        others: &[usize],
        weights: Option<&[f64]>,
        out: &mut [f64],
        buffers: &mut GramBuffers,
    ) {
        let design = self.design;
        let total = weights.map_or(design.rows() as f64, dense::sum);
        let sum = |k: usize| if self.is_ones(k) { total } else { design.moments(k, weights, total).sum };
        if self.is_ones(j) {
            return others.iter().zip(out).for_each(|(&k, o)| *o = sum(k));
        }
        let GramBuffers { column, sums, within, products } = buffers;
        column.resize(design.rows(), 0.0);
        sums.resize(design.columns(), 0.0);
        if design.scaling().is_some() {
            others.iter().filter(|k| !self.is_ones(**k)).for_each(|&k| sums[k] = sum(k));
        }
        if !others.iter().any(|&k| self.is_ones(k)) {
            return design.gram_column(j, others, weights, sums, None, column, out);
        }
        within.clear();
        within.extend(others.iter().copied().filter(|&k| !self.is_ones(k)));
        products.resize(within.len(), 0.0);
        design.gram_column(j, within, weights, sums, None, column, products);
        let (with_ones, mut products) = (sum(j), products.iter());
        for (&k, o) in others.iter().zip(out) {
            *o = if self.is_ones(k) { with_ones } else { products.next().copied().unwrap_or(0.0) };
        }
    }
}
