//! What can be wrong with a graph or a quadratic on it.

use crate::ProblemError;

/// The data do not describe a quadratic on a graph. Nodes, rows and columns are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// A length or a number of a vector.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// The matrix is not square.
    #[error("the matrix has {rows} rows and {columns} columns: a graph's matrix is square")]
    NotSquare {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// There are more nodes than 32 bits count.
    #[error("the graph has {nodes} nodes, expected at most 4294967295")]
    TooLarge {
        /// The nodes.
        nodes: usize,
    },
    /// The row offsets do not ascend from 0 to the number of entries.
    #[error("the row offsets do not ascend from 0 to the number of entries")]
    Offsets,
    /// The columns of a row do not ascend, or one is beyond the matrix.
    #[error("the columns of row {row} (from 0) do not ascend within the matrix")]
    Columns {
        /// The row.
        row: usize,
    },
    /// An entry is not finite.
    #[error("the entry in row {row}, column {column} (from 0) is {value}: every number must be finite")]
    NotFinite {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The number.
        value: f64,
    },
    /// An entry differs from its mirror image.
    #[error(
        "the matrix is not symmetric: row {row}, column {column} (from 0) holds {value}, its mirror image {mirror}"
    )]
    NotSymmetric {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The entry.
        value: f64,
        /// The entry with row and column exchanged; 0 if nothing is stored.
        mirror: f64,
    },
    /// A diagonal entry of a positive definite matrix is positive.
    #[error("the diagonal entry of node {node} (from 0) is {value}, expected a positive number")]
    Diagonal {
        /// The node.
        node: usize,
        /// The entry; 0 if nothing is stored.
        value: f64,
    },
    /// A weight of an edge is negative.
    #[error("the weight between nodes {row} and {column} (from 0) is {value}, expected a number of at least 0")]
    Weight {
        /// One node.
        row: usize,
        /// The other.
        column: usize,
        /// The weight.
        value: f64,
    },
    /// A label is for a node that does not exist or already has one.
    #[error("label {index} (from 0) is for node {node}, {problem}")]
    Label {
        /// The position in the list of labels.
        index: usize,
        /// The node.
        node: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A part of the graph has no label, so that nothing determines its values.
    #[error("node {node} (from 0) is not connected to any label")]
    NoLabel {
        /// The first such node.
        node: usize,
    },
}
