//! The variables or blocks of highest score, where a step changes few scores.

use super::descent::{BlockDescent, Blocks};
use super::problem::{BlockProblem, Scratch};
use super::selection::{Selection, View};
use super::update::Update;

/// The scores of a greedy rule, kept up to date: after a step only those near the block change.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    queue: Queue,
    /// The block of every variable; empty if blocks are variable.
    block_of: Vec<u32>,
    /// Whether the scores are those of the iterate.
    current: bool,
    candidates: Vec<u32>,
    /// Places of the image that a step changed.
    pub(super) touched: Vec<usize>,
    gradient: Vec<f64>,
}

impl Scores {
    /// For a method whose scores are cheaper kept than computed anew, by a count of operations.
    pub(super) fn where_they_pay<P: BlockProblem + ?Sized>(options: &BlockDescent, problem: &P) -> Option<Self> {
        let kept = match options.selection {
            Selection::GaussSouthwell
            | Selection::GaussSouthwellLipschitz
            | Selection::GaussSouthwellDiagonal
            | Selection::ProximalDecrease => true,
            Selection::GaussSouthwellQuadratic => options.blocks != Blocks::Variable,
            _ => false,
        };
        let steps =
            matches!(options.update, Update::Gradient | Update::Diagonal | Update::Matrix | Update::ProjectedGradient);
        let (m, size) = (problem.dimension() as u64, options.size as u64);
        let touched = size.saturating_mul(problem.costs().touched?);
        let levels = u64::from(m.max(1).ilog2()) + 1;
        let cost = match &options.blocks {
            Blocks::Variable => touched.saturating_mul(2 * levels).saturating_add(size.saturating_mul(size)),
            Blocks::Fixed(_) => touched.saturating_mul(2 * levels + size),
        };
        (kept && steps && cost < m).then(Self::default)
    }

    /// All scores, unless they are there.
    pub(super) fn fill<P: BlockProblem + ?Sized>(&mut self, view: &View<'_, P>, rule: Selection) {
        if self.current {
            return;
        }
        let blocks = &view.constants.blocks;
        if blocks.is_empty() {
            self.queue.build((0..view.gradient.len()).map(|i| view.score(rule, i)));
        } else {
            self.block_of.resize(view.gradient.len(), 0);
            for (b, block) in blocks.iter().enumerate() {
                block.iter().for_each(|&i| self.block_of[i] = b as u32);
            }
            self.queue.build((0..blocks.len()).map(|b| view.block_score(rule, b)));
        }
        self.current = true;
    }

    pub(super) fn forget(&mut self) {
        self.current = false;
    }

    /// The gradient's entries and the scores where the image or the point has changed.
    pub(super) fn moved<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        (point, image, gradient): (&[f64], &[f64], &mut [f64]),
        scratch: &mut Scratch,
    ) {
        self.touched.sort_unstable();
        self.touched.dedup();
        self.gradient.resize(self.touched.len(), 0.0);
        problem.block_gradient(&self.touched, point, image, &mut self.gradient, scratch);
        self.touched.iter().zip(&self.gradient).for_each(|(&i, &g)| gradient[i] = g);
    }

    /// The scores of the variables or blocks that were touched.
    pub(super) fn rescore<P: BlockProblem + ?Sized>(&mut self, view: &View<'_, P>, rule: Selection) {
        if self.block_of.is_empty() {
            for &i in &self.touched {
                self.queue.set(i, view.score(rule, i));
            }
            return;
        }
        self.touched.iter_mut().for_each(|i| *i = self.block_of[*i] as usize);
        self.touched.sort_unstable();
        self.touched.dedup();
        for &b in &self.touched {
            self.queue.set(b, view.block_score(rule, b));
        }
    }

    pub(super) fn highest(&mut self, count: usize, out: &mut Vec<usize>) {
        self.queue.highest(count, out, &mut self.candidates);
    }

    pub(super) fn first(&self) -> usize {
        self.queue.first().unwrap_or(0)
    }
}

