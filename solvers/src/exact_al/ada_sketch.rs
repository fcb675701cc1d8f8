//! The method of the paper: KKT systems by randomised sketches to an adaptive accuracy.

use super::evaluation::{Program, check_equations};
use super::iterate::{Iterate, max_norm};
use super::kkt::Kkt;
use super::newton::Direction;
use super::penalties::Penalties;
use super::work::Scratch;
use crate::linear_systems::LdltError;
use crate::run::{Counts, Flow, Method, MethodError, Oracle, Run, Work};
use crate::sketching::{CountSketch, DenseSymmetric, Gaussian, Kaczmarz, Rows, Sketch, SketchAndProject};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::ProblemError;
use thalweg_problems::certificate::{NlpPoint, NlpScaling};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::nlp::NonlinearProgram;

/// How a KKT system is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inner {
    /// By factorisation, to working precision.
    Exact,
    /// Sketch-and-project with Gaussian vectors.
    #[default]
    Gaussian,
    /// Kaczmarz with uniform rows.
    Kaczmarz,
    /// Kaczmarz with rows by their norms.
    WeightedKaczmarz,
    /// Kaczmarz with blocks of half of the rows.
    BlockKaczmarz,
    /// Gaussian blocks of half as many columns as rows.
    BlockGaussian,
    /// Count sketches of half as many columns as rows.
    CountSketch,
}

impl Inner {
    fn sketch(self, order: usize) -> Box<dyn Sketch> {
        let half = (order / 2).max(1);
        match self {
            Self::Exact | Self::Gaussian => Box::new(Gaussian { columns: 1 }),
            Self::Kaczmarz => Box::new(Kaczmarz { rows: Rows::Uniform, block: 1 }),
            Self::WeightedKaczmarz => Box::new(Kaczmarz { rows: Rows::ByNorm, block: 1 }),
            Self::BlockKaczmarz => Box::new(Kaczmarz { rows: Rows::Uniform, block: half }),
            Self::BlockGaussian => Box::new(Gaussian { columns: half }),
            Self::CountSketch => Box::new(CountSketch { columns: half }),
        }
    }
}

/// AdaSketch-Newton (I. Hong, S. Na, M. Mahoney, M. Kolar, ICML 2023, Algorithm 1) with the parameters of its experiments:
/// the KKT system is solved by sketch-and-project steps until `|K| Psi |r| <= theta delta |F|`, where Psi bounds `|K^-1|`;
/// where the direction does not descend enough, penalties and accuracy are updated and the steps go on.
///
/// Kept for figures and comparison: [`ExactAl`](super::ExactAl) solves the same problems with far less work. K is dense. The
/// merit function's gradient uses the Hessian of the Lagrangian, where the published code has that of the objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdaSketchNewton {
    /// Stop at `|(grad_x L; c)|_2`. Default 1e-4.
    pub tolerance: f64,
    /// How the KKT systems are solved. Default Gaussian vectors.
    pub inner: Inner,
    /// The first `eta_1`. Default 1.
    pub constraint_penalty: f64,
    /// The first `eta_2`. Default 0.1.
    pub gradient_penalty: f64,
    /// The first accuracy delta. Default 0.1.
    pub accuracy: f64,
    /// theta, further accuracy. Default 1.
    pub accuracy_factor: f64,
    /// `xi_B`, the least shift of the Hessian. Default 0.1.
    pub shift: f64,
    /// The Hessian is shifted by `xi_B + |H|_F` if it has curvature below this on the kernel of G; minus infinity never
    /// shifts, and takes `xi_B` as it stands in Psi. Default 1e-6.
    pub shift_below: f64,
    /// Stop as singular if the least eigenvalue of `G G'` is below this. Default 1e-2.
    pub singular_below: f64,
    /// The Armijo constant. Default 0.1.
    pub armijo: f64,
    /// nu. Default 1.5.
    pub penalty_factor: f64,
    /// Sketch steps at most for one accuracy. Default 1e5.
    pub inner_limit: u64,
    /// Seed of the sketches. Default 0.
    pub seed: u64,
}

