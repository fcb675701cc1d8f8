//! What the theory promises of each step, and of the runs.

use super::*;
use crate::bcd::blocks::dense::{Eigen, Factor, Symmetric, dot};
use crate::bcd::blocks::{Quadratic, Scratch};
use crate::run::{Counts, Method, Run, Work};
use thalweg_problems::Design;
use thalweg_problems::generate::reference_random::SplitMix64;

const SELECTIONS: [Selection; 11] = [
    Selection::Cyclic,
    Selection::ShuffledCyclic,
    Selection::Random,
    Selection::Lipschitz,
    Selection::GaussSouthwell,
    Selection::GaussSouthwellLipschitz,
    Selection::GaussSouthwellDiagonal,
    Selection::GaussSouthwellQuadratic,
    Selection::Thresholding,
    Selection::ProximalDecrease,
    Selection::SupportFirst,
];
const UPDATES: [Update; 12] = [
    Update::Gradient,
    Update::Diagonal,
    Update::Matrix,
    Update::Newton,
    Update::NewtonExact,
    Update::Cubic,
    Update::CubicBound,
    Update::LipschitzApproximation,
    Update::LipschitzRelaxed,
    Update::ProjectedGradient,
    Update::TwoMetric,
    Update::ProjectedNewton,
];

/// One block step: the point before it, the block, its gradient and bound, the objective before and after.
struct Step {
    before: f64,
    after: f64,
    g: Vec<f64>,
    bound: Symmetric,
    block: Vec<usize>,
}

fn steps<P: BlockProblem>(problem: &P, method: &BlockDescent, count: usize, mut see: impl FnMut(&Step, &BlockWork)) {
    let (mut run, mut scratch) = (Run::new(4), Scratch::default());
    let mut work = method.start(problem, vec![0.0; problem.dimension()], &mut run).unwrap();
    for _ in 0..count {
        let mut gradient = vec![0.0; problem.dimension()];
        problem.gradient(&work.iterate.point, &work.iterate.image, &mut gradient, &mut scratch);
        let before = problem.value(&work.iterate.point, &work.iterate.image);
        method.block_step(problem, &mut work, &mut run).unwrap();
        let block = work.chosen.block.clone();
        let mut bound = Symmetric::default();
        problem.block_bound(&block, &mut bound, &mut scratch);
        let after = work.iterate.value(problem, &mut Counts::default());
        let g = block.iter().map(|&j| gradient[j]).collect();
        see(&Step { before, after, g, bound, block }, &work);
    }
}

fn quadratic_form(bound: &Symmetric, g: &[f64]) -> f64 {
    let mut d = Vec::new();
    Factor::of_bound(bound).unwrap().newton_step(g, &mut d);
    -dot(g, &d)
}

#[test]
fn every_rule_descends() {
    let all = |problem: &SmoothFit<'_>, scale: f64| {
        for blocks in [SORT, Blocks::Variable] {
            for selection in SELECTIONS {
                if selection == Selection::Thresholding && blocks != Blocks::Variable {
                    continue;
                }
                for update in UPDATES {
                    let method = method(&blocks, selection, update, 5);
                    steps(problem, &method, 12, |s, _| {
                        assert!(s.after <= s.before + 1e-12 * scale, "{method:?}: {} {}", s.before, s.after);
                    });
                }
            }
        }
    };
    with_least_squares(|problem| all(problem, 6e4));
    with_logistic(|problem| all(problem, 70.0));
}

#[test]
fn gradient_and_matrix_steps_keep_their_promise() {
    let check = |problem: &SmoothFit<'_>, blocks: &Blocks| {
        for selection in [Selection::Random, Selection::GaussSouthwellLipschitz, Selection::GaussSouthwellQuadratic] {
            let promised = |s: &Step, decrease: f64| {
                assert!(s.before - s.after >= decrease - 1e-11 * s.before, "{} {decrease}", s.before - s.after);
            };
            steps(problem, &method(blocks, selection, Update::Gradient, 5), 40, |s, _| {
                promised(s, 0.5 * dot(&s.g, &s.g) / s.bound.largest_eigenvalue().unwrap());
            });
            steps(problem, &method(blocks, selection, Update::Matrix, 5), 40, |s, work| {
                let decrease = 0.5 * quadratic_form(&s.bound, &s.g);
                promised(s, decrease);
                if problem.is_quadratic() {
                    // Up to the shift of the factor.
                    approx::assert_relative_eq!(s.before - s.after, decrease, max_relative = 1e-8, epsilon = 1e-7);
                    let mut g = vec![0.0; s.block.len()];
                    let iterate = &work.iterate;
                    problem.block_gradient(&s.block, &iterate.point, &iterate.image, &mut g, &mut Scratch::default());
                    assert!(g.iter().all(|g| g.abs() <= 1e-9 * 23_013.0), "{g:?}");
                }
            });
        }
    };
    for blocks in [SORT, ORDER, Blocks::Variable] {
        with_least_squares(|problem| check(problem, &blocks));
        with_logistic(|problem| check(problem, &blocks));
    }
}

