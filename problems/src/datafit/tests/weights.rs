//! Weights: a whole number is a repeated row, 0 a removed one.

use super::*;

/// The rows repeated as often as `times` says.
fn repeated(values: &[f64], times: &[usize]) -> Vec<f64> {
    values.iter().zip(times).flat_map(|(&v, &t)| std::iter::repeat_n(v, t)).collect()
}

proptest! {
    #[test]
    fn whole_weights_are_repeated_rows(
        fit in fits(),
        at in prop::collection::vec(0.0..1.0f64, 6),
        mut times in prop::collection::vec(0..4usize, 6),
    ) {
        (times[0], times[1]) = (times[0].max(1), times[1].max(1));
        let weights: Vec<f64> = times.iter().map(|&t| t as f64).collect();
        let long_fit = repeated(&fit, &times);
        let pairs: [(Box<dyn Datafit>, Box<dyn Datafit>); 2] = [
            (Box::new(quadratic(Some(&weights))), Box::new(Quadratic::new(repeated(&TARGETS, &times)).unwrap())),
            (Box::new(logistic(Some(&weights))), Box::new(Logistic::from_labels(&repeated(&LABELS, &times)).unwrap())),
        ];
        for (weighted, long) in &pairs {
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-14 * (1.0 + b.abs());
            prop_assert!(close(weighted.value(&fit), long.value(&long_fit)));
            // A dual entry of a weighted row is the sum over its copies.
            let per_copy: Vec<f64> = (0..6).map(|i| at[i] * SIGNS[i]).collect();
            let dual: Vec<f64> = (0..6).map(|i| per_copy[i] * weights[i]).collect();
            let long_dual = repeated(&per_copy, &times);
            prop_assert!(close(weighted.fenchel_gap(&fit, &dual, 0.7), long.fenchel_gap(&long_fit, &long_dual, 0.7)));
            prop_assert!(close(weighted.best_dual_scale(&dual), long.best_dual_scale(&long_dual)));
            let (a, b) = (weighted.best_shift(&fit), long.best_shift(&long_fit));
            // As well as the root is determined: rounding of the derivative over the curvature.
            let shifted: Vec<f64> = fit.iter().map(|z| z + a).collect();
            let size: f64 = gradient(&**weighted, &shifted).iter().map(|g| g.abs()).sum();
            let steep: f64 = curvature(&**weighted, &shifted).iter().sum();
            prop_assert!((a - b).abs() <= 1e-15 * size / steep + 1e-13 * (1.0 + b.abs()), "{a} and {b}");
            let (mut short, mut copies) = (dual.clone(), long_dual.clone());
            weighted.balance(&mut short);
            long.balance(&mut copies);
            for values in [(gradient(&**weighted, &fit), gradient(&**long, &long_fit)),
                           (curvature(&**weighted, &fit), curvature(&**long, &long_fit)),
                           (short, copies)] {
                let mut start = 0;
                for i in 0..6 {
                    let sum: f64 = values.1[start..start + times[i]].iter().sum();
                    prop_assert!(close(values.0[i], sum), "row {i}: {} and {sum}", values.0[i]);
                    start += times[i];
                }
            }
        }
    }

    /// Whatever stands in a row of weight 0 changes nothing.
    #[test]
    fn rows_of_weight_0_are_absent(fit in fits(), other in prop_oneof![-1e3..1e3f64, Just(1e300), Just(-1e300)]) {
        for s in samples().iter().filter(|s| s.label.ends_with("weighted")) {
            let mut changed = fit.clone();
            changed[2] = other;
            prop_assert_eq!(s.datafit.value(&fit), s.datafit.value(&changed), "{}", s.label);
            prop_assert_eq!(gradient(&*s.datafit, &changed)[2], 0.0);
            prop_assert_eq!(curvature(&*s.datafit, &changed)[2], 0.0);
            let dual = natural_dual(&*s.datafit, &fit);
            let gap = |fit: &[f64]| s.datafit.fenchel_gap(fit, &dual, 0.9);
            prop_assert_eq!(gap(&fit), gap(&changed), "{}", s.label);
            let (a, b) = (s.datafit.best_shift(&fit), s.datafit.best_shift(&changed));
            let shifted: Vec<f64> = fit.iter().map(|z| z + a).collect();
            let steep: f64 = curvature(&*s.datafit, &shifted).iter().sum();
            prop_assert!((a - b).abs() <= 1e-14 / steep + 1e-13 * (1.0 + a.abs()), "{}: {a} and {b}", s.label);
        }
    }
}

#[test]
fn weights_are_part_of_the_fingerprint() {
    let finish = |datafit: &dyn Datafit| {
        let mut hash = Fingerprint::default();
        datafit.fingerprint(&mut hash);
        hash.finish()
    };
    let mut all: Vec<u64> = samples().iter().map(|s| finish(&*s.datafit)).collect();
    all.push(finish(&quadratic(Some(&[1.0; 6]))));
    let mut targets = TARGETS;
    targets[5] += f64::EPSILON;
    all.push(finish(&Quadratic::new(targets.to_vec()).unwrap()));
    let mut labels = LABELS;
    labels[5] = 3.0;
    all.push(finish(&Logistic::from_labels(&labels).unwrap()));
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
    for s in samples() {
        assert_eq!(s.datafit.weights().is_some(), s.label.ends_with("weighted"));
        assert_eq!(s.datafit.is_quadratic(), s.label.starts_with("squared"));
    }
}
