//! Convex sets with a cheap projection. The indicator of a set is a [`Proximable`].

mod ball;
mod boxes;
mod simplex;

pub use ball::Ball;
pub use boxes::Box;
pub use simplex::Simplex;

use crate::prox::Proximable;

/// A closed convex set.
pub trait Project: Send + Sync {
    /// Replaces `x` by the nearest point of the set.
    fn project(&self, x: &mut [f64]);
    /// Whether `x` lies in the set.
    fn contains(&self, x: &[f64]) -> bool;
    /// The support function `sup <c, x>` over the set; `None` where it is not known.
    fn support(&self, _c: &[f64]) -> Option<f64> {
        None
    }
}

impl<S: Project> Proximable for S {
    fn value(&self, x: &[f64]) -> f64 {
        if self.contains(x) { 0.0 } else { f64::INFINITY }
    }
    fn prox(&self, x: &mut [f64], _step: f64) {
        self.project(x);
    }
    /// The support function at `-f`, plus `<f, x>`.
    fn fenchel_gap(&self, x: &[f64], f: &[f64]) -> Option<f64> {
        let minus: Vec<f64> = f.iter().map(|f| -f).collect();
        let support = self.support(&minus)?;
        Some(if self.contains(x) { support + thalweg_kernels::dense::dot(f, x) } else { f64::INFINITY })
    }
}

#[cfg(test)]
mod tests;
