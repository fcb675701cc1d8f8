//! Huber, Poisson, Gamma and squared-hinge regression: recorded values of other solvers, agreement with a slow independent
//! method, and inputs at the edge of what has a solution.

use super::*;
use crate::run::{MethodError, drive};
use approx::assert_relative_eq;
use thalweg_problems::Design;
use thalweg_problems::datafit::{Datafit, Gamma, Huber, Poisson, SquaredHinge};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::{ElasticNet, L1, NonnegativeL1, Restricted, Weighted};

const N: usize = 40;
const P: usize = 12;

/// `sin(0.7 (i + 1)(j + 1)) + 0.3 cos(1.1 i + j)`.
fn waves() -> Design {
    let entry = |i: usize, j: usize| {
        let (a, b) = (i as f64, j as f64);
        (0.7 * (a + 1.0) * (b + 1.0)).sin() + 0.3 * (1.1 * a + b).cos()
    };
    Design::from_column_major(N, P, (0..P).flat_map(|j| (0..N).map(move |i| entry(i, j))).collect()).unwrap()
}

fn targets(f: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..N).map(f).collect()
}

fn counts() -> Vec<f64> {
    targets(|k| ((k * 7) % 5) as f64 + if k % 3 == 0 { 4.0 } else { 0.0 })
}

fn positive() -> Vec<f64> {
    targets(|k| 0.5 + ((k * 5) % 7) as f64)
}

fn numbers() -> Vec<f64> {
    targets(|k| ((k * 7) % 5) as f64 - 2.0 + if k % 11 == 0 { 10.0 } else { 0.0 })
}

fn labels() -> Vec<f64> {
    targets(|k| f64::from(u8::from((k * k) % 7 > 2)))
}

fn losses(weights: Option<Vec<f64>>) -> Vec<Box<dyn Datafit>> {
    let huber = Huber::new(numbers(), 1.35).unwrap();
    let (poisson, gamma) = (Poisson::new(counts()).unwrap(), Gamma::new(positive()).unwrap());
    let hinge = SquaredHinge::from_labels(&labels()).unwrap();
    match weights {
        None => vec![Box::new(huber), Box::new(poisson), Box::new(gamma), Box::new(hinge)],
        Some(w) => vec![
            Box::new(huber.with_weights(w.clone()).unwrap()),
            Box::new(poisson.with_weights(w.clone()).unwrap()),
            Box::new(gamma.with_weights(w.clone()).unwrap()),
            Box::new(hinge.with_weights(w).unwrap()),
        ],
    }
}

/// Objectives from scipy's L-BFGS-B on the split `x = a - b`, restarted 20 times with ftol 1e-16 and gtol 1e-12
/// (`scipy.optimize.minimize(f, u, jac=True, method="L-BFGS-B", bounds=...)`), lambda = 3; the last one agrees with
/// `sklearn.svm.LinearSVC(penalty="l1", loss="squared_hinge", dual=False, C=1/3, tol=1e-12)` to 14 digits.
#[test]
fn values_of_other_solvers() {
    let weights = targets(|k| 1.0 + (k % 4) as f64 * 0.5);
    // Without and with weights, without and with intercept.
    let recorded = [
        ("huber", [81.300329651123, 142.6365293876861, 80.3141043471408, 140.71327144593084]),
        ("poisson", [-12.108716709036324, -33.47616158711025, -43.904620627598234, -78.63154599788203]),
        ("gamma", [113.73435515539516, 187.0579346261389, 90.11051873981472, 156.29081625726266]),
        ("squared-hinge", [35.562103005722484, 57.261871383279775, 29.898844164744496, 50.067663468599726]),
    ];
    let (design, penalty) = (waves(), L1::new(3.0).unwrap());
    for (which, (name, values)) in recorded.into_iter().enumerate() {
        for (case, value) in values.into_iter().enumerate() {
            let loss = losses((case % 2 == 1).then(|| weights.clone())).swap_remove(which);
            assert_eq!(loss.name(), name);
            let problem = Glm::new(&design, loss.as_ref(), &penalty).unwrap().with_intercept(case >= 2);
            let solution = converged(&problem, 1e-12);
            assert!(solution.certificate.gap_decides);
            assert_relative_eq!(solution.objective, value, max_relative = 2e-11);
        }
    }
}

