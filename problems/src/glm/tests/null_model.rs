//! The null model, points, fingerprints.

use super::*;

fn gaussian() -> (Design, Quadratic) {
    let Regression { design, targets } = spiked_regression(100, 500, 50, 5).unwrap();
    (design, Quadratic::new(targets).unwrap())
}

#[test]
fn the_gaussian_instance() {
    let (design, loss) = gaussian();
    let penalty = L1::new(1.0).unwrap();
    let null = Glm::new(&design, &loss, &penalty).unwrap().null_model();
    assert!((null.objective - 1_013.276_169_923_114_1).abs() <= 1e-12 * null.objective, "{}", null.objective);
    let lambda_max = null.null_strength.unwrap();
    assert!((lambda_max - 209.656_968_729_393).abs() <= 1e-12 * lambda_max, "{lambda_max}");
    assert_eq!(null.correlation, lambda_max);
    let half = L1::new(0.5 * lambda_max).unwrap();
    assert_eq!(Glm::new(&design, &loss, &half).unwrap().null_model().null_strength, Some(2.0));
}

proptest! {
    /// At the null strength the null point is optimal, and just below it is not.
    #[test]
    fn the_null_strength_is_lambda_max(seed in any::<u64>()) {
        let data = data(seed);
        for datafit in &data.datafits {
            for intercept in [false, true] {
                let unit = L1::new(1.0).unwrap();
                let problem = Glm::new(&data.design, &**datafit, &unit).unwrap().with_intercept(intercept);
                let lambda_max = problem.null_model().null_strength.unwrap();
                let fit = fit_of(&problem, &problem.null_point());
                let (mut v, mut c) = (vec![0.0; ROWS], vec![0.0; COLUMNS]);
                problem.dual(&fit, &mut v);
                data.design.multiply_transposed(&v, &mut c);
                let gap = |lambda: f64| {
                    let penalty = L1::new(lambda).unwrap();
                    let problem = Glm::new(&data.design, &**datafit, &penalty).unwrap().with_intercept(intercept);
                    best_dual_point(&problem, &[0.0; COLUMNS], &fit, &v, &[0, 1, 2, 3], &c).gap
                };
                prop_assert!(gap(lambda_max * (1.0 + 1e-12)) <= 1e-14, "{problem:?}");
                prop_assert!(gap(lambda_max * 0.999) > 1e-12, "{problem:?}");
            }
        }
    }

    /// The intercept of the null model is the best one, and its residuals sum to 0.
    #[test]
    fn the_null_intercept_is_optimal(seed in any::<u64>(), moved in -2.0..2.0f64) {
        let data = data(seed);
        for datafit in &data.datafits {
            for penalty in penalties() {
                let problem = Glm::new(&data.design, &**datafit, &*penalty).unwrap().with_intercept(true);
                let mut point = problem.null_point();
                let objective = problem.objective(&point);
                prop_assert!((objective - problem.null_model().objective).abs() <= 1e-14 * objective);
                let mut gradient = vec![0.0; ROWS];
                datafit.gradient(&fit_of(&problem, &point), &mut gradient);
                prop_assert!(gradient.iter().sum::<f64>().abs() <= 1e-13);
                point.intercept += moved;
                prop_assert!(problem.objective(&point) >= objective * (1.0 - 1e-14));
            }
        }
    }
}

#[test]
fn resting_points_and_boxes() {
    let (design, loss) = gaussian();
    let penalty = Interval::new(0.25, 2.0).unwrap();
    let problem = Glm::new(&design, &loss, &penalty).unwrap();
    assert!(problem.null_point().coefficients.iter().all(|&x| x == 0.25));
    let null = problem.null_model();
    assert_eq!((null.null_strength, null.objective), (None, problem.objective(&problem.null_point())));
}

#[test]
fn points_are_checked() {
    let data = data(1);
    let penalty = L1::new(1.0).unwrap();
    let problem = Glm::new(&data.design, &*data.datafits[0], &penalty).unwrap();
    let point = |coefficients: &[f64], intercept| GlmPoint { coefficients: coefficients.to_vec(), intercept };
    assert!(problem.check_point(&point(&[0.0; COLUMNS], 1.0)).is_ok());
    let message = |p: GlmPoint| problem.check_point(&p).unwrap_err().to_string();
    assert!(message(point(&[0.0; 3], 0.0)).contains("length 3, expected 4"));
    assert!(message(point(&[0.0, 0.0, f64::NAN, 0.0], 0.0)).contains("coefficient 2 (from 0) is NaN"));
    assert!(message(point(&[0.0; COLUMNS], f64::INFINITY)).contains("the intercept is inf"));
    let short = Quadratic::new(vec![1.0]).unwrap();
    let error = Glm::new(&data.design, &short, &penalty).unwrap_err();
    assert!(error.to_string().contains("length 1, expected 9"), "{error}");
    assert_eq!(point(&[0.0, 2.0, -0.0, 1.0], 5.0).support(), 2);
}

#[test]
fn fingerprints_see_every_part() {
    let mut seen = Vec::new();
    for seed in [1, 2] {
        let data = data(seed);
        for datafit in &data.datafits {
            for penalty in penalties() {
                let problem = Glm::new(&data.design, &**datafit, &*penalty).unwrap();
                seen.push(problem.fingerprint());
                seen.push(problem.with_intercept(true).fingerprint());
                assert_eq!(problem.fingerprint(), seen[seen.len() - 2]);
            }
        }
    }
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count);
}
