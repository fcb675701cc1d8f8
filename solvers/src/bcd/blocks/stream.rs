//! The random stream of the random rules.

use serde::{Deserialize, Serialize};
use thalweg_problems::generate::reference_random::SplitMix64;

/// SplitMix64 with the conventions of [`reference_random`](thalweg_problems::generate::reference_random), in a form that a
/// checkpoint keeps: the generator counts in fixed strides, so that its place in the stream is one number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stream {
    state: u64,
}

/// What one draw adds to the state of SplitMix64.
const STRIDE: u64 = 0x9E37_79B9_7F4A_7C15;

impl Stream {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The generator here; the stream goes on `draws` further.
    fn take(&mut self, draws: usize) -> SplitMix64 {
        let here = SplitMix64::new(self.state);
        self.state = self.state.wrapping_add(STRIDE.wrapping_mul(draws as u64));
        here
    }

    /// Uniform in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        self.take(1).uniform()
    }

    /// Uniform in `0..n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.take(1).below(n)
    }

    /// Shuffles in place.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.take(items.len().saturating_sub(1)).shuffle(items);
    }

    /// An index with probability proportional to its weight (the last of positive weight if rounding leaves none).
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let total = weights.iter().fold(0.0, |a, b| a + b);
        let mut left = self.uniform() * total;
        for (i, &w) in weights.iter().enumerate() {
            if left < w {
                return i;
            }
            left -= w;
        }
        weights.iter().rposition(|&w| w > 0.0).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_reference_stream() {
        let (mut stream, mut reference) = (Stream::new(7), SplitMix64::new(7));
        let (mut a, mut b): (Vec<u32>, Vec<u32>) = ((0..20).collect(), (0..20).collect());
        for _ in 0..3 {
            assert_eq!(stream.uniform().to_bits(), reference.uniform().to_bits());
            stream.shuffle(&mut a);
            reference.shuffle(&mut b);
            assert_eq!(a, b);
            assert_eq!(stream.below(9), reference.below(9));
        }
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut stream = Stream::new(1);
        let mut counts = [0_u32; 4];
        (0..1000).for_each(|_| counts[stream.weighted(&[0.0, 3.0, 1.0, 0.0])] += 1);
        assert_eq!((counts[0], counts[3]), (0, 0));
        assert!((700..800).contains(&counts[1]), "{counts:?}");
    }
}
