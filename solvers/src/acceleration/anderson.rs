//! Anderson extrapolation of a fixed-point iteration (Bertrand and Massias, *Anderson acceleration of coordinate descent*,
//! AISTATS 2021, algorithm 2).

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use thalweg_kernels::dense;

/// Stores `depth + 1` iterates, then offers their extrapolation and starts anew.
#[derive(Clone, Debug)]
pub struct Anderson {
    depth: usize,
    iterates: Vec<Vec<f64>>,
    stored: usize,
}

impl Anderson {
    /// Extrapolates from `depth` differences; 0 never does.
    pub fn new(depth: usize) -> Self {
        Self { depth, iterates: Vec::new(), stored: 0 }
    }

    /// Forgets the stored iterates.
    pub fn clear(&mut self) {
        self.stored = 0;
    }

    /// Stores an iterate. With the last one that is needed, writes the extrapolated point to `out` and returns true; the
    /// store is then empty again. A singular system is skipped.
    pub fn push(&mut self, x: &[f64], out: &mut Vec<f64>) -> bool {
        if self.depth == 0 {
            return false;
        }
        if self.iterates.len() == self.stored {
            self.iterates.push(Vec::new());
        }
        self.iterates[self.stored].clear();
        self.iterates[self.stored].extend_from_slice(x);
        self.stored += 1;
        if self.stored <= self.depth {
            return false;
        }
        self.stored = 0;
        self.extrapolate(out)
    }

    /// `sum of q_k x^(k+1)` with `(U'U) q = 1`, `sum of q = 1`, U the differences.
    fn extrapolate(&self, out: &mut Vec<f64>) -> bool {
        let (k, p) = (self.depth, self.iterates[0].len());
        let differences: Vec<Vec<f64>> =
            (0..k).map(|i| self.iterates[i + 1].iter().zip(&self.iterates[i]).map(|(b, a)| b - a).collect()).collect();
        let mut gram = Mat::<f64>::from_fn(k, k, |i, j| dense::dot(&differences[i], &differences[j]));
        let trace: f64 = (0..k).map(|i| gram[(i, i)]).sum();
        if !trace.is_finite() || trace == 0.0 {
            return false;
        }
        for i in 0..k {
            gram[(i, i)] += 1e-14 * trace;
        }
        let Ok(factor) = gram.llt(Side::Lower) else { return false };
        let q = factor.solve(&Mat::<f64>::from_fn(k, 1, |_, _| 1.0));
        let total: f64 = (0..k).map(|i| q[(i, 0)]).sum();
        out.clear();
        out.resize(p, 0.0);
        for i in 0..k {
            dense::axpy(q[(i, 0)] / total, &self.iterates[i + 1], out);
        }
        out.iter().all(|x| x.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any d + 1 differences in dimension d are dependent: a linear iteration is then solved exactly.
    #[test]
    fn solves_a_linear_iteration_from_one_difference_more_than_its_dimension() {
        let step = |x: &[f64]| vec![0.9 * x[0] + 0.05 * x[1] + 1.0, 0.05 * x[0] + 0.5 * x[1] - 2.0];
        // (I - M) x = b, by Cramer's rule.
        let det = 0.1 * 0.5 - 0.05 * 0.05;
        let expected = [(0.5 - 0.1) / det, (0.05 - 0.2) / det];
        let (mut anderson, mut x, mut out) = (Anderson::new(3), vec![0.0, 0.0], Vec::new());
        for _ in 0..3 {
            assert!(!anderson.push(&x, &mut out));
            x = step(&x);
        }
        assert!(anderson.push(&x, &mut out));
        approx::assert_relative_eq!(out[0], expected[0], max_relative = 1e-6);
        approx::assert_relative_eq!(out[1], expected[1], max_relative = 1e-6);
    }

    #[test]
    fn a_sequence_that_stands_still_is_skipped() {
        let (mut anderson, mut out) = (Anderson::new(1), Vec::new());
        assert!(!anderson.push(&[1.0], &mut out));
        assert!(!anderson.push(&[1.0], &mut out));
    }
}
