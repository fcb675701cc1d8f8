//! Softmax regression, `f(W) = sum over rows of log(sum over c of exp(x_i' w_c)) - x_i' w_{y_i}`.

use super::dense::Symmetric;
use super::problem::{BlockProblem, Scratch};
use thalweg_kernels::dense;
use thalweg_problems::datafit::Softmax;
use thalweg_problems::{Design, Fingerprint, ProblemError};

/// The softmax loss over a design, without penalty or intercept. The variables are the weights of class 0, then those of
/// class 1, ...: variable `c p + f` is feature f's weight for class c.
#[derive(Clone, Copy, Debug)]
pub struct SoftmaxFit<'a> {
    design: &'a Design,
    loss: &'a Softmax,
}

impl<'a> SoftmaxFit<'a> {
    /// The loss of `X W`.
    ///
    /// # Errors
    /// If the loss has another number of rows than the design.
    pub fn new(design: &'a Design, loss: &'a Softmax) -> Result<Self, ProblemError> {
        let (found, expected) = (loss.rows(), design.rows());
        if found != expected {
            return Err(ProblemError::Length { what: "the loss", found, expected });
        }
        Ok(Self { design, loss })
    }

    /// Class and feature of a variable.
    fn class_and_feature(&self, variable: usize) -> (usize, usize) {
        (variable / self.design.columns(), variable % self.design.columns())
    }

    /// `sum of w_i x_if x_ig` for the feature of every other variable g.
    fn gram(
        &self,
        f: usize,
        others: &[usize],
        weights: Option<&[f64]>,
        out: &mut [f64],
        scratch: &mut GramScratch<'_>,
    ) {
        let GramScratch { column, sums } = scratch;
        column.resize(self.design.rows(), 0.0);
        sums.resize(self.design.columns(), 0.0);
        if self.design.scaling().is_some() {
            let total = weights.map_or(self.design.rows() as f64, dense::sum);
            others.iter().for_each(|&g| sums[g] = self.design.moments(g, weights, total).sum);
        }
        self.design.gram_column(f, others, weights, sums, None, column, out);
    }
}

struct GramScratch<'a> {
    column: &'a mut Vec<f64>,
    sums: &'a mut Vec<f64>,
}

/// `(I - 1 1' / k) / 2` bounds the Hessian of a row's loss with k classes (Böhning, *Multinomial logistic regression
/// algorithm*, Ann. Inst. Stat. Math. 44, 1992).
fn curvature(same_class: bool, classes: usize) -> f64 {
    let share = 0.5 / classes as f64;
    if same_class { 0.5 - share } else { -share }
}

