//! What people read.

use crate::support::Place;

/// The text with `#` for what a clock, rounding or tuning decides: seconds, numbers below 1e-9, counts.
fn stable(text: &str) -> String {
    let word = |word: &str| {
        let tail = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let tiny =
            tail.strip_prefix("e-").is_some_and(|e| e.trim_end_matches([',', ')']).parse().is_ok_and(|e: u32| e > 9));
        if tiny {
            format!("#{}", tail.trim_start_matches(|c: char| c.is_ascii_digit() || "e-".contains(c)))
        } else {
            word.to_owned()
        }
    };
    let line = |line: &str| {
        let words: Vec<String> = line.split(' ').map(word).collect();
        let line = words.join(" ");
        match (line.find(" s with "), line.find(", ")) {
            (Some(end), Some(start)) => {
                let solver = line[end..].split(": ").next().unwrap_or_default();
                format!("{}, #{solver}: #", &line[..start])
            }
            _ => line,
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_regression() {
    let place = Place::new();
    insta::assert_snapshot!(stable(&place.run("glm tiny.svm").stdout), @r"
    tiny.svm: 4 rows, 3 columns, 8 nonzeros, stored dense
    squared loss, l1, lambda 0.85 = 0.1 lambda_max (8.5)
    converged
    objective 1.399969512   gap #   support 2 of 3
    2 iterations, # s with working-set: #
    certified: duality gap # = # of the null objective (tolerance 1e-6), optimality violation #
    ");
    let quiet = place.run("glm tiny.svm --intercept --standardize --lambda 1 -q --solution -");
    assert_eq!(
        quiet.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>(),
        ["intercept", "1", "3"]
    );
}

#[test]
fn a_run_that_stops_early() {
    let place = Place::new();
    insta::assert_snapshot!(stable(&place.run("glm tiny.svm --penalty box --lower 0 --max-iter 1").stdout), @r"
    tiny.svm: 4 rows, 3 columns, 8 nonzeros, stored dense
    squared loss, 0 <= x <= inf
    options: --penalty box (command line), --lower 0 (command line), --max-iter 1 (command line)
    iteration_limit: stopped after 1 iteration: relative_violation 4.930e-2, optimality_violation 4.190e-1
    objective 0.09160997732   support 2 of 3
    1 iteration, # s with working-set: #
    not certified: optimality violation 4.19e-1 = 4.93e-2 of the null model's (tolerance 1e-6)
    ");
}

#[test]
fn a_step_per_line_if_verbose() {
    let place = Place::new();
    let ran = place.run("glm tiny.svm --json -v");
    assert_eq!(ran.stderr.lines().count() as u64, 1 + ran.object()["iterations"].as_u64().unwrap());
    assert!(ran.stderr.starts_with("iteration 0  objective 7.000000000e0  duality_gap "), "{}", ran.stderr);
}

/// Help is for terminals of 100 columns, but for lists of values and defaults.
#[test]
fn help_fits() {
    let place = Place::new();
    for command in ["", "glm", "glm predict", "glm propagate", "solve", "info", "verify", "plot", "list", "completions"]
    {
        let ran = place.run(&format!("{command} --help"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}");
        assert!(ran.stdout.contains("Example"), "{command} has no example");
        let possible = |line: &&str| !line.contains("[possible values:") && !line.contains("[default:");
        for line in ran.stdout.lines().filter(possible) {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}
