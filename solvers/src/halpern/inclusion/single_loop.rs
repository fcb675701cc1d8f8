//! Single-loop variance-reduced Halpern iteration, plain and restarted.

use super::anchor::{Anchor, Answer};
use super::draws::{Draws, Streams};
use super::guard::Guard;
use super::lazy::{Clocks, Lazy};
use super::oracle::{Calls, MEASURES, operator_residual, report};
use super::recursive::{Recursive, refresh_probability};
use super::step_size::{Secant, probe};
use super::{choose_law, nonnegative, positive, solved};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::inclusion::{FiniteSumInclusion, Law};

/// Algorithm 1 of X. Cai, A. Alacaoglu, J. Diakonikolas (*Variance Reduced Halpern Iteration for Finite-Sum Monotone
/// Inclusions*, ICLR 2024) for operators that are cocoercive on average:
///
/// ```text
/// F_k     = F(u_k) with probability p_k, otherwise F_(k-1) + mean over a batch of F_i(u_k) - F_i(u_(k-1))
/// u_(k+1) = J(u_0 / (k/2 + 2) + (1 - 1 / (k/2 + 2)) u_k - step F_k)
/// ```
///
/// With `step <= 1/(4 L)` the residual is at most about `16 L D / (k + 4)` in root mean square, D being the distance of the
/// start to a solution, after O(n log n + sqrt(n) L D / epsilon) component calls.
///
/// One step of the method runs to the next refresh, where the residual is known exactly without another call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SingleLoop {
    /// The step. Default `1 / (4 L)`; with backtracking where L is not known.
    pub step: Option<f64>,
    /// The batch. Default `sqrt(n)`, rounded up.
    pub batch: Option<usize>,
    /// How components are drawn. Default: by importance where that makes L smaller by more than a factor of sqrt 2.
    pub law: Option<Law>,
    /// Sets a new anchor whenever the residual has halved, or rises after it has fallen by a fifth. Default true.
    pub restart: bool,
    /// Runs on operators that are not known to be cocoercive, where there is no guarantee. Default false.
    pub assume_cocoercive: bool,
    /// Where there is no guarantee: the run ends as stalled if the residual exceeds ten times that of the anchor, or has not
    /// fallen over 20 refreshes. Default true.
    pub guard: bool,
    /// Touches only the coordinates of the drawn components, where these are sparse and `G = 0`. Default: where possible.
    pub lazy: bool,
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
    /// The seed. Default 0.
    pub seed: u64,
}

impl Default for SingleLoop {
    fn default() -> Self {
        Self {
            step: None,
            batch: None,
            law: None,
            restart: true,
            assume_cocoercive: false,
            guard: true,
            lazy: true,
            tolerance: 1e-6,
            seed: 0,
        }
    }
}

/// The memory of [`SingleLoop`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SingleLoopWork {
    u: Vec<f64>,
    previous: Vec<f64>,
    estimate: Recursive,
    pub(super) anchor: Anchor,
    /// The operator residual of the refresh before.
    last_residual: f64,
    guard: Guard,
    answer: Answer,
    streams: Streams,
    step: f64,
    secant: Option<Secant>,
    /// Where steps are lazy.
    clocks: Option<Clocks>,
    #[serde(skip)]
    draws: Draws,
    #[serde(skip)]
    v: Vec<f64>,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for SingleLoopWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

impl SingleLoopWork {
    /// Whether steps touch only the coordinates of the drawn components.
    pub fn is_lazy(&self) -> bool {
        self.clocks.is_some()
    }
}

impl SingleLoop {
    fn law(&self, problem: &FiniteSumInclusion<'_>) -> Law {
        self.law.unwrap_or_else(|| choose_law(problem))
    }

    fn batch(&self, problem: &FiniteSumInclusion<'_>) -> usize {
        self.batch.unwrap_or_else(|| (problem.components() as f64).sqrt().ceil() as usize)
    }

