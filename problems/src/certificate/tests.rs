//! Certificates of known solutions, and of points that are none.

use super::*;
use crate::Design;
use crate::datafit::{Datafit, Logistic, Quadratic};
use crate::generate::reference_random::SplitMix64;
use crate::glm::{Glm, GlmPoint};
use crate::prox::{ElasticNet, L1, NonnegativeL1, SeparablePenalty};
use crate::sets::Box as Interval;

const TIGHT: f64 = 1e-12;

fn point(coefficients: &[f64]) -> GlmPoint {
    GlmPoint { coefficients: coefficients.to_vec(), intercept: 0.0 }
}

/// The certificate holds at the solution, and does not once any coordinate has moved.
fn certifies(problem: &Glm<'_>, solution: &GlmPoint) {
    let certificate = problem.certify(solution);
    assert!(certificate.holds(TIGHT), "{problem:?}: {}", certificate.summary(TIGHT));
    assert!(certificate.optimality_violation <= TIGHT * certificate.null_correlation, "{certificate:?}");
    assert!((certificate.objective - problem.objective(solution)).abs() <= 1e-14 * certificate.objective.abs());
    for j in 0..solution.coefficients.len() {
        for step in [-0.05, 0.05] {
            let mut wrong = solution.clone();
            wrong.coefficients[j] += step;
            let certificate = problem.certify(&wrong);
            assert!(!certificate.holds(1e-6), "{problem:?}: column {j}, {}", certificate.summary(1e-6));
            assert!(certificate.summary(1e-6).starts_with("not certified"));
        }
    }
    if problem.has_intercept() {
        let mut wrong = solution.clone();
        wrong.intercept += 0.05;
        assert!(!problem.certify(&wrong).holds(1e-6));
    }
}

fn soft(u: f64, t: f64) -> f64 {
    u.signum() * (u.abs() - t).max(0.0)
}

/// Orthonormal columns (of a Hadamard matrix): every coordinate is solved by its own proximal map.
#[test]
fn orthonormal_designs() {
    let n = 8;
    let sign = |i: usize, j: usize| if (i & j).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
    let columns = (0..6).flat_map(|j| (0..n).map(move |i| sign(i, j + 1) / 8f64.sqrt())).collect();
    let design = Design::from_column_major(n, 6, columns).unwrap();
    let mut random = SplitMix64::new(3);
    let targets: Vec<f64> = (0..n).map(|_| 3.0 * random.normal() + 1.0).collect();
    let loss = Quadratic::new(targets.clone()).unwrap();
    let penalties: [Box<dyn SeparablePenalty>; 4] = [
        Box::new(L1::new(1.0).unwrap()),
        Box::new(ElasticNet::new(1.0, 0.5).unwrap()),
        Box::new(NonnegativeL1::new(0.5).unwrap()),
        Box::new(Interval::new(-1.0, 2.0).unwrap()),
    ];
    for penalty in &penalties {
        for intercept in [false, true] {
            let problem = Glm::new(&design, &loss, &**penalty).unwrap().with_intercept(intercept);
            // The columns sum to 0: the intercept is the mean.
            let mut solution = problem.null_point();
            let x = (0..6).map(|j| penalty.prox_at(j, design.dot(j, &targets, 0.0), 1.0));
            solution.coefficients = x.collect();
            assert!(solution.support() >= 1 && solution.support() < 8, "{problem:?}");
            certifies(&problem, &solution);
        }
    }
}

#[test]
fn one_column() {
    let (x, y) = ([1.0, 2.0, -1.0, 0.5], [0.3, 4.0, 1.0, -2.0]);
    let design = Design::from_column_major(4, 1, x.to_vec()).unwrap();
    let loss = Quadratic::new(y.to_vec()).unwrap();
    let (correlation, square) = (0.3 + 8.0 - 1.0 - 1.0, 1.0 + 4.0 + 1.0 + 0.25);
    for lambda in [0.5, 2.0, correlation * (1.0 + 1e-12), 9.0] {
        let penalty = L1::new(lambda).unwrap();
        let problem = Glm::new(&design, &loss, &penalty as &dyn SeparablePenalty).unwrap();
        certifies(&problem, &point(&[soft(correlation, lambda) / square]));
    }
    // With weights, and an intercept that the weighted means give.
    let w = [1.0, 2.0, 0.5, 3.0];
    let loss = Quadratic::new(y.to_vec()).unwrap().with_weights(w.to_vec()).unwrap();
    let mean = |v: &[f64]| v.iter().zip(w).map(|(v, w)| v * w).sum::<f64>() / 6.5;
    let (mx, my) = (mean(&x), mean(&y));
    let correlation: f64 = (0..4).map(|i| w[i] * (x[i] - mx) * (y[i] - my)).sum();
    let square: f64 = (0..4).map(|i| w[i] * (x[i] - mx) * (x[i] - mx)).sum();
    let penalty = L1::new(1.5).unwrap();
    let problem = Glm::new(&design, &loss, &penalty as &dyn SeparablePenalty).unwrap().with_intercept(true);
    let b = soft(correlation, 1.5) / square;
    certifies(&problem, &GlmPoint { coefficients: vec![b], intercept: my - b * mx });
}

