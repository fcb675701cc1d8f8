//! Problems of learning, whose solutions have properties that can be checked.

use super::super::baselines::*;
use super::*;
use crate::run::{Status, Work};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::inclusion::{
    AucSaddle, BilinearSaddle, Blocks, FairClassification, FiniteSumOperator, RobustLeastSquares, TwoWayMatrix, Zero,
};
use thalweg_problems::prox::{L2Norm, Proximable};
use thalweg_problems::sets::{Ball, Simplex};

fn rows(n: usize, d: usize, seed: u64) -> (Vec<f64>, SplitMix64) {
    let mut random = SplitMix64::new(seed);
    ((0..n * d).map(|_| random.normal() / (d as f64).sqrt()).collect(), random)
}

fn times(a: &[f64], d: usize, x: &[f64]) -> Vec<f64> {
    a.chunks(d).map(|row| row.iter().zip(x).fold(0.0, |s, (a, x)| s + a * x)).collect()
}

#[test]
fn robust_least_squares_is_least_squares() {
    let (n, d, price) = (40, 3, 2.0);
    let (a, mut random) = rows(n, d, 1);
    let targets: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let matrix = TwoWayMatrix::from_rows(n, d, a.clone()).unwrap();
    let operator = RobustLeastSquares::new(matrix, targets.clone(), price).unwrap();
    let problem = FiniteSumInclusion::new(&operator, &Zero, None).unwrap();
    let (outcome, _) = run(&problem, &InexactHalpern { tolerance: 1e-9, ..InexactHalpern::default() }, 50_000);
    assert_eq!(outcome.status, Status::Converged);
    let (x, y) = outcome.work.point().split_at(d);
    let fit = times(&a, d, x);
    // The normal equations, and the targets in closed form.
    for j in 0..d {
        let slope = (0..n).fold(0.0, |s, i| s + a[i * d + j] * (fit[i] - targets[i]));
        assert!(slope.abs() < 1e-6, "{slope}");
    }
    for i in 0..n {
        assert!((y[i] - (price * targets[i] - fit[i]) / (price - 1.0)).abs() < 1e-6);
    }
}

#[test]
fn area_under_the_curve() {
    let (n, d) = (60, 4);
    let (mut a, _) = rows(n, d, 2);
    let positive: Vec<bool> = (0..n).map(|i| i % 3 == 0).collect();
    for (i, row) in a.chunks_mut(d).enumerate() {
        row[0] += if positive[i] { 0.7 } else { -0.2 };
    }
    let matrix = TwoWayMatrix::from_rows(n, d, a.clone()).unwrap();
    let operator = AucSaddle::new(matrix, positive.clone(), 0.05).unwrap();
    let problem = FiniteSumInclusion::new(&operator, &Zero, None).unwrap();
    let method = InexactHalpern { tolerance: 1e-8, ..InexactHalpern::default() };
    let (outcome, _) = run(&problem, &method, 50_000);
    assert_eq!(outcome.status, Status::Converged);
    let u = outcome.work.point();
    let scores = times(&a, d, &u[..d]);
    let mean = |class: bool| {
        let of: Vec<f64> = (0..n).filter(|&i| positive[i] == class).map(|i| scores[i]).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!((u[d] - mean(true)).abs() < 1e-6 && (u[d + 1] - mean(false)).abs() < 1e-6);
    assert!((u[d + 2] - (u[d + 1] - u[d])).abs() < 1e-6);
    assert!(mean(true) > mean(false) + 0.1);
    // An independent method: the exact resolvent.
    let exact = ExactResolvent { step: Some(1e8), tolerance: 1e-9, ..ExactResolvent::default() };
    let (exact, _) = run(&problem, &exact, 20_000);
    assert_eq!(exact.status, Status::Converged);
    assert!(distance(exact.work.point(), u) < 1e-5);
}

#[test]
fn fair_classification_equalises_the_worst_losses() {
    let (n, d) = (60, 3);
    let (mut a, mut random) = rows(n, d, 4);
    let groups: Vec<usize> = (0..n).map(|i| usize::from(i % 4 == 0) + usize::from(i % 12 == 0)).collect();
    let signs: Vec<f64> = (0..n).map(|_| if random.uniform() < 0.5 { -1.0 } else { 1.0 }).collect();
    for (i, row) in a.chunks_mut(d).enumerate() {
        row[groups[i]] += signs[i];
    }
    let operator = FairClassification::new(TwoWayMatrix::from_rows(n, d, a).unwrap(), signs, groups, 0.1).unwrap();
    let simplex: Box<dyn Proximable> = Box::new(Simplex::default());
    let blocks = Blocks::new(vec![(d, Box::new(Zero)), (3, simplex)]);
    let start = [vec![0.0; d], vec![1.0 / 3.0; 3]].concat();
    let problem = FiniteSumInclusion::new(&operator, &blocks, Some(start)).unwrap();
    let (outcome, _) = run(&problem, &InexactHalpern { tolerance: 1e-7, ..InexactHalpern::default() }, 50_000);
    assert_eq!(outcome.status, Status::Converged);
    let (x, w) = outcome.work.point().split_at(d);
    let losses = operator.losses(x);
    let worst = losses.iter().fold(0.0, |m: f64, &l| m.max(l));
    for (loss, weight) in losses.iter().zip(w) {
        assert!(*weight < 1e-6 || worst - loss < 1e-5, "{losses:?} {w:?}");
    }
    assert!(w.iter().filter(|w| **w > 1e-3).count() >= 2, "{losses:?} {w:?}");
}

/// `min_x max_(|y| <= 1) y'(A x - b) + rho |x|`: the secular equation `x = (A'A + rho t I)^-1 A'b`, `t = |A x - b| / |x|`, that
/// is `A'(A x - b) + rho t x = 0`.
#[test]
fn regression_with_adversarial_noise() {
    let (n, d, rho) = (30, 3, 0.7);
    let (a, mut random) = rows(n, d, 5);
    let b: Vec<f64> = a.chunks(d).map(|row| row[0] - 2.0 * row[1] + 0.3 * random.normal()).collect();
    let matrix = TwoWayMatrix::from_rows(n, d, a.clone()).unwrap();
    let operator = BilinearSaddle::new(matrix, vec![], b.clone()).unwrap();
    let norm: Box<dyn Proximable> = Box::new(L2Norm::new(rho).unwrap());
    let blocks = Blocks::new(vec![(d, norm), (n, Box::new(Ball::new(1.0).unwrap()))]);
    let problem = FiniteSumInclusion::new(&operator, &blocks, None).unwrap();
    for (name, point) in [
        (
            "pdhg",
            run(&problem, &HalpernPdhg { tolerance: 1e-10, ..HalpernPdhg::default() }, 20_000).0.work.into_point(),
        ),
        (
            "inexact",
            run(&problem, &InexactHalpern { tolerance: 1e-8, ..Default::default() }, 20_000).0.work.into_point(),
        ),
    ] {
        let x = &point[..d];
        let residual: Vec<f64> = times(&a, d, x).iter().zip(&b).map(|(f, b)| f - b).collect();
        let size = |v: &[f64]| v.iter().fold(0.0, |s, x| s + x * x).sqrt();
        let t = size(&residual) / size(x);
        for j in 0..d {
            let slope = (0..n).fold(0.0, |s, i| s + a[i * d + j] * residual[i]);
            assert!((slope + rho * t * x[j]).abs() < 1e-5, "{name} {slope} {x:?}");
        }
    }
    assert!(operator.lipschitz().unwrap() > 0.0);
}
