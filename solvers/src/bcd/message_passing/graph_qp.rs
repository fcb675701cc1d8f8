//! Conjugate gradients on a graph, preconditioned by the diagonal or by message passing.

use super::descent::{AT_ROUNDING_LEVEL, at_rounding_level, check_tolerance, relative};
use super::partition::{self, Order, Partition};
use super::sweep::{Bound, ForestSweep, Kind};
use crate::linear_systems::krylov::{ConjugateGradient, Operator};
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::graph::GraphQuadratic;

/// What conjugate gradients are preconditioned with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preconditioning {
    /// The diagonal of A (Jacobi): the default, since it is faster in time on every graph measured.
    #[default]
    Diagonal,
    /// A symmetric block Gauss-Seidel sweep over the forests of [`partition::forests`]: about 40 % of the iterations.
    Forests(Order),
    /// The same over these forests; every node is in exactly one (see [`lattice`](super::lattice)).
    Fixed(Partition),
}

/// Conjugate gradients for a quadratic on a graph, preconditioned by the diagonal or by one symmetric sweep of exact forest
/// solves. One step is one iteration.
///
/// With the diagonal an iteration costs one product with A, with the sweep about three. The sweep takes two to three times
/// fewer iterations, but visits the rows out of their order in memory, and loses in time. Before convergence is claimed the
/// residual is computed afresh; where the recurrence has drifted from it, the method begins anew from the point reached.
///
/// ```
/// use thalweg_problems::generate::moons::moons;
/// use thalweg_problems::graph::LabelPropagation;
/// use thalweg_solvers::bcd::message_passing::GraphQp;
/// use thalweg_solvers::run::{Begin, Control, NoSave, Status, solve};
///
/// let propagation = LabelPropagation::new(&moons(400, 40, 4))?;
/// let begin = Begin::From(vec![0.0; propagation.problem.nodes()]);
/// let solution = solve(&propagation.problem, &GraphQp::default(), begin, 1e-8, Control::default(), &mut NoSave).unwrap();
/// assert_eq!(solution.status, Status::Converged);
/// let labels = propagation.all_values(&solution.point).unwrap();
/// assert_eq!(labels.len(), 400);
/// # Ok::<(), thalweg_problems::graph::GraphError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphQp {
    /// Stop at this relative residual `||A x - c|| / ||c||`. Default 1e-8.
    pub tolerance: f64,
    /// The preconditioner. Default: the diagonal.
    pub preconditioning: Preconditioning,
}

impl Default for GraphQp {
    fn default() -> Self {
        Self { tolerance: 1e-8, preconditioning: Preconditioning::default() }
    }
}

/// Iterations after which the residual is computed afresh.
const REFRESH: u64 = 1000;

/// The memory of conjugate gradients on a graph.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GraphQpWork {
    state: ConjugateGradient,
    steps: u64,
    #[serde(skip)]
    kind: Kind,
    #[serde(skip)]
    scale: f64,
}

impl Work for GraphQpWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.state.x
    }
    fn into_point(self) -> Vec<f64> {
        self.state.x
    }
}

impl Operator for GraphQuadratic {
    fn multiply(&self, x: &[f64], y: &mut [f64]) {
        Self::multiply(self, x, y);
    }
}

impl Method<GraphQuadratic> for GraphQp {
    type Work = GraphQpWork;

    fn name(&self) -> &'static str {
        "graph-qp"
    }

    fn measures(&self) -> &'static [&'static str] {
        &["relative_residual"]
    }

    fn start(&self, problem: &GraphQuadratic, point: Vec<f64>, run: &mut Run) -> Result<GraphQpWork, MethodError> {
        check_tolerance(self.tolerance)?;
        problem.check_point(&point)?;
        let kind = self.kind(problem)?;
        let state = ConjugateGradient::start(problem, problem.linear(), point);
        run.counts.add(Oracle::MatrixVector, 1);
        let work = GraphQpWork { state, steps: 0, kind, scale: dense::nrm2(problem.linear()) };
        work.measure(problem, run);
        Ok(work)
    }

    fn resume(&self, problem: &GraphQuadratic, work: &mut GraphQpWork) -> Result<(), MethodError> {
        problem.check_point(&work.state.x)?;
        if !work.state.fits(problem.nodes()) {
            return Err(MethodError::Numerical("the vectors of the iteration have different lengths".to_owned()));
        }
        work.kind = self.kind(problem)?;
        work.scale = dense::nrm2(problem.linear());
        Ok(())
    }

    fn step(&self, problem: &GraphQuadratic, work: &mut GraphQpWork, run: &mut Run) -> Result<Flow, MethodError> {
        if work.residual() <= self.tolerance {
            return Ok(self.check(problem, work, run));
        }
        let mut preconditioner = Bound { problem, kind: &mut work.kind };
        let stepped = work.state.step(problem, &mut preconditioner);
        stepped.map_err(|error| MethodError::Numerical(error.to_string()))?;
        work.steps += 1;
        run.counts.add(Oracle::MatrixVector, 1);
        work.measure(problem, run);
        if work.residual() <= self.tolerance || work.steps.is_multiple_of(REFRESH) {
            return Ok(self.check(problem, work, run));
        }
        Ok(Flow::Continue)
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!([] GraphQp => GraphQuadratic);

impl GraphQp {
    fn kind(&self, problem: &GraphQuadratic) -> Result<Kind, MethodError> {
        let sweep = match &self.preconditioning {
            Preconditioning::Diagonal => return Ok(Kind::Diagonal),
            Preconditioning::Forests(order) => ForestSweep::new(problem, &partition::forests(problem, *order)),
            Preconditioning::Fixed(blocks) => ForestSweep::new(problem, blocks),
        };
        Ok(Kind::Sweep(sweep?))
    }

    /// With the residual computed afresh: converged, at the end of the precision, or to begin anew.
    fn check(&self, problem: &GraphQuadratic, work: &mut GraphQpWork, run: &mut Run) -> Flow {
        work.state.restart(problem, problem.linear());
        run.counts.add(Oracle::MatrixVector, 1);
        work.measure(problem, run);
        if work.residual() <= self.tolerance {
            return Flow::Converged;
        }
        if at_rounding_level(problem, &work.state.x, &work.state.residual) {
            run.reason = Some(AT_ROUNDING_LEVEL.to_owned());
            return Flow::Stalled;
        }
        Flow::Continue
    }
}

impl GraphQpWork {
    fn residual(&self) -> f64 {
        relative(dense::nrm2(&self.state.residual), self.scale)
    }

    /// `f = -x'(r + c)/2` with the residual `r = c - A x`.
    fn measure(&self, problem: &GraphQuadratic, run: &mut Run) {
        let ConjugateGradient { x, residual, .. } = &self.state;
        run.objective = -0.5 * (dense::dot(x, residual) + dense::dot(x, problem.linear()));
        run.counts.add(Oracle::Objective, 1);
        run.measures[0] = self.residual();
    }
}
