//! Instance D of Nutini, Laradji, Schmidt (JMLR 23, 2022, section 7): a lattice with values at some of its nodes.

use super::reference_random::SplitMix64;
use crate::Sparse;
use crate::graph::LabelledGraph;

/// A lattice of `rows x columns` nodes, node `c * rows + r` at row r and column c, every edge of weight `weight`; the first
/// `labels` nodes of a shuffle have the values `10 normal`.
pub fn lattice(rows: usize, columns: usize, weight: f64, labels: usize, seed: u64) -> LabelledGraph {
    let nodes = rows * columns;
    let (mut offsets, mut indices) = (vec![0], Vec::new());
    for node in 0..nodes {
        let (c, r) = (node / rows, node % rows);
        let near = [
            (c > 0).then(|| node - rows),
            (r > 0).then(|| node - 1),
            (r + 1 < rows).then_some(node + 1),
            (c + 1 < columns).then_some(node + rows),
        ];
        indices.extend(near.into_iter().flatten().map(|j| j as u32));
        offsets.push(indices.len());
    }
    let values = vec![weight; indices.len()];
    let weights = Sparse::new((nodes, nodes), offsets, indices, values);
    let mut random = SplitMix64::new(seed);
    let mut order: Vec<usize> = (0..nodes).collect();
    random.shuffle(&mut order);
    let labels = order.into_iter().take(labels).map(|node| (node, 10.0 * random.normal())).collect();
    LabelledGraph { weights, labels }
}
