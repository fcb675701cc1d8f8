//! Problems whose solution has a formula, and agreement of the methods.

use super::*;
use approx::assert_abs_diff_eq;
use thalweg_problems::Design;
use thalweg_problems::datafit::{Logistic, Quadratic};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::{ElasticNet, L1};
use thalweg_problems::sets;

fn soft(u: f64, t: f64) -> f64 {
    u.signum() * (u.abs() - t).max(0.0)
}

#[test]
fn orthonormal_design() {
    // The columns of a 4 x 4 Hadamard matrix, over 2.
    let signs = [[1.0, 1.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, -1.0, 1.0]];
    let columns: Vec<f64> = signs.iter().flatten().map(|s| 0.5 * s).collect();
    let design = Design::from_column_major(4, 4, columns.clone()).unwrap();
    let y = [3.0, -1.0, 0.5, 2.0];
    let loss = Quadratic::new(y.to_vec()).unwrap();
    let (l1, net) = (L1::new(1.5).unwrap(), ElasticNet::new(1.5, 0.25).unwrap());
    let lasso = converged(&Glm::new(&design, &loss, &l1).unwrap(), 1e-14).point;
    let elastic = converged(&Glm::new(&design, &loss, &net).unwrap(), 1e-14).point;
    for j in 0..4 {
        let c: f64 = (0..4).map(|i| columns[4 * j + i] * y[i]).sum();
        assert_abs_diff_eq!(lasso.coefficients[j], soft(c, 1.5), epsilon = 1e-14);
        assert_abs_diff_eq!(elastic.coefficients[j], soft(c, 1.5) / 1.25, epsilon = 1e-14);
    }
}

#[test]
fn one_column_and_two_equal_ones() {
    let (x, y) = ([1.0, 2.0, -1.0], vec![2.0, 3.0, 1.0]);
    let loss = Quadratic::new(y).unwrap();
    let one = Design::from_column_major(3, 1, x.to_vec()).unwrap();
    let two = Design::from_column_major(3, 2, [x, x].concat()).unwrap();
    // x'y = 7, x'x = 6.
    let (l1, net) = (L1::new(1.0).unwrap(), ElasticNet::new(1.0, 2.0).unwrap());
    let single = converged(&Glm::new(&one, &loss, &l1).unwrap(), 1e-14);
    assert_abs_diff_eq!(single.point.coefficients[0], 1.0, epsilon = 1e-14);
    let double = converged(&Glm::new(&two, &loss, &l1).unwrap(), 1e-14);
    assert_abs_diff_eq!(double.objective, single.objective, epsilon = 1e-13);
    // The elastic net has one solution: 6 (a + b) + 2 a + 1 = 7 with a = b.
    let split = converged(&Glm::new(&two, &loss, &net).unwrap(), 1e-14).point.coefficients;
    assert_abs_diff_eq!(split[0], 6.0 / 14.0, epsilon = 1e-12);
    assert_abs_diff_eq!(split[1], 6.0 / 14.0, epsilon = 1e-12);
}

#[test]
fn diagonal_quadratic_in_a_box() {
    // |y - D x|^2 / 2: the unconstrained solution clipped.
    let d = [2.0, 0.5, 4.0, 1.0];
    let y = [2.2, -1.0, 1.0, 30.0];
    let design = Design::from_csc(4, vec![0, 1, 2, 3, 4], vec![0, 1, 2, 3], d.to_vec()).unwrap();
    let loss = Quadratic::new(y.to_vec()).unwrap();
    for (lower, upper) in [(-1.0, 1.0), (0.0, f64::INFINITY), (f64::NEG_INFINITY, 0.7), (0.5, 0.5)] {
        let penalty = sets::Box::new(lower, upper).unwrap();
        let solution = converged(&Glm::new(&design, &loss, &penalty).unwrap(), 1e-13);
        for j in 0..4 {
            let expected = (y[j] / d[j]).clamp(lower, upper);
            assert_abs_diff_eq!(solution.point.coefficients[j], expected, epsilon = 1e-10);
        }
    }
}

