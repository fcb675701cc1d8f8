//! What can go wrong between a trace and its figure.

use std::io;

/// An error of reading traces or drawing figures.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The file could not be read.
    #[error("{file}: {source}")]
    Read {
        /// The file as it was named.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The text is not a trace.
    #[error("{file}:{line}:{column}: expected {expected}, found {found}")]
    Parse {
        /// The file as it was named.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What a trace has at this place.
        expected: String,
        /// What stands there, shortened.
        found: String,
    },
    /// A table from memory whose rows and columns do not fit.
    #[error("table {table}: {message}")]
    Shape {
        /// Name of the table.
        table: String,
        /// What does not fit, with the index.
        message: String,
    },
    /// A column that the table does not have.
    #[error("{table} has no column `{column}`{}; it has {available}",
        .nearest.as_ref().map(|name| format!(", did you mean `{name}`?")).unwrap_or_default())]
    UnknownColumn {
        /// Name of the table.
        table: String,
        /// The column asked for.
        column: String,
        /// The most similar existing name, if one is similar.
        nearest: Option<String>,
        /// All existing names, joined by commas.
        available: String,
    },
    /// There is nothing to draw.
    #[error("nothing to draw: {0}")]
    Empty(String),
    /// A curve whose vectors have different lengths.
    #[error("curve {label}: {what} has {found} values, x has {expected}")]
    Length {
        /// Label of the curve.
        label: String,
        /// `y`, `lower band` or `upper band`.
        what: &'static str,
        /// Length of `x`.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// The drawing backend failed.
    #[error("drawing failed: {0}")]
    Draw(String),
}