impl Default for AdaSketchNewton {
    fn default() -> Self {
        Self {
            tolerance: 1e-4,
            inner: Inner::default(),
            constraint_penalty: 1.0,
            gradient_penalty: 0.1,
            accuracy: 0.1,
            accuracy_factor: 1.0,
            shift: 0.1,
            shift_below: 1e-6,
            singular_below: 1e-2,
            armijo: 0.1,
            penalty_factor: 1.5,
            inner_limit: 100_000,
            seed: 0,
        }
    }
}

/// The memory of [`AdaSketchNewton`].
#[derive(Debug, Serialize, Deserialize)]
pub struct AdaSketchWork {
    point: NlpPoint,
    eta: Penalties,
    /// delta.
    accuracy: f64,
    steps: u64,
    #[serde(skip)]
    scratch: Option<Box<Scratch>>,
}

impl Work for AdaSketchWork {
    type Point = NlpPoint;
    fn point(&self) -> &NlpPoint {
        &self.point
    }
    fn into_point(self) -> NlpPoint {
        self.point
    }
}

const MEASURES: &[&str] = &[
    "kkt_residual",
    "stationarity",
    "primal_infeasibility",
    "step",
    "constraint_penalty",
    "gradient_penalty",
    "accuracy",
    "regularization",
];

/// delta is not made smaller than this.
const LEAST_ACCURACY: f64 = 1e-6;
/// Penalties beyond these are left alone.
const LARGEST: f64 = 1e8;
const LEAST: f64 = 1e-8;
/// Shorter steps are not tried.
const SHORTEST: f64 = 1e-16;

impl<O: NonlinearProgram + ?Sized> Method<O> for AdaSketchNewton {
    type Work = AdaSketchWork;

    fn name(&self) -> &'static str {
        "ada-sketch-newton"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(&self, problem: &O, point: NlpPoint, run: &mut Run) -> Result<AdaSketchWork, MethodError> {
        self.check()?;
        check_equations(problem)?;
        let mut point = NlpPoint { bound_multipliers: vec![], ..point };
        if point.multipliers.is_empty() {
            point.multipliers = vec![0.0; problem.constraints()];
        }
        let eta = Penalties { constraint: self.constraint_penalty, gradient: self.gradient_penalty };
        let mut work = AdaSketchWork { point, eta, accuracy: self.accuracy, steps: 0, scratch: None };
        let scratch = fresh(problem, &work, &mut run.counts)?;
        run.verdict = self.look(&mut work, &scratch, run, 0.0, 0.0).verdict();
        work.scratch = Some(scratch);
        Ok(work)
    }

    fn resume(&self, problem: &O, work: &mut AdaSketchWork) -> Result<(), MethodError> {
        check_equations(problem)?;
        work.scratch = Some(fresh(problem, work, &mut Counts::default())?);
        Ok(())
    }

