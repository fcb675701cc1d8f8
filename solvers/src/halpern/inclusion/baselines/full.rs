//! Methods that evaluate the whole operator.

use super::super::anchor::{Anchor, Answer};
use super::super::oracle::{Calls, MEASURES, report};
use super::super::{nonnegative, positive, solved};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thalweg_problems::inclusion::FiniteSumInclusion;

/// The iterate of a method that evaluates the whole operator, with `f = F(u)`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Iterate {
    /// Steps so far, k.
    pub k: u64,
    /// The start `u_0`, which anchored methods average with.
    pub anchor: Vec<f64>,
    /// The iterate.
    pub u: Vec<f64>,
    /// The operator there.
    pub f: Vec<f64>,
    /// What a scheme remembers: the operator at the iterate before, or at the start another iterate.
    pub memory: Vec<f64>,
    /// Scratch.
    pub a: Vec<f64>,
}

/// The operator and the resolvent, counted.
pub struct Oracles<'a, 'b, 'c>(&'a mut Calls<'b, 'c>);

impl std::fmt::Debug for Oracles<'_, '_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Oracles")
    }
}

impl Oracles<'_, '_, '_> {
    /// `out = F(u)`.
    pub fn full(&mut self, u: &[f64], out: &mut [f64]) {
        self.0.full(u, out);
    }
    /// `v = J(v)`.
    pub fn resolve(&mut self, step: f64, v: &mut [f64]) {
        self.0.resolve(step, v);
    }
}

/// One iteration of a method.
pub trait FullScheme: Clone + Serialize + DeserializeOwned + Send + Sync {
    /// The name in options and output.
    const NAME: &'static str;
    /// The step for an operator with this Lipschitz constant.
    fn default_step(&self, lipschitz: f64) -> f64;
    /// From `u_k` and `F(u_k)` to `u_(k+1)` and `F(u_(k+1))`.
    fn advance(&self, step: f64, it: &mut Iterate, oracles: &mut Oracles<'_, '_, '_>);
}

/// A method that evaluates the whole operator: a scheme and its step. One step of the method is one iteration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "S: Serialize + DeserializeOwned")]
pub struct FullOperator<S> {
    /// The iteration.
    pub scheme: S,
    /// The step. Default: that of the scheme, from the operator's Lipschitz constant.
    pub step: Option<f64>,
    /// Converged when the natural residual is at most this share of the start's.
    pub tolerance: f64,
}

impl<S: FullScheme> FullOperator<S> {
    /// The scheme with its default step and the tolerance 1e-6.
    pub fn new(scheme: S) -> Self {
        Self { scheme, step: None, tolerance: 1e-6 }
    }

    fn check(&self, problem: &FiniteSumInclusion<'_>, point: &[f64]) -> Result<(), MethodError> {
        problem.check_point(point)?;
        positive("step", self.step)?;
        nonnegative("tolerance", self.tolerance)
    }
}

/// The memory of [`FullOperator`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FullWork {
    it: Iterate,
    step: f64,
    answer: Answer,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for FullWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

impl FullWork {
    /// The iterate, which is not the answer where another one was better.
    pub fn iterate(&self) -> &Iterate {
        &self.it
    }
}

impl<'p, S: FullScheme> Method<FiniteSumInclusion<'p>> for FullOperator<S> {
    type Work = FullWork;

    fn name(&self) -> &'static str {
        S::NAME
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(&self, problem: &FiniteSumInclusion<'p>, point: Vec<f64>, run: &mut Run) -> Result<FullWork, MethodError> {
        self.check(problem, &point)?;
        let step = match (self.step, problem.operator().lipschitz()) {
            (Some(step), _) => step,
            (None, Some(lipschitz)) if lipschitz > 0.0 => self.scheme.default_step(lipschitz),
            (None, Some(_)) => 1.0,
            (None, None) => {
                let message = "the operator's Lipschitz constant is not known: give a step";
                return Err(MethodError::Numerical(message.to_owned()));
            }
        };
        let d = point.len();
        let mut it = Iterate {
            k: 0,
            anchor: Anchor::new(point.clone()).point,
            u: point.clone(),
            f: vec![0.0; d],
            memory: vec![0.0; d],
            a: vec![0.0; d],
        };
        let mut calls = Calls { problem, counts: &mut run.counts };
        calls.full(&it.u, &mut it.f);
        it.memory.copy_from_slice(&it.f);
        let mut scratch = vec![0.0; d];
        let found = calls.residuals(&it.u, &it.f, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        Ok(FullWork { it, step, answer: Answer::new(point, found.natural), scratch })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut FullWork) -> Result<(), MethodError> {
        self.check(problem, &work.it.u)?;
        let it = &work.it;
        for part in [&it.anchor, &it.f, &it.memory, &it.a, &work.answer.point] {
            problem.check_point(part)?;
        }
        work.scratch = vec![0.0; work.it.u.len()];
        Ok(())
    }

    fn step(&self, problem: &FiniteSumInclusion<'p>, work: &mut FullWork, run: &mut Run) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let mut calls = Calls { problem, counts: &mut run.counts };
        self.scheme.advance(work.step, &mut work.it, &mut Oracles(&mut calls));
        work.it.k += 1;
        let found = calls.residuals(&work.it.u, &work.it.f, &mut work.scratch);
        report(problem, run, found, f64::NAN)?;
        work.answer.offer(&work.it.u, found.natural);
        Ok(if solved(problem, &work.answer, self.tolerance) { Flow::Converged } else { Flow::Continue })
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a, S: FullScheme] FullOperator<S> => FiniteSumInclusion<'a>);
