//! The run layer with a scripted method and with the coordinate methods.

#[cfg(feature = "argmin")]
mod bridge;
mod checkpoints;
mod counting;
mod failures;
mod resume;
mod statuses;
mod trace;
#[cfg(feature = "argmin")]
mod unconstrained;

use super::{Flow, Method, MethodError, Observer, Oracle, Outcome, Run, Status, Trace, Work};
use crate::bcd::{CoordinateDescent, GlmWork, WorkingSet};
use serde::{Deserialize, Serialize};
use std::io;
use thalweg_problems::Design;
use thalweg_problems::certificate::{Certificate, Certify, Measure};
use thalweg_problems::datafit::{Datafit, Logistic, Quadratic};
use thalweg_problems::generate::gaussian::spiked_regression;
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::L1;

/// `f(x) = a x^2 / 2`.
#[derive(Clone, Copy, Debug)]
struct Bowl(f64);

#[derive(Clone, Copy, Debug)]
struct BowlCertificate {
    objective: f64,
    slope: f64,
}

impl Certificate for BowlCertificate {
    fn measures(&self) -> Vec<Measure> {
        vec![Measure { name: "slope", value: self.slope }]
    }
    fn holds(&self, tolerance: f64) -> bool {
        self.slope <= tolerance
    }
    fn objective(&self) -> f64 {
        self.objective
    }
    fn summary(&self, _: f64) -> String {
        format!("slope {}", self.slope)
    }
}

impl Certify<f64> for Bowl {
    type Certificate = BowlCertificate;
    fn certify(&self, x: &f64) -> BowlCertificate {
        BowlCertificate { objective: 0.5 * self.0 * x * x, slope: (self.0 * x).abs() }
    }
}

/// Gradient descent that takes its slope for `optimism` times smaller than it is, and follows a script.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Descent {
    rate: f64,
    tolerance: f64,
    optimism: f64,
    /// Whether a tighter tolerance is refused.
    rigid: bool,
    /// What happens in the step after so many.
    script: Vec<(u64, Event)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Event {
    EvaluationFails,
    ArithmeticFails,
    Claim(Status),
}

impl Default for Descent {
    fn default() -> Self {
        Self { rate: 0.5, tolerance: 1e-6, optimism: 1.0, rigid: false, script: Vec::new() }
    }
}

