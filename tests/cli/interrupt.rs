//! Limits of time, and Ctrl-C.

use crate::support::{Place, powers};

const LONG: &str = "glm long.svm --lambda 0 --tol 0 --solver coordinate-descent --max-iter 1000000000";

#[test]
fn a_time_limit_keeps_the_point() {
    let place = Place::new();
    place.write("long.svm", powers(100, 40));
    let ran = place.run(&format!("{LONG} --time-limit 0.1 --json"));
    let object = ran.object();
    assert_eq!((ran.code, &object["status"]), (1, &"time_limit".into()));
    assert!(object["objective"].is_f64() && object["solution"]["coefficients"].is_array());
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_point() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    let place = Place::new();
    place.write("long.svm", powers(100, 40));
    let mut child = Command::new(env!("CARGO_BIN_EXE_thalweg"))
        .args(LONG.split(' '))
        .args(["--checkpoint", "c", "--json", "--verbose"])
        .current_dir(place.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut steps = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    // The run has begun once it tells of steps.
    for _ in 0..3 {
        steps.read_line(&mut line).unwrap();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let rest = std::thread::spawn(move || steps.read_to_string(&mut String::new()));
    let ran = crate::support::Ran::from(child.wait_with_output().unwrap());
    rest.join().unwrap().unwrap();
    let object = ran.object();
    assert_eq!((ran.code, &object["status"]), (1, &"interrupted".into()));
    assert!(object["solution"]["coefficients"].is_array());
    // The checkpoint continues where the run stopped.
    let done = object["iterations"].as_u64().unwrap();
    let resumed =
        place.run(&format!("{LONG} --resume c --json").replace("1000000000", &(done + 2).to_string())).object();
    assert_eq!((&resumed["status"], &resumed["iterations"]), (&"iteration_limit".into(), &(done + 2).into()));
}
