//! The state of a run as argmin sees it.

use super::key_values;
use crate::run::{Flow, Method, MethodError, Run, Status, Work};
use argmin::core::{ArgminError, Error, KV, Problem, State, TerminationReason, TerminationStatus};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::HashMap;
use std::time::Duration;

/// A method's memory and the bookkeeping of its run: the project's one [`argmin::core::State`].
///
/// `get_best_param` is [`Work::point`], what the method itself holds for its best point; no iterate is copied. Serialised
/// are memory, bookkeeping and limits, not the start point and the error of a failed step.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "W: Serialize", deserialize = "W: DeserializeOwned"))]
pub struct RunState<W: Work> {
    /// Taken by the start.
    #[serde(skip)]
    start: Option<W::Point>,
    work: Option<W>,
    run: Run,
    max_iterations: u64,
    best: f64,
    best_iteration: u64,
    status: TerminationStatus,
    #[serde(skip)]
    failure: Option<MethodError>,
    /// The status of the failure.
    failed: Option<Status>,
    /// Whether the method has seen the memory in this process.
    #[serde(skip)]
    ready: bool,
    /// Seconds of the earlier legs.
    #[serde(skip)]
    earlier: f64,
    /// Whether measures are reported.
    report: bool,
    /// Whether counts are mirrored.
    counting: bool,
    #[serde(skip)]
    counts: HashMap<String, u64>,
    time: Option<Duration>,
}

impl<W: Work> RunState<W> {
    /// Sets the point to start from.
    #[must_use]
    pub fn start(mut self, point: W::Point) -> Self {
        self.start = Some(point);
        self
    }

    /// Goes on from the memory and the bookkeeping of another leg instead of a start point.
    #[must_use]
    pub fn resume(mut self, work: W, run: Run) -> Self {
        (self.best, self.best_iteration) = (run.objective, run.iteration);
        (self.work, self.run, self.ready) = (Some(work), run, false);
        (self.failure, self.failed, self.status) = (None, None, TerminationStatus::NotTerminated);
        match self.run.verdict {
            Some(verdict) => self.ended(verdict),
            None => self,
        }
    }

    /// Sets the limit of steps over all legs; none by default.
    #[must_use]
    pub fn max_iters(mut self, n: u64) -> Self {
        self.max_iterations = n;
        self
    }

    /// Whether observers get the method's measures; on by default, about half a microsecond for each step.
    #[must_use]
    pub fn report(mut self, on: bool) -> Self {
        self.report = on;
        self
    }

    /// Whether argmin's `get_func_counts` mirrors [`Run::counts`]; off by default, as in argmin's own states.
    #[must_use]
    pub fn counting(mut self, on: bool) -> Self {
        self.counting = on;
        self
    }

    /// How the run ended: the failure of a step, else the method's verdict, else argmin's reason. `None` while it runs.
    ///
    /// An end that somebody else declared (argmin's `Interrupt`, an exit or convergence that is not the method's) is
    /// [`Status::Interrupted`].
    pub fn status(&self) -> Option<Status> {
        let reason = self.get_termination_reason()?;
        Some(self.failed.or(self.run.verdict).unwrap_or(match reason {
            TerminationReason::MaxItersReached => Status::IterationLimit,
            TerminationReason::Timeout => Status::TimeLimit,
            TerminationReason::TargetCostReached => Status::Finished,
            TerminationReason::Interrupt | TerminationReason::SolverConverged | TerminationReason::SolverExit(_) => {
                Status::Interrupted
            }
        }))
    }

    /// The error of a step that failed.
    pub fn failure(&self) -> Option<&MethodError> {
        self.failure.as_ref()
    }

    /// The bookkeeping.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The method's memory; `None` before the start.
    pub fn work(&self) -> Option<&W> {
        self.work.as_ref()
    }

    /// The answer, without a copy; the start point if the run has not begun.
    pub fn into_point(self) -> Option<W::Point> {
        self.work.map(Work::into_point).or(self.start)
    }

    /// Starts, or shows stored memory to the method, once for each process.
    pub(super) fn prepare<O, M: Method<O, Work = W>>(
        &mut self,
        method: &M,
        problem: &O,
    ) -> Result<(&mut W, &mut Run), Error> {
        let work = match self.work.take() {
            Some(work) if self.ready => work,
            Some(mut work) => {
                self.run.fits(method.measures())?;
                method.resume(problem, &mut work)?;
                work
            }
            None => {
                let text = "a start point: use configure(|state| state.start(point))".to_owned();
                let start = self.start.take().ok_or(ArgminError::NotInitialized { text })?;
                self.run = Run::new(method.measures().len());
                method.start(problem, start, &mut self.run)?
            }
        };
        if !self.ready {
            (self.ready, self.earlier) = (true, self.run.seconds);
        }
        Ok((self.work.insert(work), &mut self.run))
    }

