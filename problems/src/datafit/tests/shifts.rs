//! The intercept: the best shift of a fit, and dual points whose entries sum to 0.

use super::*;

fn total(values: &[f64]) -> f64 {
    values.iter().sum()
}

proptest! {
    #[test]
    fn the_derivative_is_0_at_the_best_shift(fit in fits(), moved in -5.0..5.0f64) {
        for s in samples() {
            let c = s.datafit.best_shift(&fit);
            let shifted: Vec<f64> = fit.iter().map(|z| z + c).collect();
            let (g, h) = (gradient(&*s.datafit, &shifted), curvature(&*s.datafit, &shifted));
            let size: f64 = g.iter().map(|g| g.abs()).sum();
            // An ulp of the fit moves the derivative by that much.
            let ulp: f64 = shifted.iter().zip(&h).map(|(z, h)| h * f64::EPSILON * (z.abs() + c.abs())).sum();
            prop_assert!(total(&g).abs() <= 1e-15 * size + 2.0 * ulp, "{}: {} at {c}", s.label, total(&g));
            let value = |c: f64| s.datafit.value(&fit.iter().map(|z| z + c).collect::<Vec<_>>());
            prop_assert!(value(c) <= value(c + moved) * (1.0 + 1e-14), "{}", s.label);
            // Shifting the fit shifts the answer.
            let again = s.datafit.best_shift(&fit.iter().map(|z| z + moved).collect::<Vec<_>>());
            // As well as the root is determined: rounding of the derivative over the curvature.
            let spread = (1e-15 * size + 4.0 * ulp) / total(&h) + 1e-14 * (1.0 + c.abs());
            prop_assert!((again + moved - c).abs() <= spread, "{}: {again} and {c}", s.label);
        }
    }

    #[test]
    fn balance_reaches_the_hyperplane_inside_the_domain(fit in fits(), at in prop::collection::vec(-2.0..3.0f64, 6)) {
        for s in samples() {
            // The natural dual, and a point that need not lie in the domain.
            let wild: Vec<f64> = (0..6).map(|i| at[i] * SIGNS[i]).collect();
            for mut dual in [natural_dual(&*s.datafit, &fit), wild] {
                s.datafit.balance(&mut dual);
                let size: f64 = dual.iter().map(|v| v.abs()).sum();
                prop_assert!(total(&dual).abs() <= 4e-15 * size, "{}: {}", s.label, total(&dual));
                prop_assert!(s.datafit.fenchel_gap(&fit, &dual, 1.0) < f64::INFINITY, "{}: {dual:?}", s.label);
                // Balanced already: nothing changes beyond rounding.
                let mut again = dual.clone();
                s.datafit.balance(&mut again);
                for (a, b) in again.iter().zip(&dual) {
                    prop_assert!((a - b).abs() <= 4e-15 * size, "{}", s.label);
                }
            }
        }
    }

    /// At the best shift the natural dual is balanced as it stands.
    #[test]
    fn balance_leaves_the_dual_of_the_best_shift(fit in fits()) {
        for s in samples() {
            let c = s.datafit.best_shift(&fit);
            let shifted: Vec<f64> = fit.iter().map(|z| z + c).collect();
            let dual = natural_dual(&*s.datafit, &shifted);
            let mut balanced = dual.clone();
            s.datafit.balance(&mut balanced);
            for (a, b) in balanced.iter().zip(&dual) {
                prop_assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "{}: {a} and {b}", s.label);
            }
        }
    }
}

#[test]
fn the_shift_of_a_constant_fit() {
    // Three rows of either class; weights 4.001 and 2.5.
    assert_eq!(logistic(None).best_shift(&[0.0; 6]), 0.0);
    let c = logistic(Some(&WEIGHTS)).best_shift(&[0.0; 6]);
    assert!((c - (4.001f64 / 2.5).ln()).abs() <= 4e-16, "{c}");
    let mean = quadratic(None).best_shift(&[0.0; 6]);
    assert!((mean - TARGETS.iter().sum::<f64>() / 6.0).abs() <= 1e-16, "{mean}");
    assert_eq!(quadratic(Some(&[0.0; 6])).best_shift(&[7.0; 6]), 0.0);
}

/// Separated, far away, and with hardly any weight on one class.
#[test]
fn hard_shifts() {
    let loss = Logistic::from_labels(&[1.0, 0.0, 0.0, 0.0]).unwrap();
    for fit in [
        [800.0, -800.0, -800.0, -800.0],
        [-800.0, 800.0, 800.0, 800.0],
        [1e6, 1e6, 1e6, 1e6 + 1.0],
        [700.0, 700.0, 1e300, -1e300],
        [-1e300, 700.0, 700.0, 1e300],
        [0.0, 300.0, 600.0, 900.0],
    ] {
        let c = loss.best_shift(&fit);
        assert!(c.is_finite(), "{fit:?}");
        let slope = |c: f64| total(&gradient(&loss, &fit.map(|z| z + c)));
        // The derivative ascends: the answer lies between a point below and a point above.
        let room = 1e-9 * (1.0 + c.abs());
        assert!(
            slope(c - room) <= 0.0 && slope(c + room) >= 0.0,
            "{fit:?}: {c}, {} {}",
            slope(c - room),
            slope(c + room)
        );
    }
    // Hundreds of units down the tail of a sigmoid, from the plateau on its other side.
    let loss = Logistic::from_labels(&[1.0, 0.0]).unwrap().with_weights(vec![1e-300, 1.0]).unwrap();
    let c = loss.best_shift(&[-700.0, 0.0]);
    assert!((c - 1e-300f64.ln()).abs() <= 1e-9, "{c}");
    let c = loss.best_shift(&[0.0, 700.0]);
    assert!((c - 1e-300f64.ln() + 700.0).abs() <= 1e-9, "{c}");
    for rare in [1e-3, 1e-9, 1e-100, 1e-300] {
        let loss = Logistic::from_labels(&[1.0, 0.0]).unwrap().with_weights(vec![rare, 1.0]).unwrap();
        let c = loss.best_shift(&[0.0, 0.0]);
        assert!((c - rare.ln()).abs() <= 1e-13 * rare.ln().abs(), "{rare}: {c}");
        // From a fit that is the answer shifted by 3 in one row, Newton has to work.
        let c = loss.best_shift(&[3.0, 0.0]);
        let balance = |c: f64| rare / (1.0 + (3.0 + c).exp()) - 1.0 / (1.0 + (-c).exp());
        assert!(balance(c - 1e-9 * c.abs()) >= 0.0 && balance(c + 1e-9 * c.abs()) <= 0.0, "{rare}: {c}");
    }
}

#[test]
fn balance_without_a_class_is_0() {
    let loss = logistic(None);
    let mut dual = [0.5, 0.0, 0.0, 0.2, 0.3, 0.0];
    loss.balance(&mut dual);
    assert_eq!(dual, [0.0; 6]);
}
