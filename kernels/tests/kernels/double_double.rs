//! A reference of about 100 bits: sums of two doubles (Dekker 1971), exp by a Taylor series after halving, log by
//! Newton's iteration on exp. Shares nothing with the kernels.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The unevaluated sum `hi + lo`, |lo| at most half an ulp of hi.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dd {
    pub(crate) hi: f64,
    pub(crate) lo: f64,
}

const LN2: Dd = Dd { hi: std::f64::consts::LN_2, lo: 2.319_046_813_846_299_6e-17 };

fn two_sum(a: f64, b: f64) -> Dd {
    let hi = a + b;
    let b_part = hi - a;
    Dd { hi, lo: (a - (hi - b_part)) + (b - b_part) }
}

fn quick_two_sum(a: f64, b: f64) -> Dd {
    let hi = a + b;
    Dd { hi, lo: b - (hi - a) }
}

fn split(a: f64) -> (f64, f64) {
    let t = 134_217_729.0 * a; // 2^27 + 1
    let high = t - (t - a);
    (high, a - high)
}

fn two_product(a: f64, b: f64) -> Dd {
    let hi = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    Dd { hi, lo: ((ah * bh - hi) + ah * bl + al * bh) + al * bl }
}

impl From<f64> for Dd {
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

impl Add for Dd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let s = two_sum(self.hi, other.hi);
        let t = two_sum(self.lo, other.lo);
        let s = quick_two_sum(s.hi, s.lo + t.hi);
        quick_two_sum(s.hi, s.lo + t.lo)
    }
}

impl Neg for Dd {
    type Output = Self;
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }
}

impl Sub for Dd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Dd {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let p = two_product(self.hi, other.hi);
        quick_two_sum(p.hi, p.lo + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl Div for Dd {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let q1 = self.hi / other.hi;
        let r = self - other * Self::from(q1);
        let q2 = r.hi / other.hi;
        let r = r - other * Self::from(q2);
        quick_two_sum(q1, q2) + Self::from(r.hi / other.hi)
    }
}

impl Dd {
    /// Times 2^k, exact while nothing underflows.
    pub(crate) fn times_power(self, k: i32) -> Self {
        let half = 2f64.powi(k / 2);
        let rest = 2f64.powi(k - k / 2);
        Self { hi: self.hi * half * rest, lo: self.lo * half * rest }
    }

    /// `(m, k)` with `e^self = m 2^k`, m in [0.7, 1.42].
    pub(crate) fn exp_parts(self) -> (Self, i32) {
        let k = (self.hi / LN2.hi).round();
        // 1/2^9 of the reduced argument; undone by nine squarings of e^r - 1 (which keeps the digits).
        let r = (self - LN2 * Self::from(k)).times_power(-9);
        let mut sum = Self::from(0.0);
        for n in (1..=11).rev() {
            sum = (Self::from(1.0) + sum) * r / Self::from(f64::from(n));
        }
        for _ in 0..9 {
            sum = sum + sum + sum * sum;
        }
        (Self::from(1.0) + sum, k as i32)
    }

    /// The logarithm of a positive number.
    pub(crate) fn ln(self) -> Self {
        let mut y = Self::from(self.hi.ln());
        for _ in 0..2 {
            let (m, k) = (-y).exp_parts();
            let e = self.times_power(k) * m - Self::from(1.0); // x e^-y - 1
            y = y + e - e * e * Self::from(0.5);
        }
        y
    }

    /// log(1 + self), for a positive or small argument.
    pub(crate) fn ln_1p(self) -> Self {
        if self.hi.abs() > 1e-4 {
            return (Self::from(1.0) + self).ln();
        }
        let mut sum = Self::from(0.0);
        for n in (1..=9).rev() {
            sum = (Self::from(1.0) / Self::from(f64::from(n))) - sum * self;
        }
        sum * self
    }
}

#[test]
fn agrees_with_published_digits() {
    let close = |got: Dd, hi: f64, lo: f64| {
        let error = got - Dd { hi, lo };
        assert!(error.hi.abs() <= hi.abs() * 1e-30, "{got:?} {error:?}");
    };
    // e, e^-1, ln 10 and ln 3 to 32 digits, split into two doubles.
    close(
        Dd::from(1.0).exp_parts().0.times_power(Dd::from(1.0).exp_parts().1),
        std::f64::consts::E,
        1.4456468917292502e-16,
    );
    close(Dd::from(10.0).ln(), std::f64::consts::LN_10, -2.1707562233822494e-16);
    close(Dd::from(2.0).ln(), LN2.hi, LN2.lo);
    // log1p on both sides of its switch, against exp.
    for x in [9e-5, 1.1e-4, 1e-12, 0.3, 5.0] {
        let y = Dd::from(x).ln_1p();
        let (m, k) = y.exp_parts();
        let back = m.times_power(k) - Dd::from(1.0) - Dd::from(x);
        assert!(back.hi.abs() < 1e-30 * (1.0 + x), "{x}: {back:?}");
    }
}
