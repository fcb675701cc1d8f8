//! K-fold cross-validation of a path.

use super::{Family, Folds, Following, Path, PathPoint, PathWork};
use crate::run::{Counts, Flow, Method, MethodError, Oracle, Run, Work};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thalweg_problems::ProblemError;
use thalweg_problems::datafit::{Datafit, VectorDatafit};

/// The mean deviance per unit of weight that the held-out rows have under a point of the fold's path.
pub type HeldOut<'a> = Box<dyn Fn(&PathPoint) -> f64 + Sync + Send + 'a>;

/// One fold: the path of the rows that are not held out, and the judge of the others.
pub struct Fold<'a, F> {
    /// The family on the training rows, with the strengths of the full one scaled to their share of the weight.
    pub family: F,
    /// The judge.
    pub held_out: HeldOut<'a>,
    /// The weight of the held-out rows.
    pub weight: f64,
}

impl<F> std::fmt::Debug for Fold<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fold").field("weight", &self.weight).finish_non_exhaustive()
    }
}

/// A family with its folds.
#[derive(Debug)]
pub struct CrossValidated<'a, F> {
    /// All data.
    pub full: F,
    /// The folds.
    pub folds: Vec<Fold<'a, F>>,
}

/// The row weights of one fold.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Those of the training rows, 0 where a row is held out.
    pub training: Vec<f64>,
    /// The rows held out.
    pub held_out: Vec<bool>,
    /// Their weight.
    pub held_out_weight: f64,
    /// The share of the weight that trains: sums are not divided by n, so that strengths must shrink with the data.
    pub share: f64,
}

/// The weights of fold `fold`.
///
/// # Errors
/// If nothing of positive weight trains, or is held out.
pub fn split(datafit: &dyn Datafit, folds: &Folds, fold: usize) -> Result<Split, ProblemError> {
    split_weights(datafit.weights(), folds, fold)
}

pub(in crate::bcd) fn split_weights(
    weights: Option<&[f64]>,
    folds: &Folds,
    fold: usize,
) -> Result<Split, ProblemError> {
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let held_out: Vec<bool> = folds.of_row.iter().map(|f| *f == fold).collect();
    let training: Vec<f64> = (0..held_out.len()).map(|i| if held_out[i] { 0.0 } else { weight(i) }).collect();
    let total = (0..held_out.len()).fold(0.0, |s, i| s + weight(i));
    let trained = training.iter().fold(0.0, |s, w| s + w);
    let held_out_weight = (0..held_out.len()).filter(|&i| held_out[i]).fold(0.0, |s, i| s + weight(i));
    if trained <= 0.0 || held_out_weight <= 0.0 {
        return Err(ProblemError::Parameter {
            what: "the weight of a fold's training or held-out rows",
            value: trained.min(held_out_weight),
            expected: "more than 0",
        });
    }
    Ok(Split { training, held_out, held_out_weight, share: trained / total })
}

impl Split {
    /// The mean deviance of the held-out rows at a fit, under the loss of all rows.
    pub fn mean_deviance(&self, datafit: &dyn Datafit, fit: &[f64]) -> f64 {
        // A row whose dual entry is its own -phi' adds nothing to the Fenchel-Young gap, one with 0 adds its loss less the
        // smallest possible: half its deviance.
        let mut dual = vec![0.0; fit.len()];
        datafit.gradient(fit, &mut dual);
        self.hide_training_rows(&mut dual);
        2.0 * datafit.fenchel_gap(fit, &dual, 1.0) / self.held_out_weight
    }

    /// The same for a loss of several targets.
    pub fn mean_vector_deviance(&self, datafit: &dyn VectorDatafit, fit: &[f64]) -> f64 {
        let mut dual = vec![0.0; fit.len()];
        datafit.gradient(fit, &mut dual);
        dual.chunks_mut(self.held_out.len()).for_each(|dual| self.hide_training_rows(dual));
        2.0 * datafit.fenchel_gap(fit, &dual, 1.0) / self.held_out_weight
    }

    fn hide_training_rows(&self, gradient: &mut [f64]) {
        for (v, &out) in gradient.iter_mut().zip(&self.held_out) {
            *v = if out { 0.0 } else { -*v };
        }
    }
}

/// Follows the path of all data, then those of the folds side by side, on the same strengths. A step advances the full path
/// by one step of its method, or every fold to its next strength.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "M: Default + Deserialize<'de>"))]
pub struct CrossValidation<M> {
    /// How the full path is followed; the folds go as far as it went.
    pub following: Following<M>,
}

