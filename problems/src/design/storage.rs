//! How the entries of a design are stored: the only place that distinguishes dense from sparse.

use crate::error::ProblemError;
use crate::fingerprint::Fingerprint;
use thalweg_kernels::{dense, sparse};

/// Row indices of compressed columns, checked when built: `indptr` ascends from 0 to `indices.len()`, the indices of a
/// column ascend and are below `rows`.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    rows: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Pattern {
    pub(super) fn new(rows: usize, indptr: Vec<usize>, indices: Vec<u32>) -> Result<Self, ProblemError> {
        let bad = |message: String| Err(ProblemError::Structure(message));
        if indptr.first() != Some(&0) || indptr.last() != Some(&indices.len()) {
            return bad(format!("column pointers must run from 0 to {}", indices.len()));
        }
        for (j, ends) in indptr.windows(2).enumerate() {
            let Some(column) = indices.get(ends[0]..ends[1]) else {
                return bad(format!("the pointers of column {j} descend"));
            };
            if let Some(w) = column.windows(2).find(|w| w[0] >= w[1]) {
                return bad(format!("the row indices of column {j} must ascend, but {} follows {}", w[1], w[0]));
            }
            if let Some(&last) = column.last()
                && last as usize >= rows
            {
                return bad(format!("column {j} has row index {last}, but there are {rows} rows"));
            }
        }
        Ok(Self { rows, indptr, indices })
    }

    fn column(&self, j: usize) -> &[u32] {
        &self.indices[self.indptr[j]..self.indptr[j + 1]]
    }
}

/// Sums of squares of larger entries may overflow.
const LARGEST: f64 = 1e150;

#[derive(Clone, Debug)]
pub(super) enum Storage {
    /// Column-major.
    Dense {
        rows: usize,
        columns: usize,
        values: Vec<f64>,
    },
    Sparse {
        pattern: Pattern,
        values: Vec<f64>,
    },
    /// Every entry is 1.
    Ones {
        pattern: Pattern,
    },
}

use Storage::{Dense, Ones, Sparse};

impl Storage {
    pub(super) fn rows(&self) -> usize {
        match self {
            Dense { rows, .. } => *rows,
            Sparse { pattern, .. } | Ones { pattern } => pattern.rows,
        }
    }

    pub(super) fn columns(&self) -> usize {
        match self {
            Dense { columns, .. } => *columns,
            Sparse { pattern, .. } | Ones { pattern } => pattern.indptr.len() - 1,
        }
    }

    pub(super) fn nonzeros(&self) -> usize {
        match self {
            Dense { values, .. } => values.len(),
            Sparse { pattern, .. } | Ones { pattern } => pattern.indices.len(),
        }
    }

    pub(super) fn column_nonzeros(&self, j: usize) -> usize {
        match self {
            Dense { rows, .. } => *rows,
            Sparse { pattern, .. } | Ones { pattern } => pattern.column(j).len(),
        }
    }

    /// Calls `f(row, entry)` for the stored entries of a column.
    pub(super) fn for_each_entry(&self, j: usize, mut f: impl FnMut(usize, f64)) {
        match self {
            Dense { rows, values, .. } => {
                values[j * rows..(j + 1) * rows].iter().enumerate().for_each(|(i, &x)| f(i, x));
            }
            Sparse { pattern, values } => {
                let values = &values[pattern.indptr[j]..pattern.indptr[j + 1]];
                pattern.column(j).iter().zip(values).for_each(|(&i, &x)| f(i as usize, x));
            }
            Ones { pattern } => pattern.column(j).iter().for_each(|&i| f(i as usize, 1.0)),
        }
    }

    pub(super) fn column_rows(&self, j: usize) -> &[u32] {
        match self {
            Dense { .. } => &[],
            Sparse { pattern, .. } | Ones { pattern } => pattern.column(j),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Dense { .. } => "dense",
            Sparse { .. } => "sparse",
            Ones { .. } => "ones",
        }
    }

    pub(super) fn check_finite(&self) -> Result<(), ProblemError> {
        let (Dense { values, .. } | Sparse { values, .. }) = self else { return Ok(()) };
        let Some(k) = values.iter().position(|v| v.abs() > LARGEST || v.is_nan()) else { return Ok(()) };
        let value = values[k];
        Err(match self {
            Sparse { pattern, .. } => ProblemError::EntryOutOfRange {
                row: pattern.indices[k] as usize,
                column: pattern.indptr.partition_point(|&start| start <= k) - 1,
                value,
            },
            _ => ProblemError::EntryOutOfRange { row: k % self.rows(), column: k / self.rows(), value },
        })
    }

    pub(super) fn dot(&self, j: usize, v: &[f64]) -> f64 {
        match self {
            Dense { rows, values, .. } => dense::dot(&values[j * rows..(j + 1) * rows], v),
            Sparse { pattern, values } => {
                let range = pattern.indptr[j]..pattern.indptr[j + 1];
                sparse::gather_dot(&pattern.indices[range.clone()], &values[range], v)
            }
            Ones { pattern } => sparse::gather_sum(pattern.column(j), v),
        }
    }

