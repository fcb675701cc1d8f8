//! Ridge terms, intercepts, certificates.

use super::*;
use crate::bcd::GlmBlocks;
use crate::bcd::blocks::{Bounded, Scratch, SoftmaxFit, Symmetric};
use crate::run::{Solution, Status, solve};
use thalweg_problems::certificate::{Certificate, Certify, StationarityCertificate};
use thalweg_problems::datafit::Softmax;
use thalweg_problems::generate::multiclass;
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::{ElasticNet, NonnegativeL1, SeparablePenalty};

/// All oracles of a problem at a random point, checked against differences of its values.
fn derivatives<P: BlockProblem>(problem: &P, scale: f64) {
    let (m, mut random, mut scratch) = (problem.dimension(), SplitMix64::new(8), Scratch::default());
    let x: Vec<f64> = (0..m).map(|_| scale * random.normal()).collect();
    let value = |x: &[f64]| {
        let mut z = vec![0.0; problem.image_length()];
        problem.image(x, &mut z);
        problem.value(x, &z)
    };
    let gradient = |x: &[f64]| {
        let (mut z, mut g) = (vec![0.0; problem.image_length()], vec![0.0; m]);
        problem.image(x, &mut z);
        problem.gradient(x, &z, &mut g, &mut Scratch::default());
        g
    };
    let moved = |j: usize, t: f64| {
        let mut x = x.clone();
        x[j] += t;
        x
    };
    let (g, h) = (gradient(&x), 1e-4 * scale);
    let size = g.iter().fold(0.0, |s: f64, g| s.max(g.abs()));
    for j in 0..m {
        let slope = (value(&moved(j, h)) - value(&moved(j, -h))) / (2.0 * h);
        approx::assert_abs_diff_eq!(g[j], slope, epsilon = 1e-6 * size);
    }
    // A block with the last variable, which is an intercept if there is one.
    let mut block = vec![m - 1, 2, m / 2, 0];
    block.dedup();
    let (mut z, mut part, mut hessian, mut bound) =
        (vec![0.0; problem.image_length()], vec![0.0; block.len()], Symmetric::default(), Symmetric::default());
    problem.image(&x, &mut z);
    problem.block_gradient(&block, &x, &z, &mut part, &mut scratch);
    problem.block_hessian(&block, &x, &z, &mut hessian, &mut scratch);
    problem.block_bound(&block, &mut bound, &mut scratch);
    let constants = problem.coordinate_constants();
    let curvature = constants.iter().fold(0.0, |s: f64, c| s.max(*c));
    let all: Vec<usize> = (0..m).collect();
    let mut column = vec![0.0; m];
    for (k, &j) in block.iter().enumerate() {
        approx::assert_abs_diff_eq!(part[k], g[j], epsilon = 1e-12 * size);
        let (up, down) = (gradient(&moved(j, h)), gradient(&moved(j, -h)));
        problem.bound_column(j, &all, &mut column, &mut scratch);
        for (l, &i) in block.iter().enumerate() {
            approx::assert_abs_diff_eq!(hessian.row(k)[l], (up[i] - down[i]) / (2.0 * h), epsilon = 1e-6 * curvature);
        }
        assert!(column[j] >= hessian.row(k)[k] * (1.0 - 1e-12) && bound.row(k)[k] >= hessian.row(k)[k] * (1.0 - 1e-12));
        assert!(constants[j] >= hessian.row(k)[k] * (1.0 - 1e-12));
    }
    let d = [0.5, -1.0, 2.0, 1.0];
    let mut q = vec![0.0; z.len()];
    problem.block_image(&block, &d[..block.len()], &mut q);
    let (first, second) = problem.along(&block, &d[..block.len()], (&x, &z), &q, &mut scratch);
    let (mut slope, mut form) = (0.0, 0.0);
    for (k, d_k) in d[..block.len()].iter().enumerate() {
        slope += d_k * part[k];
        form += d_k * (0..block.len()).map(|l| hessian.row(k)[l] * d[l]).sum::<f64>();
    }
    approx::assert_relative_eq!(first, slope, max_relative = 1e-9);
    approx::assert_relative_eq!(second, form, max_relative = 1e-9);
    // Row sums, in closed form or from the columns.
    for (j, sum) in problem.absolute_row_sums().into_iter().enumerate() {
        problem.bound_column(j, &all, &mut column, &mut scratch);
        approx::assert_relative_eq!(sum, column.iter().map(|h| h.abs()).sum::<f64>(), max_relative = 1e-10);
    }
}