/// Diagonal designs: one-dimensional problems, for the logistic loss by bisection.
#[test]
fn diagonal_designs() {
    let d = [1.0, 0.1, 30.0, 2.0];
    let y = [3.0, -2.0, 0.01, 1.0];
    let entries = (0..16).map(|k| if k % 5 == 0 { d[k / 5] } else { 0.0 }).collect();
    let dense = Design::from_column_major(4, 4, entries).unwrap();
    let sparse = Design::from_csc(4, vec![0, 1, 2, 3, 4], vec![0, 1, 2, 3], d.to_vec()).unwrap();
    let loss = Quadratic::new(y.to_vec()).unwrap();
    for design in [&dense, &sparse] {
        let penalty = Interval::new(-2.0, 0.4).unwrap();
        let problem = Glm::new(design, &loss, &penalty as &dyn SeparablePenalty).unwrap();
        certifies(&problem, &point(&std::array::from_fn::<f64, 4, _>(|j| (y[j] / d[j]).clamp(-2.0, 0.4))));
        let penalty = L1::new(0.25).unwrap();
        let problem = Glm::new(design, &loss, &penalty as &dyn SeparablePenalty).unwrap();
        let x: [f64; 4] = std::array::from_fn(|j| soft(d[j] * y[j], 0.25) / (d[j] * d[j]));
        assert_eq!(x[1], 0.0);
        let certificate = problem.certify(&point(&x));
        assert!(certificate.holds(TIGHT), "{}", certificate.summary(TIGHT));
    }
    let signs = [1.0, -1.0, 1.0, -1.0];
    let loss = Logistic::from_labels(&signs).unwrap();
    let (lambda, rho) = (0.3, 0.2);
    let penalty = ElasticNet::new(lambda, rho).unwrap();
    let problem = Glm::new(&sparse, &loss, &penalty as &dyn SeparablePenalty).unwrap();
    // Stationary: d s / (1 + exp(d s x)) = lambda + rho x for the size x of a coefficient of sign s.
    let size = |d: f64| {
        let (mut low, mut high) = (0.0, 100.0);
        for _ in 0..200 {
            let x: f64 = 0.5 * (low + high);
            if d / (1.0 + (d * x).exp()) > lambda + rho * x { low = x } else { high = x }
        }
        low
    };
    let x: [f64; 4] = std::array::from_fn(|j| if 0.5 * d[j] > lambda { signs[j] * size(d[j]) } else { 0.0 });
    assert_eq!(x[1], 0.0);
    let certificate = problem.certify(&point(&x));
    assert!(certificate.holds(TIGHT), "{}", certificate.summary(TIGHT));
    assert!(!problem.certify(&point(&x.map(|x| 1.01 * x))).holds(1e-6));
}

/// Without a penalty there is no gap: the gradient decides.
#[test]
fn least_squares_is_judged_by_its_gradient() {
    let design = Design::from_column_major(3, 1, vec![1.0, 2.0, 3.0]).unwrap();
    let loss = Quadratic::new(vec![1.0, 0.0, 2.0]).unwrap();
    for penalty in [&L1::new(0.0).unwrap() as &dyn SeparablePenalty, &NonnegativeL1::new(0.0).unwrap()] {
        let problem = Glm::new(&design, &loss, penalty).unwrap();
        let certificate = problem.certify(&point(&[0.5]));
        assert!(!certificate.gap_decides && certificate.holds(TIGHT), "{certificate:?}");
        let names: Vec<_> = certificate.measures().iter().map(|m| m.name).collect();
        assert_eq!(names, ["relative_violation", "optimality_violation"]);
        certifies(&problem, &point(&[0.5]));
    }
    // A column that does not see the intercept: only the sum of the residuals does.
    let design = Design::from_column_major(3, 1, vec![1.0, -1.0, 0.0]).unwrap();
    let penalty = L1::new(0.0).unwrap();
    let problem = Glm::new(&design, &loss, &penalty as &dyn SeparablePenalty).unwrap().with_intercept(true);
    certifies(&problem, &GlmPoint { coefficients: vec![0.5], intercept: 1.0 });
}

