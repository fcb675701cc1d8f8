//! Forests chosen anew in every step: as many nodes as close no cycle, the most promising first.

use super::union_find::UnionFind;
use serde::{Deserialize, Serialize};
use thalweg_kernels::parallel;
use thalweg_problems::graph::GraphQuadratic;

/// How promising a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Score {
    /// `|g_i|`.
    #[default]
    Gradient,
    /// `g_i^2 / A_ii`, twice the decrease of a step along the node alone.
    Decrease,
}

impl Score {
    fn fill(self, problem: &GraphQuadratic, gradient: &[f64], scores: &mut [f64]) {
        let diagonal = problem.diagonal();
        match self {
            Self::Gradient => parallel::fill(scores, gradient.len(), |i| gradient[i].abs()),
            Self::Decrease => parallel::fill(scores, gradient.len(), |i| gradient[i] * gradient[i] / diagonal[i]),
        }
    }
}

/// The memory of the choice.
#[derive(Clone, Debug, Default)]
pub(super) struct TreeScan {
    pub(super) order: Vec<u32>,
    scores: Vec<f64>,
    trees: UnionFind,
    inside: Vec<bool>,
    /// For every root, the node that last saw it in its scan.
    seen: Vec<u32>,
    roots: Vec<usize>,
}

impl TreeScan {
    /// Puts the nodes in the order of their scores, the highest first; ties as they are numbered.
    pub(super) fn sort(&mut self, problem: &GraphQuadratic, gradient: &[f64], score: Score) {
        self.scores.resize(gradient.len(), 0.0);
        score.fill(problem, gradient, &mut self.scores);
        self.natural_order(gradient.len());
        let scores = &self.scores;
        self.order.sort_unstable_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b)));
    }

    /// The `count` nodes with the largest `|g_i|`, ascending.
    pub(super) fn largest(&mut self, problem: &GraphQuadratic, gradient: &[f64], count: usize, block: &mut Vec<u32>) {
        self.scores.resize(gradient.len(), 0.0);
        Score::Gradient.fill(problem, gradient, &mut self.scores);
        self.natural_order(gradient.len());
        let scores = &self.scores;
        if count < self.order.len() {
            let by_score = |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
            self.order.select_nth_unstable_by(count, by_score);
        }
        block.clear();
        block.extend(self.order.iter().take(count));
        block.sort_unstable();
    }

    pub(super) fn natural_order(&mut self, nodes: usize) {
        self.order.clear();
        self.order.extend(0..nodes as u32);
    }

    /// Scans `order`: a node joins if its neighbours in the block are in different trees. The block comes out ascending.
    pub(super) fn grow(&mut self, problem: &GraphQuadratic, block: &mut Vec<u32>) {
        let nodes = problem.nodes();
        self.trees.reset(nodes);
        self.inside.clear();
        self.inside.resize(nodes, false);
        self.seen.clear();
        self.seen.resize(nodes, u32::MAX);
        for &node in &self.order {
            self.roots.clear();
            let mut acyclic = true;
            for (j, _) in problem.neighbours(node as usize).filter(|&(j, _)| self.inside[j]) {
                let root = self.trees.root(j);
                if std::mem::replace(&mut self.seen[root], node) == node {
                    acyclic = false;
                    break;
                }
                self.roots.push(root);
            }
            if acyclic {
                self.inside[node as usize] = true;
                for &root in &self.roots {
                    self.trees.unite(node as usize, root);
                }
            }
        }
        block.clear();
        block.extend((0..nodes as u32).filter(|&i| self.inside[i as usize]));
    }
}
