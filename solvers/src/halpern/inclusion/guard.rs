//! A guard for methods outside their theory.

use serde::{Deserialize, Serialize};

/// Refreshes without progress that are allowed.
const PATIENCE: u32 = 20;

/// How far the residual may rise above that of the anchor.
const RISE: f64 = 10.0;

/// Watches the residual at refreshes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Guard {
    best: f64,
    /// Refreshes since the best.
    waited: u32,
}

impl Default for Guard {
    fn default() -> Self {
        Self { best: f64::INFINITY, waited: 0 }
    }
}

impl Guard {
    /// Why the method should stop, if it should.
    pub(super) fn refuses(&mut self, residual: f64, anchor: f64) -> Option<String> {
        if residual < self.best {
            (self.best, self.waited) = (residual, 0);
        } else {
            self.waited += 1;
        }
        if residual > RISE * anchor {
            return Some(format!(
                "the residual rose from {anchor:.2e} at the anchor to {residual:.2e}: the operator is not cocoercive"
            ));
        }
        let stuck = self.waited >= PATIENCE;
        stuck.then(|| format!("the residual has not fallen below {:.2e} over {PATIENCE} refreshes", self.best))
    }
}
