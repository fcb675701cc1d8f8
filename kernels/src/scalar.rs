//! exp, log1p, sigmoid and softplus of one number, without branches, so that loops over them vectorise. The slice
//! functions of [`elementwise`](crate::elementwise) give the same bits.
//!
//! Largest errors seen on dense samples against double-double arithmetic (a search, not a proof; the tests repeat it):
//!
//! | function | stated bound (ulp) | seen |
//! | --- | --- | --- |
//! | [`exp`] | 1.5 | 0.89 |
//! | [`log1p`] | 1.5 | 1.01 |
//! | [`sigmoid`] | 1.5 | 1.13 |
//! | [`softplus`] | 2 | 1.56 |
//!
//! The argument reductions are the classical ones of fdlibm (K. C. Ng, Sun Microsystems, 1993); the polynomials were
//! fitted for this crate by a Remez exchange in 60-digit arithmetic.

/// 1.5 * 2^52: adding it rounds a number below 2^51 in size to the nearest integer, which then stands in the low bits of
/// the mantissa. (`round` is a library call on the baseline, `as i64` has no AVX2 form.)
const MAGIC: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts; the first ends in zero bits, so that its product with an exponent is exact.
const LN2_HI: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LO: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// `q` in `e^r = 1 + r + r^2 q(r)`, |r| <= ln(2)/2; relative error of e^r 2^-60.
const Q: [f64; 11] = [
    0.5,
    0.16666666666666688,
    0.041666666666666845,
    0.008333333333312968,
    0.0013888888888757124,
    0.00019841269906227183,
    2.480158762986885e-5,
    2.7557225272744406e-6,
    2.755697884618864e-7,
    2.5115290891234432e-8,
    2.101427118579082e-9,
];

/// `R(z) / z` in `log((1 + s) / (1 - s)) = 2 s + s R(s^2)`, |s| <= 0.1716; relative error of the logarithm 2^-59.
const L: [f64; 7] = [
    0.6666666666666734,
    0.3999999999941642,
    0.28571428742112004,
    0.22222198593681133,
    0.18183563563427932,
    0.15314063902360003,
    0.1479586744701005,
];

/// A choice without a branch. Written as `if`, several choices on one condition become a branch around two copies of
/// what follows (softplus would compute two logarithms).
#[inline(always)]
fn select(condition: bool, yes: f64, no: f64) -> f64 {
    std::hint::select_unpredictable(condition, yes, no)
}

/// `(r, p, k)` with `e^x = 2^k (1 + (r + p))`, `k` an integer. x is clamped to [-746, 710], outside which the result has
/// underflowed or overflowed anyway.
#[inline(always)]
fn exp_parts(x: f64) -> (f64, f64, f64) {
    let x = select(x < -746.0, -746.0, x); // NaN passes through
    let x = select(x > 710.0, 710.0, x);
    let k = (x * std::f64::consts::LOG2_E + MAGIC) - MAGIC;
    let hi = x - k * LN2_HI;
    let lo = k * LN2_LO;
    let r = hi - lo;
    let c = (hi - r) - lo; // what the rounding of r lost
    let r2 = r * r;
    let r4 = r2 * r2;
    let q = ((Q[0] + Q[1] * r) + (Q[2] + Q[3] * r) * r2)
        + (((Q[4] + Q[5] * r) + (Q[6] + Q[7] * r) * r2) + ((Q[8] + Q[9] * r) + Q[10] * r2) * r4) * r4;
    (r, r2 * q + c, k)
}

/// `y 2^k` for an integer `k` in [-1077, 1025], as two factors, so that subnormal results and k = 1024 come out right.
#[inline(always)]
fn scale_by_power(y: f64, k: f64) -> f64 {
    let k1 = (k * 0.5 + MAGIC) - MAGIC;
    let s1 = f64::from_bits((k1 + (MAGIC + 1023.0)).to_bits() << 52);
    let s2 = f64::from_bits(((k - k1) + (MAGIC + 1023.0)).to_bits() << 52);
    y * s1 * s2
}

