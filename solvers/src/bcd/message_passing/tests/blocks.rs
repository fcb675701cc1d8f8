//! What every block must be.

use super::*;
use crate::bcd::message_passing::tree::TreeScan;
use crate::bcd::message_passing::{Blocks, Forest, MessagePassing, Order, Score, lattice, partition};
use crate::run::{Method, Run, Work};
use thalweg_problems::generate::{lattice::lattice as lattice_graph, moons::moons};
use thalweg_problems::graph::LabelPropagation;

fn graphs() -> Vec<GraphQuadratic> {
    let propagation = |graph| LabelPropagation::new(&graph).unwrap().problem;
    let mut graphs = vec![propagation(lattice_graph(9, 12, 2.0, 8, 1)), propagation(moons(150, 10, 2))];
    graphs.extend((0..6).map(|seed| random_graph(100, 40 * seed as usize, seed)));
    graphs
}

fn independent(problem: &GraphQuadratic, block: &[u32]) -> bool {
    block.iter().all(|&i| problem.neighbours(i as usize).all(|(j, _)| block.binary_search(&(j as u32)).is_err()))
}

#[test]
fn partitions() {
    for problem in graphs() {
        for order in [Order::Natural, Order::Diagonal] {
            let colours = partition::colouring(&problem, order);
            let forests = partition::forests(&problem, order);
            for blocks in [&colours, &forests] {
                assert!(partition::check(blocks, problem.nodes()).is_ok());
                assert!(blocks.iter().all(|block| !block.is_empty() && block.is_sorted()));
            }
            assert!(colours.iter().all(|block| independent(&problem, block)));
            let mut forest = Forest::default();
            for block in &forests {
                forest.factor(&problem, block, 0.0).unwrap();
            }
            // First fit: what is in a later forest would close a cycle in an earlier one.
            for (k, later) in forests.iter().enumerate().skip(1) {
                for &node in later {
                    let mut block = forests[k - 1].clone();
                    block.push(node);
                    assert!(forest.factor(&problem, &block, 0.0).is_err());
                }
            }
        }
    }
}

#[test]
fn blocks_of_lattices() {
    for (rows, columns, labels) in [(1, 1, 0), (2, 2, 0), (1, 5, 1), (5, 1, 1), (6, 7, 0), (7, 6, 5), (20, 20, 40)] {
        let mut graph = lattice_graph(rows, columns, 1.0, labels, 3);
        if labels == 0 {
            // Something must be known; one node more would disturb the pattern of all.
            graph.labels.push((0, 1.0));
        }
        let propagation = LabelPropagation::new(&graph).unwrap();
        let colours = lattice::red_black(rows, &propagation.unknown);
        let combs = lattice::combs(rows, &propagation.unknown);
        for blocks in [&colours, &combs] {
            assert!(partition::check(blocks, propagation.problem.nodes()).is_ok());
            assert!(blocks.len() <= 2);
        }
        assert!(colours.iter().all(|block| independent(&propagation.problem, block)));
        for block in &combs {
            Forest::default().factor(&propagation.problem, block, 0.0).unwrap();
        }
    }
}

#[test]
fn grown_forests_are_maximal() {
    for problem in graphs() {
        let (mut scan, mut block, mut forest) = (TreeScan::default(), Vec::new(), Forest::default());
        let rules =
            [Blocks::GreedyTree(Score::Gradient), Blocks::GreedyTree(Score::Decrease), Blocks::RandomTree { seed: 1 }];
        for rule in rules {
            for step in 0..3 {
                rule.choose(&problem, problem.linear(), step, &mut scan, &mut block);
                forest.factor(&problem, &block, 0.0).unwrap();
                for node in (0..problem.nodes() as u32).filter(|node| block.binary_search(node).is_err()) {
                    let mut larger = block.clone();
                    larger.push(node);
                    assert!(forest.factor(&problem, &larger, 0.0).is_err());
                }
            }
        }
    }
}

/// Every rule descends, and leaves no gradient in its block.
#[test]
fn every_step_is_exact() {
    for problem in graphs() {
        let rules = [
            Blocks::GreedyTree(Score::Gradient),
            Blocks::GreedyTree(Score::Decrease),
            Blocks::RandomTree { seed: 3 },
            Blocks::Forests(Order::Diagonal),
            Blocks::Colouring(Order::Natural),
            Blocks::General,
        ];
        for blocks in rules {
            let method = MessagePassing { tolerance: 0.0, blocks };
            let mut run = Run::new(2);
            let mut work = method.start(&problem, vec![0.0; problem.nodes()], &mut run).unwrap();
            let scale = problem.linear().iter().fold(0.0, |s: f64, c| s.max(c.abs()));
            let mut before = 0.0;
            for _ in 0..30 {
                let point = work.point().clone();
                let _ = method.step(&problem, &mut work, &mut run).unwrap();
                assert!(run.objective <= before + 1e-14 * f64::abs(before), "{:?}", method.blocks);
                before = run.objective;
                let mut gradient = vec![0.0; problem.nodes()];
                problem.gradient(work.point(), &mut gradient);
                let moved = (0..problem.nodes()).filter(|&i| work.point()[i] != point[i]);
                assert!(moved.into_iter().all(|i| gradient[i].abs() <= 1e-9 * scale));
            }
        }
    }
}

#[test]
fn a_partition_must_cover_every_node_once() {
    let problem = random_graph(3, 0, 0);
    for (blocks, node) in [(vec![vec![0, 1]], 2.0), (vec![vec![0, 1], vec![1, 2]], 1.0), (vec![vec![0, 1, 2, 7]], 7.0)]
    {
        let method = MessagePassing { blocks: Blocks::Fixed(blocks), ..MessagePassing::default() };
        let error = method.start(&problem, vec![0.0; 3], &mut Run::new(2)).unwrap_err();
        assert!(error.to_string().starts_with(&format!("option blocks is {node}, expected every node")), "{error}");
    }
}
