//! The design matrix of a generalised linear model: one type for dense, sparse and 0/1 data, centred and scaled on the fly.
//!
//! A solver sees columns `x_j` (length `n`, the number of rows) and never how they are stored. With centring and scaling
//! the columns are `(x_j - m_j 1) / s_j`; nothing is copied, and sparse data stay sparse: an operation that would fill a
//! column in touches its entries only and hands the multiple of the ones vector back to the caller.

mod scaling;
mod storage;

pub use scaling::Scaling;
use storage::Storage;

use crate::Sparse;
use crate::error::{ProblemError, same_length};
use thalweg_kernels::{dense, parallel};

/// A design matrix with `rows` rows and `columns` columns.
#[derive(Clone, Debug)]
pub struct Design {
    storage: Storage,
    scaling: Option<Scaling>,
}

/// Sums over a column that a coordinate step needs, for row weights `h` (all 1 if there are none).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// `sum of h_i x_ij`.
    pub sum: f64,
    /// `sum of h_i x_ij^2`.
    pub squares: f64,
    /// `sum of h_i (x_ij - t)^2` at its minimum over t, which is `sum / sum of h_i`.
    pub centred_squares: f64,
}

impl Design {
    /// A dense matrix from its columns, one after the other (the layout of nalgebra's `DMatrix::as_slice`).
    ///
    /// # Errors
    /// If `values` does not have `rows * columns` numbers, or one of them is not finite.
    pub fn from_column_major(rows: usize, columns: usize, values: Vec<f64>) -> Result<Self, ProblemError> {
        let expected = rows.checked_mul(columns).ok_or(ProblemError::Structure("too many entries".into()))?;
        same_length("the dense design", values.len(), expected)?;
        Self::new(Storage::Dense { rows, columns, values })
    }

    /// A dense matrix from faer's (copied, so that each column is one slice).
    ///
    /// # Errors
    /// If a number is not finite.
    pub fn from_faer(matrix: faer::MatRef<'_, f64>) -> Result<Self, ProblemError> {
        let (rows, columns) = (matrix.nrows(), matrix.ncols());
        let values = (0..columns).flat_map(|j| (0..rows).map(move |i| matrix[(i, j)])).collect();
        Self::from_column_major(rows, columns, values)
    }

    /// A sparse matrix (converted to columns if it is stored by rows).
    ///
    /// # Errors
    /// If a number is not finite.
    pub fn from_sparse(matrix: Sparse) -> Result<Self, ProblemError> {
        let matrix = if matrix.is_csc() { matrix } else { matrix.to_csc() };
        let rows = matrix.rows();
        let (indptr, indices, values) = matrix.into_raw_storage();
        Self::from_csc(rows, indptr, indices, values)
    }

    /// A sparse matrix from compressed columns: column `j` has the entries `indptr[j]..indptr[j + 1]`, row indices
    /// ascending.
    ///
    /// # Errors
    /// If the arrays do not describe such a matrix, or a number is not finite.
    pub fn from_csc(
        rows: usize,
        indptr: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<f64>,
    ) -> Result<Self, ProblemError> {
        same_length("the array of values", values.len(), indices.len())?;
        Self::new(Storage::Sparse { pattern: storage::Pattern::new(rows, indptr, indices)?, values })
    }

    /// A sparse matrix whose entries are all 1 (one-hot data), stored without values.
    ///
    /// # Errors
    /// If the arrays do not describe such a matrix.
    pub fn from_pattern(rows: usize, indptr: Vec<usize>, indices: Vec<u32>) -> Result<Self, ProblemError> {
        Self::new(Storage::Ones { pattern: storage::Pattern::new(rows, indptr, indices)? })
    }

    fn new(storage: Storage) -> Result<Self, ProblemError> {
        if storage.rows() == 0 {
            return Err(ProblemError::Structure("it has no rows".into()));
        }
        storage.check_finite()?;
        Ok(Self { storage, scaling: None })
    }

    /// The number of rows (samples), n.
    pub fn rows(&self) -> usize {
        self.storage.rows()
    }

    /// The number of columns (features), p.
    pub fn columns(&self) -> usize {
        self.storage.columns()
    }

    /// The number of stored entries.
    pub fn nonzeros(&self) -> usize {
        self.storage.nonzeros()
    }

    /// The number of stored entries of one column: what one coordinate step costs.
    pub fn column_nonzeros(&self, j: usize) -> usize {
        self.storage.column_nonzeros(j)
    }

