//! A function has no finite value, or no derivative, at a point.

use std::fmt;

/// One of a problem's functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The objective.
    Objective,
    /// A constraint, from 0.
    Constraint(usize),
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Objective => f.write_str("the objective"),
            Self::Constraint(i) => write!(f, "constraint {i} (from 0)"),
        }
    }
}

/// A function, or a derivative that was asked for, is not finite at this point: a line search takes a shorter step.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{function} is undefined here: {reason}")]
pub struct Undefined {
    /// The function concerned.
    pub function: Function,
    /// What went wrong where, for example `element e12 (log): log(-1) is NaN`.
    pub reason: String,
}

impl Undefined {
    /// With a reason.
    pub fn new(function: Function, reason: impl Into<String>) -> Self {
        Self { function, reason: reason.into() }
    }
}

/// The first number that is not finite, as an error.
pub(crate) fn finite(function: Function, what: &str, values: &[f64]) -> Result<(), Undefined> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(k) => Err(Undefined::new(function, format!("entry {k} (from 0) of its {what} is {}", values[k]))),
        None => Ok(()),
    }
}
