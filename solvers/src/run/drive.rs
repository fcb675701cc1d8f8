//! The loop that runs every method.

use super::{Method, MethodError, Observer, Point, Run, Status, Trace, Work};
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What stops a run that has not ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Steps, over all legs.
    pub max_iterations: u64,
    /// Time of this leg, its start or resume included; looked at between two steps.
    pub time_limit: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_iterations: u64::MAX, time_limit: None }
    }
}

/// What surrounds a run; all borrowed, so that the caller keeps trace and flag.
pub struct Control<'a, W: Work> {
    /// When to stop.
    pub limits: Limits,
    /// A flag that stops the run at the next step boundary.
    pub stop: Option<&'a AtomicBool>,
    /// Who watches; one that fails is removed.
    pub observers: Vec<&'a mut dyn Observer<W>>,
    /// Where rows are recorded.
    pub trace: Option<&'a mut Trace>,
}

impl<W: Work> Default for Control<'_, W> {
    fn default() -> Self {
        Self { limits: Limits::default(), stop: None, observers: Vec::new(), trace: None }
    }
}

impl<W: Work> std::fmt::Debug for Control<'_, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("limits", &self.limits).field("observers", &self.observers.len()).finish()
    }
}

/// Keeps the state of a run somewhere safe.
pub trait Save<W> {
    /// Whether the state should be written after this step. When it is changes nothing in the result.
    fn due(&mut self, run: &Run) -> bool;
    /// Writes it.
    ///
    /// # Errors
    /// If it cannot be written; the run goes on, and the error becomes a warning of the result.
    fn save(&mut self, work: &W, run: &Run, trace: Option<&Trace>) -> io::Result<()>;
}

/// Saves nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoSave;

impl<W> Save<W> for NoSave {
    fn due(&mut self, _: &Run) -> bool {
        false
    }
    fn save(&mut self, _: &W, _: &Run, _: Option<&Trace>) -> io::Result<()> {
        Ok(())
    }
}

/// Where a run begins.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each run, moved once")]
pub enum Begin<P, W> {
    /// At a point.
    From(P),
    /// Where another leg stopped.
    Resume(W, Run),
}

/// How a run ended, with all of its memory.
#[derive(Debug)]
pub struct Outcome<W> {
    /// The method's memory, with the point.
    pub work: W,
    /// The bookkeeping.
    pub run: Run,
    /// How it ended.
    pub status: Status,
    /// The error of a step that failed.
    pub failure: Option<MethodError>,
    /// What failed without stopping the run: observers, checkpoints.
    pub warnings: Vec<String>,
}

/// Runs a method until it ends by itself or is stopped. Nothing is certified: see [`solve`](super::solve).
///
/// # Errors
/// Only if the run cannot start; after that the work always comes back.
pub fn drive<O: ?Sized, M: Method<O>>(
    problem: &O,
    method: &M,
    begin: Begin<Point<M, O>, M::Work>,
    control: &mut Control<'_, M::Work>,
    save: &mut dyn Save<M::Work>,
) -> Result<Outcome<M::Work>, MethodError> {
    let mut leg = Leg::begin(problem, method, begin, control)?;
    let (status, failure) = leg.advance(problem, method, control, save);
    Ok(leg.finish(status, failure, control, save))
}

/// One leg of a run, from its begin (or resume) to its end; the time limit is the leg's.
pub(super) struct Leg<W> {
    pub(super) work: W,
    pub(super) run: Run,
    clock: Instant,
    /// Seconds of the earlier legs.
    before: f64,
    /// What the clock last showed.
    here: Duration,
    warnings: Warnings,
}

