//! `verify`: the certificate of anybody's solution.

use crate::support::{Place, regression};

const MODEL: &str = "--loss logistic --intercept --standardize --lambda-ratio 0.05";

fn place() -> Place {
    let place = Place::new();
    place.write("data.svm", regression(60, 8, true));
    place
}

#[test]
fn every_form_of_our_own_solution() {
    let place = place();
    let solved = place.run(&format!("glm data.svm {MODEL} --solution x.txt --model-out m.json --json"));
    place.write("all.json", &solved.stdout);
    assert_eq!(place.run(&format!("glm data.svm {MODEL} --solution x.json -q")).code, 0);
    let objective = solved.object()["objective"].as_f64().unwrap();
    for file in ["x.txt", "m.json", "all.json", "x.json"] {
        let object = place.json(&format!("verify data.svm {file} {MODEL}"));
        assert_eq!(object["verified"], true, "{file}");
        assert!((object["objective"].as_f64().unwrap() / objective - 1.0).abs() < 1e-12, "{file}: {object}");
    }
    // Coefficients in units of the data are not those of the standardised model.
    let other = place.run(&format!("verify data.svm x.txt {}", MODEL.replace("--standardize ", "")));
    assert_eq!(other.code, 1, "{other:?}");
    assert!(other.stdout.contains("not certified: "));
}

#[test]
fn wrong_solutions() {
    let place = place();
    let weighted = "--lambda 1 --weights w.txt";
    place.write("w.txt", "2\n0\n1\n0.5\n");
    assert_eq!(place.run(&format!("glm tiny.svm {weighted} --solution x.txt")).code, 0);
    assert_eq!(place.run(&format!("verify tiny.svm x.txt {weighted}")).code, 0);
    assert_eq!(place.run("verify tiny.svm x.txt --lambda 1").code, 1);
    place.write("x.txt", "# almost\n1, 1.3\n");
    assert_eq!(place.run("verify tiny.svm x.txt --lambda 1").code, 1);
    // Outside of the feasible set nothing is certified.
    place.write("x.txt", "1:-1\n");
    assert_ne!(place.run("verify tiny.svm x.txt --penalty nonneg --lambda 1").code, 0);
}

#[test]
fn solutions_that_do_not_fit() {
    let place = place();
    for (text, message) in [
        ("9 0.5\n", "x.txt: feature 9 has a coefficient, but no entry in data.svm"),
        ("1 0.5\n0 1\n", "x.txt:2:1: expected a line \"index value\" or \"intercept value\", found \"0 1\""),
        ("1 inf\n", "x.txt:1:1: expected a line \"index value\" or \"intercept value\", found \"1 inf\""),
        ("1 1\n1 2\n", "x.txt: feature 1 occurs twice"),
        ("intercept 1\nintercept 2\n", "x.txt:2:1: expected one intercept, found \"intercept 2\""),
        (
            "{\"coefficients\":[1]}",
            "x.txt: expected a list \"features\" of numbers (use --solution to keep a long one)",
        ),
        ("{\"coefficients\":[1],\"features\":[1,2]}", "x.txt: 1 coefficients, but 2 features"),
        ("", "x.txt: the file is empty"),
    ] {
        place.write("x.txt", text);
        assert_eq!(place.refused(&format!("verify data.svm x.txt {MODEL}")), message);
    }
    place.write("x.txt", "intercept 1\n");
    assert_eq!(
        place.refused("verify data.svm x.txt --loss logistic"),
        "x.txt: it has the intercept 1, the model has none (--intercept)"
    );
    // A zero is no coefficient.
    place.write("x.txt", "9 0\n");
    assert_eq!(
        place.run(&format!("verify data.svm x.txt {MODEL} --lambda-ratio 1").replace("--lambda-ratio 0.05 ", "")).code,
        1
    );
}
