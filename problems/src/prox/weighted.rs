//! A weight for every coordinate.

use super::{ConvexPenalty, Piece, SeparablePenalty};
use crate::error::ProblemError;
use crate::fingerprint::Fingerprint;
use crate::sets;

/// `w_j psi_j(x_j)` with weights `0 <= w_j <= inf`: 0 takes the penalty from a coordinate and leaves its bounds, infinity
/// holds the coordinate at rest, which excludes the feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted<P> {
    penalty: P,
    weights: Vec<f64>,
    /// What weight 0 leaves.
    free: sets::Box,
    /// What an infinite weight leaves.
    rest: sets::Box,
}

/// What the function of a coordinate is.
enum Part<'a, P> {
    Scaled(&'a P, f64),
    Box(&'a sets::Box),
}

impl<P: ConvexPenalty> Weighted<P> {
    /// The penalty with a weight for each column.
    ///
    /// # Errors
    /// If a weight is negative or NaN.
    pub fn new(penalty: P, weights: Vec<f64>) -> Result<Self, ProblemError> {
        if let Some(index) = weights.iter().position(|w| w.is_nan() || *w < 0.0) {
            return Err(ProblemError::Negative { what: "penalty weight", index, value: weights[index] });
        }
        let ((lower, upper), at) = (penalty.domain(), penalty.rest_at(0));
        Ok(Self { free: sets::Box::new(lower, upper)?, rest: sets::Box::new(at, at)?, penalty, weights })
    }

    /// The weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn part(&self, j: usize) -> Part<'_, P> {
        match self.weights.get(j).copied() {
            Some(0.0) => Part::Box(&self.free),
            Some(f64::INFINITY) => Part::Box(&self.rest),
            weight => Part::Scaled(&self.penalty, weight.unwrap_or(1.0)),
        }
    }
}

impl<P: ConvexPenalty> super::Proximable for Weighted<P> {
    fn value(&self, x: &[f64]) -> f64 {
        x.iter().enumerate().fold(0.0, |s, (j, &x)| s + self.value_at(j, x))
    }
    fn prox(&self, x: &mut [f64], step: f64) {
        x.iter_mut().enumerate().for_each(|(j, x)| *x = self.prox_at(j, *x, step));
    }
}

impl<P: ConvexPenalty> SeparablePenalty for Weighted<P> {
    fn name(&self) -> &'static str {
        self.penalty.name()
    }
    fn value_at(&self, j: usize, x: f64) -> f64 {
        match self.part(j) {
            Part::Scaled(p, w) => w * p.value_at(j, x),
            Part::Box(b) => b.value_at(j, x),
        }
    }
    #[inline]
    fn prox_at(&self, j: usize, u: f64, step: f64) -> f64 {
        match self.part(j) {
            // A product that underflows would be no step.
            Part::Scaled(p, w) => p.prox_at(j, u, (w * step).max(f64::MIN_POSITIVE)),
            Part::Box(b) => b.prox_at(j, u, step),
        }
    }
    fn rest_at(&self, j: usize) -> f64 {
        match self.part(j) {
            Part::Scaled(p, _) => p.rest_at(j),
            Part::Box(b) => b.rest_at(j),
        }
    }
    fn subdifferential_distance(&self, j: usize, x: f64, c: f64) -> f64 {
        match self.part(j) {
            Part::Scaled(p, w) => w * p.subdifferential_distance(j, x, c / w),
            Part::Box(b) => b.subdifferential_distance(j, x, c),
        }
    }
    fn slack_at(&self, j: usize, x: f64, c: f64) -> f64 {
        match self.part(j) {
            Part::Scaled(p, w) => w * p.slack_at(j, x, c / w),
            Part::Box(b) => b.slack_at(j, x, c),
        }
    }
    fn piece_at(&self, j: usize, x: f64) -> Option<Piece> {
        match self.part(j) {
            Part::Scaled(p, w) => {
                p.piece_at(j, x).map(|piece| Piece { slope: w * piece.slope, curvature: w * piece.curvature, ..piece })
            }
            Part::Box(b) => b.piece_at(j, x),
        }
    }
    fn domain(&self) -> (f64, f64) {
        self.penalty.domain()
    }
    /// Of the weighted coordinates; those of weight 0 have no strength, and move at every strength.
    fn null_strength(&self, correlations: &[f64]) -> Option<f64> {
        let unit = |j: usize, c: f64| match self.part(j) {
            Part::Scaled(_, w) => c / w,
            Part::Box(_) => 0.0,
        };
        self.penalty.null_strength(&correlations.iter().enumerate().map(|(j, &c)| unit(j, c)).collect::<Vec<_>>())
    }
    fn parameters(&self) -> Vec<(&'static str, f64)> {
        self.penalty.parameters()
    }
    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.penalty.fingerprint(hash);
        hash.text("weighted");
        hash.numbers(&self.weights);
    }
    fn convex(&self) -> Option<&dyn ConvexPenalty> {
        Some(self)
    }
}

impl<P: ConvexPenalty> ConvexPenalty for Weighted<P> {
    fn fenchel_gap_at(&self, j: usize, x: f64, c: f64) -> f64 {
        match self.part(j) {
            Part::Scaled(p, w) => w * p.fenchel_gap_at(j, x, c / w),
            Part::Box(b) => b.fenchel_gap_at(j, x, c),
        }
    }
    fn dual_limit_at(&self, j: usize, c: f64) -> f64 {
        match self.part(j) {
            Part::Scaled(p, w) => p.dual_limit_at(j, c / w),
            Part::Box(b) => b.dual_limit_at(j, c),
        }
    }
    /// An unpenalised coordinate makes `c_j = 0` a constraint, which no multiple of a dual point meets.
    fn gap_closes(&self) -> bool {
        self.penalty.gap_closes() && (self.free.gap_closes() || self.weights.iter().all(|w| *w > 0.0))
    }
    fn forced_value_at(&self, j: usize, c: f64, radius: f64) -> Option<f64> {
        match self.part(j) {
            Part::Scaled(p, w) => p.forced_value_at(j, c / w, radius / w),
            Part::Box(b) => b.forced_value_at(j, c, radius),
        }
    }
}
