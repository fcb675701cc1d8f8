//! Linear support vector machines.

use crate::datafit::Classes;
use crate::design::Design;
use crate::error::{ProblemError, all_finite, all_nonnegative, same_length};
use crate::fingerprint::Fingerprint;
use crate::prox::positive_part;
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// What a row that misses its margin costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hinge {
    /// `max(0, 1 - m)`.
    Linear,
    /// `max(0, 1 - m)^2`.
    Squared,
}

/// A linear support vector machine without intercept, and its dual:
///
/// ```text
/// minimise over x:  sum over i of w_i h(y_i (X x)_i) + lambda |x|^2 / 2
/// maximise over a:  sum over i of (a_i - [squared] a_i^2 / (4 w_i)) - |X'(y a)|^2 / (2 lambda),
///                   0 <= a_i <= w_i (linear hinge) or 0 <= a_i (squared)
/// ```
///
/// liblinear's C is `1 / lambda`, its objective C times this one, its dual variables C times these.
#[derive(Debug)]
pub struct LinearSvm<'a> {
    design: &'a Design,
    signs: Vec<f64>,
    classes: Classes,
    weights: Option<Vec<f64>>,
    hinge: Hinge,
    lambda: f64,
}

/// A point of a [`LinearSvm`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SvmPoint {
    /// x, one for each column.
    pub coefficients: Vec<f64>,
    /// a, one for each row.
    pub dual: Vec<f64>,
}

impl SvmPoint {
    /// The number of support vectors: rows with `a_i > 0`.
    pub fn support_vectors(&self) -> usize {
        self.dual.iter().filter(|a| **a > 0.0).count()
    }
}

impl<'a> LinearSvm<'a> {
    /// From labels with exactly two different values; the larger one is the class +1.
    ///
    /// # Errors
    /// If the labels do not have two finite values or another length than the design has rows, or `lambda` is not a finite
    /// number above 0.
    pub fn new(design: &'a Design, labels: &[f64], hinge: Hinge, lambda: f64) -> Result<Self, ProblemError> {
        same_length("the labels", labels.len(), design.rows())?;
        let classes = Classes::of(labels)?;
        let lambda = crate::prox::above("lambda", lambda, 0.0, "a finite number above 0")?;
        Ok(Self { design, signs: classes.signs(labels), classes, weights: None, hinge, lambda })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as rows, one is negative or not finite, or all rows of a class have weight 0.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        same_length("weights", weights.len(), self.signs.len())?;
        all_nonnegative("weight", &weights)?;
        Classes::both_present(&self.signs, &weights)?;
        self.weights = Some(weights);
        Ok(self)
    }

