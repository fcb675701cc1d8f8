//! Dense linear algebra for the tests: row-major square matrices.

/// Solves `A x = b` by elimination with partial pivoting; `None` if a pivot is zero.
pub(super) fn solve(mut a: Vec<f64>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i * n + k].abs().total_cmp(&a[j * n + k].abs()))?;
        if a[pivot * n + k] == 0.0 {
            return None;
        }
        if pivot != k {
            b.swap(k, pivot);
            let (above, below) = a.split_at_mut(pivot * n);
            above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
        }
        let (above, below) = a.split_at_mut((k + 1) * n);
        let row = &above[k * n + k..];
        for (i, target) in below.chunks_exact_mut(n).enumerate() {
            let factor = target[k] / row[0];
            if factor != 0.0 {
                target[k..].iter_mut().zip(row).for_each(|(t, r)| *t -= factor * r);
                b[k + 1 + i] -= factor * b[k];
            }
        }
    }
    for k in (0..n).rev() {
        let known: f64 = a[k * n + k + 1..(k + 1) * n].iter().zip(&b[k + 1..]).map(|(a, x)| a * x).sum();
        b[k] = (b[k] - known) / a[k * n + k];
    }
    Some(b)
}

/// Solves `A x = b` for a positive definite A by Cholesky's method; `None` if A is not.
pub(super) fn solve_definite(mut a: Vec<f64>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        let (above, row) = a.split_at_mut(i * n);
        for j in 0..=i {
            let dot: f64 = if j < i {
                row[..j].iter().zip(&above[j * n..]).map(|(x, y)| x * y).sum()
            } else {
                row[..i].iter().map(|x| x * x).sum()
            };
            let rest = row[j] - dot;
            if j < i {
                row[j] = rest / above[j * n + j];
            } else if rest > 1e-14 * row[i].abs() {
                row[i] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    for i in 0..n {
        let dot: f64 = a[i * n..i * n + i].iter().zip(&b).map(|(a, x)| a * x).sum();
        b[i] = (b[i] - dot) / a[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] /= a[i * n + i];
        let x = b[i];
        a[i * n..i * n + i].iter().zip(&mut b).for_each(|(a, b)| *b -= a * x);
    }
    Some(b)
}
