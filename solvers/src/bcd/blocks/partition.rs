//! Partitions of the variables into fixed blocks.

use super::stream::Stream;
use serde::{Deserialize, Serialize};

/// How fixed blocks are made: consecutive pieces of a list of the variables. The last block is short if it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partition {
    /// The given order.
    Order,
    /// A random order.
    Random,
    /// By falling constant `L_i`, ties in the given order: blocks of variables on one scale, the best choice of the paper.
    Sort,
    /// The largest constant, the smallest, the second largest, the second smallest, ...: every block has all scales.
    Average,
}

impl Partition {
    /// The blocks, for constants `L_i`.
    pub(super) fn blocks(self, size: usize, constants: &[f64], seed: u64) -> Vec<Vec<usize>> {
        let mut list: Vec<usize> = (0..constants.len()).collect();
        let by_constant = |list: &mut Vec<usize>| list.sort_by(|&i, &j| constants[j].total_cmp(&constants[i]));
        match self {
            Self::Order => {}
            // Not the stream of the selection rule, which would then depend on the partition.
            Self::Random => Stream::new(!seed).shuffle(&mut list),
            Self::Sort => by_constant(&mut list),
            Self::Average => {
                by_constant(&mut list);
                let (half, m) = (list.len().div_ceil(2), list.len());
                list = (0..half).flat_map(|k| [list[k], list[m - 1 - k]]).take(m).collect();
            }
        }
        list.chunks(size).map(<[usize]>::to_vec).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn the_four_partitions() {
        let constants = [3.0, 1.0, 4.0, 1.0, 5.0];
        let blocks = |p: Partition| p.blocks(2, &constants, 0);
        assert_eq!(blocks(Partition::Order), [vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(blocks(Partition::Sort), [vec![4, 2], vec![0, 1], vec![3]]);
        assert_eq!(blocks(Partition::Average), [vec![4, 3], vec![2, 1], vec![0]]);
        let mut all = blocks(Partition::Random).concat();
        assert_ne!(all, [0, 1, 2, 3, 4]);
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4]);
        assert!(Partition::Sort.blocks(3, &[], 0).is_empty());
    }
}
