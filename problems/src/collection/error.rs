//! What can be wrong with a request for a problem.

use super::record::Parameter;
use crate::ProblemError;

/// There is no such problem, or it does not come in this size.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CollectionError {
    /// No problem has this name.
    #[error("there is no problem \"{name}\"{}", hint(.nearest))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names most like it, at most three, the nearest first.
        nearest: Vec<&'static str>,
    },
    /// A problem has no parameter of this name.
    #[error("{problem} has no parameter \"{parameter}\": {}", parameters(.known))]
    Parameter {
        /// The problem.
        problem: &'static str,
        /// The name asked for.
        parameter: String,
        /// The parameters that it has.
        known: &'static [Parameter],
    },
    /// Sizes in parentheses do not fit the problem.
    #[error("\"{name}\" cannot be read: expected {problem}({}) with whole numbers", expected.iter().map(|p| p.name).collect::<Vec<_>>().join(","))]
    Sizes {
        /// What was asked for.
        name: String,
        /// The problem.
        problem: &'static str,
        /// Its parameters.
        expected: &'static [Parameter],
    },
    /// A parameter's value is outside its range.
    #[error("{problem}: {} is {value}, expected {}", parameter.name, parameter.range())]
    Value {
        /// The problem.
        problem: &'static str,
        /// The parameter.
        parameter: Parameter,
        /// The value asked for.
        value: usize,
    },
    /// The problem could not be made.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

fn hint(nearest: &[&'static str]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", nearest.join(" or ")) }
}

fn parameters(known: &[Parameter]) -> String {
    if known.is_empty() {
        return "its size is fixed".into();
    }
    let names: Vec<&str> = known.iter().map(|p| p.name).collect();
    format!("it has {}", names.join(", "))
}
