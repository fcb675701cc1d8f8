//! Vector updates: every element is computed on its own, so there is no order of summation.

kernel! {
    /// `y += alpha x`.
    pub fn axpy(alpha: f64, x: &[f64], y: &mut [f64]) {
        debug_assert_eq!(x.len(), y.len());
        for (y, &x) in y.iter_mut().zip(x) {
            *y += alpha * x;
        }
    }
}

kernel! {
    /// `y_i += alpha (w_i x_i)`.
    pub fn weighted_axpy(alpha: f64, w: &[f64], x: &[f64], y: &mut [f64]) {
        debug_assert!(w.len() == x.len() && x.len() == y.len());
        for ((y, &x), &w) in y.iter_mut().zip(x).zip(w) {
            *y += alpha * (w * x);
        }
    }
}

kernel! {
    /// `y = alpha x + beta y`.
    pub fn axpby(alpha: f64, x: &[f64], beta: f64, y: &mut [f64]) {
        debug_assert_eq!(x.len(), y.len());
        for (y, &x) in y.iter_mut().zip(x) {
            *y = alpha * x + beta * *y;
        }
    }
}

kernel! {
    /// `out = alpha x + beta y`.
    pub fn scaled_add(alpha: f64, x: &[f64], beta: f64, y: &[f64], out: &mut [f64]) {
        debug_assert!(x.len() == y.len() && y.len() == out.len());
        for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
            *out = alpha * x + beta * y;
        }
    }
}

kernel! {
    /// `y *= alpha`.
    pub fn scale(alpha: f64, y: &mut [f64]) {
        for y in y {
            *y *= alpha;
        }
    }
}

/// The proximal map of `t |.|`: `sign(u) max(|u| - t, 0)` for `t >= 0`. A result of zero has the sign of `u`; NaN gives
/// NaN. [`elementwise::soft_threshold`](crate::elementwise::soft_threshold) is the same on slices.
#[inline(always)]
pub fn soft_threshold(u: f64, t: f64) -> f64 {
    if u > t {
        u - t
    } else if u < -t {
        u + t
    } else {
        0.0 * u
    }
}
