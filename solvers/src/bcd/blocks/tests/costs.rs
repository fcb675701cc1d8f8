//! What is kept up to date instead of computed anew leads to the same blocks and, up to rounding, the same points.

use super::*;
use crate::bcd::blocks::{Bounded, Quadratic};
use crate::run::{Method, Oracle, Run, Work};
use thalweg_problems::Design;
use thalweg_problems::generate::{lattice, moons};
use thalweg_problems::graph::{GraphQuadratic, LabelPropagation};

/// Runs beside a run that computes everything anew: the same blocks, nearby points; how many gradients each computed, two of
/// them at the start.
fn beside_plain<P: BlockProblem>(problem: &P, method: &BlockDescent, steps: u64) -> [u64; 2] {
    let m = problem.dimension();
    let mut runs = [false, true].map(|plain| {
        let mut run = Run::new(4);
        let mut work = method.start(problem, vec![0.0; m], &mut run).unwrap();
        work.plain = plain;
        if plain {
            work.scores = None;
        }
        (run, work)
    });
    for k in 0..steps {
        for (run, work) in &mut runs {
            method.block_step(problem, work, run).unwrap();
        }
        assert_eq!(runs[0].1.chosen.block, runs[1].1.chosen.block, "{method:?}, step {k}");
    }
    let scale = runs[1].1.point().iter().fold(0.0, |s: f64, x| s.max(x.abs()));
    for (x, y) in runs[0].1.point().iter().zip(runs[1].1.point()) {
        assert!((x - y).abs() <= 1e-8 * scale, "{method:?}: {x} {y}");
    }
    [0, 1].map(|k| runs[k].0.counts.get(Oracle::Gradient))
}

#[test]
fn gradients_of_least_squares() {
    use Selection::{GaussSouthwell, GaussSouthwellDiagonal, GaussSouthwellLipschitz, GaussSouthwellQuadratic};
    with_least_squares(|problem| {
        for blocks in [SORT, ORDER, Blocks::Variable] {
            for update in [Update::Gradient, Update::Matrix, Update::LipschitzApproximation, Update::Newton] {
                for selection in
                    [GaussSouthwell, GaussSouthwellLipschitz, GaussSouthwellDiagonal, GaussSouthwellQuadratic]
                {
                    // Greedy GSQ reaches the rounding level, where rounding chooses the blocks.
                    let solves = selection == GaussSouthwellQuadratic && blocks == Blocks::Variable;
                    let steps = if solves { 60 } else { 300 };
                    let [kept, plain] = beside_plain(problem, &method(&blocks, selection, update, 5), steps);
                    assert!(
                        kept < plain && (!solves || update != Update::Matrix || kept == 2),
                        "{blocks:?} {selection:?} {update:?}: {kept} of {plain}"
                    );
                }
            }
        }
    });
}

/// A quadratic on a graph as a sparse matrix.
fn matrix(graph: &GraphQuadratic) -> Design {
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for node in 0..graph.nodes() {
        let (columns, entries) = graph.row(node);
        indices.extend_from_slice(columns);
        values.extend_from_slice(entries);
        indptr.push(indices.len());
    }
    Design::from_csc(graph.nodes(), indptr, indices, values).unwrap()
}

#[test]
fn scores_on_graphs() {
    for mut graph in [moons::moons(2000, 100, 4), lattice::lattice(50, 50, 1e5, 100, 3)] {
        // Equal weights make equal scores, between which rounding chooses.
        let varied: Vec<f64> =
            graph.weights.iter().map(|(w, (i, j))| w * (1.0 + 1e-3 * f64::from(i * j % 997))).collect();
        graph.weights.data_mut().copy_from_slice(&varied);
        let graph = LabelPropagation::new(&graph).unwrap().problem;
        let matrix = matrix(&graph);
        let problem = Quadratic::new(&matrix, graph.linear()).unwrap();
        let nonnegative = Bounded::new(&problem, 0.0, 0.0, f64::INFINITY);
        let kept = |problem: &dyn BlockProblem, method: &BlockDescent| {
            let work = method.start(problem, vec![0.0; problem.dimension()], &mut Run::new(4)).unwrap();
            work.scores.is_some()
        };
        for blocks in [SORT, Blocks::Variable] {
            for selection in [
                Selection::GaussSouthwell,
                Selection::GaussSouthwellLipschitz,
                Selection::GaussSouthwellDiagonal,
                Selection::ProximalDecrease,
            ] {
                for update in [Update::Gradient, Update::Matrix, Update::Diagonal] {
                    let method = method(&blocks, selection, update, 5);
                    assert!(kept(&problem, &method));
                    beside_plain(&problem, &method, 100);
                }
                let projected = method(&blocks, selection, Update::ProjectedGradient, 5);
                assert!(kept(&nonnegative, &projected));
                beside_plain(&nonnegative, &projected, 100);
            }
        }
        let exact = method(SORT, Selection::GaussSouthwellQuadratic, Update::Matrix, 5);
        assert!(kept(&problem, &exact));
        beside_plain(&problem, &exact, 100);
        // Where keeping scores does not pay, or steps are not sparse.
        assert!(!kept(&problem, &method(Blocks::Variable, Selection::GaussSouthwell, Update::Gradient, 100)));
        assert!(!kept(&problem, &method(Blocks::Variable, Selection::GaussSouthwell, Update::Newton, 5)));
    }
}