/// An indexed binary heap over `0..n`: the item of the largest key first, ties to the lowest index.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    keys: Vec<f64>,
    heap: Vec<u32>,
    places: Vec<u32>,
}

impl Queue {
    /// A heap of these keys, in linear time (Floyd, *Algorithm 245: Treesort*, Comm. ACM 7, 1964).
    pub(super) fn build(&mut self, keys: impl Iterator<Item = f64>) {
        self.keys.clear();
        self.keys.extend(keys);
        let n = self.keys.len() as u32;
        self.heap.clear();
        self.heap.extend(0..n);
        self.places.clear();
        self.places.extend(0..n);
        for place in (0..self.heap.len() / 2).rev() {
            self.sink(place);
        }
    }

    /// Changes a key.
    pub(super) fn set(&mut self, item: usize, key: f64) {
        self.keys[item] = key;
        let place = self.places[item] as usize;
        if self.rise(place) == place {
            self.sink(place);
        }
    }

    /// The first item.
    pub(super) fn first(&self) -> Option<usize> {
        self.heap.first().map(|&i| i as usize)
    }

    /// The first `count` items into `out`, in `O(count^2)`: the next item is a child of one already found.
    pub(super) fn highest(&self, count: usize, out: &mut Vec<usize>, candidates: &mut Vec<u32>) {
        out.clear();
        candidates.clear();
        if !self.heap.is_empty() {
            candidates.push(0);
        }
        while out.len() < count.min(self.heap.len()) {
            let before = |a: u32, b: u32| self.before(self.heap[a as usize], self.heap[b as usize]);
            let mut best = 0;
            for (k, &place) in candidates.iter().enumerate().skip(1) {
                if before(place, candidates[best]) {
                    best = k;
                }
            }
            let place = candidates.swap_remove(best) as usize;
            out.push(self.heap[place] as usize);
            candidates.extend((2 * place + 1..2 * place + 3).filter(|&c| c < self.heap.len()).map(|c| c as u32));
        }
    }

    fn before(&self, a: u32, b: u32) -> bool {
        let (x, y) = (self.keys[a as usize], self.keys[b as usize]);
        y.total_cmp(&x).then(a.cmp(&b)).is_lt()
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.places[self.heap[a] as usize] = a as u32;
        self.places[self.heap[b] as usize] = b as u32;
    }

    /// Where the item ends.
    fn rise(&mut self, mut place: usize) -> usize {
        while place > 0 && self.before(self.heap[place], self.heap[(place - 1) / 2]) {
            self.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
        place
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let mut first = place;
            for child in [2 * place + 1, 2 * place + 2] {
                if child < self.heap.len() && self.before(self.heap[child], self.heap[first]) {
                    first = child;
                }
            }
            if first == place {
                return;
            }
            self.swap(place, first);
            place = first;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_problems::generate::reference_random::SplitMix64;

    /// Against sorting, under random changes, with ties.
    #[test]
    fn it_knows_the_highest() {
        let mut random = SplitMix64::new(1);
        for n in [0_usize, 1, 2, 17, 100] {
            let mut keys: Vec<f64> = (0..n).map(|_| random.below(20) as f64).collect();
            let mut queue = Queue::default();
            queue.build(keys.iter().copied());
            let (mut found, mut candidates) = (Vec::new(), Vec::new());
            for _ in 0..200 {
                let mut expected: Vec<usize> = (0..n).collect();
                expected.sort_by(|&a, &b| keys[b].total_cmp(&keys[a]).then(a.cmp(&b)));
                let count = random.below(n + 2);
                queue.highest(count, &mut found, &mut candidates);
                assert_eq!(found, expected[..count.min(n)]);
                assert_eq!(queue.first(), expected.first().copied());
                if n > 0 {
                    let item = random.below(n);
                    keys[item] = random.below(20) as f64;
                    queue.set(item, keys[item]);
                }
            }
        }
    }
}
