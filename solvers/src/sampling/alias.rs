//! Draws with given probabilities in constant time.

use super::Stream;

/// An alias table (A. J. Walker, 1977, in the form of M. D. Vose, *A linear algorithm for generating random numbers with a
/// given distribution*, IEEE TSE 17, 1991).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alias {
    /// The share of a cell that is its own item's.
    own: Vec<f64>,
    /// The item of the rest.
    other: Vec<u32>,
}

impl Alias {
    /// The table of probabilities proportional to `weights` (finite, at least 0, one positive, at most 2^32 of them).
    pub fn new(weights: &[f64]) -> Self {
        let (n, total) = (weights.len(), weights.iter().fold(0.0, |s, w| s + w));
        let mut own: Vec<f64> = weights.iter().map(|w| w / total * n as f64).collect();
        let mut other: Vec<u32> = (0..n as u32).collect();
        let (mut poor, mut rich): (Vec<usize>, Vec<usize>) = (0..n).partition(|&i| own[i] < 1.0);
        while let (Some(p), Some(&r)) = (poor.pop(), rich.last()) {
            other[p] = r as u32;
            own[r] -= 1.0 - own[p];
            if own[r] < 1.0 {
                rich.pop();
                poor.push(r);
            }
        }
        // What is left is 1 up to rounding; an item without weight never gets a cell of its own.
        let heaviest = (0..n).fold(0, |best, i| if weights[i] > weights[best] { i } else { best });
        for i in poor.into_iter().chain(rich) {
            own[i] = 1.0;
            if weights[i] == 0.0 {
                (own[i], other[i]) = (0.0, heaviest as u32);
            }
        }
        Self { own, other }
    }

    /// An item.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> usize {
        let cell = stream.below(self.own.len());
        if stream.uniform() < self.own[cell] { cell } else { self.other[cell] as usize }
    }
}