/// `H_b <= tau diag(H_b)`, `H_b <= diag(row sums)`; so GSQ scores bound those of GSD and GSL.
#[test]
fn bounds_of_blocks() {
    with_least_squares(|problem| {
        let mut random = SplitMix64::new(3);
        let mut all: Vec<usize> = (0..300).collect();
        for _ in 0..40 {
            random.shuffle(&mut all);
            let mut h = Symmetric::default();
            problem.block_bound(&all[..5], &mut h, &mut Scratch::default());
            let largest = h.largest_eigenvalue().unwrap();
            let g: Vec<f64> = (0..5).map(|_| random.normal()).collect();
            let best = quadratic_form(&h, &g);
            assert!(best >= dot(&g, &g) / largest * (1.0 - 1e-12));
            let diagonals: [Vec<f64>; 2] =
                [(0..5).map(|i| 5.0 * h.row(i)[i]).collect(), (0..5).map(|i| h.absolute_row_sum(i)).collect()];
            for diagonal in diagonals {
                let mut difference = Symmetric::default();
                difference.reset(5);
                for i in 0..5 {
                    for j in 0..5 {
                        difference.row_mut(i)[j] = if i == j { diagonal[i] } else { 0.0 } - h.row(i)[j];
                    }
                }
                assert!(Eigen::new(&difference, false).unwrap().values[0] >= -1e-12 * largest);
                let score = g.iter().zip(&diagonal).fold(0.0, |s, (g, d)| s + g * g / d);
                assert!(best >= score * (1.0 - 1e-12));
            }
        }
    });
}

/// At the same point the block of GSQ falls at least as far as those of the other rules.
#[test]
fn gsq_dominates_over_a_partition() {
    with_least_squares(|problem| {
        for blocks in [SORT, ORDER, AVERAGE] {
            let start = run(problem, &method(&blocks, Selection::Random, Update::Gradient, 5), 30);
            let fall = |selection| {
                let method = method(&blocks, selection, Update::Matrix, 5);
                let mut bookkeeping = Run::new(4);
                let mut work = method.start(problem, start.work.point().clone(), &mut bookkeeping).unwrap();
                method.block_step(problem, &mut work, &mut bookkeeping).unwrap();
                start.run.objective - work.iterate.value(problem, &mut Counts::default())
            };
            let best = fall(Selection::GaussSouthwellQuadratic);
            for other in
                [Selection::GaussSouthwell, Selection::GaussSouthwellLipschitz, Selection::GaussSouthwellDiagonal]
            {
                assert!(best >= fall(other) * (1.0 - 1e-12), "{blocks:?} {other:?}");
            }
        }
    });
}

/// The greedy block falls at least as far as the best single variable, and further the larger it is.
#[test]
fn the_greedy_block_grows() {
    with_logistic(|problem| {
        let mut last = 0.0;
        for size in [1, 2, 3, 5, 8, 13, 40] {
            let greedy = method(Blocks::Variable, Selection::GaussSouthwellQuadratic, Update::Matrix, size);
            steps(problem, &greedy, 1, |s, _| {
                assert_eq!(s.block.len(), size);
                let fall = 0.5 * quadratic_form(&s.bound, &s.g);
                assert!(fall >= last, "{size}: {fall} {last}");
                last = fall;
            });
        }
    });
}

