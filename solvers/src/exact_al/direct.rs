//! The method with direct factorisations.

use super::curvature::{Curvature, curvature};
use super::evaluation::{Program, check_equations};
use super::iterate::{Iterate, max_norm};
use super::krylov::KrylovStep;
use super::multipliers::least_squares;
use super::newton::factor_with_inertia;
use super::options::{ExactAl, LinearSolver};
use super::restoration::{Restoration, Restored};
use super::search::Search;
use super::work::{ExactAlWork, Scratch};
use crate::line_search::ArmijoMemory;
use crate::linear_systems::LdltError;
use crate::run::{Counts, Flow, Method, MethodError, Oracle, Run};
use thalweg_kernels::dense;
use thalweg_problems::ProblemError;
use thalweg_problems::certificate::{NlpPoint, NlpScaling};
use thalweg_problems::nlp::{NonlinearProgram, Undefined};

/// What is measured after a step; step, trials, direction and regularization are those of the step.
pub(super) const MEASURES: &[&str] = &[
    "stationarity",
    "primal_infeasibility",
    "kkt_residual",
    "merit",
    "step",
    "trials",
    "direction",
    "constraint_penalty",
    "gradient_penalty",
    "regularization",
];

/// Steps shorter than this call for restoration: at once, and after four in a row.
const TINY_STEP: f64 = 1e-8;
const SHORT_STEP: f64 = 1e-2;
const SHORT_STEPS: u32 = 4;
/// `eta_1` above this says that the Jacobian is singular, not that the penalty is too small.
const LARGEST_PENALTY: f64 = 1e8;
/// Where the rows of G are dependent and more than this share of the violation stays, the linearised equations have no
/// solution: their direction, long and with huge multipliers, is not worth a search.
const INCONSISTENT: f64 = 1e-3;
const RESTORATIONS: u32 = 20;
const CURVATURE_STEPS: u32 = 10;
/// Objectives below minus this, and points beyond it, count as unbounded.
const UNBOUNDED: f64 = 1e20;
/// How much larger than the tolerance the residuals of the unscaled problem may be.
const UNSCALED: f64 = 1e4;

/// What a step did, for the trace.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    step: f64,
    trials: u32,
    direction: f64,
    shift: f64,
}

impl<O: NonlinearProgram + ?Sized> Method<O> for ExactAl {
    type Work = ExactAlWork;

    fn name(&self) -> &'static str {
        "exact-al"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(&self, problem: &O, point: NlpPoint, run: &mut Run) -> Result<ExactAlWork, MethodError> {
        self.check()?;
        check_equations(problem)?;
        let (n, m) = (problem.variables(), problem.constraints());
        let NlpPoint { mut x, multipliers, .. } = point;
        check_length("the start's x", x.len(), n)?;
        let given = !multipliers.is_empty();
        if given {
            check_length("the start's multipliers", multipliers.len(), m)?;
        }
        check_finite("the start's x", &x)?;
        check_finite("the start's multipliers", &multipliers)?;
        for (x, (l, u)) in x.iter_mut().zip(problem.variable_bounds().0.iter().zip(problem.variable_bounds().1)) {
            if l == u {
                *x = *l;
            }
        }
        let scaling = if self.scaling {
            count_first_order(&mut run.counts, m);
            NlpScaling::at_start(problem)
        } else {
            NlpScaling::none(m)
        };
        let scaled = match given {
            true => multipliers.iter().zip(&scaling.constraints).map(|(y, s)| scaling.objective * y / s).collect(),
            false => vec![0.0; m],
        };
        let mut program = Program::new(problem, scaling.clone());
        let mut scratch = Box::new(self.scratch(&program, x, scaled));
        scratch
            .current
            .evaluate(&mut program, &mut run.counts)
            .map_err(|e| MethodError::Evaluation(format!("evaluation error at the start: {e}")))?;
        if !given {
            least_squares(&program, &mut scratch.current, &mut scratch.kkt, &mut run.counts).map_err(broken)?;
        }
        let mut work = ExactAlWork {
            point: NlpPoint { x: scratch.current.x.clone(), ..NlpPoint::default() },
            multipliers: vec![],
            scaling,
            eta: self.penalties(),
            last_shift: 0.0,
            memory: ArmijoMemory::new(self.memory),
            short_steps: 0,
            restorations: 0,
            curvature_steps: 0,
            scratch: None,
        };
        let flow = self.look(&mut program, &mut work, &mut scratch, run, Taken::default())?;
        run.verdict = flow.verdict();
        work.scratch = Some(scratch);
        Ok(work)
    }

