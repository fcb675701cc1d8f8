//! Fits far from anything sensible: values may be infinite, but are never NaN.

use super::*;

#[test]
fn huge_fits_do_not_give_nan() {
    let sizes = [0.0, -0.0, 37.0, -37.0, 750.0, -750.0, 800.0, -800.0, 1e300, -1e300];
    for s in samples() {
        for a in sizes {
            for b in sizes {
                let fit = [a, b, a, a, b, b];
                assert!(s.datafit.value(&fit) >= 0.0, "{}: {a}, {b}", s.label);
                let (dual, h) = (natural_dual(&*s.datafit, &fit), curvature(&*s.datafit, &fit));
                assert!(dual.iter().all(|v| v.is_finite()), "{}: {a}, {b}", s.label);
                assert!(h.iter().all(|h| h.is_finite() && *h >= 0.0), "{}: {a}, {b}", s.label);
                assert!(s.datafit.best_shift(&fit).is_finite(), "{}: {a}, {b}", s.label);
                let natural = s.datafit.fenchel_gap(&fit, &dual, 1.0);
                assert!((0.0..=gap_of_rounding(&s, &fit)).contains(&natural), "{}: {a}, {b}: {natural}", s.label);
                // Any other point of the domain.
                for share in [0.0, 1e-320, 1e-10, 0.5, 1.0] {
                    let dual: Vec<f64> = (0..6).map(|i| share * SIGNS[i] * s.weights[i]).collect();
                    let gap = s.datafit.fenchel_gap(&fit, &dual, 1.0);
                    assert!(gap >= 0.0, "{}: {a}, {b}, {share}: {gap}", s.label);
                    if s.label.starts_with("logistic") && a.abs() < 1e4 && b.abs() < 1e4 {
                        // Where e^-|z| underflows the divergence is linear in the fit.
                        let direct: f64 = (0..6)
                            .map(|i| {
                                let (w, t) = (s.weights[i], SIGNS[i] * fit[i]);
                                w * ((-t).max(0.0)
                                    + (-t.abs()).exp().ln_1p()
                                    + entropy(share)
                                    + entropy(1.0 - share)
                                    + share * t)
                            })
                            .sum();
                        assert!((gap - direct).abs() <= 1e-12 * (1.0 + direct), "{}: {gap} and {direct}", s.label);
                    }
                }
                let mut balanced = dual;
                s.datafit.balance(&mut balanced);
                assert!(balanced.iter().all(|v| v.is_finite()), "{}: {a}, {b}", s.label);
            }
        }
    }
}

#[test]
fn a_nan_fit_is_seen() {
    for s in samples() {
        let fit = [0.0, 0.0, 0.0, f64::NAN, 0.0, 0.0];
        assert!(s.datafit.value(&fit).is_nan(), "{}", s.label);
        assert!(gradient(&*s.datafit, &fit)[3].is_nan(), "{}", s.label);
        assert!(!s.datafit.fenchel_gap(&fit, &[0.0; 6], 1.0).is_finite(), "{}", s.label);
    }
}
