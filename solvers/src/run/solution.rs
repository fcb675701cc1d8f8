//! From a claim to a certified solution.

use super::drive::Leg;
use super::{Begin, Control, Counts, Method, MethodError, Outcome, Point, Run, Save, Status, Work};
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
/// `tolerance`; then it is `converged` whatever stopped the run, a failed step excepted. A claim that does not hold is
/// followed by more steps of the method with a ten times tighter inner tolerance, at most twice.
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
    if tolerance.is_nan() || tolerance < 0.0 {
        return Err(MethodError::Option { name: "tolerance", value: tolerance, expected: "a number of at least 0" });
    }
    let mut method = method.clone();
    if let Begin::Resume(_, run) = &begin {
        for _ in 0..run.tightenings.min(MAX_TIGHTENINGS) {
            method = method.tightened().unwrap_or(method);
        }
    }
    let mut leg = Leg::begin(problem, &method, begin, &mut control)?;
    loop {
        let (claim, failure) = leg.advance(problem, &method, &mut control, save);
        let certificate = problem.certify(leg.work.point());
        let refuted = claim == Status::Converged && !certificate.holds(tolerance);
        if refuted
            && leg.run.tightenings < MAX_TIGHTENINGS
            && let Some(tighter) = method.tightened()
        {
            method = tighter;
            leg.run.tightenings += 1;
            (leg.run.verdict, leg.run.reason) = (None, None);
            continue;
        }
        let ended = Ended { claim, failure: failure.as_ref(), run: &leg.run, measures: method.measures() };
        let (status, reason) = ended.judge(&certificate, tolerance);
        let Outcome { work, mut run, warnings, .. } = leg.finish(status, failure, &mut control, save);
        run.notes.extend(warnings);
        return Ok(Solution {
            point: work.into_point(),
            objective: certificate.objective(),
            status,
            reason,
            certificate,
            tolerance,
            iterations: run.iteration,
            counts: run.counts,
            seconds: run.seconds,
            warnings: run.notes,
        });
    }
}

/// A run that has ended, before anybody has looked at its certificate.
struct Ended<'a> {
    claim: Status,
    failure: Option<&'a MethodError>,
    run: &'a Run,
    measures: &'a [&'static str],
}

impl Ended<'_> {
    /// The status that the certificate supports, and a sentence.
    fn judge(&self, certificate: &impl Certificate, tolerance: f64) -> (Status, String) {
        let (claim, run) = (self.claim, self.run);
        if let Some(failure) = self.failure {
            return (claim, format!("step {} failed: {failure}", run.iteration + 1));
        }
        let said = |default: &str| run.reason.clone().unwrap_or_else(|| default.to_owned());
        if claim == Status::Finished {
            return (claim, said("all that was asked is done"));
        }
        if certificate.holds(tolerance) {
            let of = if certificate.is_local() { " of a local minimum" } else { "" };
            let detail = match &run.reason {
                Some(reason) if claim == Status::Converged => format!(": {reason}"),
                _ => String::new(),
            };
            return (Status::Converged, format!("the certificate{of} holds at tolerance {tolerance:e}{detail}"));
        }
        let certified = numbers(certificate.measures().iter().map(|m| (m.name, m.value)));
        let stopped = match claim {
            Status::IterationLimit => {
                let plural = if run.iteration == 1 { "" } else { "s" };
                Some(format!("stopped after {} iteration{plural}", run.iteration))
            }
            Status::TimeLimit => Some("the time limit was reached".to_owned()),
            Status::EvaluationLimit => Some("the limit of evaluations was reached".to_owned()),
            Status::Interrupted => Some("stopped from outside".to_owned()),
            _ => None,
        };
        if let Some(stopped) = stopped {
            return (claim, format!("{stopped}: {certified}"));
        }
        let shown = match claim {
            Status::LocallyInfeasible => certificate.shows_local_infeasibility(tolerance),
            Status::Unbounded => certificate.shows_unboundedness(tolerance),
            _ => false,
        };
        if shown {
            return (claim, format!("{}: {certified}", said("the certificate shows it")));
        }
        // Other claims of infeasibility or unboundedness need a ray, which no certificate of a point can give.
        let why = if claim == Status::Stalled {
            said("no more progress")
        } else {
            let claimed = numbers(self.measures.iter().copied().zip(run.measures.iter().copied()));
            let again = match run.tightenings {
                0 => String::new(),
                n => format!(" with an inner tolerance made {n} times tighter by 10"),
            };
            format!("the method claimed {claim}{again} ({claimed}), which the certificate does not support")
        };
        let loose = ACCEPTABLE_FACTOR * tolerance;
        if certificate.holds(loose) {
            (
                Status::Acceptable,
                format!("the certificate holds at {loose:.2e}, not at {tolerance:e}: {certified}; {why}"),
            )
        } else {
            (Status::Stalled, format!("{why} at tolerance {tolerance:e}: {certified}"))
        }
    }
}

fn numbers(list: impl Iterator<Item = (&'static str, f64)>) -> String {
    let list: Vec<String> = list.map(|(name, value)| format!("{name} {value:.3e}")).collect();
    if list.is_empty() { "no measures".to_owned() } else { list.join(", ") }
}
