//! Block descent by exact solves.

use super::Blocks;
use super::dense_block::solve_dense;
use super::forest::Forest;
use super::partition::Partition;
use super::tree::TreeScan;
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::graph::GraphQuadratic;

/// The measures of the methods on graphs.
pub(super) const MEASURES: &[&str] = &["relative_residual", "block_size"];

/// Why a method gives up.
pub(super) const AT_ROUNDING_LEVEL: &str = "the residual is at the level of rounding";

/// Block descent on a quadratic on a graph: every step minimises exactly over one block.
///
/// A step costs the block and the edges at it, and for the greedy rules a sort of the nodes. The descent is monotone. The
/// residual is kept up to date and recomputed every thousand steps and before the method claims convergence. Nutini et al.
/// 2022, section 4.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MessagePassing {
    /// Stop at this relative residual `||A x - c|| / ||c||`. Default 1e-8.
    pub tolerance: f64,
    /// Which block a step minimises over. Default: greedy trees by `|g_i|`.
    pub blocks: Blocks,
}

impl Default for MessagePassing {
    fn default() -> Self {
        Self { tolerance: 1e-8, blocks: Blocks::default() }
    }
}

/// Steps after which the residual is recomputed.
const REFRESH: u64 = 1000;

/// The memory of block descent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessagePassingWork {
    point: Vec<f64>,
    /// `A x - c`, kept up to date.
    gradient: Vec<f64>,
    /// Steps done, which choose the next block.
    steps: u64,
    #[serde(skip)]
    scratch: Scratch,
}

/// What follows from the problem and the options, and the memory of a step.
#[derive(Clone, Debug, Default)]
struct Scratch {
    partition: Partition,
    /// The factors of the fixed blocks.
    factors: Vec<Forest>,
    /// The factors of the chosen block.
    forest: Forest,
    scan: TreeScan,
    block: Vec<u32>,
    right_side: Vec<f64>,
    scale: f64,
}

impl Work for MessagePassingWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.point
    }
    fn into_point(self) -> Vec<f64> {
        self.point
    }
}

impl Method<GraphQuadratic> for MessagePassing {
    type Work = MessagePassingWork;

    fn name(&self) -> &'static str {
        "message-passing"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &GraphQuadratic,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<MessagePassingWork, MethodError> {
        check_tolerance(self.tolerance)?;
        problem.check_point(&point)?;
        let mut gradient = vec![0.0; point.len()];
        problem.gradient(&point, &mut gradient);
        run.counts.add(Oracle::MatrixVector, 1);
        let scratch = self.scratch(problem)?;
        let work = MessagePassingWork { point, gradient, steps: 0, scratch };
        work.measure(problem, run);
        Ok(work)
    }

    fn resume(&self, problem: &GraphQuadratic, work: &mut MessagePassingWork) -> Result<(), MethodError> {
        problem.check_point(&work.point)?;
        problem.check_point(&work.gradient)?;
        work.scratch = self.scratch(problem)?;
        Ok(())
    }

