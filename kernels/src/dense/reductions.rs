//! Sums over the entries of vectors, all in the layout of `lanes.rs`.

use crate::lanes::reduce;

kernel! {
    /// `a'b`.
    pub fn dot(a: &[f64], b: &[f64]) -> f64 {
        debug_assert_eq!(a.len(), b.len());
        let n = a.len().min(b.len());
        reduce([&a[..n], &b[..n]], |[a, b]| a * b)
    }
}

kernel! {
    /// The sum of `w_i a_i b_i`, each product taken from the left.
    pub fn weighted_dot(w: &[f64], a: &[f64], b: &[f64]) -> f64 {
        debug_assert!(w.len() == a.len() && a.len() == b.len());
        let n = w.len().min(a.len()).min(b.len());
        reduce([&w[..n], &a[..n], &b[..n]], |[w, a, b]| w * a * b)
    }
}

kernel! {
    /// The sum of `w_i a_i^2`, computed as `w_i (a_i a_i)`.
    pub fn weighted_sum_squares(w: &[f64], a: &[f64]) -> f64 {
        debug_assert_eq!(w.len(), a.len());
        let n = w.len().min(a.len());
        reduce([&w[..n], &a[..n]], |[w, a]| w * (a * a))
    }
}

kernel! {
    /// The sum of the entries.
    pub fn sum(a: &[f64]) -> f64 {
        reduce([a], |[a]| a)
    }
}

kernel! {
    /// `a'a`; infinite or zero if it overflows or underflows ([`nrm2`] does not).
    pub fn sum_squares(a: &[f64]) -> f64 {
        reduce([a], |[a]| a * a)
    }
}

kernel! {
    /// The sum of `a_i - t`: what is left of a mean `t`, without the cancellation of sums.
    pub fn sum_deviations(a: &[f64], t: f64) -> f64 {
        reduce([a], move |[a]| a - t)
    }
}

kernel! {
    /// The sum of `(a_i - t)^2`.
    pub fn sum_squared_deviations(a: &[f64], t: f64) -> f64 {
        reduce([a], move |[a]| (a - t) * (a - t))
    }
}

kernel! {
    /// The sum of `w_i (a_i - t)`.
    pub fn weighted_sum_deviations(w: &[f64], a: &[f64], t: f64) -> f64 {
        debug_assert_eq!(w.len(), a.len());
        let n = w.len().min(a.len());
        reduce([&w[..n], &a[..n]], move |[w, a]| w * (a - t))
    }
}

kernel! {
    /// The sum of `w_i (a_i - t)^2`.
    pub fn weighted_sum_squared_deviations(w: &[f64], a: &[f64], t: f64) -> f64 {
        debug_assert_eq!(w.len(), a.len());
        let n = w.len().min(a.len());
        reduce([&w[..n], &a[..n]], move |[w, a]| w * ((a - t) * (a - t)))
    }
}

kernel! {
    /// The sum of absolute values.
    pub fn nrm1(a: &[f64]) -> f64 {
        reduce([a], |[a]| a.abs())
    }
}

kernel! {
    /// The largest absolute value; NaN if an entry is NaN, 0 for an empty slice.
    pub fn nrm_inf(a: &[f64]) -> f64 {
        // A maximum has no order to keep; two accumulators hide the latency.
        let (blocks, tail) = a.as_chunks::<16>();
        let mut largest = [0.0f64; 16];
        let mut nan = [0.0f64; 16];
        for block in blocks {
            for l in 0..16 {
                let x = block[l].abs();
                largest[l] = if x > largest[l] { x } else { largest[l] };
                nan[l] = if x.is_nan() { x } else { nan[l] };
            }
        }
        let mut m = 0.0;
        for &x in largest.iter().chain(&nan).chain(tail) {
            let x = x.abs();
            if x.is_nan() {
                return f64::NAN;
            }
            if x > m {
                m = x;
            }
        }
        m
    }
}

kernel! {
    fn scaled_sum_squares(a: &[f64], scale: f64) -> f64 {
        reduce([a], |[a]| (a * scale) * (a * scale))
    }
}

/// The Euclidean norm, without overflow or underflow in between: infinite only if an entry is infinite or the norm is
/// not representable.
///
/// One pass in the usual case; where the sum of squares overflows or falls below 1e-290, two more, scaled by a power of
/// two.
pub fn nrm2(a: &[f64]) -> f64 {
    let s = sum_squares(a);
    if s.is_nan() || (s < f64::INFINITY && s > 1e-290) {
        return s.sqrt();
    }
    let m = nrm_inf(a);
    if m == 0.0 || !m.is_finite() {
        return m;
    }
    // 2^-e for m in [2^e, 2^(e+1)), kept within the normal range, where it and its inverse are exact.
    let biased = (m.to_bits() >> 52).clamp(1, 2045);
    let scale = f64::from_bits((2046 - biased) << 52);
    let inverse = f64::from_bits(biased << 52);
    scaled_sum_squares(a, scale).sqrt() * inverse
}
