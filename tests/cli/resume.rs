//! Checkpoints: stop and go on as if nothing had happened, and never with another problem.

use crate::support::{Place, regression, without};

const MODEL: &str = "glm data.svm --loss logistic --intercept --standardize --lambda-ratio 0.01";

fn place() -> Place {
    let place = Place::new();
    place.write("data.svm", regression(60, 12, true));
    place
}

/// Rows of a trace without their seconds.
fn rows(trace: &str) -> Vec<String> {
    let row = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells.remove(1);
        cells.join(",")
    };
    trace.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

#[test]
fn stopped_and_resumed_is_unbroken() {
    for solver in ["working-set", "coordinate-descent"] {
        let place = place();
        let model = format!("{MODEL} --solver {solver}");
        let unbroken = place.json(&format!("{model} --trace whole.csv"));
        assert!(unbroken["iterations"].as_u64().unwrap() > 2);
        let first = place.run(&format!("{model} --max-iter 1 --checkpoint c --trace part.csv --json"));
        assert_eq!((first.code, &first.object()["status"]), (1, &"iteration_limit".into()));
        let second = place.run(&format!("{model} --max-iter 2 --resume c --checkpoint c --json"));
        assert_eq!((second.code, &second.object()["iterations"]), (1, &2.into()));
        let resumed = place.json(&format!("{model} --resume c --trace part.csv"));
        assert_eq!(without(&resumed, &["seconds"]), without(&unbroken, &["seconds"]), "{solver}");
        // The second leg recorded nothing, so its rows are those of the first leg and the third.
        let (whole, part) = (rows(&place.read("whole.csv")), rows(&place.read("part.csv")));
        assert!(part.iter().all(|row| whole.contains(row)), "{solver}");

        let first = place.run(&format!("{model} --max-iter 1 --checkpoint c --trace part.csv --json"));
        assert_eq!(first.code, 1);
        assert_eq!(place.run(&format!("{model} --resume c --trace part.csv")).code, 0);
        assert_eq!(rows(&place.read("part.csv")), whole, "{solver}");
    }
}

#[test]
fn another_run_is_refused_naming_the_difference() {
    let place = place();
    assert_eq!(place.run(&format!("{MODEL} --max-iter 1 --checkpoint c")).code, 1);
    let head = "c: the checkpoint belongs to another run: ";
    for (line, difference) in [
        (format!("{MODEL} --resume c --tol 1e-8"), "tolerance is 1e-6 there and 1e-8 here"),
        (format!("{MODEL} --resume c --solver coordinate-descent"), "method is working-set there"),
        (format!("{MODEL} --resume c --preset paper"), "screening is true there and false here"),
        (MODEL.replace("--loss logistic", "") + " --resume c", "loss is logistic there and squared here"),
        (MODEL.replace("--intercept", "") + " --resume c", "intercept is true there and false here"),
        (MODEL.replace("0.01", "0.02") + " --resume c", ""),
        (
            MODEL.replace("data.svm", "tiny.svm --loss squared").replace("--loss logistic", "") + " --resume c",
            "rows is 60",
        ),
    ] {
        let message = place.refused(&line);
        assert!(message.starts_with(&format!("{head}{difference}")), "{line}: {message}");
    }
    // Limits, outputs and threads may change.
    assert_eq!(place.run(&format!("{MODEL} --resume c --threads 1 --max-iter 500 --solution x")).code, 0);
}

#[test]
fn files_that_are_no_checkpoints() {
    let place = place();
    assert!(place.refused("glm tiny.svm --resume tiny.svm").contains("not a usable checkpoint"));
    assert!(place.refused("glm tiny.svm --resume missing").starts_with("missing: "));
    assert!(place.refused("glm tiny.svm --resume .").starts_with(".: "));
    assert_eq!(place.run(&format!("{MODEL} --max-iter 1 --checkpoint c")).code, 1);
    let bytes = std::fs::read(place.file("c")).unwrap();
    place.write("c", &bytes[..bytes.len() - 3]);
    assert!(place.refused(&format!("{MODEL} --resume c")).starts_with("c: not a usable checkpoint"));
}
