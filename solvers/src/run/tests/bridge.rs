//! argmin's Executor, observers and checkpoints with our methods, and argmin's observers on our loop.

use super::super::argmin_bridge::{CheckpointFile, RunState, Watch};
use super::super::{Begin, Checkpoint, Control, Identity, NoSave, Oracle, Outcome, Run, Save, Status, Work, drive};
use super::{Bowl, Descent, Event, GlmMethod, Instance, bits, coordinate_descent, working_set};
use crate::bcd::GlmWork;
use argmin::core::checkpointing::CheckpointingFrequency;
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{Error, Executor, KV, Solver, State, TerminationReason};
use argmin_checkpointing_file::FileCheckpoint;
use argmin_observer_slog::SlogLogger;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::L1;

crate::argmin_solver!([] Descent => Bowl);

/// A coordinate method as a solver of argmin.
trait Bridged: GlmMethod + DeserializeOwned + for<'p> Solver<Glm<'p, L1>, RunState<GlmWork>> + 'static {}
impl<M: GlmMethod + DeserializeOwned + for<'p> Solver<Glm<'p, L1>, RunState<GlmWork>> + 'static> Bridged for M {}

fn ours<M: GlmMethod>(problem: &Glm<'_, L1>, method: &M) -> Outcome<GlmWork> {
    drive(problem, method, Begin::From(problem.null_point()), &mut Control::default(), &mut NoSave).unwrap()
}

/// The state of a finished Executor is the outcome of our loop.
fn assert_agree(state: &RunState<GlmWork>, ours: &Outcome<GlmWork>) {
    assert_eq!(state.status(), Some(ours.status));
    assert_eq!((state.run().iteration, state.run().counts), (ours.run.iteration, ours.run.counts));
    assert_eq!(bits(state.get_best_param().unwrap()), bits(ours.work.point()));
    assert_eq!(state.get_cost().to_bits(), ours.run.objective.to_bits());
}

fn with_slog<M: Bridged>(problem: Glm<'_, L1>, method: &M) {
    let result = Executor::new(problem, method.clone())
        .configure(|s| s.start(problem.null_point()))
        .add_observer(SlogLogger::term(), ObserverMode::Always)
        .run()
        .unwrap();
    assert_eq!(result.state.get_termination_reason(), Some(&TerminationReason::SolverConverged));
    assert_agree(&result.state, &ours(&problem, method));
}

#[test]
fn an_unmodified_executor_with_slog_ends_at_the_bits_of_drive() {
    for instance in [Instance::lasso(), Instance::logistic()] {
        with_slog(instance.problem(), &working_set());
        with_slog(instance.problem(), &coordinate_descent());
    }
}

/// Breaks off an Executor in step `k`, as a crash would.
struct Crash(u64);

impl<I: State> Observe<I> for Crash {
    fn observe_iter(&mut self, state: &I, _: &KV) -> Result<(), Error> {
        if state.get_iter() == self.0 { Err(Error::msg("crash")) } else { Ok(()) }
    }
}

fn argmins_checkpoint_resumes<M: Bridged>(problem: Glm<'_, L1>, method: &M) {
    let ours = ours(&problem, method);
    for k in 1..ours.run.iteration {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = FileCheckpoint::new(folder.path().to_str().unwrap(), "run", CheckpointingFrequency::Always);
        let broken = Executor::new(problem, method.clone())
            .configure(|s| s.start(problem.null_point()))
            .checkpointing(checkpoint.clone())
            .add_observer(Crash(k), ObserverMode::Always)
            .run();
        assert!(broken.is_err());
        let result = Executor::new(problem, method.clone()).checkpointing(checkpoint).run().unwrap();
        assert_agree(&result.state, &ours);
    }
}

#[test]
fn argmins_own_checkpoint_resumes_to_the_same_bits() {
    for instance in [Instance::lasso(), Instance::logistic()] {
        argmins_checkpoint_resumes(instance.problem(), &working_set());
    }
    argmins_checkpoint_resumes(Instance::lasso().problem(), &coordinate_descent());
}

fn checkpoint_file<M: GlmMethod>(file: &Path, method: &M, limit: u64) -> CheckpointFile<M> {
    let identity = Identity::default().with("data", 7).with_options(method);
    let checkpoint = Checkpoint::new(file, identity, Duration::ZERO);
    CheckpointFile::new(checkpoint, method.clone(), limit, CheckpointingFrequency::Always)
}

#[test]
fn our_checkpoint_under_the_executor_takes_new_limits_and_refuses_other_options() {
    let (instance, method) = (Instance::lasso(), working_set());
    let (problem, folder) = (instance.problem(), tempfile::tempdir().unwrap());
    let file = folder.path().join("run.checkpoint");
    let executor = |method: &crate::bcd::WorkingSet, limit| {
        Executor::new(problem, method.clone())
            .configure(|s| s.start(problem.null_point()).max_iters(limit))
            .checkpointing(checkpoint_file(&file, method, limit))
    };
    let first = executor(&method, 3).run().unwrap();
    assert_eq!((first.state.status(), first.state.get_iter()), (Some(Status::IterationLimit), 3));
    let result = executor(&method, u64::MAX).run().unwrap();
    assert_agree(&result.state, &ours(&problem, &method));
    // The run has ended: nothing steps again.
    let again = executor(&method, u64::MAX).run().unwrap();
    assert_agree(&again.state, &ours(&problem, &method));
    let error = executor(&crate::bcd::WorkingSet { anderson: 4, ..method }, 9).run().err().unwrap().to_string();
    assert!(error.contains("anderson is 5 there and 4 here"), "{error}");
}

