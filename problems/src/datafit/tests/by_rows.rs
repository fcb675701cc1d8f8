//! The losses given row by row: Huber, Poisson, Gamma, squared hinge.

use super::*;
use crate::datafit::{Gamma, Huber, Poisson, SquaredHinge};

/// A loss with its row function, conjugate and domain from the literature's tables, for a weight of 1.
struct RowSample {
    label: &'static str,
    datafit: Box<dyn Datafit>,
    weights: Vec<f64>,
    row: fn(usize, f64) -> f64,
    /// `phi^*(-v)`.
    conjugate: fn(usize, f64) -> f64,
    domain: fn(usize) -> (f64, f64),
    /// Where `phi''` jumps.
    kinks: fn(usize) -> Vec<f64>,
}

const COUNTS: [f64; 6] = [2.0, 0.0, 7.0, 1.0, 0.5, 30.0];
const POSITIVE: [f64; 6] = [2.0, 0.01, 7.0, 1.0, 0.5, 30.0];
const DELTA: f64 = 1.35;

fn hinge(margin: f64) -> f64 {
    (1.0 - margin).max(0.0)
}

fn row_samples() -> Vec<RowSample> {
    let mut samples = Vec::new();
    for weights in [vec![1.0; 6], WEIGHTS.to_vec()] {
        let w = || weights.clone();
        samples.push(RowSample {
            label: "huber",
            datafit: Box::new(Huber::new(TARGETS.to_vec(), DELTA).unwrap().with_weights(w()).unwrap()),
            weights: w(),
            row: |i, z| match (z - TARGETS[i]).abs() {
                r if r <= DELTA => 0.5 * r * r,
                r => DELTA * (r - 0.5 * DELTA),
            },
            conjugate: |i, v| 0.5 * v * v - TARGETS[i] * v,
            domain: |_| (-DELTA, DELTA),
            kinks: |i| vec![TARGETS[i] - DELTA, TARGETS[i] + DELTA],
        });
        samples.push(RowSample {
            label: "poisson",
            datafit: Box::new(Poisson::new(COUNTS.to_vec()).unwrap().with_weights(w()).unwrap()),
            weights: w(),
            row: |i, z| z.exp() - COUNTS[i] * z,
            conjugate: |i, v| entropy(COUNTS[i] - v) - (COUNTS[i] - v),
            domain: |i| (f64::NEG_INFINITY, COUNTS[i]),
            kinks: |_| vec![],
        });
        samples.push(RowSample {
            label: "gamma",
            datafit: Box::new(Gamma::new(POSITIVE.to_vec()).unwrap().with_weights(w()).unwrap()),
            weights: w(),
            row: |i, z| z + POSITIVE[i] * (-z).exp(),
            conjugate: |i, v| entropy(1.0 + v) - (1.0 + v) * POSITIVE[i].ln() - (1.0 + v),
            domain: |_| (-1.0, f64::INFINITY),
            kinks: |_| vec![],
        });
        samples.push(RowSample {
            label: "squared-hinge",
            datafit: Box::new(SquaredHinge::from_labels(&LABELS).unwrap().with_weights(w()).unwrap()),
            weights: w(),
            row: |i, z| hinge(SIGNS[i] * z).powi(2),
            conjugate: |i, v| 0.25 * v * v - SIGNS[i] * v,
            domain: |i| if SIGNS[i] > 0.0 { (0.0, f64::INFINITY) } else { (f64::NEG_INFINITY, 0.0) },
            kinks: |i| vec![SIGNS[i]],
        });
    }
    samples
}

/// A point inside the domain of row i, `at` in [0, 1], times the weight.
fn dual_of(s: &RowSample, i: usize, at: f64) -> f64 {
    let (low, high) = (s.domain)(i);
    s.weights[i] * (low.max(-8.0) + at * (high.min(8.0) - low.max(-8.0)))
}

#[test]
fn conjugates_are_maxima() {
    for s in row_samples().iter().take(4) {
        for i in 0..6 {
            for at in [0.0, 0.1, 0.5, 0.9, 1.0] {
                let v = dual_of(s, i, at);
                let value = |z: f64| -v * z - (s.row)(i, z);
                let (mut centre, mut step, mut best) = (0.0, 0.05, f64::NEG_INFINITY);
                for _ in 0..5 {
                    let start = centre;
                    for k in -800..=800 {
                        let z = start + step * f64::from(k);
                        if value(z) > best {
                            (best, centre) = (value(z), z);
                        }
                    }
                    step /= 100.0;
                }
                let claimed = (s.conjugate)(i, v);
                assert!((claimed - best).abs() <= 1e-11 * (1.0 + best.abs()), "{} {i} {v}: {claimed}, {best}", s.label);
            }
        }
    }
}

