//! Optimistic gradient descent ascent, or forward-reflected-backward.

use super::{FullScheme, Iterate, Oracles};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// `u_(k+1) = J(u_k - step (2 F(u_k) - F(u_(k-1))))`, `step < 1 / (2 L)` (Y. Malitsky, M. Tam, SIAM J. Optim. 30, 2020).
/// Default step `0.45 / L`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Optimistic;

impl FullScheme for Optimistic {
    const NAME: &'static str = "ogda";

    fn default_step(&self, lipschitz: f64) -> f64 {
        0.45 / lipschitz
    }

    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>) {
        dense::axpy(-2.0 * step, &it.f, &mut it.u);
        dense::axpy(step, &it.memory, &mut it.u);
        oracles.resolve(step, &mut it.u);
        std::mem::swap(&mut it.memory, &mut it.f);
        oracles.full(&it.u, &mut it.f);
    }
}
