//! Sparse symmetric matrices on a fixed pattern.

use super::krylov::Operator;
use feral::CscMatrix;

/// A sparse symmetric matrix: the lower triangle by columns, on a fixed pattern whose values are written in place.
///
/// ```
/// use thalweg_solvers::linear_systems::SparseSymmetric;
///
/// // [2 1; 1 3], its entry (1, 0) given in two parts.
/// let (mut matrix, positions) = SparseSymmetric::from_entries(2, &[(0, 0), (1, 0), (1, 1), (1, 0)]);
/// for (position, value) in positions.iter().zip([2.0, 0.25, 3.0, 0.75]) {
///     matrix.values_mut()[*position] += value;
/// }
/// let mut y = [0.0; 2];
/// matrix.multiply_into(&[1.0, 10.0], &mut y);
/// assert_eq!(y, [12.0, 31.0]);
/// ```
#[derive(Clone, Debug)]
pub struct SparseSymmetric {
    pub(super) lower: CscMatrix,
}

impl SparseSymmetric {
    /// The pattern of `entries` (row, column), each in either triangle and possibly repeated, and the whole diagonal; the
    /// values are zero. Also returns where each entry is among [`values`](Self::values).
    ///
    /// # Panics
    ///
    /// If an index is not below `order`.
    pub fn from_entries(order: usize, entries: &[(usize, usize)]) -> (Self, Vec<usize>) {
        let lower = |&(i, j): &(usize, usize)| (i.min(j), i.max(j));
        let mut sorted: Vec<(usize, usize)> = entries.iter().map(lower).chain((0..order).map(|i| (i, i))).collect();
        sorted.sort_unstable();
        sorted.dedup();
        assert!(sorted.iter().all(|&(_, row)| row < order), "an index of the matrix is beyond its order {order}");
        let mut offsets = vec![0; order + 1];
        for &(column, _) in &sorted {
            offsets[column + 1] += 1;
        }
        for j in 0..order {
            offsets[j + 1] += offsets[j];
        }
        let rows: Vec<usize> = sorted.iter().map(|&(_, row)| row).collect();
        let position = |entry: &(usize, usize)| {
            let (column, row) = lower(entry);
            let rows = &rows[offsets[column]..offsets[column + 1]];
            offsets[column] + rows.partition_point(|r| *r < row)
        };
        let positions = entries.iter().map(position).collect();
        let values = vec![0.0; rows.len()];
        (Self { lower: CscMatrix { n: order, col_ptr: offsets, row_idx: rows, values } }, positions)
    }

    /// The number of rows.
    pub fn order(&self) -> usize {
        self.lower.n
    }

    /// The values of the lower triangle, by columns.
    pub fn values(&self) -> &[f64] {
        &self.lower.values
    }

    /// The values of the lower triangle, by columns.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.lower.values
    }

    /// Where the diagonal entry of a column is among the values: it is the column's first.
    pub fn diagonal_position(&self, column: usize) -> usize {
        self.lower.col_ptr[column]
    }

    /// The entries (row, value) of the lower triangle in a column.
    pub fn column(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.lower.col_ptr[column]..self.lower.col_ptr[column + 1];
        range.map(|k| (self.lower.row_idx[k], self.lower.values[k]))
    }

    /// `y = A x`.
    pub fn multiply_into(&self, x: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        for j in 0..self.order() {
            let mut sum = 0.0;
            for (i, value) in self.column(j) {
                if i == j {
                    sum += value * x[j];
                } else {
                    y[i] += value * x[j];
                    sum += value * x[i];
                }
            }
            y[j] += sum;
        }
    }

    /// The Frobenius norm.
    pub fn frobenius_norm(&self) -> f64 {
        let mut sum = 0.0;
        for j in 0..self.order() {
            for (i, value) in self.column(j) {
                sum += if i == j { value * value } else { 2.0 * value * value };
            }
        }
        sum.sqrt()
    }
}

impl Operator for SparseSymmetric {
    fn multiply(&self, x: &[f64], y: &mut [f64]) {
        self.multiply_into(x, y);
    }
}
