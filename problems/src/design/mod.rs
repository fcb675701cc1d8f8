//! The design matrix of a generalised linear model: one type for dense, sparse and 0/1 data, centred and scaled on the fly.
//!
//! A solver sees columns `x_j` (length `n`, the number of rows) and never how they are stored. With centring and scaling
//! the columns are `(x_j - m_j 1) / s_j`; nothing is copied, and sparse data stay sparse: an operation that would fill a
//! column in touches its entries only and hands the multiple of the ones vector back to the caller.

mod by_rows;
mod scaling;
mod storage;

pub use by_rows::ByRows;
pub use scaling::Scaling;
use storage::Storage;

use crate::Sparse;
use crate::error::{ProblemError, all_nonnegative, same_length};
use std::sync::Arc;
use thalweg_kernels::{dense, parallel};

/// A design matrix with `rows` rows and `columns` columns. Clones share the entries, so that one matrix with several
/// scalings (one for each fold of a cross-validation) is kept once.
#[derive(Clone, Debug)]
pub struct Design {
    storage: Arc<Storage>,
    scaling: Option<Scaling>,
}

/// Sums over a column that a coordinate step needs, for row weights `h` (all 1 if there are none).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// `sum of h_i x_ij`.
    pub sum: f64,
    /// `sum of h_i x_ij^2`; 0 if a centred column is constant up to rounding.
    pub squares: f64,
    /// `sum of h_i (x_ij - t)^2` at its minimum over t, which is `sum / sum of h_i`; 0 if the column is constant up to
    /// rounding on the rows of positive weight.
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
        Ok(Self { storage: Arc::new(storage), scaling: None })
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

    /// The rows of the stored entries of one column, ascending; of a dense matrix there is no list, and it is empty.
    pub fn column_rows(&self, j: usize) -> &[u32] {
        self.storage.column_rows(j)
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
    /// scaled. `weights` (if any) are the row weights of mean and deviation. An earlier scaling is replaced.
    ///
    /// # Errors
    /// If `weights` has the wrong length or an entry that is negative or not finite, or the squares of a column overflow.
    pub fn standardized(mut self, centre: bool, weights: Option<&[f64]>) -> Result<Self, ProblemError> {
        if let Some(w) = weights {
            same_length("weights", w.len(), self.rows())?;
            all_nonnegative("weight", w)?;
        }
        self.scaling = None;
        self.scaling = Some(Scaling::standardizing(&self, centre, weights)?);
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
        let s = self.scale(j);
        let raw = self.raw_moments(j, weights, total_weight);
        Moments { sum: raw.sum / s, squares: raw.squares / (s * s), centred_squares: raw.centred_squares / (s * s) }
    }

    /// [`moments`](Self::moments) before the division by the scale.
    fn raw_moments(&self, j: usize, weights: Option<&[f64]>, total_weight: f64) -> Moments {
        let m = self.centre(j);
        let about = |t: f64| self.storage.moments_about(j, t, weights, total_weight);
        let (sum, squares) = about(m);
        if total_weight <= 0.0 {
            return Moments { sum, squares, centred_squares: squares };
        }
        // Deviations from the mean, with the correction for what rounding left of their sum (Chan, Golub, LeVeque,
        // *Algorithms for computing the sample variance*, The American Statistician 37, 1983).
        let mean = m + sum / total_weight;
        let (rest, about_mean) = about(mean);
        let centred_squares = about_mean - rest * (rest / total_weight);
        let noise = Self::CONSTANT * (mean + rest / total_weight);
        let denoised = |squares: f64| if squares <= total_weight * (noise * noise) { 0.0 } else { squares };
        Moments { sum, squares: denoised(squares), centred_squares: denoised(centred_squares) }
    }

    /// A column whose deviation is at most this share of its mean is constant: the rest is rounding.
    const CONSTANT: f64 = 1e-14;

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

    /// The weighted inner products of column `j` with the columns of `others`:
    /// `out_k = sum of h_i x_ij x_ik`, with row weights `h` (all 1 if `None`). With `total_weight`, the sum of `h`, they
    /// are taken about the weighted means: `sum of h_i (x_ij - mean_j) (x_ik - mean_k)`.
    ///
    /// `sums` has the weighted sum of every column, `sum of h_i x_ij` (as [`moments`](Self::moments) gives it), at the
    /// column's own index: those of `j` and `others` are read. `buffer` of length n must be zero, and is zero again
    /// afterwards. `out` is as long as `others`.
    #[allow(clippy::too_many_arguments, reason = "two columns, three facts about the weights, two outputs")]
    pub fn gram_column(
        &self,
        j: usize,
        others: &[usize],
        weights: Option<&[f64]>,
        sums: &[f64],
        total_weight: Option<f64>,
        buffer: &mut [f64],
        out: &mut [f64],
    ) {
        // The buffer becomes h (x_j - t); the other columns meet what is missing, `shift h`, as `shift * sum_k`.
        let mut shift = self.add_column(j, 1.0, weights, buffer);
        let mut filled = 0.0;
        if self.column_nonzeros(j) == self.rows() {
            // Nothing is sparse here, so that the whole of `x_j - mean_j` fits, and large means do not cancel later.
            let t = shift - total_weight.map_or(0.0, |total| mean(sums[j], total));
            match weights {
                None => buffer.iter_mut().for_each(|b| *b += t),
                Some(h) => dense::axpy(t, h, buffer),
            }
            shift = 0.0;
            filled = dense::sum(buffer);
        } else if self.scaling.is_some() || total_weight.is_some() {
            filled = self.storage.sum(j, weights) / self.scale(j);
        }
        // About the means any t will do, since `sum of h_i (x_ik - mean_k)` is 0.
        let factor = total_weight.map_or(shift, |total| -mean(filled, total));
        for (&k, o) in others.iter().zip(out.iter_mut()) {
            *o = self.dot(k, buffer, filled);
            if factor != 0.0 {
                *o += factor * sums[k];
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

/// `sum / total`, and 0 if there is no weight.
fn mean(sum: f64, total: f64) -> f64 {
    if total > 0.0 { sum / total } else { 0.0 }
}

#[cfg(test)]
mod tests;
