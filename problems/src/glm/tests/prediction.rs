//! Scores against their definitions.

use super::*;

proptest! {
    #[test]
    fn auc_is_the_share_of_ordered_pairs(rows in prop::collection::vec((any::<bool>(), -3..3i32), 2..40)) {
        // Few values, so that ties are common.
        let signs: Vec<f64> = rows.iter().map(|r| if r.0 { 1.0 } else { -1.0 }).collect();
        let scores: Vec<f64> = rows.iter().map(|r| 0.5 * f64::from(r.1)).collect();
        let (mut won, mut pairs) = (0.0, 0.0);
        for i in 0..rows.len() {
            for k in 0..rows.len() {
                if signs[i] > 0.0 && signs[k] < 0.0 {
                    pairs += 1.0;
                    won += if scores[i] > scores[k] { 1.0 } else if scores[i] == scores[k] { 0.5 } else { 0.0 };
                }
            }
        }
        let found = score_classes(&signs, &scores);
        if pairs == 0.0 {
            prop_assert!(found.auc.is_nan());
            return Ok(());
        }
        prop_assert!((found.auc - won / pairs).abs() <= 1e-14, "{} and {}", found.auc, won / pairs);
        let right = rows.iter().filter(|r| r.0 == (r.1 > 0)).count();
        prop_assert_eq!(found.accuracy, right as f64 / rows.len() as f64);
        let loss = Logistic::from_labels(&signs).unwrap().value(&scores);
        prop_assert!((found.deviance - 2.0 * loss).abs() <= 1e-13 * loss);
    }

    #[test]
    fn numbers(rows in prop::collection::vec((-5.0..5.0f64, -5.0..5.0f64), 2..30)) {
        let (targets, predictions): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let found = score_numbers(&targets, &predictions);
        let deviance = 2.0 * Quadratic::new(targets.clone()).unwrap().value(&predictions);
        prop_assert!((found.deviance - deviance).abs() <= 1e-13 * deviance);
        prop_assert!((found.rmse.powi(2) * targets.len() as f64 - deviance).abs() <= 1e-12 * deviance);
        let mean = targets.iter().sum::<f64>() / targets.len() as f64;
        let perfect = score_numbers(&targets, &targets);
        prop_assert_eq!((perfect.r2, perfect.rmse, perfect.deviance), (1.0, 0.0, 0.0));
        let null = score_numbers(&targets, &vec![mean; targets.len()]);
        prop_assert!(null.r2.abs() <= 1e-14);
        prop_assert!((found.r2 - (1.0 - found.deviance / null.deviance)).abs() <= 1e-13 * (1.0 + found.r2.abs()));
    }
}

#[test]
fn edge_cases() {
    assert!(score_numbers(&[2.0, 2.0], &[1.0, 3.0]).r2.is_nan());
    let separated = score_classes(&[1.0, -1.0], &[800.0, -800.0]);
    assert_eq!((separated.accuracy, separated.auc, separated.deviance), (1.0, 1.0, 0.0));
    let reversed = score_classes(&[1.0, -1.0], &[-800.0, 800.0]);
    assert_eq!((reversed.accuracy, reversed.auc, reversed.deviance), (0.0, 0.0, 3200.0));
    // Zeros of both signs tie.
    assert_eq!(score_classes(&[1.0, -1.0], &[-0.0, 0.0]).auc, 0.5);
    // A score of 0 decides for the class -1.
    assert_eq!(score_classes(&[1.0, -1.0], &[0.0, 0.0]).accuracy, 0.5);
}