/// `sum of inf phi_i` is below every value and met row by row.
#[test]
fn infima() {
    for s in row_samples() {
        let lowest: f64 = (0..6)
            .filter(|&i| s.weights[i] > 0.0)
            .map(|i| {
                let least = (-80_000..=80_000).map(|k| (s.row)(i, f64::from(k) * 1e-3)).fold(f64::INFINITY, f64::min);
                s.weights[i] * least
            })
            .sum();
        let found = s.datafit.infimum();
        assert!(found <= lowest + 1e-12 && lowest - found <= 1e-4, "{}: {found} and {lowest}", s.label);
    }
}

proptest! {
    #[test]
    fn values_and_derivatives(fit in prop::collection::vec(-6.0..6.0f64, 6)) {
        let h = 1e-4;
        for s in row_samples() {
            let sum: f64 = (0..6).map(|i| s.weights[i] * (s.row)(i, fit[i])).sum();
            let size: f64 = (0..6).map(|i| s.weights[i] * ((s.row)(i, fit[i]).abs() + 40.0 * fit[i].abs())).sum();
            prop_assert!((s.datafit.value(&fit) - sum).abs() <= 1e-14 * (1.0 + size), "{}", s.label);
            let (g, second) = (gradient(&*s.datafit, &fit), curvature(&*s.datafit, &fit));
            for i in 0..6 {
                if (s.kinks)(i).iter().any(|k| (fit[i] - k).abs() < 3.0 * h) {
                    continue;
                }
                let w = s.weights[i];
                let d = |k: f64| (s.row)(i, fit[i] + k * h) - (s.row)(i, fit[i] - k * h);
                let slope = (8.0 * d(1.0) - d(2.0)) / (12.0 * h);
                let rounding = 1e-11 * w * (10.0 + (s.row)(i, fit[i]).abs() + 40.0 * fit[i].abs());
                prop_assert!((g[i] - w * slope).abs() <= rounding, "{}: row {i}, {}", s.label, g[i] - w * slope);
                let at = |k: f64| {
                    let mut moved = fit.clone();
                    moved[i] += k * h;
                    gradient(&*s.datafit, &moved)[i]
                };
                let bend = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
                prop_assert!((second[i] - bend).abs() <= rounding, "{}: row {i}, {}", s.label, second[i] - bend);
                let bound = s.datafit.smoothness().of_row(i);
                prop_assert!((0.0..=bound).contains(&second[i]), "{}: {} above {bound}", s.label, second[i]);
            }
        }
    }

    #[test]
    fn fenchel_gap_is_the_sum(
        fit in prop::collection::vec(-20.0..20.0f64, 6), at in prop::collection::vec(0.0..=1.0f64, 6), scale in 0.1..1.0f64,
    ) {
        for s in row_samples() {
            let dual: Vec<f64> = (0..6).map(|i| dual_of(&s, i, at[i]) / scale).collect();
            let gap = s.datafit.fenchel_gap(&fit, &dual, scale);
            let (mut direct, mut size) = (0.0, 0.0);
            for i in (0..6).filter(|&i| s.weights[i] > 0.0) {
                let (w, v) = (s.weights[i], dual_of(&s, i, at[i]) / s.weights[i]);
                let terms = [w * (s.row)(i, fit[i]), w * (s.conjugate)(i, v), w * v * fit[i]];
                direct += terms.iter().sum::<f64>();
                size += terms.iter().map(|t| t.abs()).sum::<f64>();
            }
            prop_assert!(gap >= 0.0, "{}: {gap}", s.label);
            prop_assert!((gap - direct).abs() <= 1e-13 * (1.0 + size), "{}: {gap} and {direct}", s.label);
        }
    }

    #[test]
    fn the_gap_vanishes_at_the_natural_dual_only(fit in prop::collection::vec(-8.0..8.0f64, 6), row in 0..6usize) {
        for s in row_samples() {
            let mut dual = natural_dual(&*s.datafit, &fit);
            // An ulp of `v = y - exp z` counts as its square over `exp z`.
            let rounding: f64 = (0..6)
                .map(|i| {
                    let h = curvature(&*s.datafit, &fit)[i];
                    let d = 2.0 * f64::EPSILON * (s.weights[i] * (30.0 + fit[i].abs()) + dual[i].abs());
                    if h == 0.0 { 0.0 } else { d.min(d * d / h) }
                })
                .sum();
            let gap = s.datafit.fenchel_gap(&fit, &dual, 1.0);
            prop_assert!((0.0..=rounding).contains(&gap), "{}: {gap:e} above {rounding:e}", s.label);
            if dual[row].abs() > 1e-3 {
                dual[row] *= 0.99;
                prop_assert!(s.datafit.fenchel_gap(&fit, &dual, 1.0) > 0.0, "{}", s.label);
            }
        }
    }

    /// Near the natural dual the gap is `d^2 / (2 phi'')`, far below the rounding of the terms of the sum.
    #[test]
    fn the_gap_is_accurate_when_small(fit in prop::collection::vec(-3.0..3.0f64, 6), exponent in -7..-3) {
        let epsilon = 10f64.powi(exponent);
        for s in row_samples() {
            let dual = natural_dual(&*s.datafit, &fit);
            let h = curvature(&*s.datafit, &fit);
            // Beyond its kinks a loss is linear, and the gap first order in epsilon.
            if (0..6).any(|i| s.weights[i] > 0.0 && (h[i] == 0.0 && dual[i] != 0.0)) {
                continue;
            }
            let gap = s.datafit.fenchel_gap(&fit, &dual, 1.0 - epsilon);
            let model: f64 = dual.iter().zip(&h).map(|(v, h)| if *v == 0.0 { 0.0 } else { (epsilon * v).powi(2) / (2.0 * h) }).sum();
            prop_assert!((gap - model).abs() <= (700.0 * epsilon + 1e-13 / epsilon) * model, "{}: {gap:e}, {model:e}", s.label);
        }
    }

    #[test]
    fn outside_the_domain_is_infinite(row in 0..6usize, excess in 1e-12..1.0f64) {
        for s in row_samples() {
            let (low, high) = (s.domain)(row);
            for v in [low - excess * (1.0 + low.abs()), high + excess * (1.0 + high.abs())] {
                if !v.is_finite() || s.weights[row] == 0.0 {
                    continue;
                }
                let mut dual = natural_dual(&*s.datafit, &[0.3; 6]);
                dual[row] = s.weights[row] * v;
                prop_assert_eq!(s.datafit.fenchel_gap(&[0.3; 6], &dual, 1.0), f64::INFINITY, "{}: {}", s.label, v);
            }
        }
    }

    #[test]
    fn the_best_shift_is_a_minimiser(fit in prop::collection::vec(-10.0..10.0f64, 6), moved in -5.0..5.0f64) {
        for s in row_samples() {
            let c = s.datafit.best_shift(&fit);
            let shifted: Vec<f64> = fit.iter().map(|z| z + c).collect();
            let (g, h) = (gradient(&*s.datafit, &shifted), curvature(&*s.datafit, &shifted));
            let ulp: f64 = shifted.iter().zip(&h).map(|(z, h)| h * f64::EPSILON * (z.abs() + c.abs() + 1.0)).sum();
            let size: f64 = g.iter().map(|g| g.abs()).sum::<f64>() + 30.0 * h.iter().sum::<f64>();
            let total: f64 = g.iter().sum();
            prop_assert!(total.abs() <= 1e-14 * size + 4.0 * ulp, "{}: {total} at {c}", s.label);
            let value = |c: f64| s.datafit.value(&fit.iter().map(|z| z + c).collect::<Vec<_>>());
            let there = value(c + moved);
            prop_assert!(value(c) <= there + 1e-13 * (1.0 + there.abs()), "{}", s.label);
        }
    }

    #[test]
    fn balance_reaches_the_hyperplane_inside_the_domain(
        fit in prop::collection::vec(-5.0..5.0f64, 6), wild in prop::collection::vec(-9.0..9.0f64, 6),
    ) {
        for s in row_samples() {
            let best: Vec<f64> = fit.iter().map(|z| z + s.datafit.best_shift(&fit)).collect();
            for mut dual in [natural_dual(&*s.datafit, &fit), natural_dual(&*s.datafit, &best), wild.clone()] {
                let before = dual.clone();
                s.datafit.balance(&mut dual);
                let (total, size) = (dual.iter().sum::<f64>(), dual.iter().map(|v| v.abs()).sum::<f64>());
                prop_assert!(total.abs() <= 1e-14 * size, "{}: {total}", s.label);
                prop_assert!(s.datafit.fenchel_gap(&fit, &dual, 1.0) < f64::INFINITY, "{}: {dual:?}", s.label);
                if before == natural_dual(&*s.datafit, &best) {
                    for (a, b) in before.iter().zip(&dual) {
                        prop_assert!((a - b).abs() <= 1e-11 * (1.0 + a.abs()), "{}: {a} and {b}", s.label);
                    }
                }
            }
        }
    }

    /// Rows of weight 0 are absent, whole weights repeated rows.
    #[test]
    fn weights_are_repetitions(fit in prop::collection::vec(-4.0..4.0f64, 6)) {
        let (weights, order) = ([2.0, 0.0, 1.0, 3.0, 1.0, 1.0], [0, 0, 2, 3, 3, 3, 4, 5]);
        let pick = |values: &[f64]| order.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let w = || weights.to_vec();
        let pairs: Vec<(Box<dyn Datafit>, Box<dyn Datafit>)> = vec![
            (Box::new(Huber::new(TARGETS.to_vec(), 1.0).unwrap().with_weights(w()).unwrap()), Box::new(Huber::new(pick(&TARGETS), 1.0).unwrap())),
            (Box::new(Poisson::new(COUNTS.to_vec()).unwrap().with_weights(w()).unwrap()), Box::new(Poisson::new(pick(&COUNTS)).unwrap())),
            (Box::new(Gamma::new(POSITIVE.to_vec()).unwrap().with_weights(w()).unwrap()), Box::new(Gamma::new(pick(&POSITIVE)).unwrap())),
            (Box::new(SquaredHinge::from_labels(&LABELS).unwrap().with_weights(w()).unwrap()), Box::new(SquaredHinge::from_labels(&pick(&LABELS)).unwrap())),
        ];
        for (weighted, long) in &pairs {
            let (mut fit, long_fit) = (fit.clone(), pick(&fit));
            fit[1] = 1e300;
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + b.abs());
            prop_assert!(close(weighted.value(&fit), long.value(&long_fit)), "{}", long.name());
            prop_assert!(close(weighted.infimum(), long.infimum()), "{}", long.name());
            prop_assert!(close(weighted.best_shift(&fit), long.best_shift(&long_fit)), "{}", long.name());
            let (g, long_g) = (gradient(&**weighted, &fit), gradient(&**long, &long_fit));
            prop_assert!(close(g[3], long_g[3] + long_g[4] + long_g[5]) && g[1] == 0.0);
        }
    }
}

