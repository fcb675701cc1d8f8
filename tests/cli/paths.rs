//! `thalweg glm --path` and `--cv`.

use crate::support::{Place, regression, without};

fn place(classes: bool) -> Place {
    let place = Place::new();
    place.write("data.svm", regression(60, 12, classes));
    place
}

#[test]
fn a_path_as_table_json_and_files() {
    let place = place(false);
    let line = "glm data.svm --intercept --standardize --path 15 --path-ratio 0.01 --full-path";
    let ran = place.run(&format!("{line} --solution x.txt --plot p.svg --trace t.csv"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let rows: Vec<&str> = ran.stdout.lines().filter(|l| l.trim_start().starts_with(char::is_numeric)).collect();
    assert_eq!(rows.iter().filter(|l| l.ends_with("converged")).count(), 15, "{}", ran.stdout);
    assert!(place.read("p.svg").contains("strength lambda"));
    assert!(place.read("t.csv").contains("deviance_ratio"));

    let object = place.json(line);
    let path = object["path"].as_array().unwrap();
    assert_eq!((path.len(), &object["status"]), (15, &"converged".into()));
    assert_eq!(path[0]["support"], 0);
    assert_eq!(path[0]["lambda"], object["problem"]["lambda_max"]);
    let ratio = path[14]["lambda"].as_f64().unwrap() / path[0]["lambda"].as_f64().unwrap();
    assert!((ratio - 0.01).abs() < 1e-12);
    assert!(path.iter().all(|p| p["relative_gap"].as_f64().unwrap() <= 1e-6));

    // A point of the path is the solution for its strength.
    let lambda = &path[7]["lambda"];
    let alone = place.json(&format!("glm data.svm --intercept --standardize --lambda {lambda} --tol 1e-9"));
    let (a, b) = (alone["objective"].as_f64().unwrap(), path[7]["objective"].as_f64().unwrap());
    assert!((a - b).abs() <= 1e-6 * a, "{a} {b}");
    // And the written coefficients are those that verify accepts.
    let text = place.read("x.txt");
    let point: String =
        text.lines().filter_map(|l| l.strip_prefix(&format!("{lambda} "))).map(|l| format!("{l}\n")).collect();
    assert!(point.starts_with("intercept "), "{text}");
    place.write("point.txt", point);
    let verified = place.run(&format!("verify data.svm point.txt --intercept --standardize --lambda {lambda}"));
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn lists_of_strengths_and_early_ends() {
    let place = place(true);
    let object = place.json("glm data.svm --loss logistic --lambdas 3,1,0.5");
    let lambdas: Vec<f64> = object["path"].as_array().unwrap().iter().map(|p| p["lambda"].as_f64().unwrap()).collect();
    assert_eq!(lambdas, [3.0, 1.0, 0.5]);
    let object = place.json("glm data.svm --loss logistic --path --max-features 2");
    let path = object["path"].as_array().unwrap();
    assert!(path.len() < 100 && path.last().unwrap()["support"].as_u64().unwrap() > 2);
    assert!(object["reason"].as_str().unwrap().contains("2 allowed"));
    let ridge = place.refused("glm data.svm --penalty elastic-net --l1-ratio 0 --path");
    assert!(ridge.contains("lambda_max"), "{ridge}");
    assert_eq!(place.run("glm data.svm --penalty elastic-net --l1-ratio 0 --lambdas 5,1").code, 0);
    assert_eq!(place.run("glm data.svm --penalty nonneg --path 5").code, 0);
}

#[test]
fn cross_validation_chooses_and_refits() {
    let place = place(true);
    let line = "glm data.svm --loss logistic --intercept --standardize --cv 5 --path 12";
    let object = place.json(&format!("{line} --model-out m.json --solution x.txt --plot cv.svg"));
    let cv = &object["cross_validation"];
    assert_eq!(cv["folds"], 5);
    let path = object["path"].as_array().unwrap();
    let error = |k: usize| path[k]["error_mean"].as_f64().unwrap();
    let best = (0..path.len()).min_by(|&a, &b| error(a).total_cmp(&error(b))).unwrap();
    assert_eq!((&cv["lambda_min"], &cv["chosen"]), (&path[best]["lambda"], &best.into()));
    assert!(cv["lambda_1se"].as_f64() >= cv["lambda_min"].as_f64());
    let folds: Vec<f64> = (0..5).map(|f| cv["fold_errors"][f][best].as_f64().unwrap()).collect();
    assert!((folds.iter().sum::<f64>() / 5.0 - error(best)).abs() <= 1e-12 * error(best), "folds of 12 rows each");
    assert!(place.read("cv.svg").contains("lambda.1se"));
    // The model is that of all rows at the chosen strength.
    let lambda = &path[best]["lambda"];
    let model: serde_json::Value = serde_json::from_str(&place.read("m.json")).unwrap();
    assert_eq!(&model["problem"]["lambda"], lambda);
    let verify = format!("verify data.svm x.txt --loss logistic --intercept --standardize --lambda {lambda}");
    assert_eq!(place.run(&verify).code, 0);
    assert_eq!(place.run("glm predict m.json data.svm").code, 0);

    let sparse = place.json(&format!("{line} --choose 1se"));
    assert_eq!(
        sparse["cross_validation"]["lambda_1se"],
        path[sparse["cross_validation"]["chosen"].as_u64().unwrap() as usize]["lambda"]
    );
    let other = place.json(&format!("{line} --seed 1"));
    assert_ne!(other["cross_validation"]["fold_errors"], cv["fold_errors"]);
}

#[test]
fn stopped_and_resumed_is_unbroken() {
    for more in ["", "--cv 4"] {
        let place = place(true);
        let line = format!("glm data.svm --loss logistic --intercept --path 10 {more}");
        let whole = place.json(&line);
        let steps = whole["iterations"].as_u64().unwrap();
        for stop in [1, steps / 2, steps - 1] {
            let first = place.run(&format!("{line} --max-iter {stop} --checkpoint c --json"));
            assert_eq!((first.code, &first.object()["status"]), (1, &"iteration_limit".into()), "{more} {stop}");
            let resumed = place.json(&format!("{line} --resume c"));
            assert_eq!(without(&resumed, &["seconds"]), without(&whole, &["seconds"]), "{more} {stop}");
        }
        let refused = place.refused(&format!("{line} --path-ratio 0.5 --resume c"));
        assert!(refused.contains("belongs to another run"), "{refused}");
    }
}

/// What a time limit leaves behind are the points that are done, each certified.
#[test]
fn a_stopped_path_keeps_its_points() {
    let place = place(false);
    let ran = place.run("glm data.svm --path 50 --max-iter 20 --json");
    let object = ran.object();
    let path = object["path"].as_array().unwrap();
    assert_eq!(ran.code, 1);
    assert!((1..50).contains(&path.len()));
    assert!(path.iter().all(|p| p["status"] == "converged"));
    let at_once = place.run("glm data.svm --cv 3 --time-limit 0 --json");
    assert_eq!((at_once.code, &at_once.object()["status"]), (1, &"time_limit".into()));
}

#[test]
fn refusals() {
    let place = place(false);
    for (line, message) in [
        ("glm data.svm --path --lambda 3", "--path-ratio or --lambdas"),
        ("glm data.svm --path 0", "is 0, expected at least 1"),
        ("glm data.svm --path 5 --path-ratio 2", "is 2, expected a number between 0 and 1"),
        ("glm data.svm --lambdas 1,2", "is 2, expected less than the one before"),
        ("glm data.svm --lambdas 1,x", "expected a finite number"),
        ("glm data.svm --cv 1", "number of folds is 1"),
        ("glm data.svm --cv 61", "number of folds is 61"),
        ("glm data.svm --path --model-out m.json", "--cv"),
        ("glm data.svm --path --choose 1se", "--choose goes with --cv"),
        ("glm data.svm --choose 1se", "--choose goes with --cv"),
        ("glm data.svm --max-features 3", "goes with --path"),
        ("glm data.svm --path --solver coordinate-descent", "working sets"),
        ("glm data.svm --path --penalty box --upper 1", "has no strength"),
        ("glm data.svm --path --start x.txt", "--start"),
    ] {
        let found = place.refused(line);
        assert!(found.contains(message), "{line}: {found}");
    }
    // A class with one row cannot be in every training set.
    place.write("one.svm", "1 1:1\n-1 1:2\n-1 1:3 2:1\n-1 2:1\n");
    let found = place.refused("glm one.svm --loss logistic --cv 4");
    assert!(found.contains("among the rows of positive weight"), "{found}");
}
