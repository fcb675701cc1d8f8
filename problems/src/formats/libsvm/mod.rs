//! LIBSVM and SVMlight files: one labelled sparse row per line.
//!
//! ```text
//! # comment
//! +1 1:0.5 3:-2          label, then index:value pairs with ascending indices, counted from 1
//! -1 qid:7 2:1e-3 # c    SVMlight: the row belongs to query 7
//! ```
//!
//! - Labels and values are finite decimals; an explicit zero `3:0` is accepted and not stored.
//! - Blanks are spaces and tabs, any number of them; `#` starts a comment; blank lines are skipped; a line may end with
//!   CR LF. A line that is a label alone is a row without entries.
//! - Indices go from 1 to [`MAX_FEATURES`] (`zero_based`: from 0 to one less) and ascend strictly within a row.
//! - Rejected by name: several labels per row (`1,3`), infinities, NaN.
//!
//! [`read`] gives the whole data column by column, [`Rows`] one row at a time. Memory is proportional to the entries and
//! rows for any indices. Sources: C.-C. Chang, C.-J. Lin, LIBSVM: a library for support vector machines, ACM TIST 2
//! (2011); T. Joachims, Making large-scale SVM learning practical (SVMlight), 1999.
//!
//! ```
//! use thalweg_problems::formats::{Input, libsvm};
//!
//! let input = Input::from_bytes("small.svm", b"+1 1:0.5 300:-2\n-1\n+1 2:1e-3 # c\n".to_vec());
//! let data = libsvm::read(input, &libsvm::ReadOptions::default())?;
//! assert_eq!((data.rows, data.features, data.nnz()), (3, 300, 3));
//! assert_eq!(data.column_ids, [0, 1, 299]);
//! assert_eq!(data.labels, [1.0, -1.0, 1.0]);
//! # Ok::<(), thalweg_problems::formats::FormatError>(())
//! ```

mod columns;
mod parse;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{Row, Rows, read, read_file};
pub use write::{write, write_row};

/// The largest number of features, and the largest index counted from 1: 2^32 - 2.
pub const MAX_FEATURES: u64 = (1 << 32) - 2;

/// The largest number of rows that [`read`] takes: 2^32 - 2. [`Rows`] has no such limit.
pub const MAX_ROWS: usize = MAX_FEATURES as usize;

/// How to read a file. The default: features counted in the file, query numbers skipped, indices from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The number of features, at most [`MAX_FEATURES`], so that several files agree; an index beyond it is an error.
    /// None (the default) takes the largest index in the file.
    pub features: Option<u64>,
    /// Keeps the query numbers `qid:k`; then either all rows have one or none has. They are skipped by default.
    pub keep_qid: bool,
    /// Indices count from 0 instead of 1.
    pub zero_based: bool,
}

/// A data set by columns (CSC without the empty columns).
///
/// Column `j` holds feature number `column_ids[j]`; its entries are `indices[k]`, `values[k]` for `k` in
/// `indptr[j]..indptr[j + 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LibsvmData {
    /// The labels as they stand in the file, one per row.
    pub labels: Vec<f64>,
    /// The number of rows, at least 1 in what [`read`] returns.
    pub rows: usize,
    /// The number of features: the largest index in the file, or [`ReadOptions::features`]. Zero entries count here.
    pub features: u64,
    /// The feature number, counted from 0, of each stored column, ascending. Columns without entries are not stored.
    pub column_ids: Vec<u32>,
    /// Where each stored column begins in `indices` and `values`, and at last their length: `column_ids.len() + 1`.
    pub indptr: Vec<usize>,
    /// The row numbers, counted from 0, ascending within a column.
    pub indices: Vec<u32>,
    /// The entries: finite, not zero.
    pub values: Vec<f64>,
    /// The query number of each row, where [`ReadOptions::keep_qid`] asked for them and the file has them.
    pub qid: Option<Vec<i64>>,
    /// Whether every entry is exactly 1, as in data of categories.
    pub all_ones: bool,
}

impl LibsvmData {
    /// The number of stored entries.
    pub fn nnz(&self) -> usize {
        self.values.len()
    }
}
