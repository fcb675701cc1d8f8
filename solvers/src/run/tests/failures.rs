//! What fails beside or inside a run loses nothing.

use super::super::{
    Begin, Checkpoint, CheckpointPlan, Control, Identity, MethodError, NoSave, Run, Save, Session, Status, Trace, Work,
    drive, read_checkpoint, solve,
};
use super::{Bowl, Descent, DescentWork, Each, Event, Instance, assert_same, working_set};
use std::io;
use std::time::Duration;

fn plain() -> super::Outcome<DescentWork> {
    drive(&Bowl(1.0), &Descent::default(), Begin::From(1.0), &mut Control::default(), &mut NoSave).unwrap()
}

/// A disk that is full.
#[derive(Default)]
struct FullDisk {
    writes: u32,
}

impl<W> Save<W> for FullDisk {
    fn due(&mut self, _: &Run) -> bool {
        true
    }
    fn save(&mut self, _: &W, _: &Run, _: Option<&Trace>) -> io::Result<()> {
        self.writes += 1;
        Err(io::Error::new(io::ErrorKind::StorageFull, "no space left on device"))
    }
}

#[test]
fn a_full_disk_is_one_warning() {
    let (instance, method) = (Instance::lasso(), working_set());
    let problem = instance.problem();
    let begin = || Begin::From(problem.null_point());
    let mut disk = FullDisk::default();
    let outcome = drive(&problem, &method, begin(), &mut Control::default(), &mut disk).unwrap();
    assert_eq!(outcome.warnings, ["the checkpoint could not be written: no space left on device"]);
    assert_eq!(u64::from(disk.writes), outcome.run.iteration + 1);
    let mut plain = drive(&problem, &method, begin(), &mut Control::default(), &mut NoSave).unwrap();
    plain.warnings = Vec::new();
    assert_same(&outcome, &plain);

    let solution = solve(&problem, &method, begin(), 1e-8, Control::default(), &mut FullDisk::default()).unwrap();
    assert_eq!((solution.status, solution.warnings.len()), (Status::Converged, 1));
}

#[test]
fn a_checkpoint_in_a_folder_that_cannot_be_written_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let occupied = folder.path().join("file");
    std::fs::write(&occupied, "not a folder").unwrap();
    for path in [folder.path().join("missing").join("c"), occupied.join("c"), folder.path().to_owned()] {
        let plan = CheckpointPlan { path, interval: Duration::ZERO };
        let session = Session { checkpoint: Some(plan), ..Session::default() };
        let solution = session.run(&Bowl(1.0), &Descent::default(), 1.0, 1e-6, Identity::default()).unwrap();
        assert_eq!((solution.status, solution.point), (Status::Converged, *plain().work.point()));
        assert_eq!((solution.iterations, solution.counts), (plain().run.iteration, plain().run.counts));
        assert_eq!(solution.warnings.len(), 1);
        assert!(solution.warnings[0].contains("the checkpoint could not be written"), "{:?}", solution.warnings);
    }
    // Nothing temporary is left behind.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_observer_that_fails_is_let_go_and_the_others_stay() {
    let (mut calls, mut others) = (0, Vec::new());
    let mut failing = Each(|run: &Run| {
        calls += 1;
        if run.iteration == 3 { Err(io::Error::other("the pipe is closed")) } else { Ok(()) }
    });
    let mut other = Each(|run: &Run| {
        others.push(run.iteration);
        Ok(())
    });
    let mut control = Control { observers: vec![&mut failing, &mut other], ..Control::default() };
    let outcome = drive(&Bowl(1.0), &Descent::default(), Begin::From(1.0), &mut control, &mut NoSave).unwrap();
    assert_eq!(outcome.warnings, ["an observer failed and was stopped: the pipe is closed"]);
    assert_eq!(
        (outcome.status, outcome.work.x, outcome.run.counts),
        (Status::Converged, plain().work.x, plain().run.counts)
    );
    assert_eq!(calls, 4);
    assert_eq!(others, (0..=outcome.run.iteration).collect::<Vec<_>>());
}

#[test]
fn a_failed_step_ends_the_run_with_its_last_good_point() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c");
    for k in [0, 5] {
        let method = Descent::with(k, Event::ArithmeticFails);
        let mut trace = Trace::default();
        let mut control = Control { trace: Some(&mut trace), ..Control::default() };
        let mut save = Checkpoint::new(&file, Identity::default(), Duration::ZERO);
        let outcome = drive(&Bowl(1.0), &method, Begin::From(1.0), &mut control, &mut save).unwrap();
        assert_eq!((outcome.status, outcome.run.iteration), (Status::NumericalFailure, k));
        assert_eq!(outcome.failure, Some(MethodError::Numerical("the pivot is 0".to_owned())));
        assert_eq!(*outcome.work.point(), 0.5f64.powi(k as i32));
        // The calls of the failed step were made too.
        assert_eq!(outcome.run.counts.get(super::Oracle::Gradient), k + 1);
        assert_eq!(trace.len() as u64, k + 1);
        // The file is that of the last step that did not fail.
        match read_checkpoint::<DescentWork>(&file, &Identity::default()) {
            Ok(resumed) => assert_eq!((resumed.run.iteration, resumed.work.x), (5, outcome.work.x)),
            Err(e) => assert!(k == 0 && e.to_string().contains("No such file"), "{e}"),
        }
    }
}

#[test]
fn what_cannot_start_is_an_error() {
    let method = Descent { rate: f64::NAN, ..Descent::default() };
    let error = drive(&Bowl(1.0), &method, Begin::From(1.0), &mut Control::default(), &mut NoSave).unwrap_err();
    assert_eq!(error.to_string(), "option rate is NaN, expected a number");
    for tolerance in [-1.0, f64::NAN] {
        let begin = Begin::From(1.0);
        let error = solve(&Bowl(1.0), &Descent::default(), begin, tolerance, Control::default(), &mut NoSave);
        assert!(error.unwrap_err().to_string().starts_with("option tolerance is"));
    }
}
