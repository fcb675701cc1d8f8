//! Sequence acceleration.

mod anderson;

pub use anderson::Anderson;
