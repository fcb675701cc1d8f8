//! Methods that take differences of components to a snapshot.

use super::super::anchor::Answer;
use super::super::draws::{Draws, Streams};
use super::super::oracle::{Calls, MEASURES, report};
use super::super::{choose_law, known_constant, nonnegative, positive, solved};
use crate::run::{Flow, Method, MethodError, Run, Work};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thalweg_problems::inclusion::{FiniteSumInclusion, Law};

/// The vectors of a snapshot method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vectors {
    /// The iterate.
    pub u: Vec<f64>,
    /// The snapshot w.
    pub w: Vec<f64>,
    /// `F(w)`.
    pub fw: Vec<f64>,
    /// Scratch.
    pub a: Vec<f64>,
    /// Scratch.
    pub b: Vec<f64>,
}

/// The oracles of an iteration, counted.
pub struct Sampled<'a, 'b, 'c> {
    calls: &'a mut Calls<'b, 'c>,
    draws: &'a mut Draws,
    streams: &'a mut Streams,
}

impl Sampled<'_, '_, '_> {
    /// Draws components.
    pub fn draw(&mut self) {
        self.draws.draw(&mut self.streams.components);
    }
    /// `out += scale (F_i(u) - F_i(w))` for the drawn components.
    pub fn add_difference(&mut self, scale: f64, u: &[f64], w: &[f64], out: &mut [f64]) {
        self.calls.add_difference(self.draws, scale, u, w, out);
    }
    /// `v = J(v)`.
    pub fn resolve(&mut self, step: f64, v: &mut [f64]) {
        self.calls.resolve(step, v);
    }
}

impl std::fmt::Debug for Sampled<'_, '_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sampled")
    }
}

/// One iteration of a method with snapshots.
pub trait SnapshotScheme: Clone + Serialize + DeserializeOwned + Send + Sync {
    /// The name in options and output.
    const NAME: &'static str;
    /// The step for a constant L on average and a probability p of a new snapshot.
    fn default_step(&self, lipschitz: f64, refresh: f64) -> f64;
    /// The probability of a new snapshot for n components.
    fn default_refresh(&self, n: f64) -> f64 {
        1.0 / n
    }
    /// The next iterate.
    fn iterate(&self, step: f64, refresh: f64, vectors: &mut Vectors, oracles: &mut Sampled<'_, '_, '_>);
}

/// A method with snapshots: a scheme, its step, the probability of a new snapshot after an iteration. One step of the method
/// runs to the next snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "S: Serialize + DeserializeOwned")]
pub struct Snapshots<S> {
    /// The iteration.
    pub scheme: S,
    /// The step. Default: that of the scheme.
    pub step: Option<f64>,
    /// The probability of a new snapshot. Default: that of the scheme.
    pub refresh: Option<f64>,
    /// How components are drawn. Default: by importance where that makes L smaller by more than a factor of sqrt 2.
    pub law: Option<Law>,
    /// Converged when the natural residual is at most this share of the start's.
    pub tolerance: f64,
    /// The seed.
    pub seed: u64,
}

impl<S: SnapshotScheme> Snapshots<S> {
    /// The scheme with its defaults, the tolerance 1e-6, the seed 0.
    pub fn new(scheme: S) -> Self {
        Self { scheme, step: None, refresh: None, law: None, tolerance: 1e-6, seed: 0 }
    }

    fn law(&self, problem: &FiniteSumInclusion<'_>) -> Law {
        self.law.unwrap_or_else(|| choose_law(problem))
    }

    fn refresh(&self, problem: &FiniteSumInclusion<'_>) -> f64 {
        self.refresh.unwrap_or_else(|| self.scheme.default_refresh(problem.components() as f64).min(0.5))
    }

    fn check(&self, problem: &FiniteSumInclusion<'_>, point: &[f64]) -> Result<(), MethodError> {
        problem.check_point(point)?;
        positive("step", self.step)?;
        if let Some(value) = self.refresh.filter(|p| !(*p > 0.0 && *p <= 1.0)) {
            return Err(MethodError::Option { name: "refresh", value, expected: "a probability above 0" });
        }
        nonnegative("tolerance", self.tolerance)
    }
}

/// The memory of [`Snapshots`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotWork {
    vectors: Vectors,
    step: f64,
    answer: Answer,
    streams: Streams,
    #[serde(skip)]
    draws: Draws,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for SnapshotWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

impl<'p, S: SnapshotScheme> Method<FiniteSumInclusion<'p>> for Snapshots<S> {
    type Work = SnapshotWork;

    fn name(&self) -> &'static str {
        S::NAME
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &FiniteSumInclusion<'p>,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<SnapshotWork, MethodError> {
        self.check(problem, &point)?;
        let mut calls = Calls { problem, counts: &mut run.counts };
        let step = match self.step {
            Some(step) => step,
            None => {
                let lipschitz = known_constant(&mut calls, self.law(problem), &point, self.seed)?;
                if lipschitz > 0.0 { self.scheme.default_step(lipschitz, self.refresh(problem)) } else { 1.0 }
            }
        };
        let d = point.len();
        let mut fw = vec![0.0; d];
        calls.full(&point, &mut fw);
        let mut scratch = vec![0.0; d];
        let found = calls.residuals(&point, &fw, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        let vectors = Vectors { u: point.clone(), w: point.clone(), fw, a: vec![0.0; d], b: vec![0.0; d] };
        Ok(SnapshotWork {
            vectors,
            step,
            answer: Answer::new(point, found.natural),
            streams: Streams::new(self.seed),
            draws: Draws::new(problem, self.law(problem), 1)?,
            scratch,
        })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut SnapshotWork) -> Result<(), MethodError> {
        self.check(problem, &work.answer.point)?;
        let v = &work.vectors;
        for part in [&v.u, &v.w, &v.fw, &v.a, &v.b] {
            problem.check_point(part)?;
        }
        work.draws = Draws::new(problem, self.law(problem), 1)?;
        work.scratch = vec![0.0; work.answer.point.len()];
        Ok(())
    }

    fn step(
        &self,
        problem: &FiniteSumInclusion<'p>,
        work: &mut SnapshotWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let p = self.refresh(problem);
        let mut calls = Calls { problem, counts: &mut run.counts };
        let SnapshotWork { vectors, draws, streams, scratch, .. } = work;
        loop {
            let mut oracles = Sampled { calls: &mut calls, draws: &mut *draws, streams: &mut *streams };
            self.scheme.iterate(work.step, p, vectors, &mut oracles);
            if streams.refreshes.uniform() < p {
                break;
            }
        }
        vectors.w.copy_from_slice(&vectors.u);
        calls.full(&vectors.w, &mut vectors.fw);
        let found = calls.residuals(&vectors.w, &vectors.fw, scratch);
        report(problem, run, found, f64::NAN)?;
        work.answer.offer(&work.vectors.w, found.natural);
        Ok(if solved(problem, &work.answer, self.tolerance) { Flow::Converged } else { Flow::Continue })
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a, S: SnapshotScheme] Snapshots<S> => FiniteSumInclusion<'a>);