    /// Takes in the result of a step.
    pub(super) fn stepped(mut self, result: Result<Flow, MethodError>) -> Self {
        match result {
            Ok(flow) => {
                self.run.verdict = flow.verdict();
                match self.run.verdict {
                    Some(verdict) => self.ended(verdict),
                    None => self,
                }
            }
            Err(failure) => {
                let status = failure.status();
                let reason = TerminationReason::SolverExit(format!("{status}: {failure}"));
                (self.failure, self.failed) = (Some(failure), Some(status));
                self.terminate_with(reason)
            }
        }
    }

    /// Ends with a status, in argmin's words.
    pub(super) fn ended(self, status: Status) -> Self {
        let reason = match (status, &self.run.reason) {
            (Status::Converged, _) => TerminationReason::SolverConverged,
            (Status::IterationLimit, _) => TerminationReason::MaxItersReached,
            (Status::TimeLimit, _) => TerminationReason::Timeout,
            (Status::Interrupted, _) => TerminationReason::Interrupt,
            (_, Some(reason)) => TerminationReason::SolverExit(format!("{status}: {reason}")),
            (_, None) => TerminationReason::SolverExit(status.name().to_owned()),
        };
        self.terminate_with(reason)
    }

    /// The measures for observers.
    pub(super) fn numbers(&self, names: &[&str]) -> Option<KV> {
        self.report.then(|| key_values(names, &self.run))
    }

    /// Takes over the numbers of a run that another loop drives.
    pub(super) fn show(&mut self, run: &Run) {
        self.run.clone_from(run);
        self.update();
        self.mirror();
        self.time = Duration::try_from_secs_f64(run.seconds).ok();
    }

    fn mirror(&mut self) {
        if self.counting {
            for (name, n) in self.run.counts.used() {
                match self.counts.get_mut(name) {
                    Some(mirrored) => *mirrored = n,
                    None => drop(self.counts.insert(name.to_owned(), n)),
                }
            }
        }
    }
}

impl<W: Work> std::fmt::Debug for RunState<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunState")
            .field("run", &self.run)
            .field("max_iterations", &self.max_iterations)
            .field("status", &self.status)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

impl<W: Work> State for RunState<W> {
    type Param = W::Point;
    type Float = f64;

    fn new() -> Self {
        Self {
            start: None,
            work: None,
            run: Run::new(0),
            max_iterations: u64::MAX,
            best: f64::INFINITY,
            best_iteration: 0,
            status: TerminationStatus::NotTerminated,
            failure: None,
            failed: None,
            ready: false,
            earlier: 0.0,
            report: true,
            counting: false,
            counts: HashMap::new(),
            time: None,
        }
    }

    fn update(&mut self) {
        if self.run.objective < self.best {
            (self.best, self.best_iteration) = (self.run.objective, self.run.iteration);
        }
    }

    fn get_param(&self) -> Option<&W::Point> {
        self.work.as_ref().map(Work::point).or(self.start.as_ref())
    }

    fn get_best_param(&self) -> Option<&W::Point> {
        self.get_param()
    }

    fn get_max_iters(&self) -> u64 {
        self.max_iterations
    }

    /// A step that failed is not counted, as in [`drive`](crate::run::drive).
    fn increment_iter(&mut self) {
        if self.failed.is_none() {
            self.run.iteration += 1;
        }
    }

    fn get_iter(&self) -> u64 {
        self.run.iteration
    }

    fn get_cost(&self) -> f64 {
        self.run.objective
    }

    fn get_best_cost(&self) -> f64 {
        self.best
    }

    /// NaN: an objective of minus infinity must not pass for a target that was reached.
    fn get_target_cost(&self) -> f64 {
        f64::NAN
    }

    fn func_counts<O>(&mut self, _: &Problem<O>) {
        self.mirror();
    }

    fn get_func_counts(&self) -> &HashMap<String, u64> {
        &self.counts
    }

    fn time(&mut self, time: Option<Duration>) -> &mut Self {
        self.time = time;
        if let Some(time) = time {
            self.run.seconds = self.earlier + time.as_secs_f64();
        }
        self
    }

    fn get_time(&self) -> Option<Duration> {
        self.time
    }

    fn get_last_best_iter(&self) -> u64 {
        self.best_iteration
    }

    fn is_best(&self) -> bool {
        self.best_iteration == self.run.iteration
    }

    fn terminate_with(mut self, reason: TerminationReason) -> Self {
        self.status = TerminationStatus::Terminated(reason);
        self
    }

    fn get_termination_status(&self) -> &TerminationStatus {
        &self.status
    }

    fn get_termination_reason(&self) -> Option<&TerminationReason> {
        match &self.status {
            TerminationStatus::Terminated(reason) => Some(reason),
            TerminationStatus::NotTerminated => None,
        }
    }
}