    /// `v += a h * x_j`.
    pub(super) fn add_column(&self, j: usize, a: f64, weights: Option<&[f64]>, v: &mut [f64]) {
        match self {
            Dense { rows, values, .. } => {
                let column = &values[j * rows..(j + 1) * rows];
                match weights {
                    None => dense::axpy(a, column, v),
                    Some(h) => dense::weighted_axpy(a, h, column, v),
                }
            }
            Sparse { pattern, values } => {
                let range = pattern.indptr[j]..pattern.indptr[j + 1];
                let (rows, column) = (&pattern.indices[range.clone()], &values[range]);
                match weights {
                    None => sparse::scatter_axpy(a, rows, column, v),
                    Some(h) => sparse::scatter_weighted_axpy(a, rows, column, h, v),
                }
            }
            Ones { pattern } => match weights {
                None => sparse::scatter_add(a, pattern.column(j), v),
                Some(h) => sparse::scatter_weighted_add(a, pattern.column(j), h, v),
            },
        }
    }

    /// Sets the entries of `v` that column `j` touches to 0.
    pub(super) fn clear_column(&self, j: usize, v: &mut [f64]) {
        match self {
            Dense { .. } => v.fill(0.0),
            Sparse { pattern, .. } | Ones { pattern } => pattern.column(j).iter().for_each(|&i| v[i as usize] = 0.0),
        }
    }

    /// `sum of h_i x_ij`.
    pub(super) fn sum(&self, j: usize, weights: Option<&[f64]>) -> f64 {
        match (weights, self) {
            (Some(h), _) => self.dot(j, h),
            (None, Dense { rows, values, .. }) => dense::sum(&values[j * rows..(j + 1) * rows]),
            (None, Sparse { pattern, values }) => dense::sum(&values[pattern.indptr[j]..pattern.indptr[j + 1]]),
            (None, Ones { pattern }) => pattern.column(j).len() as f64,
        }
    }

    /// `sum of h_i (x_ij - t)` and `sum of h_i (x_ij - t)^2`.
    pub(super) fn moments_about(&self, j: usize, t: f64, weights: Option<&[f64]>, total_weight: f64) -> (f64, f64) {
        let of_slice = |x: &[f64]| match weights {
            None => (dense::sum_deviations(x, t), dense::sum_squared_deviations(x, t)),
            Some(h) => (dense::weighted_sum_deviations(h, x, t), dense::weighted_sum_squared_deviations(h, x, t)),
        };
        let (pattern, (mut sum, mut squares)) = match (self, weights) {
            (Dense { rows, values, .. }, _) => return of_slice(&values[j * rows..(j + 1) * rows]),
            (Sparse { pattern, values }, None) => {
                (pattern, of_slice(&values[pattern.indptr[j]..pattern.indptr[j + 1]]))
            }
            (Sparse { pattern, values }, Some(h)) => {
                let values = &values[pattern.indptr[j]..pattern.indptr[j + 1]];
                let entries = pattern.column(j).iter().zip(values);
                (
                    pattern,
                    entries.fold((0.0, 0.0), |(sum, squares), (&i, x)| {
                        let (h, d) = (h[i as usize], x - t);
                        (sum + h * d, squares + h * (d * d))
                    }),
                )
            }
            (Ones { pattern }, _) => {
                let weight = self.sum(j, weights);
                (pattern, (weight * (1.0 - t), weight * ((1.0 - t) * (1.0 - t))))
            }
        };
        if t != 0.0 {
            let rest = rest_weight(pattern.column(j), pattern.rows, weights, total_weight);
            sum -= rest * t;
            squares += rest * (t * t);
        }
        (sum, squares)
    }

    pub(super) fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.words(&[self.rows() as u64, self.columns() as u64, self.nonzeros() as u64]);
        hash.text(self.name());
        match self {
            Dense { values, .. } => hash.numbers(values),
            Sparse { pattern, .. } | Ones { pattern } => {
                pattern.indptr.iter().for_each(|&i| hash.word(i as u64));
                pattern.indices.iter().for_each(|&i| hash.word(u64::from(i)));
                if let Sparse { values, .. } = self {
                    hash.numbers(values);
                }
            }
        }
    }
}

/// The weight of the rows that are not in `indices`. Summed over those rows if they are the smaller part: the difference of
/// the two sums would be rounding where hardly any weight is left.
fn rest_weight(indices: &[u32], rows: usize, weights: Option<&[f64]>, total_weight: f64) -> f64 {
    let Some(h) = weights else { return (rows - indices.len()) as f64 };
    if 2 * indices.len() < rows {
        let covered = indices.iter().fold(0.0, |s, &i| s + h[i as usize]);
        return if total_weight > covered { total_weight - covered } else { 0.0 };
    }
    let (mut rest, mut next) = (0.0, 0);
    for &i in indices {
        rest = h[next..i as usize].iter().fold(rest, |s, h| s + h);
        next = i as usize + 1;
    }
    h[next..].iter().fold(rest, |s, h| s + h)
}
