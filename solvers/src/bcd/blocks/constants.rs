//! What rules need to know of the bound `H` in advance; follows from problem and options, and is made anew on resume.

use super::dense::{Factor, Symmetric};
use super::descent::{BlockDescent, Blocks};
use super::problem::{BlockProblem, Scratch};
use super::selection::Selection;
use super::update::Update;
use crate::run::MethodError;
use thalweg_kernels::parallel;

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
    /// Factors of `H_b` of the fixed blocks, where a rule solves with them.
    pub(super) factors: Vec<Factor>,
}

impl Constants {
    pub(super) fn new<P: BlockProblem + ?Sized>(options: &BlockDescent, problem: &P) -> Result<Self, MethodError> {
        let mut scratch = Scratch::default();
        let coordinates = problem.coordinate_constants();
        let mut made = Self { coordinates, ..Self::default() };
        match options.blocks {
            Blocks::Variable => match options.selection {
                Selection::GaussSouthwellLipschitz => made.row_sums = row_sums(problem, |_, h| h.abs()),
                Selection::Thresholding => {
                    let l = made.coordinates.clone();
                    let scaled = |(i, j): (usize, usize), h: f64| {
                        if l[i] > 0.0 && l[j] > 0.0 { h.abs() / (l[i] * l[j]).sqrt() } else { 0.0 }
                    };
                    made.row_sums = row_sums(problem, scaled);
                }
                _ => {}
            },
            Blocks::Fixed(partition) => {
                made.blocks = partition.blocks(options.size, &made.coordinates, options.seed);
                let solves =
                    options.update == Update::Matrix || options.selection == Selection::GaussSouthwellQuadratic;
                let mut bound = Symmetric::default();
                for block in &made.blocks {
                    problem.block_bound(block, &mut bound, &mut scratch);
                    made.block_constants.push(bound.largest_eigenvalue()?);
                    if solves {
                        made.factors.push(Factor::of_bound(&bound)?);
                    }
                }
            }
        }
        Ok(made)
    }
}

/// `sum over i of size((i, j), H_ij)` for every j.
fn row_sums<P: BlockProblem + ?Sized>(problem: &P, size: impl Fn((usize, usize), f64) -> f64 + Sync) -> Vec<f64> {
    let m = problem.dimension();
    let all: Vec<usize> = (0..m).collect();
    let mut sums = vec![0.0; m];
    parallel::for_parts(&mut sums, m * problem.image_length(), |start, part| {
        let (mut column, mut scratch) = (vec![0.0; m], Scratch::default());
        for (k, sum) in part.iter_mut().enumerate() {
            problem.bound_column(start + k, &all, &mut column, &mut scratch);
            *sum = column.iter().enumerate().fold(0.0, |s, (i, &h)| s + size((i, start + k), h));
        }
    });
    sums
}