/// What cross-validation comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Validated {
    /// The path of all data.
    pub path: Path,
    /// The held-out mean deviance by fold, then by strength.
    pub errors: Vec<Vec<f64>>,
    /// The weights of the folds' held-out rows.
    pub weights: Vec<f64>,
    /// Points of the folds' paths without certificate.
    pub uncertified: usize,
}

impl Validated {
    /// The strengths for which every fold has its error.
    pub fn len(&self) -> usize {
        self.errors.iter().map(Vec::len).min().unwrap_or(0).min(self.path.points.len())
    }

    /// Whether no strength is done.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Mean and standard error of the held-out deviance at strength k, the folds weighted by what they hold out:
    /// `se^2 = weighted mean of (e - mean)^2 / (folds - 1)`, as glmnet has it.
    pub fn error(&self, k: usize) -> (f64, f64) {
        let total = self.weights.iter().fold(0.0, |s, w| s + w);
        let mean = self.weighted(|f| self.errors[f][k]) / total;
        let square = self.weighted(|f| (self.errors[f][k] - mean) * (self.errors[f][k] - mean)) / total;
        (mean, (square / (self.weights.len() as f64 - 1.0)).sqrt())
    }

    fn weighted(&self, value: impl Fn(usize) -> f64) -> f64 {
        self.weights.iter().enumerate().fold(0.0, |s, (f, w)| s + w * value(f))
    }

    /// The strength of smallest mean error, and the largest one whose mean error is within one standard error of it
    /// (Breiman, Friedman, Olshen, Stone, *Classification and Regression Trees*, 1984, section 3.4.3).
    pub fn choices(&self) -> Option<(usize, usize)> {
        let best = (0..self.len()).min_by(|&a, &b| self.error(a).0.total_cmp(&self.error(b).0))?;
        let (mean, se) = self.error(best);
        let simplest = (0..=best).find(|&k| self.error(k).0 <= mean + se).unwrap_or(best);
        Some((best, simplest))
    }
}

/// The memory of [`CrossValidation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CvWork<W> {
    result: Validated,
    full: Option<PathWork<W>>,
    folds: Vec<(PathWork<W>, Run)>,
    /// The counts of the full path.
    counts: Counts,
}

impl<W> Work for CvWork<W> {
    type Point = Validated;
    fn point(&self) -> &Validated {
        &self.result
    }
    fn into_point(self) -> Validated {
        self.result
    }
}

impl<'a, M: Clone + Sync, F: Family<M>> Method<CrossValidated<'a, F>> for CrossValidation<M> {
    type Work = CvWork<F::Work>;

    fn name(&self) -> &'static str {
        "cross-validation"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["points", "fold_points"]
    }

    /// Begins at the top of the grid, whatever the point.
    fn start(&self, problem: &CrossValidated<'a, F>, _: Validated, run: &mut Run) -> Result<Self::Work, MethodError> {
        let mut inner = path_run(&self.following, &problem.full);
        let full = self.following.start(&problem.full, Path::default(), &mut inner)?;
        let result = Validated {
            errors: vec![Vec::new(); problem.folds.len()],
            weights: problem.folds.iter().map(|f| f.weight).collect(),
            ..Validated::default()
        };
        let work = CvWork { result, full: Some(full), folds: Vec::new(), counts: inner.counts };
        report(&work, run);
        Ok(work)
    }

    fn resume(&self, problem: &CrossValidated<'a, F>, work: &mut Self::Work) -> Result<(), MethodError> {
        let folds = problem.folds.len();
        if work.result.errors.len() != folds || !(work.folds.is_empty() || work.folds.len() == folds) {
            return Err(MethodError::Numerical("the stored folds do not fit the problem".to_owned()));
        }
        if let Some(full) = &mut work.full {
            self.following.resume(&problem.full, full)?;
        }
        let following = self.of_folds();
        for ((fold, _), part) in work.folds.iter_mut().zip(&problem.folds) {
            following.resume(&part.family, fold)?;
        }
        Ok(())
    }

    fn step(&self, problem: &CrossValidated<'a, F>, work: &mut Self::Work, run: &mut Run) -> Result<Flow, MethodError> {
        let flow = if work.full.is_some() {
            self.advance_full(problem, work, run)
        } else if work.folds.is_empty() {
            self.begin_folds(problem, work)
        } else {
            self.advance_folds(problem, work)
        }?;
        report(work, run);
        if flow == Flow::Continue {
            return Ok(Flow::Continue);
        }
        let uncertified = work.result.uncertified;
        let path = work.result.path.points.iter().filter(|p| p.status != crate::run::Status::Converged).count();
        if path + uncertified > 0 {
            run.reason =
                Some(format!("{path} points of the path and {uncertified} of the folds' paths without certificate"));
            return Ok(Flow::Stalled);
        }
        Ok(Flow::Converged)
    }
}

