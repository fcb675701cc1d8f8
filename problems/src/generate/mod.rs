//! Seeded instances: one file per experiment, over the value-stable streams of [`reference_random`].

pub mod games;
pub mod gaussian;
pub mod lattice;
pub mod moons;
pub mod multiclass;
pub mod reference_random;
pub mod saddles;
pub mod scaled_sparse;

#[cfg(test)]
mod tests;
