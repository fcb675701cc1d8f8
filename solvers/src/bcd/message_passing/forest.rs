//! The exact solve on a block without cycles.

use crate::run::MethodError;
use thalweg_problems::graph::GraphQuadratic;

/// Why a block could not be factored. Nodes are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ForestError {
    /// The block's graph has a cycle.
    #[error("the block is not a forest: node {node} (from 0) closes a cycle")]
    Cycle {
        /// A node on a cycle.
        node: usize,
    },
    /// A pivot is not positive.
    #[error("the matrix is not positive definite: the pivot of node {node} (from 0) is {pivot}")]
    Pivot {
        /// The node.
        node: usize,
        /// Its pivot.
        pivot: f64,
    },
    /// A node is not one of the graph.
    #[error("the block's node {node} (from 0) is repeated or not one of the {nodes} of the graph")]
    Node {
        /// The node.
        node: usize,
        /// The graph's nodes.
        nodes: usize,
    },
}

impl From<ForestError> for MethodError {
    fn from(error: ForestError) -> Self {
        Self::Numerical(error.to_string())
    }
}

const NONE: u32 = u32::MAX;

/// The factors of `A_bb + shift I` for a block b whose graph is a forest: `L D L'` without fill, in the order from the leaves
/// of every tree to its root.
///
/// Building costs the block and the edges at its nodes; a solve costs the block. Both reuse the memory of what was there
/// before; three numbers per node of the whole graph are kept only while building. Trees are solved in parallel where there
/// are enough nodes; levels within a tree are not, since the trees of sparse graphs are much deeper than wide.
///
/// ```
/// use thalweg_problems::graph::GraphQuadratic;
/// use thalweg_solvers::bcd::message_passing::Forest;
///
/// // A = [[2, -1], [-1, 2]] is a tree of two nodes.
/// let problem = GraphQuadratic::from_csr(vec![0, 2, 4], vec![0, 1, 0, 1], vec![2.0, -1.0, -1.0, 2.0], vec![3.0, 0.0]).unwrap();
/// let mut forest = Forest::default();
/// forest.factor(&problem, &[0, 1], 0.0)?;
/// let mut x = forest.gather(problem.linear());
/// forest.solve(&mut x);
/// assert_eq!((forest.nodes(), forest.trees(), x), (&[0, 1][..], 1, vec![2.0, 1.0]));
/// # Ok::<(), thalweg_solvers::bcd::message_passing::ForestError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Forest {
    /// The block's nodes, every parent before its children.
    nodes: Vec<u32>,
    /// The position of the parent in `nodes`; none for a root.
    parents: Vec<u32>,
    /// `A_{i, parent}` over the node's pivot: what elimination multiplies by, both ways.
    multipliers: Vec<f64>,
    /// D.
    pivots: Vec<f64>,
    /// Where every tree begins in `nodes`.
    roots: Vec<u32>,
    /// The position in `nodes` of every node of the graph; none outside the block and between two calls.
    places: Vec<u32>,
    /// Nodes to visit, with the position of the parent and the entry of A to it.
    stack: Vec<(u32, u32, f64)>,
}

impl Forest {
    /// Factors the block; every tree is rooted at its first node in `block`.
    ///
    /// # Errors
    /// If a node is repeated or unknown, the block has a cycle, or a pivot is not positive; there are then no factors.
    pub fn factor(&mut self, problem: &GraphQuadratic, block: &[u32], shift: f64) -> Result<(), ForestError> {
        self.places.resize(problem.nodes(), NONE);
        let result = self.order(problem, block).and_then(|()| self.eliminate(problem, shift));
        // The marks of the block, and of the nodes of a block that was given up.
        for &node in block {
            if let Some(place) = self.places.get_mut(node as usize) {
                *place = NONE;
            }
        }
        if result.is_err() {
            self.nodes.clear();
            self.roots.clear();
        }
        result
    }

