//! Extragradient.

use super::{FullScheme, Iterate, Oracles};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// `v = J(u - step F(u))`, `u+ = J(u - step F(v))`, `step < 1 / L` (G. M. Korpelevich, 1976). Default step `0.9 / L`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extragradient;

impl FullScheme for Extragradient {
    const NAME: &'static str = "extragradient";

    fn default_step(&self, lipschitz: f64) -> f64 {
        0.9 / lipschitz
    }

    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>) {
        dense::scaled_add(1.0, &it.u, -step, &it.f, &mut it.a);
        oracles.resolve(step, &mut it.a);
        oracles.full(&it.a, &mut it.f);
        dense::axpy(-step, &it.f, &mut it.u);
        oracles.resolve(step, &mut it.u);
        oracles.full(&it.u, &mut it.f);
    }
}