    /// `1 / (4 L)`: every constant of the proof is then at most 1. With replacement and few components a little less.
    fn theory_step(&self, problem: &FiniteSumInclusion<'_>, lipschitz: f64) -> f64 {
        let replaced = self.law(problem) == Law::Importance;
        let factor = if replaced && problem.components() < 5 { 4.2 } else { 4.0 };
        if lipschitz > 0.0 { 1.0 / (factor * lipschitz) } else { 1.0 }
    }

    fn check(&self, problem: &FiniteSumInclusion<'_>, point: &[f64]) -> Result<(), MethodError> {
        problem.check_point(point)?;
        positive("step", self.step)?;
        nonnegative("tolerance", self.tolerance)?;
        let n = problem.components();
        if let Some(b) = self.batch.filter(|b| !(1..=n).contains(b)) {
            let expected = "a number from 1 to the number of components";
            return Err(MethodError::Option { name: "batch", value: b as f64, expected });
        }
        if problem.operator().is_cocoercive() || self.assume_cocoercive {
            return Ok(());
        }
        let message = "single-loop Halpern iteration has no guarantee for an operator that is not cocoercive; take the \
                       inexact one, or set assume_cocoercive";
        Err(MethodError::Numerical(message.to_owned()))
    }

    /// `u_(k+1) = J(lambda_k u_0 + (1 - lambda_k) u_k - step F_k)`.
    fn halpern_step(work: &mut SingleLoopWork, calls: &mut Calls<'_, '_>) {
        let lambda = work.anchor.weight(2.0, 4.0);
        work.anchor.blend(lambda, &work.u, &mut work.v);
        dense::axpy(-work.step, &work.estimate.value, &mut work.v);
        std::mem::swap(&mut work.u, &mut work.previous);
        work.u.copy_from_slice(&work.v);
        calls.resolve(work.step, &mut work.u);
        work.anchor.k += 1;
    }

    fn is_lazy(&self, problem: &FiniteSumInclusion<'_>) -> bool {
        self.lazy && problem.operator().is_sparse() && problem.resolvent().is_zero()
    }

    /// Steps up to the next refresh, each at the cost of the entries of its components.
    fn lazy_steps(&self, work: &mut SingleLoopWork, calls: &mut Calls<'_, '_>, probability: impl Fn(u64) -> f64) {
        let SingleLoopWork { u, previous, estimate, anchor, clocks, streams, draws, v, step, .. } = work;
        let Some(clocks) = clocks else { return };
        // What was said of step 0 may be any anchor's.
        if anchor.k == 0 {
            clocks.set(0);
        }
        let operator = calls.problem.operator();
        loop {
            anchor.k += 1;
            let p = probability(anchor.k);
            if p >= 1.0 || streams.refreshes.uniform() < p {
                break;
            }
            draws.draw(&mut streams.components);
            for part in 0..operator.parts().len() {
                for pick in draws.picks(part, 1.0) {
                    let (k, value) = (anchor.k, &estimate.value);
                    let mut lazy = Lazy { u, previous, anchor: &anchor.point, estimate: value, step: *step };
                    operator.visit_support(part, pick.index, &mut |j| clocks.touch(j, k, &mut lazy));
                }
            }
            calls.add_difference(draws, 1.0, u, previous, &mut estimate.value);
        }
        let mut lazy = Lazy { u, previous, anchor: &anchor.point, estimate: &estimate.value, step: *step };
        clocks.touch_all(anchor.k, &mut lazy);
        v.copy_from_slice(u);
        calls.full(u, &mut estimate.value);
    }