#[test]
fn our_checkpoint_goes_on_under_the_executor_and_back() {
    let (instance, method) = (Instance::logistic(), working_set());
    let problem = instance.problem();
    let limits = super::super::Limits { max_iterations: 2, ..Default::default() };
    let mut control = Control { limits, ..Control::default() };
    let two = drive(&problem, &method, Begin::From(problem.null_point()), &mut control, &mut NoSave).unwrap();
    let result = Executor::new(problem, method.clone())
        .configure(|s| s.resume(two.work, two.run).max_iters(4))
        .timer(true)
        .run()
        .unwrap();
    assert_eq!((result.state.status(), result.state.get_iter()), (Some(Status::IterationLimit), 4));
    let (work, run) = (result.state.work().unwrap().clone(), result.state.run().clone());
    let rest = drive(&problem, &method, Begin::Resume(work, run), &mut Control::default(), &mut NoSave).unwrap();
    super::assert_same(&rest, &ours(&problem, &method));
}

#[test]
fn a_failed_step_keeps_the_point_and_the_bookkeeping() {
    for (event, status, text) in [
        (Event::ArithmeticFails, Status::NumericalFailure, "numerical_failure: the pivot is 0"),
        (Event::EvaluationFails, Status::EvaluationError, "evaluation_error: log of -1 in term 3"),
    ] {
        let method = Descent::with(4, event);
        let ours = drive(&Bowl(1.0), &method, Begin::From(1.0), &mut Control::default(), &mut NoSave).unwrap();
        let state = Executor::new(Bowl(1.0), method).configure(|s| s.start(1.0)).run().unwrap().state;
        assert_eq!((state.status(), state.failure()), (Some(status), ours.failure.as_ref()));
        assert_eq!(state.get_termination_reason(), Some(&TerminationReason::SolverExit(text.to_owned())));
        assert_eq!((state.get_iter(), state.run().counts), (4, ours.run.counts));
        assert_eq!(ours.run.iteration, 4);
        assert_eq!(state.into_point(), Some(0.0625));
    }
}

#[test]
fn every_end_has_its_status() {
    let endless = Descent { tolerance: -1.0, ..Descent::default() };
    let run = |method: &Descent| Executor::new(Bowl(1.0), method.clone()).configure(|s| s.start(1.0));
    let limited = run(&endless).configure(|s| s.max_iters(3)).run().unwrap().state;
    assert_eq!((limited.status(), limited.get_iter()), (Some(Status::IterationLimit), 3));
    let timed = run(&endless).timeout(Duration::ZERO).run().unwrap().state;
    assert_eq!((timed.status(), timed.get_iter()), (Some(Status::TimeLimit), 1));
    assert!(timed.run().seconds > 0.0);
    for status in [
        Status::Converged,
        Status::Finished,
        Status::Stalled,
        Status::Infeasible,
        Status::LocallyInfeasible,
        Status::Unbounded,
        Status::InfeasibleOrUnbounded,
    ] {
        let state = run(&Descent::with(2, Event::Claim(status))).run().unwrap().state;
        assert_eq!((state.status(), state.get_iter()), (Some(status), 3));
        // The method's verdict is not lost to an interrupt in the same step.
        assert_eq!(state.terminate_with(TerminationReason::Interrupt).status(), Some(status));
    }
    let fresh = RunState::<GlmWork>::new();
    assert_eq!(fresh.status(), None);
    for (reason, status) in [
        (TerminationReason::Interrupt, Status::Interrupted),
        (TerminationReason::SolverExit("enough".to_owned()), Status::Interrupted),
        (TerminationReason::SolverConverged, Status::Interrupted),
        (TerminationReason::TargetCostReached, Status::Finished),
    ] {
        assert_eq!(fresh.clone().terminate_with(reason).status(), Some(status));
    }
}

#[test]
fn an_objective_of_minus_infinity_is_no_target() {
    let method = Descent { rate: -1.0, tolerance: -1.0, ..Descent::default() };
    let bowl = Bowl(-1e300);
    let state = Executor::new(bowl, method).configure(|s| s.start(1e10).max_iters(3)).run().unwrap().state;
    assert_eq!(state.get_best_cost(), f64::NEG_INFINITY);
    assert_eq!(state.status(), Some(Status::IterationLimit));
}

