//! Sketch-and-project on a dense symmetric system.

use super::Sketch;
use thalweg_kernels::dense;
use thalweg_problems::generate::reference_random::SplitMix64;

/// A dense symmetric matrix with the squared norms of its rows.
#[derive(Clone, Debug, Default)]
pub struct DenseSymmetric {
    order: usize,
    values: Vec<f64>,
    row_squares: Vec<f64>,
}

impl DenseSymmetric {
    /// From the entries (row, column, value) of one triangle; repeated ones are added.
    ///
    /// # Panics
    ///
    /// If an index is not below `order`.
    pub fn from_triangle(order: usize, entries: impl Iterator<Item = (usize, usize, f64)>) -> Self {
        let mut values = vec![0.0; order * order];
        for (i, j, value) in entries {
            values[i * order + j] += value;
            if i != j {
                values[j * order + i] += value;
            }
        }
        let row_squares = values.chunks_exact(order.max(1)).map(dense::sum_squares).collect();
        Self { order, values, row_squares }
    }

    /// The number of rows.
    pub fn order(&self) -> usize {
        self.order
    }

    /// A row, which is also a column.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.order..(i + 1) * self.order]
    }

    /// The squared norms of the rows.
    pub fn row_squares(&self) -> &[f64] {
        &self.row_squares
    }

    /// `y = K x`.
    pub fn multiply(&self, x: &[f64], y: &mut [f64]) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = dense::dot(self.row(i), x);
        }
    }

    /// The Frobenius norm.
    pub fn frobenius_norm(&self) -> f64 {
        dense::sum(&self.row_squares).sqrt()
    }
}

/// The iteration `z <- z - K S (S'K^2 S)^+ S'r` on `K z = b`, r = K z - b: the Euclidean projection of z onto the solutions of
/// the sketched system, so the distance to the solution never grows (R. Gower, P. Richtarik, *Randomized iterative methods
/// for linear systems*, SIAM J. Matrix Anal. Appl. 36, 2015).
#[derive(Clone, Debug)]
pub struct SketchAndProject {
    /// The iterate.
    pub z: Vec<f64>,
    /// `K z - b`, by its recurrence; see [`refresh`](Self::refresh).
    pub residual: Vec<f64>,
    product: Vec<f64>,
    compressed: Vec<f64>,
    gram: Vec<f64>,
    update: Vec<f64>,
    change: Vec<f64>,
    steps: u64,
}

/// Steps between two exact residuals.
const REFRESH: u64 = 100;
/// A pivot of the small Gram matrix below this share of its mean diagonal is left out.
const DEPENDENT: f64 = 1e-14;

impl SketchAndProject {
    /// Begins at 0.
    pub fn new(right_side: &[f64]) -> Self {
        let n = right_side.len();
        let zeros = || vec![0.0; n];
        Self {
            z: zeros(),
            residual: right_side.iter().map(|b| -b).collect(),
            product: vec![],
            compressed: vec![],
            gram: vec![],
            update: zeros(),
            change: zeros(),
            steps: 0,
        }
    }

    /// Computes the residual afresh.
    pub fn refresh(&mut self, matrix: &DenseSymmetric, right_side: &[f64]) {
        matrix.multiply(&self.z, &mut self.residual);
        dense::axpy(-1.0, right_side, &mut self.residual);
    }

    /// One step.
    pub fn step(
        &mut self,
        matrix: &DenseSymmetric,
        right_side: &[f64],
        sketch: &(impl Sketch + ?Sized),
        random: &mut SplitMix64,
    ) {
        let n = matrix.order();
        let s = sketch.columns(n).clamp(1, n.max(1));
        self.product.resize(n * s, 0.0);
        self.compressed.resize(s, 0.0);
        sketch.draw(matrix, &self.residual, random, &mut self.product, &mut self.compressed);
        // Normal equations of order s.
        self.gram.resize(s * s, 0.0);
        for i in 0..s {
            for j in 0..=i {
                let dot = dense::dot(&self.product[i * n..(i + 1) * n], &self.product[j * n..(j + 1) * n]);
                self.gram[i * s + j] = dot;
            }
        }
        solve_positive(&mut self.gram, &mut self.compressed, s);
        self.update.fill(0.0);
        for (column, a) in self.product.chunks_exact(n.max(1)).zip(&self.compressed) {
            dense::axpy(*a, column, &mut self.update);
        }
        dense::axpy(-1.0, &self.update, &mut self.z);
        self.steps += 1;
        if self.steps.is_multiple_of(REFRESH) {
            self.refresh(matrix, right_side);
        } else {
            matrix.multiply(&self.update, &mut self.change);
            dense::axpy(-1.0, &self.change, &mut self.residual);
        }
    }
}