fn path_run<M: Clone, F: Family<M>>(following: &Following<M>, _: &F) -> Run {
    Run::new(Method::<F>::measures(following).len())
}

impl<M: Clone + Sync> CrossValidation<M> {
    fn of_folds(&self) -> Following<M> {
        self.following.clone().to_the_end()
    }

    fn advance_full<F: Family<M>>(
        &self,
        problem: &CrossValidated<'_, F>,
        work: &mut CvWork<F::Work>,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        let Some(full) = &mut work.full else { return Ok(Flow::Continue) };
        let mut inner = path_run(&self.following, &problem.full);
        inner.counts = work.counts;
        let flow = self.following.step(&problem.full, full, &mut inner)?;
        work.counts = inner.counts;
        let done = work.result.path.points.len();
        work.result.path.points.extend_from_slice(&full.point().points[done..]);
        if flow != Flow::Continue {
            work.full = None;
            run.reason = inner.reason;
        }
        Ok(Flow::Continue)
    }

    fn begin_folds<F: Family<M>>(
        &self,
        problem: &CrossValidated<'_, F>,
        work: &mut CvWork<F::Work>,
    ) -> Result<Flow, MethodError> {
        let following = self.of_folds();
        let begin = |fold: &Fold<'_, F>| {
            let mut run = path_run(&following, &fold.family);
            let work = following.start(&fold.family, Path::default(), &mut run)?;
            Ok::<_, MethodError>((work, run))
        };
        work.folds = problem.folds.par_iter().map(begin).collect::<Vec<_>>().into_iter().collect::<Result<_, _>>()?;
        Ok(Flow::Continue)
    }

    /// Every fold goes on to its next strength. The folds do not see each other, so that their order of execution is free.
    fn advance_folds<F: Family<M>>(
        &self,
        problem: &CrossValidated<'_, F>,
        work: &mut CvWork<F::Work>,
    ) -> Result<Flow, MethodError> {
        let (following, goal) = (self.of_folds(), work.result.path.points.len());
        let advance =
            |((path, run), (part, errors)): (&mut (PathWork<F::Work>, Run), (&Fold<'_, F>, &mut Vec<f64>))| {
                let mut bad = 0;
                while errors.len() < goal && !path.is_over() {
                    let flow = following.step(&part.family, path, run)?;
                    if let Some(point) = path.take_new_point(errors.len()) {
                        errors.push((part.held_out)(&point));
                        bad += usize::from(point.status != crate::run::Status::Converged);
                        break;
                    }
                    if flow != Flow::Continue {
                        break;
                    }
                }
                Ok(bad)
            };
        let parts = problem.folds.par_iter().zip(work.result.errors.par_iter_mut());
        let results: Vec<Result<usize, MethodError>> = work.folds.par_iter_mut().zip(parts).map(advance).collect();
        for bad in results {
            work.result.uncertified += bad?;
        }
        let over = work.result.errors.iter().zip(&work.folds).all(|(e, (path, _))| e.len() >= goal || path.is_over());
        Ok(if over { Flow::Converged } else { Flow::Continue })
    }
}

impl<W> PathWork<W> {
    /// The point with this number if it is there; its coefficients are then no longer kept.
    fn take_new_point(&mut self, number: usize) -> Option<PathPoint> {
        let point = self.path.points.get_mut(number)?;
        let kept = PathPoint { coefficients: Vec::new(), ..point.clone() };
        Some(std::mem::replace(point, kept))
    }
}

fn report<W>(work: &CvWork<W>, run: &mut Run) {
    let mut counts = work.counts;
    for (_, fold) in &work.folds {
        for &oracle in Oracle::ALL {
            counts.add(oracle, fold.counts.get(oracle));
        }
    }
    run.counts = counts;
    let folds: usize = work.result.errors.iter().map(Vec::len).sum();
    run.measures.copy_from_slice(&[work.result.path.points.len() as f64, folds as f64]);
}
