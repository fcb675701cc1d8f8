//! Preconditioners for a quadratic on a graph: its diagonal, and a symmetric sweep of forest solves.

use super::forest::Forest;
use super::partition;
use crate::linear_systems::krylov::Preconditioner;
use crate::run::MethodError;
use thalweg_kernels::parallel;
use thalweg_problems::graph::GraphQuadratic;

/// One symmetric block Gauss-Seidel sweep from 0 over forests `F1, F2, ..., Fq, ..., F2, F1`.
///
/// Its backward half is the adjoint of the forward half, so that it is symmetric; with a positive definite A it is positive
/// definite too.
#[derive(Clone, Debug)]
pub(super) struct ForestSweep {
    factors: Vec<Forest>,
    /// The blocks, ascending, with the position of each node in its factor: the graph is read in its own order, which for
    /// forests that run across it is several times faster.
    blocks: Vec<Vec<(u32, u32)>>,
    /// The block of every node.
    block_of: Vec<u32>,
    /// Stored entries of A in the rows of every block: the work of its right-hand side.
    work: Vec<usize>,
    right_side: Vec<f64>,
    permuted: Vec<f64>,
}

impl ForestSweep {
    /// Factors the blocks.
    ///
    /// # Errors
    /// If a node is not in exactly one block, a block is no forest, or a pivot is not positive.
    pub(super) fn new(problem: &GraphQuadratic, blocks: &[Vec<u32>]) -> Result<Self, MethodError> {
        let block_of = partition::check(blocks, problem.nodes())?;
        let mut factors = Vec::with_capacity(blocks.len());
        for block in blocks {
            let mut forest = Forest::default();
            forest.factor(problem, block, 0.0)?;
            factors.push(forest);
        }
        let work = |block: &Vec<u32>| block.iter().map(|&i| problem.row(i as usize).0.len()).sum();
        let work = blocks.iter().map(work).collect();
        let blocks = factors.iter().map(ascending).collect();
        Ok(Self { factors, blocks, block_of, work, right_side: Vec::new(), permuted: Vec::new() })
    }

    /// `z_b = A_bb^{-1} (r_b - A_{b,rest} z_rest)`.
    fn solve_block(&mut self, problem: &GraphQuadratic, b: usize, r: &[f64], z: &mut [f64]) {
        let Self { factors, blocks, block_of, work, right_side, permuted } = self;
        let block = &blocks[b];
        right_side.resize(block.len(), 0.0);
        permuted.resize(block.len(), 0.0);
        parallel::fill(right_side, work[b], |k| {
            let node = block[k].0 as usize;
            let mut sum = r[node];
            let (columns, values) = problem.row(node);
            for (&j, &a) in columns.iter().zip(values) {
                if block_of[j as usize] as usize != b {
                    sum -= a * z[j as usize];
                }
            }
            sum
        });
        for (&(_, place), &value) in block.iter().zip(right_side.iter()) {
            permuted[place as usize] = value;
        }
        factors[b].solve(permuted);
        for &(node, place) in block {
            z[node as usize] = permuted[place as usize];
        }
    }
}

/// The nodes of a forest, ascending, with their positions in it.
fn ascending(forest: &Forest) -> Vec<(u32, u32)> {
    let mut nodes: Vec<(u32, u32)> = forest.nodes().iter().copied().zip(0..).collect();
    nodes.sort_unstable();
    nodes
}

/// What conjugate gradients precondition with, bound to its problem.
#[derive(Debug)]
pub(super) struct Bound<'a> {
    pub(super) problem: &'a GraphQuadratic,
    pub(super) kind: &'a mut Kind,
}

/// A preconditioner's data.
#[derive(Clone, Debug, Default)]
pub(super) enum Kind {
    /// The diagonal of A.
    #[default]
    Diagonal,
    /// A sweep of forest solves.
    Sweep(ForestSweep),
}

impl Preconditioner for Bound<'_> {
    fn precondition(&mut self, r: &[f64], z: &mut [f64]) {
        match self.kind {
            Kind::Diagonal => {
                let diagonal = self.problem.diagonal();
                parallel::fill(z, r.len(), |i| r[i] / diagonal[i]);
            }
            Kind::Sweep(sweep) => {
                z.fill(0.0);
                let blocks = sweep.factors.len();
                for b in (0..blocks).chain((0..blocks.saturating_sub(1)).rev()) {
                    sweep.solve_block(self.problem, b, r, z);
                }
            }
        }
    }
}
