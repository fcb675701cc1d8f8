//! Maximising the area under the ROC curve.

use super::samples::Constants;
use super::{FiniteSumOperator, Law, Part, Pick, TwoWayMatrix};
use crate::Fingerprint;
use crate::error::{ProblemError, same_length};
use thalweg_kernels::dense;

/// The saddle form of AUC maximisation with the squared loss (Y. Ying, L. Wen, S. Lyu, NeurIPS 2016): scores `w'x`, auxiliary
/// a and b, dual alpha, `u = (w, a, b, alpha)`; with the share p of positive samples, a sample's function is
///
/// ```text
/// positive: (1 - p) (w'x - a)^2 - 2 (1 + alpha) (1 - p) w'x - p (1 - p) alpha^2 + ridge |w|^2 / 2
/// negative:      p  (w'x - b)^2 + 2 (1 + alpha)      p  w'x - p (1 - p) alpha^2 + ridge |w|^2 / 2
/// ```
///
/// At the solution a and b are the mean scores of the positive and the negative samples, and `alpha = b - a`.
#[derive(Clone, Debug)]
pub struct AucSaddle {
    matrix: TwoWayMatrix,
    positive: Vec<bool>,
    /// p.
    share: f64,
    ridge: f64,
    constants: Constants,
}

impl AucSaddle {
    /// The problem with these samples (rows), which of them are positive, and a ridge.
    ///
    /// # Errors
    /// If the lengths differ, one class is empty, or the ridge is negative or not finite.
    pub fn new(matrix: TwoWayMatrix, positive: Vec<bool>, ridge: f64) -> Result<Self, ProblemError> {
        same_length("the labels", positive.len(), matrix.rows())?;
        let ridge = crate::prox::strength("the ridge", ridge)?;
        let count = positive.iter().filter(|p| **p).count();
        if count == 0 || count == positive.len() {
            let hint = "the area under the ROC curve needs samples of both classes";
            return Err(ProblemError::Structure(hint.to_owned()));
        }
        let p = count as f64 / positive.len() as f64;
        // On the direction of x_i (r = |x_i|), a or b, alpha: c [r^2, -r, -+r; -r, 1, 0; +-r, 0, 0] and the diagonal terms.
        let constant = |s: f64, positive: bool| {
            let c = 2.0 * if positive { 1.0 - p } else { p };
            let e = 2.0 * p * (1.0 - p);
            ((c * s + ridge).powi(2) + 4.0 * c * c * s + c * c + e * e).sqrt().max(ridge)
        };
        let constants: Vec<f64> =
            matrix.row_squares().into_iter().zip(&positive).map(|(s, &y)| constant(s, y)).collect();
        Ok(Self { matrix, positive, share: p, ridge, constants: Constants::new(&constants) })
    }

    /// The number of features: `u` has three entries more.
    pub fn features(&self) -> usize {
        self.matrix.columns()
    }

    /// The class weight of a sample, and the sign of its alpha term.
    fn class(&self, i: usize) -> (f64, f64, usize) {
        let d = self.features();
        if self.positive[i] { (2.0 * (1.0 - self.share), -1.0, d) } else { (2.0 * self.share, 1.0, d + 1) }
    }
}

impl FiniteSumOperator for AucSaddle {
    fn name(&self) -> &'static str {
        "area under the ROC curve"
    }
    fn dimension(&self) -> usize {
        self.features() + 3
    }
    fn parts(&self) -> &[Part] {
        &self.constants.parts
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        let (d, n) = (self.features(), self.positive.len());
        let (w, alpha) = (&u[..d], u[d + 2]);
        let mut scores = vec![0.0; n];
        self.matrix.times(w, &mut scores);
        let (mut of_auxiliary, mut of_alpha) = ([0.0; 2], 0.0);
        for (i, score) in scores.iter_mut().enumerate() {
            let (c, sign, auxiliary) = self.class(i);
            let distance = *score - u[auxiliary];
            of_auxiliary[auxiliary - d] -= c * distance;
            of_alpha -= sign * c * *score;
            *score = c * (distance + sign * (1.0 + alpha)) / n as f64;
        }
        let (w_out, rest) = out.split_at_mut(d);
        self.matrix.transposed_times(&scores, w_out);
        dense::axpy(self.ridge, w, w_out);
        rest[0] = of_auxiliary[0] / n as f64;
        rest[1] = of_auxiliary[1] / n as f64;
        rest[2] = of_alpha / n as f64 + 2.0 * self.share * (1.0 - self.share) * alpha;
    }
    fn add_differences(&self, _: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        let d = self.features();
        let total = picks.iter().fold(0.0, |s, p| s + p.scale);
        for pick in picks {
            let (c, sign, auxiliary) = self.class(pick.index);
            let moved = self.matrix.row_dot(pick.index, &u[..d]) - self.matrix.row_dot(pick.index, &v[..d]);
            let distance = moved - (u[auxiliary] - v[auxiliary]);
            let slope = c * (distance + sign * (u[d + 2] - v[d + 2]));
            self.matrix.add_row(pick.index, pick.scale * slope, &mut out[..d]);
            out[auxiliary] -= pick.scale * c * distance;
            out[d + 2] -= pick.scale * sign * c * moved;
        }
        out[d + 2] += total * 2.0 * self.share * (1.0 - self.share) * (u[d + 2] - v[d + 2]);
        dense::axpy(total * self.ridge, &u[..d], &mut out[..d]);
        dense::axpy(-total * self.ridge, &v[..d], &mut out[..d]);
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        self.constants.on_average(law)
    }
    /// The mean over the samples bounds that of the whole.
    fn lipschitz(&self) -> Option<f64> {
        self.constants.on_average(Law::Importance)
    }
    fn is_affine(&self) -> bool {
        true
    }
    fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.word(self.matrix.fingerprint());
        self.positive.iter().for_each(|&p| print.word(u64::from(p)));
        print.word(self.ridge.to_bits());
        print.finish()
    }
}
