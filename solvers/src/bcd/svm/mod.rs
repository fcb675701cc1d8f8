//! Dual coordinate descent for linear support vector machines.

mod dual_descent;

pub use dual_descent::{DualCoordinateDescent, SvmWork};

#[cfg(test)]
mod tests;
