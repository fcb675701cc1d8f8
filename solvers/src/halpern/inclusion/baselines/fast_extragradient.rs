//! Fast extragradient.

use super::{FullScheme, Iterate, Oracles};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// FEG (S. Lee, D. Kim, NeurIPS 2021): with `beta = 1 / (k + 1)` and `w = u + beta (u_0 - u)`, `v = J(w - (1 - beta) step F(u))`,
/// `u+ = J(w - step F(v))`. Default step `1 / L`: then `|F(u_k)| <= 2 L D / k` where `G = 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FastExtragradient;

impl FullScheme for FastExtragradient {
    const NAME: &'static str = "feg";

    fn default_step(&self, lipschitz: f64) -> f64 {
        1.0 / lipschitz
    }

    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>) {
        let beta = 1.0 / (it.k as f64 + 1.0);
        dense::axpby(beta, &it.anchor, 1.0 - beta, &mut it.u);
        dense::scaled_add(1.0, &it.u, -step * (1.0 - beta), &it.f, &mut it.a);
        oracles.resolve(step, &mut it.a);
        oracles.full(&it.a, &mut it.f);
        dense::axpy(-step, &it.f, &mut it.u);
        oracles.resolve(step, &mut it.u);
        oracles.full(&it.u, &mut it.f);
    }
}
