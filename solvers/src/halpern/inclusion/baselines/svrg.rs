//! SVRG inside other iterations.

use super::{Sampled, SnapshotScheme, Vectors};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// `u+ = J(u - step [F(w) + F_i(u) - F_i(w)])` (B. Palaniappan, F. Bach, NeurIPS 2016, with snapshots at random times).
/// Default step `1 / (3 L)`, for cocoercive or strongly monotone problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SvrgForwardBackward;

/// SVRE: extragradient with an SVRG estimate in both halves (T. Chavdarova, G. Gidel, F. Fleuret, S. Lacoste-Julien, NeurIPS
/// 2019), epochs of geometric length. Default step `1 / (10 L)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StochasticExtragradient;

/// `out = J(u - step [F(w) + F_i(at) - F_i(w)])`.
fn svrg_step(
    step: f64,
    (u, at, out): (&[f64], &[f64], &mut [f64]),
    (w, fw): (&[f64], &[f64]),
    oracles: &mut Sampled<'_, '_, '_>,
) {
    oracles.draw();
    dense::scaled_add(1.0, u, -step, fw, out);
    oracles.add_difference(-step, at, w, out);
    oracles.resolve(step, out);
}

impl SnapshotScheme for SvrgForwardBackward {
    const NAME: &'static str = "svrg";

    fn default_step(&self, lipschitz: f64, _: f64) -> f64 {
        1.0 / (3.0 * lipschitz)
    }

    fn iterate(&self, step: f64, _: f64, vectors: &mut Vectors, oracles: &mut Sampled<'_, '_, '_>) {
        let Vectors { u, w, fw, a, .. } = vectors;
        svrg_step(step, (u, u, a), (w, fw), oracles);
        std::mem::swap(u, a);
    }
}

impl SnapshotScheme for StochasticExtragradient {
    const NAME: &'static str = "svre";

    fn default_step(&self, lipschitz: f64, _: f64) -> f64 {
        0.1 / lipschitz
    }

    fn iterate(&self, step: f64, _: f64, vectors: &mut Vectors, oracles: &mut Sampled<'_, '_, '_>) {
        let Vectors { u, w, fw, a, b } = vectors;
        svrg_step(step, (u, u, a), (w, fw), oracles);
        svrg_step(step, (u, a, b), (w, fw), oracles);
        std::mem::swap(u, b);
    }
}
