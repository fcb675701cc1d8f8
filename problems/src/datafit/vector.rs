//! Losses of several targets: smooth convex functions of a fit with q numbers for each row.

use super::{Datafit, Quadratic, Smoothness};
use crate::error::{ProblemError, same_length};
use crate::fingerprint::Fingerprint;
use thalweg_kernels::dense;

/// A smooth convex loss `sum over i of phi_i(z_i1, ..., z_iq)`. Fits, gradients and dual points have `n q` numbers, target by
/// target: the n rows of target 0, then those of target 1. Everything else is as in [`Datafit`].
pub trait VectorDatafit: Send + Sync {
    /// The name in options and output.
    fn name(&self) -> &'static str;
    /// The number of rows, n.
    fn rows(&self) -> usize;
    /// The number of targets, q.
    fn targets(&self) -> usize;
    /// `sum phi_i`.
    fn value(&self, fit: &[f64]) -> f64;
    /// The gradient by the fit.
    fn gradient(&self, fit: &[f64], out: &mut [f64]);
    /// A diagonal that bounds the Hessian at the fit from above; the Hessian itself if it is diagonal.
    fn curvature(&self, fit: &[f64], out: &mut [f64]);
    /// For each row a bound of the largest eigenvalue of its Hessian, over all fits.
    fn smoothness(&self) -> Smoothness<'_>;
    /// `sum of inf phi_i`: what objectives are measured from.
    fn infimum(&self) -> f64 {
        0.0
    }
    /// Whether the Hessian is that of [`smoothness`](Self::smoothness) everywhere, times the identity.
    fn is_quadratic(&self) -> bool {
        false
    }
    /// The constants, one for each target, that minimise the loss when added to the fit.
    fn best_shift(&self, fit: &[f64]) -> Vec<f64>;
    /// Moves the dual point to one in the domain of the conjugate whose entries sum to 0 for each target.
    fn balance(&self, dual: &mut [f64]);
    /// The multiple of the dual point at which the dual objective of the loss is largest, as far as it is cheap to know.
    fn best_dual_scale(&self, dual: &[f64]) -> f64 {
        let _ = dual;
        1.0
    }
    /// `sum of phi_i(z_i) + phi_i^*(-s v_i) + s v_i'z_i`, without subtracting large numbers.
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64;
    /// `2 sum of (phi_i - min phi_i)`.
    fn deviance(&self, fit: &[f64]) -> f64 {
        2.0 * self.fenchel_gap(fit, &vec![0.0; fit.len()], 1.0)
    }
    /// The row weights, if they are not all 1.
    fn weights(&self) -> Option<&[f64]>;
    /// The same loss with other row weights.
    ///
    /// # Errors
    /// If the weights do not fit.
    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn VectorDatafit>, ProblemError>;
    /// Adds the data to a problem's fingerprint.
    fn fingerprint(&self, hash: &mut Fingerprint);
}

/// A loss of one target as one of several.
#[derive(Debug)]
pub struct Single<D>(pub D);

impl<D: std::ops::Deref<Target: Datafit> + Send + Sync> VectorDatafit for Single<D> {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn rows(&self) -> usize {
        self.0.rows()
    }
    fn targets(&self) -> usize {
        1
    }
    fn value(&self, fit: &[f64]) -> f64 {
        self.0.value(fit)
    }
    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        self.0.gradient(fit, out);
    }
    fn curvature(&self, fit: &[f64], out: &mut [f64]) {
        self.0.curvature(fit, out);
    }
    fn smoothness(&self) -> Smoothness<'_> {
        self.0.smoothness()
    }
    fn infimum(&self) -> f64 {
        self.0.infimum()
    }
    fn is_quadratic(&self) -> bool {
        self.0.is_quadratic()
    }
    fn best_shift(&self, fit: &[f64]) -> Vec<f64> {
        vec![self.0.best_shift(fit)]
    }
    fn balance(&self, dual: &mut [f64]) {
        self.0.balance(dual);
    }
    fn best_dual_scale(&self, dual: &[f64]) -> f64 {
        self.0.best_dual_scale(dual)
    }
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        self.0.fenchel_gap(fit, dual, scale)
    }
    fn deviance(&self, fit: &[f64]) -> f64 {
        self.0.deviance(fit)
    }
    fn weights(&self) -> Option<&[f64]> {
        self.0.weights()
    }
    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn VectorDatafit>, ProblemError> {
        Ok(Box::new(Single(self.0.reweighted(weights)?)))
    }
    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.0.fingerprint(hash);
    }
}

