//! Seeded instances: one file per experiment, over the value-stable streams of [`reference_random`].

pub mod gaussian;
pub mod reference_random;

#[cfg(test)]
mod tests;
