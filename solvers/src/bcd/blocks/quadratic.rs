//! Quadratic functions, `f(x) = x' A x / 2 - c' x`.

use super::dense::Symmetric;
use super::problem::{BlockProblem, Costs, Scratch};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::{Design, Fingerprint, ProblemError};

/// `x' A x / 2 - c' x` with a symmetric positive semidefinite `A`, dense or sparse. The image is `A x`, so that the gradient
/// is kept up to date by the steps themselves.
#[derive(Clone, Debug)]
pub struct Quadratic<'a> {
    matrix: &'a Design,
    linear: &'a [f64],
}

impl<'a> Quadratic<'a> {
    /// From `A` (by columns, without scaling) and `c`.
    ///
    /// # Errors
    /// If the sizes differ, or `A` is not symmetric: its products with two vectors from both sides are compared.
    pub fn new(matrix: &'a Design, linear: &'a [f64]) -> Result<Self, ProblemError> {
        let m = matrix.columns();
        for (what, found) in [("the list of rows of A", matrix.rows()), ("c", linear.len())] {
            if found != m {
                return Err(ProblemError::Length { what, found, expected: m });
            }
        }
        if let Some(index) = linear.iter().position(|c| !c.is_finite()) {
            return Err(ProblemError::NotFinite { what: "c", index, value: linear[index] });
        }
        let mut random = SplitMix64::new(0);
        let (mut left, mut right) = (vec![0.0; m], vec![0.0; m]);
        let norm = |j| matrix.moments(j, None, m as f64).squares.sqrt();
        let scale = (m as f64).sqrt() * (0..m).map(norm).fold(0.0, f64::max);
        for _ in 0..2 {
            let v: Vec<f64> = (0..m).map(|_| 0.5 + random.uniform()).collect();
            matrix.multiply(&v, &mut right);
            matrix.multiply_transposed(&v, &mut left);
            if left.iter().zip(&right).any(|(l, r)| (l - r).abs() > 1e-12 * scale) {
                return Err(ProblemError::Structure("A is not symmetric".to_owned()));
            }
        }
        Ok(Self { matrix, linear })
    }
}

impl BlockProblem for Quadratic<'_> {
    fn dimension(&self) -> usize {
        self.linear.len()
    }

    fn image_length(&self) -> usize {
        self.linear.len()
    }

    fn image(&self, x: &[f64], z: &mut [f64]) {
        self.matrix.multiply(x, z);
    }

    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]) {
        q.fill(0.0);
        let shift = block.iter().zip(d).fold(0.0, |s, (&j, &d)| s + self.matrix.add_column(j, d, None, q));
        if shift != 0.0 {
            q.iter_mut().for_each(|q| *q += shift);
        }
    }

    fn value(&self, x: &[f64], z: &[f64]) -> f64 {
        x.iter().zip(z).zip(self.linear).fold(0.0, |s, ((x, z), c)| s + x * (0.5 * z - c))
    }

    fn gradient(&self, _: &[f64], z: &[f64], out: &mut [f64], _: &mut Scratch) {
        out.iter_mut().zip(z).zip(self.linear).for_each(|((o, z), c)| *o = z - c);
    }

    fn block_gradient(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut [f64], _: &mut Scratch) {
        block.iter().zip(out).for_each(|(&j, o)| *o = z[j] - self.linear[j]);
    }

    fn coordinate_constants(&self) -> Vec<f64> {
        let mut scratch = Scratch::default();
        let mut diagonal = vec![0.0; self.dimension()];
        for (j, d) in diagonal.iter_mut().enumerate() {
            self.bound_column(j, &[j], std::slice::from_mut(d), &mut scratch);
        }
        diagonal
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        let column = &mut scratch.column;
        column.resize(self.dimension(), 0.0);
        let shift = self.matrix.add_column(j, 1.0, None, column);
        others.iter().zip(out).for_each(|(&k, o)| *o = column[k] + shift);
        // Takes back exactly what was added, entry by entry.
        let _ = self.matrix.add_column(j, -1.0, None, column);
    }

    fn block_hessian(&self, block: &[usize], _: &[f64], _: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        self.block_bound(block, out, scratch);
    }

    fn along(&self, block: &[usize], d: &[f64], (_, z): (&[f64], &[f64]), q: &[f64], _: &mut Scratch) -> (f64, f64) {
        let on_block = block.iter().zip(d);
        on_block.fold((0.0, 0.0), |(g, h), (&j, d)| (g + d * (z[j] - self.linear[j]), h + d * q[j]))
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn third_order_constant(&self, _: &[usize], _: &mut Scratch) -> Option<f64> {
        Some(0.0)
    }

    /// The gradient is the image less a vector. Under an implicit scaling columns are not sparse.
    fn costs(&self) -> Costs {
        let (m, entries) = (self.dimension() as u64, self.matrix.nonzeros() as u64);
        let mean = entries.div_ceil(m.max(1));
        let is_sparse = self.matrix.layout() == "sparse" && self.matrix.scaling().is_none();
        Costs { gradient: m, column: m + mean, touched: is_sparse.then_some(mean) }
    }

    fn add_block_image(&self, block: &[usize], d: &[f64], z: &mut [f64], touched: &mut Vec<usize>) {
        for (&j, &d) in block.iter().zip(d) {
            // Without scaling there is no shift.
            let _ = self.matrix.add_column(j, d, None, z);
            touched.extend(self.matrix.column_rows(j).iter().map(|&i| i as usize));
        }
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.matrix.fingerprint(hash);
        hash.numbers(self.linear);
    }
}
