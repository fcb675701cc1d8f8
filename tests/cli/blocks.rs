//! `thalweg glm --solver bcd`.

use crate::support::Place;

/// Every rule finds the objective that the default solver certifies.
#[test]
fn rules_agree_with_the_default_solver() {
    let place = Place::new();
    for model in [
        "--penalty nonneg --lambda 0.5",
        "--penalty box --lower -0.2 --upper 0.9",
        "--penalty nonneg --lambda 0.1 --intercept",
        "--penalty elastic-net --l1-ratio 0 --lambda 0.3 --intercept --standardize",
        "--lambda 0",
    ] {
        let best =
            place.run(&format!("glm tiny.svm {model} --json --tol 1e-10")).object()["objective"].as_f64().unwrap();
        let bounded = model.contains("nonneg") || model.contains("box");
        let updates: &[&str] =
            if bounded { &["pg", "tmp", "pn"] } else { &["gradient", "diagonal", "matrix", "newton", "cubic"] };
        for update in updates {
            for rest in [
                "",
                "--partition sort --select cyclic --block 2",
                "--partition clustered --block 2",
                "--select random --block 1 --seed 3",
            ] {
                let line = format!("glm tiny.svm {model} --solver bcd --update {update} {rest} --json --tol 1e-9");
                let ran = place.run(&line);
                let found = ran.object();
                assert_eq!((ran.code, found["status"].as_str()), (0, Some("converged")), "{line}: {}", ran.stdout);
                let objective = found["objective"].as_f64().unwrap();
                assert!((objective - best).abs() <= 1e-7 * best.max(1.0), "{line}: {objective}, {best}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let place = Place::new();
    for (line, what) in [
        ("--lambda 1 --solver bcd", "takes no penalty"),
        ("--lambda 1 --block 3", "--block goes with --solver bcd only"),
        ("--lambda 1 --select gs", "--select goes with --solver bcd only"),
        ("--lambda 0 --solver bcd --block 0", "--block is 0"),
        ("--penalty nonneg --solver bcd --update matrix", "bounds"),
        ("--lambda 0 --solver bcd --preset paper", "--preset paper"),
    ] {
        let ran = place.run(&format!("glm tiny.svm {line}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}");
        assert!(ran.stderr.contains(what) && ran.stderr.lines().count() == 1, "{line}: {}", ran.stderr);
    }
}

#[test]
fn resume_equals_no_stop() {
    let place = Place::new();
    let line =
        "glm tiny.svm --penalty nonneg --lambda 0.1 --solver bcd --select random --update pg --block 1 --tol 1e-12";
    let whole = place.run(&format!("{line} --json")).object();
    assert_eq!(place.run(&format!("{line} --max-iter 1 --checkpoint c --quiet")).code, 1);
    let rest = place.run(&format!("{line} --resume c --json")).object();
    for field in ["objective", "iterations", "counts", "solution"] {
        assert_eq!(rest[field], whole[field], "{field}");
    }
}
