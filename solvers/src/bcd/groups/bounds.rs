//! Upper bounds of the curvature of a group.

use thalweg_kernels::dense;
use thalweg_problems::design::{Design, Moments};
use thalweg_problems::glm::Groups;

/// Groups with more columns get the trace as bound.
const LARGEST: usize = 256;

/// How often the matrix is squared: the bound is at most `m^(1 / 2^(k + 1))` times too large.
const SQUARINGS: u32 = 7;

/// Buffers.
#[derive(Clone, Debug, Default)]
pub(super) struct BoundScratch {
    gram: Vec<f64>,
    square: Vec<f64>,
    row: Vec<f64>,
    buffer: Vec<f64>,
    /// Sums of the columns, at the columns' own indices.
    pub(super) sums: Vec<f64>,
}

/// The members of a group, a run of columns for each target.
pub(super) fn runs<'a>(groups: &'a Groups, members: &'a [usize]) -> impl Iterator<Item = (usize, &'a [usize])> {
    members.chunk_by(|&a, &b| groups.place(a).1 == groups.place(b).1).map(|run| (groups.place(run[0]).1, run))
}

/// An upper bound of the largest eigenvalue of `X_B' diag(h) X_B`, about the weighted means if `total_weight` is given.
/// `moments` belong to `columns`.
pub(super) fn block_bound(
    design: &Design,
    columns: &[usize],
    moments: &[Moments],
    weights: Option<&[f64]>,
    total_weight: Option<f64>,
    s: &mut BoundScratch,
) -> f64 {
    let m = columns.len();
    let square = |k: usize| if total_weight.is_some() { moments[k].centred_squares } else { moments[k].squares };
    let trace = (0..m).fold(0.0, |t, k| t + square(k));
    if m == 1 || m > LARGEST || trace == 0.0 {
        return trace;
    }
    s.sums.resize(design.columns(), 0.0);
    s.buffer.resize(design.rows(), 0.0);
    columns.iter().zip(moments).for_each(|(&j, moments)| s.sums[j] = moments.sum);
    s.gram.clear();
    s.gram.resize(m * m, 0.0);
    s.row.resize(m, 0.0);
    for k in 0..m {
        s.gram[k * m + k] = square(k);
        let others = &columns[..k];
        let row = &mut s.row[..k];
        design.gram_column(columns[k], others, weights, &s.sums, total_weight, &mut s.buffer, row);
        for (l, &value) in row.iter().enumerate() {
            s.gram[k * m + l] = value;
            s.gram[l * m + k] = value;
        }
    }
    largest_eigenvalue_bound(&mut s.gram, m, &mut s.square).min(trace)
}

/// `|A^(2^k)|_F^(1 / 2^k)` for a positive semidefinite matrix: at least the largest eigenvalue, and for k squarings at most
/// `m^(1 / 2^(k + 1))` times it.
fn largest_eigenvalue_bound(a: &mut Vec<f64>, m: usize, square: &mut Vec<f64>) -> f64 {
    let (mut bound, mut root) = (1.0, 1.0);
    for _ in 0..SQUARINGS {
        // lambda_max = scale * lambda_max(A / scale), and lambda_max(A / scale)^2 = lambda_max of the square.
        let scale = dense::sum_squares(a).sqrt();
        if scale == 0.0 {
            return 0.0;
        }
        a.iter_mut().for_each(|x| *x /= scale);
        bound *= power(scale, root);
        root *= 0.5;
        square.clear();
        for i in 0..m {
            let row = &a[i * m..(i + 1) * m];
            square.extend((0..m).map(|j| dense::dot(row, &a[j * m..(j + 1) * m])));
        }
        std::mem::swap(a, square);
    }
    // Room for the rounding of the products.
    bound * power(dense::sum_squares(a).sqrt(), root) * (1.0 + 1e-10)
}

/// `x^(2^-k)` by square roots, for `exponent = 2^-k`.
fn power(x: f64, exponent: f64) -> f64 {
    let (mut x, mut e) = (x, exponent);
    while e < 1.0 {
        x = x.sqrt();
        e *= 2.0;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_problems::generate::reference_random::SplitMix64;

    /// At least the value of a power iteration, and hardly more.
    #[test]
    fn bounds_are_tight_and_above() {
        let mut random = SplitMix64::new(1);
        for (n, m) in [(20, 5), (10, 30), (3, 2), (40, 12)] {
            let x: Vec<f64> = (0..n * m).map(|_| random.normal()).collect();
            let mut gram = vec![0.0; m * m];
            for i in 0..m {
                for j in 0..m {
                    gram[i * m + j] = dense::dot(&x[i * n..(i + 1) * n], &x[j * n..(j + 1) * n]);
                }
            }
            let mut v: Vec<f64> = (0..m).map(|_| random.normal()).collect();
            let mut value = 0.0;
            for _ in 0..3_000 {
                let w: Vec<f64> = (0..m).map(|i| dense::dot(&gram[i * m..(i + 1) * m], &v)).collect();
                value = dense::sum_squares(&w).sqrt();
                v = w.iter().map(|w| w / value).collect();
            }
            let bound = largest_eigenvalue_bound(&mut gram, m, &mut Vec::new());
            assert!(bound >= value * (1.0 - 1e-12), "{n} {m}: {bound} {value}");
            assert!(bound <= 1.02 * value, "{n} {m}: {bound} {value}");
        }
    }
}
