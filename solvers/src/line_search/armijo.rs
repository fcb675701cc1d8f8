//! The nonmonotone Armijo rule.

use serde::{Deserialize, Serialize};

/// The last merit values, newest last: a step is long enough if the merit falls below their maximum (L. Grippo,
/// F. Lampariello, S. Lucidi, *A nonmonotone line search technique for Newton's method*, SIAM J. Numer. Anal. 23, 1986).
///
/// ```
/// use thalweg_solvers::line_search::ArmijoMemory;
///
/// let mut memory = ArmijoMemory::new(2);
/// for merit in [9.0, 5.0, 3.0] {
///     memory.remember(merit);
/// }
/// assert_eq!(memory.reference(), 5.0);
/// assert!(memory.accepts(4.5, 0.1, -1.0) && !memory.accepts(4.95, 0.1, -1.0));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArmijoMemory {
    depth: usize,
    merits: Vec<f64>,
}

impl ArmijoMemory {
    /// An empty memory of at most `depth` values; 1 is the monotone rule.
    pub fn new(depth: usize) -> Self {
        let depth = depth.max(1);
        Self { depth, merits: Vec::with_capacity(depth) }
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.merits.is_empty()
    }

    /// Forgets everything, as when the merit function has changed.
    pub fn clear(&mut self) {
        self.merits.clear();
    }

    /// Adds the newest value.
    pub fn remember(&mut self, merit: f64) {
        if self.merits.len() >= self.depth {
            self.merits.remove(0);
        }
        self.merits.push(merit);
    }

    /// The largest value remembered; -inf if there is none.
    pub fn reference(&self) -> f64 {
        self.merits.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether `merit <= reference + fraction slope`; a merit that is not finite never is.
    pub fn accepts(&self, merit: f64, fraction: f64, slope: f64) -> bool {
        merit.is_finite() && merit <= self.reference() + fraction * slope
    }
}
