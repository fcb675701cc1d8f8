//! Method families and the run layer that they share.

pub mod acceleration;
pub mod bcd;
pub mod halpern;
pub mod linear_systems;
pub mod run;
pub mod sampling;
