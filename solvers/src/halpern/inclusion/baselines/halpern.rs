//! Halpern iteration with the whole operator.

use super::{FullScheme, Iterate, Oracles};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// `u_(k+1) = J(lambda u_0 + (1 - lambda) u_k - step F(u_k))`, `lambda = a / (k + b)`, `step <= 1 / L` for a cocoercive
/// operator (J. Diakonikolas, COLT 2020; F. Lieder, Optimization Letters 2021). Default `lambda = 1 / (k + 2)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Halpern {
    /// The numbers a and b of the anchor's weight.
    pub weight: (f64, f64),
}

impl Default for Halpern {
    fn default() -> Self {
        Self { weight: (1.0, 2.0) }
    }
}

impl FullScheme for Halpern {
    const NAME: &'static str = "halpern";

    fn default_step(&self, lipschitz: f64) -> f64 {
        1.0 / lipschitz
    }

    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>) {
        let lambda = self.weight.0 / (it.k as f64 + self.weight.1);
        dense::scaled_add(lambda, &it.anchor, 1.0 - lambda, &it.u, &mut it.a);
        dense::axpy(-step, &it.f, &mut it.a);
        oracles.resolve(step, &mut it.a);
        std::mem::swap(&mut it.u, &mut it.a);
        oracles.full(&it.u, &mut it.f);
    }
}
