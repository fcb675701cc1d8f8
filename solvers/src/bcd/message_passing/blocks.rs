//! Which block a step minimises over.

use super::dense_block::cube_root;
use super::partition::{self, Order, Partition};
use super::tree::{Score, TreeScan};
use crate::run::MethodError;
use serde::{Deserialize, Serialize};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::graph::GraphQuadratic;

/// Which block a step minimises over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocks {
    /// A forest of the nodes with the highest scores (default, by `|g_i|`).
    GreedyTree(Score),
    /// A forest of the first nodes of a random order.
    RandomTree {
        /// The seed.
        seed: u64,
    },
    /// The forests of [`partition::forests`], in turn.
    Forests(Order),
    /// The colours of [`partition::colouring`], in turn.
    Colouring(Order),
    /// These blocks in turn, each a forest; every node is in exactly one (see [`lattice`](super::lattice)).
    Fixed(Partition),
    /// The `floor(nodes^(1/3))` nodes with the largest `|g_i|`, by a dense solve of about the cost of a forest: the
    /// baseline.
    General,
}

impl Default for Blocks {
    fn default() -> Self {
        Self::GreedyTree(Score::default())
    }
}

impl Blocks {
    /// The blocks that do not change, if the rule has such; checked.
    pub(super) fn partition(&self, problem: &GraphQuadratic) -> Result<Partition, MethodError> {
        let blocks = match self {
            Self::Forests(order) => partition::forests(problem, *order),
            Self::Colouring(order) => partition::colouring(problem, *order),
            Self::Fixed(blocks) => {
                partition::check(blocks, problem.nodes())?;
                blocks.iter().filter(|block| !block.is_empty()).cloned().collect()
            }
            _ => Vec::new(),
        };
        Ok(blocks)
    }

    /// The block of a step counted from 0, for the rules that choose anew.
    pub(super) fn choose(
        &self,
        problem: &GraphQuadratic,
        gradient: &[f64],
        step: u64,
        scan: &mut TreeScan,
        block: &mut Vec<u32>,
    ) {
        match self {
            Self::GreedyTree(score) => {
                scan.sort(problem, gradient, *score);
                scan.grow(problem, block);
            }
            Self::RandomTree { seed } => {
                scan.natural_order(problem.nodes());
                shuffle_of_step(*seed, step, &mut scan.order);
                scan.grow(problem, block);
            }
            _ => scan.largest(problem, gradient, cube_root(problem.nodes()).max(1), block),
        }
    }
}

/// The shuffle of a step, of one stream from which every step takes a shuffle: nothing to keep in a checkpoint, since the
/// state of the generator after k draws is the seed plus k times its increment.
fn shuffle_of_step(seed: u64, step: u64, order: &mut [u32]) {
    const INCREMENT: u64 = 0x9E37_79B9_7F4A_7C15;
    let draws = step.wrapping_mul(order.len().saturating_sub(1) as u64);
    SplitMix64::new(seed.wrapping_add(draws.wrapping_mul(INCREMENT))).shuffle(order);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_share_one_stream() {
        let mut random = SplitMix64::new(7);
        for step in 0..5 {
            let (mut one, mut other): (Vec<u32>, Vec<u32>) = ((0..9).collect(), (0..9).collect());
            random.shuffle(&mut one);
            shuffle_of_step(7, step, &mut other);
            assert_eq!(one, other);
        }
    }
}
