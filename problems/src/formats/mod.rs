//! Readers and writers of file formats, one folder per format.
//!
//! Every reader takes an [`Input`]: a named source of bytes (file, standard input, memory, any [`std::io::Read`]) that
//! undoes gzip, skips a byte order mark, counts lines and keeps a budget. Every reader fails with a [`FormatError`] that
//! names file, line and column. What the formats share beyond that is here too: numbers ([`number`]).
//!
//! No bytes make a reader panic, and what a reader allocates is bounded by a constant times the (decompressed) bytes it
//! has read, whatever sizes a header promises.

mod error;
mod input;
pub mod labels;
pub mod libsvm;
mod line;
pub mod matrix_market;
pub mod number;
pub mod sif;

pub use error::{FormatError, FormatErrorKind, excerpt};
pub use input::{DEFAULT_BUDGET, Input, STANDARD_INPUT};
pub use line::Line;
