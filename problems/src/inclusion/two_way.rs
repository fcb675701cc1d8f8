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
        if let Some(k) = by_rows.iter().position(|v| v.is_nan() || v.abs() > LARGEST) {
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
        if let Some((&value, (row, column))) = matrix.iter().find(|(v, _)| v.is_nan() || v.abs() > LARGEST) {
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

    /// The largest singular value: Lanczos on `A'A` from a fixed vector without symmetry (C. Lanczos, 1950), from below, to
    /// about the last digits.
    pub fn spectral_norm(&self) -> f64 {
        let mut random = crate::generate::reference_random::SplitMix64::new(1);
        let mut q: Vec<f64> = (0..self.columns).map(|_| random.uniform() - 0.5).collect();
        let (mut previous, mut y, mut next) = (vec![0.0; self.columns], vec![0.0; self.rows], vec![0.0; self.columns]);
        // The tridiagonal matrix: its diagonal, and the squares beside it.
        let (mut diagonal, mut beside) = (Vec::new(), Vec::new());
        let (mut beta, mut last) = (0.0, 0.0);
        let length = dense::nrm2(&q);
        dense::scale(1.0 / length, &mut q);
        for k in 1..=LANCZOS_STEPS.min(4 * self.columns.min(self.rows) + 1) {
            self.times(&q, &mut y);
            self.transposed_times(&y, &mut next);
            let alpha = dense::sum_squares(&y);
            dense::axpy(-alpha, &q, &mut next);
            dense::axpy(-beta, &previous, &mut next);
            diagonal.push(alpha);
            beta = dense::nrm2(&next);
            let scale = diagonal.iter().fold(0.0, |m: f64, &a| if a > m { a } else { m });
            let done = beta <= 1e-14 * scale;
            if k % 16 == 0 || done || k < 4 {
                let largest = largest_eigenvalue(&diagonal, &beside);
                if done || (k >= 32 && largest - last <= 1e-15 * largest) {
                    return largest.sqrt();
                }
                last = largest;
            }
            beside.push(beta * beta);
            std::mem::swap(&mut previous, &mut q);
            std::mem::swap(&mut q, &mut next);
            dense::scale(1.0 / beta, &mut q);
        }
        largest_eigenvalue(&diagonal, &beside).sqrt()
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

/// Lanczos steps at most; each costs two products.
const LANCZOS_STEPS: usize = 400;

/// The largest eigenvalue of a positive semidefinite tridiagonal matrix, by bisection on the sign of pivots (Sturm).
fn largest_eigenvalue(diagonal: &[f64], beside: &[f64]) -> f64 {
    // Whether x is above every eigenvalue: all pivots of x I - T are positive.
    let above = |x: f64| {
        let mut pivot = f64::INFINITY;
        diagonal.iter().enumerate().all(|(k, a)| {
            let coupling = if k == 0 { 0.0 } else { beside[k - 1] / pivot };
            pivot = x - a - coupling;
            pivot > 0.0
        })
    };
    let row = |k: usize| {
        let off = |k: usize| beside.get(k).map_or(0.0, |b: &f64| b.sqrt());
        diagonal[k] + if k + 1 < diagonal.len() { off(k) } else { 0.0 } + if k > 0 { off(k - 1) } else { 0.0 }
    };
    let bound = (0..diagonal.len()).fold(0.0, |m: f64, k| if row(k) > m { row(k) } else { m });
    let (mut low, mut high) = (0.0, bound);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
