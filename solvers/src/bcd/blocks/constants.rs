//! What rules need to know of the bound `H` in advance; follows from problem and options, and is made anew on resume.

use super::dense::{Factor, Symmetric};
use super::descent::{BlockDescent, Blocks};
use super::problem::{BlockProblem, Scratch, sums_of_columns};
use super::selection::Selection;
use super::update::Update;
use crate::run::MethodError;

/// The constants of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Constants {
    /// `L_i`.
    pub(super) coordinates: Vec<f64>,
    /// `sum over j of |H_ij|` (GSL of variable blocks) or `sum over j of |H_ij| / sqrt(L_i L_j)` (hard thresholding).
    pub(super) row_sums: Vec<f64>,
    /// The fixed blocks; none if blocks are variable.
    pub(super) blocks: Vec<Vec<usize>>,
    /// `L_b` of the fixed blocks.
    pub(super) block_constants: Vec<f64>,
    /// `H_b` of the fixed blocks, where it is the Hessian and steps under bounds ask for it.
    pub(super) bounds: Vec<Symmetric>,
    /// Factors of `H_b` of the fixed blocks, where a rule solves with them.
    pub(super) factors: Vec<Factor>,
}

impl Constants {
    pub(super) fn new<P: BlockProblem + ?Sized>(options: &BlockDescent, problem: &P) -> Result<Self, MethodError> {
        let mut scratch = Scratch::default();
        let coordinates = problem.coordinate_constants();
        let mut made = Self { coordinates, ..Self::default() };
        match &options.blocks {
            Blocks::Variable => match options.selection {
                Selection::GaussSouthwellLipschitz => made.row_sums = problem.absolute_row_sums(),
                Selection::Thresholding => {
                    let l = made.coordinates.clone();
                    let scaled = |(i, j): (usize, usize), h: f64| {
                        if l[i] > 0.0 && l[j] > 0.0 { h.abs() / (l[i] * l[j]).sqrt() } else { 0.0 }
                    };
                    made.row_sums = sums_of_columns(problem, scaled);
                }
                _ => {}
            },
            Blocks::Fixed(partition) => {
                made.blocks = partition.blocks(problem, options.size, &made.coordinates, options.seed)?;
                let solves =
                    options.update == Update::Matrix || options.selection == Selection::GaussSouthwellQuadratic;
                let keeps =
                    problem.is_quadratic() && matches!(options.update, Update::TwoMetric | Update::ProjectedNewton);
                for block in &made.blocks {
                    let mut bound = Symmetric::default();
                    problem.block_bound(block, &mut bound, &mut scratch);
                    made.block_constants.push(bound.largest_eigenvalue()?);
                    if solves {
                        made.factors.push(Factor::of_bound(&bound)?);
                    }
                    if keeps {
                        made.bounds.push(bound);
                    }
                }
            }
        }
        Ok(made)
    }
}
