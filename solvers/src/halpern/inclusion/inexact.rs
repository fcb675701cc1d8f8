//! Inexact Halpern iteration on a variance-reduced resolvent.

use super::anchor::{Anchor, Answer};
use super::draws::{Draws, Streams};
use super::forb::{Forb, ForbTask};
use super::oracle::{Calls, MEASURES, report};
use super::{choose_law, known_constant, nonnegative, positive, solved};
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::inclusion::{FiniteSumInclusion, Law};

/// When the resolvent is accurate enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accuracy {
    /// When its error, bounded by what a refresh knows, is at most this share of `|u_k - v|`.
    Share(f64),
    /// The same with the share `1 / (k + 2)^2`, with which the rate of the exact iteration is kept.
    Summable,
    /// After `share n log(k + 2)` iterations, whatever the error: the experiments of the paper, with 0.05.
    Iterations(f64),
}

/// Algorithm 2 of X. Cai, A. Alacaoglu, J. Diakonikolas (ICLR 2024) for operators that are monotone and Lipschitz on average:
/// Halpern iteration on the resolvent of `eta (F + G)`, which an inner loop solves by forward-reflected-backward steps with
/// variance reduction.
///
/// ```text
/// v_k     ~ J_(eta (F + G))(u_k)
/// u_(k+1) = u_0 / (k + 2) + (1 - 1 / (k + 2)) (2 v_k - u_k)        (reflected; the paper has v_k in the bracket)
/// ```
///
/// With exact resolvents `|F(v_k) + g| <= D / (eta (k + 1))`, in the paper's form `2 D / (eta (k + 1))`. The inner loop stops
/// by a rule it can compute: the inner operator is 1-strongly monotone, so that the residual of a refresh bounds its error.
///
/// One step of the method runs to the next refresh of the inner loop (with [`Accuracy::Iterations`], one outer iteration).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InexactHalpern {
    /// The outer step eta. Default `sqrt(n) / L`.
    pub step: Option<f64>,
    /// The factor gamma of the inner step `gamma sqrt(p (1 - p)) / (eta L + 1)`, below 1/2 in the proof. Default 4; halved
    /// for an outer iteration whose inner residual grows fourfold.
    pub gamma: f64,
    /// The inner step, instead of the one from gamma.
    pub inner_step: Option<f64>,
    /// Components drawn at once. Default 1; the probability p of a refresh is this over n.
    pub batch: usize,
    /// How components are drawn. Default: by importance where that makes L smaller by more than a factor of sqrt 2.
    pub law: Option<Law>,
    /// Default: a share of 0.3.
    pub accuracy: Accuracy,
    /// Reflects: twice the rate. Default: for an affine operator, since reflected points may lie outside the domain of G.
    pub reflect: Option<bool>,
    /// Sets a new anchor whenever `|u_k - v_k|` has halved. Default true.
    pub restart: bool,
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
    /// The seed. Default 0.
    pub seed: u64,
}

impl Default for InexactHalpern {
    fn default() -> Self {
        Self {
            step: None,
            gamma: 4.0,
            inner_step: None,
            batch: 1,
            law: None,
            accuracy: Accuracy::Share(0.3),
            reflect: None,
            restart: true,
            tolerance: 1e-6,
            seed: 0,
        }
    }
}

/// The memory of [`InexactHalpern`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InexactWork {
    u: Vec<f64>,
    anchor: Anchor,
    forb: Forb,
    /// Whether the inner loop is under way, with its iterations and its smallest residual.
    inside: bool,
    inner_iterations: u64,
    smallest: f64,
    gamma: f64,
    answer: Answer,
    streams: Streams,
    /// L and eta.
    lipschitz: f64,
    step: f64,
    #[serde(skip)]
    draws: Draws,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for InexactWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

/// How much an inner residual may grow before the inner step is halved.
const GROWTH: f64 = 4.0;

/// Inner iterations of an outer one at most, over n.
const INNER_LIMIT: u64 = 50;

