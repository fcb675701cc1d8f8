//! Equality-constrained nonlinear programs: Newton's method on the exact augmented Lagrangian.

mod ada_sketch;
mod curvature;
mod direct;
mod evaluation;
mod iterate;
mod kkt;
mod krylov;
mod multipliers;
mod newton;
mod options;
mod penalties;
mod restoration;
mod search;
mod work;

pub use ada_sketch::{AdaSketchNewton, AdaSketchWork, Inner};
pub use options::{ExactAl, LinearSolver};
pub use penalties::Penalties;
pub use work::ExactAlWork;

#[cfg(test)]
mod tests;
