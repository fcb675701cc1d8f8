//! The error of the facade.

use thalweg_problems::ProblemError;
use thalweg_problems::formats::FormatError;
use thalweg_solvers::run::{CheckpointError, MethodError, RunError};

/// Invalid input: data, options, files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data do not describe a problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// A file could not be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A method could not start.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// A checkpoint was refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Method(e) => Self::Method(e),
            RunError::Checkpoint(e) => Self::Checkpoint(e),
            // RunError is marked as open to new kinds.
            other => Self::Method(MethodError::Evaluation(other.to_string())),
        }
    }
}
