//! Penalties beyond the convex four: weights, bounds, and those that are not convex.

use crate::support::{Place, regression};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// Weights as columns scaled by hand: `w |x|` is `|x'|` for `x' = w x`.
#[test]
fn penalty_weights_are_scaled_columns() {
    let place = Place::new();
    place.write("a.svm", "1 1:0.5 2:1\n2 1:1 3:2\n0 2:1.5\n3 1:2 2:1 3:1\n");
    place.write("b.svm", "1 1:1 2:1\n2 1:2 3:0.5\n0 2:1.5\n3 1:4 2:1 3:0.25\n");
    place.write("w.txt", "0.5\n1\n4\n");
    for options in ["", "--intercept", "--penalty nonneg --intercept"] {
        let weighted =
            place.json(&format!("glm a.svm --lambda-ratio 0.2 --tol 1e-10 --penalty-weights w.txt {options}"));
        let scaled = place.json(&format!("glm b.svm --lambda-ratio 0.2 --tol 1e-10 {options}"));
        assert!((number(&weighted["problem"]["lambda_max"]) - number(&scaled["problem"]["lambda_max"])).abs() < 1e-12);
        assert!((number(&weighted["objective"]) - number(&scaled["objective"])).abs() < 1e-8, "{weighted}{scaled}");
        assert_eq!(weighted["problem"]["penalty_weights"], true);
    }
}

/// Weight 0 is unpenalised, inf excludes the feature; lambda_max is where the others leave.
#[test]
fn free_and_excluded_features() {
    let place = Place::new();
    place.write("n.svm", regression(50, 5, false));
    place.write("w.txt", "0\n1\ninf\n1\n2\n");
    let line = "glm n.svm --intercept --penalty-weights w.txt --tol 1e-9";
    let above = place.json(&format!("{line} --lambda-ratio 1.0001"));
    let support = |v: &Value| v["solution"]["features"].as_array().unwrap().clone();
    assert_eq!(support(&above), [Value::from(1)], "{above}");
    assert!(above["certificate"]["relative_gap"].is_null());
    let below = place.json(&format!("{line} --lambda-ratio 0.9"));
    assert_eq!(support(&below).len(), 2, "{below}");
    let small = place.json(&format!("{line} --lambda 1e-3"));
    assert!(!support(&small).contains(&Value::from(3)) && support(&small).len() == 4, "{small}");
    // With positive weights there is a gap.
    place.write("w.txt", "1\n1\ninf\n1\n2\n");
    assert!(number(&place.json(line)["certificate"]["relative_gap"]) <= 1e-9);
}

#[test]
fn bounds_on_l1_and_elastic_net() {
    let place = Place::new();
    place.write("n.svm", regression(50, 5, false));
    let objective =
        |options: &str| number(&place.json(&format!("glm n.svm --lambda 1 --tol 1e-10 {options}"))["objective"]);
    assert!((objective("--lower 0") - objective("--penalty nonneg")).abs() < 1e-7);
    assert!((objective("--lower -1e6 --upper 1e6") - objective("")).abs() < 1e-7);
    let net = "--penalty elastic-net --l1-ratio 0.3";
    assert!((objective(&format!("{net} --lower=-1e6")) - objective(net)).abs() < 1e-7);
    let solved = place.json("glm n.svm --lambda 1 --lower=-0.1 --upper 0.2 --penalty elastic-net");
    assert_eq!(solved["status"], "converged");
    for x in solved["solution"]["coefficients"].as_array().unwrap() {
        assert!((-0.1..=0.2).contains(&number(x)), "{solved}");
    }
    assert_eq!((&solved["problem"]["lower"], &solved["problem"]["upper"]), (&(-0.1).into(), &0.2.into()));
    let ridge = objective("--penalty ridge");
    assert_eq!(ridge, objective("--penalty elastic-net --l1-ratio 0"));
}

#[test]
fn penalties_that_are_not_convex_say_local() {
    let place = Place::new();
    place.write("n.svm", regression(60, 8, false));
    for penalty in ["mcp", "scad", "sqrt --lambda 5", "mcp --gamma 1.5", "scad --gamma 2.5"] {
        for options in ["", "--intercept"] {
            let line = format!("glm n.svm --penalty {penalty} --standardize {options}");
            let solved = place.json(&line);
            assert_eq!(solved["status"], "converged", "{solved}");
            assert!(solved["reason"].as_str().unwrap().contains("local minimum"), "{solved}");
            assert_eq!(solved["certificate"]["second_order"], 1.0);
            let text = place.run(&line);
            assert!(text.stdout.contains("a local minimum, positive curvature on the support"), "{text:?}");
        }
    }
    let solution = place.run("glm n.svm --penalty mcp --standardize --tol 1e-9 --solution x.txt --lambda 3");
    assert_eq!(solution.code, 0);
    assert_eq!(place.run("verify n.svm x.txt --penalty mcp --standardize --lambda 3").code, 0);
    assert_eq!(place.run("verify n.svm x.txt --penalty mcp --standardize --lambda 9").code, 1);
}

/// The defaults of gamma suit the curvature of the loss on standardised columns.
#[test]
fn default_gammas_suit_the_loss() {
    let place = Place::new();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wdbc.svm");
    for penalty in ["mcp", "scad"] {
        let command =
            format!("glm {data} --loss logistic --intercept --standardize --penalty {penalty} --lambda-ratio 0.1");
        let solution = place.run(&command);
        assert_eq!(solution.code, 0, "{}", solution.stdout);
        assert!(solution.stdout.contains("local minimum"), "{}", solution.stdout);
    }
}

#[test]
fn options_that_cannot_be() {
    let place = Place::new();
    place.write("n.svm", regression(20, 3, false));
    place.write("short.txt", "1\n1\n");
    place.write("bad.txt", "1\n-1\n1\n");
    for (options, message) in [
        ("--gamma 3", "--gamma goes with --penalty mcp or scad only"),
        ("--penalty mcp --gamma 1", "gamma is 1, expected a finite number above 1"),
        ("--penalty scad --gamma 2", "gamma is 2, expected a finite number above 2"),
        ("--penalty sqrt", "--penalty sqrt has no lambda_max: give --lambda or --alpha"),
        ("--penalty ridge", "--penalty ridge has no lambda_max: give --lambda or --alpha"),
        ("--penalty nonneg --lower 0", "--lower goes with --penalty box, l1 or elastic-net only"),
        ("--lower 1", "the penalty on this interval has no lambda_max: give --lambda or --alpha"),
        ("--lower 1 --upper 0 --lambda 1", "upper is 0, expected a number of at least the lower bound, or inf"),
        ("--penalty-weights short.txt", "short.txt: 2 weights for 3 features"),
    ] {
        assert_eq!(place.refused(&format!("glm n.svm {options}")), message, "{options}");
    }
    let message = place.refused("glm n.svm --penalty mcp --penalty-weights bad.txt");
    assert_eq!(message, "--penalty-weights goes with --penalty l1, elastic-net, nonneg or ridge only");
    assert!(place.refused("glm n.svm --penalty-weights bad.txt").contains("expected a weight of at least 0, or inf"));
    // A column much shorter than sqrt n: named.
    place.write("flat.svm", "1 1:0.01 2:1\n2 1:0.02 2:2\n3 2:1\n");
    let message = place.refused("glm flat.svm --penalty mcp");
    assert!(message.starts_with("column 0 (from 0): the loss has curvature"), "{message}");
    assert!(place.refused("glm n.svm --penalty mcp --loss poisson").contains("count"));
}
