//! Checkpoint files that are not whole, or not this run's, are refused.

use super::super::checkpoint::decode;
use super::super::{
    Begin, Checkpoint, CheckpointError, Control, Identity, Limits, Run, Session, Trace, drive, read_checkpoint,
};
use super::{Descent, DescentWork, Event, GlmMethod, Instance, coordinate_descent, working_set};
use crate::bcd::GlmWork;
use std::path::Path;
use std::time::Duration;
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::L1;

fn identity<M: GlmMethod>(problem: &Glm<'_, L1>, method: &M) -> Identity {
    let fingerprint = format!("{:016x}", problem.fingerprint());
    Identity::default().with("class", "glm").with("data fingerprint", fingerprint).with_options(method)
}

/// A file of three steps.
fn written<M: GlmMethod>(problem: &Glm<'_, L1>, method: &M, file: &Path) {
    let mut trace = Trace::default();
    let limits = Limits { max_iterations: 3, ..Limits::default() };
    let mut control = Control { limits, trace: Some(&mut trace), ..Control::default() };
    let mut save = Checkpoint::new(file, identity(problem, method), Duration::from_secs(3600));
    drive(problem, method, Begin::From(problem.null_point()), &mut control, &mut save).unwrap();
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let (instance, method) = (Instance::lasso(), working_set());
    let (problem, folder) = (instance.problem(), tempfile::tempdir().unwrap());
    let file = folder.path().join("c");
    written(&problem, &method, &file);
    let identity = identity(&problem, &method);
    let read = |bytes: &[u8]| decode::<GlmWork>(bytes, "c".to_owned(), &identity);
    let mut bytes = std::fs::read(&file).unwrap();
    assert_eq!(read(&bytes).unwrap().run.iteration, 3);
    for length in 0..bytes.len() {
        assert!(matches!(read(&bytes[..length]), Err(CheckpointError::Damaged { .. })), "{length} bytes");
    }
    for bit in 0..8 * bytes.len() {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(read(&bytes), Err(CheckpointError::Damaged { .. })), "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    bytes.push(0);
    assert!(matches!(read(&bytes), Err(CheckpointError::Damaged { .. })));
}

#[test]
fn a_payload_that_lies_behind_a_true_checksum_does_not_panic() {
    let work = DescentWork { x: 1.5, trial: 0.0 };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c");
    let identity = Identity::default().with("a", "b");
    let mut trace = Trace::new(5);
    trace.begin(&["slope"], &Run::new(1), true);
    Checkpoint::new(&file, identity.clone(), Duration::ZERO).write(&work, &Run::new(1), Some(&trace)).unwrap();
    let good = std::fs::read(&file).unwrap();
    let mut refused = 0;
    for k in 24..good.len() {
        for value in 0..=255 {
            let mut bytes = good.clone();
            bytes[k] = value;
            let checksum = crc32fast::hash(&bytes[24..]).to_le_bytes();
            bytes[20..24].copy_from_slice(&checksum);
            refused += u32::from(decode::<DescentWork>(&bytes, String::new(), &identity).is_err());
        }
    }
    // Most of the bytes are numbers, in which every bit pattern has a meaning.
    assert!(refused > 255);
}

/// The message with which a file is refused by a run.
fn refusal<M: GlmMethod>(problem: &Glm<'_, L1>, method: &M, file: &Path) -> String {
    read_checkpoint::<GlmWork>(file, &identity(problem, method)).unwrap_err().to_string()
}

#[test]
fn foreign_files_are_refused_with_what_is_wrong_with_them() {
    let (instance, method) = (Instance::lasso(), working_set());
    let (problem, folder) = (instance.problem(), tempfile::tempdir().unwrap());
    let file = folder.path().join("c");
    let refused = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        refusal(&problem, &method, &file)
    };
    assert!(refused(b"").ends_with("not a usable checkpoint: 0 bytes, shorter than a header"));
    assert!(refused(b"iteration,seconds,objective\n1,2,3\n").ends_with("it does not begin with THALWEG"));
    written(&problem, &method, &file);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[8] = 2;
    assert!(refused(&bytes).ends_with("it has version 2, this program reads version 1"));
    let missing = folder.path().join("missing");
    let error = read_checkpoint::<GlmWork>(&missing, &Identity::default()).unwrap_err();
    assert!(matches!(error, CheckpointError::Io { .. }) && error.to_string().contains("missing"));
}

