//! Batches without replacement.

use super::Stream;

/// Draws batches of distinct items of `0..n`, in O(batch) each.
#[derive(Clone, Debug, Default)]
pub struct WithoutReplacement {
    /// The identity between two draws, so that a draw does not depend on the ones before.
    items: Vec<u32>,
}

impl WithoutReplacement {
    /// For items `0..n`, n at most 2^32.
    pub fn new(n: usize) -> Self {
        Self { items: (0..n as u32).collect() }
    }

    /// Calls `take` with each item of a uniformly random batch of `size <= n`: the first steps of a shuffle from the front,
    /// undone afterwards.
    pub fn draw(&mut self, size: usize, stream: &mut Stream, mut take: impl FnMut(usize)) {
        let n = self.items.len();
        let size = size.min(n);
        let mut swaps = [0_usize; 64];
        // Long batches in pieces would not be distinct: their swaps go to the heap.
        let mut more = Vec::new();
        let swaps = if size <= swaps.len() {
            &mut swaps[..size]
        } else {
            more.resize(size, 0);
            &mut more[..]
        };
        for (k, swap) in swaps.iter_mut().enumerate() {
            *swap = k + stream.below(n - k);
            self.items.swap(k, *swap);
            take(self.items[k] as usize);
        }
        for (k, swap) in swaps.iter().enumerate().rev() {
            self.items.swap(k, *swap);
        }
    }
}