    /// At a refresh: measures, and perhaps a new anchor, or a shorter step.
    fn measure(
        &self,
        problem: &FiniteSumInclusion<'_>,
        work: &mut SingleLoopWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        let mut calls = Calls { problem, counts: &mut run.counts };
        let found = calls.residuals(&work.u, &work.estimate.value, &mut work.scratch);
        let residual = operator_residual(&work.estimate.value, &work.v, &work.u, work.step, &mut work.scratch);
        report(problem, run, found, residual)?;
        work.answer.offer(&work.u, found.natural);
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        if work.secant.as_mut().is_some_and(|s| s.refuses(work.step, &work.u, &work.estimate.value)) {
            work.step /= 2.0;
            work.anchor.restart(&work.u, f64::NAN);
            return Ok(Flow::Continue);
        }
        if work.anchor.residual.is_nan() {
            work.anchor.residual = residual;
        }
        if self.guard
            && !problem.operator().is_cocoercive()
            && let Some(reason) = work.guard.refuses(residual, work.anchor.residual)
        {
            run.reason = Some(reason);
            return Ok(Flow::Stalled);
        }
        let halved = residual <= 0.5 * work.anchor.residual;
        let turned = residual <= 0.8 * work.anchor.residual && residual > work.last_residual;
        work.last_residual = residual;
        if self.restart && work.anchor.k >= 3 && (halved || turned) {
            // The estimate is exact here: the restart is clean.
            work.anchor.restart(&work.u, residual);
        }
        Ok(Flow::Continue)
    }
}

impl<'p> Method<FiniteSumInclusion<'p>> for SingleLoop {
    type Work = SingleLoopWork;

    fn name(&self) -> &'static str {
        if self.restart { "vr-halpern-restarted" } else { "vr-halpern" }
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &FiniteSumInclusion<'p>,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<SingleLoopWork, MethodError> {
        self.check(problem, &point)?;
        let d = point.len();
        let mut calls = Calls { problem, counts: &mut run.counts };
        let mut value = vec![0.0; d];
        calls.full(&point, &mut value);
        let known = problem.operator().lipschitz_on_average(self.law(problem));
        let (step, backtracks) = match (self.step, known) {
            (Some(step), _) => (step, false),
            (None, Some(lipschitz)) => (self.theory_step(problem, lipschitz), false),
            (None, None) => {
                let lipschitz = probe(&mut calls, self.law(problem), &point, self.seed)?;
                (self.theory_step(problem, lipschitz), true)
            }
        };
        let mut scratch = vec![0.0; d];
        let found = calls.residuals(&point, &value, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        Ok(SingleLoopWork {
            previous: point.clone(),
            anchor: Anchor::new(point.clone()),
            answer: Answer::new(point.clone(), found.natural),
            last_residual: f64::INFINITY,
            guard: Guard::default(),
            streams: Streams::new(self.seed),
            step,
            secant: backtracks.then(|| Secant::new(&point, &value)),
            clocks: self.is_lazy(problem).then(|| Clocks::new(d)),
            draws: Draws::new(problem, self.law(problem), self.batch(problem))?,
            v: vec![0.0; d],
            scratch,
            estimate: Recursive { value },
            u: point,
        })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut SingleLoopWork) -> Result<(), MethodError> {
        self.check(problem, &work.u)?;
        for part in [&work.previous, &work.estimate.value, &work.anchor.point, &work.answer.point] {
            problem.check_point(part)?;
        }
        if work.clocks.as_ref().map_or(0, Clocks::len) != if self.is_lazy(problem) { work.u.len() } else { 0 } {
            return Err(MethodError::Numerical("the stored memory does not fit the problem".to_owned()));
        }
        work.draws = Draws::new(problem, self.law(problem), self.batch(problem))?;
        (work.v, work.scratch) = (vec![0.0; work.u.len()], vec![0.0; work.u.len()]);
        Ok(())
    }

    fn step(
        &self,
        problem: &FiniteSumInclusion<'p>,
        work: &mut SingleLoopWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let n = problem.components();
        // A batch of everything is a refresh.
        let always = self.batch(problem) >= n;
        let mut calls = Calls { problem, counts: &mut run.counts };
        if work.clocks.is_some() {
            let probability = |k| if always { 1.0 } else { refresh_probability(k, n) };
            self.lazy_steps(work, &mut calls, probability);
            return self.measure(problem, work, run);
        }
        loop {
            Self::halpern_step(work, &mut calls);
            let probability = if always { 1.0 } else { refresh_probability(work.anchor.k, n) };
            let SingleLoopWork { estimate, draws, streams, u, previous, .. } = work;
            if estimate.update(probability, &mut calls, (draws, streams), u, previous) {
                return self.measure(problem, work, run);
            }
        }
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] SingleLoop => FiniteSumInclusion<'a>);
