//! Construction, its errors, the recorded instances, the certificate.

use super::LabelledGraph;
use super::*;
use crate::certificate::{Certificate, Certify};
use crate::generate::{lattice::lattice, moons::moons};

fn two_by_two(values: [f64; 4], linear: [f64; 2]) -> Result<GraphQuadratic, GraphError> {
    GraphQuadratic::from_csr(vec![0, 2, 4], vec![0, 1, 0, 1], values.to_vec(), linear.to_vec())
}

#[test]
fn every_defect_is_named() {
    let message = |result: Result<GraphQuadratic, GraphError>| result.unwrap_err().to_string();
    let values = [2.0, -1.0, -1.0, 2.0];
    assert!(two_by_two(values, [1.0, 0.0]).is_ok());
    assert!(message(two_by_two(values, [1.0, f64::NAN])).contains("linear term 1 (from 0) is NaN"));
    assert!(message(two_by_two([2.0, -1.0, -0.5, 2.0], [1.0, 0.0])).contains("row 0, column 1 (from 0) holds -1"));
    assert!(
        message(two_by_two([2.0, f64::INFINITY, 0.0, 2.0], [1.0, 0.0])).contains("row 0, column 1 (from 0) is inf")
    );
    assert!(message(two_by_two([2.0, -1.0, -1.0, 0.0], [1.0, 0.0])).contains("node 1 (from 0) is 0"));
    let csr = |offsets: &[usize], columns: &[u32]| {
        GraphQuadratic::from_csr(offsets.to_vec(), columns.to_vec(), vec![1.0; columns.len()], vec![0.0; 2])
    };
    assert!(message(csr(&[0, 1], &[0])).contains("row offsets has length 2, expected 3"));
    assert!(message(csr(&[0, 2, 1], &[0, 1])).contains("offsets do not ascend"));
    assert!(message(csr(&[0, 2, 4], &[1, 0, 0, 1])).contains("columns of row 0"));
    assert!(message(csr(&[0, 2, 4], &[0, 2, 0, 1])).contains("columns of row 0"));
    assert!(message(csr(&[0, 1, 1], &[0])).contains("node 1 (from 0) is 0"));
    let wide = Sparse::zero((2, 3));
    assert!(message(GraphQuadratic::from_sparse(&wide, vec![0.0; 2])).contains("2 rows and 3 columns"));
}

#[test]
fn labels_are_checked() {
    let path = |labels: &[(usize, f64)]| LabelledGraph { labels: labels.to_vec(), ..lattice(3, 1, 2.0, 0, 0) };
    let message = |labels: &[(usize, f64)]| LabelPropagation::new(&path(labels)).unwrap_err().to_string();
    assert_eq!(message(&[]), "node 0 (from 0) is not connected to any label");
    assert_eq!(message(&[(3, 1.0)]), "label 0 (from 0) is for node 3, which the graph does not have");
    assert_eq!(message(&[(1, 1.0), (1, 1.0)]), "label 1 (from 0) is for node 1, which already has one");
    assert!(message(&[(1, f64::NAN)]).contains("label 0 (from 0) is NaN"));
    let negative = LabelledGraph { labels: vec![(0, 1.0)], ..lattice(3, 1, -2.0, 0, 0) };
    let error = LabelPropagation::new(&negative).unwrap_err();
    assert!(matches!(error, GraphError::Weight { row: 0, column: 1, .. }), "{error}");
    let lopsided = LabelledGraph { weights: Sparse::new((2, 2), vec![0, 1, 1], vec![1], vec![1.0]), labels: vec![] };
    assert!(matches!(LabelPropagation::new(&lopsided), Err(GraphError::NotSymmetric { .. })));
    let all = LabelPropagation::new(&path(&[(0, 1.0), (1, 2.0), (2, 3.0)])).unwrap();
    assert_eq!(all.all_values(&[]).unwrap(), [1.0, 2.0, 3.0]);
}

/// Between two labels of a path the values are linear.
#[test]
fn a_path_is_interpolated() {
    let graph = LabelledGraph { labels: vec![(0, 1.0), (4, 3.0)], ..lattice(5, 1, 7.0, 0, 0) };
    let propagation = LabelPropagation::new(&graph).unwrap();
    assert_eq!((propagation.problem.nodes(), propagation.problem.edges()), (3, 2));
    let point = vec![1.5, 2.0, 2.5];
    let certificate = propagation.problem.certify(&point);
    assert!(certificate.holds(1e-15) && certificate.summary(1e-15).starts_with("certified"));
    assert_eq!(propagation.all_values(&point).unwrap(), [1.0, 1.5, 2.0, 2.5, 3.0]);
    // The constant is what the labels contribute: 7 (1 + 9) / 2.
    let edges = propagation.all_values(&point).unwrap().windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>();
    approx::assert_relative_eq!(certificate.objective() + 35.0, 3.5 * edges, max_relative = 1e-14);
    assert!(!propagation.problem.certify(&vec![1.0; 3]).holds(1e-3));
    assert!(!propagation.problem.certify(&vec![1.0; 2]).holds(f64::INFINITY));
    assert!(!propagation.problem.certify(&vec![f64::NAN; 3]).holds(f64::INFINITY));
}

#[test]
fn the_recorded_sizes() {
    for (graph, nodes, edges) in [
        (lattice(20, 20, 1e5, 40, 3), 360, 617),
        (lattice(50, 50, 1e5, 100, 3), 2400, 4512),
        (moons(400, 40, 4), 360, 990),
        (moons(2000, 100, 4), 1900, 5479),
    ] {
        let problem = LabelPropagation::new(&graph).unwrap().problem;
        assert_eq!((problem.nodes(), problem.edges()), (nodes, edges));
    }
}

#[test]
fn fingerprints_tell_problems_apart() {
    let a = two_by_two([2.0, -1.0, -1.0, 2.0], [1.0, 0.0]).unwrap();
    let b = two_by_two([2.0, -0.5, -0.5, 2.0], [1.0, 0.0]).unwrap();
    let c = two_by_two([2.0, -1.0, -1.0, 2.0], [0.0, 1.0]).unwrap();
    assert_eq!(a.fingerprint(), a.clone().fingerprint());
    assert!(a.fingerprint() != b.fingerprint() && a.fingerprint() != c.fingerprint());
}
