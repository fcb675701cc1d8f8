//! One call for everything that surrounds a run: limits, stop flag, trace, progress, checkpoint, resume, certificate.

use super::{
    Begin, Checkpoint, CheckpointError, Control, Identity, Limits, Method, MethodError, NoSave, Observer, Outcome,
    Point, Run, Save, Solution, Status, Trace, Work, drive, read_checkpoint, solve,
};
use serde::{Serialize, de::DeserializeOwned};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use thalweg_problems::certificate::Certify;

/// Watches the numbers of a run, whatever its memory looks like.
pub trait Monitor {
    /// Before the first step.
    ///
    /// # Errors
    /// If it cannot do its work.
    fn started(&mut self, _name: &str, _measures: &'static [&'static str], _run: &Run) -> io::Result<()> {
        Ok(())
    }
    /// After a step.
    ///
    /// # Errors
    /// If it cannot do its work.
    fn stepped(&mut self, run: &Run) -> io::Result<()>;
    /// After the last step.
    ///
    /// # Errors
    /// If it cannot do its work.
    fn finished(&mut self, _run: &Run, _status: Status) -> io::Result<()> {
        Ok(())
    }
}

/// A monitor as the observer of any run.
struct Watching<'a>(&'a mut dyn Monitor);

impl<W: Work> Observer<W> for Watching<'_> {
    fn started(&mut self, name: &str, measures: &'static [&'static str], run: &Run) -> io::Result<()> {
        self.0.started(name, measures, run)
    }
    fn stepped(&mut self, run: &Run, _: &W) -> io::Result<()> {
        self.0.stepped(run)
    }
    fn finished(&mut self, run: &Run, status: Status) -> io::Result<()> {
        self.0.finished(run, status)
    }
}

/// Where and how often to write a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointPlan {
    /// The file.
    pub path: PathBuf,
    /// Time between two writes; one more is written at the end.
    pub interval: Duration,
}

/// What surrounds a run; nothing by default.
#[derive(Default)]
pub struct Session<'a> {
    /// When to stop.
    pub limits: Limits,
    /// A flag that stops the run at the next step boundary.
    pub stop: Option<&'a AtomicBool>,
    /// Who watches.
    pub monitors: Vec<&'a mut dyn Monitor>,
    /// Where rows are recorded; on resume the rows of the earlier legs come first.
    pub trace: Option<&'a mut Trace>,
    /// Where the state is kept.
    pub checkpoint: Option<CheckpointPlan>,
    /// A checkpoint to go on from.
    pub resume: Option<PathBuf>,
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("limits", &self.limits)
            .field("monitors", &self.monitors.len())
            .field("checkpoint", &self.checkpoint)
            .field("resume", &self.resume)
            .finish_non_exhaustive()
    }
}

/// Why a run gave no solution: invalid input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The method could not start.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// The checkpoint was refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Session<'_> {
    /// Runs a method on a problem and certifies the result.
    ///
    /// `identity` is what a checkpoint of this run belongs to, without the method's name and options, which are added here.
    ///
    /// # Errors
    /// If the run cannot start, or its checkpoint is refused.
    pub fn run<O, M>(
        self,
        problem: &O,
        method: &M,
        start: Point<M, O>,
        tolerance: f64,
        identity: Identity,
    ) -> Result<Solution<Point<M, O>, O::Certificate>, RunError>
    where
        O: Certify<Point<M, O>> + ?Sized,
        M: Method<O> + Clone + Serialize,
        M::Work: Serialize + DeserializeOwned,
    {
        let identity = identity.with("method", method.name()).with_options(method);
        self.surround(start, identity, |begin, control, save| solve(problem, method, begin, tolerance, control, save))
    }

    /// Runs a method that certifies its own results, as [`drive`] does.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn drive<O, M>(
        self,
        problem: &O,
        method: &M,
        start: Point<M, O>,
        identity: Identity,
    ) -> Result<Outcome<M::Work>, RunError>
    where
        O: ?Sized,
        M: Method<O> + Serialize,
        M::Work: Serialize + DeserializeOwned,
    {
        let identity = identity.with("method", method.name()).with_options(method);
        self.surround(start, identity, |begin, mut control, save| drive(problem, method, begin, &mut control, save))
    }

    /// Reads the checkpoint if asked, and hands over all that surrounds the run.
    fn surround<W, T>(
        self,
        start: W::Point,
        identity: Identity,
        run: impl FnOnce(Begin<W::Point, W>, Control<'_, W>, &mut dyn Save<W>) -> Result<T, MethodError>,
    ) -> Result<T, RunError>
    where
        W: Work + Serialize + DeserializeOwned,
    {
        let Self { limits, stop, monitors, mut trace, checkpoint, resume } = self;
        let begin = match resume {
            None => Begin::From(start),
            Some(path) => {
                let resumed = read_checkpoint(&path, &identity)?;
                if let (Some(trace), Some(earlier)) = (trace.as_deref_mut(), resumed.trace) {
                    *trace = earlier;
                }
                Begin::Resume(resumed.work, resumed.run)
            }
        };
        let mut watching: Vec<Watching<'_>> = monitors.into_iter().map(Watching).collect();
        let observers = watching.iter_mut().map(|w| w as &mut dyn Observer<W>).collect();
        let control = Control { limits, stop, observers, trace };
        let mut save: Box<dyn Save<W>> = match checkpoint {
            Some(plan) => Box::new(Checkpoint::new(plan.path, identity, plan.interval)),
            None => Box::new(NoSave),
        };
        Ok(run(begin, control, save.as_mut())?)
    }
}