#[test]
fn what_is_not_a_point_is_refused() {
    let design = Design::from_csc(2, vec![0, 1, 1], vec![0], vec![1.0]).unwrap();
    let loss = Quadratic::new(vec![1.0, 1.0]).unwrap();
    let interval = Interval::new(0.0, 1.0).unwrap();
    for penalty in [&L1::new(0.1).unwrap() as &dyn SeparablePenalty, &L1::new(0.0).unwrap(), &interval] {
        let problem = Glm::new(&design, &loss, penalty).unwrap();
        let mut points = vec![point(&[]), point(&[0.0; 3]), point(&[f64::NAN, 0.0]), point(&[f64::INFINITY, 0.0])];
        // Column 1 has no entry: the fit does not see its coefficient.
        points.push(point(&[0.9, f64::NAN]));
        points.push(GlmPoint { coefficients: vec![0.9, 0.0], intercept: f64::NAN });
        // An intercept in a problem without one would make the fit better than it can be.
        points.push(GlmPoint { coefficients: vec![0.0, 0.0], intercept: 1.0 });
        for wrong in points {
            let certificate = problem.certify(&wrong);
            assert!(!certificate.holds(f64::INFINITY), "{wrong:?}: {certificate:?}");
            assert!(certificate.measures().iter().all(|m| !m.value.is_finite()), "{certificate:?}");
        }
    }
    let problem = Glm::new(&design, &loss, &interval).unwrap();
    let outside = problem.certify(&point(&[1.0 + 1e-9, 0.0]));
    assert!(!outside.holds(f64::INFINITY) && outside.objective == f64::INFINITY, "{outside:?}");
    assert!(problem.certify(&point(&[1.0, 0.0])).holds(TIGHT));
}

/// Nothing to fit: gap 0 relative to 0 is 0, and tolerance 0 is reached.
#[test]
fn zero_targets_are_solved_at_tolerance_0() {
    let design = Design::from_column_major(2, 1, vec![1.0, -3.0]).unwrap();
    let penalty = L1::new(0.5).unwrap();
    for (targets, intercept) in [([0.0; 2], false), ([7.0; 2], true)] {
        let loss = Quadratic::new(targets.to_vec()).unwrap();
        let problem = Glm::new(&design, &loss, &penalty).unwrap().with_intercept(intercept);
        let certificate = problem.certify(&problem.null_point());
        assert_eq!((certificate.relative_gap(), certificate.relative_violation()), (0.0, 0.0));
        assert!(certificate.holds(0.0));
    }
}

/// Above lambda_max the null model is certified; for the logistic loss too, with and without an intercept.
#[test]
fn null_models() {
    let mut random = SplitMix64::new(8);
    let design = Design::from_column_major(20, 5, (0..100).map(|_| random.normal()).collect()).unwrap();
    let labels: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let losses: [Box<dyn Datafit>; 2] =
        [Box::new(Quadratic::new(labels.clone()).unwrap()), Box::new(Logistic::from_labels(&labels).unwrap())];
    for loss in &losses {
        for intercept in [false, true] {
            let at = |lambda: f64, relative: f64| {
                let penalty = L1::new(lambda).unwrap();
                let problem = Glm::new(&design, &**loss, &penalty).unwrap().with_intercept(intercept);
                let strength = problem.null_model().null_strength.unwrap();
                (strength, problem.certify(&problem.null_point()).holds(relative))
            };
            let (lambda_max, _) = at(1.0, 1.0);
            assert!(at(lambda_max * (1.0 + 1e-12), TIGHT).1 && at(10.0 * lambda_max, TIGHT).1);
            assert!(!at(0.9 * lambda_max, 1e-6).1);
        }
    }
}
