//! The recursive estimator of the operator.

use super::draws::{Draws, Streams};
use super::oracle::Calls;
use serde::{Deserialize, Serialize};

/// The PAGE estimator (Z. Li, H. Bao, X. Zhang, P. Richtarik, ICML 2021): with some probability exact, otherwise the
/// last estimate plus the mean difference of a batch between the last two iterates. Biased, and exact again at every
/// refresh, which also removes its rounding errors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Recursive {
    pub(super) value: Vec<f64>,
}

impl Recursive {
    /// At iterate `u`, after `previous`; `true` if the value is exact.
    pub(super) fn update(
        &mut self,
        probability: f64,
        calls: &mut Calls<'_, '_>,
        (draws, streams): (&mut Draws, &mut Streams),
        u: &[f64],
        previous: &[f64],
    ) -> bool {
        if probability >= 1.0 || streams.refreshes.uniform() < probability {
            calls.full(u, &mut self.value);
            return true;
        }
        draws.draw(&mut streams.components);
        calls.add_difference(draws, 1.0, u, previous, &mut self.value);
        false
    }
}

/// The probability of a refresh at step k for n components: every step first, then as often as keeps the cost of a step
/// near `6 sqrt(n)` calls (Cai, Alacaoglu, Diakonikolas 2024, Algorithm 1).
pub(super) fn refresh_probability(k: u64, n: usize) -> f64 {
    let root = (n as f64).sqrt();
    if k <= 1 {
        1.0
    } else if (k - 1) as f64 <= root {
        4.0 / (k as f64 + 4.0)
    } else {
        4.0 / (root + 5.0)
    }
}
