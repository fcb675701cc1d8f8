//! Disjoint sets of nodes.

/// Union by size with path halving (R. Tarjan, J. van Leeuwen, *Worst-case analysis of set union algorithms*, J. ACM 31,
/// 1984): nearly constant time per operation.
#[derive(Clone, Debug, Default)]
pub(super) struct UnionFind {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl UnionFind {
    /// Every node alone; `nodes` fits 32 bits.
    pub(super) fn new(nodes: usize) -> Self {
        let mut sets = Self::default();
        sets.reset(nodes);
        sets
    }

    /// Every node alone again.
    pub(super) fn reset(&mut self, nodes: usize) {
        self.parent.clear();
        self.parent.extend(0..nodes as u32);
        self.size.clear();
        self.size.resize(nodes, 1);
    }

    /// The representative of a node's set.
    pub(super) fn root(&mut self, node: usize) -> usize {
        let mut node = node;
        while self.parent[node] as usize != node {
            let above = self.parent[self.parent[node] as usize];
            self.parent[node] = above;
            node = above as usize;
        }
        node
    }

    /// Unites the sets of two nodes.
    pub(super) fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (small, large) = if self.size[a] < self.size[b] { (a, b) } else { (b, a) };
        self.parent[small] = large as u32;
        self.size[large] += self.size[small];
    }
}
