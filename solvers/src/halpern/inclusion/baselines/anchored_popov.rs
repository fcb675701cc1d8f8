//! Anchored Popov iteration: one evaluation of the operator per step.

use super::{FullScheme, Iterate, Oracles};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// With `w = lambda u_0 + (1 - lambda) z_k`, `lambda = 1 / (k + 2)`: `u_k = J(w - step F(u_(k-1)))`,
/// `z_(k+1) = J(w - step F(u_k))` (Q. Tran-Dinh, Y. Luo, 2021). The iterate shown is `u_k`, where the operator is evaluated.
/// Default step `1 / (4 L)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchoredPopov;

impl FullScheme for AnchoredPopov {
    const NAME: &'static str = "anchored-popov";

    fn default_step(&self, lipschitz: f64) -> f64 {
        0.25 / lipschitz
    }

    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>) {
        // The memory holds z_k, from the second step on.
        if it.k == 0 {
            it.memory.copy_from_slice(&it.u);
        }
        let lambda = 1.0 / (it.k as f64 + 2.0);
        dense::axpby(lambda, &it.anchor, 1.0 - lambda, &mut it.memory);
        dense::scaled_add(1.0, &it.memory, -step, &it.f, &mut it.u);
        oracles.resolve(step, &mut it.u);
        oracles.full(&it.u, &mut it.f);
        dense::axpy(-step, &it.f, &mut it.memory);
        oracles.resolve(step, &mut it.memory);
    }
}
