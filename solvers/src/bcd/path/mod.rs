//! Regularisation paths: the solutions for a descending grid of strengths, each one certified.
//!
//! A [`Family`] is a problem for every strength of a grid; [`Following`] solves one after the other, each from the solution
//! before (Friedman, Hastie, Tibshirani, *Regularization paths for generalized linear models via coordinate descent*,
//! J. Stat. Software 33, 2010). [`GlmPath`] is the family of a separable penalty, [`CrossValidation`] follows the paths of all
//! folds and of all data side by side.

mod certificate;
mod cross_validation;
mod folds;
mod glm_path;
mod grid;
mod held;

pub use certificate::PathCertificate;
pub(in crate::bcd) use cross_validation::split_weights;
pub use cross_validation::{CrossValidated, CrossValidation, CvWork, Fold, HeldOut, Split, Validated, split};
pub use folds::{Folds, assign_folds};
pub use glm_path::GlmPath;
pub(in crate::bcd) use glm_path::explained;
pub use grid::Grid;
pub use held::Held;

use crate::run::{Counts, Flow, Method, MethodError, Run, Status, Work};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The solution for one strength.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathPoint {
    /// The strength.
    pub lambda: f64,
    /// The numbers of the coefficients that are not 0, ascending, with their values. With several targets (or classes),
    /// coefficient j of target t has number `t p + j`.
    pub coefficients: Vec<(usize, f64)>,
    /// The intercepts, one for each target; 0 without.
    pub intercepts: Vec<f64>,
    /// How many coefficients (groups, rows) are active.
    pub active: usize,
    /// The objective.
    pub objective: f64,
    /// The share of the null model's deviance that the model explains, `1 - deviance / null deviance`.
    pub deviance_ratio: f64,
    /// The duality gap, recomputed from problem and point alone.
    pub duality_gap: f64,
    /// What decides on convergence: the gap relative to the null objective, or the relative violation.
    pub relative: f64,
    /// `converged`, `acceptable` or `stalled`.
    pub status: Status,
}

/// The solutions so far, in the order of the grid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// One for each strength.
    pub points: Vec<PathPoint>,
}

/// A method that a path uses at every strength: a record of options.
pub trait PointMethod: Clone + Serialize + Sync {}
impl<M: Clone + Serialize + Sync> PointMethod for M {}

/// A problem for every strength of a grid. `M` is the method that solves one of them.
pub trait Family<M>: Sync {
    /// The memory of the method.
    type Work: Serialize + DeserializeOwned + Send;
    /// The strengths, descending.
    fn lambdas(&self) -> &[f64];
    /// The deviance of the null model.
    fn null_deviance(&self) -> f64;
    /// Begins with strength k, from the solution of strength `k - 1` if there is one.
    ///
    /// # Errors
    /// If the method cannot start.
    fn begin(&self, k: usize, method: &M, last: Option<Self::Work>, run: &mut Run) -> Result<Self::Work, MethodError>;
    /// Rebuilds what a checkpoint does not keep.
    ///
    /// # Errors
    /// If the memory does not fit the problem.
    fn resume(&self, k: usize, method: &M, work: &mut Self::Work) -> Result<(), MethodError>;
    /// A step of the method.
    ///
    /// # Errors
    /// If it failed.
    fn step(&self, k: usize, method: &M, work: &mut Self::Work, run: &mut Run) -> Result<Flow, MethodError>;
    /// The method with an inner tolerance ten times tighter.
    fn tightened(&self, method: &M) -> Option<M>;
    /// The certificate of the method's present point (its `status` is `Converged` if it holds at `tolerance`), from problem
    /// and point alone; what it computed may be kept for the next begin.
    fn certify(&self, k: usize, tolerance: f64, work: &mut Self::Work, counts: &mut Counts) -> PathPoint;
    /// A fingerprint of all data of the problems.
    fn fingerprint(&self) -> u64;
}

/// Solves the problems of a [`Family`] one after the other, with warm starts. One step is a step of the method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Following<M> {
    /// The method for one strength.
    pub method: M,
    /// The tolerance of the certificates. Default 1e-6.
    pub tolerance: f64,
    /// Stop when the model explains more than this share of the null deviance. Default 0.999.
    pub enough_deviance: f64,
    /// Stop when the explained deviance grew by less than this share of itself over one strength, from the fifth on.
    /// Default 1e-5.
    pub least_change: f64,
    /// Stop when more coefficients (groups, rows) than this are active. Default none.
    pub most_active: Option<usize>,
}

impl<M: Default> Default for Following<M> {
    fn default() -> Self {
        Self { method: M::default(), tolerance: 1e-6, enough_deviance: 0.999, least_change: 1e-5, most_active: None }
    }
}

impl<M> Following<M> {
    /// The whole grid, whatever the models explain.
    #[must_use]
    pub fn to_the_end(self) -> Self {
        Self { enough_deviance: f64::INFINITY, least_change: f64::NEG_INFINITY, ..self }
    }
}

/// The memory of [`Following`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PathWork<W> {
    path: Path,
    /// The strength in progress, with the method's memory; none when the path has ended.
    inner: Option<W>,
    /// The method's bookkeeping.
    run: Run,
    tightenings: u32,
    /// Why the path ended before its grid.
    early: Option<String>,
}