#[test]
fn derivatives_with_ridge_and_intercept() {
    let Regression { design, targets } = scaled_sparse::classification(60, 12, 2).unwrap();
    let logistic = datafit::Logistic::from_labels(&targets).unwrap();
    let squared = datafit::Quadratic::new(targets).unwrap();
    let weighted = squared.clone().with_weights((0..60).map(|i| f64::from(i % 4)).collect()).unwrap();
    let scaled = design.clone().standardized(true, None).unwrap();
    let losses: [&dyn datafit::Datafit; 3] = [&logistic, &squared, &weighted];
    for design in [&design, &scaled] {
        for loss in losses {
            for (ridge, intercept) in [(0.0, true), (3.0, false), (3.0, true)] {
                let fit = SmoothFit::new(design, loss).unwrap().with_ridge(ridge).unwrap();
                derivatives(&fit.with_intercept(intercept), 0.01);
            }
        }
    }
    let (design, loss) = multiclass::classes(60, 6, 4, 3).unwrap();
    let scaled = design.clone().standardized(true, None).unwrap();
    for design in [&design, &scaled] {
        for (ridge, intercepts) in [(0.0, false), (0.0, true), (2.0, false), (2.0, true)] {
            let fit = SoftmaxFit::new(design, &loss).unwrap().with_ridge(ridge).unwrap();
            derivatives(&fit.with_intercepts(intercepts), 0.01);
        }
    }
    let fit = SmoothFit::new(&scaled, &squared);
    assert!(fit.is_ok_and(|fit| fit.with_ridge(-1.0).unwrap_err().to_string().contains("ridge")));
}

/// Ridge, bounds and intercepts, as the working-set method certifies them.
#[test]
fn models_with_intercept_and_ridge() {
    let Regression { design, targets } = scaled_sparse::classification(60, 12, 2).unwrap();
    let design = design.standardized(false, None).unwrap();
    let logistic = datafit::Logistic::from_labels(&targets).unwrap();
    let squared = datafit::Quadratic::new(targets).unwrap();
    let losses: [&dyn datafit::Datafit; 2] = [&logistic, &squared];
    let ridge = ElasticNet::with_ratio(2.0, 0.0).unwrap();
    let (nonnegative, interval) =
        (NonnegativeL1::new(1.0).unwrap(), thalweg_problems::sets::Box::new(-0.1, 0.2).unwrap());
    let penalties: [&dyn SeparablePenalty; 3] = [&ridge, &nonnegative, &interval];
    for loss in losses {
        for penalty in penalties {
            for intercept in [false, true] {
                let problem = Glm::new(&design, loss, penalty).unwrap().with_intercept(intercept);
                let other = crate::bcd::WorkingSet { tolerance: 1e-10, ..Default::default() };
                let best =
                    solve(&problem, &other, Begin::From(problem.null_point()), 1e-10, Control::default(), &mut NoSave)
                        .unwrap();
                let update = GlmBlocks::suitable_update(&problem);
                let bounded = update == Update::TwoMetric;
                let selection = if bounded { Selection::ProximalDecrease } else { Selection::GaussSouthwellQuadratic };
                let descent = BlockDescent { update, selection, size: 4, tolerance: 1e-8, ..Default::default() };
                let (blocks, begin) = (GlmBlocks { descent }, Begin::From(problem.null_point()));
                let found = solve(&problem, &blocks, begin, 1e-8, Control::default(), &mut NoSave).unwrap();
                assert_eq!(found.status, Status::Converged, "{problem:?}: {}", found.reason);
                approx::assert_relative_eq!(found.objective, best.objective, max_relative = 1e-7);
                assert!(intercept || found.point.intercept == 0.0);
            }
        }
    }
}

