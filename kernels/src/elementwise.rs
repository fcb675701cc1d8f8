//! Functions of one variable, applied to slices.

/// `log(1 + e^x)` without overflow.
pub fn softplus(x: &[f64], out: &mut [f64]) {
    debug_assert_eq!(x.len(), out.len());
    for (o, &x) in out.iter_mut().zip(x) {
        *o = (if x > 0.0 { x } else { 0.0 }) + (-x.abs()).exp().ln_1p();
    }
}

/// `1 / (1 + e^-x)` without overflow.
pub fn sigmoid(x: &[f64], out: &mut [f64]) {
    debug_assert_eq!(x.len(), out.len());
    for (o, &x) in out.iter_mut().zip(x) {
        let e = (-x.abs()).exp();
        *o = if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) };
    }
}