    /// Parents before children, depth first, so that a path of the graph is a run of memory.
    fn order(&mut self, problem: &GraphQuadratic, block: &[u32]) -> Result<(), ForestError> {
        /// In the block and not yet reached.
        const WAITING: u32 = NONE - 1;
        /// Reached, on the stack.
        const REACHED: u32 = NONE - 2;
        let Self { nodes, parents, multipliers, roots, places, stack, .. } = self;
        nodes.clear();
        parents.clear();
        multipliers.clear();
        roots.clear();
        for &node in block {
            match places.get_mut(node as usize) {
                Some(place) if *place == NONE => *place = WAITING,
                _ => return Err(ForestError::Node { node: node as usize, nodes: problem.nodes() }),
            }
        }
        for &root in block {
            if places[root as usize] != WAITING {
                continue;
            }
            roots.push(nodes.len() as u32);
            stack.clear();
            stack.push((root, NONE, 0.0));
            while let Some((node, parent, weight)) = stack.pop() {
                let here = nodes.len() as u32;
                places[node as usize] = here;
                nodes.push(node);
                parents.push(parent);
                multipliers.push(weight);
                let children = stack.len();
                for (j, weight) in problem.neighbours(node as usize) {
                    match places[j] {
                        NONE => {}
                        WAITING => {
                            places[j] = REACHED;
                            stack.push((j as u32, here, weight));
                        }
                        place if place == parent => {}
                        _ => return Err(ForestError::Cycle { node: j }),
                    }
                }
                // The lowest neighbour is next.
                stack[children..].reverse();
            }
        }
        Ok(())
    }

    /// Leaves to roots: every node's pivot is what its children leave of its diagonal.
    fn eliminate(&mut self, problem: &GraphQuadratic, shift: f64) -> Result<(), ForestError> {
        self.pivots.clear();
        self.pivots.extend(self.nodes.iter().map(|&node| problem.diagonal()[node as usize] + shift));
        for k in (0..self.nodes.len()).rev() {
            let pivot = self.pivots[k];
            if pivot <= 0.0 || !pivot.is_finite() {
                return Err(ForestError::Pivot { node: self.nodes[k] as usize, pivot });
            }
            let parent = self.parents[k];
            if parent != NONE {
                let weight = self.multipliers[k];
                self.multipliers[k] = weight / pivot;
                self.pivots[parent as usize] -= weight * self.multipliers[k];
            }
        }
        Ok(())
    }

    /// The block's nodes in the order of the solve's vectors; empty without factors.
    pub fn nodes(&self) -> &[u32] {
        &self.nodes
    }

    /// The number of trees.
    pub fn trees(&self) -> usize {
        self.roots.len()
    }

    /// The number of trees, the nodes of the largest, and the levels of the deepest.
    pub fn shape(&self) -> (usize, usize, usize) {
        let ends = self.roots.iter().skip(1).map(|&r| r as usize).chain([self.nodes.len()]);
        let largest = self.roots.iter().zip(ends).map(|(&root, end)| end - root as usize).max().unwrap_or(0);
        let mut levels = vec![1; self.nodes.len()];
        for k in 0..levels.len() {
            if self.parents[k] != NONE {
                levels[k] = levels[self.parents[k] as usize] + 1;
            }
        }
        (self.roots.len(), largest, levels.into_iter().max().unwrap_or(0))
    }

    /// The numbers of a vector over the graph at the block's nodes, in their order.
    pub fn gather(&self, vector: &[f64]) -> Vec<f64> {
        self.nodes.iter().map(|&node| vector[node as usize]).collect()
    }

    /// Solves `(A_bb + shift I) x = rhs` in place; `x` is in the order of [`nodes`](Self::nodes).
    ///
    /// # Panics
    /// If the length is not the number of nodes.
    pub fn solve(&self, x: &mut [f64]) {
        assert_eq!(x.len(), self.nodes.len(), "one number per node of the block");
        self.solve_trees(&self.roots, 0, x);
    }

    /// Nodes that are worth a second thread.
    const PART: usize = 1 << 14;

    /// The solve of consecutive trees, whose nodes are those from `start` on; halves of them in parallel.
    fn solve_trees(&self, roots: &[u32], start: usize, x: &mut [f64]) {
        let middle = roots.partition_point(|&root| (root as usize) < start + x.len() / 2).max(1);
        if x.len() >= 2 * Self::PART && middle < roots.len() {
            let (left, right) = roots.split_at(middle);
            let cut = right[0] as usize;
            let (front, back) = x.split_at_mut(cut - start);
            rayon::join(|| self.solve_trees(left, start, front), || self.solve_trees(right, cut, back));
            return;
        }
        let range = start..start + x.len();
        let (parents, multipliers) = (&self.parents[range.clone()], &self.multipliers[range.clone()]);
        let pivots = &self.pivots[range];
        for k in (0..x.len()).rev() {
            if parents[k] != NONE {
                x[parents[k] as usize - start] -= multipliers[k] * x[k];
            }
        }
        for k in 0..x.len() {
            let from_parent = if parents[k] == NONE { 0.0 } else { multipliers[k] * x[parents[k] as usize - start] };
            x[k] = x[k] / pivots[k] - from_parent;
        }
    }
}
