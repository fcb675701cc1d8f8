//! Extra anchored gradient.

use super::{FullScheme, Iterate, Oracles};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// EAG-C (T. Yoon, E. Ryu, ICML 2021): with `w = u + (u_0 - u) / (k + 2)`, `v = J(w - step F(u))`, `u+ = J(w - step F(v))`.
/// Default step `1 / (8 L)`, that of the proof: then `|F(u_k)|^2 <= 260 L^2 D^2 / (k + 2)^2` where `G = 0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchoredExtragradient;

impl FullScheme for AnchoredExtragradient {
    const NAME: &'static str = "eag";

    fn default_step(&self, lipschitz: f64) -> f64 {
        0.125 / lipschitz
    }

    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>) {
        let lambda = 1.0 / (it.k as f64 + 2.0);
        dense::axpby(lambda, &it.anchor, 1.0 - lambda, &mut it.u);
        dense::scaled_add(1.0, &it.u, -step, &it.f, &mut it.a);
        oracles.resolve(step, &mut it.a);
        oracles.full(&it.a, &mut it.f);
        dense::axpy(-step, &it.f, &mut it.u);
        oracles.resolve(step, &mut it.u);
        oracles.full(&it.u, &mut it.f);
    }
}
