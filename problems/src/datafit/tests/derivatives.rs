//! Values, derivatives and their bounds.

use super::*;

proptest! {
    #[test]
    fn values_are_sums_over_rows(fit in fits()) {
        for s in samples() {
            let direct: f64 = (0..6).map(|i| s.weights[i] * (s.row)(i, fit[i])).sum();
            let value = s.datafit.value(&fit);
            prop_assert!((value - direct).abs() <= 1e-14 * direct.abs(), "{}: {value} and {direct}", s.label);
        }
    }

    #[test]
    fn gradients_are_central_differences(fit in fits()) {
        let h = 1e-4;
        for s in samples() {
            let g = gradient(&*s.datafit, &fit);
            for i in 0..6 {
                let z = fit[i];
                // Fourth order: the error is h^4 / 30 times a fifth derivative below 1, and rounding of values / h.
                let d = |k: f64| (s.row)(i, z + k * h) - (s.row)(i, z - k * h);
                let difference = s.weights[i] * (8.0 * d(1.0) - d(2.0)) / (12.0 * h);
                let rounding = 1e-11 * s.weights[i] * (1.0 + (s.row)(i, z));
                prop_assert!((g[i] - difference).abs() <= rounding, "{}: row {i} at {z}", s.label);
            }
        }
    }

    #[test]
    fn curvatures_are_differences_of_gradients(fit in fits(), row in 0..6usize) {
        let h = 1e-4;
        for s in samples() {
            let at = |k: f64| {
                let mut moved = fit.clone();
                moved[row] += k * h;
                gradient(&*s.datafit, &moved)[row]
            };
            let difference = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
            let second = curvature(&*s.datafit, &fit)[row];
            let rounding = 1e-10 * s.weights[row] * (1.0 + (fit[row] - TARGETS[row]).abs());
            prop_assert!((second - difference).abs() <= rounding, "{}: {second} and {difference}", s.label);
            let bound = s.datafit.smoothness().of_row(row);
            prop_assert!(second <= bound && second >= 0.0, "{}: {second} above {bound}", s.label);
            prop_assert!(!s.datafit.is_quadratic() || second == bound);
        }
    }
}

/// The bounds are the suprema, not just bounds.
#[test]
fn bounds_are_reached() {
    for s in samples() {
        for row in 0..6 {
            let bound = s.datafit.smoothness().of_row(row);
            assert_eq!(curvature(&*s.datafit, &[0.0; 6])[row], bound, "{}", s.label);
        }
    }
}

/// Both factors of p (1 - p) keep their digits where the other is 1.
#[test]
fn logistic_derivatives_keep_their_digits_in_the_tails() {
    let loss = logistic(None);
    for z in [30.0f64, 40.0, 100.0, 700.0] {
        let (fit, e) = ([z; 6], (-z).exp());
        let (g, h) = (gradient(&loss, &fit), curvature(&loss, &fit));
        // Row 0 has the label +1: it is right, and e^-z is all that is left.
        assert!((g[0] + e).abs() <= 1e-12 * e, "{z}: {}", g[0]);
        assert!((g[1] - (1.0 - e)).abs() <= f64::EPSILON, "{z}: {}", g[1]);
        for h in h {
            assert!((h - e).abs() <= 1e-12 * e, "{z}: {h}");
        }
    }
}

