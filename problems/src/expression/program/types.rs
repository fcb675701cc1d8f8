//! Types of elements and groups, and the handles of what a builder holds.

use crate::ProblemError;
use crate::expression::{Tape, TapeBuilder};
use std::sync::Arc;

/// A function shared by many elements: `F(W x; p)`.
#[derive(Clone, Debug)]
pub struct ElementType {
    pub(crate) name: String,
    pub(crate) tape: Arc<Tape>,
}

impl ElementType {
    /// From a tape whose inputs are the elemental variables.
    pub fn new(name: impl Into<String>, tape: Tape) -> Self {
        Self { name: name.into(), tape: Arc::new(tape) }
    }

    /// With a range transformation: input `i` of `tape` is the internal variable `u_i = sum W_ij x_j`, `ranges[i]` lists its
    /// `(j, W_ij)`, and there are `elemental` variables x. All curvature is worked out in the internal variables and then
    /// carried over: the linear part stands in front of the tape, and edge pushing reaches it last.
    ///
    /// # Errors
    /// If there are not as many rows as the tape has inputs, or a column is not below `elemental`.
    pub fn with_ranges(
        name: impl Into<String>,
        elemental: usize,
        ranges: &[Vec<(usize, f64)>],
        tape: &Tape,
    ) -> Result<Self, ProblemError> {
        if ranges.len() != tape.inputs() {
            let (found, expected) = (ranges.len(), tape.inputs());
            return Err(ProblemError::Length { what: "the range transformation", found, expected });
        }
        let mut builder = TapeBuilder::new().with_sizes(elemental, tape.parameters());
        let mut internal = Vec::with_capacity(ranges.len());
        for row in ranges {
            let mut terms = Vec::with_capacity(row.len());
            for &(j, w) in row {
                if j >= elemental {
                    return Err(ProblemError::Index { what: "elemental variable", index: j, count: elemental });
                }
                let (x, w) = (builder.input(j), builder.constant(w));
                terms.push(builder.mul(w, x));
            }
            internal.push(builder.sum(&terms));
        }
        let parameters: Vec<_> = (0..tape.parameters()).map(|p| builder.parameter(p)).collect();
        let output = builder.splice(tape, &internal, &parameters);
        Ok(Self::new(name, builder.finish(output)?))
    }

    /// The tape, in elemental variables.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }
}

/// A function of one variable shared by many groups: `g(alpha; p)`.
#[derive(Clone, Debug)]
pub struct GroupType {
    pub(crate) name: String,
    pub(crate) tape: Arc<Tape>,
}

impl GroupType {
    /// From a tape with one input.
    ///
    /// # Errors
    /// If the tape has another number of inputs.
    pub fn new(name: impl Into<String>, tape: Tape) -> Result<Self, ProblemError> {
        if tape.inputs() != 1 {
            return Err(ProblemError::Length {
                what: "the list of inputs of a group function",
                found: tape.inputs(),
                expected: 1,
            });
        }
        Ok(Self { name: name.into(), tape: Arc::new(tape) })
    }

    /// The tape.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }
}

/// An element type of a [`ProgramBuilder`](super::ProgramBuilder).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ElementTypeId(pub(crate) u32);

/// A group type of a [`ProgramBuilder`](super::ProgramBuilder).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupTypeId(pub(crate) u32);

/// An element of a [`ProgramBuilder`](super::ProgramBuilder).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ElementId(pub(crate) u32);
