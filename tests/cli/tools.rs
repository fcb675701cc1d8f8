//! `solve`, `info`, `list`, `plot`, `completions`.

use crate::support::Place;

#[test]
fn solve_knows_files_by_their_names() {
    let place = Place::new();
    place.write("tiny.libsvm.gz", crate::support::TINY);
    assert_eq!(place.run("solve tiny.libsvm.gz").code, 0);
    assert_eq!(place.run("solve tiny.svm --lambda 1 --json").object()["problem"]["lambda"], 1.0);
    for (file, part) in [
        ("x.csv", "fits several classes"),
        ("x.mtx", "fits several classes"),
        ("x.nl", "does not read .nl files"),
        ("X.SIF", "X.SIF: no such file"),
        ("x", "thalweg glm FILE"),
        ("-", "thalweg glm -"),
    ] {
        assert!(place.refused(&format!("solve {file}")).contains(part), "{file}");
    }
    assert_eq!(place.refused("solve --lambda 1 tiny.svm"), "the file comes first: thalweg solve FILE [OPTIONS]");
    assert_eq!(place.refused("solve"), "the file comes first: thalweg solve FILE [OPTIONS]");
}

#[test]
fn info_of_labels_and_strengths() {
    let place = Place::new();
    insta::assert_snapshot!(place.run("info tiny.svm").stdout, @r"
    tiny.svm: LIBSVM data (class glm)
    rows        4
    columns     3, 3 with entries
    nonzeros    8 (66.67 % of the stored columns)
    labels      4 different: 0 (1), 1 (1), 2 (1), 3 (1)
    lambda_max  8.5 (squared loss)
    lambda_max  3.25 (squared loss with intercept)
    ");
    let object = place.json("info tiny.svm");
    assert_eq!(object["problem"]["lambda_max"]["squared_with_intercept"], 3.25);
    assert!(place.refused("info x.mtx").contains("fits several classes"));
    assert_eq!(place.refused("info missing.svm"), "missing.svm: no such file");
}

#[test]
fn list_of_classes_and_solvers() {
    let place = Place::new();
    let classes = place.json("list")["classes"].clone();
    assert_eq!((&classes[0]["class"], &classes[0]["solvers"][0]["name"]), (&"glm".into(), &"working-set".into()));
    assert!(place.run("list --class glm").stdout.contains("coordinate-descent"));
    assert_eq!(place.refused("list --class lp"), "there is no class \"lp\"; the classes are: glm, nlp");
}

#[test]
fn plot_of_traces() {
    let place = Place::new();
    assert_eq!(place.run("glm tiny.svm --trace a.csv").code, 0);
    assert_eq!(place.run("glm tiny.svm --solver coordinate-descent --trace b.csv").code, 0);
    let ran = place.run("plot a.csv b.csv --x epochs --y relative_gap --out gap.svg");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "written: gap.svg\n"));
    let svg = place.read("gap.svg");
    assert!(svg.contains("working-set") && svg.contains("coordinate-descent"));
    let piped = place.run_arguments(&["plot", "-", "--out", "p.svg", "-q"], place.read("a.csv"));
    assert_eq!((piped.code, piped.stdout.as_str()), (0, ""));

    for (line, message) in [
        ("plot a.csv --y relative_gp --out q.svg", "a.csv has no column `relative_gp`, did you mean `relative_gap`?"),
        ("plot a.csv --out q.png", "q.png: figures are written as .svg"),
        ("plot a.csv", "missing: --out <FILE.svg>"),
        ("plot tiny.svm --out q.svg", "tiny.svm:"),
        ("plot missing.csv --out q.svg", "missing.csv: no such file"),
    ] {
        let ran = place.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}");
        assert!(ran.stderr.starts_with(&format!("error: {message}")), "{line}: {ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1);
    }
    assert!(!place.file("q.svg").exists());
}

#[test]
fn completions_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&format!("completions {shell}"));
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("lambda-ratio"), "{shell}");
    }
    assert!(place.run("completions bsh").stderr.contains("a similar value exists: 'bash'"));
}