    /// How the matrix is stored: `dense`, `sparse` or `ones`.
    pub fn layout(&self) -> &'static str {
        self.storage.name()
    }

    /// The implicit centring and scaling, if any.
    pub fn scaling(&self) -> Option<&Scaling> {
        self.scaling.as_ref()
    }

    /// Divides each column by its population standard deviation, and centres it if asked; constant columns are not
    /// scaled. `weights` (if any) are the row weights of mean and deviation.
    ///
    /// # Errors
    /// If `weights` has the wrong length.
    pub fn standardized(mut self, centre: bool, weights: Option<&[f64]>) -> Result<Self, ProblemError> {
        if let Some(w) = weights {
            same_length("weights", w.len(), self.rows())?;
        }
        self.scaling = None;
        self.scaling = Some(Scaling::standardizing(&self, centre, weights));
        Ok(self)
    }

    fn centre(&self, j: usize) -> f64 {
        self.scaling.as_ref().map_or(0.0, |s| s.centre[j])
    }

    fn scale(&self, j: usize) -> f64 {
        self.scaling.as_ref().map_or(1.0, |s| s.scale[j])
    }

    /// `x_j' v`, where `total` is the sum of `v` (used only if the columns are centred).
    pub fn dot(&self, j: usize, v: &[f64], total: f64) -> f64 {
        let raw = self.storage.dot(j, v);
        match &self.scaling {
            None => raw,
            Some(s) => (raw - s.centre[j] * total) / s.scale[j],
        }
    }

    /// `v += a h * x_j` with row weights `h` (all 1 if `None`), except for a multiple of `h` that a centred column
    /// contributes: that multiple is returned, and the caller keeps it.
    #[must_use = "the shift belongs to the result"]
    pub fn add_column(&self, j: usize, a: f64, weights: Option<&[f64]>, v: &mut [f64]) -> f64 {
        match &self.scaling {
            None => {
                self.storage.add_column(j, a, weights, v);
                0.0
            }
            Some(s) => {
                let a = a / s.scale[j];
                self.storage.add_column(j, a, weights, v);
                -a * s.centre[j]
            }
        }
    }

    /// Sums over column `j` with row weights `h` (all 1 if `None`) whose sum is `total_weight`.
    pub fn moments(&self, j: usize, weights: Option<&[f64]>, total_weight: f64) -> Moments {
        let (m, s) = (self.centre(j), self.scale(j));
        let raw_sum = self.storage.sum(j, weights);
        let mean = if total_weight > 0.0 { raw_sum / total_weight } else { 0.0 };
        // Squares about a point t: over the entries, and t^2 for the weight of the rows without an entry.
        let about = |t: f64| self.storage.squares_about(j, t, weights, total_weight);
        let centred_squares = about(mean);
        let squares = if m == mean { centred_squares } else { about(m) };
        Moments {
            sum: (raw_sum - m * total_weight) / s,
            squares: squares / (s * s),
            centred_squares: centred_squares / (s * s),
        }
    }

    /// `out = sum of x_j coefficients_j`, `coefficients` of length p, `out` of length n.
    pub fn multiply(&self, coefficients: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let mut shift = 0.0;
        for (j, &a) in coefficients.iter().enumerate() {
            if a != 0.0 {
                shift += self.add_column(j, a, None, out);
            }
        }
        if shift != 0.0 {
            out.iter_mut().for_each(|z| *z += shift);
        }
    }

    /// `out_j = x_j' v` for all columns, in parallel; `v` of length n, `out` of length p.
    pub fn multiply_transposed(&self, v: &[f64], out: &mut [f64]) {
        let total = if self.scaling.is_some() { dense::sum(v) } else { 0.0 };
        parallel::fill(out, self.nonzeros(), |j| self.dot(j, v, total));
    }

    /// The weighted inner products of column `j` with the columns of `others`, about their weighted means if `centred`:
    /// `out_k = sum of h_i x_ij x_ik (- sum_j sum_k / total_weight)`. `buffer` of length n must be zero, and is zero
    /// again afterwards.
    pub fn gram_column(
        &self,
        j: usize,
        others: &[usize],
        weights: Option<&[f64]>,
        sums: Option<(&[f64], f64)>,
        buffer: &mut [f64],
        out: &mut [f64],
    ) {
        let shift = self.add_column(j, 1.0, weights, buffer);
        let total = if self.scaling.is_some() { dense::sum(buffer) } else { 0.0 };
        for (&k, o) in others.iter().zip(out.iter_mut()) {
            *o = self.dot(k, buffer, total);
        }
        if let Some((sums, total_weight)) = sums {
            // The shift times `h` meets x_k as shift * sum_k.
            for (&k, o) in others.iter().zip(out.iter_mut()) {
                *o += shift * sums[k] - sums[j] * sums[k] / total_weight;
            }
        }
        self.storage.clear_column(j, buffer);
    }

    /// The matrix as a dense column-major array, centred and scaled: for small comparisons and other libraries.
    pub fn to_column_major(&self) -> Vec<f64> {
        let n = self.rows();
        let mut out = vec![0.0; n * self.columns()];
        for (j, column) in out.chunks_exact_mut(n).enumerate() {
            let shift = self.add_column(j, 1.0, None, column);
            column.iter_mut().for_each(|x| *x += shift);
        }
        out
    }

    /// A 64-bit fingerprint of sizes, entries and scaling: equal for equal data, for a checkpoint's identity.
    pub fn fingerprint(&self, hash: &mut crate::fingerprint::Fingerprint) {
        self.storage.fingerprint(hash);
        if let Some(s) = &self.scaling {
            hash.numbers(&s.centre);
            hash.numbers(&s.scale);
        }
    }
}

#[cfg(test)]
mod tests;