/// `PoissonRegressor(alpha=2/40, solver="newton-cholesky", tol=1e-12)` of scikit-learn 1.9.1, its objective times n and
/// without the constant; `GammaRegressor` alike.
#[test]
fn ridge_values_of_scikit_learn() {
    let (design, penalty) = (waves(), ElasticNet::new(0.0, 2.0).unwrap());
    let all = losses(None);
    for (loss, value) in [(&all[1], -46.78969440215362), (&all[2], 89.79693017659935)] {
        let problem = Glm::new(&design, loss.as_ref(), &penalty).unwrap().with_intercept(true);
        assert_relative_eq!(converged(&problem, 1e-12).objective, value, max_relative = 1e-11);
    }
}

/// Proximal gradient steps with backtracking on coefficients and intercept.
fn proximal_gradient<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, steps: usize) -> f64 {
    let (n, p) = (problem.design().rows(), problem.design().columns());
    let mut point = problem.null_point();
    let mut step = 1.0;
    let (mut fit, mut g, mut gradient) = (vec![0.0; n], vec![0.0; n], vec![0.0; p]);
    for _ in 0..steps {
        problem.fit(&point, &mut fit);
        problem.datafit().gradient(&fit, &mut g);
        problem.design().multiply_transposed(&g, &mut gradient);
        let slope = if problem.has_intercept() { g.iter().sum::<f64>() } else { 0.0 };
        let value = problem.datafit().value(&fit);
        step *= 2.0;
        loop {
            let mut next = point.clone();
            next.intercept -= step * slope;
            let (mut linear, mut square) = (-step * slope * slope, (step * slope).powi(2));
            for j in 0..p {
                let x = &mut next.coefficients[j];
                let old = *x;
                *x = problem.penalty().prox_at(j, old - step * gradient[j], step);
                linear += gradient[j] * (*x - old);
                square += (*x - old).powi(2);
            }
            problem.fit(&next, &mut fit);
            if problem.datafit().value(&fit) <= value + linear + square / (2.0 * step) + 1e-14 * value.abs() {
                point = next;
                break;
            }
            step *= 0.5;
        }
    }
    problem.objective(&point)
}

/// Every loss with every kind of penalty; the gap bounds the distance to the other answer.
#[test]
fn agreement_with_proximal_gradient() {
    let design = waves();
    let factors = |zero: f64| (0..P).map(|j| if j == 3 { zero } else { 0.5 + (j % 3) as f64 }).collect::<Vec<f64>>();
    let interval = thalweg_problems::sets::Box::new(-0.2, 0.1).unwrap();
    let restricted = Restricted::new(ElasticNet::new(1.0, 0.5).unwrap(), interval);
    let penalties: [&dyn SeparablePenalty; 7] = [
        &Weighted::new(L1::new(2.0).unwrap(), factors(f64::INFINITY)).unwrap(),
        &Weighted::new(restricted.clone(), factors(0.0)).unwrap(),
        &restricted,
        &L1::new(2.0).unwrap(),
        &ElasticNet::new(1.0, 1.0).unwrap(),
        &NonnegativeL1::new(1.0).unwrap(),
        &thalweg_problems::sets::Box::new(-0.1, 0.3).unwrap(),
    ];
    let weights = targets(|k| (k % 3) as f64);
    for loss in losses(None).into_iter().chain(losses(Some(weights))) {
        for penalty in penalties {
            for intercept in [false, true] {
                let problem = Glm::new(&design, loss.as_ref(), penalty).unwrap().with_intercept(intercept);
                let best = converged(&problem, 1e-11);
                let (slow, scale) = (proximal_gradient(&problem, 1500), best.certificate.null_objective);
                let excess = slow - best.objective;
                let label = format!("{} {} {intercept}", loss.name(), penalty.name());
                assert!(excess >= -2e-11 * scale && excess <= 1e-7 * scale, "{label}: {excess:e}");
                let textbook = plain(&problem, 1e-7);
                assert_eq!(textbook.status, Status::Converged, "{label}: {}", textbook.reason);
                assert!(
                    textbook.certificate.duality_gap >= textbook.objective - best.objective - 1e-13 * scale,
                    "{label}"
                );
            }
        }
    }
}

