//! Values and partial derivatives of the operations, on L numbers at a time.

use super::Op;
use std::array::from_fn;
use std::f64::consts::{FRAC_2_SQRT_PI, LN_10};
use thalweg_kernels::scalar;

/// L numbers, one per element.
pub(crate) type Lanes<const L: usize> = [f64; L];

#[inline(always)]
pub(crate) fn map<const L: usize>(a: &Lanes<L>, f: impl Fn(f64) -> f64) -> Lanes<L> {
    from_fn(|l| f(a[l]))
}

#[inline(always)]
pub(crate) fn zip<const L: usize>(a: &Lanes<L>, b: &Lanes<L>, f: impl Fn(f64, f64) -> f64) -> Lanes<L> {
    from_fn(|l| f(a[l], b[l]))
}

fn truth(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// `a^k` by squaring: the platform's `powi` may be rounded in any way.
pub(crate) fn power<const L: usize>(a: &Lanes<L>, k: i32) -> Lanes<L> {
    let mut result = [1.0; L];
    let (mut square, mut left) = (*a, k.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            result = zip(&result, &square, |r, s| r * s);
        }
        left >>= 1;
        if left > 0 {
            square = zip(&square, &square, |r, s| r * s);
        }
    }
    if k < 0 { map(&result, |r| 1.0 / r) } else { result }
}

/// The value of an operation; `b` and `c` are ignored where there are fewer operands.
#[inline(always)]
pub(crate) fn value<const L: usize>(op: Op, a: &Lanes<L>, b: &Lanes<L>, c: &Lanes<L>) -> Lanes<L> {
    match op {
        Op::Neg => map(a, |a| -a),
        Op::Square => map(a, |a| a * a),
        Op::Powi(k) => power(a, k),
        Op::Sqrt => map(a, f64::sqrt),
        Op::Exp => map(a, scalar::exp),
        Op::Log => map(a, libm::log),
        Op::Log10 => map(a, libm::log10),
        Op::Sin => map(a, libm::sin),
        Op::Cos => map(a, libm::cos),
        Op::Tan => map(a, libm::tan),
        Op::Asin => map(a, libm::asin),
        Op::Acos => map(a, libm::acos),
        Op::Atan => map(a, libm::atan),
        Op::Sinh => map(a, libm::sinh),
        Op::Cosh => map(a, libm::cosh),
        Op::Tanh => map(a, libm::tanh),
        Op::Asinh => map(a, libm::asinh),
        Op::Acosh => map(a, libm::acosh),
        Op::Atanh => map(a, libm::atanh),
        Op::Erf => map(a, libm::erf),
        Op::Abs => map(a, f64::abs),
        Op::Trunc => map(a, libm::trunc),
        Op::Floor => map(a, libm::floor),
        Op::Ceil => map(a, libm::ceil),
        Op::Not => map(a, |a| truth(a == 0.0)),
        Op::Add => zip(a, b, |a, b| a + b),
        Op::Sub => zip(a, b, |a, b| a - b),
        Op::Mul => zip(a, b, |a, b| a * b),
        Op::Div => zip(a, b, |a, b| a / b),
        Op::Pow => zip(a, b, libm::pow),
        Op::Atan2 => zip(a, b, libm::atan2),
        Op::Min => zip(a, b, |a, b| if b < a || b.is_nan() { b } else { a }),
        Op::Max => zip(a, b, |a, b| if b > a || b.is_nan() { b } else { a }),
        Op::Mod => zip(a, b, |a, b| a - b * libm::trunc(a / b)),
        Op::Sign => zip(a, b, |a, b| if b >= 0.0 { a.abs() } else { -a.abs() }),
        Op::Less => zip(a, b, |a, b| truth(a < b)),
        Op::LessEqual => zip(a, b, |a, b| truth(a <= b)),
        Op::Equal => zip(a, b, |a, b| truth(a == b)),
        Op::And => zip(a, b, |a, b| truth(a != 0.0 && b != 0.0)),
        Op::Or => zip(a, b, |a, b| truth(a != 0.0 || b != 0.0)),
        Op::Select => from_fn(|l| if a[l] != 0.0 { b[l] } else { c[l] }),
    }
}