/// One variable at a time on a quadratic: each step of GS contracts by `1 - mu / (m L)` at least.
#[test]
fn the_rate_of_gauss_southwell() {
    let m = 30;
    let mut random = SplitMix64::new(11);
    let factor: Vec<f64> = (0..m * m).map(|_| random.normal()).collect();
    let mut h = Symmetric::default();
    h.reset(m);
    for i in 0..m {
        for j in 0..m {
            h.row_mut(i)[j] = dot(&factor[i * m..][..m], &factor[j * m..][..m]) + if i == j { 1.0 } else { 0.0 };
        }
    }
    let linear: Vec<f64> = (0..m).map(|_| random.normal()).collect();
    let minus: Vec<f64> = linear.iter().map(|c| -c).collect();
    let mut solution = Vec::new();
    Factor::new(&h, 0.0).unwrap().newton_step(&minus, &mut solution);
    let optimum = 0.5 * dot(&minus, &solution);
    let smallest = Eigen::new(&h, false).unwrap().values[0];
    let largest = (0..m).map(|i| h.row(i)[i]).fold(0.0, f64::max);
    let values = (0..m).flat_map(|i| h.row(i).to_vec()).collect();
    let matrix = Design::from_column_major(m, m, values).unwrap();
    let problem = Quadratic::new(&matrix, &linear).unwrap();
    for selection in [Selection::GaussSouthwell, Selection::GaussSouthwellDiagonal] {
        steps(&problem, &method(Blocks::Variable, selection, Update::Gradient, 1), 400, |s, _| {
            let rate = 1.0 - smallest / (m as f64 * largest);
            assert!(s.after - optimum <= rate * (s.before - optimum) + 1e-13, "{selection:?}");
        });
    }
    let outcome = run(&problem, &method(Blocks::Variable, Selection::Cyclic, Update::Matrix, m), 10);
    approx::assert_relative_eq!(outcome.run.objective, optimum, max_relative = 1e-12);
    let newton = method(Blocks::Variable, Selection::GaussSouthwell, Update::NewtonExact, 3);
    steps(&problem, &newton, 20, |s, _| {
        let decrease = 0.5 * quadratic_form(&s.bound, &s.g);
        approx::assert_abs_diff_eq!(s.before - s.after, decrease, epsilon = 1e-9);
    });
    let skew = Design::from_column_major(2, 2, vec![1.0, 0.5, 0.25, 1.0]).unwrap();
    assert!(Quadratic::new(&skew, &[0.0; 2]).unwrap_err().to_string().contains("symmetric"));
}

/// After a step of exact length the objective is flat along it: the new gradient is orthogonal to the step.
#[test]
fn exact_line_searches() {
    with_logistic(|problem| {
        let method = method(SORT, Selection::GaussSouthwellDiagonal, Update::NewtonExact, 5);
        let mut before = vec![0.0; 300];
        steps(problem, &method, 60, |s, work| {
            let iterate = &work.iterate;
            let mut g = vec![0.0; s.block.len()];
            problem.block_gradient(&s.block, &iterate.point, &iterate.image, &mut g, &mut Scratch::default());
            let d: Vec<f64> = s.block.iter().map(|&j| iterate.point[j] - before[j]).collect();
            before.copy_from_slice(&iterate.point);
            assert!(dot(&g, &d).abs() <= 1e-9 * dot(&s.g, &d).abs(), "{} {}", dot(&g, &d), dot(&s.g, &d));
        });
    });
}

/// Constants that may fall again stay between 1 and twice the true ones too, and some fall.
#[test]
fn relaxed_estimates_of_constants() {
    with_logistic(|problem| {
        let method = method(ORDER, Selection::Cyclic, Update::LipschitzRelaxed, 5);
        let (mut last, mut falls) = (vec![1.0; 300], 0);
        steps(problem, &method, 1500, |s, work| {
            let (estimates, first) = (&work.updater.estimates, s.block[0]);
            assert!(s.block.iter().all(|&i| estimates[i] == estimates[first]));
            assert!(estimates[first] >= 1.0);
            assert!(estimates[first] <= 2.0 * s.bound.largest_eigenvalue().unwrap().max(1.0));
            falls += u32::from(estimates[first] < last[first]);
            last.clone_from(estimates);
        });
        assert!(falls > 10, "{falls}");
    });
}

/// The learnt constants stay below twice the true ones.
#[test]
fn estimates_of_constants() {
    with_least_squares(|problem| {
        let method = method(ORDER, Selection::Cyclic, Update::LipschitzApproximation, 5);
        let mut largest: f64 = 0.0;
        steps(problem, &method, 500, |s, work| {
            let estimate = work.updater.estimates[s.block[0]];
            largest = largest.max(estimate / s.bound.largest_eigenvalue().unwrap());
        });
        assert!(largest <= 2.0, "{largest}");
        approx::assert_relative_eq!(largest, 1.936, max_relative = 5e-4);
    });
}