/// Solves `A x = b` in place for a positive semidefinite A (lower triangle by rows) by Cholesky; dependent rows get 0.
fn solve_positive(a: &mut [f64], x: &mut [f64], n: usize) {
    let mean = (0..n).map(|i| a[i * n + i]).sum::<f64>() / n as f64;
    let least = DEPENDENT * mean;
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = if i == j {
                if sum > least { sum.sqrt() } else { 0.0 }
            } else if a[j * n + j] > 0.0 {
                sum / a[j * n + j]
            } else {
                0.0
            };
        }
    }
    for i in 0..n {
        let sum = (0..i).fold(x[i], |sum, k| sum - a[i * n + k] * x[k]);
        x[i] = if a[i * n + i] > 0.0 { sum / a[i * n + i] } else { 0.0 };
    }
    for i in (0..n).rev() {
        let sum = (i + 1..n).fold(x[i], |sum, k| sum - a[k * n + i] * x[k]);
        x[i] = if a[i * n + i] > 0.0 { sum / a[i * n + i] } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CountSketch, Gaussian, Kaczmarz, Rows};
    use super::*;

    /// Every sketch: the distance to the solution never grows, and falls to the solution.
    #[test]
    fn the_error_never_grows() {
        let mut random = SplitMix64::new(8);
        let n = 9;
        let entries = (0..n).flat_map(|i| (0..=i).map(move |j| (i, j)));
        let values: Vec<(usize, usize, f64)> =
            entries.map(|(i, j)| (i, j, random.normal() + if i == j { 10.0 } else { 0.0 })).collect();
        let matrix = DenseSymmetric::from_triangle(n, values.into_iter());
        let solution: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let mut b = vec![0.0; n];
        matrix.multiply(&solution, &mut b);
        let sketches: [(&dyn Sketch, usize); 6] = [
            (&Gaussian { columns: 1 }, 3000),
            (&Gaussian { columns: 4 }, 600),
            (&Kaczmarz { rows: Rows::Uniform, block: 1 }, 3000),
            (&Kaczmarz { rows: Rows::ByNorm, block: 1 }, 3000),
            (&Kaczmarz { rows: Rows::Uniform, block: 4 }, 600),
            (&CountSketch { columns: 5 }, 600),
        ];
        for (k, (sketch, steps)) in sketches.into_iter().enumerate() {
            let mut state = SketchAndProject::new(&b);
            let error = |z: &[f64]| z.iter().zip(&solution).map(|(z, s)| (z - s).powi(2)).sum::<f64>().sqrt();
            let first = error(&state.z);
            let mut last = first;
            for _ in 0..steps {
                state.step(&matrix, &b, sketch, &mut random);
                let now = error(&state.z);
                assert!(now <= last * (1.0 + 1e-12) + 1e-13, "sketch {k}: {last} to {now}");
                last = now;
            }
            assert!(last < 1e-6 * first, "sketch {k}: {last} of {first}");
        }
    }

    #[test]
    fn a_full_sketch_solves_at_once() {
        let matrix = DenseSymmetric::from_triangle(2, [(0, 0, 1.0), (1, 0, 2.0), (1, 1, -1.0)].into_iter());
        let mut state = SketchAndProject::new(&[5.0, 0.0]);
        let sketch = Kaczmarz { rows: Rows::Uniform, block: 2 };
        state.step(&matrix, &[5.0, 0.0], &sketch, &mut SplitMix64::new(1));
        approx::assert_abs_diff_eq!(state.z[0], 1.0, epsilon = 1e-12);
        approx::assert_abs_diff_eq!(state.z[1], 2.0, epsilon = 1e-12);
    }
}
