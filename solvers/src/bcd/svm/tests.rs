//! Recorded values, guarantees of the dual method, agreement with other methods, hard inputs.

use super::DualCoordinateDescent;
use crate::run::{Begin, Control, Method, NoSave, Run, Solution, Status, solve};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use thalweg_problems::Design;
use thalweg_problems::certificate::{Certificate, Certify, GlmCertificate};
use thalweg_problems::datafit::SquaredHinge;
use thalweg_problems::formats::Input;
use thalweg_problems::formats::libsvm::{ReadOptions, read};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::glm::{Glm, GlmData, Hinge, LinearSvm, SvmPoint};
use thalweg_problems::prox::ElasticNet;

fn run(problem: &LinearSvm<'_>, tolerance: f64) -> Solution<SvmPoint, GlmCertificate> {
    let method = DualCoordinateDescent { tolerance, ..DualCoordinateDescent::default() };
    solve(problem, &method, Begin::From(problem.null_point()), tolerance, Control::default(), &mut NoSave).unwrap()
}

fn converged(problem: &LinearSvm<'_>, tolerance: f64) -> Solution<SvmPoint, GlmCertificate> {
    let solution = run(problem, tolerance);
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    solution
}

/// Two classes with noise.
fn instance(n: usize, p: usize, seed: u64) -> (Design, Vec<f64>) {
    let mut random = SplitMix64::new(seed);
    let columns: Vec<f64> = (0..n * p).map(|_| random.normal()).collect();
    let labels = (0..n).map(|i| f64::from(u8::from(columns[i] - columns[n + i] + random.normal() > 0.0))).collect();
    (Design::from_column_major(n, p, columns).unwrap(), labels)
}

/// Objectives C times ours, support vectors and those at the bound, to all digits of the duality gap of another program.
#[test]
#[ignore = "needs THALWEG_DATA"]
fn recorded_values_of_heart_scale() {
    let folder = std::path::PathBuf::from(std::env::var_os("THALWEG_DATA").unwrap());
    let input = Input::open(folder.join("libsvm/heart_scale")).unwrap();
    let data = GlmData::from_libsvm(read(input, &ReadOptions::default()).unwrap()).unwrap();
    for (hinge, c, value, counts) in [
        (Hinge::Linear, 0.1, 10.577_403_059_3, Some((117, 108))),
        (Hinge::Linear, 1.0, 96.498_277_994_8, Some((103, 91))),
        (Hinge::Squared, 0.1, 12.418_702_331_24, None),
        (Hinge::Squared, 1.0, 121.134_724_436_87, None),
    ] {
        let problem = LinearSvm::new(&data.design, &data.labels, hinge, 1.0 / c).unwrap();
        let solution = converged(&problem, 1e-12);
        assert_relative_eq!(c * solution.objective, value, max_relative = 1e-11);
        if let Some((support, at_bound)) = counts {
            assert_eq!(solution.point.support_vectors(), support);
            assert_eq!(solution.point.dual.iter().filter(|a| **a == 1.0).count(), at_bound);
        }
    }
}

/// The squared hinge is a smooth loss: the working-set method on the primal problem finds the same value.
#[test]
fn squared_hinge_agrees_with_the_primal_method() {
    for seed in 0..4 {
        let (design, labels) = instance(60, 8, seed);
        let weights: Vec<f64> = (0..60).map(|i| (i % 3) as f64).collect();
        let loss = SquaredHinge::from_labels(&labels).unwrap().with_weights(weights.clone()).unwrap();
        let penalty = ElasticNet::new(0.0, 0.7).unwrap();
        let primal = Glm::new(&design, &loss, &penalty).unwrap();
        let begin = Begin::From(primal.null_point());
        let method = crate::bcd::WorkingSet { tolerance: 1e-12, ..Default::default() };
        let expected = solve(&primal, &method, begin, 1e-12, Control::default(), &mut NoSave).unwrap();
        assert_eq!(expected.status, Status::Converged, "{}", expected.reason);
        let svm = LinearSvm::new(&design, &labels, Hinge::Squared, 0.7).unwrap().with_weights(weights).unwrap();
        let found = converged(&svm, 1e-12);
        assert_relative_eq!(found.objective, expected.objective, max_relative = 1e-11);
        for (a, b) in found.point.coefficients.iter().zip(&expected.point.coefficients) {
            assert_abs_diff_eq!(a, b, epsilon = 1e-5);
        }
    }
}

