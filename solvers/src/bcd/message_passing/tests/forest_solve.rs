//! The solve on a forest against a dense solve.

use super::*;
use crate::bcd::message_passing::{Blocks, Forest, ForestError, MessagePassing, partition};
use crate::run::{Begin, Control, NoSave, Status, solve};

/// Solves on `block` both ways and compares; the number of trees.
fn agrees(problem: &GraphQuadratic, block: &[u32]) -> usize {
    let mut forest = Forest::default();
    forest.factor(problem, block, 0.0).unwrap();
    let rhs = forest.gather(problem.linear());
    let mut x = rhs.clone();
    forest.solve(&mut x);
    let expected = dense_solution(problem, forest.nodes(), &rhs);
    let scale = expected.iter().fold(0.0, |s: f64, v| s.max(v.abs()));
    for (x, e) in x.iter().zip(&expected) {
        assert!((x - e).abs() <= 1e-10 * scale, "{x} {e}");
    }
    // A tree has one edge less than nodes.
    let inside = |i: u32| problem.neighbours(i as usize).filter(|&(j, _)| block.contains(&(j as u32))).count();
    let edges = block.iter().map(|&i| inside(i)).sum::<usize>() / 2;
    assert_eq!(edges, block.len() - forest.trees());
    forest.trees()
}

#[test]
fn a_path_is_solved_in_one_step() {
    let n = 200;
    let edges: Vec<_> = (1..n).map(|i| (i - 1, i, -1.0)).collect();
    let linear: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
    let problem = from_edges(n, &edges, &vec![2.0; n], linear);
    let all: Vec<u32> = (0..n as u32).collect();
    assert_eq!(agrees(&problem, &all), 1);
    for blocks in [Blocks::default(), Blocks::Forests(partition::Order::Natural), Blocks::Fixed(vec![all])] {
        let method = MessagePassing { tolerance: 1e-9, blocks };
        let begin = Begin::From(vec![0.0; n]);
        let solution = solve(&problem, &method, begin, 1e-9, Control::default(), &mut NoSave).unwrap();
        assert_eq!((solution.status, solution.iterations), (Status::Converged, 1));
    }
}

#[test]
fn a_binary_tree() {
    let n = 255;
    let edges: Vec<_> = (1..n).map(|i| ((i - 1) / 2, i, -1.0)).collect();
    let linear: Vec<f64> = (0..n).map(|i| 1.0 + (i % 7) as f64).collect();
    let problem = from_edges(n, &edges, &vec![3.0; n], linear);
    assert_eq!(agrees(&problem, &(0..n as u32).collect::<Vec<_>>()), 1);
    // Without its root, two trees; whatever the order.
    assert_eq!(agrees(&problem, &(1..n as u32).rev().collect::<Vec<_>>()), 2);
    assert_eq!(agrees(&problem, &[]), 0);
}

#[test]
fn random_forests() {
    for seed in 0..20 {
        let problem = random_graph(120, 0, seed);
        let all: Vec<u32> = (0..120).collect();
        assert_eq!(agrees(&problem, &all), 120 - problem.edges());
        let some: Vec<u32> = all.iter().copied().filter(|i| i % 3 != 0).collect();
        agrees(&problem, &some);
    }
}

#[test]
fn a_shift_is_added_to_the_diagonal() {
    let problem = from_edges(2, &[(0, 1, 1.0)], &[1.0, 1.0], vec![1.0, 2.0]);
    let mut forest = Forest::default();
    assert_eq!(forest.factor(&problem, &[0, 1], 0.0), Err(ForestError::Pivot { node: 0, pivot: 0.0 }));
    assert!(forest.nodes().is_empty());
    // The failure left no marks: [[2, 1], [1, 2]] x = (1, 2) has the solution (0, 1).
    forest.factor(&problem, &[0, 1], 1.0).unwrap();
    let mut x = forest.gather(problem.linear());
    forest.solve(&mut x);
    approx::assert_abs_diff_eq!(x.as_slice(), [0.0, 1.0].as_slice(), epsilon = 1e-15);
}

#[test]
fn what_is_no_forest_is_refused() {
    let ring = from_edges(4, &[(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (0, 3, 1.0)], &[3.0; 4], vec![1.0; 4]);
    let mut forest = Forest::default();
    assert!(matches!(forest.factor(&ring, &[0, 1, 2, 3], 0.0), Err(ForestError::Cycle { .. })));
    assert_eq!(forest.factor(&ring, &[0, 4], 0.0), Err(ForestError::Node { node: 4, nodes: 4 }));
    assert_eq!(forest.factor(&ring, &[1, 0, 1], 0.0), Err(ForestError::Node { node: 1, nodes: 4 }));
    assert_eq!(agrees(&ring, &[0, 1, 2]), 1);
    let indefinite = from_edges(2, &[(0, 1, 5.0)], &[1.0, 1.0], vec![1.0; 2]);
    let begin = Begin::From(vec![0.0; 2]);
    let method = MessagePassing::default();
    let solution = solve(&indefinite, &method, begin, 1e-9, Control::default(), &mut NoSave).unwrap();
    assert_eq!(solution.status, Status::NumericalFailure);
    assert!(
        solution.reason.contains("not positive definite: the pivot of node 0 (from 0) is -24"),
        "{}",
        solution.reason
    );
    assert_eq!(solution.point, [0.0, 0.0]);
}

/// Enough trees for several threads: the same bits for any number of them, and the solution of the system.
#[test]
fn trees_are_solved_in_parallel() {
    let (nodes, length) = (90_000, 50);
    // Paths of 50 nodes, but for one long one.
    let joined = |i: usize| i % length != 0 || (10_000..30_000).contains(&i);
    let edges: Vec<(usize, usize, f64)> =
        (1..nodes).filter(|&i| joined(i)).map(|i| (i - 1, i, -1.0 - (i % 7) as f64 / 10.0)).collect();
    let linear: Vec<f64> = (0..nodes).map(|i| ((i * 37) % 101) as f64 - 50.0).collect();
    let problem = from_edges(nodes, &edges, &vec![4.0; nodes], linear);
    let block: Vec<u32> = (0..nodes as u32).collect();
    let mut forest = Forest::default();
    forest.factor(&problem, &block, 0.0).unwrap();
    assert_eq!(forest.shape(), (1400, 20_050, 20_050));
    let solutions = [1, 2, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut x = forest.gather(problem.linear());
        pool.install(|| forest.solve(&mut x));
        x
    });
    assert!(solutions[0] == solutions[1] && solutions[0] == solutions[2]);
    let mut x = vec![0.0; nodes];
    forest.nodes().iter().zip(&solutions[0]).for_each(|(&i, &v)| x[i as usize] = v);
    let mut residual = vec![0.0; nodes];
    problem.gradient(&x, &mut residual);
    assert!(residual.iter().all(|r| r.abs() <= 1e-12 * 50.0));
}
