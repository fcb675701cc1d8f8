//! Restarted reflected Halpern iteration of the primal-dual hybrid gradient method.

use super::anchor::{Anchor, Answer};
use super::oracle::{Calls, MEASURES, report};
use super::{nonnegative, solved};
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::inclusion::{BilinearSaddle, Blocks, FiniteSumInclusion};

/// For bilinear saddle problems (H. Lu, J. Yang, *Restarted Halpern PDHG for linear programming*, 2024):
///
/// ```text
/// x' = J_x(x - (eta / omega) (A'y + q)),   y' = J_y(y + eta omega (A (2 x' - x) - b))
/// z  = (k + 1) / (k + 2) (2 z' - z) + z_0 / (k + 2)
/// ```
///
/// with restarts by the fixed-point error and a primal weight omega that balances the distances which x and y have moved.
/// Deterministic; one iteration costs one pass. One step of the method is ten iterations and a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HalpernPdhg {
    /// Sets new anchors. Default true.
    pub restart: bool,
    /// Changes the primal weight at restarts. Default true.
    pub balance: bool,
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
}

impl Default for HalpernPdhg {
    fn default() -> Self {
        Self { restart: true, balance: true, tolerance: 1e-6 }
    }
}

/// The memory of [`HalpernPdhg`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PdhgWork {
    z: Vec<f64>,
    /// z', the point before averaging.
    candidate: Vec<f64>,
    anchor: Anchor,
    answer: Answer,
    eta: f64,
    omega: f64,
    /// The integral term of the weight's controller.
    integral: f64,
    iterations: u64,
    /// Fixed-point errors: at the first iteration after the restart, at the last check.
    first_error: f64,
    last_error: f64,
    restarted: bool,
    #[serde(skip)]
    f: Vec<f64>,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for PdhgWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

/// Iterations between two checks.
const CHECK: u64 = 10;

/// The step is this over the spectral norm.
const SAFETY: f64 = 0.998;

/// The logarithm of the primal weight's largest change at a restart.
const LARGEST_CHANGE: f64 = std::f64::consts::LN_10;

/// A bilinear problem, and how many of its resolvent's blocks belong to x.
struct Saddle<'a> {
    matrix: &'a BilinearSaddle,
    blocks: &'a Blocks,
    of_x: usize,
}

impl<'a> Saddle<'a> {
    fn new(problem: &FiniteSumInclusion<'a>) -> Result<Self, MethodError> {
        let refused = |message: &str| MethodError::Numerical(message.to_owned());
        let matrix = problem.operator().bilinear();
        let matrix = matrix.ok_or_else(|| refused("the primal-dual method is for bilinear saddle problems"))?;
        let blocks = problem.resolvent().blocks();
        let blocks =
            blocks.ok_or_else(|| refused("the primal-dual method needs a resolvent of blocks, x and y apart"))?;
        let (mut length, mut of_x) = (0, 0);
        for block in blocks.lengths() {
            if length >= matrix.x_dimension() {
                break;
            }
            length += block;
            of_x += 1;
        }
        if length != matrix.x_dimension() {
            return Err(refused("a block of the resolvent has coordinates of x and of y"));
        }
        Ok(Self { matrix, blocks, of_x })
    }

    /// The resolvents of the blocks of x, or of y.
    fn resolve(&self, of_x: bool, step: f64, part: &mut [f64]) {
        let (from, to) = if of_x { (0, self.of_x) } else { (self.of_x, self.blocks.lengths().len()) };
        let mut rest = part;
        for k in from..to {
            let (block, tail) = rest.split_at_mut(self.blocks.lengths()[k]);
            self.blocks.apply_block(k, step, block);
            rest = tail;
        }
    }

    /// z' from z.
    fn advance(&self, z: &[f64], eta: f64, omega: f64, candidate: &mut [f64], f: &mut [f64]) {
        let n = self.matrix.x_dimension();
        let ((x, y), (x1, y1), (fx, fy)) = (z.split_at(n), candidate.split_at_mut(n), f.split_at_mut(n));
        self.matrix.x_half(y, fx);
        dense::scaled_add(1.0, x, -eta / omega, fx, x1);
        self.resolve(true, eta / omega, x1);
        dense::scaled_add(2.0, x1, -1.0, x, fx);
        self.matrix.y_half(fx, fy);
        dense::scaled_add(1.0, y, -eta * omega, fy, y1);
        self.resolve(false, eta * omega, y1);
    }

    /// The length of `z' - z` in the metric of the method; NaN if the step was too long for the matrix.
    fn error(&self, z: &[f64], candidate: &[f64], eta: f64, omega: f64, scratch: &mut [f64], f: &mut [f64]) -> f64 {
        let n = self.matrix.x_dimension();
        dense::scaled_add(1.0, candidate, -1.0, z, scratch);
        let (dx, dy) = scratch.split_at(n);
        let ax = &mut f[n..];
        self.matrix.matrix().times(dx, ax);
        let square = omega * dense::sum_squares(dx) + dense::sum_squares(dy) / omega - 2.0 * eta * dense::dot(ax, dy);
        if square < -1e-12 * (omega * dense::sum_squares(dx)) { f64::NAN } else { square.max(0.0).sqrt() }
    }
}

