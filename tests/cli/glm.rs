//! `thalweg glm`: what its options mean.

use crate::support::{Place, regression, without};
use serde_json::Value;
use std::io::Write;

fn place() -> Place {
    let place = Place::new();
    place.write("data.svm", regression(40, 10, false));
    place
}

fn objective(object: &Value) -> f64 {
    object["objective"].as_f64().unwrap()
}

#[test]
fn json_has_the_promised_names_in_order() {
    let place = place();
    let object = place.json("glm data.svm");
    let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "class",
            "problem",
            "solver",
            "status",
            "reason",
            "objective",
            "certificate",
            "iterations",
            "counts",
            "seconds",
            "seed",
            "threads",
            "warnings",
            "solution"
        ]
    );
    assert_eq!((&object["class"], &object["status"], &object["seed"]), (&"glm".into(), &"converged".into(), &0.into()));
    let measures: Vec<&String> = object["certificate"].as_object().unwrap().keys().collect();
    assert_eq!(measures, ["duality_gap", "relative_gap", "optimality_violation"]);
    // A bound that is not finite is null, and so is a gap that is not defined.
    let open = place.json("glm data.svm --penalty box --lower 0");
    assert!(open["problem"]["upper"].is_null() && open["problem"]["lower"] == 0.0);
}

#[test]
fn long_solutions_are_printed_only_if_asked() {
    let place = Place::new();
    // One row per column, so that each coefficient has a value of its own.
    let rows: String = (1..=1001).map(|j| format!("{} {j}:1\n", 1 + j % 7)).collect();
    place.write("wide.svm", rows);
    let line = "glm wide.svm --lambda 0.5";
    assert!(place.json(line).get("solution").is_none());
    let asked = place.json(&format!("{line} --solution -"));
    assert_eq!(asked["solution"]["coefficients"].as_array().unwrap().len(), 1001);
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let place = place();
    let run = |threads: &str| {
        let object = place.json(&format!("glm data.svm --lambda-ratio 0.01 --threads {threads}"));
        assert_eq!(object["threads"].to_string(), threads);
        without(&object, &["seconds", "threads"])
    };
    let one = run("1");
    assert_eq!(run("2"), one);
    assert_eq!(run("4"), one);
}

#[test]
fn strengths() {
    let place = place();
    let by_lambda = place.json("glm data.svm --lambda 2");
    assert_eq!(place.json("glm data.svm --alpha 0.05")["solution"], by_lambda["solution"]);
    let max = by_lambda["problem"]["lambda_max"].as_f64().unwrap();
    assert_eq!(place.json("glm data.svm")["problem"]["lambda"].as_f64(), Some(0.1 * max));
    let null = place.json("glm data.svm --lambda-ratio 1");
    assert_eq!(null["solution"]["coefficients"].as_array().unwrap().len(), 0);
    let first = place.json("glm data.svm --lambda-ratio 0.99");
    assert_eq!(first["solution"]["coefficients"].as_array().unwrap().len(), 1);
}

#[test]
fn whole_weights_are_repeated_rows() {
    let place = place();
    let text = place.read("data.svm");
    let (mut repeated, mut weights) = (String::new(), String::new());
    for (i, row) in text.lines().enumerate() {
        weights += &format!("{}\n", i % 3);
        (0..i % 3).for_each(|_| repeated += &format!("{row}\n"));
    }
    place.write("w.txt", weights);
    place.write("repeated.svm", repeated);
    for model in ["--lambda 2 --intercept --tol 1e-10", "--lambda 2 --intercept --standardize --tol 1e-10"] {
        let weighted = place.json(&format!("glm data.svm {model} --weights w.txt"));
        let repeated = place.json(&format!("glm repeated.svm {model}"));
        assert!((objective(&weighted) / objective(&repeated) - 1.0).abs() < 1e-9, "{model}");
        let list = |o: &Value| -> Vec<f64> {
            o["solution"]["coefficients"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
        };
        assert!(list(&weighted).iter().zip(list(&repeated)).all(|(a, b)| (a - b).abs() < 1e-4), "{model}");
        assert_eq!(weighted["solution"]["features"], repeated["solution"]["features"], "{model}");
    }
}

#[test]
fn a_start_from_the_solution_takes_fewer_steps() {
    let place = place();
    let line = "glm data.svm --lambda-ratio 0.001 --intercept --standardize --solver coordinate-descent";
    let cold = place.json(&format!("{line} --solution x.txt --model-out m.json"));
    for file in ["x.txt", "m.json"] {
        let warm = place.json(&format!("{line} --start {file}"));
        assert!(warm["iterations"].as_u64().unwrap() < cold["iterations"].as_u64().unwrap(), "{file}");
    }
}

#[test]
fn solvers_and_presets_agree() {
    let place = place();
    let line = "glm data.svm --lambda-ratio 0.05 --tol 1e-10";
    let reference = objective(&place.json(line));
    for more in ["--solver working-set", "--solver coordinate-descent", "--preset paper"] {
        let object = place.json(&format!("{line} {more}"));
        assert!((objective(&object) / reference - 1.0).abs() < 1e-9, "{more}");
        let name = if more.ends_with("descent") { "coordinate-descent" } else { "working-set" };
        assert_eq!(object["solver"], name);
    }
}

#[test]
fn one_data_set_in_every_wrapping() {
    let place = place();
    let text = place.read("data.svm");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    // Known by its first bytes, not by its name.
    place.write("zipped.svm", &gz);
    place.write("my data.svm", text.replace('\n', "\r\n"));
    place.write("predict", &text);
    let solution = |arguments: &[&str], stdin: &[u8]| {
        let ran = place.run_arguments(arguments, stdin);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran.object()["solution"].clone()
    };
    let plain = solution(&["glm", "data.svm", "--json"], b"");
    assert_eq!(solution(&["glm", "zipped.svm", "--json"], b""), plain);
    assert_eq!(solution(&["glm", "-", "--json"], &gz), plain);
    assert_eq!(solution(&["glm", "-", "--json"], text.as_bytes()), plain);
    assert_eq!(solution(&["glm", "my data.svm", "--json"], b""), plain);
    assert_eq!(solution(&["glm", "./predict", "--json"], b""), plain);
    assert_eq!(solution(&["solve", "data.svm", "--json"], b""), plain);
    assert_eq!(place.run("glm data.svm --features 20 --json").object()["problem"]["features"], 20);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = std::ffi::OsStr::from_bytes(b"d\xff.svm");
    let trace = std::ffi::OsStr::from_bytes(b"t\xff.csv");
    std::fs::write(place.path().join(name), crate::support::TINY).unwrap();
    for command in ["glm", "solve"] {
        let ran = place.run_arguments(&[command.as_ref(), name, "--json".as_ref(), "--trace".as_ref(), trace], "");
        assert_eq!((ran.code, &ran.object()["problem"]["name"]), (0, &"d\u{fffd}.svm".into()), "{command}");
        assert!(place.path().join(trace).exists());
    }
}