/// `log(2^k (1 + f))` with 1 + f in [sqrt(1/2), sqrt(2)); `c` is a correction of f, already divided by 1 + f.
#[inline(always)]
fn log_parts(f: f64, k: f64, c: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let r = z * ((L[0] + L[1] * z) + (L[2] + L[3] * z) * w + ((L[4] + L[5] * z) + L[6] * w) * (w * w));
    let h = 0.5 * f * f;
    k * LN2_HI + (f - (h - (s * (h + r) + (k * LN2_LO + c))))
}

/// `e^x`. Overflows to infinity above 709.78, is subnormal below -708.40 and 0 below -745.13; NaN gives NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let (r, p, k) = exp_parts(x);
    scale_by_power(1.0 + (r + p), k)
}

/// `log(1 + x)`: -infinity at -1, NaN below, `-0.0` at `-0.0`.
#[inline(always)]
pub fn log1p(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    let u = 1.0 + x;
    let b = u - 1.0;
    let c = (1.0 - (u - b)) + (x - b); // u + c = 1 + x exactly
    // u = 2^k m with m in [sqrt(1/2), sqrt(2)); kb = k + 1023.
    let t = u.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - SQRT_HALF);
    let kb = t >> 52;
    let m = f64::from_bits((t & MANTISSA).wrapping_add(SQRT_HALF));
    let k = f64::from_bits(kb | TWO_52) - (4_503_599_627_370_496.0 + 1023.0);
    let inverse = f64::from_bits(2046u64.wrapping_sub(kb) << 52); // 2^-k
    let c = select(x > 9_007_199_254_740_992.0, 0.0, c * inverse);
    let near = kb == 1023; // k = 0: f = x has no rounding to correct
    let f = select(near, x, m - 1.0);
    let c = select(near, 0.0, c * (2.0 - m)); // 1 / m is 2 - m to the few bits that matter
    let y = log_parts(f, k, c);
    let y = select(x == 0.0, x, y);
    let y = select(x == f64::INFINITY, x, y);
    let y = select(x == -1.0, f64::NEG_INFINITY, y);
    select(x < -1.0 || x.is_nan(), f64::NAN, y)
}

/// `1 / (1 + e^-x)`, without overflow.
#[inline(always)]
pub fn sigmoid(x: f64) -> f64 {
    let (r, p, k) = exp_parts(-x.abs());
    let t = r + p;
    let y = 1.0 + t;
    let y_low = (t - (y - 1.0)) + (p - (t - r)); // what the two roundings lost
    let (e, e_low) = (scale_by_power(y, k), scale_by_power(y_low, k));
    let d = 1.0 + e;
    let d_low = (e - (d - 1.0)) + e_low;
    let negative = x < 0.0;
    let (n, n_low) = (select(negative, e, 1.0), select(negative, e_low, 0.0));
    let q = n / d;
    // One Newton correction of n / d; the last factor is 1 / d.
    q + (n_low - q * d_low) * select(negative, 1.0 - q, q)
}

/// `log(1 + e^x) = max(x, 0) + log1p(e^-|x|)`, without overflow.
#[inline(always)]
pub fn softplus(x: f64) -> f64 {
    softplus_of_exp(x, exp(-x.abs()))
}

/// [`softplus`] given `e = exp(-|x|)`.
#[inline(always)]
pub(crate) fn softplus_of_exp(x: f64, e: f64) -> f64 {
    let u = 1.0 + e;
    let big = u > std::f64::consts::SQRT_2;
    let c = e - (u - 1.0);
    let f = select(big, 0.5 * u - 1.0, e);
    let k = select(big, 1.0, 0.0);
    let c = select(big, 0.5 * c * (2.0 - 0.5 * u), 0.0);
    let l = log_parts(f, k, c);
    select(x > 0.0, x + l, l)
}
