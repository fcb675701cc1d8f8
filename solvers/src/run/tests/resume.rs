//! A stop at any step, followed by a resume from the file, changes nothing but the time.

use super::super::{
    Begin, Checkpoint, CheckpointPlan, Control, Identity, Limits, NoSave, Outcome, Session, Status, Trace, drive,
    read_checkpoint,
};
use super::{Each, GlmMethod, Instance, assert_same, bits, coordinate_descent, rows, working_set};
use crate::bcd::GlmWork;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::L1;

/// What stops a leg.
#[derive(Clone, Copy, Debug)]
enum Stop {
    Nothing,
    After(u64),
    Flag(u64),
    Time,
}

/// One leg, begun anew or from the file, with a checkpoint at its end (and after every step).
fn leg<M: GlmMethod>(
    problem: &Glm<'_, L1>,
    method: &M,
    file: &Path,
    stop: Stop,
    resume: bool,
) -> (Outcome<GlmWork>, Trace) {
    let identity = Identity::default().with("data", problem.fingerprint()).with_options(method);
    let mut trace = Trace::default();
    let begin = if resume {
        let resumed = read_checkpoint(file, &identity).unwrap();
        trace = resumed.trace.unwrap();
        Begin::Resume(resumed.work, resumed.run)
    } else {
        Begin::From(problem.null_point())
    };
    let flag = AtomicBool::new(false);
    let mut observer = Each(|run: &super::Run| {
        if let Stop::Flag(k) = stop {
            flag.fetch_or(run.iteration == k, Ordering::Relaxed);
        }
        Ok(())
    });
    let limits = match stop {
        Stop::After(k) => Limits { max_iterations: k, ..Limits::default() },
        Stop::Time => Limits { time_limit: Some(Duration::ZERO), ..Limits::default() },
        Stop::Nothing | Stop::Flag(_) => Limits::default(),
    };
    let mut control = Control { limits, stop: Some(&flag), observers: vec![&mut observer], trace: Some(&mut trace) };
    let mut save = Checkpoint::new(file, identity, Duration::from_secs(3600));
    let outcome = drive(problem, method, begin, &mut control, &mut save).unwrap();
    assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
    (outcome, trace)
}

fn stops_everywhere<M: GlmMethod>(problem: &Glm<'_, L1>, method: &M) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.checkpoint");
    let (unbroken, unbroken_trace) = leg(problem, method, &file, Stop::Nothing, false);
    assert_eq!(unbroken.status, Status::Converged);
    let n = unbroken.run.iteration;
    assert!(n >= 4, "{n} steps test little");
    assert_eq!(unbroken_trace.len() as u64, n + 1);
    for k in 0..n {
        for (stop, status) in [(Stop::After(k), Status::IterationLimit), (Stop::Flag(k), Status::Interrupted)] {
            let (stopped, _) = leg(problem, method, &file, stop, false);
            assert_eq!((stopped.status, stopped.run.iteration), (status, k));
            let (resumed, trace) = leg(problem, method, &file, Stop::Nothing, true);
            assert_same(&resumed, &unbroken);
            assert_eq!(rows(&trace), rows(&unbroken_trace));
        }
        // A leg whose time is over before its first step.
        leg(problem, method, &file, Stop::After(k), false);
        let (timed, _) = leg(problem, method, &file, Stop::Time, true);
        assert_eq!((timed.status, timed.run.iteration), (Status::TimeLimit, k));
        let (resumed, trace) = leg(problem, method, &file, Stop::Nothing, true);
        assert_same(&resumed, &unbroken);
        assert_eq!(rows(&trace), rows(&unbroken_trace));
    }
    // All stops in one run: every leg does one step.
    leg(problem, method, &file, Stop::After(0), false);
    for k in 1..n {
        leg(problem, method, &file, Stop::After(k), true);
    }
    let (resumed, trace) = leg(problem, method, &file, Stop::Nothing, true);
    assert_same(&resumed, &unbroken);
    assert_eq!(rows(&trace), rows(&unbroken_trace));
    // A run that has ended does not step again.
    let (again, trace) = leg(problem, method, &file, Stop::Nothing, true);
    assert_same(&again, &unbroken);
    assert_eq!(rows(&trace), rows(&unbroken_trace));
}

