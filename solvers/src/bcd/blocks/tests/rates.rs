//! Rates: what a step brings on average over the draws of a random rule, and at least by a greedy rule.

use super::*;
use crate::bcd::blocks::dense::{Eigen, Symmetric, dot};
use crate::bcd::blocks::{Bounded, Quadratic, Scratch};
use crate::run::{Counts, Method, Run};
use thalweg_problems::Design;
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::NonnegativeL1;

const GS: Selection = Selection::GaussSouthwell;
const GSL: Selection = Selection::GaussSouthwellLipschitz;

/// The objective after one block step from a point.
fn after<P: BlockProblem>(problem: &P, method: &BlockDescent, point: &[f64]) -> f64 {
    let mut run = Run::new(4);
    let mut work = method.start(problem, point.to_vec(), &mut run).unwrap();
    method.block_step(problem, &mut work, &mut run).unwrap();
    work.iterate.value(problem, &mut Counts::default())
}

fn value<P: BlockProblem>(problem: &P, point: &[f64]) -> f64 {
    let mut image = vec![0.0; problem.image_length()];
    problem.image(point, &mut image);
    problem.value(point, &image)
}

/// A quadratic `x' A x / 2` whose minimum is 0 at 0, of 30 variables, well conditioned, with its matrix.
fn quadratic() -> (Design, Symmetric) {
    let (m, mut random) = (30, SplitMix64::new(11));
    let factor: Vec<f64> = (0..m * m).map(|_| random.normal()).collect();
    let mut h = Symmetric::default();
    h.reset(m);
    for i in 0..m {
        // Rows of different scale, so that Lipschitz sampling differs from uniform.
        let scale = |k: usize| 1.0 + k as f64 / 10.0;
        for j in 0..m {
            let product = dot(&factor[i * m..][..m], &factor[j * m..][..m]);
            h.row_mut(i)[j] = scale(i) * scale(j) * (product + 20.0 * f64::from(u8::from(i == j)));
        }
    }
    let values = (0..m).flat_map(|i| h.row(i).to_vec()).collect();
    (Design::from_column_major(m, m, values).unwrap(), h)
}

/// Nutini et al. 2022, section 3: `1 - mu / (B max L_b)` for uniform draws, `1 - mu / sum L_b` for draws by `L_b`, in
/// expectation over what is drawn; the expectation is the sum over all blocks with their probabilities. GS brings at least as
/// much as uniform draws, GSL at least as much as GS and as draws by `L_b`.
#[test]
fn expected_decreases() {
    let (matrix, h) = quadratic();
    let problem = Quadratic::new(&matrix, &[0.0; 30]).unwrap();
    let mu = Eigen::new(&h, false).unwrap().values[0];
    let mut random = SplitMix64::new(3);
    for size in [1, 3, 10] {
        let blocks = 30 / size;
        let constants: Vec<f64> = (0..blocks)
            .map(|b| {
                let block: Vec<usize> = (b * size..(b + 1) * size).collect();
                h.restricted(&block).largest_eigenvalue().unwrap()
            })
            .collect();
        let (sum, largest) = (constants.iter().sum::<f64>(), constants.iter().fold(0.0, |m: f64, &l| m.max(l)));
        for _ in 0..20 {
            let x: Vec<f64> = (0..30).map(|_| random.normal()).collect();
            let gap = value(&problem, &x);
            // One step on every block: each is the first of a cyclic rule on a partition that begins with it.
            let falls: Vec<f64> = (0..blocks)
                .map(|b| {
                    let order = (b..blocks).chain(0..b);
                    let groups = order.map(|b| (b * size..(b + 1) * size).collect()).collect();
                    let alone =
                        method(Blocks::Fixed(Partition::Groups(groups)), Selection::Cyclic, Update::Gradient, size);
                    gap - after(&problem, &alone, &x)
                })
                .collect();
            let uniform = falls.iter().sum::<f64>() / blocks as f64;
            let weighted = falls.iter().zip(&constants).map(|(f, l)| f * l / sum).sum::<f64>();
            assert!(uniform >= mu / (blocks as f64 * largest) * gap, "{uniform} {gap}");
            assert!(weighted >= mu / sum * gap, "{weighted} {gap}");
            // What rules guarantee for gradient steps, |g_b|^2 / (2 L_b), is ordered.
            let mut g = vec![0.0; 30];
            matrix.multiply(&x, &mut g);
            let square = |b: usize| dot(&g[b * size..][..size], &g[b * size..][..size]);
            let promised: Vec<f64> = (0..blocks).map(|b| 0.5 * square(b) / constants[b]).collect();
            let chosen = |selection| {
                let method = method(ORDER, selection, Update::Gradient, size);
                let mut run = Run::new(4);
                let mut work = method.start(&problem, x.clone(), &mut run).unwrap();
                method.block_step(&problem, &mut work, &mut run).unwrap();
                work.chosen.index.unwrap()
            };
            let (gs, gsl) = (chosen(GS), chosen(GSL));
            let by_largest = |b: usize| 0.5 * square(b) / largest;
            let mean = (0..blocks).map(by_largest).sum::<f64>() / blocks as f64;
            assert!(by_largest(gs) >= mean * (1.0 - 1e-14));
            let drawn = promised.iter().zip(&constants).map(|(p, l)| p * l / sum).sum::<f64>();
            assert!(promised[gsl] >= promised[gs] && promised[gsl] >= drawn * (1.0 - 1e-14));
        }
    }
}