#[test]
fn another_run_is_refused_and_the_first_difference_named_with_both_values() {
    let (instance, method) = (Instance::lasso(), working_set());
    let (problem, folder) = (instance.problem(), tempfile::tempdir().unwrap());
    let file = folder.path().join("c");
    written(&problem, &method, &file);
    assert!(read_checkpoint::<GlmWork>(&file, &identity(&problem, &method)).is_ok());

    // Other data: one target differs in its last bit.
    let mut other = Instance::lasso();
    let mut targets = thalweg_problems::generate::gaussian::spiked_regression(30, 60, 6, 1).unwrap().targets;
    targets[7] = targets[7].next_up();
    other.loss = Box::new(thalweg_problems::datafit::Quadratic::new(targets).unwrap());
    let message = refusal(&other.problem(), &method, &file);
    let (here, there) = (other.problem().fingerprint(), problem.fingerprint());
    assert!(message.ends_with(&format!("data fingerprint is {there:016x} there and {here:016x} here")), "{message}");

    for (other, text) in [
        (crate::bcd::WorkingSet { anderson: 3, ..working_set() }, "anderson is 5 there and 3 here"),
        (crate::bcd::WorkingSet { tolerance: 1e-7, ..working_set() }, "tolerance is 1e-8 there and 1e-7 here"),
        (crate::bcd::WorkingSet { screening: false, ..working_set() }, "screening is true there and false here"),
    ] {
        let message = refusal(&problem, &other, &file);
        assert!(message.ends_with(text), "{message}");
    }
    let message = refusal(&problem, &crate::bcd::CoordinateDescent { tolerance: 1e-3 }, &file);
    assert!(message.ends_with("tolerance is 1e-8 there and 0.001 here"), "{message}");
}

#[test]
fn identities_differ_in_the_first_item_that_does() {
    let difference = |file: Identity, here: Identity| {
        let (folder, work) = (tempfile::tempdir().unwrap(), DescentWork { x: 1.0, trial: 0.0 });
        let path = folder.path().join("c");
        Checkpoint::new(&path, file, Duration::ZERO).write(&work, &Run::new(1), None).unwrap();
        match read_checkpoint::<DescentWork>(&path, &here) {
            Err(CheckpointError::Other { name, found, expected, .. }) => format!("{name}: {found}, {expected}"),
            other => panic!("{other:?}"),
        }
    };
    let base = || Identity::default().with("class", "glm");
    assert_eq!(difference(base().with("rows", 3), base().with("rows", 4)), "rows: 3, 4");
    assert_eq!(difference(base().with("rows", 3), base()), "rows: 3, missing");
    assert_eq!(difference(base(), base().with("rows", 3)), "rows: missing, 3");
    let older: Identity =
        serde_json::from_value(serde_json::json!([["version of Thalweg", "0.0.0"], ["class", "glm"]])).unwrap();
    let now = env!("CARGO_PKG_VERSION");
    assert_eq!(difference(older, base()), format!("version of Thalweg: 0.0.0, {now}"));
    // In JSON both of these are null.
    let with_rate = |rate| base().with_options(&Descent { rate, ..Descent::default() });
    let message = difference(with_rate(f64::NAN), with_rate(f64::INFINITY));
    assert!(message.starts_with("the bits of the options: "), "{message}");
    // Nested options are named by their place.
    let scripted = |k| base().with_options(&Descent::with(k, Event::ArithmeticFails));
    assert_eq!(difference(scripted(1), scripted(2)), r#"script: [[1,"ArithmeticFails"]], [[2,"ArithmeticFails"]]"#);
}

#[test]
fn a_session_refuses_a_file_of_another_method_before_anything_else() {
    let (instance, folder) = (Instance::lasso(), tempfile::tempdir().unwrap());
    let (problem, file) = (instance.problem(), folder.path().join("c"));
    let session = |resume: bool| Session {
        limits: Limits { max_iterations: 2, ..Limits::default() },
        checkpoint: Some(super::super::CheckpointPlan { path: file.clone(), interval: Duration::ZERO }),
        resume: resume.then(|| file.clone()),
        ..Session::default()
    };
    let (start, identity) = (problem.null_point(), Identity::default());
    let first = session(false).run(&problem, &working_set(), start.clone(), 1e-8, identity.clone()).unwrap();
    assert_eq!(first.iterations, 2);
    let before = std::fs::read(&file).unwrap();
    let error = session(true).run(&problem, &coordinate_descent(), start, 1e-8, identity).unwrap_err().to_string();
    assert!(error.ends_with("method is working-set there and coordinate-descent here"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn memory_that_does_not_fit_the_problem_is_refused() {
    let (instance, method) = (Instance::lasso(), working_set());
    let (problem, folder) = (instance.problem(), tempfile::tempdir().unwrap());
    let file = folder.path().join("c");
    written(&problem, &method, &file);
    let resumed = read_checkpoint::<GlmWork>(&file, &identity(&problem, &method)).unwrap();
    let data = thalweg_problems::generate::gaussian::spiked_regression(30, 20, 6, 1).unwrap();
    let smaller = Glm::new(&data.design, instance.loss.as_ref(), &instance.penalty).unwrap();
    let begin = Begin::Resume(resumed.work, resumed.run);
    let error = drive(&smaller, &method, begin, &mut Control::default(), &mut super::super::NoSave).unwrap_err();
    assert!(error.to_string().contains("length 60, expected 20"), "{error}");
}

#[cfg(unix)]
#[test]
fn the_file_has_ordinary_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    std::fs::write(folder.path().join("plain"), "").unwrap();
    let work = DescentWork { x: 1.0, trial: 0.0 };
    let checkpoint = Checkpoint::new(folder.path().join("c"), Identity::default(), Duration::ZERO);
    checkpoint.write(&work, &Run::new(1), None).unwrap();
    assert_eq!(mode("c"), mode("plain"));
    // Written over an earlier file as well.
    checkpoint.write(&work, &Run::new(1), None).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