/// `sum over i of w_i |y_i - z_i|^2 / 2` for targets `y_i` of q numbers: least squares target by target.
#[derive(Clone, Debug)]
pub struct MultiQuadratic {
    targets: Vec<Quadratic>,
}

impl MultiQuadratic {
    /// From the targets, `targets[t]` being the n numbers of target t.
    ///
    /// # Errors
    /// If there are none, they differ in length, or one is not finite.
    pub fn new(targets: Vec<Vec<f64>>) -> Result<Self, ProblemError> {
        let Some(n) = targets.first().map(Vec::len) else {
            return Err(ProblemError::Parameter { what: "the number of targets", value: 0.0, expected: "at least 1" });
        };
        targets.iter().try_for_each(|t| same_length("a target", t.len(), n))?;
        Ok(Self { targets: targets.into_iter().map(Quadratic::new).collect::<Result<_, _>>()? })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as rows, or one is negative or not finite.
    pub fn with_weights(self, weights: &[f64]) -> Result<Self, ProblemError> {
        let weighted = self.targets.into_iter().map(|t| t.with_weights(weights.to_vec()));
        Ok(Self { targets: weighted.collect::<Result<_, _>>()? })
    }

    fn parts<'a>(&'a self, fit: &'a [f64]) -> impl Iterator<Item = (&'a Quadratic, &'a [f64])> {
        self.targets.iter().zip(fit.chunks(self.rows()))
    }
}

impl VectorDatafit for MultiQuadratic {
    fn name(&self) -> &'static str {
        "squared"
    }
    fn rows(&self) -> usize {
        self.targets[0].targets().len()
    }
    fn targets(&self) -> usize {
        self.targets.len()
    }
    fn value(&self, fit: &[f64]) -> f64 {
        self.parts(fit).fold(0.0, |s, (t, z)| s + t.value(z))
    }
    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        let n = self.rows();
        self.parts(fit).zip(out.chunks_mut(n)).for_each(|((t, z), o)| t.gradient(z, o));
    }
    fn curvature(&self, fit: &[f64], out: &mut [f64]) {
        let n = self.rows();
        self.parts(fit).zip(out.chunks_mut(n)).for_each(|((t, z), o)| t.curvature(z, o));
    }
    fn smoothness(&self) -> Smoothness<'_> {
        self.targets[0].smoothness()
    }
    fn is_quadratic(&self) -> bool {
        true
    }
    fn best_shift(&self, fit: &[f64]) -> Vec<f64> {
        self.parts(fit).map(|(t, z)| t.best_shift(z)).collect()
    }
    fn balance(&self, dual: &mut [f64]) {
        let n = self.rows();
        self.targets.iter().zip(dual.chunks_mut(n)).for_each(|(t, v)| t.balance(v));
    }
    /// Maximises `s y'v - s^2 sum of v_i^2 / (2 w_i)` over all targets together.
    fn best_dual_scale(&self, dual: &[f64]) -> f64 {
        let (mut product, mut square) = (0.0, 0.0);
        for (t, v) in self.parts(dual) {
            product += dense::dot(t.targets(), v);
            square += match t.weights() {
                None => dense::sum_squares(v),
                Some(w) => v.iter().zip(w).fold(0.0, |s, (v, w)| s + if *v == 0.0 { 0.0 } else { v * (v / w) }),
            };
        }
        let best = product / square;
        if best.is_finite() { best } else { 1.0 }
    }
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        let n = self.rows();
        self.parts(fit).zip(dual.chunks(n)).fold(0.0, |s, ((t, z), v)| s + t.fenchel_gap(z, v, scale))
    }
    fn weights(&self) -> Option<&[f64]> {
        self.targets[0].weights()
    }
    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn VectorDatafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(&weights)?))
    }
    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text("targets");
        self.targets.iter().for_each(|t| t.fingerprint(hash));
    }
}
