//! Losses beyond least squares and logistic regression: options, labels, predictions.

use crate::support::{Place, regression};

/// Counts with a mean that depends on the first feature.
const COUNTS: &str = "0 1:-1\n1 1:-0.5 2:1\n1 2:0.3\n3 1:1\n7 1:2 2:-1\n2 1:0.5\n0 1:-2\n4 1:1.2 2:0.1\n";

#[test]
fn every_loss_converges_and_predicts() {
    let place = Place::new();
    place.write("counts.svm", COUNTS);
    place.write("positive.svm", COUNTS.replace("0 1:", "0.2 1:"));
    place.write("classes.svm", regression(50, 5, true));
    for (loss, data, score) in [
        ("huber", "counts.svm", "r2"),
        ("poisson", "counts.svm", "deviance"),
        ("gamma", "positive.svm", "deviance"),
        ("squared-hinge", "classes.svm", "auc"),
    ] {
        for options in ["", "--intercept", "--intercept --standardize --penalty elastic-net", "--penalty nonneg"] {
            let solved = place.json(&format!("glm {data} --loss {loss} {options} --tol 1e-9 --model-out m.json"));
            assert_eq!((&solved["status"], &solved["problem"]["loss"]), (&"converged".into(), &loss.into()));
            assert!(solved["certificate"]["relative_gap"].as_f64().unwrap() <= 1e-9, "{solved}");
            let scores = place.json(&format!("glm predict m.json {data}"))["scores"].clone();
            assert!(scores[score].as_f64().is_some(), "{loss}: {scores}");
        }
        let line = format!("glm {data} --loss {loss} --intercept --lambda 0.5 --solution x.txt");
        assert_eq!(place.run(&line).code, 0);
        let verified = place.run(&format!("verify {data} x.txt --loss {loss} --intercept --lambda 0.5"));
        assert_eq!(verified.code, 0, "{verified:?}");
    }
}

/// The intercept alone fits the mean: predictions are means, not logarithms of them.
#[test]
fn predictions_of_the_exponential_link_are_means() {
    let place = Place::new();
    place.write("counts.svm", "2 1:1\n4 2:1\n6 1:1\n");
    for loss in ["poisson", "gamma"] {
        let line = format!("glm counts.svm --loss {loss} --intercept --lambda 100 --model-out m.json");
        assert_eq!(place.run(&line).code, 0);
        let ran = place.run("glm predict m.json counts.svm --predictions -");
        for line in ran.stdout.lines() {
            assert!((line.parse::<f64>().unwrap() - 4.0).abs() < 1e-12, "{ran:?}");
        }
    }
    // Of the Poisson model with mean 4: 2 sum of y log(y / 4) - (y - 4).
    assert_eq!(place.run("glm counts.svm --loss poisson --intercept --lambda 100 --model-out m.json").code, 0);
    let scores = place.json("glm predict m.json counts.svm")["scores"].clone();
    let expected = 2.0 * (2.0 * 0.5f64.ln() + 2.0 + 6.0 * 1.5f64.ln() - 2.0);
    assert!((scores["deviance"].as_f64().unwrap() - expected).abs() < 1e-12, "{scores}");
    assert_eq!(scores["r2"].as_f64().unwrap().abs(), 0.0);
}

#[test]
fn delta_is_hubers_alone() {
    let place = Place::new();
    assert_eq!(place.json("glm tiny.svm --loss huber")["problem"]["delta"], 1.35);
    assert_eq!(place.json("glm tiny.svm --loss huber --delta 0.5")["problem"]["delta"], 0.5);
    assert_eq!(place.refused("glm tiny.svm --delta 1"), "--delta goes with --loss huber only");
    assert!(place.refused("glm tiny.svm --loss huber --delta 0").contains("expected a finite number above 0"));
    // So large a delta is least squares.
    let (huber, squared) =
        (place.json("glm tiny.svm --loss huber --delta 1e6 --lambda 1"), place.json("glm tiny.svm --lambda 1"));
    let objective = |v: &serde_json::Value| v["objective"].as_f64().unwrap();
    assert!((objective(&huber) - objective(&squared)).abs() < 1e-6);
}

#[test]
fn labels_out_of_range() {
    let place = Place::new();
    place.write("negative.svm", "1 1:1\n-2 1:2\n");
    let message = place.refused("glm negative.svm --loss poisson");
    assert_eq!(message, "negative.svm: count 1 (from 0) is -2, expected a number of at least 0");
    let message = place.refused("glm tiny.svm --loss gamma");
    assert_eq!(message, "tiny.svm: target 2 (from 0) is 0, expected a number above 0");
    assert!(place.refused("glm tiny.svm --loss squared-hinge").contains("exactly two values, found 4"));
    place.write("zeros.svm", "0 1:1\n0 1:2\n");
    assert!(place.refused("glm zeros.svm --loss poisson --intercept").contains("all counts 0"));
    assert_eq!(place.run("glm zeros.svm --loss poisson --lambda 1").code, 0);
    // Block methods step by bounds of the curvature.
    assert!(place.refused("glm tiny.svm --loss poisson --solver bcd --lambda 0").contains("curvature"));
    assert_eq!(place.run("glm tiny.svm --loss huber --solver bcd --lambda 0").code, 0);
}
