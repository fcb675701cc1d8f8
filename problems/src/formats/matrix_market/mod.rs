//! MatrixMarket files: sparse and dense matrices, one entry per line.
//!
//! ```text
//! %%MatrixMarket matrix coordinate real symmetric
//! % comment
//! 3 3 4                  rows, columns, entries
//! 1 1 4.0                row and column from 1, value
//! 2 1 1.0                of a symmetric matrix the lower triangle
//! 2 2 5.0
//! 3 3 6.0
//! ```
//!
//! - Banner: `matrix`, then `coordinate` or `array`, then `real`, `integer` or `pattern`, then `general`, `symmetric` or
//!   `skew-symmetric`; in any case. Complex and Hermitian matrices are refused by name.
//! - Coordinate: a line per entry; entries of a pattern have no value and count as 1. Repeated entries are added and
//!   counted ([`MatrixMarket::duplicates`]).
//! - Array: `rows columns`, then a value per line, column by column; of symmetric matrices the lower triangle with the
//!   diagonal, of skew-symmetric ones without.
//! - Lines that begin with `%` are comments, blank lines are skipped, blanks are spaces and tabs. Values are finite;
//!   integers are at most 2^53 in size.
//!
//! Memory is proportional to the bytes read whatever the size line promises; only [`MatrixMarket::to_sparse`] takes memory
//! proportional to the number of rows. Source: R. Boisvert, R. Pozo, K. Remington, *The Matrix Market exchange formats*,
//! NIST report 5935, 1996.
//!
//! ```
//! use thalweg_problems::formats::{Input, matrix_market};
//!
//! let text = b"%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 4\n2 1 1.5\n".to_vec();
//! let matrix = matrix_market::read(Input::from_bytes("small.mtx", text))?;
//! assert_eq!(matrix.to_sparse().get(0, 1), Some(&1.5));
//! # Ok::<(), thalweg_problems::formats::FormatError>(())
//! ```

mod header;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{read, read_file};
pub use write::write;

use crate::Sparse;

/// The largest number of rows or columns: 2^32 - 1.
pub const MAX_SIZE: u64 = u32::MAX as u64;

/// The largest size of an integer: 2^53, up to which doubles hold every one.
const MAX_INTEGER: f64 = 9_007_199_254_740_992.0;

/// What the values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Decimal numbers.
    Real,
    /// Whole numbers.
    Integer,
    /// No values: an entry is 1.
    Pattern,
}

impl Field {
    /// The word in the banner.
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Integer => "integer",
            Self::Pattern => "pattern",
        }
    }

    /// Whether the field holds a value.
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Real => value.is_finite(),
            Self::Integer => value.abs() <= MAX_INTEGER && value.trunc() == value,
            Self::Pattern => value == 1.0,
        }
    }
}

/// Which entries stand for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symmetry {
    /// None.
    General,
    /// Those below the diagonal for their mirror images.
    Symmetric,
    /// Those below the diagonal for the negatives of their mirror images; the diagonal is 0.
    SkewSymmetric,
}

impl Symmetry {
    /// The word in the banner.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Symmetric => "symmetric",
            Self::SkewSymmetric => "skew-symmetric",
        }
    }

    /// The first row of a column that is listed.
    fn first_row(self, column: u64) -> u64 {
        match self {
            Self::General => 0,
            Self::Symmetric => column,
            Self::SkewSymmetric => column + 1,
        }
    }

    /// How many values an array of this shape lists.
    fn listed(self, rows: u64, columns: u64) -> u128 {
        let (rows, columns) = (u128::from(rows), u128::from(columns));
        match self {
            Self::General => rows * columns,
            Self::Symmetric => rows * (rows + 1) / 2,
            Self::SkewSymmetric => rows * rows.saturating_sub(1) / 2,
        }
    }
}

/// An entry of a sparse matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// The row, from 0.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
    /// The value: finite; an explicit 0 stays.
    pub value: f64,
}

