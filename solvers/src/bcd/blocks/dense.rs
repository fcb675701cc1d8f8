//! Small symmetric matrices: Cholesky factors that grow by rows, eigenvalues, solves that tolerate a null space.

use crate::run::MethodError;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, MatRef, Par};
use serde::{Deserialize, Serialize};

/// A symmetric matrix of the size of a block, both halves stored.
#[derive(Clone, Debug, Default)]
pub struct Symmetric {
    size: usize,
    values: Vec<f64>,
}

impl Symmetric {
    /// Makes it a zero matrix of this size.
    pub fn reset(&mut self, size: usize) {
        self.size = size;
        self.values.clear();
        self.values.resize(size * size, 0.0);
    }

    /// The number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Row `i`, which is also column `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.size..][..self.size]
    }

    /// Row `i`; the caller keeps the matrix symmetric.
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.values[i * self.size..][..self.size]
    }

    pub(super) fn trace(&self) -> f64 {
        (0..self.size).fold(0.0, |t, i| t + self.row(i)[i])
    }

    /// `sum over j of |H_ij|`.
    pub(super) fn absolute_row_sum(&self, i: usize) -> f64 {
        self.row(i).iter().fold(0.0, |s, h| s + h.abs())
    }

    /// The rows and columns of `keep`.
    pub(super) fn restricted(&self, keep: &[usize]) -> Self {
        let values = keep.iter().flat_map(|&i| keep.iter().map(move |&j| self.row(i)[j])).collect();
        Self { size: keep.len(), values }
    }

    /// The largest eigenvalue; for large blocks an upper bound of it (trace, row sums). Power iteration would bound it from
    /// below, and steps of that length need not descend.
    pub(super) fn largest_eigenvalue(&self) -> Result<f64, MethodError> {
        match self.size {
            0 => Ok(0.0),
            1 => Ok(self.values[0]),
            2..=128 => Ok(Eigen::new(self, false)?.largest()),
            _ => Ok((0..self.size).fold(0.0, |m, i| self.absolute_row_sum(i).max(m)).min(self.trace())),
        }
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |s, (a, b)| s + a * b)
}

/// `H = L L'`, rows of `L` one after the other, so that a row can be appended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cholesky {
    size: usize,
    rows: Vec<f64>,
}

impl Cholesky {
    /// Of `H + shift I`, or `None` if it is not positive definite to rounding.
    pub(super) fn new(h: &Symmetric, shift: f64) -> Option<Self> {
        let mut factor = Self::default();
        let mut row = Vec::with_capacity(h.size());
        for i in 0..h.size() {
            row.clear();
            row.extend_from_slice(&h.row(i)[..=i]);
            row[i] += shift;
            factor.append(&mut row, 0.0).then_some(())?;
        }
        Some(factor)
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.rows[i * (i + 1) / 2..][..=i]
    }

    /// Appends the matrix row `h` (the diagonal entry last), which becomes the row of the factor. Returns whether the pivot
    /// exceeds `least`; if not, the factor stays as it is.
    pub(super) fn append(&mut self, h: &mut [f64], least: f64) -> bool {
        for j in 0..self.size {
            let l = self.row(j);
            h[j] = (h[j] - dot(&l[..j], &h[..j])) / l[j];
        }
        let pivot = h[self.size] - dot(&h[..self.size], &h[..self.size]);
        if pivot.is_nan() || pivot <= least {
            return false;
        }
        h[self.size] = pivot.sqrt();
        self.rows.extend_from_slice(h);
        self.size += 1;
        true
    }

    /// The number of rows.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Whether the rows are those of a factor.
    pub(super) fn is_sound(&self) -> bool {
        self.size.checked_add(1).and_then(|n| n.checked_mul(self.size)) == Some(2 * self.rows.len())
            && (0..self.size).all(|i| self.row(i)[i] > 0.0)
    }

    /// Takes row and column `k` out of the matrix. What is left of `L` has one entry above its diagonal in every row from
    /// `k` on; plane rotations of its columns take them away (Golub, Van Loan, *Matrix Computations*, section 6.5).
    pub(super) fn remove(&mut self, k: usize) {
        let n = self.size - 1;
        let mut below: Vec<Vec<f64>> = (k + 1..=n).map(|i| self.row(i).to_vec()).collect();
        for j in k..n {
            let (a, b) = (below[j - k][j], below[j - k][j + 1]);
            let length = (a * a + b * b).sqrt();
            let (c, s) = (a / length, b / length);
            for row in &mut below[j - k..] {
                let (x, y) = (row[j], row[j + 1]);
                row[j] = c * x + s * y;
                row[j + 1] = c * y - s * x;
            }
            below[j - k].truncate(j + 1);
        }
        self.rows.truncate(k * (k + 1) / 2);
        below.iter().for_each(|row| self.rows.extend_from_slice(row));
        self.size = n;
    }