/// With the box inactive, with the norm inactive: the same least-squares solution.
#[test]
fn least_squares_three_ways() {
    let mut random = SplitMix64::new(1);
    let columns: Vec<f64> = (0..60).map(|_| random.normal()).collect();
    let y: Vec<f64> = (0..20).map(|_| random.normal()).collect();
    let design = Design::from_column_major(20, 3, columns.clone()).unwrap();
    let loss = Quadratic::new(y.clone()).unwrap();
    let matrix = faer::MatRef::from_column_major_slice(&columns, 20, 3);
    let rhs = faer::Mat::from_fn(20, 1, |i, _| y[i]);
    use faer::prelude::SolveLstsq;
    let expected = matrix.to_owned().qr().solve_lstsq(&rhs);
    let (l1, free) = (L1::new(0.0).unwrap(), sets::Box::new(-1e3, 1e3).unwrap());
    let by_l1 = converged(&Glm::new(&design, &loss, &l1).unwrap(), 1e-12).point;
    let by_box = converged(&Glm::new(&design, &loss, &free).unwrap(), 1e-12).point;
    for j in 0..3 {
        assert_abs_diff_eq!(by_l1.coefficients[j], expected[(j, 0)], epsilon = 1e-9);
        assert_abs_diff_eq!(by_box.coefficients[j], expected[(j, 0)], epsilon = 1e-9);
    }
}

/// A one-dimensional logistic regression against bisection on its derivative.
#[test]
fn logistic_with_one_column() {
    let (x, labels) = ([0.5, -1.0, 2.0, 1.0, -0.3], [1.0, 0.0, 1.0, 0.0, 1.0]);
    let design = Design::from_column_major(5, 1, x.to_vec()).unwrap();
    let loss = Logistic::from_labels(&labels).unwrap();
    let penalty = L1::new(0.2).unwrap();
    let found = converged(&Glm::new(&design, &loss, &penalty).unwrap(), 1e-13).point.coefficients[0];
    let slope = |w: f64| {
        let sum: f64 = x.iter().zip(labels).map(|(x, y)| x * (1.0 / (1.0 + (-x * w).exp()) - y)).sum();
        sum + 0.2 * w.signum()
    };
    let (mut low, mut high) = (1e-9, 10.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if slope(middle) < 0.0 { low = middle } else { high = middle }
    }
    assert_abs_diff_eq!(found, low, epsilon = 1e-6);
}

/// Random problems: every method and every setting finds the same value, and the gap bounds the distance to it.
#[test]
fn methods_agree() {
    let mut random = SplitMix64::new(7);
    for case in 0..12 {
        let (n, p) = (30 + random.below(30), 20 + random.below(60));
        let columns: Vec<f64> = (0..n * p).map(|_| random.normal() + 0.5).collect();
        let y: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.2))).collect();
        let design = Design::from_column_major(n, p, columns).unwrap();
        let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
        let losses: [&dyn thalweg_problems::datafit::Datafit; 2] = [&squared, &logistic];
        let penalties: [&dyn SeparablePenalty; 3] =
            [&L1::new(1.0).unwrap(), &ElasticNet::new(0.7, 0.5).unwrap(), &sets::Box::new(-0.1, 0.2).unwrap()];
        for loss in losses {
            for penalty in penalties {
                let problem = Glm::new(&design, loss, penalty).unwrap().with_intercept(case % 2 == 0);
                let best = converged(&problem, 1e-11);
                let slow = plain(&problem, 1e-7);
                let paper = run_with(&problem, &published(1e-8));
                let null = best.certificate.null_objective;
                for other in [&slow, &paper] {
                    assert_eq!(other.status, Status::Converged, "{}: {}", penalty.name(), other.reason);
                    let excess = other.objective - best.objective;
                    assert!(excess >= -2e-11 * null, "{} {}: {excess}", loss.name(), penalty.name());
                    assert!(other.certificate.duality_gap >= excess - 1e-14 * null);
                }
            }
        }
    }
}
