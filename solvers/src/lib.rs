//! Method families and the run layer that they share.

pub mod acceleration;
pub mod bcd;
pub mod exact_al;
pub mod halpern;
pub mod line_search;
pub mod linear_systems;
pub mod run;
pub mod sampling;
pub mod sketching;