    fn resume(&self, problem: &O, work: &mut ExactAlWork) -> Result<(), MethodError> {
        check_equations(problem)?;
        let (n, m) = (problem.variables(), problem.constraints());
        check_length("the point's x", work.point.x.len(), n)?;
        check_length("the point's multipliers", work.multipliers.len(), m)?;
        check_length("the scales of the constraints", work.scaling.constraints.len(), m)?;
        let mut program = Program::new(problem, work.scaling.clone());
        let mut scratch = Box::new(self.scratch(&program, work.point.x.clone(), work.multipliers.clone()));
        scratch.current.evaluate(&mut program, &mut Counts::default()).map_err(undefined)?;
        work.scratch = Some(scratch);
        Ok(())
    }

    fn step(&self, problem: &O, work: &mut ExactAlWork, run: &mut Run) -> Result<Flow, MethodError> {
        if work.scratch.is_none() {
            self.resume(problem, work)?;
        }
        let Some(mut scratch) = work.scratch.take() else {
            return Err(MethodError::Numerical("the run has no memory to work with".to_owned()));
        };
        let mut program = Program::new(problem, work.scaling.clone());
        let flow = self.advance(&mut program, work, &mut scratch, run);
        if flow.is_ok() {
            // After a failure the scratch may be torn: a further step begins at the last good point.
            work.scratch = Some(scratch);
        }
        flow
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!([O: NonlinearProgram] ExactAl => O);

impl ExactAl {
    /// Newton direction, penalties, line search; restoration where that fails.
    fn advance(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        let before = work.eta;
        let shift = match self.linear_solver {
            LinearSolver::Ldlt => self.factored_direction(program, work, scratch, run)?,
            _ => self.krylov_direction(program, work, scratch, run)?,
        };
        let infeasible = max_norm(&scratch.current.first.constraints) > self.tolerance;
        let taken = Taken { direction: scratch.direction.length(), shift, ..Taken::default() };
        let inconsistent = infeasible && scratch.direction.linear_violation(&scratch.current) > INCONSISTENT;
        if inconsistent && self.linear_solver == LinearSolver::Ldlt && work.restorations < RESTORATIONS {
            return self.restore(program, work, scratch, run, taken);
        }
        let Scratch { current, trial, kkt, direction, corrected, .. } = scratch;
        let slope = direction.slope(current);
        work.eta.update(slope, current.square_residual(), self.penalty_factor);
        if work.eta != before {
            work.memory.clear();
        }
        if work.memory.is_empty() {
            work.memory.remember(current.merit(work.eta));
        }

        let search = Search {
            options: self,
            program,
            current,
            trial,
            eta: work.eta,
            memory: &work.memory,
            counts: &mut run.counts,
        };
        let found = search.run(direction, kkt, slope.with(work.eta), corrected).map_err(broken)?;
        let taken = Taken { step: found.length, trials: found.trials, ..taken };
        work.short_steps = if found.length < SHORT_STEP { work.short_steps + 1 } else { 0 };

        let hopeless = !found.accepted
            || found.length < TINY_STEP
            || work.short_steps >= SHORT_STEPS
            || work.eta.constraint > LARGEST_PENALTY;
        if hopeless && infeasible && work.restorations < RESTORATIONS {
            return self.restore(program, work, scratch, run, Taken { step: 0.0, ..taken });
        }
        if !found.accepted {
            run.reason = Some("no step along the Newton direction lowers the merit function".to_owned());
            return Ok(Flow::Stalled);
        }
        std::mem::swap(current, trial);
        work.memory.remember(found.merit);
        self.look(program, work, scratch, run, taken)
    }

    /// The direction by factorisation, and the tau that gives the matrix its inertia.
    fn factored_direction(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
    ) -> Result<f64, MethodError> {
        let Scratch { current, kkt, hessian, direction, .. } = scratch;
        let sizes = (current.x.len(), current.multipliers.len());
        program.hessian(&current.x, &current.multipliers, hessian, &mut run.counts).map_err(undefined)?;
        kkt.assemble(Some(hessian), &current.first.jacobian);
        if !factor_with_inertia(kkt, sizes, &mut work.last_shift, &mut run.counts).map_err(broken)? {
            return Err(MethodError::Numerical("no shift of the Hessian gives the KKT matrix its inertia".to_owned()));
        }
        direction.solve(kkt, current).map_err(broken)?;
        Ok(kkt.shift_used())
    }

    /// The direction by a Krylov method, accurate enough to descend; it may update the penalties.
    fn krylov_direction(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
    ) -> Result<f64, MethodError> {
        let Scratch { current, kkt, hessian, direction, diagonal, .. } = scratch;
        program.hessian(&current.x, &current.multipliers, hessian, &mut run.counts).map_err(undefined)?;
        program.diagonal(hessian, diagonal);
        let step = KrylovStep {
            program,
            iterate: current,
            kkt,
            diagonal,
            solver: self.linear_solver,
            penalty_factor: self.penalty_factor,
            counts: &mut run.counts,
        };
        step.direction(direction, &mut work.eta, &mut work.last_shift)
    }

    fn scratch(&self, program: &Program<'_>, x: Vec<f64>, multipliers: Vec<f64>) -> Scratch {
        let kkt = match self.linear_solver {
            LinearSolver::Ldlt => program.kkt(),
            _ => program.constraint_kkt(),
        };
        Scratch::with(program, kkt, x, multipliers)
    }

    /// Restoration of feasibility; then everything begins anew from there.
    fn restore(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
        taken: Taken,
    ) -> Result<Flow, MethodError> {
        let Scratch { current, trial, kkt, hessian, .. } = scratch;
        let mut restoration = Restoration { program, kkt, hessian, tolerance: self.tolerance, counts: &mut run.counts };
        let end = restoration.run(current, trial).map_err(broken)?;
        least_squares(program, current, kkt, &mut run.counts).map_err(broken)?;
        work.eta = self.penalties();
        (work.last_shift, work.short_steps) = (0.0, 0);
        work.restorations += 1;
        work.memory.clear();
        let flow = self.look(program, work, scratch, run, taken)?;
        if end == Restored::LocallyInfeasible && flow == Flow::Continue {
            run.reason = Some(format!("locally infeasible, {}", worst_rows(&scratch.current)));
            return Ok(Flow::LocallyInfeasible);
        }
        Ok(flow)
    }

    /// Records the new point, and says whether it is an end.
    fn look(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
        taken: Taken,
    ) -> Result<Flow, MethodError> {
        let current = &scratch.current;
        work.point.x.clone_from(&current.x);
        work.multipliers.clone_from(&current.multipliers);
        program.unscaled_multipliers(&current.multipliers, &mut work.point.multipliers);
        let (stationarity, infeasibility) = current.errors();
        let objective = current.first.objective / work.scaling.objective;
        run.objective = objective;
        run.measures.clear();
        run.measures.extend([
            stationarity,
            infeasibility,
            current.square_residual().sqrt(),
            current.merit(work.eta),
            taken.step,
            f64::from(taken.trials),
            taken.direction,
            work.eta.constraint,
            work.eta.gradient,
            taken.shift,
        ]);
        let (dual, primal) = program.unscaled_errors(&current.lagrangian_gradient, &current.first.constraints);
        let close = stationarity <= self.tolerance && infeasibility <= self.tolerance;
        if close && dual.max(primal) <= UNSCALED * self.tolerance {
            return self.second_order(program, work, scratch, run);
        }
        if objective < -UNBOUNDED || max_norm(&current.x) > UNBOUNDED {
            run.reason = Some(format!(
                "the objective is {objective:e} at a point of size {:e}: it seems to have no lower bound",
                max_norm(&current.x)
            ));
            return Ok(Flow::Unbounded);
        }
        Ok(Flow::Continue)
    }

    /// At a point that satisfies the first-order conditions: what the curvature says, and the step that leaves a point of
    /// negative curvature.
    fn second_order(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if !self.second_order || self.linear_solver != LinearSolver::Ldlt {
            return Ok(Flow::Converged);
        }
        let Scratch { current, kkt, hessian, .. } = scratch;
        let sizes = (current.x.len(), current.multipliers.len());
        if program.hessian(&current.x, &current.multipliers, hessian, &mut run.counts).is_err() {
            run.reason = Some("the Hessian is undefined at the solution".to_owned());
            return Ok(Flow::Converged);
        }
        kkt.assemble(Some(hessian), &current.first.jacobian);
        let reason = match curvature(kkt, sizes, 0.0, &mut run.counts).map_err(broken)? {
            Curvature::Positive => "a strict local minimum, by the inertia of the KKT matrix",
            Curvature::Undecided => "the curvature does not decide whether it is a minimum",
            Curvature::Negative { direction, value } => {
                let left = work.curvature_steps < CURVATURE_STEPS
                    && self.follow(program, work, scratch, run, &direction, value);
                if left {
                    work.curvature_steps += 1;
                    return Ok(Flow::Continue);
                }
                "a stationary point with a direction of negative curvature, which could not be left"
            }
        };
        run.reason = Some(reason.to_owned());
        Ok(Flow::Converged)
    }

    /// A step along negative curvature, if one lowers the merit function; its penalty `eta_2` must not outweigh the curvature.
    fn follow(
        &self,
        program: &mut Program<'_>,
        work: &mut ExactAlWork,
        scratch: &mut Scratch,
        run: &mut Run,
        direction: &[f64],
        value: f64,
    ) -> bool {
        let Scratch { current, trial, .. } = scratch;
        let (dx, dy) = direction.split_at(current.x.len());
        let mut eta = work.eta;
        eta.gradient = eta.gradient.min(0.25 / value.abs());
        let before = current.merit(eta);
        let mut length = max_norm(&current.x).max(1.0);
        for _ in 0..40 {
            dense::scaled_add(1.0, &current.x, length, dx, &mut trial.x);
            dense::scaled_add(1.0, &current.multipliers, length, dy, &mut trial.multipliers);
            if trial.evaluate(program, &mut run.counts).is_ok()
                && trial.merit(eta) < before + 0.5 * self.armijo * length * length * value
            {
                std::mem::swap(current, trial);
                work.eta = eta;
                work.memory.clear();
                work.point.x.clone_from(&current.x);
                work.multipliers.clone_from(&current.multipliers);
                program.unscaled_multipliers(&current.multipliers, &mut work.point.multipliers);
                return true;
            }
            length *= 0.5;
        }
        false
    }
}

/// The largest violations, for a sentence.
fn worst_rows(iterate: &Iterate) -> String {
    let constraints = &iterate.first.constraints;
    let mut rows: Vec<usize> = (0..constraints.len()).collect();
    rows.sort_by(|a, b| constraints[*b].abs().total_cmp(&constraints[*a].abs()));
    let list: Vec<String> = rows.iter().take(3).map(|i| format!("{i} by {:.3e}", constraints[*i])).collect();
    format!("the worst rows (from 0): {}", list.join(", "))
}

fn count_first_order(counts: &mut Counts, constraints: usize) {
    counts.add(Oracle::Objective, 1);
    counts.add(Oracle::Gradient, 1);
    if constraints > 0 {
        counts.add(Oracle::Constraint, 1);
        counts.add(Oracle::Jacobian, 1);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn undefined(error: Undefined) -> MethodError {
    MethodError::Evaluation(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: LdltError) -> MethodError {
    MethodError::Numerical(error.to_string())
}

fn check_length(what: &'static str, found: usize, expected: usize) -> Result<(), MethodError> {
    if found == expected { Ok(()) } else { Err(ProblemError::Length { what, found, expected }.into()) }
}

fn check_finite(what: &'static str, values: &[f64]) -> Result<(), MethodError> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(ProblemError::NotFinite { what, index, value: values[index] }.into()),
        None => Ok(()),
    }
}