/// Screening needs a bound of the curvature: without one every column stays.
#[test]
fn losses_without_a_bound_screen_nothing() {
    let design = waves();
    let penalty = L1::new(5.0).unwrap();
    for loss in losses(None) {
        let problem = Glm::new(&design, loss.as_ref(), &penalty).unwrap();
        let (bounded, begin) = (loss.smoothness().is_bounded(), Begin::From(problem.null_point()));
        let method = WorkingSet { tolerance: 1e-12, ..WorkingSet::default() };
        let outcome = drive(&problem, &method, begin, &mut Control::default(), &mut NoSave).unwrap();
        assert_eq!(outcome.status, Status::Converged);
        let alive = outcome.run.measures.last().copied().unwrap();
        assert_eq!(alive < P as f64, bounded, "{}: {alive} alive", loss.name());
    }
}

/// Large counts from the null model: Newton's first steps overflow without a line search. Saturated starts: the curvature
/// says nothing.
#[test]
fn far_starts() {
    let mut random = SplitMix64::new(3);
    let design = Design::from_column_major(30, 5, (0..150).map(|_| random.normal()).collect()).unwrap();
    let counts: Vec<f64> = (0..30).map(|_| 10f64.powf(6.0 * random.uniform()).round()).collect();
    let poisson = Poisson::new(counts.clone()).unwrap();
    let gamma = Gamma::new(counts.iter().map(|c| c + 1e-3).collect()).unwrap();
    let huber = Huber::new(counts, 1.0).unwrap();
    let losses: [&dyn Datafit; 3] = [&poisson, &gamma, &huber];
    for loss in losses {
        for intercept in [false, true] {
            let penalty = L1::new(1.0).unwrap();
            let problem = Glm::new(&design, loss, &penalty).unwrap().with_intercept(intercept);
            let best = converged(&problem, 1e-9);
            for level in [-20.0, 5.0] {
                let start = GlmPoint { coefficients: vec![level; 5], intercept: 0.0 };
                let method = WorkingSet { tolerance: 1e-9, ..WorkingSet::default() };
                let other =
                    solve(&problem, &method, Begin::From(start), 1e-9, Control::default(), &mut NoSave).unwrap();
                assert_eq!(other.status, Status::Converged, "{} from {level}: {}", loss.name(), other.reason);
                assert!((other.objective - best.objective).abs() <= 3e-9 * best.certificate.null_objective);
            }
        }
    }
}

#[test]
fn edges() {
    let design = waves();
    let penalty = L1::new(0.5).unwrap();
    // No count at all: without an intercept a problem like any other, with one there is no best intercept.
    let zeros = Poisson::new(vec![0.0; N]).unwrap();
    let problem = Glm::new(&design, &zeros, &penalty).unwrap();
    let _ = converged(&problem, 1e-9);
    let with = problem.with_intercept(true);
    let begin = Begin::From(GlmPoint { coefficients: vec![0.0; P], intercept: 0.0 });
    let refused = solve(&with, &WorkingSet::default(), begin, 1e-6, Control::default(), &mut NoSave);
    assert!(refused.is_err_and(|e| e.to_string().contains("all counts 0")));
    // Equal targets: the intercept alone, exactly.
    let equal: [Box<dyn Datafit>; 3] = [
        Box::new(Poisson::new(vec![3.0; N]).unwrap()),
        Box::new(Gamma::new(vec![3.0; N]).unwrap()),
        Box::new(Huber::new(vec![3.0; N], 1.0).unwrap()),
    ];
    for loss in &equal {
        let problem = Glm::new(&design, loss.as_ref(), &penalty).unwrap().with_intercept(true);
        let solution = run(&problem, 1e-12);
        assert_eq!(solution.status, Status::Converged, "{}: {}", loss.name(), solution.reason);
        assert_eq!(solution.point.support(), 0, "{}", loss.name());
    }
    // One row, one column; lambda beyond lambda_max.
    let one = Design::from_column_major(1, 1, vec![2.0]).unwrap();
    let poisson = Poisson::new(vec![5.0]).unwrap();
    let found = converged(&Glm::new(&one, &poisson, &penalty).unwrap(), 1e-13).point.coefficients[0];
    // 2 (exp(2 x) - 5) + 0.5 = 0.
    approx::assert_abs_diff_eq!(found, 0.5 * 4.75f64.ln(), epsilon = 1e-6);
    for loss in losses(None) {
        let unit = L1::new(1.0).unwrap();
        let max = Glm::new(&design, loss.as_ref(), &unit).unwrap().null_model().null_strength.unwrap();
        for (factor, empty) in [(1.0 + 1e-9, true), (0.99, false)] {
            let penalty = L1::new(factor * max).unwrap();
            let solution = converged(&Glm::new(&design, loss.as_ref(), &penalty).unwrap(), 1e-12);
            assert_eq!(solution.point.support() == 0, empty, "{} {factor}", loss.name());
        }
    }
}