/// Runs with a certificate.
fn certified<P>(problem: &P, method: &BlockDescent) -> Solution<Vec<f64>, StationarityCertificate>
where
    P: BlockProblem + Certify<Vec<f64>, Certificate = StationarityCertificate>,
{
    let begin = Begin::From(vec![0.0; problem.dimension()]);
    let mut control = Control::default();
    control.limits.max_iterations = 3000;
    solve(problem, method, begin, method.tolerance, control, &mut NoSave).unwrap()
}

/// `converged` rests on numbers computed from the problem and the point alone.
#[test]
fn certificates_of_block_problems() {
    let (design, loss) = multiclass::classes(100, 10, 4, 3).unwrap();
    let design = design.standardized(true, None).unwrap();
    let softmax = SoftmaxFit::new(&design, &loss).unwrap().with_ridge(0.5).unwrap().with_intercepts(true);
    let newton = BlockDescent { update: Update::Newton, size: 11, tolerance: 1e-9, ..BlockDescent::default() };
    let solution = certified(&softmax, &newton);
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    let again = softmax.certify(&solution.point);
    assert!(again.holds(1e-9) && again.objective == solution.objective);
    assert!(again.summary(1e-9).starts_with("certified"));
    for j in 0..44 {
        let mut moved = solution.point.clone();
        moved[j] += 0.01;
        assert!(!softmax.certify(&moved).holds(1e-6), "variable {j}");
    }
    // A start at the solution is recognised.
    let begin = Begin::From(solution.point);
    let same = solve(&softmax, &newton, begin, 1e-9, Control::default(), &mut NoSave).unwrap();
    assert_eq!((same.status, same.iterations), (Status::Converged, 1));
    with_least_squares(|smooth| {
        let problem = Bounded::new(smooth, 0.0, 0.0, 1.0);
        let bounded = method(Blocks::Variable, Selection::SupportFirst, Update::TwoMetric, 150);
        let solution = certified(&problem, &BlockDescent { tolerance: 1e-8, ..bounded });
        assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
        for wrong in [vec![0.0; 3], vec![f64::NAN; 300], vec![2.0; 300]] {
            let refused = problem.certify(&wrong);
            assert!(!refused.holds(f64::INFINITY) && refused.objective.is_nan());
        }
        let unfinished = certified(smooth, &BlockDescent { tolerance: 0.0, ..BlockDescent::default() });
        assert_ne!(unfinished.status, Status::Converged);
    });
}

/// Two classes are logistic regression: the difference of the classes' weights, half the ridge.
#[test]
fn two_classes() {
    let Regression { design, targets } = scaled_sparse::classification(80, 8, 2).unwrap();
    let design = design.standardized(false, None).unwrap();
    let logistic = datafit::Logistic::from_labels(&targets).unwrap();
    let softmax = Softmax::new(targets.iter().map(|y| usize::from(*y > 0.0)).collect(), 2).unwrap();
    let method = BlockDescent { update: Update::Newton, size: 20, tolerance: 1e-10, ..BlockDescent::default() };
    let one = SmoothFit::new(&design, &logistic).unwrap().with_ridge(1.0).unwrap().with_intercept(true);
    let two = SoftmaxFit::new(&design, &softmax).unwrap().with_ridge(2.0).unwrap().with_intercepts(true);
    let (one, two) = (certified(&one, &method), certified(&two, &method));
    assert_eq!((one.status, two.status), (Status::Converged, Status::Converged));
    approx::assert_relative_eq!(one.objective, two.objective, max_relative = 1e-9);
    for j in 0..9 {
        approx::assert_abs_diff_eq!(one.point[j], two.point[9 + j] - two.point[j], epsilon = 1e-7);
    }
}
