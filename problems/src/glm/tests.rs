//! Generalised linear models: duality, the null model, real data, scores.

mod duality;
mod elastic_net;
mod null_model;
mod prediction;
mod real_data;

use super::*;
use crate::datafit::{Logistic, Quadratic};
use crate::generate::gaussian::{Regression, spiked_regression};
use crate::generate::reference_random::SplitMix64;
use crate::prox::{ElasticNet, L1, NonnegativeL1};
use crate::sets::Box as Interval;
use proptest::prelude::*;

/// A small random problem's data.
struct Data {
    design: Design,
    datafits: Vec<Box<dyn Datafit>>,
}

const ROWS: usize = 9;
const COLUMNS: usize = 4;

fn data(seed: u64) -> Data {
    let mut random = SplitMix64::new(seed);
    let entries: Vec<f64> = (0..ROWS * COLUMNS).map(|_| random.normal()).collect();
    let design = Design::from_column_major(ROWS, COLUMNS, entries).unwrap();
    let design = if seed.is_multiple_of(2) { design } else { design.standardized(true, None).unwrap() };
    let targets: Vec<f64> = (0..ROWS).map(|_| 2.0 * random.normal()).collect();
    let labels: Vec<f64> = (0..ROWS).map(|i| if i < 2 { i as f64 } else { (random.below(2)) as f64 }).collect();
    let weights: Vec<f64> = (0..ROWS).map(|i| if i == 5 { 0.0 } else { 0.1 + 2.0 * random.uniform() }).collect();
    let (squared, logistic) = (Quadratic::new(targets).unwrap(), Logistic::from_labels(&labels).unwrap());
    let datafits: Vec<Box<dyn Datafit>> = vec![
        Box::new(squared.clone()),
        Box::new(squared.with_weights(weights.clone()).unwrap()),
        Box::new(logistic.clone()),
        Box::new(logistic.with_weights(weights).unwrap()),
    ];
    Data { design, datafits }
}

fn penalties() -> Vec<Box<dyn SeparablePenalty>> {
    vec![
        Box::new(L1::new(0.8).unwrap()),
        Box::new(NonnegativeL1::new(0.8).unwrap()),
        Box::new(ElasticNet::new(0.8, 0.3).unwrap()),
        Box::new(ElasticNet::new(0.0, 0.3).unwrap()),
        Box::new(Interval::new(-0.5, 1.0).unwrap()),
        Box::new(Interval::new(0.0, f64::INFINITY).unwrap()),
        Box::new(L1::new(0.0).unwrap()),
    ]
}

/// A point of the domain, with some coordinates at rest.
fn some_point(penalty: &dyn SeparablePenalty, random: &mut SplitMix64) -> Vec<f64> {
    (0..COLUMNS)
        .map(|j| {
            let x = if random.uniform() < 0.4 { 0.0 } else { 1.5 * random.normal() };
            penalty.prox_at(j, x, f64::MIN_POSITIVE)
        })
        .collect()
}

fn fit_of<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, point: &GlmPoint) -> Vec<f64> {
    let mut fit = vec![0.0; problem.design().rows()];
    problem.fit(point, &mut fit);
    fit
}
