//! Matrices stored by rows and by columns.

use crate::{Fingerprint, ProblemError, Sparse};
use thalweg_kernels::{dense, sparse};

/// A real matrix, dense or sparse, with a copy for each direction, so that a row and a column are each contiguous.
#[derive(Clone, Debug)]
pub struct TwoWayMatrix {
    rows: usize,
    columns: usize,
    storage: Storage,
}

#[derive(Clone, Debug)]
enum Storage {
    Dense { by_rows: Vec<f64>, by_columns: Vec<f64> },
    Sparse { by_rows: Lines, by_columns: Lines },
}

/// Compressed rows, or columns.
#[derive(Clone, Debug)]
struct Lines {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl Lines {
    fn line(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.offsets[i]..self.offsets[i + 1];
        (&self.indices[range.clone()], &self.values[range])
    }
}

/// The largest size of an entry: squares must not overflow.
const LARGEST: f64 = 1e150;

impl TwoWayMatrix {
    /// A dense matrix from its entries row by row.
    ///
    /// # Errors
    /// If there are not `rows * columns` entries, there is none, or one is not finite (or beyond 1e150 in size).
    pub fn from_rows(rows: usize, columns: usize, by_rows: Vec<f64>) -> Result<Self, ProblemError> {
        let expected = rows.saturating_mul(columns);
        crate::error::same_length("the list of the matrix's entries", by_rows.len(), expected)?;
        if expected == 0 {
            return Err(ProblemError::Structure(format!("a matrix of {rows} x {columns} has no entries")));
        }
        if let Some(k) = by_rows.iter().position(|v| !(v.abs() <= LARGEST)) {
            return Err(ProblemError::EntryOutOfRange { row: k / columns, column: k % columns, value: by_rows[k] });
        }
        let mut by_columns = vec![0.0; by_rows.len()];
        for (i, row) in by_rows.chunks_exact(columns).enumerate() {
            for (j, &value) in row.iter().enumerate() {
                by_columns[j * rows + i] = value;
            }
        }
        Ok(Self { rows, columns, storage: Storage::Dense { by_rows, by_columns } })
    }

