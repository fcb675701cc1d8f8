//! Functions of one variable, applied to slices: `out[i] = f(x[i])`, with the bits of [`scalar`], where
//! the accuracy is stated.
//!
//! `x` and `out` must have equal lengths; the common prefix is used otherwise, and debug builds assert it.

use crate::{dense, scalar};

kernel! {
    /// `e^x`, within 1.5 ulp.
    pub fn exp(x: &[f64], out: &mut [f64]) {
        debug_assert_eq!(x.len(), out.len());
        for (o, &x) in out.iter_mut().zip(x) {
            *o = scalar::exp(x);
        }
    }
}

kernel! {
    /// `log(1 + x)`, within 1.5 ulp.
    pub fn log1p(x: &[f64], out: &mut [f64]) {
        debug_assert_eq!(x.len(), out.len());
        for (o, &x) in out.iter_mut().zip(x) {
            *o = scalar::log1p(x);
        }
    }
}

kernel! {
    /// `1 / (1 + e^-x)` without overflow, within 1.5 ulp.
    pub fn sigmoid(x: &[f64], out: &mut [f64]) {
        debug_assert_eq!(x.len(), out.len());
        for (o, &x) in out.iter_mut().zip(x) {
            *o = scalar::sigmoid(x);
        }
    }
}

kernel! {
    /// `log(1 + e^x)` without overflow, within 2 ulp.
    pub fn softplus(x: &[f64], out: &mut [f64]) {
        debug_assert_eq!(x.len(), out.len());
        // The exponential and the logarithm in one loop are one long chain of dependent operations, of which the
        // processor overlaps too few; two loops over a piece that stays in the first-level cache are faster.
        for (out, x) in out.chunks_mut(512).zip(x.chunks(512)) {
            for (o, &x) in out.iter_mut().zip(x) {
                *o = scalar::exp(-x.abs());
            }
            for (o, &x) in out.iter_mut().zip(x) {
                *o = scalar::softplus_of_exp(x, *o);
            }
        }
    }
}

kernel! {
    /// The proximal map of `t` times the 1-norm: [`dense::soft_threshold`] of every element.
    pub fn soft_threshold(x: &[f64], t: f64, out: &mut [f64]) {
        debug_assert_eq!(x.len(), out.len());
        for (o, &x) in out.iter_mut().zip(x) {
            *o = dense::soft_threshold(x, t);
        }
    }
}
