//! `thalweg glm propagate`.

use crate::support::Place;

/// A path of five nodes with weights 1, its ends labelled 0 and 4: the values in between are 1, 2, 3.
fn path_graph() -> Place {
    let place = Place::new();
    place.write("path.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n5 5 4\n2 1\n3 2\n4 3\n5 4\n");
    place.write("ends.csv", "node,label\n1,0\n5,4\n");
    place
}

#[test]
fn values_along_a_path() {
    let place = path_graph();
    let with =
        ["auto", "graph-qp", "message-passing", "graph-qp --preconditioner diagonal", "auto --preconditioner forests"];
    for solver in with {
        let ran = place.run(&format!("glm propagate path.mtx ends.csv --solver {solver} --json --tol 1e-12"));
        let object = ran.object();
        assert_eq!((ran.code, object["status"].as_str()), (0, Some("converged")), "{solver}: {}", ran.stdout);
        assert_eq!((object["problem"]["unknown"].as_u64(), object["problem"]["edges"].as_u64()), (Some(3), Some(2)));
        let values: Vec<f64> =
            object["solution"]["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        for (i, v) in values.iter().enumerate() {
            assert!((v - i as f64).abs() < 1e-10, "{solver}: {values:?}");
        }
        assert!(object["certificate"]["relative_residual"].as_f64().unwrap() <= 1e-12);
    }
}

/// The three unknown values are a path, a single forest: one iteration of the sweep. With the
/// diagonal there are three, since the right side (0, 0, 4) has a part in all three eigenvectors.
#[test]
fn preconditioners_differ_in_iterations() {
    let place = path_graph();
    for (option, iterations) in [("", 3), ("--preconditioner diagonal", 3), ("--preconditioner forests", 1)] {
        let object = place.run(&format!("glm propagate path.mtx ends.csv {option} --json --tol 1e-12")).object();
        assert_eq!(object["iterations"].as_u64(), Some(iterations), "{option}");
    }
}

#[test]
fn files_and_resume() {
    let place = path_graph();
    let line = "glm propagate path.mtx ends.csv --solver message-passing --tol 1e-12";
    let ran = place.run(&format!("{line} --solution v.txt --trace t.csv --plot p.svg --checkpoint c"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(place.read("v.txt").lines().count(), 5);
    assert!(place.read("t.csv").contains("relative_residual") && place.read("p.svg").starts_with("<svg"));
    assert_eq!(place.run(&format!("{line} --resume c --quiet")).code, 0);
    let refused = place.run("glm propagate path.mtx ends.csv --resume c");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("belongs to another run: method"), "{}", refused.stderr);
}

#[test]
fn bad_graphs_and_labels() {
    let place = path_graph();
    place.write("outside.csv", "1,0\n6,1\n");
    place.write("twice.csv", "1,0\n1,1\n");
    place.write("cut.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n4 4 2\n2 1\n4 3\n");
    place.write("lopsided.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n2 1 1\n");
    place.write("first.csv", "1,0\n");
    for (line, what) in [
        ("path.mtx outside.csv", "outside.csv:2:1: expected a node from 1 to 5"),
        ("path.mtx twice.csv", "path.mtx: "),
        ("cut.mtx first.csv", "not connected"),
        ("lopsided.mtx first.csv", "lopsided.mtx: "),
        ("path.mtx missing.csv", "missing.csv"),
        ("tiny.svm ends.csv", "banner"),
        ("path.mtx ends.csv --start path.mtx", "--start"),
        ("path.mtx ends.csv --solver message-passing --preconditioner forests", "--preconditioner goes with"),
        ("path.mtx ends.csv --solution path.mtx", "path.mtx"),
    ] {
        let ran = place.run(&format!("glm propagate {line}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}");
        assert!(ran.stderr.contains(what) && ran.stderr.lines().count() == 1, "{line}: {}", ran.stderr);
    }
}