/// The values as they are listed.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Entries by ascending row, in a row by ascending column, none twice.
    Coordinate(Vec<Entry>),
    /// Columns one after the other: whole, or from the diagonal (symmetric) or below it (skew-symmetric) downwards.
    Array(Vec<f64>),
}

/// A matrix as its file describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixMarket {
    /// The rows, at most [`MAX_SIZE`].
    pub rows: usize,
    /// The columns, at most [`MAX_SIZE`].
    pub columns: usize,
    /// What the values are; a pattern with repeated entries becomes `Integer`, since these are added.
    pub field: Field,
    /// Which entries stand for others.
    pub symmetry: Symmetry,
    /// The values listed.
    pub values: Values,
    /// How many entries were added to one with the same row and column.
    pub duplicates: usize,
}

impl MatrixMarket {
    /// The listed entries as (row, column, value), zeros of arrays included.
    fn listed(&self) -> Vec<(usize, usize, f64)> {
        match &self.values {
            Values::Coordinate(entries) => {
                entries.iter().map(|e| (e.row as usize, e.column as usize, e.value)).collect()
            }
            Values::Array(values) => {
                let first = |column: usize| match self.symmetry {
                    Symmetry::General => 0,
                    Symmetry::Symmetric => column,
                    Symmetry::SkewSymmetric => column + 1,
                };
                let (mut row, mut column) = (first(0), 0);
                let mut listed = Vec::with_capacity(values.len());
                for &value in values {
                    // A column that lists nothing is passed over.
                    while row >= self.rows {
                        column += 1;
                        row = first(column);
                        if column >= self.columns {
                            return listed;
                        }
                    }
                    listed.push((row, column, value));
                    row += 1;
                }
                listed
            }
        }
    }

    /// The whole matrix by rows, mirror images included; the zeros of an array are left out, explicit ones of a coordinate
    /// file stay. Memory proportional to the rows, which a size line alone decides, and the entries.
    pub fn to_sparse(&self) -> Sparse {
        let mirrored = if self.symmetry == Symmetry::SkewSymmetric { -1.0 } else { 1.0 };
        let dense = matches!(self.values, Values::Array(_));
        let mut entries = self.listed();
        entries.retain(|&(row, column, value)| row < self.rows && column < self.columns && !(dense && value == 0.0));
        if self.symmetry != Symmetry::General && self.rows == self.columns {
            for k in 0..entries.len() {
                let (row, column, value) = entries[k];
                if row != column {
                    entries.push((column, row, mirrored * value));
                }
            }
        }
        entries.sort_unstable_by_key(|&(row, column, _)| (row, column));
        // Data put together by hand may repeat an entry.
        entries.dedup_by(|later, earlier| {
            let same = (later.0, later.1) == (earlier.0, earlier.1);
            if same {
                earlier.2 += later.2;
            }
            same
        });
        let mut offsets = vec![0; self.rows + 1];
        entries.iter().for_each(|&(row, ..)| offsets[row + 1] += 1);
        for row in 0..self.rows {
            offsets[row + 1] += offsets[row];
        }
        let indices = entries.iter().map(|&(_, column, _)| column as u32).collect();
        let data = entries.iter().map(|&(.., value)| value).collect();
        Sparse::new((self.rows, self.columns), offsets, indices, data)
    }

    /// The whole matrix of an array file, column by column; none for a coordinate file.
    pub fn to_column_major(&self) -> Option<Vec<f64>> {
        let Values::Array(values) = &self.values else { return None };
        if self.symmetry == Symmetry::General || self.rows != self.columns {
            return Some(values.clone());
        }
        let mirrored = if self.symmetry == Symmetry::SkewSymmetric { -1.0 } else { 1.0 };
        // At most about twice the values listed, of which there is one per entry of the triangle.
        let n = self.rows;
        let mut whole = vec![0.0; n * n];
        for (row, column, value) in self.listed() {
            whole[column * n + row] = value;
            if row != column {
                whole[row * n + column] = mirrored * value;
            }
        }
        Some(whole)
    }
}
