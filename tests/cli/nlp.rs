//! `thalweg nlp`.

use crate::support::Place;
use serde_json::Value;

/// min (x - 1)^2 + y^2 subject to x + y = 3: x = 2, y = 1, multiplier -2.
const PLANE: &str = "\
NAME          PLANE
VARIABLES
    X
    Y
GROUPS
 N  OBJ1      X         1.0
 N  OBJ2      Y         1.0
 E  SUM       X         1.0            Y         1.0
CONSTANTS
    PLANE     OBJ1      1.0
    PLANE     SUM       3.0
BOUNDS
 FR PLANE     'DEFAULT'
START POINT
    PLANE     'DEFAULT' 7.0
GROUP TYPE
 GV L2        GVAR
GROUP USES
 T  OBJ1      L2
 T  OBJ2      L2
ENDATA
GROUPS        PLANE
INDIVIDUALS
 T  L2
 F                      GVAR * GVAR
 G                      GVAR + GVAR
 H                      2.0
ENDATA
";

fn place() -> Place {
    let place = Place::new();
    place.write("PLANE.SIF", PLANE);
    place
}

#[test]
fn the_log_and_the_answer() {
    let ran = place().run("nlp PLANE.SIF --solution -");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("PLANE: 2 variables, 1 equation"), "{}", ran.stdout);
    let words: Vec<&str> = lines[2].split_whitespace().collect();
    let expected = ["iter", "objective", "inf_pr", "inf_du", "lg(e1)", "lg(e2)", "||d||", "lg(rg)", "alpha", "ls"];
    assert_eq!(words, expected);
    assert!(lines[4].trim_start().starts_with("1 "), "{}", ran.stdout);
    assert!(ran.stdout.contains("converged\nobjective 2"), "{}", ran.stdout);
    assert!(ran.stdout.contains("strict local minimum"), "{}", ran.stdout);
    let answer = lines[lines.len() - 3..].iter().map(|line| line.split_whitespace().collect::<Vec<_>>());
    for (words, (kind, name, value)) in answer.zip([("x", "X", 2.0), ("x", "Y", 1.0), ("y", "SUM", -2.0)]) {
        assert_eq!((words[0], words[1]), (kind, name));
        assert!((words[2].parse::<f64>().unwrap() - value).abs() < 1e-12, "{}", ran.stdout);
    }
}

#[test]
fn json_files_and_starts() {
    let place = place();
    let ran = place.run("solve PLANE.SIF --json --solution point.json --trace steps.csv --plot residual.svg");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(answer["class"], "nlp");
    assert_eq!(answer["status"], "converged");
    assert_eq!(answer["iterations"], 1);
    assert_eq!(answer["certificate"]["complementarity"], 0.0);
    assert_eq!(answer["counts"]["hessian_evaluations"], 2);
    assert!(place.read("steps.csv").contains("constraint_penalty"));
    assert!(place.read("residual.svg").contains("<svg"));
    // From the solution nothing is left to do; a text does as well.
    let again = place.run("nlp PLANE.SIF --json --start point.json --solution point.txt");
    let answer: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(answer["iterations"], 0, "{}", again.stdout);
    assert_eq!(place.run("verify PLANE.SIF point.txt --tol 1e-10").code, 0);
    place.write("wrong.txt", "x X 1\nx Y 2\ny SUM -2\n");
    assert_eq!(place.run("verify PLANE.SIF wrong.txt").code, 1);
    let again = place.run("nlp PLANE.SIF --json --start point.txt");
    let answer: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(answer["iterations"], 0, "{}", again.stdout);
}

#[test]
fn problems_of_the_collection() {
    let place = place();
    let ran = place.run("nlp --problem HS40 --json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&answer["iterations"], &answer["problem"]["name"]), (&3.into(), &"HS40".into()));
    let ran = place.run("nlp --problem HS400");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there is no problem \"HS400\""), "{}", ran.stderr);
    let ran = place.run("nlp");
    assert_eq!(ran.code, 2);
}

#[test]
fn presets() {
    let place = place();
    for options in
        ["--preset reference", "--preset paper --inner exact --tol 1e-4", "--preset paper --inner kaczmarz --tol 1e-4"]
    {
        let ran = place.run(&format!("nlp PLANE.SIF --json {options}"));
        assert_eq!(ran.code, 0, "{} {}", ran.stdout, ran.stderr);
    }
    let ran = place.run("nlp PLANE.SIF --inner exact");
    assert_eq!((ran.code, ran.stderr.as_str()), (2, "error: --inner goes with --solver ada-sketch-newton\n"));
}

#[test]
fn what_is_not_solved_is_named() {
    let place = place();
    place.write("HALF.SIF", PLANE.replace(" E  SUM", " G  SUM"));
    let ran = place.run("nlp HALF.SIF");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("inequalities, the first of them SUM"), "{}", ran.stderr);
    let ran = place.run("nlp tiny.svm");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("expected a problem in SIF"), "{}", ran.stderr);
    place.write("start.txt", "x X 1\nx Z 2\n");
    let ran = place.run("nlp PLANE.SIF --start start.txt");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("start.txt:2"), "{}", ran.stderr);
}

#[test]
fn empty_boxes_are_infeasible() {
    let place = place();
    let crossed = " FR PLANE     'DEFAULT'\n LO PLANE     Y         2.0\n UP PLANE     Y         -1.0\n";
    place.write("EMPTY.SIF", PLANE.replace(" FR PLANE     'DEFAULT'\n", crossed));
    for options in ["", " --solver ada-sketch-newton"] {
        let ran = place.run(&format!("nlp EMPTY.SIF{options}"));
        assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("infeasible"), "{}", ran.stdout);
        assert!(ran.stdout.contains("bounds [2, -1] of variable Y"), "{}", ran.stdout);
    }
    let ran = place.run("nlp EMPTY.SIF --json");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(answer["status"], "infeasible");
    let ran = place.run("info EMPTY.SIF --fingerprint");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
