//! Random draws: streams that a seed, a purpose and an index name, alias tables, batches without replacement.
//!
//! Whatever is random in a solver comes from a [`Stream`]: value-stable, independent of threads, kept in checkpoints.

mod alias;
mod batch;
mod stream;

pub use alias::Alias;
pub use batch::WithoutReplacement;
pub use stream::{Purpose, Stream};

#[cfg(test)]
mod tests;