/// Over seeds: the mean gap after some steps of a random rule obeys the rate in expectation.
#[test]
fn expected_rates_over_seeds() {
    let (matrix, h) = quadratic();
    let problem = Quadratic::new(&matrix, &[0.0; 30]).unwrap();
    let mu = Eigen::new(&h, false).unwrap().values[0];
    let constants: Vec<f64> = (0..30).map(|i| h.row(i)[i]).collect();
    let (sum, largest) = (constants.iter().sum::<f64>(), constants.iter().fold(0.0, |m: f64, &l| m.max(l)));
    let x: Vec<f64> = (0..30).map(|k| if k % 2 == 0 { 1.0 } else { -0.5 }).collect();
    let start = value(&problem, &x);
    for (selection, rate) in [(Selection::Random, mu / (30.0 * largest)), (Selection::Lipschitz, mu / sum)] {
        const STEPS: i32 = 200;
        let gaps = (0..40).map(|seed| {
            let method = BlockDescent { seed, ..method(ORDER, selection, Update::Gradient, 1) };
            let mut run = Run::new(4);
            let mut work = method.start(&problem, x.clone(), &mut run).unwrap();
            (0..STEPS).for_each(|_| method.block_step(&problem, &mut work, &mut run).unwrap());
            work.iterate.value(&problem, &mut Counts::default())
        });
        let mean = gaps.sum::<f64>() / 40.0;
        assert!(mean <= (1.0 - rate).powi(STEPS) * start, "{selection:?}: {mean} {start}");
    }
}

/// `mu_1 = 1 / sum(1 / lambda_i)` for diagonal quadratics: the constant of strong convexity in the 1-norm. Every step of GS
/// with steps `1 / L` contracts by `1 - mu_1 / L`, between the rates of `mu / m` and `mu` (Nutini et al. 2015, section 4.1);
/// no larger constant will do at every point.
#[test]
fn gauss_southwell_on_diagonal_quadratics() {
    let lambda = [1.0, 2.0, 5.0, 10.0, 50.0];
    let mu = 1.0 / lambda.iter().map(|l| 1.0 / l).sum::<f64>();
    approx::assert_relative_eq!(mu, 0.549_450_549_450_549_5, max_relative = 1e-15);
    // |g|_inf^2 / (2 mu_1) bounds f, with equality where all entries of the gradient are as large.
    let f = |x: &[f64]| 0.5 * x.iter().zip(lambda).map(|(x, l)| l * x * x).sum::<f64>();
    let mut random = SplitMix64::new(5);
    for _ in 0..1000 {
        let x: Vec<f64> = (0..5).map(|_| random.normal()).collect();
        let steepest = x.iter().zip(lambda).map(|(x, l)| (l * x).abs()).fold(0.0, f64::max);
        assert!(f(&x) <= steepest * steepest / (2.0 * mu) * (1.0 + 1e-14));
    }
    let flat: Vec<f64> = lambda.iter().map(|l| 1.0 / l).collect();
    approx::assert_relative_eq!(f(&flat), 1.0 / (2.0 * mu), max_relative = 1e-15);
    // Steps of length 1 / L_i bring at least as much as those of length 1 / L.
    let matrix = Design::from_csc(5, vec![0, 1, 2, 3, 4, 5], vec![0, 1, 2, 3, 4], lambda.to_vec()).unwrap();
    let problem = Quadratic::new(&matrix, &[0.0; 5]).unwrap();
    let method = method(Blocks::Variable, GS, Update::Gradient, 1);
    let mut x: Vec<f64> = (0..5).map(|_| random.normal()).collect();
    for _ in 0..20 {
        let gap = f(&x);
        if gap == 0.0 {
            break;
        }
        let next = after(&problem, &method, &x);
        assert!(next <= (1.0 - mu / 50.0) * gap);
        let mut run = Run::new(4);
        let mut work = method.start(&problem, x.clone(), &mut run).unwrap();
        method.block_step(&problem, &mut work, &mut run).unwrap();
        x.copy_from_slice(&work.iterate.point);
    }
}