    fn step(&self, problem: &O, work: &mut AdaSketchWork, run: &mut Run) -> Result<Flow, MethodError> {
        let mut scratch = match work.scratch.take() {
            Some(scratch) => scratch,
            None => fresh(problem, work, &mut Counts::default())?,
        };
        let mut program = Program::new(problem, NlpScaling::none(problem.constraints()));
        let flow = self.advance(&mut program, work, &mut scratch, run)?;
        work.scratch = Some(scratch);
        Ok(flow)
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!([O: NonlinearProgram] AdaSketchNewton => O);

/// Scratch with the current point evaluated.
fn fresh<O: NonlinearProgram + ?Sized>(
    problem: &O,
    work: &AdaSketchWork,
    counts: &mut Counts,
) -> Result<Box<Scratch>, MethodError> {
    let NlpPoint { x, multipliers, .. } = &work.point;
    for (what, found, expected) in [
        ("the point's x", x.len(), problem.variables()),
        ("the point's multipliers", multipliers.len(), problem.constraints()),
    ] {
        if found != expected {
            return Err(ProblemError::Length { what, found, expected }.into());
        }
    }
    let mut program = Program::new(problem, NlpScaling::none(multipliers.len()));
    let mut scratch = Box::new(Scratch::new(&program, x.clone(), multipliers.clone()));
    let undefined = |e| MethodError::Evaluation(format!("evaluation error at the start: {e}"));
    scratch.current.evaluate(&mut program, counts).map_err(undefined)?;
    Ok(scratch)
}

impl AdaSketchNewton {
    fn check(&self) -> Result<(), MethodError> {
        let positive = |name, value: f64| {
            let fits = value > 0.0 && value.is_finite();
            if fits { Ok(()) } else { Err(MethodError::Option { name, value, expected: "a number above 0" }) }
        };
        positive("tolerance", self.tolerance)?;
        positive("constraint_penalty", self.constraint_penalty)?;
        positive("gradient_penalty", self.gradient_penalty)?;
        positive("accuracy", self.accuracy)?;
        positive("accuracy_factor", self.accuracy_factor)?;
        positive("shift", self.shift)?;
        positive("penalty_factor", self.penalty_factor - 1.0)?;
        positive("armijo", self.armijo)?;
        positive("armijo", 0.5 - self.armijo)
    }

    /// One Newton step.
    fn advance(
        &self,
        program: &mut Program<'_>,
        work: &mut AdaSketchWork,
        scratch: &mut Scratch,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        let Scratch { current, trial, kkt, hessian, direction, .. } = scratch;
        let sizes = (current.x.len(), current.multipliers.len());
        let least = program.least_eigenvalue_of_normal_matrix(&current.first.jacobian);
        if least < self.singular_below {
            run.reason = Some(format!("the constraints are singular: the least eigenvalue of G G' is {least:.2e}"));
            return Ok(Flow::Stalled);
        }
        let undefined = |e: thalweg_problems::nlp::Undefined| MethodError::Evaluation(e.to_string());
        program.hessian(&current.x, &current.multipliers, hessian, &mut run.counts).map_err(undefined)?;
        kkt.assemble(Some(hessian), &current.first.jacobian);
        let (hessian_norm, jacobian_norm) = kkt.block_norms();
        let flat = self.shift_below.is_finite() && !convex(kkt, sizes, self.shift_below, &mut run.counts)?;
        let shift = if flat { self.shift + hessian_norm } else { 0.0 };
        kkt.set_shift(shift);
        let matrix = DenseSymmetric::from_triangle(sizes.0 + sizes.1, kkt.entries());
        let shifted_norm = kkt.block_norms().0;

        let floor = if self.shift_below.is_finite() { self.shift.min(1.0) } else { self.shift };
        let bound = 20.0 * (shifted_norm * shifted_norm).max(1.0) / (least.min(1.0) * floor);
        let size = jacobian_norm.max(hessian_norm).max(1.0);
        let trial_accuracy = |eta: Penalties| {
            let penalties = 1.0 + eta.constraint + eta.gradient;
            (0.5 - self.armijo) * eta.gradient / (penalties * (size * bound).powi(2))
        };
        work.accuracy = work.accuracy.min(trial_accuracy(work.eta)).max(LEAST_ACCURACY);

        let right_side: Vec<f64> =
            current.lagrangian_gradient.iter().chain(&current.first.constraints).map(|v| -v).collect();
        let square = current.square_residual();
        let mut inner = SketchAndProject::new(&right_side);
        if self.inner == Inner::Exact {
            kkt.factor(shift, 0.0, &mut run.counts).map_err(broken)?;
            kkt.solve(&right_side, &mut inner.z).map_err(broken)?;
        }
        let sketch = self.inner.sketch(right_side.len());
        let mut random = SplitMix64::new(self.seed ^ work.steps.wrapping_mul(0xD1B5_4A32_D192_ED03));
        work.steps += 1;
        let slope = loop {
            let mut steps = 0;
            let target = self.accuracy_factor * work.accuracy * square.sqrt() / (matrix.frobenius_norm() * bound);
            while self.inner != Inner::Exact && dense::nrm2(&inner.residual) > target && steps < self.inner_limit {
                inner.step(&matrix, &right_side, sketch.as_ref(), &mut random);
                steps += 1;
            }
            inner.refresh(&matrix, &right_side);
            run.counts.add(Oracle::Inner, steps);
            direction.set(kkt, &inner.z);
            let slope = direction.slope(current);
            let spent = work.eta.constraint > LARGEST || work.eta.gradient < LEAST;
            if spent || work.eta.descends(slope, square) {
                break slope.with(work.eta);
            }
            work.eta.constraint *= self.penalty_factor * self.penalty_factor;
            work.eta.gradient /= self.penalty_factor;
            let tighter = work.accuracy / self.penalty_factor.powi(4);
            work.accuracy = tighter.min(trial_accuracy(work.eta)).max(LEAST_ACCURACY);
        };

        let Some(length) = self.search(program, current, trial, direction, work.eta, slope, &mut run.counts) else {
            run.reason = Some("no step along the direction lowers the merit function".to_owned());
            return Ok(Flow::Stalled);
        };
        std::mem::swap(current, trial);
        Ok(self.look(work, scratch, run, length, shift))
    }

    /// Halves the step from 1 until the merit function falls enough; the trial point then holds it.
    #[expect(clippy::too_many_arguments, reason = "the parts of a line search")]
    fn search(
        &self,
        program: &mut Program<'_>,
        current: &Iterate,
        trial: &mut Iterate,
        direction: &Direction,
        eta: Penalties,
        slope: f64,
        counts: &mut Counts,
    ) -> Option<f64> {
        let before = current.merit(eta);
        let (dx, dy) = direction.step.split_at(current.x.len());
        let mut length = 1.0;
        while length > SHORTEST {
            dense::scaled_add(1.0, &current.x, length, dx, &mut trial.x);
            dense::scaled_add(1.0, &current.multipliers, length, dy, &mut trial.multipliers);
            if trial.evaluate(program, counts).is_ok() && trial.merit(eta) <= before + length * self.armijo * slope {
                return Some(length);
            }
            length *= 0.5;
        }
        None
    }

    /// Records the point, and says whether it is the end.
    fn look(&self, work: &mut AdaSketchWork, scratch: &Scratch, run: &mut Run, step: f64, shift: f64) -> Flow {
        let current = &scratch.current;
        work.point.x.clone_from(&current.x);
        work.point.multipliers.clone_from(&current.multipliers);
        let residual = current.square_residual().sqrt();
        run.objective = current.first.objective;
        run.measures.clear();
        run.measures.extend([
            residual,
            max_norm(&current.lagrangian_gradient),
            max_norm(&current.first.constraints),
            step,
            work.eta.constraint,
            work.eta.gradient,
            work.accuracy,
            shift,
        ]);
        if residual <= self.tolerance { Flow::Converged } else { Flow::Continue }
    }
}

/// Whether the least eigenvalue of `Z'HZ`, Z a basis of the kernel of G, is at least `least`: by the inertia of the KKT matrix
/// with H - least I.
fn convex(kkt: &mut Kkt, sizes: (usize, usize), least: f64, counts: &mut Counts) -> Result<bool, MethodError> {
    if sizes.0 == sizes.1 {
        return Ok(true);
    }
    let inertia = kkt.factor(-least, 0.0, counts).map_err(broken)?;
    Ok((inertia.positive, inertia.negative) == sizes)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: LdltError) -> MethodError {
    MethodError::Numerical(error.to_string())
}