impl InexactHalpern {
    fn law(&self, problem: &FiniteSumInclusion<'_>) -> Law {
        self.law.unwrap_or_else(|| choose_law(problem))
    }

    fn check(&self, problem: &FiniteSumInclusion<'_>, point: &[f64]) -> Result<(), MethodError> {
        problem.check_point(point)?;
        positive("step", self.step)?;
        positive("inner_step", self.inner_step)?;
        positive("gamma", Some(self.gamma))?;
        nonnegative("tolerance", self.tolerance)?;
        if let Accuracy::Share(share) | Accuracy::Iterations(share) = self.accuracy {
            positive("accuracy", Some(share))?;
        }
        Ok(())
    }

    /// The probability of a refresh; at most one half, so that one component alone leaves a step.
    fn refresh(&self, problem: &FiniteSumInclusion<'_>) -> f64 {
        (self.batch as f64 / problem.components() as f64).min(0.5)
    }

    fn inner_step(&self, refresh: f64, work: &InexactWork) -> f64 {
        let theory = (refresh * (1.0 - refresh)).sqrt() / (work.step * work.lipschitz + 1.0);
        self.inner_step.map_or(work.gamma * theory, |step| step * work.gamma / self.gamma)
    }

    /// Begins the inner loop at `u_k`.
    fn enter(work: &mut InexactWork, calls: &mut Calls<'_, '_>, gamma: f64) {
        work.forb.begin(&work.u, calls);
        (work.inside, work.inner_iterations, work.smallest, work.gamma) = (true, 0, f64::INFINITY, gamma);
    }

    /// The share of `|u_k - v|` that the inner residual must fall below.
    fn share(&self, k: u64) -> f64 {
        match self.accuracy {
            Accuracy::Share(share) => share,
            _ => 1.0 / ((k + 2) as f64).powi(2),
        }
    }

    /// `u_(k+1)` from `v_k`.
    fn halpern_step(&self, problem: &FiniteSumInclusion<'_>, work: &mut InexactWork) {
        let InexactWork { u, anchor, forb, scratch, .. } = work;
        work.inside = false;
        dense::scaled_add(1.0, u, -1.0, &forb.v, scratch);
        let moved = dense::nrm2(scratch);
        if anchor.residual.is_nan() {
            anchor.residual = moved;
        } else if self.restart && moved <= 0.5 * anchor.residual {
            anchor.restart(&forb.v, f64::NAN);
            u.copy_from_slice(&forb.v);
            anchor.residual = moved;
            return;
        }
        let lambda = anchor.weight(1.0, 2.0);
        if self.reflect.unwrap_or_else(|| problem.operator().is_affine()) {
            dense::axpby(2.0, &forb.v, -1.0, u);
        } else {
            u.copy_from_slice(&forb.v);
        }
        dense::axpby(lambda, &anchor.point, 1.0 - lambda, u);
        anchor.k += 1;
    }

    /// One outer iteration of a fixed number of inner ones; the residual is that of `u_k`, which the inner loop needs anyway.
    fn fixed_iterations(
        &self,
        share: f64,
        problem: &FiniteSumInclusion<'_>,
        work: &mut InexactWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        let mut calls = Calls { problem, counts: &mut run.counts };
        Self::enter(work, &mut calls, self.gamma);
        let found = calls.residuals(&work.u, &work.forb.fw, &mut work.scratch);
        report(problem, run, found, f64::NAN)?;
        work.answer.offer(&work.u, found.natural);
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let n = problem.components() as f64;
        let iterations = (share * n * ((work.anchor.k + 2) as f64).ln()).floor().max(1.0) as u64;
        run.counts.add(Oracle::Inner, iterations);
        let refresh = self.refresh(problem);
        let step = self.inner_step(refresh, work);
        let mut calls = Calls { problem, counts: &mut run.counts };
        let InexactWork { u, forb, draws, streams, .. } = work;
        let task = ForbTask { scale: work.step, pull: 1.0, centre: u, step, refresh };
        for _ in 0..iterations {
            let _ = forb.iterate(&task, &mut calls, draws, streams);
        }
        self.halpern_step(problem, work);
        Ok(Flow::Continue)
    }
}

