//! argmin's observers on our loop.

use super::{RunState, key_values};
use crate::run::{Observer, Run, Status, Work};
use argmin::core::State;
use argmin::core::observers::{Observe, ObserverMode};
use std::io;

/// The memory of a run of which only the numbers are known.
#[derive(Clone, Copy, Debug)]
pub struct Numbers;

impl Work for Numbers {
    type Point = ();
    fn point(&self) -> &() {
        &()
    }
    fn into_point(self) {}
}

/// An argmin observer that looks at numbers only (`SlogLogger`, say) as an [`Observer`] of [`drive`](crate::run::drive).
///
/// The iteration it sees is the number of steps done, so that the first row is 1 (argmin's Executor counts from 0).
///
/// ```
/// use argmin::core::observers::ObserverMode;
/// use argmin_observer_slog::SlogLogger;
/// use thalweg_problems::{Design, datafit::Quadratic, glm::Glm, prox::L1};
/// use thalweg_solvers::bcd::WorkingSet;
/// use thalweg_solvers::run::{Begin, Control, NoSave, Status, argmin_bridge::Watch, drive};
///
/// let design = Design::from_column_major(3, 2, vec![1.0, 2.0, 3.0, 1.0, 0.0, -1.0])?;
/// let (loss, penalty) = (Quadratic::new(vec![1.0, 2.0, 2.5])?, L1::new(0.1)?);
/// let problem = Glm::new(&design, &loss, &penalty)?;
///
/// let mut slog = Watch::new(SlogLogger::term_noblock(), ObserverMode::Always);
/// let mut control = Control { observers: vec![&mut slog], ..Control::default() };
/// let begin = Begin::From(problem.null_point());
/// let outcome = drive(&problem, &WorkingSet::default(), begin, &mut control, &mut NoSave)?;
/// assert_eq!(outcome.status, Status::Converged);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Watch<T> {
    observer: T,
    mode: ObserverMode,
    state: RunState<Numbers>,
    measures: &'static [&'static str],
}

impl<T: Observe<RunState<Numbers>>> Watch<T> {
    /// Watches with `observer`, as often as `mode` says.
    pub fn new(observer: T, mode: ObserverMode) -> Self {
        Self { observer, mode, state: RunState::new().counting(true), measures: &[] }
    }

    /// The observer, after the run.
    pub fn into_inner(self) -> T {
        self.observer
    }
}

impl<W: Work, T: Observe<RunState<Numbers>>> Observer<W> for Watch<T> {
    fn started(&mut self, name: &str, measures: &'static [&'static str], run: &Run) -> io::Result<()> {
        self.measures = measures;
        self.state = RunState::new().counting(true);
        self.state.show(run);
        self.observer.observe_init(name, &self.state, &key_values(measures, run)).map_err(io::Error::other)
    }

    fn stepped(&mut self, run: &Run, _: &W) -> io::Result<()> {
        self.state.show(run);
        let wanted = match self.mode {
            ObserverMode::Never => false,
            ObserverMode::Always => true,
            ObserverMode::Every(n) => run.iteration.is_multiple_of(n),
            ObserverMode::NewBest => self.state.is_best(),
        };
        if !wanted {
            return Ok(());
        }
        self.observer.observe_iter(&self.state, &key_values(self.measures, run)).map_err(io::Error::other)
    }

    fn finished(&mut self, run: &Run, status: Status) -> io::Result<()> {
        self.state.show(run);
        self.state = std::mem::replace(&mut self.state, RunState::new()).ended(status);
        self.observer.observe_final(&self.state).map_err(io::Error::other)
    }
}
