//! Dense vectors: dot products, scaled additions, norms.
//!
//! Slices of one call must have equal lengths; the common prefix is used otherwise, and debug builds assert it.

/// The sum of eight lanes in one fixed order. Out of line, so that the lanes leave the vector code through memory.
#[inline(never)]
fn tree(s: &[f64; 8]) -> f64 {
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

/// `sum of term(i)` for `i < n` in the layout that every reduction of this crate has.
#[inline(always)]
fn reduce(n: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut acc = [[0.0f64; 8]; 4];
    let mut i = 0;
    while i + 32 <= n {
        for (u, lanes) in acc.iter_mut().enumerate() {
            for (l, lane) in lanes.iter_mut().enumerate() {
                *lane += term(i + 8 * u + l);
            }
        }
        i += 32;
    }
    let mut s = [0.0f64; 8];
    for l in 0..8 {
        s[l] = (acc[0][l] + acc[1][l]) + (acc[2][l] + acc[3][l]);
    }
    while i + 8 <= n {
        for (l, lane) in s.iter_mut().enumerate() {
            *lane += term(i + l);
        }
        i += 8;
    }
    let mut t = 0.0;
    while i < n {
        t += term(i);
        i += 1;
    }
    tree(&s) + t
}

/// `a'b`.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    debug_assert_eq!(a.len(), b.len());
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    reduce(n, |i| a[i] * b[i])
}

/// `sum of w_i a_i b_i`.
pub fn weighted_dot(w: &[f64], a: &[f64], b: &[f64]) -> f64 {
    debug_assert!(w.len() == a.len() && a.len() == b.len());
    let n = a.len().min(b.len()).min(w.len());
    let (w, a, b) = (&w[..n], &a[..n], &b[..n]);
    reduce(n, |i| w[i] * a[i] * b[i])
}

/// The sum of the entries.
pub fn sum(a: &[f64]) -> f64 {
    reduce(a.len(), |i| a[i])
}

/// `a'a`.
pub fn sum_squares(a: &[f64]) -> f64 {
    reduce(a.len(), |i| a[i] * a[i])
}

/// The Euclidean norm, without overflow or underflow in between.
pub fn nrm2(a: &[f64]) -> f64 {
    let s = sum_squares(a);
    if s.is_finite() && s > 1e-290 {
        return s.sqrt();
    }
    let m = nrm_inf(a);
    if m == 0.0 || !m.is_finite() {
        return m;
    }
    m * reduce(a.len(), |i| (a[i] / m) * (a[i] / m)).sqrt()
}

/// The sum of absolute values.
pub fn nrm1(a: &[f64]) -> f64 {
    reduce(a.len(), |i| a[i].abs())
}

/// The largest absolute value; NaN if an entry is NaN, 0 for an empty slice.
pub fn nrm_inf(a: &[f64]) -> f64 {
    let mut m = 0.0;
    for &x in a {
        let x = x.abs();
        if x > m || x.is_nan() {
            m = x;
        }
        if m.is_nan() {
            return m;
        }
    }
    m
}

/// `y += alpha x`.
pub fn axpy(alpha: f64, x: &[f64], y: &mut [f64]) {
    debug_assert_eq!(x.len(), y.len());
    for (y, &x) in y.iter_mut().zip(x) {
        *y += alpha * x;
    }
}

/// `y_i += alpha w_i x_i`.
pub fn weighted_axpy(alpha: f64, w: &[f64], x: &[f64], y: &mut [f64]) {
    debug_assert!(w.len() == x.len() && x.len() == y.len());
    for ((y, &x), &w) in y.iter_mut().zip(x).zip(w) {
        *y += alpha * (w * x);
    }
}

/// The proximal map of `t |.|`: `sign(u) max(|u| - t, 0)`.
#[inline]
pub fn soft_threshold(u: f64, t: f64) -> f64 {
    if u > t {
        u - t
    } else if u < -t {
        u + t
    } else {
        0.0 * u
    }
}
