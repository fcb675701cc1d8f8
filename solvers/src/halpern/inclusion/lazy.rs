//! Lazy anchoring: steps of the single loop that touch only the coordinates of the drawn components.
//!
//! Where `G = 0` and the estimate F of a coordinate does not change, the step `u_(k+1) = lambda_k u_0 + (1 - lambda_k) u_k - step F`
//! with `lambda_k = 2 / (k + 4)` is, for `w_k = (k + 2) (k + 3)`,
//!
//! ```text
//! w_(k+1) u_(k+1) = w_k u_k + 2 (k + 3) u_0 - step w_(k+1) F
//! ```
//!
//! so that m steps at once are `w_m u_m = w_k u_k + u_0 (w_m - w_k) - step F (W_m - W_k)` with `W_m = w_1 + ... + w_m`, a
//! polynomial. A coordinate is brought up to date when a component needs it, and all of them at a refresh: a step costs
//! `O(batch nnz)` instead of `O(d)`.

use serde::{Deserialize, Serialize};

/// The number of the step that each coordinate of the iterate is up to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Clocks(Vec<u64>);

/// `w_k = (k + 2) (k + 3)`.
fn weight(k: u64) -> f64 {
    (k as f64 + 2.0) * (k as f64 + 3.0)
}

/// `w_1 + ... + w_k`, from the sums of squares and of numbers.
fn weights(k: u64) -> f64 {
    let k = k as f64;
    k * (k + 1.0) * (2.0 * k + 1.0) / 6.0 + 5.0 * k * (k + 1.0) / 2.0 + 6.0 * k
}

/// The value at step m of a coordinate that is `u` at step k.
fn advanced(u: f64, anchor: f64, force: f64, k: u64, m: u64) -> f64 {
    if k == m {
        return u;
    }
    let (from, to) = (weight(k), weight(m));
    (from * u + (to - from) * anchor - force * (weights(m) - weights(k))) / to
}

/// The vectors of a lazy step.
pub(super) struct Lazy<'a> {
    pub(super) u: &'a mut [f64],
    pub(super) previous: &'a mut [f64],
    pub(super) anchor: &'a [f64],
    pub(super) estimate: &'a [f64],
    pub(super) step: f64,
}

impl Clocks {
    /// All coordinates at step 0.
    pub(super) fn new(dimension: usize) -> Self {
        Self(vec![0; dimension])
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All coordinates at step k.
    pub(super) fn set(&mut self, k: u64) {
        self.0.fill(k);
    }

    /// Brings a coordinate to step k, and what it was at step k - 1 into `previous`.
    #[inline]
    pub(super) fn touch(&mut self, j: usize, k: u64, lazy: &mut Lazy<'_>) {
        let at = self.0[j];
        if at == k {
            return;
        }
        let force = lazy.step * lazy.estimate[j];
        lazy.previous[j] = advanced(lazy.u[j], lazy.anchor[j], force, at, k - 1);
        lazy.u[j] = advanced(lazy.previous[j], lazy.anchor[j], force, k - 1, k);
        self.0[j] = k;
    }

    /// Brings every coordinate to step k.
    pub(super) fn touch_all(&mut self, k: u64, lazy: &mut Lazy<'_>) {
        (0..self.0.len()).for_each(|j| self.touch(j, k, lazy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_steps_at_once() {
        let (anchor, force, start) = (0.7, 0.03, -1.5);
        let mut u = start;
        for k in 0..60_u64 {
            for from in [0, k / 2] {
                // From the value that was reached after `from` steps.
                let mut v = start;
                (0..from).for_each(|i| v = one(v, anchor, force, i));
                let jumped = advanced(v, anchor, force, from, k);
                assert!((jumped - u).abs() < 1e-13, "{k} {from}: {jumped} {u}");
            }
            u = one(u, anchor, force, k);
        }
    }

    fn one(u: f64, anchor: f64, force: f64, k: u64) -> f64 {
        let lambda = 2.0 / (k as f64 + 4.0);
        lambda * anchor + (1.0 - lambda) * u - force
    }
}
