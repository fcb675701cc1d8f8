//! Softmax regression, `f(W) = sum over rows of log(sum over c of exp(x_i' w_c)) - x_i' w_{y_i}`.

use super::augmented::Augmented;
use super::dense::Symmetric;
use super::glm::check_ridge;
use super::problem::{BlockProblem, Costs, Scratch};
use thalweg_kernels::{dense, parallel};
use thalweg_problems::datafit::Softmax;
use thalweg_problems::{Design, Fingerprint, ProblemError};

/// The softmax loss over a design, without penalty, to which a ridge term `rho |W|^2 / 2` and intercepts may be added.
///
/// The variables are the weights of class 0, then those of class 1, ...: variable `c p + f` is feature f's weight for class
/// c. With intercepts every class has one more, after its weights, for a column of ones, without ridge term.
#[derive(Clone, Copy, Debug)]
pub struct SoftmaxFit<'a> {
    columns: Augmented<'a>,
    loss: &'a Softmax,
    ridge: f64,
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
        Ok(Self { columns: Augmented { design, intercept: false }, loss, ridge: 0.0 })
    }

    /// Adds `rho |W|^2 / 2` (intercepts left out).
    ///
    /// # Errors
    /// If `rho` is negative or not finite.
    pub fn with_ridge(self, rho: f64) -> Result<Self, ProblemError> {
        check_ridge(rho)?;
        Ok(Self { ridge: rho, ..self })
    }

    /// Adds (or removes) an intercept of every class.
    #[must_use]
    pub fn with_intercepts(self, intercept: bool) -> Self {
        Self { columns: Augmented { intercept, ..self.columns }, ..self }
    }

    /// The number of classes, k.
    pub fn classes(&self) -> usize {
        self.loss.classes()
    }

    /// The design.
    pub fn design(&self) -> &'a Design {
        self.columns.design
    }

    /// Class and feature of a variable.
    fn class_and_feature(&self, variable: usize) -> (usize, usize) {
        (variable / self.columns.columns(), variable % self.columns.columns())
    }

    fn ridge_of(&self, feature: usize) -> f64 {
        if self.columns.is_ones(feature) { 0.0 } else { self.ridge }
    }
}

/// `(I - 1 1' / k) / 2` bounds the Hessian of a row's loss with k classes (Böhning, *Multinomial logistic regression
/// algorithm*, Ann. Inst. Stat. Math. 44, 1992).
fn curvature(same_class: bool, classes: usize) -> f64 {
    let share = 0.5 / classes as f64;
    if same_class { 0.5 - share } else { -share }
}