impl HalpernPdhg {
    /// A new anchor at the candidate, and a new weight.
    fn set_anchor(&self, work: &mut PdhgWork, n: usize) {
        let PdhgWork { candidate, anchor, scratch, .. } = work;
        if self.balance {
            dense::scaled_add(1.0, candidate, -1.0, &anchor.point, scratch);
            let (dx, dy) = (dense::nrm2(&scratch[..n]), dense::nrm2(&scratch[n..]));
            // One of them may rest at its solution: the weight then follows the other, but not at once.
            let e = (dy / dx / work.omega).ln().clamp(-LARGEST_CHANGE, LARGEST_CHANGE);
            if !e.is_nan() {
                work.integral = 0.3 * work.integral + e;
                work.omega = (work.omega * (0.99 * e + 0.01 * work.integral).exp()).clamp(1e-20, 1e20);
            }
        }
        work.anchor.restart(&work.candidate, f64::NAN);
        work.z.copy_from_slice(&work.candidate);
        (work.first_error, work.last_error) = (f64::NAN, f64::INFINITY);
    }

    /// Ten iterations; the fixed-point error of the first one after a restart is kept.
    fn iterate(work: &mut PdhgWork, saddle: &Saddle<'_>, calls: &mut Calls<'_, '_>) {
        let PdhgWork { z, candidate, anchor, f, scratch, eta, omega, first_error, .. } = work;
        for j in 0..CHECK {
            saddle.advance(z, *eta, *omega, candidate, f);
            if anchor.k == 0 {
                *first_error = saddle.error(z, candidate, *eta, *omega, scratch, f);
            }
            if j + 1 == CHECK {
                work.last_error = saddle.error(z, candidate, *eta, *omega, scratch, f);
            }
            let lambda = anchor.weight(1.0, 2.0);
            dense::axpby(2.0 * (1.0 - lambda), candidate, lambda - 1.0, z);
            dense::axpy(lambda, &anchor.point, z);
            anchor.k += 1;
        }
        work.iterations += CHECK;
        calls.counts.add(Oracle::Pdhg, CHECK);
        calls.counts.add(Oracle::FullPass, CHECK);
        calls.counts.add(Oracle::Projection, 2 * CHECK);
        calls.counts.add(Oracle::Component, CHECK * calls.problem.epoch_calls());
    }
}

impl<'p> Method<FiniteSumInclusion<'p>> for HalpernPdhg {
    type Work = PdhgWork;

    fn name(&self) -> &'static str {
        "halpern-pdhg"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(&self, problem: &FiniteSumInclusion<'p>, point: Vec<f64>, run: &mut Run) -> Result<PdhgWork, MethodError> {
        problem.check_point(&point)?;
        nonnegative("tolerance", self.tolerance)?;
        let saddle = Saddle::new(problem)?;
        let norm = saddle.matrix.spectral_norm();
        let (mut f, mut scratch) = (vec![0.0; point.len()], vec![0.0; point.len()]);
        let mut calls = Calls { problem, counts: &mut run.counts };
        calls.full(&point, &mut f);
        let found = calls.residuals(&point, &f, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        Ok(PdhgWork {
            z: point.clone(),
            candidate: point.clone(),
            anchor: Anchor::new(point.clone()),
            answer: Answer::new(point, found.natural),
            eta: if norm > 0.0 { SAFETY / norm } else { 1.0 },
            omega: 1.0,
            integral: 0.0,
            iterations: 0,
            first_error: f64::NAN,
            last_error: f64::INFINITY,
            restarted: false,
            f,
            scratch,
        })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut PdhgWork) -> Result<(), MethodError> {
        Saddle::new(problem)?;
        for part in [&work.z, &work.candidate, &work.anchor.point, &work.answer.point] {
            problem.check_point(part)?;
        }
        (work.f, work.scratch) = (vec![0.0; work.z.len()], vec![0.0; work.z.len()]);
        Ok(())
    }

    fn step(&self, problem: &FiniteSumInclusion<'p>, work: &mut PdhgWork, run: &mut Run) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let saddle = Saddle::new(problem)?;
        let before = work.last_error;
        let mut calls = Calls { problem, counts: &mut run.counts };
        Self::iterate(work, &saddle, &mut calls);
        calls.full(&work.candidate, &mut work.f);
        let found = calls.residuals(&work.candidate, &work.f, &mut work.scratch);
        report(problem, run, found, f64::NAN)?;
        work.answer.offer(&work.candidate, found.natural);
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let (first, last) = (work.first_error, work.last_error);
        if first.is_nan() || last.is_nan() {
            // The spectral norm is an estimate from below.
            work.eta /= 1.05;
            self.set_anchor(work, saddle.matrix.x_dimension());
            return Ok(Flow::Continue);
        }
        let fell = last <= 0.2 * first || (last <= 0.5 * first && last > before);
        let long = work.anchor.k as f64 >= 0.36 * work.iterations as f64;
        if self.restart && (!std::mem::replace(&mut work.restarted, true) || fell || long) {
            self.set_anchor(work, saddle.matrix.x_dimension());
        }
        Ok(Flow::Continue)
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] HalpernPdhg => FiniteSumInclusion<'a>);
