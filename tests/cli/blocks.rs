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
        ("--lambda 0 --solver bcd --partition groups", "--partition groups needs --groups"),
        ("--lambda 0 --solver bcd --partition groups --groups size:0", "--groups size:0"),
        ("--lambda 0 --solver bcd --partition groups --groups size:2 --block 3", "--block does not go with"),
        ("--lambda 0 --solver bcd --groups size:2", "--groups goes with"),
        ("--lambda 1 --partition groups --groups size:2", "--partition goes with --solver bcd only"),
    ] {
        let ran = place.run(&format!("glm tiny.svm {line}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}");
        assert!(ran.stderr.contains(what) && ran.stderr.lines().count() == 1, "{line}: {}", ran.stderr);
    }
}

/// Groups of one feature each are the order with blocks of one; all groups find the same minimum.
#[test]
fn blocks_of_groups() {
    let place = Place::new();
    place.write("one.txt", "a\na\na\n");
    place.write("two.txt", "a\nb\na\n");
    let model = "--penalty elastic-net --l1-ratio 0 --lambda 0.3 --solver bcd --select cyclic --tol 1e-9 --json";
    let solve = |rest: &str| place.run(&format!("glm tiny.svm {model} {rest}")).object();
    let singles = solve("--partition groups --groups size:1");
    let order = solve("--partition order --block 1");
    for field in ["objective", "iterations", "counts", "solution"] {
        assert_eq!(singles[field], order[field], "{field}");
    }
    let best = order["objective"].as_f64().unwrap();
    for rest in ["one.txt", "two.txt", "size:2", "two.txt --intercept --max-iter 10000"] {
        let found = solve(&format!("--partition groups --groups {rest}"));
        assert_eq!(found["status"].as_str(), Some("converged"), "{rest}: {found}");
        if !rest.contains("intercept") {
            assert!((found["objective"].as_f64().unwrap() - best).abs() <= 1e-7 * best, "{rest}");
        }
    }
    let softmax = "--loss softmax --penalty elastic-net --l1-ratio 0 --lambda 0.3 --intercept --tol 1e-9 --json";
    let objective = |rest: &str| {
        let found = place.run(&format!("glm tiny.svm {softmax} {rest}")).object();
        assert_eq!(found["status"].as_str(), Some("converged"), "{rest}: {found}");
        found["objective"].as_f64().unwrap()
    };
    let (all, groups) = (objective(""), objective("--partition groups --groups two.txt --select cyclic"));
    assert!((all - groups).abs() <= 1e-7 * all, "{all}, {groups}");
    place.write("short.txt", "a\nb\n");
    let ran = place.run("glm tiny.svm --lambda 0 --solver bcd --partition groups --groups short.txt");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("2 group labels for 3 features"), "{}", ran.stderr);
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