    /// A sparse matrix, by rows or by columns; its zeros are kept as entries.
    ///
    /// # Errors
    /// If a side is 0, or an entry is not finite (or beyond 1e150 in size).
    pub fn from_sparse(matrix: &Sparse) -> Result<Self, ProblemError> {
        let (rows, columns) = matrix.shape();
        if rows == 0 || columns == 0 {
            return Err(ProblemError::Structure(format!("a matrix of {rows} x {columns} has no entries")));
        }
        if let Some((&value, (row, column))) = matrix.iter().find(|(v, _)| !(v.abs() <= LARGEST)) {
            return Err(ProblemError::EntryOutOfRange { row: row as usize, column: column as usize, value });
        }
        let lines = |m: &Sparse| Lines {
            offsets: m.indptr().into_raw_storage().to_vec(),
            indices: m.indices().to_vec(),
            values: m.data().to_vec(),
        };
        let (by_rows, by_columns) = (lines(&matrix.to_csr()), lines(&matrix.to_csc()));
        Ok(Self { rows, columns, storage: Storage::Sparse { by_rows, by_columns } })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Whether every entry is stored.
    pub fn is_dense(&self) -> bool {
        matches!(self.storage, Storage::Dense { .. })
    }

    /// The number of stored entries.
    pub fn entries(&self) -> usize {
        match &self.storage {
            Storage::Dense { by_rows, .. } => by_rows.len(),
            Storage::Sparse { by_rows, .. } => by_rows.values.len(),
        }
    }

    /// `out = A x`.
    pub fn times(&self, x: &[f64], out: &mut [f64]) {
        match &self.storage {
            Storage::Dense { by_columns, .. } => dense::gemv(1.0, by_columns, self.rows, x, 0.0, out),
            Storage::Sparse { by_rows: m, .. } => sparse::gather_product(&m.offsets, &m.indices, &m.values, x, out),
        }
    }

    /// `out = A'y`.
    pub fn transposed_times(&self, y: &[f64], out: &mut [f64]) {
        match &self.storage {
            Storage::Dense { by_rows, .. } => dense::gemv(1.0, by_rows, self.columns, y, 0.0, out),
            Storage::Sparse { by_columns: m, .. } => sparse::gather_product(&m.offsets, &m.indices, &m.values, y, out),
        }
    }

    /// The product of row i with `x`.
    #[inline]
    pub fn row_dot(&self, i: usize, x: &[f64]) -> f64 {
        match &self.storage {
            Storage::Dense { by_rows, .. } => dense::dot(&by_rows[i * self.columns..][..self.columns], x),
            Storage::Sparse { by_rows, .. } => {
                let (indices, values) = by_rows.line(i);
                sparse::gather_dot(indices, values, x)
            }
        }
    }

    /// `x += alpha` times row i.
    #[inline]
    pub fn add_row(&self, i: usize, alpha: f64, x: &mut [f64]) {
        match &self.storage {
            Storage::Dense { by_rows, .. } => dense::axpy(alpha, &by_rows[i * self.columns..][..self.columns], x),
            Storage::Sparse { by_rows, .. } => {
                let (indices, values) = by_rows.line(i);
                sparse::scatter_axpy(alpha, indices, values, x);
            }
        }
    }

    /// `y += alpha` times column j.
    #[inline]
    pub fn add_column(&self, j: usize, alpha: f64, y: &mut [f64]) {
        match &self.storage {
            Storage::Dense { by_columns, .. } => dense::axpy(alpha, &by_columns[j * self.rows..][..self.rows], y),
            Storage::Sparse { by_columns, .. } => {
                let (indices, values) = by_columns.line(j);
                sparse::scatter_axpy(alpha, indices, values, y);
            }
        }
    }

    /// The indices of the stored entries of row i; `None` if the matrix is dense.
    pub fn row_indices(&self, i: usize) -> Option<&[u32]> {
        match &self.storage {
            Storage::Dense { .. } => None,
            Storage::Sparse { by_rows, .. } => Some(by_rows.line(i).0),
        }
    }

    /// The squared norms of the rows.
    pub fn row_squares(&self) -> Vec<f64> {
        match &self.storage {
            Storage::Dense { by_rows, .. } => by_rows.chunks_exact(self.columns).map(dense::sum_squares).collect(),
            Storage::Sparse { by_rows, .. } => (0..self.rows).map(|i| dense::sum_squares(by_rows.line(i).1)).collect(),
        }
    }

    /// The squared norms of the columns.
    pub fn column_squares(&self) -> Vec<f64> {
        match &self.storage {
            Storage::Dense { by_columns, .. } => by_columns.chunks_exact(self.rows).map(dense::sum_squares).collect(),
            Storage::Sparse { by_columns, .. } => {
                (0..self.columns).map(|j| dense::sum_squares(by_columns.line(j).1)).collect()
            }
        }
    }

    /// The Frobenius norm.
    pub fn frobenius(&self) -> f64 {
        self.row_squares().iter().fold(0.0, |s, r| s + r).sqrt()
    }

    /// The largest singular value, by the power method from a fixed vector without symmetry; from below, to a relative
    /// 1e-10 where the second singular value is not too close.
    pub fn spectral_norm(&self) -> f64 {
        let mut random = crate::generate::reference_random::SplitMix64::new(1);
        let mut x: Vec<f64> = (0..self.columns).map(|_| random.uniform() - 0.5).collect();
        let mut y = vec![0.0; self.rows];
        let (mut norm, mut last) = (0.0, 0.0);
        for _ in 0..5000 {
            let length = dense::nrm2(&x);
            if length == 0.0 {
                return norm;
            }
            dense::scale(1.0 / length, &mut x);
            self.times(&x, &mut y);
            norm = dense::nrm2(&y);
            if norm == 0.0 || (norm - last).abs() <= 1e-12 * norm {
                return norm;
            }
            last = norm;
            self.transposed_times(&y, &mut x);
        }
        norm
    }

    /// A fingerprint of shape and entries.
    pub fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.words(&[self.rows as u64, self.columns as u64]);
        match &self.storage {
            Storage::Dense { by_rows, .. } => print.numbers(by_rows),
            Storage::Sparse { by_rows, .. } => {
                by_rows.offsets.iter().for_each(|&o| print.word(o as u64));
                by_rows.indices.iter().for_each(|&i| print.word(u64::from(i)));
                print.numbers(&by_rows.values);
            }
        }
        print.finish()
    }
}