/// The linear hinge against projected gradient steps on the dual.
#[test]
fn linear_hinge_agrees_with_projected_gradient() {
    for (seed, lambda) in [(5, 1.0), (6, 20.0)] {
        let (design, labels) = instance(40, 5, seed);
        let problem = LinearSvm::new(&design, &labels, Hinge::Linear, lambda).unwrap();
        let mut point = problem.null_point();
        let squares: f64 = design.to_column_major().iter().map(|x| x * x).sum();
        let (step, mut fit) = (lambda / squares, vec![0.0; 40]);
        for _ in 0..100_000 {
            problem.coefficients_of(&point.dual, &mut point.coefficients);
            design.multiply(&point.coefficients, &mut fit);
            for i in 0..40 {
                let slope = problem.signs()[i] * fit[i] - 1.0;
                point.dual[i] = (point.dual[i] - step * slope).clamp(0.0, 1.0);
            }
        }
        problem.coefficients_of(&point.dual, &mut point.coefficients);
        let slow = problem.certify(&point);
        assert!(slow.relative_gap() < 1e-7, "{}", slow.relative_gap());
        let fast = converged(&problem, 1e-11);
        assert_relative_eq!(fast.objective, slow.objective, max_relative = 1e-6);
        assert!(slow.objective >= fast.objective - fast.certificate.duality_gap);
    }
}

/// Bounds, `x = X'(y a) / lambda`, and a dual objective that never falls, pass by pass, shrinking or not.
#[test]
fn guarantees_of_every_pass() {
    let (design, labels) = instance(80, 6, 1);
    for hinge in [Hinge::Linear, Hinge::Squared] {
        for shrinking in [false, true] {
            let problem = LinearSvm::new(&design, &labels, hinge, 0.3).unwrap();
            let method = DualCoordinateDescent { shrinking, ..DualCoordinateDescent::default() };
            let mut run = Run::new(4);
            let mut work = method.start(&problem, problem.null_point(), &mut run).unwrap();
            let (mut before, mut own) = (0.0, vec![0.0; 6]);
            for _ in 0..60 {
                method.pass(&problem, &mut work, &mut run);
                assert!(work.point.dual.iter().enumerate().all(|(i, a)| (0.0..=problem.bound(i)).contains(a)));
                problem.coefficients_of(&work.point.dual, &mut own);
                for (a, b) in own.iter().zip(&work.point.coefficients) {
                    assert_abs_diff_eq!(a, b, epsilon = 1e-11);
                }
                let dual = problem.dual_objective(&work.point.dual, &own);
                assert!(dual >= before - 1e-12, "{dual} after {before}");
                before = dual;
            }
            assert!(!shrinking || hinge == Hinge::Squared || work.active.len() < 80, "{} active", work.active.len());
        }
    }
}

/// The gap is the difference of the objectives.
#[test]
fn the_gap_is_the_difference() {
    let (design, labels) = instance(30, 4, 2);
    let weights: Vec<f64> = (0..30).map(|i| 0.5 * (i % 4) as f64).collect();
    for hinge in [Hinge::Linear, Hinge::Squared] {
        let problem = LinearSvm::new(&design, &labels, hinge, 2.0).unwrap().with_weights(weights.clone()).unwrap();
        let mut random = SplitMix64::new(3);
        for _ in 0..50 {
            let dual: Vec<f64> = (0..30).map(|i| random.uniform() * problem.bound(i).min(3.0)).collect();
            let coefficients: Vec<f64> = (0..4).map(|_| random.normal()).collect();
            let mut own = vec![0.0; 4];
            problem.coefficients_of(&dual, &mut own);
            let mut fit = vec![0.0; 30];
            design.multiply(&coefficients, &mut fit);
            let direct = problem.objective_at(&coefficients, &fit) - problem.dual_objective(&dual, &own);
            let point = SvmPoint { coefficients, dual };
            let gap = problem.gap(&point, &fit);
            assert!(gap >= 0.0);
            assert_relative_eq!(gap, direct, max_relative = 1e-12, epsilon = 1e-12);
        }
    }
}

