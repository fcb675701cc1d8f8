//! Bounds of variables and constraints, and those that leave no room.

use super::NonlinearProgram;
use crate::ProblemError;
use std::fmt;

/// Checks that bounds are numbers. They may be crossed: the program then has no feasible point ([`empty_box`]).
pub(crate) fn check_bounds(what: &'static str, lower: &[f64], upper: &[f64]) -> Result<(), ProblemError> {
    for (index, (&lower, &upper)) in lower.iter().zip(upper).enumerate() {
        if lower.is_nan() || upper.is_nan() {
            return Err(ProblemError::Bounds { what, index, lower, upper });
        }
    }
    Ok(())
}

/// Bounds between which there is no finite number: proof that a program has no feasible point.
#[derive(Clone, Debug, PartialEq)]
pub struct EmptyBox {
    /// `variable` or `constraint`.
    pub what: &'static str,
    /// Its index, from 0.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
}

impl fmt::Display for EmptyBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, name, lower, upper, .. } = self;
        write!(f, "no number is within the bounds [{lower}, {upper}] of {what} {name}")
    }
}

/// The first variable, or else the first constraint, whose bounds contain no finite number. A program may have such
/// bounds (modelling languages state them, by mistake or to test a solver), and can be evaluated all the same.
pub fn empty_box<P: NonlinearProgram + ?Sized>(problem: &P) -> Option<EmptyBox> {
    let first = |(lower, upper): (&[f64], &[f64])| {
        let empty = |(l, u): (&f64, &f64)| l > u || *l == f64::INFINITY || *u == f64::NEG_INFINITY;
        lower.iter().zip(upper).position(empty).map(|index| (index, lower[index], upper[index]))
    };
    if let Some((index, lower, upper)) = first(problem.variable_bounds()) {
        let name = problem.variable_name(index).into_owned();
        return Some(EmptyBox { what: "variable", index, name, lower, upper });
    }
    let (index, lower, upper) = first(problem.constraint_bounds())?;
    let name = problem.constraint_name(index).into_owned();
    Some(EmptyBox { what: "constraint", index, name, lower, upper })
}
