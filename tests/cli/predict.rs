//! `glm predict`: models that come back from their files.

use crate::support::{Place, regression};

#[test]
fn scores_against_a_computation_by_hand() {
    let place = Place::new();
    // z = 2 x - 1: fitted values -1, 1, 3, 5 for x = 0, 1, 2, 3.
    let model = |loss: &str, more: &str| {
        format!(
            r#"{{"format":"thalweg-glm-model","version":1,"loss":"{loss}"{more},"intercept":-1,"features":[1],"coefficients":[2]}}"#
        )
    };
    place.write("numbers.json", model("squared", ""));
    place.write("y.svm", "0\n1 1:1\n3 1:2\n4 1:3\n");
    let scores = place.json("glm predict numbers.json y.svm")["scores"].clone();
    // Errors 1, 0, 0, 1 with a total sum of squares of 10 about the mean 2.
    assert!((scores["r2"].as_f64().unwrap() - 0.8).abs() < 1e-15, "{scores}");
    assert!((scores["rmse"].as_f64().unwrap() - 0.5_f64.sqrt()).abs() < 1e-15, "{scores}");

    place.write("classes.json", model("logistic", r#","classes":[3,7]"#));
    place.write("c.svm", "3\n7 1:1\n3 1:2\n7 1:3\n");
    let scores = place.json("glm predict classes.json c.svm")["scores"].clone();
    // Three of four right; of the four pairs (7, 3) only (1, 3) is in the wrong order.
    assert_eq!((&scores["accuracy"], &scores["auc"]), (&0.75.into(), &0.75.into()));
    let log = |m: f64| (-m).exp().ln_1p();
    let deviance = 2.0 * (log(1.0) + log(1.0) + log(-3.0) + log(5.0));
    assert!((scores["deviance"].as_f64().unwrap() - deviance).abs() < 1e-12, "{scores}");

    assert_eq!(place.run("glm predict classes.json c.svm --predictions -").stdout, "3\n7\n7\n7\n");
    let ran = place.run("glm predict classes.json c.svm --predictions p.txt --probability -q");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let p: Vec<f64> = place.read("p.txt").lines().map(|l| l.parse().unwrap()).collect();
    assert!((p[0] - 1.0 / (1.0 + 1_f64.exp())).abs() < 1e-15 && (p[3] - 1.0 / (1.0 + (-5_f64).exp())).abs() < 1e-15);
}

#[test]
fn fitted_models_come_back() {
    let place = Place::new();
    place.write("n.svm", regression(50, 5, false));
    place.write("c.svm", regression(50, 5, true));
    for (line, score) in [("glm n.svm", "r2"), ("glm c.svm --loss logistic", "auc")] {
        let data = line.split(' ').nth(1).unwrap();
        let ran = place.run(&format!("{line} --intercept --standardize --lambda-ratio 0.01 --model-out m.json"));
        assert_eq!(ran.code, 0);
        let scores = place.json(&format!("glm predict m.json {data}"))["scores"].clone();
        assert!(scores[score].as_f64().unwrap() > 0.9, "{line}: {scores}");
    }
}

#[test]
fn labels_that_the_model_does_not_know() {
    let place = Place::new();
    place.write("c.svm", regression(50, 5, true));
    assert_eq!(place.run("glm c.svm --loss logistic --model-out m.json").code, 0);
    // Scores alone make no sense; predictions do.
    assert_eq!(place.refused("glm predict m.json tiny.svm"), "tiny.svm: row 2 has label 2, the model knows -1 and 1");
    let ran = place.run("glm predict m.json tiny.svm --predictions -");
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 4));
    assert!(ran.stderr.starts_with("warning: tiny.svm: no scores: row 2 has label 2"), "{ran:?}");
    let object = place.json("glm predict m.json tiny.svm --predictions -");
    assert_eq!((object["scores"].as_object().unwrap().len(), object["predictions"].as_array().unwrap().len()), (0, 4));
    assert!(object["warnings"][0].as_str().unwrap().starts_with("no scores"));
}

#[test]
fn files_that_are_no_models() {
    let place = Place::new();
    assert!(
        place.refused("glm predict tiny.svm tiny.svm").starts_with("tiny.svm: not a model, which --model-out writes")
    );
    place.write("x.json", r#"{"intercept":0,"features":[],"coefficients":[]}"#);
    assert!(place.refused("glm predict x.json tiny.svm").contains("not a model file of format"));
    assert_eq!(place.run("glm tiny.svm --model-out m.json").code, 0);
    assert_eq!(
        place.refused("glm predict m.json tiny.svm --probability --predictions p"),
        "--probability needs a logistic or softmax model"
    );
    assert!(place.refused("glm predict m.json tiny.svm --predictions m.json").contains("would replace the model"));
    assert_eq!(place.refused("glm predict missing tiny.svm"), "missing: no such file");
}
