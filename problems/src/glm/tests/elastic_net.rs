//! Both readings of the elastic net, on the Gaussian instance with rho = 1.

use super::*;

/// Cyclic coordinate descent without any cleverness.
fn descend(problem: &Glm<'_, ElasticNet>, x: &mut [f64], sweeps: usize) {
    let design = problem.design();
    let (n, p) = (design.rows(), design.columns());
    let squares: Vec<f64> = (0..p).map(|j| design.moments(j, None, n as f64).squares).collect();
    let mut fit = vec![0.0; n];
    design.multiply(x, &mut fit);
    let mut residual = vec![0.0; n];
    problem.dual(&fit, &mut residual);
    for _ in 0..sweeps {
        for j in 0..p {
            let u = x[j] + design.dot(j, &residual, 0.0) / squares[j];
            let new = problem.penalty().prox_at(j, u, 1.0 / squares[j]);
            let _ = design.add_column(j, x[j] - new, None, &mut residual);
            x[j] = new;
        }
    }
}

/// The gaps of both readings as the formulas stand.
fn two_gaps(problem: &Glm<'_, ElasticNet>, y: &[f64], x: &[f64]) -> (f64, f64) {
    let (lambda, rho) = (problem.penalty().lambda(), problem.penalty().rho());
    let point = GlmPoint { coefficients: x.to_vec(), intercept: 0.0 };
    let fit = fit_of(problem, &point);
    let r: Vec<f64> = y.iter().zip(&fit).map(|(y, z)| y - z).collect();
    let mut c = vec![0.0; x.len()];
    problem.design().multiply_transposed(&r, &mut c);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let f = problem.objective(&point);
    // Lasso on [X; sqrt(rho) I].
    let largest = c.iter().zip(x).map(|(c, x)| (c - rho * x).abs()).fold(0.0, f64::max);
    let s = (lambda / largest).min(1.0);
    let as_loss = s * dot(y, &r) - 0.5 * s * s * (dot(&r, &r) + rho * dot(x, x));
    // The square as part of the penalty: nothing to scale.
    let beyond: f64 = c.iter().map(|c| (c.abs() - lambda).max(0.0).powi(2)).sum();
    let as_penalty = dot(y, &r) - 0.5 * dot(&r, &r) - beyond / (2.0 * rho);
    (f - as_loss, f - as_penalty)
}

#[test]
fn both_readings_and_the_optimal_value() {
    let Regression { design, targets } = spiked_regression(100, 500, 50, 5).unwrap();
    let loss = Quadratic::new(targets.clone()).unwrap();
    let penalty = ElasticNet::new(20.965_696_872_939_3, 1.0).unwrap();
    let problem = Glm::new(&design, &loss, &penalty).unwrap();
    let mut x = vec![0.0; 500];
    let mut seen = Vec::new();
    for _ in 0..40 {
        descend(&problem, &mut x, 1);
        let fit = fit_of(&problem, &GlmPoint { coefficients: x.clone(), intercept: 0.0 });
        let (mut v, mut c) = (vec![0.0; 100], vec![0.0; 500]);
        problem.dual(&fit, &mut v);
        design.multiply_transposed(&v, &mut c);
        let columns: Vec<usize> = (0..500).collect();
        let best = best_dual_point(&problem, &x, &fit, &v, &columns, &c);
        let (as_loss, as_penalty) = two_gaps(&problem, &targets, &x);
        // The direct differences are good to 1e-13 of F = 294 only.
        assert!(best.gap <= as_loss.min(as_penalty) + 1e-9, "{best:?}, {as_loss:e}, {as_penalty:e}");
        if best.ridge > 0.0 {
            assert!((best.gap - as_loss).abs() <= 1e-9, "{best:?}, {as_loss:e}");
        }
        seen.push((as_loss, as_penalty));
    }
    // Once close, the scaled point is first order in the error and the other one second order.
    let &(as_loss, as_penalty) = seen.iter().find(|(_, b)| *b < 1e-8).unwrap();
    assert!(as_loss > 1e3 * as_penalty.abs(), "{as_loss:e} and {as_penalty:e}");
    descend(&problem, &mut x, 200);
    let point = GlmPoint { coefficients: x, intercept: 0.0 };
    let value = problem.objective(&point);
    assert!((value - 294.273_818_519_680_4).abs() <= 1e-11 * value, "{value}");
    assert_eq!(point.support(), 16);
}
