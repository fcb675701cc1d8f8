//! Label propagation: values at some nodes of a weighted graph, the others as smooth as possible.

use super::{GraphError, GraphQuadratic};
use crate::Sparse;

/// A weighted graph some of whose nodes have known values.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledGraph {
    /// Symmetric weights of at least 0; the diagonal does not matter.
    pub weights: Sparse,
    /// Nodes and their values.
    pub labels: Vec<(usize, f64)>,
}

/// The quadratic over the nodes without a label.
///
/// Minimises `sum over edges of w_ij (y_i - y_j)^2 / 2` with the labelled y fixed, up to a constant: `A` is the weighted
/// degree minus the weights, restricted to the unknown nodes, `c_i` the sum of `w_ij y_j` over labelled neighbours (X. Zhu,
/// Z. Ghahramani, J. Lafferty, *Semi-supervised learning using Gaussian fields and harmonic functions*, ICML 2003).
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPropagation {
    /// The problem over the unknown nodes.
    pub problem: GraphQuadratic,
    /// The node of each unknown, ascending.
    pub unknown: Vec<u32>,
    /// The known values by node; NaN where unknown.
    known: Vec<f64>,
}

impl LabelPropagation {
    /// The quadratic of a graph.
    ///
    /// # Errors
    /// If the weights are not symmetric, finite and at least 0, a label is not finite, repeated or for no node, or a part
    /// of the graph has no label.
    pub fn new(graph: &LabelledGraph) -> Result<Self, GraphError> {
        let (nodes, columns) = graph.weights.shape();
        if nodes != columns {
            return Err(GraphError::NotSquare { rows: nodes, columns });
        }
        if u32::try_from(nodes).is_err() {
            return Err(GraphError::TooLarge { nodes });
        }
        check_weights(&graph.weights)?;
        let known = known_values(nodes, &graph.labels)?;
        check_labelled(&graph.weights, &known)?;
        let unknown: Vec<u32> = (0..nodes as u32).filter(|&i| known[i as usize].is_nan()).collect();
        let mut place = vec![u32::MAX; nodes];
        for (k, &node) in unknown.iter().enumerate() {
            place[node as usize] = k as u32;
        }
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        let mut linear = vec![0.0; unknown.len()];
        for (k, &node) in unknown.iter().enumerate() {
            let (mut row, mut degree) = (Vec::new(), 0.0);
            for (j, weight) in edges(&graph.weights, node as usize) {
                degree += weight;
                if known[j].is_nan() {
                    row.push((place[j], -weight));
                } else {
                    linear[k] += weight * known[j];
                }
            }
            let diagonal = row.partition_point(|&(j, _)| (j as usize) < k);
            row.insert(diagonal, (k as u32, degree));
            columns.extend(row.iter().map(|&(j, _)| j));
            values.extend(row.iter().map(|&(_, a)| a));
            offsets.push(columns.len());
        }
        Ok(Self { problem: GraphQuadratic::from_csr(offsets, columns, values, linear)?, unknown, known })
    }

    /// The value of every node of the graph: the labels, and the point of the quadratic elsewhere.
    ///
    /// # Errors
    /// If the point has the wrong length or a number that is not finite.
    pub fn all_values(&self, point: &[f64]) -> Result<Vec<f64>, crate::ProblemError> {
        self.problem.check_point(point)?;
        let mut values = self.known.clone();
        for (&node, &x) in self.unknown.iter().zip(point) {
            values[node as usize] = x;
        }
        Ok(values)
    }
}

/// The edges at a node that count: not to itself, not of weight 0; ascending.
fn edges(weights: &Sparse, node: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    let range = weights.indptr().outer_inds_sz(node);
    let row = weights.indices()[range.clone()].iter().zip(&weights.data()[range]);
    row.map(|(&j, &w)| (j as usize, w)).filter(move |&(j, w)| j != node && w != 0.0)
}

fn check_weights(weights: &Sparse) -> Result<(), GraphError> {
    for (&value, (row, column)) in weights {
        let (row, column) = (row as usize, column as usize);
        if !value.is_finite() {
            return Err(GraphError::NotFinite { row, column, value });
        }
        if value < 0.0 && row != column {
            return Err(GraphError::Weight { row, column, value });
        }
        let mirror = weights.get(column, row).copied().unwrap_or(0.0);
        if mirror != value {
            return Err(GraphError::NotSymmetric { row, column, value, mirror });
        }
    }
    Ok(())
}

fn known_values(nodes: usize, labels: &[(usize, f64)]) -> Result<Vec<f64>, GraphError> {
    let mut known = vec![f64::NAN; nodes];
    for (index, &(node, value)) in labels.iter().enumerate() {
        if !value.is_finite() {
            return Err(crate::ProblemError::NotFinite { what: "label", index, value }.into());
        }
        match known.get_mut(node) {
            None => return Err(GraphError::Label { index, node, problem: "which the graph does not have" }),
            Some(slot) if !slot.is_nan() => {
                return Err(GraphError::Label { index, node, problem: "which already has one" });
            }
            Some(slot) => *slot = value,
        }
    }
    Ok(known)
}

/// Every node must be connected to a label: otherwise A is singular.
fn check_labelled(weights: &Sparse, known: &[f64]) -> Result<(), GraphError> {
    let mut reached: Vec<bool> = known.iter().map(|v| !v.is_nan()).collect();
    let mut stack: Vec<usize> = (0..known.len()).filter(|&i| reached[i]).collect();
    while let Some(node) = stack.pop() {
        for (j, _) in edges(weights, node) {
            if !reached[j] {
                reached[j] = true;
                stack.push(j);
            }
        }
    }
    match reached.iter().position(|r| !r) {
        Some(node) => Err(GraphError::NoLabel { node }),
        None => Ok(()),
    }
}
