//! The dual side: conjugates, gaps, the best multiple.

use super::*;

/// `phi_i^*(-v)` as the maximum over a grid of `-v z - phi_i(z)`, refined twice.
fn grid_conjugate(s: &Sample, i: usize, v: f64) -> f64 {
    let value = |z: f64| -v * z - s.weights[i] * (s.row)(i, z);
    let (mut centre, mut step, mut best) = (0.0, 0.1, f64::NEG_INFINITY);
    for _ in 0..4 {
        let start = centre;
        for k in -600..=600 {
            let z = start + step * f64::from(k);
            if value(z) > best {
                (best, centre) = (value(z), z);
            }
        }
        step /= 100.0;
    }
    best
}

/// A dual point inside the domain: `at` in [0, 1] for each row.
fn dual_point(s: &Sample, at: &[f64]) -> Vec<f64> {
    (0..6)
        .map(|i| {
            let (low, high) = (s.domain)(i);
            low.max(-10.0) + at[i] * (high.min(10.0) - low.max(-10.0))
        })
        .collect()
}

fn excesses() -> impl Strategy<Value = f64> {
    prop_oneof![1e-12..1.0f64, prop::sample::select(vec![1e-12, 1e-10, 1e-8])]
}

#[test]
fn conjugates_are_maxima() {
    for s in samples() {
        for i in 0..6 {
            for at in [0.0, 0.1, 0.37, 0.5, 0.9, 1.0] {
                let v = dual_point(&s, &[at; 6])[i];
                let (claimed, grid) = ((s.conjugate)(i, v), grid_conjugate(&s, i, v));
                // Row 4 of the weighted squares has its maximiser far outside the grid.
                if s.weights[i] >= 0.5 || s.weights[i] == 0.0 || s.label.starts_with("logistic") {
                    assert!((claimed - grid).abs() <= 1e-9, "{}: row {i}, {v}: {claimed} and {grid}", s.label);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn fenchel_gap_is_the_sum(fit in fits(), at in prop::collection::vec(0.0..=1.0f64, 6), scale in 0.1..1.0f64) {
        for s in samples() {
            let dual: Vec<f64> = dual_point(&s, &at).iter().map(|v| v / scale).collect();
            let gap = s.datafit.fenchel_gap(&fit, &dual, scale);
            let (mut direct, mut size) = (0.0, 0.0);
            for i in 0..6 {
                let v = (scale * dual[i]).clamp((s.domain)(i).0, (s.domain)(i).1);
                let terms = [s.weights[i] * (s.row)(i, fit[i]), (s.conjugate)(i, v), v * fit[i]];
                direct += terms.iter().sum::<f64>();
                size += terms.iter().map(|t| t.abs()).sum::<f64>();
            }
            prop_assert!(gap >= 0.0, "{}: {gap}", s.label);
            prop_assert!((gap - direct).abs() <= 1e-13 * (1.0 + size), "{}: {gap} and {direct}", s.label);
        }
    }

    #[test]
    fn fenchel_gap_vanishes_at_the_natural_dual(fit in fits(), row in 0..6usize, factor in 0.0..0.999f64) {
        for s in samples() {
            let mut dual = natural_dual(&*s.datafit, &fit);
            let gap = s.datafit.fenchel_gap(&fit, &dual, 1.0);
            prop_assert!((0.0..=gap_of_rounding(&s, &fit)).contains(&gap), "{}: {gap:e}", s.label);
            // And nowhere else: a shrunken entry counts as soon as its square does.
            if dual[row].abs() > 1e-6 {
                dual[row] *= factor;
                prop_assert!(s.datafit.fenchel_gap(&fit, &dual, 1.0) > 0.0, "{}", s.label);
            }
        }
    }

    /// Near the natural dual the gap is `d^2 / (2 phi'')`, a number far below the rounding of the terms of the sum.
    #[test]
    fn fenchel_gap_is_accurate_when_small(fit in prop::collection::vec(-5.0..5.0f64, 6), exponent in -7..-2) {
        let epsilon = 10f64.powi(exponent);
        for s in samples() {
            let dual = natural_dual(&*s.datafit, &fit);
            let gap = s.datafit.fenchel_gap(&fit, &dual, 1.0 - epsilon);
            let model: f64 = dual
                .iter()
                .zip(curvature(&*s.datafit, &fit))
                .map(|(v, h)| if h == 0.0 { 0.0 } else { (epsilon * v).powi(2) / (2.0 * h) })
                .sum();
            // Third order, relative: epsilon times the odds; then the rounding of a difference of size epsilon.
            let error = 200.0 * epsilon + 1e-14 / epsilon;
            prop_assert!((gap - model).abs() <= error * model, "{}: {gap:e} and {model:e}", s.label);
        }
    }

    #[test]
    fn outside_the_domain_is_infinite(fit in fits(), row in 0..6usize, excess in excesses()) {
        for s in samples() {
            let (low, high) = (s.domain)(row);
            for v in [low - excess, high + excess].into_iter().filter(|v| v.is_finite()) {
                let mut dual = natural_dual(&*s.datafit, &fit);
                dual[row] = v;
                prop_assert_eq!(s.datafit.fenchel_gap(&fit, &dual, 1.0), f64::INFINITY, "{}: {}", s.label, v);
            }
        }
    }

    /// No other multiple has a larger `-sum phi_i^*(-s v_i)`, for the losses that promise one.
    #[test]
    fn best_multiples(dual in prop::collection::vec(-3.0..3.0f64, 6), s in -2.0..2.0f64) {
        let plain = samples();
        let squared = &plain[0];
        let best = squared.datafit.best_dual_scale(&dual);
        let value = |s: f64| -(0..6).map(|i| (squared.conjugate)(i, s * dual[i])).sum::<f64>();
        prop_assert!(value(best) >= value(s) - 1e-12);
        prop_assert!(value(best) >= value(best + 1e-3 * s) - 1e-12);
    }
}

#[test]
fn the_best_multiple_of_nothing_is_one() {
    for s in samples() {
        assert_eq!(s.datafit.best_dual_scale(&[0.0; 6]), 1.0, "{}", s.label);
    }
    // A dual point outside the domain (weight 0 in row 2) has no useful multiple but 0.
    assert_eq!(quadratic(Some(&WEIGHTS)).best_dual_scale(&[1.0; 6]), 0.0);
}
