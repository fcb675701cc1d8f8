//! Inputs that break naive solvers.

use super::*;
use thalweg_problems::Design;
use thalweg_problems::datafit::{Datafit, Logistic, Quadratic};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::{ElasticNet, L1};

fn random_columns(n: usize, p: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = SplitMix64::new(seed);
    ((0..n * p).map(|_| random.normal()).collect(), (0..n).map(|_| random.normal()).collect())
}

/// A column of numbers a million times larger than the others, and one of identification numbers.
#[test]
fn badly_scaled_columns() {
    let (mut columns, y) = random_columns(60, 8, 1);
    columns[..60].iter_mut().for_each(|x| *x *= 1e6);
    columns[60..120].iter_mut().enumerate().for_each(|(i, x)| *x = 1_000_000.0 + 37.0 * i as f64);
    let design = Design::from_column_major(60, 8, columns).unwrap();
    let labels: Vec<f64> = y.iter().map(|y| 2.0 + 2.0 * f64::from(u8::from(*y > 0.0))).collect();
    let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
    let losses: [&dyn Datafit; 2] = [&squared, &logistic];
    for loss in losses {
        for intercept in [false, true] {
            let penalty = L1::new(1.0).unwrap();
            let _ = converged(&Glm::new(&design, loss, &penalty).unwrap().with_intercept(intercept), 1e-9);
        }
    }
}

/// Zero columns stay 0, constant ones too beside an intercept; duplicates make every Gram matrix singular.
#[test]
fn zero_constant_and_duplicated_columns() {
    let (mut columns, y) = random_columns(20, 12, 2);
    columns[..20].fill(0.0);
    columns[20..40].fill(3.0);
    columns.copy_within(40..60, 60);
    columns.copy_within(40..60, 80);
    let design = Design::from_column_major(20, 12, columns).unwrap();
    let loss = Quadratic::new(y).unwrap();
    for lambda in [1e-3, 0.1, 1.0] {
        let penalty = L1::new(lambda).unwrap();
        let solution = converged(&Glm::new(&design, &loss, &penalty).unwrap().with_intercept(true), 1e-9);
        assert_eq!(solution.point.coefficients[..2], [0.0, 0.0]);
    }
}

#[test]
fn targets_that_are_zero_or_constant() {
    let (columns, _) = random_columns(10, 5, 3);
    let design = Design::from_column_major(10, 5, columns).unwrap();
    let penalty = L1::new(0.1).unwrap();
    for (level, intercept) in [(0.0, false), (0.0, true), (4.0, true)] {
        let loss = Quadratic::new(vec![level; 10]).unwrap();
        let solution = converged(&Glm::new(&design, &loss, &penalty).unwrap().with_intercept(intercept), 0.0);
        assert_eq!((solution.objective, solution.point.support()), (0.0, 0));
        assert_eq!(solution.point.intercept, level);
    }
}

#[test]
fn one_row() {
    let design = Design::from_column_major(1, 3, vec![1.0, -2.0, 0.5]).unwrap();
    let loss = Quadratic::new(vec![3.0]).unwrap();
    let penalty = L1::new(0.5).unwrap();
    for intercept in [false, true] {
        let _ = converged(&Glm::new(&design, &loss, &penalty).unwrap().with_intercept(intercept), 1e-12);
    }
}

/// No penalty: judged by the gradient. Fewer rows than columns: some minimiser.
#[test]
fn no_penalty() {
    let (columns, y) = random_columns(15, 40, 4);
    let design = Design::from_column_major(15, 40, columns).unwrap();
    let loss = Quadratic::new(y).unwrap();
    let penalty = L1::new(0.0).unwrap();
    let solution = converged(&Glm::new(&design, &loss, &penalty).unwrap(), 1e-8);
    assert!(!solution.certificate.gap_decides);
    assert!(solution.objective <= 1e-10 * solution.certificate.null_objective);
}

#[test]
fn ridge() {
    let (columns, y) = random_columns(15, 40, 5);
    let design = Design::from_column_major(15, 40, columns).unwrap();
    let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
    let losses: [&dyn Datafit; 2] = [&squared, &logistic];
    let penalty = ElasticNet::new(0.0, 0.1).unwrap();
    for loss in losses {
        let solution = converged(&Glm::new(&design, loss, &penalty).unwrap().with_intercept(true), 1e-10);
        assert_eq!(solution.point.support(), 40);
    }
}

/// Separable classes with hardly any penalty: large coefficients, saturated rows.
#[test]
fn separable_classes() {
    let (columns, _) = random_columns(30, 10, 6);
    let labels: Vec<f64> = columns[..30].iter().map(|x| f64::from(u8::from(*x > 0.0))).collect();
    let design = Design::from_column_major(30, 10, columns).unwrap();
    let loss = Logistic::from_labels(&labels).unwrap();
    for lambda in [1e-2, 1e-4, 1e-6] {
        let penalty = L1::new(lambda).unwrap();
        for intercept in [false, true] {
            let _ = converged(&Glm::new(&design, &loss, &penalty).unwrap().with_intercept(intercept), 1e-8);
        }
    }
}

/// Asked for more than the arithmetic has: ends, says so, and keeps the best point.
#[test]
fn tolerance_zero_ends() {
    let (columns, y) = random_columns(40, 60, 7);
    let design = Design::from_column_major(40, 60, columns).unwrap();
    let loss = Quadratic::new(y).unwrap();
    let penalty = L1::new(0.5).unwrap();
    let solution = run(&Glm::new(&design, &loss, &penalty).unwrap(), 0.0);
    assert!(matches!(solution.status, Status::Converged | Status::Stalled), "{}", solution.status);
    assert!(solution.certificate.relative_gap() <= 1e-14, "{}", solution.certificate.relative_gap());
}

/// A start that is wrong everywhere, or outside the box, is only a start.
#[test]
fn any_start() {
    let (columns, y) = random_columns(30, 20, 8);
    let design = Design::from_column_major(30, 20, columns).unwrap();
    let loss = Quadratic::new(y).unwrap();
    let penalties: [&dyn SeparablePenalty; 2] =
        [&L1::new(1.0).unwrap(), &thalweg_problems::sets::Box::new(-0.1, 0.1).unwrap()];
    for penalty in penalties {
        let problem = Glm::new(&design, &loss, penalty).unwrap();
        let best = converged(&problem, 1e-12);
        let start = GlmPoint { coefficients: vec![5.0; 20], intercept: 2.0 };
        let method = WorkingSet { tolerance: 1e-12, ..WorkingSet::default() };
        let from_there = solve(&problem, &method, Begin::From(start), 1e-12, Control::default(), &mut NoSave).unwrap();
        assert_eq!(from_there.status, Status::Converged);
        approx::assert_relative_eq!(from_there.objective, best.objective, max_relative = 1e-11);
        let again = Begin::From(best.point.clone());
        let warm = solve(&problem, &method, again, 1e-12, Control::default(), &mut NoSave).unwrap();
        assert_eq!(warm.iterations, 1);
    }
}
