//! SIF files (Standard Input Format of the CUTEst collection), decoded without a Fortran compiler.
//!
//! A file has three blocks. The first describes variables, groups and elements by *cards* of fixed columns, with parameters
//! and loops; the others state in Fortran what element and group functions compute. Reading goes through
//!
//! 1. `lines.rs`, `card.rs`: lines into cards and section keywords, fixed and free format;
//! 2. `parameters.rs`, `arrays.rs`, `loops.rs`, `data.rs`: cards compiled once and executed in every pass of a loop;
//! 3. `decoder.rs` with `variables.rs`, `groups.rs`, `elements.rs`, `types.rs`: the tables of the first block;
//! 4. `functions/`: tokens, expressions and statements, lowered to graphs without temporaries;
//! 5. `problem.rs`, `program.rs`: both together, and as a program over tapes.
//!
//! Time and memory are proportional to the expanded problem, which [`ReadOptions`] limits. Numbers have the digits that the
//! reference decoder keeps, so that values agree with the CUTEst library's; [`ReadOptions::full_precision`] keeps all.
//!
//! Sources: A. R. Conn, N. I. M. Gould, Ph. L. Toint, *LANCELOT*, Springer 1992, chapter 7; N. I. M. Gould, D. Orban,
//! Ph. L. Toint, *CUTEst*, Computational Optimization and Applications 60, 2015.
//!
//! ```
//! use thalweg_problems::formats::{Input, sif};
//! use thalweg_problems::nlp::NonlinearProgram;
//!
//! let text = "\
//! NAME          LINE
//! VARIABLES
//!     X
//! GROUPS
//!  N  OBJ       X         2.0
//!  G  ROW       X         1.0
//! CONSTANTS
//!     RHS       ROW       3.0
//! ENDATA
//! ";
//! let problem = sif::read(Input::from_bytes("LINE.SIF", text.into()), &sif::ReadOptions::default())?;
//! assert_eq!((problem.sizes().variables, problem.sizes().constraints), (1, 1));
//! let program = problem.program()?;
//! let mut row = [0.0];
//! assert_eq!(program.evaluator().values(&[5.0], &mut row)?, 10.0);
//! assert_eq!(row, [2.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
