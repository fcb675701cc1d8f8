//! Penalties of groups, several targets.

use crate::support::{Place, regression, without};

fn place(classes: bool) -> Place {
    let place = Place::new();
    place.write("data.svm", regression(60, 12, classes));
    place.write("groups.txt", "# twelve features\na\na\na\na\nb\nb\nc\nc\nc\nd\nd\na\n");
    place
}

#[test]
fn groups_from_a_file_and_by_size() {
    let place = place(false);
    let line = "glm data.svm --intercept --standardize --penalty group --lambda-ratio 0.3";
    let object = place.json(&format!("{line} --groups groups.txt"));
    assert_eq!((&object["status"], &object["problem"]["groups"]), (&"converged".into(), &4.into()));
    let active = object["active_groups"].as_array().unwrap();
    assert!(active.contains(&"a".into()) && active.len() < 4, "{active:?}");
    // The features of the solution are those of the active groups.
    let features: Vec<u64> =
        object["solution"]["features"].as_array().unwrap().iter().map(|f| f.as_u64().unwrap()).collect();
    assert!([1, 2, 3, 4, 12].iter().all(|f| features.contains(f)), "{features:?}");

    let ran = place.run(&format!("{line} --groups size:5 --verbose --trace t.csv --plot p.svg"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("of 3 groups active") && ran.stdout.contains("active groups: 1-5"), "{}", ran.stdout);
    assert!(place.read("t.csv").contains("active_groups"));
    // A group of one feature is the Lasso's |x|.
    let alone = place.json("glm data.svm --penalty group --groups size:1 --lambda 3 --tol 1e-10");
    let lasso = place.json("glm data.svm --lambda 3 --tol 1e-10");
    let (a, b) = (alone["objective"].as_f64().unwrap(), lasso["objective"].as_f64().unwrap());
    assert!((a - b).abs() <= 1e-9 * b);
}

#[test]
fn sparse_and_nonnegative_groups_with_logistic_loss() {
    let place = place(true);
    for penalty in ["sparse-group --l1-ratio 0.7", "nonneg-group", "group"] {
        let line = format!("glm data.svm --loss logistic --intercept --penalty {penalty} --groups groups.txt");
        let object = place.json(&format!("{line} --model-out m.json"));
        assert_eq!(object["status"], "converged");
        assert!(object["certificate"]["relative_gap"].as_f64().unwrap() <= 1e-6);
        let coefficients = object["solution"]["coefficients"].as_array().unwrap();
        assert!(penalty != "nonneg-group" || coefficients.iter().all(|x| x.as_f64().unwrap() > 0.0));
        assert_eq!(place.run("glm predict m.json data.svm").code, 0);
        let path = place.json(&format!("{line} --path 8"));
        let points = path["path"].as_array().unwrap();
        assert_eq!((points[0]["active"].as_u64(), &path["status"]), (Some(0), &"converged".into()));
        let cv = place.json(&format!("{line} --path 6 --cv 3 --plot cv.svg"));
        assert!(cv["cross_validation"]["lambda_min"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn several_targets_share_their_features() {
    let place = place(false);
    let data = place.read("data.svm");
    let labels: Vec<f64> = data.lines().map(|l| l.split(' ').next().unwrap().parse().unwrap()).collect();
    let rows: String = labels.iter().enumerate().map(|(i, y)| format!("{y}, {}\n", y * 2.0 + (i % 5) as f64)).collect();
    place.write("y.csv", format!("# two targets\n{rows}"));
    let object = place.json("glm data.svm --targets y.csv --intercept --lambda-ratio 0.2 --penalty group");
    assert_eq!((&object["problem"]["targets"], &object["status"]), (&2.into(), &"converged".into()));
    let targets = object["solution"]["targets"].as_array().unwrap();
    assert_eq!(targets[0]["features"], targets[1]["features"], "rows are in or out as a whole");
    assert_eq!(object["active_groups"].as_array().unwrap().len(), targets[0]["features"].as_array().unwrap().len());
    // One target is a group lasso of groups of size one, which is the Lasso.
    let one: String = labels.iter().map(|y| format!("{y}\n")).collect();
    place.write("one.csv", one);
    let a = place.json("glm data.svm --targets one.csv --penalty group --lambda 3 --tol 1e-10");
    let b = place.json("glm data.svm --lambda 3 --tol 1e-10");
    let (a, b) = (a["objective"].as_f64().unwrap(), b["objective"].as_f64().unwrap());
    assert!((a - b).abs() <= 1e-9 * b);
    let ran = place.run("glm data.svm --targets y.csv --penalty l1 --path 5 --solution x.txt --plot p.svg");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(place.read("x.txt").contains(" 2 intercept "));
    assert_eq!(place.run("glm data.svm --targets y.csv --penalty group --cv 3 --path 5 --solution x.json").code, 0);
}

/// Three classes: rows in or out as wholes, the right shape of a model, paths and folds.
#[test]
fn softmax_regression() {
    let place = place(false);
    let data = place.read("data.svm");
    let class = |line: &str| {
        let (label, entries) = line.split_once(' ').unwrap();
        let label: f64 = label.parse().unwrap();
        format!(
            "{} {entries}\n",
            if label < -0.5 {
                5
            } else if label < 0.5 {
                7
            } else {
                9
            }
        )
    };
    place.write("classes.svm", data.lines().map(class).collect::<String>());
    let line = "glm classes.svm --loss softmax --intercept --standardize";
    let object = place.json(&format!("{line} --penalty group --lambda-ratio 0.2 --model-out m.json"));
    assert_eq!((&object["status"], &object["problem"]["targets"]), (&"converged".into(), &3.into()));
    let targets = object["solution"]["targets"].as_array().unwrap();
    assert_eq!(targets[0]["features"], targets[2]["features"]);
    let model: serde_json::Value = serde_json::from_str(&place.read("m.json")).unwrap();
    assert_eq!(model["classes"], serde_json::json!([5.0, 7.0, 9.0]));
    assert_eq!(model["coefficients"].as_array().unwrap().len(), 3);
    assert_eq!(model["intercepts"].as_array().unwrap().len(), 3);
    let path = place.json(&format!("{line} --penalty l1 --path 6"));
    assert_eq!((path["path"][0]["active"].as_u64(), &path["status"]), (Some(0), &"converged".into()));
    let cv = place.json(&format!("{line} --penalty group --path 6 --cv 3 --model-out m.json"));
    assert!(cv["cross_validation"]["lambda_min"].as_f64().unwrap() > 0.0);
    let one = place.refused("glm tiny.svm --loss softmax --penalty elastic-net");
    assert!(one.contains("takes ridge"), "{one}");
    let predicted = place.json("glm predict m.json classes.svm");
    assert!(predicted["scores"]["accuracy"].as_f64().unwrap() > 0.6, "{predicted}");
    place.write("same.svm", "1 1:1\n1 1:2\n");
    let same = place.refused("glm same.svm --loss softmax");
    assert!(same.starts_with("same.svm: ") && same.contains("number of classes is 1"), "{same}");
}

#[test]
fn stopped_and_resumed_is_unbroken() {
    let place = place(true);
    for more in ["--lambda-ratio 0.01 --tol 1e-12", "--path 6", "--path 6 --cv 3"] {
        let line = format!("glm data.svm --loss logistic --intercept --penalty group --groups groups.txt {more}");
        let whole = place.json(&line);
        let stop = (whole["iterations"].as_u64().unwrap() / 2).max(1);
        let first = place.run(&format!("{line} --max-iter {stop} --checkpoint c --json"));
        let resumed = place.json(&format!("{line} --resume c"));
        assert_eq!(without(&resumed, &["seconds"]), without(&whole, &["seconds"]), "{more}: {first:?}");
    }
    assert_eq!(
        place.run("glm data.svm --penalty group --groups size:3 --max-iter 1 --checkpoint c --tol 1e-14").code,
        1
    );
    let refused = place.refused("glm data.svm --penalty group --groups size:4 --tol 1e-14 --resume c");
    assert!(refused.contains("belongs to another run"), "{refused}");
}

#[test]
fn refusals() {
    let place = place(false);
    place.write("short.txt", "a\nb\n");
    place.write("bad.txt", "a\nb c\n");
    place.write("y.csv", "1,2\n3\n");
    place.write("z.csv", "1,2\n3,x\n");
    place.write("few.csv", "1,2\n3,4\n");
    for (line, message) in [
        ("glm data.svm --penalty group", "needs --groups"),
        ("glm data.svm --groups size:3", "--groups goes with --penalty group"),
        ("glm data.svm --penalty group --groups size:0", "size:0: expected a whole number of at least 1"),
        ("glm data.svm --penalty group --groups size:x", "size:x: expected"),
        ("glm data.svm --penalty group --groups short.txt", "short.txt: 2 group labels for 12 features"),
        ("glm data.svm --penalty group --groups bad.txt", "bad.txt:2:"),
        ("glm data.svm --penalty group --groups missing.txt", "missing.txt"),
        ("glm data.svm --penalty group --groups size:3 --lambda 0", "lambda is 0"),
        ("glm data.svm --penalty group --groups size:3 --l1-ratio 0.5", "--l1-ratio goes with"),
        ("glm data.svm --penalty group --groups size:3 --solver bcd", "working sets"),
        ("glm data.svm --targets y.csv --penalty group", "y.csv:2:"),
        ("glm data.svm --targets z.csv --penalty group", "z.csv:2:"),
        ("glm data.svm --targets few.csv --penalty group", "2 rows of targets for 60 rows"),
        ("glm data.svm --targets few.csv --loss logistic", "--loss squared"),
        ("glm data.svm --targets few.csv --penalty elastic-net", "--penalty group"),
        ("verify data.svm x.txt --penalty group --groups size:3", "x.txt"),
    ] {
        let found = place.refused(line);
        assert!(found.contains(message), "{line}: {found}");
    }
}
