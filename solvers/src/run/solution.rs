//! From a claim to a certified solution.

use super::{Begin, Control, Counts, Method, MethodError, Outcome, Point, Run, Save, Status, Work, drive};
use thalweg_problems::certificate::{Certificate, Certify};

/// The answer of a run. It always holds the best point; `status` says what is known about it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Solution<P, C> {
    /// The point.
    pub point: P,
    /// The objective there, recomputed.
    pub objective: f64,
    /// How the run ended.
    pub status: Status,
    /// A sentence on that.
    pub reason: String,
    /// Measures recomputed from problem and point alone.
    pub certificate: C,
    /// The tolerance that `converged` refers to.
    pub tolerance: f64,
    /// Steps.
    pub iterations: u64,
    /// Oracle calls.
    pub counts: Counts,
    /// Seconds over all legs.
    pub seconds: f64,
    /// What failed beside the run.
    pub warnings: Vec<String>,
}

/// Why there is no solution at all: invalid input.
pub type SolveError = MethodError;

/// How much looser than the tolerance asked `acceptable` is.
const ACCEPTABLE_FACTOR: f64 = 100.0;

/// How often a claim that the certificate does not support is answered by a tighter inner tolerance.
const MAX_TIGHTENINGS: u32 = 2;

/// Runs a method and certifies what it returns: `converged` only if the certificate, recomputed from the problem, holds at
/// `tolerance`. A claim that does not hold is followed by a run with a ten times tighter inner tolerance, at most twice.
///
/// # Errors
/// If the run cannot start.
pub fn solve<O, M>(
    problem: &O,
    method: &M,
    begin: Begin<Point<M, O>, M::Work>,
    tolerance: f64,
    mut control: Control<'_, M::Work>,
    save: &mut dyn Save<M::Work>,
) -> Result<Solution<Point<M, O>, O::Certificate>, SolveError>
where
    O: Certify<Point<M, O>> + ?Sized,
    M: Method<O> + Clone,
{
    let mut method = method.clone();
    if let Begin::Resume(_, run) = &begin {
        for _ in 0..run.tightenings {
            method = method.tightened().unwrap_or(method);
        }
    }
    let (mut begin, mut warnings) = (begin, Vec::new());
    loop {
        let mut outcome = drive(problem, &method, begin, &mut control, save)?;
        warnings.append(&mut outcome.warnings);
        let certificate = problem.certify(outcome.work.point());
        let refuted = outcome.status == Status::Converged && !certificate.holds(tolerance);
        if refuted
            && outcome.run.tightenings < MAX_TIGHTENINGS
            && let Some(tighter) = method.tightened()
        {
            method = tighter;
            outcome.run.tightenings += 1;
            outcome.run.verdict = None;
            begin = Begin::Resume(outcome.work, outcome.run);
            continue;
        }
        let (status, reason) = judge(&outcome, &certificate, tolerance);
        let Run { iteration, counts, seconds, .. } = outcome.run;
        return Ok(Solution {
            point: outcome.work.into_point(),
            objective: certificate.objective(),
            status,
            reason,
            certificate,
            tolerance,
            iterations: iteration,
            counts,
            seconds,
            warnings,
        });
    }
}

/// The status that the certificate supports, and a sentence.
fn judge<W: Work>(outcome: &Outcome<W>, certificate: &impl Certificate, tolerance: f64) -> (Status, String) {
    let holds = certificate.holds(tolerance);
    let claim = outcome.status;
    let unsupported = match claim {
        Status::Converged => !holds,
        // A proof of these needs a ray, which no certificate of a point can give.
        Status::Infeasible | Status::LocallyInfeasible | Status::Unbounded | Status::InfeasibleOrUnbounded => true,
        _ => false,
    };
    let mut status = if unsupported { Status::Stalled } else { claim };
    if status == Status::Stalled && holds {
        status = Status::Converged;
    } else if status == Status::Stalled && certificate.holds(ACCEPTABLE_FACTOR * tolerance) {
        status = Status::Acceptable;
    }
    let measures = || {
        let list: Vec<String> = certificate.measures().iter().map(|m| format!("{} {:.3e}", m.name, m.value)).collect();
        list.join(", ")
    };
    let reason = match status {
        Status::Converged => format!("the certificate holds at tolerance {tolerance:e}"),
        Status::Acceptable => {
            format!(
                "the certificate holds at {:e}, not at {tolerance:e}: {}",
                ACCEPTABLE_FACTOR * tolerance,
                measures()
            )
        }
        Status::Stalled if unsupported => {
            format!("the method claimed {claim}, the certificate does not support it: {}", measures())
        }
        Status::IterationLimit => format!("stopped after {} iterations: {}", outcome.run.iteration, measures()),
        Status::TimeLimit => format!("the time limit was reached: {}", measures()),
        Status::Interrupted => format!("stopped from outside: {}", measures()),
        Status::EvaluationError | Status::NumericalFailure => {
            outcome.failure.as_ref().map_or_else(|| "a step failed".to_owned(), ToString::to_string)
        }
        _ => outcome.run.reason.clone().unwrap_or_else(|| format!("no more progress: {}", measures())),
    };
    (status, reason)
}
