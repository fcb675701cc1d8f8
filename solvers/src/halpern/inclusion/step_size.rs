//! Step sizes where the constant of the operator is not known.

use super::draws::Draws;
use super::oracle::Calls;
use crate::run::MethodError;
use crate::sampling::{Purpose, Stream};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::inclusion::Law;

/// Random directions that probe the operator, and component differences for each.
const PROBES: u64 = 20;
const SAMPLES: usize = 256;

/// An estimate of the Lipschitz constant on average, from below: the largest ratio `sqrt(E |F_i(u) - F_i(v)|^2) / |u - v|`
/// over random v around u.
pub(super) fn probe(calls: &mut Calls<'_, '_>, law: Law, u: &[f64], seed: u64) -> Result<f64, MethodError> {
    let mut draws = Draws::new(calls.problem, law, 1)?;
    let samples = SAMPLES.min(calls.problem.components());
    let radius = 1e-3 * dense::nrm2(u).max(1.0);
    let (mut v, mut difference) = (vec![0.0; u.len()], vec![0.0; u.len()]);
    let mut largest = 0.0;
    for index in 0..PROBES {
        let mut stream = Stream::new(seed, Purpose::Probes, index);
        v.iter_mut().for_each(|v| *v = stream.uniform() - 0.5);
        let length = radius / dense::nrm2(&v);
        dense::axpby(1.0, u, length, &mut v);
        let mut sum = 0.0;
        for _ in 0..samples {
            draws.draw(&mut stream);
            difference.fill(0.0);
            calls.add_difference(&mut draws, 1.0, &v, u, &mut difference);
            sum += dense::sum_squares(&difference);
        }
        let ratio = (sum / samples as f64).sqrt() / radius;
        if ratio > largest {
            largest = ratio;
        }
    }
    Ok(largest)
}

/// Halves the step where the operator is less cocoercive than the step assumes: at every refresh the secant
/// `<F(u) - F(v), u - v> / |F(u) - F(v)|^2` with the refresh before is compared with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Secant {
    point: Vec<f64>,
    value: Vec<f64>,
}

impl Secant {
    pub(super) fn new(point: &[f64], value: &[f64]) -> Self {
        Self { point: point.to_vec(), value: value.to_vec() }
    }

    /// Whether the step is too long; keeps the new point.
    pub(super) fn refuses(&mut self, step: f64, u: &[f64], f: &[f64]) -> bool {
        dense::axpby(1.0, u, -1.0, &mut self.point);
        dense::axpby(1.0, f, -1.0, &mut self.value);
        let (inner, square) = (dense::dot(&self.point, &self.value), dense::sum_squares(&self.value));
        self.point.copy_from_slice(u);
        self.value.copy_from_slice(f);
        square > 0.0 && inner < 1.5 * step * square
    }
}