/// Non-negative Lasso with a common constant: every step of GS-q contracts by `1 - mu / (m L)` at least.
#[test]
fn the_proximal_rule_contracts() {
    let (n, p, mut random) = (60, 30, SplitMix64::new(9));
    let mut columns: Vec<f64> = (0..n * p).map(|_| random.normal()).collect();
    for column in columns.chunks_exact_mut(n) {
        let norm = dot(column, column).sqrt();
        column.iter_mut().for_each(|x| *x /= norm);
    }
    let targets: Vec<f64> = (0..n).map(|_| 3.0 * random.normal()).collect();
    let mut gram = Symmetric::default();
    gram.reset(p);
    for i in 0..p {
        for j in 0..p {
            gram.row_mut(i)[j] = dot(&columns[i * n..][..n], &columns[j * n..][..n]);
        }
    }
    let mu = Eigen::new(&gram, false).unwrap().values[0];
    assert!(mu > 0.01, "{mu}");
    let design = Design::from_column_major(n, p, columns).unwrap();
    let loss = datafit::Quadratic::new(targets).unwrap();
    let smooth = SmoothFit::new(&design, &loss).unwrap();
    let penalty = NonnegativeL1::new(0.3).unwrap();
    let problem = Bounded::nonnegative_l1(&smooth, &penalty);
    let all = method(Blocks::Variable, Selection::ProximalDecrease, Update::ProjectedNewton, p);
    let best = run(&problem, &all, 50).run.objective;
    let method = method(Blocks::Variable, Selection::ProximalDecrease, Update::ProjectedGradient, 1);
    let mut run = Run::new(4);
    let mut work = method.start(&problem, vec![0.0; p], &mut run).unwrap();
    let mut gap = run.objective - best;
    for _ in 0..400 {
        method.block_step(&problem, &mut work, &mut run).unwrap();
        let next = work.iterate.value(&problem, &mut Counts::default()) - best;
        assert!(next <= (1.0 - mu / p as f64) * gap + 4.0 * f64::EPSILON * best, "{next} {gap}");
        gap = next;
    }
    assert!(gap <= 1e-10, "{gap}");
}

/// Identification: as soon as `|x - x*| <= delta / (2 L)`, every projected gradient step on a variable that is at its bound in
/// the solution, with slack at least delta, puts it there and leaves it there (Nutini et al. 2022, section 5.1).
#[test]
fn manifolds_are_identified() {
    with_least_squares(|smooth| {
        let problem = Bounded::nonnegative_l1(smooth, &NonnegativeL1::new(2_301.324_765_598_954_4).unwrap());
        let exact = method(Blocks::Variable, Selection::ProximalDecrease, Update::ProjectedNewton, 60);
        let solution = run(&problem, &exact, 100).work.iterate.point;
        let mut image = vec![0.0; 100];
        let mut g = vec![0.0; 300];
        problem.image(&solution, &mut image);
        problem.gradient(&solution, &image, &mut g, &mut Scratch::default());
        let held: Vec<usize> = (0..300).filter(|&i| solution[i] == 0.0).collect();
        let delta = held.iter().map(|&i| g[i]).fold(f64::INFINITY, f64::min);
        // The Hessian of all variables has at most this eigenvalue.
        let largest = problem.coordinate_constants().iter().sum::<f64>();
        let radius = delta / (2.0 * largest);
        assert!(radius > 0.0);
        let mut random = SplitMix64::new(6);
        for _ in 0..20 {
            // On the sphere of that radius, inside the bounds.
            let direction: Vec<f64> = (0..300).map(|_| random.normal()).collect();
            let mut x: Vec<f64> =
                solution.iter().zip(&direction).map(|(x, d)| (x + radius * d / 18.0).max(0.0)).collect();
            let distance = x.iter().zip(&solution).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
            let shrink = radius / distance;
            x.iter_mut().zip(&solution).for_each(|(x, s)| *x = s + shrink.min(1.0) * (*x - s));
            assert!(held.iter().any(|&i| x[i] > 0.0));
            // One block of everything: the step has length 1 / L with an upper bound of the largest eigenvalue.
            let step = method(Blocks::Variable, Selection::Cyclic, Update::ProjectedGradient, 300);
            let mut run = Run::new(4);
            let mut work = step.start(&problem, x, &mut run).unwrap();
            for _ in 0..3 {
                step.block_step(&problem, &mut work, &mut run).unwrap();
                assert!(held.iter().all(|&i| work.iterate.point[i] == 0.0));
                assert!((0..300).all(|i| solution[i] == 0.0 || work.iterate.point[i] > 0.0));
            }
        }
    });
}

/// Once the block holds the support, one step of TMP or PN solves a quadratic problem.
#[test]
fn termination_is_finite() {
    with_least_squares(|smooth| {
        let problem = Bounded::nonnegative_l1(smooth, &NonnegativeL1::new(2_301.324_765_598_954_4).unwrap());
        let exact = method(Blocks::Variable, Selection::ProximalDecrease, Update::ProjectedNewton, 60);
        let solution = run(&problem, &exact, 100);
        let (best, x) = (solution.run.objective, &solution.work.iterate.point);
        // From a point with the solution's support: every coefficient is half as large again.
        let start: Vec<f64> = x.iter().map(|x| 1.5 * x).collect();
        assert!(value(&problem, &start) > 1.01 * best);
        for update in [Update::TwoMetric, Update::ProjectedNewton] {
            let method = method(Blocks::Variable, Selection::SupportFirst, update, 23);
            approx::assert_relative_eq!(after(&problem, &method, &start), best, max_relative = 1e-12);
        }
        let gradient = method(Blocks::Variable, Selection::SupportFirst, Update::ProjectedGradient, 23);
        assert!(after(&problem, &gradient, &start) > best * (1.0 + 1e-6));
    });
}