/// Infinite at most, never NaN: a line search must be able to refuse the point.
#[test]
fn huge_fits() {
    for s in row_samples() {
        for z in [750.0, -750.0, 1e300, -1e300] {
            let fit = [z; 6];
            assert!(!s.datafit.value(&fit).is_nan(), "{}: {z}", s.label);
            assert!(gradient(&*s.datafit, &fit).iter().all(|g| !g.is_nan()), "{}: {z}", s.label);
            assert!(!s.datafit.fenchel_gap(&fit, &[0.0; 6], 1.0).is_nan(), "{}: {z}", s.label);
        }
        let fit = [0.0, 0.0, 0.0, f64::NAN, 0.0, 0.0];
        assert!(s.datafit.value(&fit).is_nan() && gradient(&*s.datafit, &fit)[3].is_nan(), "{}", s.label);
        assert!(!s.datafit.fenchel_gap(&fit, &[0.0; 6], 1.0).is_finite(), "{}", s.label);
    }
    assert_eq!(Poisson::new(vec![0.0; 3]).unwrap().best_shift(&[1.0; 3]), f64::NEG_INFINITY);
}

#[test]
fn data_out_of_range_are_refused() {
    let negative = Poisson::new(vec![1.0, -2.0]).unwrap_err();
    assert_eq!(negative.to_string(), "count 1 (from 0) is -2, expected a number of at least 0");
    let zero = Gamma::new(vec![1.0, 0.0]).unwrap_err();
    assert_eq!(zero.to_string(), "target 1 (from 0) is 0, expected a number above 0");
    for delta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Huber::new(vec![1.0], delta).unwrap_err();
        assert!(matches!(error, ProblemError::Parameter { what: "delta", .. }), "{error}");
    }
    for bad in [f64::NAN, f64::INFINITY] {
        assert!(
            Poisson::new(vec![bad]).is_err() && Gamma::new(vec![bad]).is_err() && Huber::new(vec![bad], 1.0).is_err()
        );
        assert!(SquaredHinge::from_labels(&[0.0, bad]).is_err());
    }
    assert!(matches!(SquaredHinge::from_labels(&[0.0, 1.0, 2.0]), Err(ProblemError::Classes { found: 3, .. })));
    let loss = SquaredHinge::from_labels(&[0.0, 1.0]).unwrap();
    assert!(matches!(loss.with_weights(vec![0.0, 1.0]), Err(ProblemError::Classes { found: 1, .. })));
    assert!(Gamma::new(vec![1.0]).unwrap().with_weights(vec![-1.0]).is_err());
}

#[test]
fn delta_tells_hubers_losses_apart() {
    let print = |delta: f64| {
        let mut hash = Fingerprint::default();
        Huber::new(TARGETS.to_vec(), delta).unwrap().fingerprint(&mut hash);
        hash.finish()
    };
    assert_ne!(print(1.0), print(1.0 + f64::EPSILON));
}
