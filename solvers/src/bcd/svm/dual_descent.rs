//! The method.

use crate::bcd::evaluation::{AT_ROUNDING_LEVEL, Progress};
use crate::bcd::working_set::check_tolerance;
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_problems::design::ByRows;
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::glm::{LinearSvm, SvmPoint};

/// Coordinate descent on the dual variables in random order, with shrinking (Hsieh, Chang, Lin, Keerthi, Sundararajan, *A dual
/// coordinate descent method for large-scale linear SVM*, ICML 2008, algorithm 3), which stops at a duality gap instead of a
/// projected gradient.
///
/// One step is at most ten passes over the rows that are not shrunk, then coefficients, objective and gap afresh. A start
/// gives its dual variables; coefficients follow from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DualCoordinateDescent {
    /// Stop at this gap relative to the objective at 0. Default 1e-6.
    pub tolerance: f64,
    /// Leave rows out that seem to stay at a bound. Default true.
    pub shrinking: bool,
    /// Seed of the order. Default 0.
    pub seed: u64,
}

impl Default for DualCoordinateDescent {
    fn default() -> Self {
        Self { tolerance: 1e-6, shrinking: true, seed: 0 }
    }
}

/// The memory of [`DualCoordinateDescent`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SvmWork {
    pub(super) point: SvmPoint,
    /// Rows that are not shrunk, in the order of the last pass.
    pub(super) active: Vec<u32>,
    /// The largest and smallest projected gradient of the pass before: beyond them a row at a bound is shrunk.
    above: f64,
    below: f64,
    /// A pass whose projected gradients spread no further has solved the shrunk problem.
    spread: f64,
    passes: u64,
    gap: f64,
    progress: Progress,
    #[serde(skip)]
    rows: ByRows,
    /// `|x_i|^2 / lambda`.
    #[serde(skip)]
    squares: Vec<f64>,
    #[serde(skip)]
    fit: Vec<f64>,
}

impl Work for SvmWork {
    type Point = SvmPoint;
    fn point(&self) -> &SvmPoint {
        &self.point
    }
    fn into_point(self) -> SvmPoint {
        self.point
    }
}

/// Passes in one step.
const PASSES: u64 = 10;

impl Method<LinearSvm<'_>> for DualCoordinateDescent {
    type Work = SvmWork;

    fn name(&self) -> &'static str {
        "dual-coordinate-descent"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["duality_gap", "relative_gap", "support_vectors", "active"]
    }

    fn start(&self, problem: &LinearSvm<'_>, mut point: SvmPoint, run: &mut Run) -> Result<SvmWork, MethodError> {
        check_tolerance(self.tolerance)?;
        problem.check_point(&point)?;
        point.dual.iter_mut().enumerate().for_each(|(i, a)| *a = a.min(problem.bound(i)));
        let mut work = SvmWork {
            active: Vec::new(),
            point,
            above: f64::INFINITY,
            below: f64::NEG_INFINITY,
            spread: 0.1,
            passes: 0,
            gap: f64::NAN,
            progress: Progress::new(problem.null_objective()),
            rows: ByRows::default(),
            squares: Vec::new(),
            fit: Vec::new(),
        };
        work.build(problem);
        work.activate_all(problem);
        work.look(problem, run)?;
        Ok(work)
    }

    fn resume(&self, problem: &LinearSvm<'_>, work: &mut SvmWork) -> Result<(), MethodError> {
        problem.check_point(&work.point)?;
        let n = problem.signs().len();
        if work.active.iter().any(|&i| i as usize >= n) {
            return Err(MethodError::Numerical("the stored rows do not fit the problem".to_owned()));
        }
        work.build(problem);
        Ok(())
    }

    fn step(&self, problem: &LinearSvm<'_>, work: &mut SvmWork, run: &mut Run) -> Result<Flow, MethodError> {
        let null = problem.null_objective();
        if work.gap <= self.tolerance * null {
            return Ok(Flow::Converged);
        }
        let all = work.rows_that_count(problem);
        let mut settled = false;
        for _ in 0..PASSES {
            let spread = self.pass(problem, work, run);
            if spread <= work.spread {
                settled = true;
                break;
            }
        }
        work.look(problem, run)?;
        if work.gap <= self.tolerance * null {
            return Ok(Flow::Converged);
        }
        let complete = work.active.len() == all;
        // The dual objective rises with every pass, the gap falls when it pleases.
        let risen = problem.dual_objective(&work.point.dual, &work.point.coefficients);
        let still = work.progress.stands_still(work.gap, -risen);
        if still && complete {
            run.reason = Some(AT_ROUNDING_LEVEL.to_owned());
            return Ok(Flow::Stalled);
        }
        if settled || still {
            if complete {
                work.spread *= 0.1;
            }
            work.activate_all(problem);
        }
        Ok(Flow::Continue)
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] DualCoordinateDescent => LinearSvm<'a>);

