//! Sparse symmetric indefinite factorisation with inertia.

use super::SparseSymmetric;
use feral::numeric::factorize::NumericParams;
use feral::scaling::ScalingStrategy;
use feral::symbolic::{OrderingMethod, OrderingPreprocess, SupernodeParams};
use feral::{FactorStatus, Solver};

/// How many eigenvalues of a symmetric matrix are positive, negative, and zero to working precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inertia {
    /// Positive eigenvalues.
    pub positive: usize,
    /// Negative eigenvalues.
    pub negative: usize,
    /// Eigenvalues that cannot be told from zero.
    pub zero: usize,
}

/// Why a matrix could not be factored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the factorisation failed: {0}")]
pub struct LdltError(String);

/// A pivot counts as zero if its eigenvalue is at most this share of the largest.
const ZERO_PIVOT: f64 = 1e-12;

/// The factorisation `P D A D P' = L B L'` of a sparse symmetric indefinite matrix: multifrontal, Bunch-Kaufman pivots of
/// order one and two with threshold 0.01, pivots that fail it delayed to the parent front (I. Duff, J. Reid, *The
/// multifrontal solution of indefinite sparse symmetric linear equations*, ACM TOMS 9, 1983; J. Hogg, E. Ovtchinnikov,
/// J. Scott, *A sparse symmetric indefinite direct solver for GPU architectures*, ACM TOMS 42, 2016), after an equilibration
/// D to entries of at most one. By Sylvester's law the signs of B are those of A's eigenvalues.
///
/// The order of elimination is chosen once, from the pattern alone; then every factorisation is a function of the values
/// alone, sequential, without fused operations: the same bits on every machine, and after a resume.
///
/// ```
/// use thalweg_solvers::linear_systems::{Inertia, Ldlt, SparseSymmetric};
///
/// // [0 1; 1 0] has no pivot of order one.
/// let (mut matrix, positions) = SparseSymmetric::from_entries(2, &[(1, 0)]);
/// matrix.values_mut()[positions[0]] = 1.0;
/// let mut ldlt = Ldlt::new();
/// assert_eq!(ldlt.factor(&matrix)?, Inertia { positive: 1, negative: 1, zero: 0 });
/// let mut x = [0.0; 2];
/// ldlt.solve(&[3.0, 5.0], &mut x)?;
/// assert_eq!(x, [5.0, 3.0]);
/// # Ok::<(), thalweg_solvers::linear_systems::LdltError>(())
/// ```
pub struct Ldlt {
    solver: Solver,
}

impl std::fmt::Debug for Ldlt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ldlt").field("nonzeros", &self.nonzeros()).finish_non_exhaustive()
    }
}

impl Default for Ldlt {
    fn default() -> Self {
        Self::new()
    }
}

impl Ldlt {
    /// Nothing is factored yet.
    pub fn new() -> Self {
        // Scalings and orderings that look at the first matrix, or remember earlier ones, would give a resumed run other
        // bits: none of them is used.
        let mut numeric = NumericParams { scaling: ScalingStrategy::InfNorm, ..NumericParams::default() };
        numeric.bk.pivot_threshold = 0.01;
        let supernodes = SupernodeParams { preprocess: OrderingPreprocess::None, ..SupernodeParams::default() };
        let solver = Solver::with_params(numeric, supernodes)
            .with_ordering(OrderingMethod::Auto)
            .with_ordering_escalation(None)
            .with_mc64_cache(false)
            .with_parallel(false);
        Self { solver }
    }

    /// Factors a matrix; the analysis of the last pattern is used again if it is the same.
    ///
    /// # Errors
    /// If a value is not finite, or memory for the delayed pivots runs out. A singular matrix is no error: see the inertia.
    pub fn factor(&mut self, matrix: &SparseSymmetric) -> Result<Inertia, LdltError> {
        match self.solver.factor(&matrix.lower, None) {
            FactorStatus::Success | FactorStatus::Singular | FactorStatus::WrongInertia { .. } => {}
            FactorStatus::FatalError(error) => return Err(LdltError(error.to_string())),
        }
        if self.solver.factors().is_none() {
            return Err(LdltError("the matrix is singular".to_owned()));
        }
        Ok(self.inertia())
    }

    /// The signs of the eigenvalues of the pivot blocks.
    fn inertia(&self) -> Inertia {
        let largest = self.pivots().fold(0.0_f64, |largest, d| largest.max(d.abs()));
        let mut inertia = Inertia::default();
        for d in self.pivots() {
            if d.abs() <= ZERO_PIVOT * largest {
                inertia.zero += 1;
            } else if d > 0.0 {
                inertia.positive += 1;
            } else {
                inertia.negative += 1;
            }
        }
        inertia
    }

    /// The eigenvalues of the pivot blocks, in the order of elimination.
    fn pivots(&self) -> impl Iterator<Item = f64> + '_ {
        let nodes = self.solver.factors().map_or(&[][..], |factors| &factors.node_factors);
        nodes.iter().flat_map(|node| {
            let front = &node.frontal_factors;
            let (diagonal, below) = (&front.d_diag, &front.d_subdiag);
            (0..front.nelim).map(move |k| {
                // A block of order two is stored at its first row.
                let block = |k: usize| {
                    let (mean, half) = (0.5 * (diagonal[k] + diagonal[k + 1]), 0.5 * (diagonal[k] - diagonal[k + 1]));
                    let radius = half.hypot(below[k]);
                    // The smaller one from the determinant: the difference would cancel.
                    let larger = if mean >= 0.0 { mean + radius } else { mean - radius };
                    let determinant = diagonal[k] * diagonal[k + 1] - below[k] * below[k];
                    (larger, if larger == 0.0 { 0.0 } else { determinant / larger })
                };
                if below[k] != 0.0 && k + 1 < front.nelim {
                    block(k).0
                } else if k > 0 && below[k - 1] != 0.0 {
                    block(k - 1).1
                } else {
                    diagonal[k]
                }
            })
        })
    }

    /// Solves `A x = b` with the last factors; what belongs to a zero pivot stays 0.
    ///
    /// # Errors
    /// If nothing is factored, or a length is not the matrix's order.
    pub fn solve(&self, b: &[f64], x: &mut [f64]) -> Result<(), LdltError> {
        self.solver.solve_into(b, x).map_err(|error| LdltError(error.to_string()))
    }

    /// Nonzeros of the last factor L.
    pub fn nonzeros(&self) -> Option<usize> {
        self.solver.last_factor_stats().map(|stats| stats.nnz_l)
    }

    /// How often a pattern was analysed.
    pub fn analyses(&self) -> usize {
        self.solver.symbolic_call_count()
    }
}

#[cfg(test)]
mod tests;