#[test]
fn hard_inputs() {
    // A row without entries is always on the wrong side of its margin; one row of weight 0 is absent.
    let design = Design::from_csc(4, vec![0, 3], vec![0, 1, 3], vec![1.0, -2.0, 1e6]).unwrap();
    let problem = LinearSvm::new(&design, &[1.0, 0.0, 1.0, 0.0], Hinge::Linear, 1.0).unwrap();
    let problem = problem.with_weights(vec![1.0, 1.0, 2.0, 0.0]).unwrap();
    let solution = converged(&problem, 1e-12);
    assert_eq!((solution.point.dual[2], solution.point.dual[3]), (2.0, 0.0));
    // x >= 1 satisfies both rows that can be: 1/2 + 2.
    assert_relative_eq!(solution.objective, 2.0 + 0.5, max_relative = 1e-10);
    // Separable, with next to no penalty; badly scaled columns; duplicated rows; zero design.
    let mut random = SplitMix64::new(8);
    let columns: Vec<f64> = (0..120).map(|k| random.normal() * if k < 40 { 1e3 } else { 1.0 }).collect();
    let labels: Vec<f64> = columns[..40].iter().map(|x| f64::from(u8::from(*x > 0.0))).collect();
    let design = Design::from_column_major(40, 3, columns).unwrap();
    for (hinge, lambda) in [(Hinge::Linear, 1e-2), (Hinge::Squared, 1e-2), (Hinge::Linear, 1e6), (Hinge::Squared, 1e6)]
    {
        let _ = converged(&LinearSvm::new(&design, &labels, hinge, lambda).unwrap(), 1e-6);
    }
    let empty = Design::from_column_major(2, 1, vec![0.0, 0.0]).unwrap();
    let solution = converged(&LinearSvm::new(&empty, &[0.0, 1.0], Hinge::Linear, 1.0).unwrap(), 0.0);
    assert_eq!((solution.objective, solution.point.coefficients[0]), (2.0, 0.0));
    for lambda in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(LinearSvm::new(&empty, &[0.0, 1.0], Hinge::Linear, lambda).is_err());
    }
    assert!(LinearSvm::new(&empty, &[1.0, 1.0], Hinge::Linear, 1.0).is_err());
    assert!(LinearSvm::new(&empty, &[1.0], Hinge::Linear, 1.0).is_err());
}

/// A design by rows is the design, however it is stored.
#[test]
fn standardized_and_sparse_designs() {
    let (dense, labels) = instance(50, 4, 9);
    let mut columns = dense.to_column_major();
    columns.iter_mut().filter(|x| x.abs() < 0.5).for_each(|x| *x = 0.0);
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for column in columns.chunks_exact(50) {
        for (i, &x) in column.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            indices.push(i as u32);
            values.push(x);
        }
        indptr.push(indices.len());
    }
    let dense = Design::from_column_major(50, 4, columns).unwrap();
    let sparse = Design::from_csc(50, indptr, indices, values).unwrap();
    for centre in [false, true] {
        let pair = [&dense, &sparse].map(|d| d.clone().standardized(centre, None).unwrap());
        let solved = pair
            .each_ref()
            .map(|d| converged(&LinearSvm::new(d, &labels, Hinge::Linear, 1.0).unwrap(), 1e-11).objective);
        assert_relative_eq!(solved[0], solved[1], max_relative = 1e-10);
        let explicit = Design::from_column_major(50, 4, pair[0].to_column_major()).unwrap();
        let third = converged(&LinearSvm::new(&explicit, &labels, Hinge::Linear, 1.0).unwrap(), 1e-11).objective;
        assert_relative_eq!(solved[0], third, max_relative = 1e-10);
    }
}

/// A run that goes on from its memory is the run that never stopped, and the certificate refuses what is no point.
#[test]
fn resume_equals_no_stop() {
    let (design, labels) = instance(60, 6, 4);
    let problem = LinearSvm::new(&design, &labels, Hinge::Linear, 0.1).unwrap();
    let method = DualCoordinateDescent { tolerance: 1e-10, ..DualCoordinateDescent::default() };
    let mut run = Run::new(4);
    let mut work = method.start(&problem, problem.null_point(), &mut run).unwrap();
    for _ in 0..3 {
        let _ = method.step(&problem, &mut work, &mut run).unwrap();
    }
    let mut restored: super::SvmWork = postcard::from_bytes(&postcard::to_stdvec(&work).unwrap()).unwrap();
    method.resume(&problem, &mut restored).unwrap();
    let mut other = run.clone();
    for _ in 0..3 {
        let _ = method.step(&problem, &mut work, &mut run).unwrap();
        let _ = method.step(&problem, &mut restored, &mut other).unwrap();
    }
    assert_eq!(work.point, restored.point);
    assert_eq!(run, other);
    let mut outside = problem.null_point();
    outside.dual[0] = 1.5;
    assert!(!problem.certify(&outside).holds(1e9));
}
