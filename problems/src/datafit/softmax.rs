//! Softmax (multinomial logistic) regression for several classes.

use crate::error::ProblemError;
use crate::fingerprint::Fingerprint;
use thalweg_kernels::{parallel, scalar};

/// `phi_i(z_i1, ..., z_ik) = log(sum over c of exp(z_ic)) - z_{i, y_i}` for labels `y_i` in `0..k`.
///
/// A row's loss takes k numbers, so that this is no [`Datafit`](super::Datafit). Fits and derivatives are class by class: the
/// n rows of class 0, then those of class 1.
#[derive(Clone, Debug)]
pub struct Softmax {
    labels: Vec<usize>,
    classes: usize,
}

impl Softmax {
    /// From labels in `0..classes`.
    ///
    /// # Errors
    /// If there are fewer than two classes, or a label is out of range.
    pub fn new(labels: Vec<usize>, classes: usize) -> Result<Self, ProblemError> {
        if classes < 2 {
            let expected = "at least 2";
            return Err(ProblemError::Parameter { what: "the number of classes", value: classes as f64, expected });
        }
        match labels.iter().find(|y| **y >= classes) {
            Some(&y) => {
                let expected = "less than the number of classes";
                Err(ProblemError::Parameter { what: "a label", value: y as f64, expected })
            }
            None => Ok(Self { labels, classes }),
        }
    }

    /// The number of rows, n.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The number of classes, k.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The labels.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The sum of the losses.
    pub fn value(&self, fit: &[f64]) -> f64 {
        parallel::sum_chunks(self.rows(), |rows| rows.map(|i| self.row_value(fit, i)).fold(0.0, |a, b| a + b))
    }

    /// Around the largest entry: nothing overflows, and a small loss is not a difference of large numbers.
    fn row_value(&self, fit: &[f64], i: usize) -> f64 {
        let n = self.rows();
        let at = |c: usize| fit[c * n + i];
        let top = self.top(fit, i);
        let others = (0..self.classes).filter(|&c| c != top).fold(0.0, |s, c| s + scalar::exp(at(c) - at(top)));
        (at(top) - at(self.labels[i])) + scalar::log1p(others)
    }

    /// The class of row `i` with the largest fit, the first of equal ones.
    pub fn top(&self, fit: &[f64], i: usize) -> usize {
        let n = self.rows();
        (1..self.classes).fold(0, |top, c| if fit[c * n + i] > fit[top * n + i] { c } else { top })
    }

    /// The class probabilities, `out_ic = exp(z_ic) / sum over c' of exp(z_ic')`.
    pub fn probabilities(&self, fit: &[f64], out: &mut [f64]) {
        let n = self.rows();
        for i in 0..n {
            let top = fit[self.top(fit, i) * n + i];
            let mut total = 0.0;
            for c in 0..self.classes {
                let e = scalar::exp(fit[c * n + i] - top);
                out[c * n + i] = e;
                total += e;
            }
            (0..self.classes).for_each(|c| out[c * n + i] /= total);
        }
    }

    /// The gradient by the fit: the probabilities, less 1 for the right class, which is the sum of the others.
    pub fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        self.probabilities(fit, out);
        let n = self.rows();
        for (i, &y) in self.labels.iter().enumerate() {
            let wrong = (0..self.classes).filter(|&c| c != y).fold(0.0, |s, c| s + out[c * n + i]);
            out[y * n + i] = -wrong;
        }
    }

    /// Adds the data to a problem's fingerprint.
    pub fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text("softmax");
        hash.word(self.classes as u64);
        hash.word(self.labels.len() as u64);
        self.labels.iter().for_each(|&y| hash.word(y as u64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafit::{Datafit, Logistic};

    /// Two classes with the fits 0 and z are logistic regression.
    #[test]
    fn two_classes_are_logistic_regression() {
        let z = [0.3, -2.0, 40.0, -800.0, 0.0];
        let labels = vec![1, 0, 1, 0, 1];
        let logistic = Logistic::from_labels(&labels.iter().map(|&y| y as f64).collect::<Vec<_>>()).unwrap();
        let softmax = Softmax::new(labels, 2).unwrap();
        let fit: Vec<f64> = [0.0; 5].into_iter().chain(z).collect();
        approx::assert_relative_eq!(softmax.value(&fit), logistic.value(&z), max_relative = 1e-15);
        let (mut found, mut expected) = (vec![0.0; 10], vec![0.0; 5]);
        softmax.gradient(&fit, &mut found);
        logistic.gradient(&z, &mut expected);
        approx::assert_relative_eq!(&found[5..], expected.as_slice(), max_relative = 1e-14);
    }

    #[test]
    fn the_gradient_is_the_derivative() {
        let softmax = Softmax::new(vec![2, 0, 3], 4).unwrap();
        let fit: Vec<f64> = (0..12).map(|k| f64::from(k * k % 7) - 3.0).collect();
        let mut g = vec![0.0; 12];
        softmax.gradient(&fit, &mut g);
        for k in 0..12 {
            let moved = |h: f64| {
                let mut fit = fit.clone();
                fit[k] += h;
                softmax.value(&fit)
            };
            approx::assert_abs_diff_eq!(g[k], (moved(1e-5) - moved(-1e-5)) / 2e-5, epsilon = 1e-9);
        }
    }

    #[test]
    fn refusals() {
        assert!(Softmax::new(vec![0, 0], 1).is_err());
        assert!(Softmax::new(vec![0, 3], 3).unwrap_err().to_string().contains("label is 3"));
    }
}