    fn step(
        &self,
        problem: &GraphQuadratic,
        work: &mut MessagePassingWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if work.residual() <= self.tolerance {
            return Ok(self.claim(problem, work, run));
        }
        let size = self.minimise_block(problem, work)?;
        work.steps += 1;
        run.counts.add(Oracle::CoordinateUpdate, size as u64);
        let refreshed = work.steps.is_multiple_of(REFRESH);
        if refreshed {
            work.refresh(problem, run);
        }
        work.measure(problem, run);
        run.measures[1] = size as f64;
        if work.residual() <= self.tolerance {
            return Ok(self.claim(problem, work, run));
        }
        if refreshed && at_rounding_level(problem, &work.point, &work.gradient) {
            run.reason = Some(AT_ROUNDING_LEVEL.to_owned());
            return Ok(Flow::Stalled);
        }
        Ok(Flow::Continue)
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: 0.1 * self.tolerance, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!([] MessagePassing => GraphQuadratic);

impl MessagePassing {
    fn scratch(&self, problem: &GraphQuadratic) -> Result<Scratch, MethodError> {
        let partition = self.blocks.partition(problem)?;
        let mut factors = Vec::with_capacity(partition.len());
        for block in &partition {
            let mut forest = Forest::default();
            forest.factor(problem, block, 0.0)?;
            factors.push(forest);
        }
        Ok(Scratch { partition, factors, scale: dense::nrm2(problem.linear()), ..Scratch::default() })
    }

    /// `x_b -= A_bb^{-1} g_b`; the size of the block.
    fn minimise_block(&self, problem: &GraphQuadratic, work: &mut MessagePassingWork) -> Result<usize, MethodError> {
        let MessagePassingWork { point, gradient, steps, scratch } = work;
        let Scratch { partition, factors, forest, scan, block, right_side, .. } = scratch;
        right_side.clear();
        let nodes = if partition.is_empty() {
            self.blocks.choose(problem, gradient, *steps, scan, block);
            if self.blocks == Blocks::General {
                right_side.extend(block.iter().map(|&i| -gradient[i as usize]));
                solve_dense(problem, block, right_side)?;
                block.as_slice()
            } else {
                forest.factor(problem, block, 0.0)?;
                right_side.extend(forest.nodes().iter().map(|&i| -gradient[i as usize]));
                forest.solve(right_side);
                forest.nodes()
            }
        } else {
            // The number of blocks fits the step's, and the remainder is below it.
            let forest = &factors[(*steps % partition.len() as u64) as usize];
            right_side.extend(forest.nodes().iter().map(|&i| -gradient[i as usize]));
            forest.solve(right_side);
            forest.nodes()
        };
        for (&node, &change) in nodes.iter().zip(right_side.iter()) {
            point[node as usize] += change;
            let (columns, values) = problem.row(node as usize);
            for (&j, &a) in columns.iter().zip(values) {
                gradient[j as usize] += a * change;
            }
        }
        Ok(nodes.len())
    }

    /// Convergence, if the residual computed afresh agrees.
    fn claim(&self, problem: &GraphQuadratic, work: &mut MessagePassingWork, run: &mut Run) -> Flow {
        work.refresh(problem, run);
        work.measure(problem, run);
        if work.residual() <= self.tolerance { Flow::Converged } else { Flow::Continue }
    }
}

impl MessagePassingWork {
    fn residual(&self) -> f64 {
        relative(dense::nrm2(&self.gradient), self.scratch.scale)
    }

    fn refresh(&mut self, problem: &GraphQuadratic, run: &mut Run) {
        problem.gradient(&self.point, &mut self.gradient);
        run.counts.add(Oracle::MatrixVector, 1);
    }

    fn measure(&self, problem: &GraphQuadratic, run: &mut Run) {
        run.objective = problem.objective_at(&self.point, &self.gradient);
        run.counts.add(Oracle::Objective, 1);
        run.measures[0] = self.residual();
    }
}

/// `value / scale`, and 0 for 0 / 0.
pub(super) fn relative(value: f64, scale: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value / scale }
}

/// Whether a residual is no larger than the rounding of `A x - c`.
pub(super) fn at_rounding_level(problem: &GraphQuadratic, point: &[f64], residual: &[f64]) -> bool {
    let magnitude: Vec<f64> = (0..problem.nodes())
        .map(|i| {
            let (columns, values) = problem.row(i);
            let product: f64 = columns.iter().zip(values).map(|(&j, &a)| (a * point[j as usize]).abs()).sum();
            product + problem.linear()[i].abs()
        })
        .collect();
    dense::nrm2(residual) <= f64::EPSILON * dense::nrm2(&magnitude)
}

pub(super) fn check_tolerance(tolerance: f64) -> Result<(), MethodError> {
    if tolerance.is_finite() && tolerance >= 0.0 {
        Ok(())
    } else {
        Err(MethodError::Option { name: "tolerance", value: tolerance, expected: "a finite number of at least 0" })
    }
}
