//! Random sketches: thin matrices S that compress a linear system `K z = b` to `S'K z = S'b`.
//!
//! A sketch is a type with one job: from a symmetric K and a residual r it draws S and computes `K S` and `S'r`.

mod count;
mod gaussian;
mod kaczmarz;
mod symmetric;

pub use count::CountSketch;
pub use gaussian::Gaussian;
pub use kaczmarz::{Kaczmarz, Rows};
pub use symmetric::{DenseSymmetric, SketchAndProject};

use thalweg_problems::generate::reference_random::SplitMix64;

/// A distribution of matrices S of as many rows as K.
pub trait Sketch {
    /// The number of columns of S for a matrix of this order.
    fn columns(&self, order: usize) -> usize;

    /// Draws S; `product` becomes `K S` by columns, `compressed` becomes `S'r`.
    fn draw(
        &self,
        matrix: &DenseSymmetric,
        residual: &[f64],
        random: &mut SplitMix64,
        product: &mut [f64],
        compressed: &mut [f64],
    );
}