impl<'p> Method<FiniteSumInclusion<'p>> for InexactHalpern {
    type Work = InexactWork;

    fn name(&self) -> &'static str {
        if self.restart { "inexact-halpern-restarted" } else { "inexact-halpern" }
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &FiniteSumInclusion<'p>,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<InexactWork, MethodError> {
        self.check(problem, &point)?;
        let mut calls = Calls { problem, counts: &mut run.counts };
        let lipschitz = known_constant(&mut calls, self.law(problem), &point, self.seed)?;
        let root = (problem.components() as f64).sqrt();
        let step = self.step.unwrap_or(if lipschitz > 0.0 { root / lipschitz } else { 1.0 });
        let mut forb = Forb::default();
        forb.begin(&point, &mut calls);
        let mut scratch = vec![0.0; point.len()];
        let found = calls.residuals(&point, &forb.fw, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        Ok(InexactWork {
            anchor: Anchor::new(point.clone()),
            answer: Answer::new(point.clone(), found.natural),
            u: point,
            forb,
            // The first inner loop has begun, except where a step is one outer iteration.
            inside: !matches!(self.accuracy, Accuracy::Iterations(_)),
            inner_iterations: 0,
            smallest: f64::INFINITY,
            gamma: self.gamma,
            streams: Streams::new(self.seed),
            lipschitz,
            step,
            draws: Draws::new(problem, self.law(problem), self.batch)?,
            scratch,
        })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut InexactWork) -> Result<(), MethodError> {
        self.check(problem, &work.u)?;
        for part in work.forb.parts().into_iter().chain([&work.anchor.point[..], &work.answer.point]) {
            problem.check_point(part)?;
        }
        work.draws = Draws::new(problem, self.law(problem), self.batch)?;
        work.scratch = vec![0.0; work.u.len()];
        Ok(())
    }

    fn step(
        &self,
        problem: &FiniteSumInclusion<'p>,
        work: &mut InexactWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        if let Accuracy::Iterations(share) = self.accuracy {
            return self.fixed_iterations(share, problem, work, run);
        }
        let refresh = self.refresh(problem);
        let mut calls = Calls { problem, counts: &mut run.counts };
        if !work.inside {
            Self::enter(work, &mut calls, self.gamma);
        }
        let step = self.inner_step(refresh, work);
        let InexactWork { u, forb, draws, streams, scratch, .. } = work;
        let task = ForbTask { scale: work.step, pull: 1.0, centre: u, step, refresh };
        let mut iterations = 1;
        while !forb.iterate(&task, &mut calls, draws, streams) {
            iterations += 1;
        }
        let (inner, operator) = forb.residuals(&task, scratch);
        let found = calls.residuals(&forb.v, &forb.fw, scratch);
        run.counts.add(Oracle::Inner, iterations);
        work.inner_iterations += iterations;

        let grew = inner > GROWTH * work.smallest || !found.natural.is_finite();
        if grew && work.gamma > self.gamma / 1024.0 {
            let (gamma, mut calls) = (work.gamma / 2.0, Calls { problem, counts: &mut run.counts });
            Self::enter(work, &mut calls, gamma);
            return Ok(Flow::Continue);
        }
        report(problem, run, found, operator)?;
        work.answer.offer(&work.forb.v, found.natural);
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        work.smallest = if inner < work.smallest { inner } else { work.smallest };
        dense::scaled_add(1.0, &work.u, -1.0, &work.forb.v, &mut work.scratch);
        let accurate = inner <= self.share(work.anchor.k) * dense::nrm2(&work.scratch);
        if accurate || work.inner_iterations >= INNER_LIMIT * problem.components() as u64 {
            self.halpern_step(problem, work);
        }
        Ok(Flow::Continue)
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] InexactHalpern => FiniteSumInclusion<'a>);
