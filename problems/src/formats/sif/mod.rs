//! SIF files (Standard Input Format of the CUTEst collection), decoded without a Fortran compiler.

mod arrays;
mod card;
mod classification;
mod data;
mod decoder;
mod elements;
mod fault;
mod file;
mod functions;
mod groups;
mod linear;
mod lines;
mod loops;
mod name;
mod number;
mod options;
mod parameters;
mod precision;
mod probes;
mod problem;
mod program;
mod read;
mod stated;
#[cfg(test)]
mod tests;
mod types;
mod variables;

pub use classification::Classification;
pub use file::{ProblemFingerprint, SifProblem, Sizes, read, read_file};
pub use groups::GroupKind;
pub use name::Name;
pub use options::{ChangeableParameter, ReadOptions, Warnings};
pub use probes::{Derivatives, Probes};
pub use stated::{StatedError, StatedReport};
pub use variables::VariableKind;