/// The partial derivatives with respect to the first two operands (`Select` has its own case in the sweeps). `v` is the
/// value. With `fixed` the second operand is a constant, so that its derivative may be left out.
#[inline(always)]
pub(crate) fn first<const L: usize>(
    op: Op,
    fixed: bool,
    a: &Lanes<L>,
    b: &Lanes<L>,
    v: &Lanes<L>,
) -> (Lanes<L>, Lanes<L>) {
    let zero = [0.0; L];
    let one = [1.0; L];
    let da = match op {
        Op::Neg => [-1.0; L],
        Op::Square => map(a, |a| 2.0 * a),
        Op::Powi(0) => zero,
        Op::Powi(k) => map(&power(a, k.saturating_sub(1)), |p| f64::from(k) * p),
        Op::Sqrt => map(v, |v| 0.5 / v),
        Op::Exp => *v,
        Op::Log => map(a, |a| 1.0 / a),
        Op::Log10 => map(a, |a| 1.0 / (a * LN_10)),
        Op::Sin => map(a, libm::cos),
        Op::Cos => map(a, |a| -libm::sin(a)),
        Op::Tan => map(v, |v| 1.0 + v * v),
        Op::Asin => map(a, |a| 1.0 / ((1.0 - a) * (1.0 + a)).sqrt()),
        Op::Acos => map(a, |a| -1.0 / ((1.0 - a) * (1.0 + a)).sqrt()),
        Op::Atan => map(a, |a| 1.0 / (1.0 + a * a)),
        Op::Sinh => map(a, libm::cosh),
        Op::Cosh => map(a, libm::sinh),
        Op::Tanh => map(v, |v| (1.0 - v) * (1.0 + v)),
        Op::Asinh => map(a, |a| 1.0 / (1.0 + a * a).sqrt()),
        Op::Acosh => map(a, |a| 1.0 / ((a - 1.0) * (a + 1.0)).sqrt()),
        Op::Atanh => map(a, |a| 1.0 / ((1.0 - a) * (1.0 + a))),
        Op::Erf => map(a, |a| FRAC_2_SQRT_PI * scalar::exp(-a * a)),
        Op::Abs => map(a, |a| if a >= 0.0 { 1.0 } else { -1.0 }),
        Op::Sign => zip(a, b, |a, b| if (a >= 0.0) == (b >= 0.0) { 1.0 } else { -1.0 }),
        Op::Mul => return (*b, *a),
        Op::Div => {
            let inverse = map(b, |b| 1.0 / b);
            return (inverse, zip(v, &inverse, |v, r| -v * r));
        }
        Op::Sub => return (one, [-1.0; L]),
        Op::Add => return (one, one),
        Op::Min => return (zip(a, b, |a, b| truth(!(b < a))), zip(a, b, |a, b| truth(b < a))),
        Op::Max => return (zip(a, b, |a, b| truth(!(b > a))), zip(a, b, |a, b| truth(b > a))),
        Op::Mod => return (one, zip(a, b, |a, b| -libm::trunc(a / b))),
        Op::Pow => {
            let da = zip(a, b, |a, b| if b == 0.0 { 0.0 } else { b * libm::pow(a, b - 1.0) });
            let db = if fixed { zero } else { zip(a, v, |a, v| if v == 0.0 { 0.0 } else { v * libm::log(a) }) };
            return (da, db);
        }
        Op::Atan2 => {
            let r = zip(a, b, |a, b| 1.0 / (a * a + b * b));
            return (zip(b, &r, |b, r| b * r), zip(a, &r, |a, r| -a * r));
        }
        Op::Trunc
        | Op::Floor
        | Op::Ceil
        | Op::Not
        | Op::Less
        | Op::LessEqual
        | Op::Equal
        | Op::And
        | Op::Or
        | Op::Select => zero,
    };
    (da, zero)
}

/// The second partial derivatives `(aa, ab, bb)`; `da` and `db` are the first ones.
#[inline(always)]
pub(crate) fn second<const L: usize>(
    op: Op,
    fixed: bool,
    [a, b, v, da, db]: [&Lanes<L>; 5],
) -> (Lanes<L>, Lanes<L>, Lanes<L>) {
    let zero = [0.0; L];
    let aa = match op {
        Op::Square => [2.0; L],
        Op::Powi(0 | 1) => zero,
        Op::Powi(k) => map(&power(a, k.saturating_sub(2)), |p| f64::from(k) * (f64::from(k) - 1.0) * p),
        Op::Sqrt => zip(a, da, |a, d| -0.5 * d / a),
        Op::Exp => *v,
        Op::Log => map(da, |d| -d * d),
        Op::Log10 => zip(a, da, |a, d| -d / a),
        Op::Sin | Op::Cos => map(v, |v| -v),
        Op::Tan => zip(v, da, |v, d| 2.0 * v * d),
        Op::Asin | Op::Acos => zip(a, da, |a, d| a * d / ((1.0 - a) * (1.0 + a))),
        Op::Atan => zip(a, da, |a, d| -2.0 * a * d * d),
        Op::Sinh | Op::Cosh => *v,
        Op::Tanh => zip(v, da, |v, d| -2.0 * v * d),
        Op::Asinh => zip(a, da, |a, d| -a * d / (1.0 + a * a)),
        Op::Acosh => zip(a, da, |a, d| -a * d / ((a - 1.0) * (a + 1.0))),
        Op::Atanh => zip(a, da, |a, d| 2.0 * a * d * d),
        Op::Erf => zip(a, da, |a, d| -2.0 * a * d),
        Op::Mul => return (zero, [1.0; L], zero),
        Op::Div => {
            let ab = map(da, |r| -r * r);
            return (zero, ab, zip(db, da, |d, r| -2.0 * d * r));
        }
        Op::Pow => {
            let aa = zip(a, b, |a, b| if b == 0.0 || b == 1.0 { 0.0 } else { b * (b - 1.0) * libm::pow(a, b - 2.0) });
            if fixed {
                return (aa, zero, zero);
            }
            let ab = from_fn(|l| libm::pow(a[l], b[l] - 1.0) + da[l] * libm::log(a[l]));
            let bb = zip(a, db, |a, d| if d == 0.0 { 0.0 } else { d * libm::log(a) });
            return (aa, ab, bb);
        }
        Op::Atan2 => {
            let aa = zip(da, db, |p, q| 2.0 * p * q);
            return (aa, zip(da, db, |p, q| q * q - p * p), map(&aa, |s| -s));
        }
        _ => zero,
    };
    (aa, zero, zero)
}