#[test]
fn what_cannot_start_says_why() {
    let error = Executor::new(Bowl(1.0), Descent::default()).run().err().unwrap().to_string();
    assert!(error.contains("start point"), "{error}");
    let method = Descent { rate: f64::NAN, ..Descent::default() };
    let error = Executor::new(Bowl(1.0), method).configure(|s| s.start(1.0)).run().err().unwrap().to_string();
    assert!(error.contains("option rate is NaN"), "{error}");
}

#[test]
fn counts_are_mirrored_and_measures_reported_only_if_asked() {
    let run = |counting: bool, report: bool| {
        let log = Log::default();
        let result = Executor::new(Bowl(1.0), Descent::default())
            .configure(|s| s.start(1.0).max_iters(5).counting(counting).report(report))
            .add_observer(log.clone(), ObserverMode::Always)
            .run()
            .unwrap();
        let keys = log.0.lock().unwrap().last().unwrap().1;
        (result.state.get_func_counts().clone(), keys)
    };
    let (counts, keys) = run(true, true);
    assert_eq!((counts["gradient_evaluations"], counts["objective_evaluations"], counts.len(), keys), (5, 6, 2, 1));
    let (counts, keys) = run(false, false);
    assert_eq!((counts.len(), keys), (0, 0));
}

/// Iterations, numbers of measures and objectives that an observer saw; the last row is the end.
type Rows = Vec<(u64, usize, f64)>;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Rows>>);

impl<I: State<Float = f64>> Observe<I> for Log {
    fn observe_iter(&mut self, state: &I, kv: &KV) -> Result<(), Error> {
        self.0.lock().unwrap().push((state.get_iter(), kv.kv.len(), state.get_cost()));
        Ok(())
    }
}

#[test]
fn argmins_observers_watch_our_loop() {
    let seen = |rate: f64, mode| {
        let mut watch = Watch::new(Log::default(), mode);
        let limits = super::super::Limits { max_iterations: 6, ..Default::default() };
        let mut control = Control { limits, observers: vec![&mut watch], ..Control::default() };
        let method = Descent { rate, tolerance: -1.0, ..Descent::default() };
        drive(&Bowl(1.0), &method, Begin::From(1.0), &mut control, &mut NoSave).unwrap();
        let log = watch.into_inner();
        let rows = log.0.lock().unwrap().clone();
        assert!(rows.iter().all(|&(k, keys, cost)| keys == 1 && cost == 0.5 * (1.0 - rate).powi(2 * k as i32)));
        rows.iter().map(|row| row.0).collect::<Vec<_>>()
    };
    assert_eq!(seen(0.5, ObserverMode::Always), [1, 2, 3, 4, 5, 6]);
    assert_eq!(seen(0.5, ObserverMode::NewBest), [1, 2, 3, 4, 5, 6]);
    // Twice the distance in every step: the start stays the best.
    assert_eq!(seen(3.0, ObserverMode::NewBest), [0u64; 0]);
    assert_eq!(seen(0.5, ObserverMode::Every(3)), [3, 6]);
    assert_eq!(seen(0.5, ObserverMode::Every(0)), [0u64; 0]);
    assert_eq!(seen(0.5, ObserverMode::Never), [0u64; 0]);
}

#[test]
fn slog_on_our_loop_changes_nothing() {
    let (instance, method) = (Instance::lasso(), working_set());
    let problem = instance.problem();
    let mut slog = Watch::new(SlogLogger::term(), ObserverMode::Every(2));
    let mut control = Control { observers: vec![&mut slog], ..Control::default() };
    let watched = drive(&problem, &method, Begin::From(problem.null_point()), &mut control, &mut NoSave).unwrap();
    assert!(watched.warnings.is_empty());
    super::assert_same(&watched, &ours(&problem, &method));
}

#[test]
fn an_argmin_observer_that_fails_is_a_warning_on_our_loop() {
    let mut crash = Watch::new(Crash(3), ObserverMode::Always);
    let mut control = Control { observers: vec![&mut crash], ..Control::default() };
    let outcome = drive(&Bowl(1.0), &Descent::default(), Begin::From(1.0), &mut control, &mut NoSave).unwrap();
    assert_eq!(outcome.status, Status::Converged);
    assert_eq!(outcome.warnings, ["an observer failed and was stopped: crash"]);
}

#[test]
fn states_and_outcomes_are_send() {
    fn send<T: Send>(_: &T) {}
    send(&RunState::<GlmWork>::new());
    send(&ours(&Instance::lasso().problem(), &working_set()));
}

/// A memory without any of the usual traits.
struct Bare(std::rc::Rc<()>);

impl Work for Bare {
    type Point = std::rc::Rc<()>;
    fn point(&self) -> &Self::Point {
        &self.0
    }
    fn into_point(self) -> Self::Point {
        self.0
    }
}

#[test]
fn the_state_asks_nothing_of_the_memory() {
    let state = RunState::<Bare>::new().start(std::rc::Rc::new(()));
    assert!(format!("{state:?}").starts_with("RunState"));
    assert!(state.get_param().is_some());
    assert!(NoSave.save(&Bare(std::rc::Rc::new(())), &Run::new(0), None).is_ok());
    assert_eq!(state.run().counts.get(Oracle::Objective), 0);
}