/// Block methods step by bounds of the curvature and say so.
#[test]
fn block_methods_refuse_losses_without_a_bound() {
    let (design, penalty) = (waves(), L1::new(0.0).unwrap());
    for loss in losses(None) {
        let problem = Glm::new(&design, loss.as_ref(), &penalty).unwrap();
        let method = crate::bcd::GlmBlocks::default();
        let mut run = crate::run::Run::new(8);
        let started = crate::run::Method::start(&method, &problem, problem.null_point(), &mut run);
        match started {
            Ok(_) => assert!(loss.smoothness().is_bounded()),
            Err(MethodError::Problem(e)) => assert!(e.to_string().contains("curvature"), "{e}"),
            Err(other) => panic!("{other}"),
        }
    }
}

/// Columns a million times longer than others, an identification number, zero, constant and duplicated columns.
#[test]
fn adversarial_columns() {
    let mut random = SplitMix64::new(12);
    let mut columns: Vec<f64> = (0..N * 10).map(|_| random.normal()).collect();
    columns[..N].iter_mut().for_each(|x| *x *= 1e3);
    columns[N..2 * N].iter_mut().enumerate().for_each(|(i, x)| *x = 1_000_000.0 + 37.0 * i as f64);
    columns[2 * N..3 * N].fill(0.0);
    columns[3 * N..4 * N].fill(2.0);
    columns.copy_within(4 * N..5 * N, 5 * N);
    columns.copy_within(4 * N..5 * N, 6 * N);
    let raw = Design::from_column_major(N, 10, columns.clone()).unwrap();
    let standardized = raw.clone().standardized(true, None).unwrap();
    for loss in losses(None) {
        // The raw identification numbers overflow an exponential at once: only losses with bounded curvature take them as
        // they are.
        let design = if loss.smoothness().is_bounded() { &raw } else { &standardized };
        for penalty in [L1::new(0.5).unwrap(), L1::new(5.0).unwrap()] {
            let problem = Glm::new(design, loss.as_ref(), &penalty).unwrap().with_intercept(true);
            let solution = converged(&problem, 1e-7);
            assert_eq!(solution.point.coefficients[2..4], [0.0, 0.0], "{}", loss.name());
        }
    }
}

/// One row; fewer rows than columns without a penalty.
#[test]
fn few_rows() {
    let one = Design::from_column_major(1, 3, vec![1.0, -2.0, 0.5]).unwrap();
    let mut random = SplitMix64::new(13);
    let wide = Design::from_column_major(5, 12, (0..60).map(|_| random.normal()).collect()).unwrap();
    let y = [1.0, 2.0, 0.5, 3.0, 1.5];
    let single: [Box<dyn Datafit>; 3] = [
        Box::new(Huber::new(vec![3.0], 1.0).unwrap()),
        Box::new(Poisson::new(vec![3.0]).unwrap()),
        Box::new(Gamma::new(vec![3.0]).unwrap()),
    ];
    let several: [Box<dyn Datafit>; 3] = [
        Box::new(Huber::new(y.to_vec(), 1.0).unwrap()),
        Box::new(Poisson::new(y.to_vec()).unwrap()),
        Box::new(Gamma::new(y.to_vec()).unwrap()),
    ];
    let (some, none) = (L1::new(0.5).unwrap(), L1::new(0.0).unwrap());
    for (loss, long) in single.iter().zip(&several) {
        for intercept in [false, true] {
            let _ = converged(&Glm::new(&one, loss.as_ref(), &some).unwrap().with_intercept(intercept), 1e-11);
        }
        // Interpolation: the loss reaches its infimum.
        let problem = Glm::new(&wide, long.as_ref(), &none).unwrap();
        let solution = converged(&problem, 1e-8);
        assert!(!solution.certificate.gap_decides);
        let above = solution.objective - long.infimum();
        assert!(above <= 1e-9 * solution.certificate.null_objective.max(1.0), "{}: {above:e}", long.name());
    }
}