impl<W> Work for PathWork<W> {
    type Point = Path;
    fn point(&self) -> &Path {
        &self.path
    }
    fn into_point(self) -> Path {
        self.path
    }
}

impl<W> PathWork<W> {
    /// Whether the path has ended.
    pub fn is_over(&self) -> bool {
        self.inner.is_none()
    }
}

/// How often a claim that the certificate does not support is answered by a tighter inner tolerance.
const MAX_TIGHTENINGS: u32 = 2;

/// How much looser than the tolerance asked `acceptable` is.
const ACCEPTABLE_FACTOR: f64 = 100.0;

/// Strengths before a small change of the deviance ends the path.
const LEAST_POINTS: usize = 5;

impl<M: Clone, F: Family<M> + ?Sized> Method<F> for Following<M> {
    type Work = PathWork<F::Work>;

    fn name(&self) -> &'static str {
        "path"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["points", "lambda", "deviance_ratio", "active", "relative_gap"]
    }

    /// Begins at the top of the grid, whatever the point.
    fn start(&self, family: &F, _: Path, run: &mut Run) -> Result<Self::Work, MethodError> {
        super::working_set::check_tolerance(self.tolerance)?;
        let mut inner_run = Run::new(super::evaluation::MEASURES.len());
        let inner = family.begin(0, &self.method, None, &mut inner_run)?;
        let work = PathWork { path: Path::default(), inner: Some(inner), run: inner_run, tightenings: 0, early: None };
        report(&work, run);
        Ok(work)
    }

    fn resume(&self, family: &F, work: &mut Self::Work) -> Result<(), MethodError> {
        let k = work.path.points.len();
        let Some(inner) = &mut work.inner else { return Ok(()) };
        if k >= family.lambdas().len() {
            return Err(MethodError::Numerical("the stored path is longer than the grid".to_owned()));
        }
        family.resume(k, &self.method, inner)
    }

    fn step(&self, family: &F, work: &mut Self::Work, run: &mut Run) -> Result<Flow, MethodError> {
        let k = work.path.points.len();
        let Some(mut inner) = work.inner.take() else { return Ok(self.verdict(work, run)) };
        let mut method = self.method.clone();
        for _ in 0..work.tightenings {
            method = family.tightened(&method).unwrap_or(method);
        }
        let flow = family.step(k, &method, &mut inner, &mut work.run)?;
        if flow == Flow::Continue {
            work.inner = Some(inner);
            report(work, run);
            return Ok(Flow::Continue);
        }
        let mut point = family.certify(k, self.tolerance, &mut inner, &mut work.run.counts);
        let certified = point.status == Status::Converged;
        if flow == Flow::Converged && !certified && work.tightenings < MAX_TIGHTENINGS {
            work.tightenings += 1;
            work.inner = Some(inner);
            report(work, run);
            return Ok(Flow::Continue);
        }
        if !certified {
            let loose = ACCEPTABLE_FACTOR * self.tolerance;
            point.status = if point.relative <= loose { Status::Acceptable } else { Status::Stalled };
        }
        work.early = self.early_end(&work.path, &point);
        work.path.points.push(point);
        work.tightenings = 0;
        if k + 1 == family.lambdas().len() || work.early.is_some() {
            report(work, run);
            return Ok(self.verdict(work, run));
        }
        work.inner = Some(family.begin(k + 1, &self.method, Some(inner), &mut work.run)?);
        report(work, run);
        Ok(Flow::Continue)
    }
}

impl<M> Following<M> {
    /// Whether the path is long enough with this point, and why.
    fn early_end(&self, path: &Path, point: &PathPoint) -> Option<String> {
        let at = path.points.len() + 1;
        if let Some(most) = self.most_active.filter(|most| point.active > *most) {
            return Some(format!("ended at strength {at}: {} active, {most} allowed", point.active));
        }
        if point.deviance_ratio > self.enough_deviance {
            return Some(format!("ended at strength {at}: {:.5} of the deviance explained", point.deviance_ratio));
        }
        let last = path.points.last()?;
        let change = point.deviance_ratio - last.deviance_ratio;
        (at >= LEAST_POINTS && change < self.least_change * point.deviance_ratio).then(|| {
            format!("ended at strength {at}: the explained deviance no longer grows ({:.5})", point.deviance_ratio)
        })
    }

    /// What the whole path comes to.
    fn verdict<W>(&self, work: &PathWork<W>, run: &mut Run) -> Flow {
        let bad = work.path.points.iter().filter(|p| p.status != Status::Converged);
        let (first, number) = (bad.clone().next(), bad.count());
        run.reason = match first {
            None => work.early.clone(),
            Some(p) => Some(format!(
                "{number} of {} points without certificate, first lambda {} with {:.3e}",
                work.path.points.len(),
                p.lambda,
                p.relative
            )),
        };
        if number == 0 { Flow::Converged } else { Flow::Stalled }
    }
}

fn report<W>(work: &PathWork<W>, run: &mut Run) {
    run.counts = work.run.counts;
    run.objective = work.run.objective;
    let last = work.path.points.last();
    let number = |f: fn(&PathPoint) -> f64| last.map_or(f64::NAN, f);
    run.measures.copy_from_slice(&[
        work.path.points.len() as f64,
        number(|p| p.lambda),
        number(|p| p.deviance_ratio),
        number(|p| p.active as f64),
        number(|p| p.relative),
    ]);
}

#[cfg(test)]
mod tests;
