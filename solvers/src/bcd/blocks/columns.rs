//! Columns of H that recur, kept in bounded memory.

use super::problem::{BlockProblem, Scratch};
use serde::{Deserialize, Serialize};

/// Numbers that are kept at most, 128 MiB; a block's columns are kept together even if they are more.
const CAPACITY: usize = 1 << 24;

/// A store of whole columns of H; the one not used for the longest time goes first.
///
/// Which columns are there is part of a run's state, since decisions depend on it; their numbers are computed again after a
/// checkpoint was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Columns {
    /// The stored columns' variables.
    keys: Vec<usize>,
    /// When each was last used.
    used: Vec<u64>,
    clock: u64,
    /// Of every variable whose column is not there: the multiply-adds that its absence has cost.
    rent: Vec<u64>,
    /// Slot of every variable's column, or `NONE`.
    #[serde(skip)]
    slots: Vec<u32>,
    #[serde(skip)]
    stored: Vec<Vec<f64>>,
    #[serde(skip)]
    all: Vec<usize>,
}

const NONE: u32 = u32::MAX;

impl Columns {
    /// Fits the store to a problem, and computes the columns that a checkpoint names. Whether it fits.
    pub(super) fn prepare<P: BlockProblem + ?Sized>(&mut self, problem: &P) -> bool {
        let m = problem.dimension();
        self.slots = vec![NONE; m];
        self.all = (0..m).collect();
        self.rent.resize(m, 0);
        let is_new = |&(slot, key): &(usize, usize)| key < m && self.keys[..slot].iter().all(|k| *k != key);
        if self.used.len() != self.keys.len()
            || !(0..self.keys.len()).zip(self.keys.iter().copied()).all(|k| is_new(&k))
        {
            return false;
        }
        let mut scratch = Scratch::default();
        self.stored = vec![Vec::new(); self.keys.len()];
        for slot in 0..self.keys.len() {
            self.slots[self.keys[slot]] = slot as u32;
            self.compute(problem, slot, &mut scratch);
        }
        true
    }

    fn compute<P: BlockProblem + ?Sized>(&mut self, problem: &P, slot: usize, scratch: &mut Scratch) {
        let column = &mut self.stored[slot];
        column.resize(self.all.len(), 0.0);
        problem.bound_column(self.keys[slot], &self.all, column, scratch);
    }

    /// Column `j`, if it is there.
    pub(super) fn find(&self, j: usize) -> Option<&[f64]> {
        self.stored.get(self.slots[j] as usize).map(Vec::as_slice)
    }

    /// Makes sure that column `j` is there; the last `together` columns asked for stay.
    pub(super) fn fetch<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        j: usize,
        together: usize,
        scratch: &mut Scratch,
    ) {
        self.clock += 1;
        let m = self.all.len();
        if self.slots[j] == NONE {
            let capacity = (CAPACITY / m.max(1)).max(together + 1);
            let slot = if self.keys.len() < capacity {
                self.keys.push(j);
                self.used.push(0);
                self.stored.push(Vec::new());
                self.keys.len() - 1
            } else {
                let oldest = (0..self.used.len()).min_by_key(|&slot| self.used[slot]).unwrap_or(0);
                self.slots[self.keys[oldest]] = NONE;
                self.rent[self.keys[oldest]] = 0;
                self.keys[oldest] = j;
                oldest
            };
            self.slots[j] = slot as u32;
            self.compute(problem, slot, scratch);
        }
        self.used[self.slots[j] as usize] = self.clock;
    }

    /// Says that the absence of column `j` has cost so much; it is bought when its rents have reached its price, so that
    /// at most twice is paid what knowing the future would have cost.
    pub(super) fn rent<P: BlockProblem + ?Sized>(
        &mut self,
        problem: &P,
        (j, cost, price): (usize, u64, u64),
        together: usize,
        scratch: &mut Scratch,
    ) {
        if self.slots[j] == NONE {
            self.rent[j] = self.rent[j].saturating_add(cost);
            if self.rent[j] < price {
                return;
            }
        }
        self.fetch(problem, j, together, scratch);
    }
}
