//! Variance-reduced extragradient, and its form with one resolvent.

use super::{Sampled, SnapshotScheme, Vectors};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// `v = J(z - step F(w))`, `u+ = J(z - step [F(w) + F_i(v) - F_i(w)])` with `z = (1 - p) u + p w` (A. Alacaoglu, Y. Malitsky,
/// COLT 2022, Algorithm 1). Default `p = 2 / n`, step `0.99 sqrt(p) / L`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VarianceReducedExtragradient;

/// The same with `u+ = v - step (F_i(v) - F_i(w))`: forward-backward-forward, one resolvent for each iteration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VarianceReducedForwardBackwardForward;

/// `a = z - step F(w)`, `b = J(a)`.
fn half_step(step: f64, p: f64, vectors: &mut Vectors, oracles: &mut Sampled<'_, '_, '_>) {
    let Vectors { u, w, fw, a, b } = vectors;
    dense::scaled_add(1.0 - p, u, p, w, a);
    dense::axpy(-step, fw, a);
    b.copy_from_slice(a);
    oracles.resolve(step, b);
    oracles.draw();
}

impl SnapshotScheme for VarianceReducedExtragradient {
    const NAME: &'static str = "vr-extragradient";

    fn default_step(&self, lipschitz: f64, refresh: f64) -> f64 {
        0.99 * refresh.sqrt() / lipschitz
    }

    fn default_refresh(&self, n: f64) -> f64 {
        2.0 / n
    }

    fn iterate(&self, step: f64, refresh: f64, vectors: &mut Vectors, oracles: &mut Sampled<'_, '_, '_>) {
        half_step(step, refresh, vectors, oracles);
        oracles.add_difference(-step, &vectors.b, &vectors.w, &mut vectors.a);
        vectors.u.copy_from_slice(&vectors.a);
        oracles.resolve(step, &mut vectors.u);
    }
}

impl SnapshotScheme for VarianceReducedForwardBackwardForward {
    const NAME: &'static str = "vr-fbf";

    fn default_step(&self, lipschitz: f64, refresh: f64) -> f64 {
        0.99 * refresh.sqrt() / lipschitz
    }

    fn default_refresh(&self, n: f64) -> f64 {
        2.0 / n
    }

    fn iterate(&self, step: f64, refresh: f64, vectors: &mut Vectors, oracles: &mut Sampled<'_, '_, '_>) {
        half_step(step, refresh, vectors, oracles);
        vectors.u.copy_from_slice(&vectors.b);
        oracles.add_difference(-step, &vectors.b, &vectors.w, &mut vectors.u);
    }
}
