//! Classification that is best for the group it serves worst.

use super::samples::Constants;
use super::{FiniteSumOperator, Law, Part, Pick, TwoWayMatrix};
use crate::Fingerprint;
use crate::error::{ProblemError, same_length};
use thalweg_kernels::{dense, scalar};

/// `min_x max_w sum_g w_g (mean over group g of log(1 + exp(-b_i a_i'x))) + ridge |x|^2 / 2`, w in the simplex of the groups:
/// `u = (x, w)` (S. Sagawa, P. W. Koh, T. Hashimoto, P. Liang, *Distributionally robust neural networks*, ICLR 2020; M. Mohri,
/// G. Sivek, A. Suresh, *Agnostic federated learning*, ICML 2019). At the solution every group with weight has the largest loss.
///
/// Monotone where `w >= 0`; the constants hold on the simplex.
#[derive(Clone, Debug)]
pub struct FairClassification {
    matrix: TwoWayMatrix,
    signs: Vec<f64>,
    groups: Vec<usize>,
    /// n over the size of each group.
    weights: Vec<f64>,
    ridge: f64,
    constants: Constants,
}

impl FairClassification {
    /// The problem with these samples (rows), labels -1 or 1, groups numbered from 0 without a gap, and a ridge.
    ///
    /// # Errors
    /// If the lengths differ, a label is not -1 or 1, a group is empty, or the ridge is negative or not finite.
    pub fn new(matrix: TwoWayMatrix, signs: Vec<f64>, groups: Vec<usize>, ridge: f64) -> Result<Self, ProblemError> {
        same_length("the labels", signs.len(), matrix.rows())?;
        same_length("the groups", groups.len(), matrix.rows())?;
        let ridge = crate::prox::strength("the ridge", ridge)?;
        if let Some(&value) = signs.iter().find(|s| s.abs() != 1.0) {
            return Err(ProblemError::Parameter { what: "a label", value, expected: "-1 or 1" });
        }
        let count = groups.iter().max().map_or(0, |g| g.saturating_add(1));
        if count > groups.len() {
            return Err(ProblemError::Structure("a group has no sample".to_owned()));
        }
        let mut sizes = vec![0.0; count];
        groups.iter().for_each(|&g| sizes[g] += 1.0);
        if sizes.contains(&0.0) {
            return Err(ProblemError::Structure("a group has no sample".to_owned()));
        }
        let n = groups.len() as f64;
        let weights: Vec<f64> = sizes.iter().map(|s| n / s).collect();
        // The Jacobian on the direction of a_i (r = |a_i|) and w_g: weight [r^2 / 4, r; -r, 0] at most, and the ridge.
        let constant = |s: f64, g: usize| weights[g] * (s * s / 16.0 + 2.0 * s).sqrt() + ridge;
        let constants: Vec<f64> = matrix.row_squares().into_iter().zip(&groups).map(|(s, &g)| constant(s, g)).collect();
        Ok(Self { matrix, signs, groups, weights, ridge, constants: Constants::new(&constants) })
    }

    /// The number of features: `u` has one entry more for each group.
    pub fn features(&self) -> usize {
        self.matrix.columns()
    }

    /// The mean loss of every group at x.
    pub fn losses(&self, x: &[f64]) -> Vec<f64> {
        let mut margins = vec![0.0; self.signs.len()];
        self.matrix.times(x, &mut margins);
        let mut losses = vec![0.0; self.weights.len()];
        for (i, margin) in margins.iter().enumerate() {
            losses[self.groups[i]] += scalar::softplus(-self.signs[i] * margin);
        }
        let n = self.signs.len() as f64;
        losses.iter().zip(&self.weights).map(|(l, w)| l * w / n).collect()
    }

    /// The slope and the loss of a margin.
    fn loss(&self, i: usize, margin: f64) -> (f64, f64) {
        let z = -self.signs[i] * margin;
        (-self.signs[i] * scalar::sigmoid(z), scalar::softplus(z))
    }
}

impl FiniteSumOperator for FairClassification {
    fn name(&self) -> &'static str {
        "fair classification"
    }
    fn dimension(&self) -> usize {
        self.features() + self.weights.len()
    }
    fn parts(&self) -> &[Part] {
        &self.constants.parts
    }
    fn apply(&self, u: &[f64], out: &mut [f64]) {
        let (x, w) = u.split_at(self.features());
        let (x_out, w_out) = out.split_at_mut(self.features());
        let n = self.signs.len() as f64;
        let mut slopes = vec![0.0; self.signs.len()];
        self.matrix.times(x, &mut slopes);
        w_out.fill(0.0);
        for (i, slope) in slopes.iter_mut().enumerate() {
            let (g, (derivative, loss)) = (self.groups[i], self.loss(i, *slope));
            w_out[g] -= self.weights[g] * loss / n;
            *slope = self.weights[g] * w[g] * derivative / n;
        }
        self.matrix.transposed_times(&slopes, x_out);
        dense::axpy(self.ridge, x, x_out);
    }
    fn add_differences(&self, _: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]) {
        let ((x, w), (x0, w0)) = (u.split_at(self.features()), v.split_at(self.features()));
        let (x_out, w_out) = out.split_at_mut(self.features());
        let total = picks.iter().fold(0.0, |s, p| s + p.scale);
        for pick in picks {
            let (i, g) = (pick.index, self.groups[pick.index]);
            let (here, there) = (self.loss(i, self.matrix.row_dot(i, x)), self.loss(i, self.matrix.row_dot(i, x0)));
            let scale = pick.scale * self.weights[g];
            self.matrix.add_row(i, scale * (w[g] * here.0 - w0[g] * there.0), x_out);
            w_out[g] -= scale * (here.1 - there.1);
        }
        dense::axpy(total * self.ridge, x, x_out);
        dense::axpy(-total * self.ridge, x0, x_out);
    }
    fn lipschitz_on_average(&self, law: Law) -> Option<f64> {
        self.constants.on_average(law)
    }
    /// The mean over the samples bounds that of the whole.
    fn lipschitz(&self) -> Option<f64> {
        self.constants.on_average(Law::Importance)
    }
    fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        print.word(self.matrix.fingerprint());
        print.numbers(&self.signs);
        self.groups.iter().for_each(|&g| print.word(g as u64));
        print.word(self.ridge.to_bits());
        print.finish()
    }
}
