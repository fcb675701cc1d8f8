//! Linear support vector machines.

use crate::support::{Place, regression};

fn bundled(name: &str) -> String {
    format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Two methods for one problem: the dual one and the primal one; both certified, so that the values agree to the gap.
#[test]
fn squared_hinge_by_both_methods() {
    let place = Place::new();
    let line =
        format!("glm {} --loss squared-hinge --penalty ridge --standardize --cost 1 --tol 1e-9", bundled("wdbc.svm"));
    let (primal, dual) = (place.json(&line), place.json(&format!("{line} --solver dual")));
    assert_eq!((&primal["solver"], &dual["solver"]), (&"working-set".into(), &"dual-coordinate-descent".into()));
    let (a, b) = (primal["objective"].as_f64().unwrap(), dual["objective"].as_f64().unwrap());
    assert!((a - b).abs() <= 569e-9, "{a} and {b}");
}

/// scikit-learn 1.9.1 on the same file: `X = X / X.std(axis=0)`; `LinearSVC(loss="hinge", C=0.1, fit_intercept=False,
/// tol=1e-10, max_iter=10**7)`, its objective `C sum hinge + |w|^2 / 2` divided by C.
#[test]
fn hinge_value_of_scikit_learn() {
    let place = Place::new();
    let line = format!("glm {} --loss hinge --penalty ridge --standardize --cost 0.1 --tol 1e-8", bundled("wdbc.svm"));
    let solved = place.json(&line);
    assert_eq!(solved["status"], "converged");
    let objective = solved["objective"].as_f64().unwrap();
    assert!((objective - SKLEARN_HINGE).abs() <= 569e-8, "{objective}");
}

const SKLEARN_HINGE: f64 = 56.638_238_502_219_735;

#[test]
fn models_traces_and_resume() {
    let place = Place::new();
    place.write("c.svm", regression(60, 5, true));
    let line = "glm c.svm --loss hinge --penalty ridge --lambda 0.5 --tol 1e-8";
    let whole = place.json(&format!("{line} --model-out m.json --trace t.csv --solution x.txt"));
    assert!(place.read("t.csv").contains("support_vectors"));
    let scores = place.json("glm predict m.json c.svm")["scores"].clone();
    assert!(scores["accuracy"].as_f64().unwrap() > 0.8 && scores["deviance"].is_null(), "{scores}");
    let stopped = place.run(&format!("{line} --max-iter 1 --checkpoint c.ck"));
    assert_eq!(stopped.code, 1, "{stopped:?}");
    let resumed = place.json(&format!("{line} --resume c.ck"));
    assert_eq!((&resumed["objective"], &resumed["counts"]), (&whole["objective"], &whole["counts"]));
    let text = place.run(line);
    assert!(text.stdout.contains("certified: duality gap"), "{text:?}");
}

#[test]
fn options_that_cannot_be() {
    let place = Place::new();
    place.write("c.svm", regression(20, 3, true));
    let hinge = "--loss hinge --penalty ridge";
    for (options, message) in [
        ("--loss hinge", "--penalty l1: the dual method is for --penalty ridge".to_owned()),
        (hinge, "--penalty ridge has no lambda_max: give --lambda, --alpha or --cost".to_owned()),
        ("--solver dual", "--solver dual goes with --loss hinge or squared-hinge only".to_owned()),
        (
            &format!("{hinge} --cost 1 --solver working-set"),
            "--loss hinge is solved by its dual alone: not by other solvers, on a path, or by verify".to_owned(),
        ),
    ] {
        assert_eq!(place.refused(&format!("glm c.svm {options}")), message, "{options}");
    }
    let message = place.refused("glm c.svm --loss squared-hinge --penalty elastic-net --path 5 --solver dual");
    assert_eq!(message, "--solver dual solves one problem: not with --path or --lambdas");
    assert!(place.refused(&format!("glm c.svm {hinge} --cost 1 --intercept")).contains("the dual method has none"));
    assert!(place.refused(&format!("glm tiny.svm {hinge} --cost 1")).contains("exactly two values, found 4"));
    assert!(place.refused(&format!("glm c.svm {hinge} --cost 0")).contains("expected a finite number above 0"));
    assert!(place.refused(&format!("glm c.svm {hinge} --cost 1 --lambda 1")).contains("cannot be used with"));
    assert!(
        place
            .refused(&format!("glm c.svm {hinge} --lambda 0"))
            .contains("lambda is 0, expected a finite number above 0")
    );
}