    /// The design matrix X.
    pub fn design(&self) -> &'a Design {
        self.design
    }

    /// The labels as -1 and +1.
    pub fn signs(&self) -> &[f64] {
        &self.signs
    }

    /// The labels of the classes -1 and +1, as given.
    pub fn classes(&self) -> (f64, f64) {
        self.classes.labels()
    }

    /// The hinge.
    pub fn hinge(&self) -> Hinge {
        self.hinge
    }

    /// The strength lambda.
    pub fn lambda(&self) -> f64 {
        self.lambda
    }

    /// The weight of row i.
    pub fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[i])
    }

    /// The upper bound of `a_i`; 0 for a row of weight 0.
    pub fn bound(&self, i: usize) -> f64 {
        match (self.hinge, self.weight(i)) {
            (Hinge::Linear, w) => w,
            (Hinge::Squared, 0.0) => 0.0,
            (Hinge::Squared, _) => f64::INFINITY,
        }
    }

    /// The coefficient of `a_i^2 / 2` in minus the dual objective, beside the Gram matrix: `1 / (2 w_i)` for the squared
    /// hinge.
    pub fn diagonal(&self, i: usize) -> f64 {
        match (self.hinge, self.weight(i)) {
            (Hinge::Linear, _) | (Hinge::Squared, 0.0) => 0.0,
            (Hinge::Squared, w) => 0.5 / w,
        }
    }

    /// The point with `a = 0`, `x = 0`.
    pub fn null_point(&self) -> SvmPoint {
        SvmPoint { coefficients: vec![0.0; self.design.columns()], dual: vec![0.0; self.signs.len()] }
    }

    /// The objective there: the sum of the weights.
    pub fn null_objective(&self) -> f64 {
        self.weights.as_ref().map_or(self.signs.len() as f64, |w| dense::sum(w))
    }

    /// Checks lengths, and that all numbers are finite and the dual ones in their bounds.
    ///
    /// # Errors
    /// If they are not.
    pub fn check_point(&self, point: &SvmPoint) -> Result<(), ProblemError> {
        same_length("the coefficients", point.coefficients.len(), self.design.columns())?;
        same_length("the dual variables", point.dual.len(), self.signs.len())?;
        all_finite("coefficient", &point.coefficients)?;
        all_nonnegative("dual variable", &point.dual)?;
        match point.dual.iter().enumerate().find(|&(i, a)| *a > self.bound(i)) {
            Some((_, &value)) => {
                let expected = "at most the row's weight";
                Err(ProblemError::Parameter { what: "a dual variable", value, expected })
            }
            None => Ok(()),
        }
    }

    /// `x = X'(y a) / lambda`, the coefficients that belong to dual variables.
    pub fn coefficients_of(&self, dual: &[f64], out: &mut [f64]) {
        let signed: Vec<f64> = dual.iter().zip(&self.signs).map(|(a, y)| a * y).collect();
        self.design.multiply_transposed(&signed, out);
        out.iter_mut().for_each(|x| *x /= self.lambda);
    }

    /// The objective at x with `fit = X x`.
    pub fn objective_at(&self, coefficients: &[f64], fit: &[f64]) -> f64 {
        let rows = fit.iter().zip(&self.signs).enumerate().fold(0.0, |s, (i, (z, y))| {
            let missing = positive_part(1.0 - y * z);
            s + self.weight(i) * if self.hinge == Hinge::Linear { missing } else { missing * missing }
        });
        rows + 0.5 * self.lambda * dense::sum_squares(coefficients)
    }

    /// The dual objective at a with `x = X'(y a) / lambda`.
    pub fn dual_objective(&self, dual: &[f64], coefficients: &[f64]) -> f64 {
        let rows = dual.iter().enumerate().fold(0.0, |s, (i, a)| s + a - 0.5 * self.diagonal(i) * a * a);
        rows - 0.5 * self.lambda * dense::sum_squares(coefficients)
    }

    /// The gap between the objective at x (with `fit = X x`) and the dual one at a: row by row
    /// `w h(m) + (w h)^*(-a) + a m`, and `lambda |x - X'(y a) / lambda|^2 / 2`, all at least 0.
    pub fn gap(&self, point: &SvmPoint, fit: &[f64]) -> f64 {
        let mut own = vec![0.0; point.coefficients.len()];
        self.coefficients_of(&point.dual, &mut own);
        let rows = point.dual.iter().enumerate().fold(0.0, |s, (i, &a)| {
            let (w, margin) = (self.weight(i), self.signs[i] * fit[i]);
            let missing = 1.0 - margin;
            s + match self.hinge {
                _ if w == 0.0 => 0.0,
                Hinge::Linear if missing > 0.0 => (w - a) * missing,
                Hinge::Linear => a * -missing,
                Hinge::Squared if missing > 0.0 => {
                    let d = missing - 0.5 * a / w;
                    w * d * d
                }
                Hinge::Squared => a * -missing + 0.25 * a * a / w,
            }
        });
        let apart = point.coefficients.iter().zip(&own).fold(0.0, |s, (x, o)| s + (x - o) * (x - o));
        rows + 0.5 * self.lambda * apart
    }

    /// The slope of minus the dual objective along `a_i`, as far as the bounds let it count.
    pub fn projected_gradient(&self, i: usize, a: f64, fit: f64) -> f64 {
        let g = self.signs[i] * fit - 1.0 + self.diagonal(i) * a;
        if a <= 0.0 && a >= self.bound(i) {
            0.0
        } else if a <= 0.0 {
            g.min(0.0)
        } else if a >= self.bound(i) {
            g.max(0.0)
        } else {
            g
        }
    }

    /// A fingerprint of all data of the problem.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fingerprint::default();
        hash.text("linear svm");
        self.design.fingerprint(&mut hash);
        hash.numbers(&self.signs);
        hash.numbers(self.weights.as_deref().unwrap_or_default());
        hash.word(u64::from(self.hinge == Hinge::Squared));
        hash.numbers(&[self.lambda]);
        hash.finish()
    }
}
