//! Where results go, and what happens where they cannot.

use crate::support::Place;
#[cfg(unix)]
use std::process::{Command, Stdio};

#[test]
fn unwritable_outputs_are_refused_before_the_run() {
    let place = Place::new();
    std::fs::create_dir(place.file("folder")).unwrap();
    place.write("locked", "");
    let mut permissions = std::fs::metadata(place.file("locked")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(place.file("locked"), permissions).unwrap();
    for option in ["--solution", "--trace", "--checkpoint", "--model-out"] {
        let refused = |path: &str| place.refused(&format!("glm tiny.svm {option} {path}"));
        assert_eq!(refused("none/x"), "none/x: cannot be written: there is no folder none");
        assert_eq!(refused("folder"), "folder: cannot be written: it is a folder");
        assert_eq!(refused("locked"), "locked: cannot be written: it is read-only");
    }
    assert_eq!(place.refused("glm tiny.svm --plot x.png"), "x.png: figures are written as .svg");
    assert!(place.refused("glm tiny.svm --trace -").starts_with("-: cannot be written: standard output"));
}

#[test]
fn no_output_replaces_an_input_or_another_output() {
    let place = Place::new();
    assert_eq!(place.refused("glm tiny.svm --solution ./tiny.svm"), "./tiny.svm: --solution would replace the data");
    assert_eq!(place.refused("glm tiny.svm --trace x --solution x"), "x: --solution and --trace are the same file");
    place.write("w.txt", "1\n1\n1\n1\n");
    assert_eq!(
        place.refused("glm tiny.svm --weights w.txt --model-out w.txt"),
        "w.txt: --model-out would replace the weights"
    );
    assert_eq!(place.read("tiny.svm"), crate::support::TINY);
}

#[test]
fn all_outputs_of_a_run() {
    let place = Place::new();
    let ran = place.run("glm tiny.svm --solution x.txt --trace t.csv --plot p.svg --model-out m.json --checkpoint c");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(place.names(), ["c", "m.json", "p.svg", "t.csv", "tiny.svm", "x.txt"]);
    assert!(ran.stdout.ends_with("written: t.csv\nwritten: p.svg\nwritten: x.txt\nwritten: m.json\n"), "{ran:?}");
    let svg = place.read("p.svg");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(place.read("t.csv").contains("\niteration,seconds,"));
    assert!(place.run("glm tiny.svm -q").stdout.is_empty());
    assert_eq!(place.run("glm tiny.svm -q --solution -").stdout, place.read("x.txt"));
}

/// Without a finite box there is no gap to draw; another measure takes its place.
#[test]
fn a_figure_where_the_gap_is_not_defined() {
    let place = Place::new();
    let ran = place.run("glm tiny.svm --penalty box --lower 0 --plot p.svg");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(place.read("p.svg").contains("optimality violation"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_no_result() {
    let place = Place::new();
    for option in ["--solution", "--trace", "--model-out"] {
        let ran = place.run(&format!("glm tiny.svm {option} /dev/full"));
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.starts_with("error: /dev/full: cannot be written: No space left"), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1);
        assert!(ran.stdout.contains("\nconverged\n"), "{ran:?}");
        let json = place.run(&format!("glm tiny.svm {option} /dev/full --json"));
        let object = json.object();
        assert_eq!((json.code, json.stderr.as_str()), (2, ""));
        assert_eq!((&object["status"], &object["error"]["file"]), (&"converged".into(), &"/dev/full".into()));
    }
    // A checkpoint is renamed into place, which would replace the device.
    assert!(place.refused("glm tiny.svm --checkpoint /dev/full").contains("no regular file"));
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_on_a_full_disk_is_an_error() {
    let place = Place::new();
    for line in ["glm tiny.svm", "glm tiny.svm --json", "info tiny.svm", "list", "completions bash", "--help"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = program(&place).args(line.split(' ')).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(output.stderr.iter().filter(|&&b| b == b'\n').count() <= 1, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let place = Place::new();
    for line in
        ["glm tiny.svm", "glm tiny.svm --json", "glm tiny.svm --solution x.txt", "completions zsh", "glm --help"]
    {
        let mut child =
            program(&place).args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{line}");
    }
    assert!(place.read("x.txt").starts_with("intercept 0\n"), "the solution was asked for and is kept");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_stays_one() {
    let place = Place::new();
    std::fs::create_dir(place.file("far")).unwrap();
    place.write("far/x.txt", "old");
    std::os::unix::fs::symlink("far/x.txt", place.file("x.txt")).unwrap();
    assert_eq!(place.run("glm tiny.svm -q --solution x.txt").code, 0);
    assert!(std::fs::symlink_metadata(place.file("x.txt")).unwrap().is_symlink());
    assert!(place.read("far/x.txt").starts_with("intercept"));
}

#[cfg(unix)]
fn program(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thalweg"));
    command.current_dir(place.path());
    command
}
