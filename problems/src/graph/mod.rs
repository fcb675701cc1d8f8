//! Quadratics on a graph: `f(x) = x'Ax/2 - c'x` with A sparse, symmetric, positive definite.
//!
//! The graph has an edge where A has an off-diagonal entry. Such problems come from label propagation ([`LabelPropagation`]),
//! lattices of springs or resistors, Gaussian Markov random fields and Newton systems with a sparse Hessian.

mod error;
mod propagation;
#[cfg(test)]
mod tests;

pub use error::GraphError;
pub use propagation::{LabelPropagation, LabelledGraph};

use crate::error::{all_finite, same_length};
use crate::{Fingerprint, Sparse};
use thalweg_kernels::{dense, sparse};

/// `f(x) = x'Ax/2 - c'x`; its minimiser solves `A x = c`.
///
/// A is stored by rows with the diagonal, every row ascending; symmetric, finite, with a positive diagonal. That A is
/// positive definite is not checked here: a method that meets a pivot or a curvature that is not positive says so.
///
/// ```
/// use thalweg_problems::graph::GraphQuadratic;
///
/// // A = [[2, -1], [-1, 2]], c = (1, 0)
/// let problem = GraphQuadratic::from_csr(vec![0, 2, 4], vec![0, 1, 0, 1], vec![2.0, -1.0, -1.0, 2.0], vec![1.0, 0.0])?;
/// assert_eq!((problem.nodes(), problem.edges()), (2, 1));
/// assert_eq!(problem.objective(&[1.0, 0.0]), 0.0);
/// # Ok::<(), thalweg_problems::graph::GraphError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GraphQuadratic {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
    diagonal: Vec<f64>,
    linear: Vec<f64>,
}

impl GraphQuadratic {
    /// From compressed rows of A (diagonal included, columns ascending) and c.
    ///
    /// # Errors
    /// If sizes disagree, offsets or columns are not ordered, a number is not finite, an entry has no equal mirror image, or
    /// a diagonal entry is not positive; the error names the entry.
    pub fn from_csr(
        offsets: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<f64>,
        linear: Vec<f64>,
    ) -> Result<Self, GraphError> {
        let nodes = linear.len();
        all_finite("linear term", &linear)?;
        same_length("the list of row offsets", offsets.len(), nodes + 1)?;
        same_length("the list of values", values.len(), columns.len())?;
        if u32::try_from(nodes).is_err() {
            return Err(GraphError::TooLarge { nodes });
        }
        if offsets[0] != 0 || offsets[nodes] != columns.len() || !offsets.is_sorted() {
            return Err(GraphError::Offsets);
        }
        let mut problem = Self { offsets, columns, values, diagonal: vec![0.0; nodes], linear };
        for row in 0..nodes {
            let (columns, values) = problem.row(row);
            if !columns.is_sorted_by(|a, b| a < b) || columns.last().is_some_and(|&last| last as usize >= nodes) {
                return Err(GraphError::Columns { row });
            }
            let mut pivot = 0.0;
            for (&column, &value) in columns.iter().zip(values) {
                let column = column as usize;
                if !value.is_finite() {
                    return Err(GraphError::NotFinite { row, column, value });
                }
                if column == row {
                    pivot = value;
                }
            }
            if pivot <= 0.0 {
                return Err(GraphError::Diagonal { node: row, value: pivot });
            }
            problem.diagonal[row] = pivot;
        }
        problem.check_symmetry()?;
        Ok(problem)
    }

    /// From a sparse matrix in either layout and c.
    ///
    /// # Errors
    /// As [`from_csr`](Self::from_csr), and if the matrix is not square.
    pub fn from_sparse(matrix: &Sparse, linear: Vec<f64>) -> Result<Self, GraphError> {
        let (rows, columns) = matrix.shape();
        if rows != columns {
            return Err(GraphError::NotSquare { rows, columns });
        }
        // Rows or columns: for a symmetric matrix it is the same, and any other is refused.
        let offsets = matrix.indptr().to_proper().to_vec();
        Self::from_csr(offsets, matrix.indices().to_vec(), matrix.data().to_vec(), linear)
    }

    fn check_symmetry(&self) -> Result<(), GraphError> {
        for row in 0..self.nodes() {
            let (columns, values) = self.row(row);
            for (&column, &value) in columns.iter().zip(values) {
                let mirror = self.entry(column as usize, row);
                if mirror != value {
                    return Err(GraphError::NotSymmetric { row, column: column as usize, value, mirror });
                }
            }
        }
        Ok(())
    }

    /// The number of unknowns.
    pub fn nodes(&self) -> usize {
        self.linear.len()
    }

    /// The number of edges: pairs of nodes with a stored off-diagonal entry.
    pub fn edges(&self) -> usize {
        (self.columns.len() - self.nodes()) / 2
    }

    /// Row `i` of A: ascending columns, `i` among them, and values.
    #[inline]
    pub fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.offsets[i]..self.offsets[i + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// The neighbours of node `i` with their entries of A.
    #[inline]
    pub fn neighbours(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (columns, values) = self.row(i);
        columns.iter().zip(values).map(|(&j, &a)| (j as usize, a)).filter(move |&(j, _)| j != i)
    }

    /// `A_ij`; 0 where nothing is stored.
    pub fn entry(&self, i: usize, j: usize) -> f64 {
        let (columns, values) = self.row(i);
        match u32::try_from(j).map(|j| columns.binary_search(&j)) {
            Ok(Ok(k)) => values[k],
            _ => 0.0,
        }
    }

    /// The diagonal of A.
    pub fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// c.
    pub fn linear(&self) -> &[f64] {
        &self.linear
    }

    /// The stored entries of A: what a product with it visits.
    pub fn stored(&self) -> usize {
        self.values.len()
    }

    /// `y = A x`; the same bits for any number of threads.
    pub fn multiply(&self, x: &[f64], y: &mut [f64]) {
        sparse::gather_product(&self.offsets, &self.columns, &self.values, x, y);
    }

    /// `g = A x - c`.
    pub fn gradient(&self, x: &[f64], gradient: &mut [f64]) {
        self.multiply(x, gradient);
        dense::axpy(-1.0, &self.linear, gradient);
    }

    /// `f(x) = x'Ax/2 - c'x`.
    pub fn objective(&self, x: &[f64]) -> f64 {
        let mut gradient = vec![0.0; x.len()];
        self.gradient(x, &mut gradient);
        self.objective_at(x, &gradient)
    }

    /// `f(x)` where the gradient is known: `(x'g - c'x)/2`.
    pub fn objective_at(&self, x: &[f64], gradient: &[f64]) -> f64 {
        0.5 * (dense::dot(x, gradient) - dense::dot(&self.linear, x))
    }

    /// Checks that `x` is a point: one finite number per node.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_point(&self, x: &[f64]) -> Result<(), crate::ProblemError> {
        same_length("the point", x.len(), self.nodes())?;
        all_finite("the point's number", x)
    }

    /// A fingerprint of A and c.
    pub fn fingerprint(&self) -> u64 {
        let mut fingerprint = Fingerprint::default();
        fingerprint.text("graph-quadratic");
        fingerprint.numbers(&self.linear);
        self.offsets.iter().for_each(|&o| fingerprint.word(o as u64));
        self.columns.iter().for_each(|&c| fingerprint.word(u64::from(c)));
        fingerprint.numbers(&self.values);
        fingerprint.finish()
    }
}
