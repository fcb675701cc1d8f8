//! Fixed blocks of a graph: independent sets (colourings) and forests. Every node is in exactly one block.

use super::union_find::UnionFind;
use crate::run::MethodError;
use serde::{Deserialize, Serialize};
use thalweg_problems::graph::GraphQuadratic;

/// Blocks of nodes, each ascending.
pub type Partition = Vec<Vec<u32>>;

/// The order in which a greedy rule visits the nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As they are numbered.
    #[default]
    Natural,
    /// By descending diagonal of A; ties as they are numbered.
    Diagonal,
}

impl Order {
    fn nodes(self, problem: &GraphQuadratic) -> Vec<u32> {
        let mut nodes: Vec<u32> = (0..problem.nodes() as u32).collect();
        if self == Self::Diagonal {
            let diagonal = problem.diagonal();
            nodes.sort_by(|&a, &b| diagonal[b as usize].total_cmp(&diagonal[a as usize]));
        }
        nodes
    }
}

/// A colouring: no two nodes of a block are neighbours, so that every `A_bb` is diagonal. Each node takes the colour with the
/// fewest nodes that no neighbour has (ties: the first), a new one if there is none.
pub fn colouring(problem: &GraphQuadratic, order: Order) -> Partition {
    let mut colour_of = vec![u32::MAX; problem.nodes()];
    let mut population: Vec<usize> = Vec::new();
    let mut taken: Vec<bool> = Vec::new();
    for node in order.nodes(problem) {
        taken.clear();
        taken.resize(population.len(), false);
        for (j, _) in problem.neighbours(node as usize) {
            if let Some(taken) = taken.get_mut(colour_of[j] as usize) {
                *taken = true;
            }
        }
        let free = (0..population.len()).filter(|&c| !taken[c]).min_by_key(|&c| population[c]);
        let colour = free.unwrap_or(population.len());
        if colour == population.len() {
            population.push(0);
        }
        population[colour] += 1;
        colour_of[node as usize] = colour as u32;
    }
    blocks(&colour_of, population.len())
}

/// Forests by first fit: each node joins the first forest in which it closes no cycle, a new one if there is none.
pub fn forests(problem: &GraphQuadratic, order: Order) -> Partition {
    let mut forest_of = vec![u32::MAX; problem.nodes()];
    let mut count = 0;
    // A node is in one forest only, so that one structure holds the trees of all.
    let mut trees = UnionFind::new(problem.nodes());
    let mut near: Vec<(u32, usize)> = Vec::new();
    for node in order.nodes(problem) {
        let node = node as usize;
        near.clear();
        for (j, _) in problem.neighbours(node) {
            if forest_of[j] != u32::MAX {
                near.push((forest_of[j], trees.root(j)));
            }
        }
        near.sort_unstable();
        // The first forest without two neighbours in one tree.
        let mut forest = 0;
        for pair in near.windows(2) {
            if pair[0] == pair[1] && pair[0].0 == forest {
                forest += 1;
            }
        }
        count = count.max(forest + 1);
        forest_of[node] = forest;
        for &(_, root) in near.iter().filter(|(f, _)| *f == forest) {
            trees.unite(node, root);
        }
    }
    blocks(&forest_of, count as usize)
}

/// The blocks of a list that names each node's.
pub(super) fn blocks(block_of: &[u32], count: usize) -> Partition {
    let mut blocks = vec![Vec::new(); count];
    for (node, &block) in block_of.iter().enumerate() {
        blocks[block as usize].push(node as u32);
    }
    blocks.retain(|block: &Vec<u32>| !block.is_empty());
    blocks
}

/// Checks that every node is in exactly one block and that no block is empty; the block of every node.
pub(super) fn check(partition: &[Vec<u32>], nodes: usize) -> Result<Vec<u32>, MethodError> {
    let wrong = |node: usize| MethodError::Option {
        name: "blocks",
        value: node as f64,
        expected: "every node in exactly one block (this one is not)",
    };
    let mut block_of = vec![u32::MAX; nodes];
    for (b, block) in partition.iter().enumerate() {
        for &node in block {
            match block_of.get_mut(node as usize) {
                Some(of) if *of == u32::MAX => *of = b as u32,
                _ => return Err(wrong(node as usize)),
            }
        }
    }
    match block_of.iter().position(|&b| b == u32::MAX) {
        Some(node) => Err(wrong(node)),
        None => Ok(block_of),
    }
}