impl Descent {
    fn with(k: u64, event: Event) -> Self {
        Self { script: vec![(k, event)], ..Self::default() }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct DescentWork {
    x: f64,
    #[serde(skip)]
    trial: f64,
}

impl Work for DescentWork {
    type Point = f64;
    fn point(&self) -> &f64 {
        &self.x
    }
    fn into_point(self) -> f64 {
        self.x
    }
}

impl Method<Bowl> for Descent {
    type Work = DescentWork;

    fn name(&self) -> &'static str {
        "descent"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["slope"]
    }

    fn start(&self, bowl: &Bowl, x: f64, run: &mut Run) -> Result<DescentWork, MethodError> {
        if self.rate.is_nan() {
            return Err(MethodError::Option { name: "rate", value: self.rate, expected: "a number" });
        }
        run.objective = 0.5 * bowl.0 * x * x;
        run.counts.add(Oracle::Objective, 1);
        Ok(DescentWork { x, trial: 0.0 })
    }

    fn resume(&self, _: &Bowl, _: &mut DescentWork) -> Result<(), MethodError> {
        Ok(())
    }

    fn step(&self, bowl: &Bowl, work: &mut DescentWork, run: &mut Run) -> Result<Flow, MethodError> {
        work.trial = work.x - self.rate * bowl.0 * work.x;
        run.counts.add(Oracle::Gradient, 1);
        let event = self.script.iter().find(|(k, _)| *k == run.iteration).map(|(_, event)| event);
        match event {
            Some(Event::EvaluationFails) => return Err(MethodError::Evaluation("log of -1 in term 3".to_owned())),
            Some(Event::ArithmeticFails) => return Err(MethodError::Numerical("the pivot is 0".to_owned())),
            _ => {}
        }
        work.x = work.trial;
        run.objective = 0.5 * bowl.0 * work.x * work.x;
        run.counts.add(Oracle::Objective, 1);
        run.measures[0] = (bowl.0 * work.x).abs() / self.optimism;
        Ok(match event {
            Some(Event::Claim(status)) => flow(*status),
            _ if run.measures[0] <= self.tolerance => Flow::Converged,
            _ => Flow::Continue,
        })
    }

    fn tightened(&self) -> Option<Self> {
        (!self.rigid).then(|| Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

fn flow(status: Status) -> Flow {
    match status {
        Status::Converged => Flow::Converged,
        Status::Finished => Flow::Finished,
        Status::Stalled => Flow::Stalled,
        Status::Infeasible => Flow::Infeasible,
        Status::LocallyInfeasible => Flow::LocallyInfeasible,
        Status::Unbounded => Flow::Unbounded,
        Status::InfeasibleOrUnbounded => Flow::InfeasibleOrUnbounded,
        other => panic!("no method claims {other}"),
    }
}

/// A small problem for the coordinate methods.
struct Instance {
    design: Design,
    loss: Box<dyn Datafit>,
    penalty: L1,
    intercept: bool,
}

impl Instance {
    fn lasso() -> Self {
        let data = spiked_regression(30, 60, 6, 1).unwrap();
        let loss = Box::new(Quadratic::new(data.targets).unwrap());
        Self { design: data.design, loss, penalty: L1::new(8.0).unwrap(), intercept: false }
    }

    fn logistic() -> Self {
        let data = spiked_regression(30, 60, 6, 2).unwrap();
        let labels: Vec<f64> = data.targets.iter().map(|&y| if y > 0.5 { 1.0 } else { 0.0 }).collect();
        let loss = Box::new(Logistic::from_labels(&labels).unwrap());
        Self { design: data.design, loss, penalty: L1::new(0.7).unwrap(), intercept: true }
    }

    fn problem(&self) -> Glm<'_, L1> {
        Glm::new(&self.design, self.loss.as_ref(), &self.penalty).unwrap().with_intercept(self.intercept)
    }
}

/// A coordinate method.
trait GlmMethod: for<'p> Method<Glm<'p, L1>, Work = GlmWork> + Clone + Serialize {}
impl<M: for<'p> Method<Glm<'p, L1>, Work = GlmWork> + Clone + Serialize> GlmMethod for M {}

fn working_set() -> WorkingSet {
    WorkingSet { tolerance: 1e-8, first_size: 2, ..WorkingSet::default() }
}

fn coordinate_descent() -> CoordinateDescent {
    CoordinateDescent { tolerance: 1e-8 }
}

fn bits(point: &GlmPoint) -> Vec<u64> {
    point.coefficients.iter().chain([&point.intercept]).map(|x| x.to_bits()).collect()
}

/// The columns and rows of a trace, seconds left out.
fn rows(trace: &Trace) -> (Vec<String>, Vec<Vec<u64>>) {
    let (mut names, table) = trace.table();
    assert_eq!(names.remove(1), "seconds");
    let numbers = |mut row: Vec<f64>| {
        row.remove(1);
        row.iter().map(|x| x.to_bits()).collect()
    };
    (names, table.into_iter().map(numbers).collect())
}

/// Both ended at the same bits of everything but the time.
fn assert_same(a: &Outcome<GlmWork>, b: &Outcome<GlmWork>) {
    assert_eq!(bits(a.work.point()), bits(b.work.point()));
    assert_eq!(a.status, b.status);
    let seconds = |run: &Run| Run { seconds: 0.0, ..run.clone() };
    // Shown shortest, numbers agree only if their bits do.
    assert_eq!(format!("{:?}", seconds(&a.run)), format!("{:?}", seconds(&b.run)));
}

/// Calls a closure after every step (and before the first, with iteration 0).
struct Each<F>(F);

impl<W: Work, F: FnMut(&Run) -> io::Result<()>> Observer<W> for Each<F> {
    fn started(&mut self, _: &str, _: &'static [&'static str], run: &Run) -> io::Result<()> {
        if run.iteration == 0 { (self.0)(run) } else { Ok(()) }
    }
    fn stepped(&mut self, run: &Run, _: &W) -> io::Result<()> {
        (self.0)(run)
    }
}
