//! `glm --loss softmax`: several classes.

use crate::support::Place;

const FLOWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/iris.svm");
const RIDGE: &str = "--loss softmax --penalty elastic-net --l1-ratio 0 --lambda 1";

/// Fit, model file, predictions: the objective belongs to the printed coefficients, the scores to the predictions.
#[test]
fn models_come_back() {
    let place = Place::new();
    let line = format!("glm {FLOWERS} {RIDGE} --intercept --tol 1e-9 --model-out m.json --solution -");
    let fitted = place.json(&line);
    assert_eq!(
        (fitted["status"].as_str(), fitted["problem"]["classes"].as_array().unwrap().len()),
        (Some("converged"), 3)
    );
    let squares: f64 = fitted["solution"]["coefficients"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|class| class.as_array().unwrap())
        .map(|x| x.as_f64().unwrap().powi(2))
        .sum();
    let scores = place.json(&format!("glm predict m.json {FLOWERS}"))["scores"].clone();
    let of = |name: &str| scores[name].as_f64().unwrap();
    let objective = 0.5 * of("deviance") + 0.5 * squares;
    assert!((objective - fitted["objective"].as_f64().unwrap()).abs() < 1e-9 * objective);
    assert!((of("log_loss") - of("deviance") / 300.0).abs() < 1e-12 && of("accuracy") > 0.95);
    assert_eq!(place.run(&format!("glm predict m.json {FLOWERS} --predictions p.txt --probability -q")).code, 0);
    let rows: Vec<Vec<f64>> =
        place.read("p.txt").lines().map(|l| l.split(' ').map(|p| p.parse().unwrap()).collect()).collect();
    assert!(rows.len() == 150 && rows.iter().all(|r| r.len() == 3 && (r.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    let classes = place.run(&format!("glm predict m.json {FLOWERS} --predictions -")).stdout;
    assert_eq!(classes.lines().count(), 150);
    // The intercepts are not penalised: the probabilities of a class sum to its rows.
    let sum: f64 = rows.iter().map(|r| r[0]).sum();
    assert!((sum - 50.0).abs() < 1e-5, "{sum}");
}

/// Every rule and the scaled model reach the same objective; two classes are half of logistic regression's.
#[test]
fn rules_agree() {
    let place = Place::new();
    let best = place.json(&format!("glm {FLOWERS} {RIDGE} --standardize --tol 1e-9"))["objective"].as_f64().unwrap();
    for rest in ["--update cubic", "--update newton-exact --block 3", "--partition sort --select gsl --block 4"] {
        let found = place.json(&format!("glm {FLOWERS} {RIDGE} --standardize --tol 1e-8 {rest}"));
        assert_eq!(found["status"].as_str(), Some("converged"), "{rest}");
        assert!((found["objective"].as_f64().unwrap() - best).abs() < 1e-8 * best, "{rest}");
    }
    place.write("two.svm", "3 1:1\n7 1:2\n3 1:3\n7 1:4 2:1\n");
    let ridge = "--penalty elastic-net --l1-ratio 0 --intercept --tol 1e-9 --lambda";
    let softmax = place.json(&format!("glm two.svm --loss softmax {ridge} 2"));
    let logistic = place.json(&format!("glm two.svm --loss logistic {ridge} 1"));
    let of = |o: &serde_json::Value| o["objective"].as_f64().unwrap();
    assert!((of(&softmax) - of(&logistic)).abs() < 1e-8);
}

#[test]
fn what_does_not_fit_is_refused() {
    let place = Place::new();
    place.write("one.svm", "5 1:1\n5 1:2\n");
    place.write("m.json", r#"{"format":"thalweg-glm-model","version":1,"loss":"softmax","classes":[1,2],"intercepts":[0],"features":[],"coefficients":[]}"#);
    for (line, what) in [
        (format!("glm one.svm {RIDGE}"), "at least 2 classes"),
        ("glm tiny.svm --loss softmax --solver bcd".to_owned(), "takes ridge"),
        ("glm tiny.svm --loss softmax --lambda 1 --solver bcd".to_owned(), "takes ridge"),
        (format!("glm tiny.svm {RIDGE} --cv 2"), "a path of --loss softmax"),
        ("glm tiny.svm --loss softmax --penalty nonneg --lambda 0".to_owned(), "takes ridge"),
        (format!("glm tiny.svm {RIDGE} --solver coordinate-descent"), "--solver bcd only"),
        (format!("glm tiny.svm {RIDGE} --weights w"), "no --weights"),
        (format!("glm tiny.svm {RIDGE} --start x"), "no --start"),
        ("glm predict m.json tiny.svm".to_owned(), "another number of intercepts"),
        (format!("verify tiny.svm m.json {RIDGE}"), "--loss softmax"),
    ] {
        let ran = place.run(&line);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}: {}", ran.stdout);
        assert!(ran.stderr.contains(what) && ran.stderr.lines().count() == 1, "{line}: {}", ran.stderr);
    }
}

#[test]
fn resume_equals_no_stop() {
    let place = Place::new();
    let line = format!("glm {FLOWERS} {RIDGE} --select random --block 2 --tol 1e-3");
    let whole = place.run(&format!("{line} --max-iter 60 --json")).object();
    assert_eq!(place.run(&format!("{line} --max-iter 3 --checkpoint c --quiet")).code, 1);
    let rest = place.run(&format!("{line} --max-iter 60 --resume c --json")).object();
    for field in ["objective", "iterations", "counts", "solution"] {
        assert_eq!(rest[field], whole[field], "{field}");
    }
}