#[test]
fn working_set_on_the_lasso() {
    stops_everywhere(&Instance::lasso().problem(), &working_set());
}

#[test]
fn working_set_on_logistic_regression() {
    stops_everywhere(&Instance::logistic().problem(), &working_set());
}

#[test]
fn coordinate_descent_on_the_lasso() {
    stops_everywhere(&Instance::lasso().problem(), &coordinate_descent());
}

#[test]
fn coordinate_descent_on_logistic_regression() {
    // To full accuracy it takes hundreds of steps, each with a dozen files.
    let method = crate::bcd::CoordinateDescent { tolerance: 1e-3 };
    stops_everywhere(&Instance::logistic().problem(), &method);
}

#[test]
fn a_time_limit_in_the_middle_of_a_run_loses_nothing() {
    let (instance, method) = (Instance::lasso(), working_set());
    let problem = instance.problem();
    let begin = || Begin::From(problem.null_point());
    let unbroken = drive(&problem, &method, begin(), &mut Control::default(), &mut NoSave).unwrap();
    let limit = Duration::from_millis(30);
    let mut slow = Each(|_: &super::Run| {
        std::thread::sleep(limit);
        Ok(())
    });
    let limits = Limits { time_limit: Some(limit), ..Limits::default() };
    let mut control = Control { limits, observers: vec![&mut slow], ..Control::default() };
    let stopped = drive(&problem, &method, begin(), &mut control, &mut NoSave).unwrap();
    assert_eq!(stopped.status, Status::TimeLimit);
    assert!(stopped.run.seconds >= limit.as_secs_f64());
    let begin = Begin::Resume(stopped.work, stopped.run.clone());
    let resumed = drive(&problem, &method, begin, &mut Control::default(), &mut NoSave).unwrap();
    assert_same(&resumed, &unbroken);
    assert!(resumed.run.seconds > stopped.run.seconds);
}

#[test]
fn a_session_resumes_with_other_limits_and_certifies() {
    let (instance, method) = (Instance::logistic(), working_set());
    let problem = instance.problem();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("session.checkpoint");
    let run = |limit: u64, resume: bool, trace: Option<&mut Trace>| {
        let session = Session {
            limits: Limits { max_iterations: limit, ..Limits::default() },
            trace,
            checkpoint: Some(CheckpointPlan { path: file.clone(), interval: Duration::ZERO }),
            resume: resume.then(|| file.clone()),
            ..Session::default()
        };
        let identity = Identity::default().with("data", problem.fingerprint());
        session.run(&problem, &method, problem.null_point(), 1e-8, identity).unwrap()
    };
    let (mut whole, mut parts) = (Trace::default(), Trace::default());
    let unbroken = run(u64::MAX, false, Some(&mut whole));
    assert_eq!(unbroken.status, Status::Converged);
    let stopped = run(2, false, Some(&mut Trace::default()));
    assert_eq!((stopped.status, stopped.iterations), (Status::IterationLimit, 2));
    assert!(stopped.reason.contains("2 iterations") && stopped.reason.contains("relative_gap"), "{}", stopped.reason);
    let resumed = run(u64::MAX, true, Some(&mut parts));
    assert_eq!(bits(&resumed.point), bits(&unbroken.point));
    assert_eq!((resumed.iterations, resumed.counts), (unbroken.iterations, unbroken.counts));
    assert_eq!((resumed.status, &resumed.reason), (unbroken.status, &unbroken.reason));
    assert_eq!(rows(&parts), rows(&whole));
}
