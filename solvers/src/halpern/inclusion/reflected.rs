//! Variance-reduced forward-reflected-backward iteration on the problem itself.

use super::anchor::Answer;
use super::draws::{Draws, Streams};
use super::forb::{Forb, ForbTask};
use super::oracle::{Calls, MEASURES, report};
use super::{choose_law, known_constant, nonnegative, positive, solved};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_problems::inclusion::{FiniteSumInclusion, Law};

/// The inner loop of [`InexactHalpern`](super::InexactHalpern) on the problem itself (A. Alacaoglu, Y. Malitsky, V. Cevher,
/// COAP 2021). Where `F + G` is mu-strongly monotone it converges linearly, after
/// `O((n + sqrt(n) L / mu) log(1 / epsilon))` component calls; on merely monotone problems it is a baseline.
///
/// One step of the method runs to the next refresh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForwardReflectedBackward {
    /// The step. Default `gamma sqrt(p (1 - p)) / L` with the probability p = batch / n of a refresh.
    pub step: Option<f64>,
    /// The factor gamma, below 1/2 in the proof. Default 0.495.
    pub gamma: f64,
    /// Components drawn at once. Default 1.
    pub batch: usize,
    /// How components are drawn. Default: by importance where that makes L smaller by more than a factor of sqrt 2.
    pub law: Option<Law>,
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
    /// The seed. Default 0.
    pub seed: u64,
}

impl Default for ForwardReflectedBackward {
    fn default() -> Self {
        Self { step: None, gamma: 0.495, batch: 1, law: None, tolerance: 1e-6, seed: 0 }
    }
}

/// The memory of [`ForwardReflectedBackward`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReflectedWork {
    forb: Forb,
    answer: Answer,
    streams: Streams,
    step: f64,
    #[serde(skip)]
    draws: Draws,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for ReflectedWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

impl ForwardReflectedBackward {
    fn law(&self, problem: &FiniteSumInclusion<'_>) -> Law {
        self.law.unwrap_or_else(|| choose_law(problem))
    }

    fn refresh(&self, problem: &FiniteSumInclusion<'_>) -> f64 {
        (self.batch as f64 / problem.components() as f64).min(0.5)
    }

    fn check(&self, problem: &FiniteSumInclusion<'_>, point: &[f64]) -> Result<(), MethodError> {
        problem.check_point(point)?;
        positive("step", self.step)?;
        positive("gamma", Some(self.gamma))?;
        nonnegative("tolerance", self.tolerance)
    }
}

impl<'p> Method<FiniteSumInclusion<'p>> for ForwardReflectedBackward {
    type Work = ReflectedWork;

    fn name(&self) -> &'static str {
        "vr-forb"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &FiniteSumInclusion<'p>,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<ReflectedWork, MethodError> {
        self.check(problem, &point)?;
        let mut calls = Calls { problem, counts: &mut run.counts };
        let p = self.refresh(problem);
        let step = match self.step {
            Some(step) => step,
            None => {
                let lipschitz = known_constant(&mut calls, self.law(problem), &point, self.seed)?;
                if lipschitz > 0.0 { self.gamma * (p * (1.0 - p)).sqrt() / lipschitz } else { 1.0 }
            }
        };
        let mut forb = Forb::default();
        forb.begin(&point, &mut calls);
        let mut scratch = vec![0.0; point.len()];
        let found = calls.residuals(&point, &forb.fw, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        Ok(ReflectedWork {
            forb,
            answer: Answer::new(point, found.natural),
            streams: Streams::new(self.seed),
            step,
            draws: Draws::new(problem, self.law(problem), self.batch)?,
            scratch,
        })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut ReflectedWork) -> Result<(), MethodError> {
        self.check(problem, &work.answer.point)?;
        for part in work.forb.parts() {
            problem.check_point(part)?;
        }
        work.draws = Draws::new(problem, self.law(problem), self.batch)?;
        work.scratch = vec![0.0; work.answer.point.len()];
        Ok(())
    }

    fn step(
        &self,
        problem: &FiniteSumInclusion<'p>,
        work: &mut ReflectedWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let mut calls = Calls { problem, counts: &mut run.counts };
        let ReflectedWork { forb, draws, streams, scratch, .. } = work;
        let task = ForbTask { scale: 1.0, pull: 0.0, centre: &[], step: work.step, refresh: self.refresh(problem) };
        while !forb.iterate(&task, &mut calls, draws, streams) {}
        let found = calls.residuals(&forb.v, &forb.fw, scratch);
        let (_, operator) = forb.residuals(&task, scratch);
        report(problem, run, found, operator)?;
        work.answer.offer(&work.forb.v, found.natural);
        Ok(if solved(problem, &work.answer, self.tolerance) { Flow::Converged } else { Flow::Continue })
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] ForwardReflectedBackward => FiniteSumInclusion<'a>);