impl<W: Work> Leg<W> {
    /// Starts or resumes, and tells trace and observers.
    pub(super) fn begin<O: ?Sized, M: Method<O, Work = W>>(
        problem: &O,
        method: &M,
        begin: Begin<W::Point, W>,
        control: &mut Control<'_, W>,
    ) -> Result<Self, MethodError> {
        let (clock, names) = (Instant::now(), method.measures());
        let (work, run, fresh) = match begin {
            Begin::From(point) => {
                let mut run = Run::new(names.len());
                (method.start(problem, point, &mut run)?, run, true)
            }
            Begin::Resume(mut work, run) => {
                run.fits(names)?;
                method.resume(problem, &mut work)?;
                (work, run, false)
            }
        };
        if let Some(trace) = control.trace.as_deref_mut() {
            trace.begin(names, &run, fresh);
        }
        let mut warnings = Warnings::default();
        warnings.observe(&mut control.observers, |o| o.started(method.name(), names, &run));
        Ok(Self { work, before: run.seconds, run, here: clock.elapsed(), clock, warnings })
    }

    /// Steps until the method claims an end, a step fails, or the run is stopped.
    pub(super) fn advance<O: ?Sized, M: Method<O, Work = W>>(
        &mut self,
        problem: &O,
        method: &M,
        control: &mut Control<'_, W>,
        save: &mut dyn Save<W>,
    ) -> (Status, Option<MethodError>) {
        let Self { work, run, clock, before, here, warnings } = self;
        let limits = control.limits;
        *here = clock.elapsed();
        let status = loop {
            if let Some(verdict) = run.verdict {
                break verdict;
            }
            if control.stop.is_some_and(|s| s.load(Ordering::Relaxed)) {
                break Status::Interrupted;
            }
            if run.iteration >= limits.max_iterations {
                break Status::IterationLimit;
            }
            if limits.time_limit.is_some_and(|limit| *here >= limit) {
                break Status::TimeLimit;
            }
            match method.step(problem, work, run) {
                Ok(flow) => run.verdict = flow.verdict(),
                Err(failure) => return (failure.status(), Some(failure)),
            }
            run.iteration += 1;
            *here = clock.elapsed(); // the loop's only clock reading in a step
            run.seconds = *before + here.as_secs_f64();
            if let Some(trace) = control.trace.as_deref_mut() {
                trace.record(run);
            }
            warnings.observe(&mut control.observers, |o| o.stepped(run, work));
            if save.due(run) {
                warnings.saved(save.save(work, run, control.trace.as_deref()));
            }
        };
        (status, None)
    }

    /// Saves, and tells the observers.
    pub(super) fn finish(
        mut self,
        status: Status,
        failure: Option<MethodError>,
        control: &mut Control<'_, W>,
        save: &mut dyn Save<W>,
    ) -> Outcome<W> {
        self.run.seconds = self.before + self.clock.elapsed().as_secs_f64();
        let Self { work, run, mut warnings, .. } = self;
        // After a failed step the work may be torn: the last good file stays.
        if failure.is_none() {
            warnings.saved(save.save(&work, &run, control.trace.as_deref()));
        }
        warnings.observe(&mut control.observers, |o| o.finished(&run, status));
        Outcome { work, run, status, failure, warnings: warnings.messages }
    }
}

/// Failures beside the run, each said once.
#[derive(Default)]
struct Warnings {
    messages: Vec<String>,
    save_failed: bool,
}

impl Warnings {
    /// Calls every observer; one that fails is let go.
    fn observe<W: Work>(
        &mut self,
        observers: &mut Vec<&mut dyn Observer<W>>,
        mut call: impl FnMut(&mut dyn Observer<W>) -> io::Result<()>,
    ) {
        observers.retain_mut(|o| match call(&mut **o) {
            Ok(()) => true,
            Err(e) => {
                self.messages.push(format!("an observer failed and was stopped: {e}"));
                false
            }
        });
    }

    fn saved(&mut self, result: io::Result<()>) {
        if let Err(e) = result
            && !std::mem::replace(&mut self.save_failed, true)
        {
            self.messages.push(format!("the checkpoint could not be written: {e}"));
        }
    }
}
