//! What can be wrong with a problem's data.

/// The data do not describe a problem. Each message names the item and the value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// A number that must be finite is not.
    #[error("{what} {index} (from 0) is {value}: every number must be finite")]
    NotFinite {
        /// The array, for example `target` or `weight`.
        what: &'static str,
        /// The position in it, from 0.
        index: usize,
        /// The number found.
        value: f64,
    },
    /// An entry of a matrix is not finite, or too large to be squared.
    #[error(
        "the design's entry in row {row}, column {column} (from 0) is {value}: expected a finite number of at most 1e150 (squares must not overflow)"
    )]
    EntryOutOfRange {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The number found.
        value: f64,
    },
    /// Two sizes that must agree do not.
    #[error("{what} has length {found}, expected {expected}")]
    Length {
        /// The array.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length that the rest of the problem asks for.
        expected: usize,
    },
    /// A parameter is outside its range.
    #[error("{what} is {value}, expected {expected}")]
    Parameter {
        /// The parameter's name.
        what: &'static str,
        /// Its value.
        value: f64,
        /// The range in words.
        expected: &'static str,
    },
    /// The labels do not have exactly two values.
    #[error("a loss for two classes needs labels with exactly two values, found {found}{hint}")]
    Classes {
        /// How many different labels there are.
        found: usize,
        /// What to do about it.
        hint: &'static str,
    },
    /// A number that must be at least 0 is negative.
    #[error("{what} {index} (from 0) is {value}, expected a number of at least 0")]
    Negative {
        /// The array, for example `weight`.
        what: &'static str,
        /// The position in it, from 0.
        index: usize,
        /// The number found.
        value: f64,
    },
    /// A number that must be above 0 is not.
    #[error("{what} {index} (from 0) is {value}, expected a number above 0")]
    NotPositive {
        /// The array, for example `target`.
        what: &'static str,
        /// The position in it, from 0.
        index: usize,
        /// The number found.
        value: f64,
    },
    /// There is no best intercept.
    #[error("the loss falls without end as the intercept moves (all counts 0): fit without an intercept")]
    NoIntercept,
    /// A penalty is more concave than the loss is convex.
    #[error(
        "column {column} (from 0): the loss has curvature {curvature:.4} along it, the penalty needs more than {concavity:.4}: raise gamma, or scale the column (standardize)"
    )]
    TooConcave {
        /// The column, from 0.
        column: usize,
        /// The bound of the loss's curvature along it.
        curvature: f64,
        /// What the penalty takes away.
        concavity: f64,
    },
    /// A group of coefficients is not usable.
    #[error("group {index} (from 0) has {problem}")]
    Group {
        /// The group, from 0.
        index: usize,
        /// What it has and should not.
        problem: String,
    },
    /// A column belongs to no group.
    #[error("column {column} (from 0) is in no group: every column must be in one")]
    Ungrouped {
        /// The column, from 0.
        column: usize,
    },
    /// A part of the problem cannot do what another part needs.
    #[error("{what} has no {missing}")]
    Unsupported {
        /// The part.
        what: &'static str,
        /// What it would need.
        missing: &'static str,
    },
    /// An index points past the end of what it refers to.
    #[error("{what} {index} (from 0) does not exist: there are {count}")]
    Index {
        /// What is referred to, for example `variable`.
        what: &'static str,
        /// The index found.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A bound that is not a number.
    #[error(
        "the bounds of {what} {index} (from 0) are [{lower}, {upper}]: expected numbers, infinite where there is none"
    )]
    Bounds {
        /// `variable` or `constraint`.
        what: &'static str,
        /// Its index, from 0.
        index: usize,
        /// The lower bound.
        lower: f64,
        /// The upper bound.
        upper: f64,
    },
    /// A matrix is not well formed.
    #[error("the design is not well formed: {0}")]
    Structure(String),
}

/// Checks that every number of `values` is finite.
pub(crate) fn all_finite(what: &'static str, values: &[f64]) -> Result<(), ProblemError> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(ProblemError::NotFinite { what, index, value: values[index] }),
        None => Ok(()),
    }
}

/// Checks that `values` are finite and not negative.
pub(crate) fn all_nonnegative(what: &'static str, values: &[f64]) -> Result<(), ProblemError> {
    all_finite(what, values)?;
    match values.iter().position(|&v| v < 0.0) {
        Some(index) => Err(ProblemError::Negative { what, index, value: values[index] }),
        None => Ok(()),
    }
}

/// Checks a length.
pub(crate) fn same_length(what: &'static str, found: usize, expected: usize) -> Result<(), ProblemError> {
    if found == expected { Ok(()) } else { Err(ProblemError::Length { what, found, expected }) }
}
