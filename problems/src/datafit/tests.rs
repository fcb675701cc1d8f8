//! What must hold for every loss. A new one joins by its entry in [`samples`].

mod by_rows;
mod conjugates;
mod derivatives;
mod extremes;
mod shifts;
mod weights;

use super::*;
use crate::error::ProblemError;
use proptest::prelude::*;

/// A loss on a few rows, with the convex function of one row and its conjugate's domain written down on their own.
struct Sample {
    label: &'static str,
    datafit: Box<dyn Datafit>,
    /// The loss of row i at z, without its weight.
    row: Box<dyn Fn(usize, f64) -> f64>,
    weights: Vec<f64>,
    /// `phi_i^*(-v)` over the domain of v, with that domain (the formulas of the dual objective in the table of losses).
    conjugate: Box<dyn Fn(usize, f64) -> f64>,
    domain: Box<dyn Fn(usize) -> (f64, f64)>,
}

const TARGETS: [f64; 6] = [1.5, -0.3, 0.0, 2.25, -4.0, 0.125];
const LABELS: [f64; 6] = [3.0, 1.0, 1.0, 3.0, 3.0, 1.0];
const SIGNS: [f64; 6] = [1.0, -1.0, -1.0, 1.0, 1.0, -1.0];
const WEIGHTS: [f64; 6] = [1.0, 0.5, 0.0, 3.0, 1e-3, 2.0];

fn quadratic(weights: Option<&[f64]>) -> Quadratic {
    let plain = Quadratic::new(TARGETS.to_vec()).unwrap();
    match weights {
        Some(w) => plain.with_weights(w.to_vec()).unwrap(),
        None => plain,
    }
}

fn logistic(weights: Option<&[f64]>) -> Logistic {
    let plain = Logistic::from_labels(&LABELS).unwrap();
    match weights {
        Some(w) => plain.with_weights(w.to_vec()).unwrap(),
        None => plain,
    }
}

/// `x log x`, 0 at 0.
fn entropy(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * x.ln() }
}

fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    for weights in [None, Some(WEIGHTS.as_slice())] {
        let w = weights.map_or(vec![1.0; 6], <[f64]>::to_vec);
        let (w1, w2, w3) = (w.clone(), w.clone(), w.clone());
        all.push(Sample {
            label: if weights.is_some() { "squared, weighted" } else { "squared" },
            datafit: Box::new(quadratic(weights)),
            row: Box::new(|i, z| 0.5 * (TARGETS[i] - z).powi(2)),
            conjugate: Box::new(move |i, v| if w1[i] == 0.0 { 0.0 } else { v * v / (2.0 * w1[i]) - TARGETS[i] * v }),
            domain: Box::new(move |i| if w2[i] == 0.0 { (0.0, 0.0) } else { (f64::NEG_INFINITY, f64::INFINITY) }),
            weights: w.clone(),
        });
        all.push(Sample {
            label: if weights.is_some() { "logistic, weighted" } else { "logistic" },
            datafit: Box::new(logistic(weights)),
            row: Box::new(|i, z| (-SIGNS[i] * z).exp().ln_1p()),
            conjugate: Box::new({
                let w = w.clone();
                move |i, v| {
                    let a = if w[i] == 0.0 { 0.0 } else { SIGNS[i] * v / w[i] };
                    w[i] * (entropy(a) + entropy(1.0 - a))
                }
            }),
            domain: Box::new(move |i| if SIGNS[i] > 0.0 { (0.0, w3[i]) } else { (-w3[i], 0.0) }),
            weights: w,
        });
    }
    all
}

fn gradient(datafit: &dyn Datafit, fit: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; fit.len()];
    datafit.gradient(fit, &mut out);
    out
}

fn curvature(datafit: &dyn Datafit, fit: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; fit.len()];
    datafit.curvature(fit, &mut out);
    out
}

/// `-phi'(z)`.
fn natural_dual(datafit: &dyn Datafit, fit: &[f64]) -> Vec<f64> {
    gradient(datafit, fit).iter().map(|g| -g).collect()
}

/// The gap at the natural dual: rounding of `a = w p` by two ulps, which counts as `d^2 / (2 p (1 - p))`.
fn gap_of_rounding(s: &Sample, fit: &[f64]) -> f64 {
    let ulp = 2.0 * f64::EPSILON;
    let row = |i: usize| {
        let bound = if s.label.starts_with("logistic") {
            (ulp * ulp * (SIGNS[i] * fit[i]).abs().min(700.0).exp()).min(ulp)
        } else {
            (ulp * (TARGETS[i] - fit[i])).powi(2)
        };
        if s.weights[i] == 0.0 { 0.0 } else { s.weights[i] * bound }
    };
    (0..6).map(row).sum()
}

fn fits() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![-5.0..5.0f64, -30.0..30.0f64, Just(0.0), Just(-0.0)], 6)
}