    /// Replaces `b` by the solution of `H x = b`.
    pub(super) fn solve(&self, b: &mut [f64]) {
        for i in 0..self.size {
            let l = self.row(i);
            b[i] = (b[i] - dot(&l[..i], &b[..i])) / l[i];
        }
        for i in (0..self.size).rev() {
            let l = self.row(i);
            b[i] /= l[i];
            let x = b[i];
            b[..i].iter_mut().zip(&l[..i]).for_each(|(b, l)| *b -= l * x);
        }
    }
}

/// `H = Q diag(e) Q'` with ascending `e`.
#[derive(Clone, Debug)]
pub(super) struct Eigen {
    pub(super) values: Vec<f64>,
    vectors: Mat<f64>,
}

impl Eigen {
    /// One thread, so that the bits do not depend on how many there are.
    pub(super) fn new(h: &Symmetric, vectors: bool) -> Result<Self, MethodError> {
        let n = h.size;
        let wanted = if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
        let mut memory = MemBuffer::new(self_adjoint_evd_scratch::<f64>(n, wanted, Par::Seq, Default::default()));
        let (mut values, mut q) = (Diag::<f64>::zeros(n), Mat::zeros(n, n));
        self_adjoint_evd(
            MatRef::from_column_major_slice(&h.values, n, n),
            values.as_mut(),
            vectors.then_some(q.as_mut()),
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        )
        .map_err(|_| MethodError::Numerical("the eigenvalues of a block did not converge".to_owned()))?;
        Ok(Self { values: (0..n).map(|i| values[i]).collect(), vectors: q })
    }

    fn largest(&self) -> f64 {
        self.values.last().copied().unwrap_or(0.0)
    }

    /// `Q' v`.
    pub(super) fn coordinates(&self, v: &[f64]) -> Vec<f64> {
        (0..v.len()).map(|k| (0..v.len()).fold(0.0, |s, i| s + self.vectors[(i, k)] * v[i])).collect()
    }

    /// `Q c`.
    pub(super) fn combine(&self, c: &[f64]) -> Vec<f64> {
        (0..c.len()).map(|i| (0..c.len()).fold(0.0, |s, k| s + self.vectors[(i, k)] * c[k])).collect()
    }
}

/// What solves with a symmetric positive semidefinite matrix.
#[derive(Clone, Debug)]
pub(super) enum Factor {
    /// The usual case.
    Definite(Cholesky),
    /// Dependent columns: the pseudo-inverse, with eigenvalues below `1e-12` of the largest taken for 0. Gradients lie in the
    /// range, so that nothing is lost.
    Semidefinite(Eigen),
}

impl Factor {
    /// Of `H + relative_shift trace(H) I`.
    pub(super) fn new(h: &Symmetric, relative_shift: f64) -> Result<Self, MethodError> {
        match Cholesky::new(h, relative_shift * h.trace()) {
            Some(factor) => Ok(Self::Definite(factor)),
            None => Eigen::new(h, true).map(Self::Semidefinite),
        }
    }

    /// Of a bound `H_b`, which is shifted by `1e-12` of its mean diagonal.
    pub(super) fn of_bound(h: &Symmetric) -> Result<Self, MethodError> {
        Self::new(h, 1e-12 / h.size().max(1) as f64)
    }

    /// `-H^{-1} g`, into `d`.
    pub(super) fn newton_step(&self, g: &[f64], d: &mut Vec<f64>) {
        d.clear();
        d.extend(g.iter().map(|g| -g));
        match self {
            Self::Definite(factor) => factor.solve(d),
            Self::Semidefinite(eigen) => {
                let cut = 1e-12 * eigen.largest();
                let mut c = eigen.coordinates(d);
                c.iter_mut().zip(&eigen.values).for_each(|(c, &e)| *c = if e > cut { *c / e } else { 0.0 });
                *d = eigen.combine(&c);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_problems::generate::reference_random::SplitMix64;

    /// Rows appended and taken out in any order, against the factor made anew.
    #[test]
    fn a_factor_follows_its_rows() {
        let (n, mut random) = (12, SplitMix64::new(2));
        let a: Vec<f64> = (0..n * n).map(|_| random.normal()).collect();
        let mut h = Symmetric::default();
        h.reset(n);
        for i in 0..n {
            for j in 0..n {
                h.row_mut(i)[j] = dot(&a[i * n..][..n], &a[j * n..][..n]) + f64::from(u8::from(i == j));
            }
        }
        let (mut factor, mut inside) = (Cholesky::default(), Vec::<usize>::new());
        for _ in 0..200 {
            let i = random.below(n);
            if let Some(k) = inside.iter().position(|&j| j == i) {
                inside.remove(k);
                factor.remove(k);
            } else {
                let mut row: Vec<f64> = inside.iter().chain([&i]).map(|&j| h.row(i)[j]).collect();
                assert!(factor.append(&mut row, 0.0));
                inside.push(i);
            }
            let fresh = Cholesky::new(&h.restricted(&inside), 0.0).unwrap();
            assert!(factor.is_sound() && factor.size() == inside.len());
            approx::assert_relative_eq!(factor.rows.as_slice(), fresh.rows.as_slice(), epsilon = 1e-10);
        }
    }
}