/// More rows than one block of the loops.
#[test]
fn long_fits_equal_their_parts() {
    let n = 1000;
    let labels: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let targets: Vec<f64> = (0..n).map(|i| (i as f64 * 0.7).sin()).collect();
    let weights: Vec<f64> = (0..n).map(|i| (i % 5) as f64).collect();
    let fit: Vec<f64> = (0..n).map(|i| 3.0 * (i as f64 * 1.3).cos()).collect();
    let long: [Box<dyn Datafit>; 2] = [
        Box::new(Logistic::from_labels(&labels).unwrap().with_weights(weights.clone()).unwrap()),
        Box::new(Quadratic::new(targets.clone()).unwrap().with_weights(weights.clone()).unwrap()),
    ];
    for (which, datafit) in long.iter().enumerate() {
        let (g, h) = (gradient(&**datafit, &fit), curvature(&**datafit, &fit));
        let (mut value, mut gap) = (0.0, 0.0);
        let dual: Vec<f64> = g.iter().map(|g| -0.5 * g).collect();
        for i in 0..n {
            let (w, z) = (weights[i], fit[i]);
            let sign = if labels[i] == 1.0 { 1.0 } else { -1.0 };
            let wrong = 1.0 / (1.0 + (sign * z).exp());
            let (row, slope, second, conjugate) = match which {
                0 => ((-sign * z).exp().ln_1p(), -sign * wrong, wrong * (1.0 - wrong), {
                    let a = 0.5 * wrong;
                    entropy(a) + entropy(1.0 - a)
                }),
                _ => {
                    let (r, v) = (targets[i] - z, 0.5 * (targets[i] - z));
                    (0.5 * r * r, -r, 1.0, 0.5 * v * v - targets[i] * v)
                }
            };
            value += w * row;
            gap += w * (row + conjugate) + dual[i] * z;
            assert!((g[i] - w * slope).abs() <= 1e-14 * w, "row {i}");
            assert!((h[i] - w * second).abs() <= 1e-14 * w, "row {i}");
        }
        assert!((datafit.value(&fit) - value).abs() <= 1e-12 * value);
        assert!((datafit.fenchel_gap(&fit, &dual, 1.0) - gap).abs() <= 1e-12 * value);
        assert_eq!(datafit.rows(), n);
    }
}

#[test]
fn data_out_of_range_are_refused() {
    let not_finite = Quadratic::new(vec![0.0, f64::NAN]).unwrap_err();
    assert!(matches!(not_finite, ProblemError::NotFinite { what: "target", index: 1, .. }), "{not_finite}");
    let not_finite = Logistic::from_labels(&[0.0, 1.0, f64::INFINITY]).unwrap_err();
    assert!(matches!(not_finite, ProblemError::NotFinite { what: "label", index: 2, .. }), "{not_finite}");
    for labels in [vec![], vec![1.0, 1.0], vec![0.0, -0.0], vec![0.0, 1.0, 2.0]] {
        let found = Logistic::from_labels(&labels).unwrap_err();
        let different = if labels.len() == 2 { 1 } else { labels.len() };
        assert!(matches!(found, ProblemError::Classes { found, .. } if found == different), "{labels:?}: {found}");
    }
    let negative = quadratic(None).with_weights(vec![1.0, 1.0, -0.5, 1.0, 1.0, 1.0]).unwrap_err();
    assert!(matches!(negative, ProblemError::Negative { what: "weight", index: 2, .. }), "{negative}");
    assert_eq!(negative.to_string(), "weight 2 (from 0) is -0.5, expected a number of at least 0");
    let short = logistic(None).with_weights(vec![1.0]).unwrap_err();
    assert_eq!(short, ProblemError::Length { what: "weights", found: 1, expected: 6 });
    let bad = logistic(None).with_weights(vec![f64::NAN; 6]).unwrap_err();
    assert!(matches!(bad, ProblemError::NotFinite { what: "weight", index: 0, .. }), "{bad}");
    // All that is left after the zero weights are rows of one class.
    let one_class = logistic(None).with_weights(vec![1.0, 0.0, 0.0, 1.0, 1.0, 0.0]).unwrap_err();
    assert!(matches!(one_class, ProblemError::Classes { found: 1, .. }), "{one_class}");
}

#[test]
fn labels_become_signs() {
    let loss = logistic(None);
    assert_eq!((loss.signs(), loss.classes()), (SIGNS.as_slice(), (1.0, 3.0)));
    let zero_one = Logistic::from_labels(&[-0.0, 1.0, 0.0]).unwrap();
    assert_eq!(zero_one.signs(), [-1.0, 1.0, -1.0]);
    assert_eq!(quadratic(None).targets(), TARGETS);
}
