//! Design and labels of a data set, in the storage that suits them.

use crate::design::Design;
use crate::error::ProblemError;
use crate::formats::libsvm::LibsvmData;

/// A design with its labels, and which features its columns are.
#[derive(Clone, Debug)]
pub struct GlmData {
    /// X, with a column for each feature that has entries.
    pub design: Design,
    /// The labels as they stand in the file, one for each row.
    pub labels: Vec<f64>,
    /// The feature number of each column, from 0, ascending.
    pub column_ids: Vec<u32>,
    /// The number of features, with and without entries.
    pub features: u64,
}

/// From this share of entries on, a dense matrix is faster than a sparse one.
const DENSE_FROM: f64 = 0.4;

impl GlmData {
    /// From a LIBSVM file: dense if most entries are there, without values if all of them are 1, sparse otherwise.
    ///
    /// # Errors
    /// If the data do not describe a design.
    pub fn from_libsvm(data: LibsvmData) -> Result<Self, ProblemError> {
        let nonzeros = data.nnz();
        let LibsvmData { labels, rows: n, features, column_ids, indptr, indices, values, all_ones, .. } = data;
        let p = column_ids.len();
        let design = if p > 0 && nonzeros as f64 >= DENSE_FROM * n as f64 * p as f64 {
            let mut dense = vec![0.0; n * p];
            for (column, ends) in dense.chunks_exact_mut(n).zip(indptr.windows(2)) {
                for k in ends[0]..ends[1] {
                    column[indices[k] as usize] = values[k];
                }
            }
            Design::from_column_major(n, p, dense)?
        } else if all_ones {
            Design::from_pattern(n, indptr, indices)?
        } else {
            Design::from_csc(n, indptr, indices, values)?
        };
        Ok(Self { design, labels, column_ids, features })
    }
}
