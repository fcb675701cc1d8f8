//! `thalweg inclusion`.

use crate::support::Place;

fn place() -> Place {
    let place = Place::new();
    place.write("rps.csv", "rock,paper,scissors\n0,-1,1\n1,0,-1\n-1,1,0.5\n");
    place.write("two.mtx", "%%MatrixMarket matrix array real general\n2 2\n1\n3\n2\n0\n");
    let rows: Vec<String> = (0..24)
        .map(|i| {
            let y = if i % 3 == 0 { 1.0 } else { -1.0 };
            format!(
                "{y} 1:{} 2:{} 3:{}",
                y + f64::from(i % 5) / 4.0,
                1.0 + f64::from(i % 7) / 3.0,
                f64::from(i % 4) - 1.5
            )
        })
        .collect();
    place.write("two.svm", rows.join("\n") + "\n");
    place
}

#[test]
fn games_from_files() {
    let place = place();
    for (file, value) in [("rps.csv", 1.0 / 18.0), ("two.mtx", 1.5)] {
        for solver in ["auto", "inexact-halpern-restarted", "halpern-pdhg", "ogda"] {
            let ran = place.run(&format!("inclusion {file} --solver {solver} --json --tol 1e-5 --max-iter 200000"));
            let object = ran.object();
            assert_eq!((ran.code, object["class"].as_str()), (0, Some("inclusion")), "{solver} {}", ran.stdout);
            assert!((object["objective"].as_f64().unwrap() - value).abs() < 1e-4, "{solver} {}", ran.stdout);
            assert!(object["certificate"]["gap"].as_f64().unwrap() < 1e-3);
            let list = |name: &str| {
                object["solution"][name].as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).sum::<f64>()
            };
            assert!((list("x") - 1.0).abs() < 1e-12 && (list("y") - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn problems_of_learning() {
    let place = place();
    for problem in ["auc", "fair", "robust", "adversarial", "least-squares", "fair --group-by 2"] {
        let ran = place.run(&format!("inclusion two.svm --problem {problem} --json --tol 1e-5"));
        let object = ran.object();
        assert_eq!((ran.code, object["status"].as_str()), (0, Some("converged")), "{problem}: {}", ran.stdout);
        assert!(object["certificate"]["relative_residual"].as_f64().unwrap() <= 1e-5);
    }
}

#[test]
fn outside_the_theory() {
    let place = place();
    let refused = place.run("inclusion rps.csv --solver vr-halpern");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("not cocoercive"), "{}", refused.stderr);
    let stalled = place.run("inclusion rps.csv --solver vr-halpern --assume-cocoercive --step 9");
    assert_eq!(stalled.code, 1, "{}", stalled.stdout);
    assert!(stalled.stdout.contains("stalled: the residual"), "{}", stalled.stdout);
    let guarded = place.run("inclusion rps.csv --solver guarded-halpern --step 9 --tol 1e-4");
    assert_eq!(guarded.code, 0, "{}", guarded.stdout);
    assert!(guarded.stdout.contains("warning: single-loop Halpern iteration was left"), "{}", guarded.stdout);
}

#[test]
fn files_and_resume() {
    let place = place();
    let line = "inclusion rps.csv --solver inexact-halpern-restarted --tol 1e-6";
    let ran = place.run(&format!("{line} --solution v.txt --trace t.csv --plot p.svg --checkpoint c"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(place.read("v.txt").starts_with("x 1 ") && place.read("v.txt").lines().count() == 6);
    assert!(place.read("t.csv").contains("epochs") && place.read("p.svg").starts_with("<svg"));
    assert_eq!(place.run(&format!("{line} --resume c --quiet")).code, 0);
    let refused = place.run("inclusion rps.csv --solver ogda --resume c");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("belongs to another run: method"), "{}", refused.stderr);
}

#[test]
fn bad_input() {
    let place = place();
    place.write("ragged.csv", "1,2\n3\n");
    place.write("huge.mtx", "%%MatrixMarket matrix coordinate real general\n4000000000 2 1\n1 1 1\n");
    place.write("one.svm", "1 1:1\n1 1:2\n");
    for (line, what) in [
        ("ragged.csv", "ragged.csv:2:1: expected 2 numbers"),
        ("huge.mtx", "nearly every strategy"),
        ("missing.csv", "missing.csv"),
        ("one.svm --problem auc", "two values"),
        ("two.svm --problem fair --group-by 9", "feature 9"),
        ("two.svm --problem robust --price 1", "the price is 1"),
        ("rps.csv --solver halpern-pdhg --step 1", "--step"),
        ("rps.csv --batch 2", "--batch"),
        ("two.svm --problem auc --solver halpern-pdhg", "bilinear"),
        ("rps.csv --solver exact-resolvent-halpern", "without constraints"),
        ("rps.csv --solver inexact-halpern --batch 0", "batch"),
        ("rps.csv --solution rps.csv", "rps.csv"),
    ] {
        let ran = place.run(&format!("inclusion {line}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}");
        assert!(ran.stderr.contains(what) && ran.stderr.lines().count() == 1, "{line}: {}", ran.stderr);
    }
}