impl BlockProblem for SoftmaxFit<'_> {
    fn dimension(&self) -> usize {
        self.columns.columns() * self.loss.classes()
    }

    fn image_length(&self) -> usize {
        self.columns.design.rows() * self.loss.classes()
    }

    fn image(&self, x: &[f64], z: &mut [f64]) {
        let (n, p) = (self.columns.design.rows(), self.columns.columns());
        for (c, fit) in z.chunks_exact_mut(n).enumerate() {
            self.columns.multiply(&x[c * p..][..p], fit);
        }
    }

    fn block_image(&self, block: &[usize], d: &[f64], q: &mut [f64]) {
        q.fill(0.0);
        let n = self.columns.design.rows();
        for (&j, &d) in block.iter().zip(d) {
            let (c, f) = self.class_and_feature(j);
            let fit = &mut q[c * n..][..n];
            let shift = self.columns.add_column(f, d, fit);
            if shift != 0.0 {
                fit.iter_mut().for_each(|q| *q += shift);
            }
        }
    }

    fn value(&self, x: &[f64], z: &[f64]) -> f64 {
        let mut squares = 0.0;
        if self.ridge > 0.0 {
            let p = self.columns.design.columns();
            squares = x.chunks_exact(self.columns.columns()).fold(0.0, |s, w| s + dense::dot(&w[..p], &w[..p]));
        }
        self.loss.value(z) + 0.5 * self.ridge * squares
    }

    fn gradient(&self, x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.loss.gradient(z, &mut scratch.slopes);
        let (n, p) = (self.columns.design.rows(), self.columns.columns());
        for (c, slopes) in scratch.slopes.chunks_exact(n).enumerate() {
            self.columns.multiply_transposed(slopes, &mut out[c * p..][..p]);
        }
        if self.ridge > 0.0 {
            let add = |(j, (g, x)): (usize, (&mut f64, &f64))| *g += self.ridge_of(j % p) * x;
            out.iter_mut().zip(x).enumerate().for_each(add);
        }
    }

    fn block_gradient(&self, block: &[usize], x: &[f64], z: &[f64], out: &mut [f64], scratch: &mut Scratch) {
        scratch.slopes.resize(z.len(), 0.0);
        self.loss.gradient(z, &mut scratch.slopes);
        let n = self.columns.design.rows();
        for (&j, o) in block.iter().zip(out) {
            let (c, f) = self.class_and_feature(j);
            let slopes = &scratch.slopes[c * n..][..n];
            *o = self.columns.dot(f, slopes, dense::sum(slopes)) + self.ridge_of(f) * x[j];
        }
    }

    /// `|x_f|^2 / 4`, since `p (1 - p) <= 1/4`: the bound of a block of one class.
    fn coordinate_constants(&self) -> Vec<f64> {
        let rows = self.columns.design.rows() as f64;
        let constant = |f| 0.25 * self.columns.squares(f, None, rows) + self.ridge_of(f);
        (0..self.columns.columns()).map(constant).collect::<Vec<f64>>().repeat(self.loss.classes())
    }

    fn bound_column(&self, j: usize, others: &[usize], out: &mut [f64], scratch: &mut Scratch) {
        let (class, f) = self.class_and_feature(j);
        let (p, k) = (self.columns.columns(), self.loss.classes());
        if others.len() > p {
            // Several classes share a feature's product.
            let (features, mut products): (Vec<usize>, _) = ((0..p).collect(), vec![0.0; p]);
            self.columns.gram_column(f, &features, None, &mut products, &mut scratch.gram);
            others.iter().zip(&mut *out).for_each(|(&i, o)| *o = products[i % p]);
        } else {
            let features: Vec<usize> = others.iter().map(|&i| i % p).collect();
            self.columns.gram_column(f, &features, None, out, &mut scratch.gram);
        }
        for (&i, o) in others.iter().zip(out) {
            *o *= curvature(i / p == class, k);
            if i == j {
                *o += self.ridge_of(f);
            }
        }
    }

    /// The curvatures of the classes have the absolute sum `1 - 1/k`.
    fn absolute_row_sums(&self) -> Vec<f64> {
        let (p, classes) = (self.columns.columns(), self.loss.classes());
        let features: Vec<usize> = (0..p).collect();
        let mut sums = vec![0.0; p];
        parallel::for_parts(&mut sums, p * self.columns.design.nonzeros(), |start, part| {
            let (mut products, mut scratch) = (vec![0.0; p], Scratch::default());
            for (k, sum) in part.iter_mut().enumerate() {
                self.columns.gram_column(start + k, &features, None, &mut products, &mut scratch.gram);
                let share = 1.0 - 1.0 / classes as f64;
                *sum = share * products.iter().fold(0.0, |s, h| s + h.abs()) + self.ridge_of(start + k);
            }
        });
        sums.repeat(classes)
    }

    /// Tighter than the columns' bound: the classes that the block does not touch move as one, so that `min(k, touched + 1)`
    /// classes are left.
    fn block_bound(&self, block: &[usize], out: &mut Symmetric, scratch: &mut Scratch) {
        let mut touched: Vec<usize> = block.iter().map(|&j| self.class_and_feature(j).0).collect();
        touched.sort_unstable();
        touched.dedup();
        let classes = self.loss.classes().min(touched.len() + 1);
        let features: Vec<usize> = block.iter().map(|&j| self.class_and_feature(j).1).collect();
        out.reset(block.len());
        for (k, &j) in block.iter().enumerate() {
            let (class, f) = self.class_and_feature(j);
            self.columns.gram_column(f, &features, None, out.row_mut(k), &mut scratch.gram);
            for (&i, h) in block.iter().zip(out.row_mut(k)) {
                *h *= curvature(self.class_and_feature(i).0 == class, classes);
            }
            out.row_mut(k)[k] += self.ridge_of(f);
        }
        symmetrise(out);
    }

    /// `sum over rows of x_f x_g p_c (1{c = c'} - p_c')`.
    fn block_hessian(&self, block: &[usize], _: &[f64], z: &[f64], out: &mut Symmetric, scratch: &mut Scratch) {
        let n = self.columns.design.rows();
        let Scratch { slopes, weights, gram, .. } = scratch;
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
                self.columns.gram_column(f, &[g], Some(weights), entry, gram);
            }
            out.row_mut(k)[k] += self.ridge_of(f);
        }
        symmetrise(out);
    }

    /// The second derivative is the sum of the variances of a row's `q` under its probabilities.
    fn along(
        &self,
        block: &[usize],
        d: &[f64],
        (x, z): (&[f64], &[f64]),
        q: &[f64],
        scratch: &mut Scratch,
    ) -> (f64, f64) {
        let (slopes, n) = (&mut scratch.slopes, self.columns.design.rows());
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
        let ridge = |(g, h): (f64, f64), (&j, d): (&usize, &f64)| {
            let rho = self.ridge_of(self.class_and_feature(j).1);
            (g + rho * x[j] * d, h + rho * d * d)
        };
        block.iter().zip(d).fold((first, (0..n).map(variance).fold(0.0, |a, b| a + b)), ridge)
    }

    fn is_quadratic(&self) -> bool {
        false
    }

    fn costs(&self) -> Costs {
        let (entries, image) = (self.columns.design.nonzeros() as u64, self.image_length() as u64);
        let classes = self.loss.classes() as u64;
        Costs { gradient: classes * entries + 20 * image, column: entries + self.dimension() as u64, touched: None }
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.columns.design.fingerprint(hash);
        self.loss.fingerprint(hash);
        hash.numbers(&[self.ridge]);
        hash.word(u64::from(self.columns.intercept));
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
