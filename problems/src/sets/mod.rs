//! Convex sets with a cheap projection. The indicator of a set is a [`Proximable`].

mod boxes;

pub use boxes::Box;

use crate::prox::Proximable;

/// A closed convex set.
pub trait Project: Send + Sync {
    /// Replaces `x` by the nearest point of the set.
    fn project(&self, x: &mut [f64]);
    /// Whether `x` lies in the set.
    fn contains(&self, x: &[f64]) -> bool;
}

impl<S: Project> Proximable for S {
    fn value(&self, x: &[f64]) -> f64 {
        if self.contains(x) { 0.0 } else { f64::INFINITY }
    }
    fn prox(&self, x: &mut [f64], _step: f64) {
        self.project(x);
    }
}

#[cfg(test)]
mod tests;
