//! Methods, their memory, and what surrounds a step.

use super::{Counts, Flow, Status};
use serde::{Deserialize, Serialize};
use std::io;
use thalweg_problems::ProblemError;

/// The bookkeeping of a run: everything numeric, beside the iterate, that observers, traces and checkpoints see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Steps done.
    pub iteration: u64,
    /// The objective at the point; NaN before the method knows it.
    pub objective: f64,
    /// Oracle calls so far.
    pub counts: Counts,
    /// The values of [`Method::measures`], in that order; NaN before they are known.
    pub measures: Vec<f64>,
    /// Seconds over all legs; never read by a method.
    pub seconds: f64,
    /// The method's own end; a resumed run that has one does not step again.
    pub verdict: Option<Status>,
    /// A sentence on the verdict, if the method has something to say.
    pub reason: Option<String>,
    /// What the method wants said beside the result; becomes warnings.
    pub notes: Vec<String>,
    /// How often the certificate asked for a tighter inner tolerance.
    pub tightenings: u32,
}

impl Run {
    /// A run that has not begun.
    pub fn new(measures: usize) -> Self {
        Self {
            iteration: 0,
            objective: f64::NAN,
            counts: Counts::default(),
            measures: vec![f64::NAN; measures],
            seconds: 0.0,
            verdict: None,
            reason: None,
            notes: Vec::new(),
            tightenings: 0,
        }
    }

    /// Checks that the run is one of a method with these measures, before it goes on.
    pub(super) fn fits(&self, measures: &[&str]) -> Result<(), MethodError> {
        let (found, expected) = (self.measures.len(), measures.len());
        if found == expected {
            return Ok(());
        }
        Err(ProblemError::Length { what: "the list of the run's measures", found, expected }.into())
    }
}

/// All memory between two steps: iterate, momenta, generators, cursors. Scratch may be `#[serde(skip)]`.
pub trait Work {
    /// What is solved for.
    type Point;
    /// The answer if the run stopped now: valid after every step, also after one that returned `Err`.
    fn point(&self) -> &Self::Point;
    /// The answer, without a copy.
    fn into_point(self) -> Self::Point;
}

/// The point of a method for a problem.
pub type Point<M, O> = <<M as Method<O>>::Work as Work>::Point;

/// A method: an immutable record of options. `O` is the problem, bounded by oracle traits in the impl.
///
/// One step is one natural unit, which the method documents. A step reads neither a clock nor the stop flag.
pub trait Method<O: ?Sized> {
    /// The method's memory.
    type Work: Work;
    /// The name in options and output, in kebab-case.
    fn name(&self) -> &'static str;
    /// The names of [`Run::measures`].
    fn measures(&self) -> &'static [&'static str] {
        &[]
    }
    /// Begins at a point; sets objective and measures of the run as far as they are known.
    ///
    /// # Errors
    /// If the point or the options do not fit the problem.
    fn start(&self, problem: &O, point: Point<Self, O>, run: &mut Run) -> Result<Self::Work, MethodError>;
    /// After a checkpoint was read: checks dimensions against the problem, rebuilds scratch.
    ///
    /// # Errors
    /// If the memory does not fit the problem.
    fn resume(&self, problem: &O, work: &mut Self::Work) -> Result<(), MethodError>;
    /// One step.
    ///
    /// # Errors
    /// If it failed; [`Work::point`] is then still the last good point.
    fn step(&self, problem: &O, work: &mut Self::Work, run: &mut Run) -> Result<Flow, MethodError>;
    /// The same method with an inner tolerance ten times tighter, for a run whose claim the certificate did not support.
    fn tightened(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

/// Why a method could not start or go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MethodError {
    /// Point or memory do not fit the problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// An option is out of range.
    #[error("option {name} is {value}, expected {expected}")]
    Option {
        /// The option.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The range in words.
        expected: &'static str,
    },
    /// The method does not solve problems of this kind.
    #[error("{0}")]
    Unsupported(String),
    /// The problem could not be evaluated.
    #[error("{0}")]
    Evaluation(String),
    /// The arithmetic broke down.
    #[error("{0}")]
    Numerical(String),
}

impl MethodError {
    /// How a run ends whose step failed so.
    pub fn status(&self) -> Status {
        match self {
            Self::Evaluation(_) => Status::EvaluationError,
            Self::Problem(_) | Self::Option { .. } | Self::Unsupported(_) | Self::Numerical(_) => {
                Status::NumericalFailure
            }
        }
    }
}

/// Watches a run. One that fails is not called again; its error becomes a warning of the result.
pub trait Observer<W: Work> {
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
    fn stepped(&mut self, run: &Run, work: &W) -> io::Result<()>;
    /// After the last step.
    ///
    /// # Errors
    /// If it cannot do its work.
    fn finished(&mut self, _run: &Run, _status: Status) -> io::Result<()> {
        Ok(())
    }
}