impl BlockProblem for SoftmaxFit<'_> {
    fn dimension(&self) -> usize {
        self.design.columns() * self.loss.classes()
    }

    fn image_length(&self) -> usize {
        self.design.rows() * self.loss.classes()
    }

    fn image(&self, x: &[f64], z: &mut [f64]) {
        let (n, p) = (self.design.rows(), self.design.columns());
        for (c, fit) in z.chunks_exact_mut(n).enumerate() {
            self.design.multiply(&x[c * p..][..p], fit);
        }
    }

    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]) {
        q.fill(0.0);
        let n = self.design.rows();
        for (&j, &d) in block.iter().zip(d) {
            let (c, f) = self.class_and_feature(j);
            let fit = &mut q[c * n..][..n];
            let shift = self.design.add_column(f, d, None, fit);
            if shift != 0.0 {
                fit.iter_mut().for_each(|q| *q += shift);
            }
        }
    }

    fn value(&self, _: &[f64], z: &[f64]) -> f64 {
        self.loss.value(z)
    }

    fn gradient(&self, _: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.loss.gradient(z, &mut scratch.slopes);
        let (n, p) = (self.design.rows(), self.design.columns());
        for (c, slopes) in scratch.slopes.chunks_exact(n).enumerate() {
            self.design.multiply_transposed(slopes, &mut out[c * p..][..p]);
        }
    }

    fn block_gradient(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.loss.gradient(z, &mut scratch.slopes);
        let n = self.design.rows();
        for (&j, o) in block.iter().zip(out) {
            let (c, f) = self.class_and_feature(j);
            let slopes = &scratch.slopes[c * n..][..n];
            *o = self.design.dot(f, slopes, dense::sum(slopes));
        }
    }

    /// `|x_f|^2 / 4`, since `p (1 - p) <= 1/4`: the bound of a block of one class.
    fn coordinate_constants(&self) -> Vec<f64> {
        let (p, rows) = (self.design.columns(), self.design.rows() as f64);
        let squares: Vec<f64> = (0..p).map(|f| 0.25 * self.design.moments(f, None, rows).squares).collect();
        squares.repeat(self.loss.classes())
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        let (class, f) = self.class_and_feature(j);
        let features: Vec<usize> = others.iter().map(|&k| self.class_and_feature(k).1).collect();
        let Scratch { column, sums, .. } = scratch;
        self.gram(f, &features, None, out, &mut GramScratch { column, sums });
        for (&k, o) in others.iter().zip(out) {
            *o *= curvature(self.class_and_feature(k).0 == class, self.loss.classes());
        }
    }

    /// Tighter than the columns' bound: the classes that the block does not touch move as one, so that `min(k, touched + 1)`
    /// classes are left.
    fn block_bound(&self, block: &[usize], out: &mut Symmetric, scratch: &mut Scratch) {
        let mut touched: Vec<usize> = block.iter().map(|&j| self.class_and_feature(j).0).collect();
        touched.sort_unstable();
        touched.dedup();
        let classes = self.loss.classes().min(touched.len() + 1);
        let features: Vec<usize> = block.iter().map(|&j| self.class_and_feature(j).1).collect();
        let Scratch { column, sums, .. } = scratch;
        out.reset(block.len());
        for (k, &j) in block.iter().enumerate() {
            let class = self.class_and_feature(j).0;
            self.gram(features[k], &features, None, out.row_mut(k), &mut GramScratch { column, sums });
            for (&i, h) in block.iter().zip(out.row_mut(k)) {
                *h *= curvature(self.class_and_feature(i).0 == class, classes);
            }
        }
        symmetrise(out);
    }

    /// `sum over rows of x_f x_g p_c (1{c = c'} - p_c')`.
    fn block_hessian(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        let n = self.design.rows();
        let Scratch { slopes, weights, column, sums } = scratch;
        slopes.resize(z.len(), 0.0);
        weights.resize(n, 0.0);
        self.loss.probabilities(z, slopes);
        out.reset(block.len());
        for (k, &j) in block.iter().enumerate() {
            let (c, f) = self.class_and_feature(j);
            for (l, &i) in block.iter().enumerate().skip(k) {
                let (other, g) = self.class_and_feature(i);
                let (p, q) = (&slopes[c * n..][..n], &slopes[other * n..][..n]);
                for ((w, p), q) in weights.iter_mut().zip(p).zip(q) {
                    *w = if c == other { p * (1.0 - q) } else { -p * q };
                }
                let entry = &mut out.row_mut(k)[l..=l];
                self.gram(f, &[g], Some(weights), entry, &mut GramScratch { column, sums });
            }
        }
        symmetrise(out);
    }

    /// The second derivative is the sum of the variances of a row's `q` under its probabilities.
    fn along(&self, _: &[usize], _: &[f64], (_, z): (&[f64], &[f64]), q: &[f64], scratch: &mut Scratch) -> (f64, f64) {
        let (slopes, n) = (&mut scratch.slopes, self.design.rows());
        slopes.resize(z.len(), 0.0);
        self.loss.gradient(z, slopes);
        let first = dense::dot(slopes, q);
        self.loss.probabilities(z, slopes);
        let expectation = |i: usize, of: &dyn Fn(f64) -> f64| {
            (0..self.loss.classes()).fold(0.0, |s, c| s + slopes[c * n + i] * of(q[c * n + i]))
        };
        let variance = |i: usize| {
            let mean = expectation(i, &|q| q);
            expectation(i, &|q| (q - mean) * (q - mean))
        };
        (first, (0..n).map(variance).fold(0.0, |a, b| a + b))
    }

    fn is_quadratic(&self) -> bool {
        false
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.design.fingerprint(hash);
        self.loss.fingerprint(hash);
    }
}

/// Copies the upper half to the lower one.
fn symmetrise(h: &mut Symmetric) {
    for k in 0..h.size() {
        for i in k + 1..h.size() {
            h.row_mut(i)[k] = h.row(k)[i];
        }
    }
}