impl DualCoordinateDescent {
    /// One pass over the active rows; returns the spread of the projected gradients.
    pub(super) fn pass(&self, problem: &LinearSvm<'_>, work: &mut SvmWork, run: &mut Run) -> f64 {
        let SvmWork { point, active, above, below, passes, rows, squares, .. } = work;
        let SvmPoint { coefficients: x, dual } = point;
        // The order depends on seed and pass alone.
        SplitMix64::new(self.seed.wrapping_add(passes.wrapping_mul(0x9E37_79B9_7F4A_7C15))).shuffle(active);
        let (mut most, mut least, mut kept) = (f64::NEG_INFINITY, f64::INFINITY, 0);
        run.counts.add(Oracle::CoordinateUpdate, active.len() as u64);
        for k in 0..active.len() {
            let i = active[k] as usize;
            let (y, bound) = (problem.signs()[i], problem.bound(i));
            let (indices, values) = rows.row(i);
            let fit = indices.iter().zip(values).fold(0.0, |s, (&j, v)| s + v * x[j as usize]);
            let slope = y * fit - 1.0 + problem.diagonal(i) * dual[i];
            let shrunk = self.shrinking && ((dual[i] == 0.0 && slope > *above) || (dual[i] == bound && slope < *below));
            if shrunk {
                continue;
            }
            active[kept] = active[k];
            kept += 1;
            let projected = problem.projected_gradient(i, dual[i], fit);
            (most, least) = (most.max(projected), least.min(projected));
            if projected.abs() <= 1e-14 {
                continue;
            }
            let curvature = squares[i] + problem.diagonal(i);
            let free = if curvature > 0.0 { dual[i] - slope / curvature } else { -slope * f64::INFINITY };
            let new = free.clamp(0.0, bound);
            let step = (new - dual[i]) * y / problem.lambda();
            dual[i] = new;
            indices.iter().zip(values).for_each(|(&j, v)| x[j as usize] += step * v);
        }
        active.truncate(kept);
        *passes += 1;
        run.counts.add(Oracle::Epoch, 1);
        *above = if most > 0.0 { most } else { f64::INFINITY };
        *below = if least < 0.0 { least } else { f64::NEG_INFINITY };
        if kept == 0 { 0.0 } else { most - least }
    }
}

impl SvmWork {
    fn build(&mut self, problem: &LinearSvm<'_>) {
        self.rows = problem.design().by_rows();
        let n = problem.signs().len();
        self.squares.clear();
        self.squares.extend((0..n).map(|i| self.rows.row(i).1.iter().fold(0.0, |s, v| s + v * v) / problem.lambda()));
        self.fit = vec![0.0; n];
    }

    fn rows_that_count(&self, problem: &LinearSvm<'_>) -> usize {
        (0..problem.signs().len()).filter(|&i| problem.bound(i) > 0.0).count()
    }

    fn activate_all(&mut self, problem: &LinearSvm<'_>) {
        self.active.clear();
        // Rows are numbered by u32 in every sparse design.
        self.active.extend((0..problem.signs().len()).filter(|&i| problem.bound(i) > 0.0).map(|i| i as u32));
        (self.above, self.below) = (f64::INFINITY, f64::NEG_INFINITY);
    }

    /// Coefficients from the dual variables, objective and gap.
    fn look(&mut self, problem: &LinearSvm<'_>, run: &mut Run) -> Result<(), MethodError> {
        problem.coefficients_of(&self.point.dual, &mut self.point.coefficients);
        problem.design().multiply(&self.point.coefficients, &mut self.fit);
        let objective = problem.objective_at(&self.point.coefficients, &self.fit);
        self.gap = problem.gap(&self.point, &self.fit);
        run.counts.add(Oracle::FullPass, 1);
        run.counts.add(Oracle::Objective, 1);
        run.counts.add(Oracle::MatrixVector, 2);
        if !objective.is_finite() {
            return Err(MethodError::Numerical(format!("the objective is {objective}")));
        }
        run.objective = objective;
        let (null, vectors) = (problem.null_objective(), self.point.support_vectors() as f64);
        run.measures.copy_from_slice(&[self.gap, self.gap / null, vectors, self.active.len() as f64]);
        Ok(())
    }
}
