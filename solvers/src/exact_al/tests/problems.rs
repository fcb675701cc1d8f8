//! W. Hock, K. Schittkowski, *Test examples for nonlinear programming codes*, 1981; P. Boggs, J. Tolle, SIAM J. Numer. Anal.
//! 26, 1989.

use super::jet::{Dense, Jet};

fn sum(terms: &[Jet]) -> Jet {
    terms[1..].iter().fold(terms[0].clone(), |sum, term| sum + term)
}

fn squares(x: &[Jet]) -> Jet {
    sum(&x.iter().map(|x| x.powi(2)).collect::<Vec<_>>())
}

pub(super) fn hs6() -> Dense {
    Dense::new("HS6", &[-1.2, 1.0], 1, |x| ((1.0 - &x[0]).powi(2), vec![10.0 * (&x[1] - x[0].powi(2))]))
}

pub(super) fn hs7() -> Dense {
    Dense::new("HS7", &[2.0, 2.0], 1, |x| {
        let a = 1.0 + x[0].powi(2);
        (a.ln() - &x[1], vec![a.powi(2) + x[1].powi(2) - 4.0])
    })
}

pub(super) fn hs28() -> Dense {
    Dense::new("HS28", &[-4.0, 1.0, 1.0], 1, |x| {
        let f = (&x[0] + &x[1]).powi(2) + (&x[1] + &x[2]).powi(2);
        (f, vec![&x[0] + 2.0 * &x[1] + 3.0 * &x[2] - 1.0])
    })
}

pub(super) fn hs40() -> Dense {
    Dense::new("HS40", &[0.8; 4], 3, |x| {
        let f = -(&x[0] * &x[1] * &x[2] * &x[3]);
        let c = vec![x[0].powi(3) + x[1].powi(2) - 1.0, x[0].powi(2) * &x[3] - &x[2], x[3].powi(2) - &x[1]];
        (f, c)
    })
}

pub(super) fn hs42() -> Dense {
    Dense::new("HS42", &[1.0; 4], 2, |x| {
        let f = sum(&[(&x[0] - 1.0).powi(2), (&x[1] - 2.0).powi(2), (&x[2] - 3.0).powi(2), (&x[3] - 4.0).powi(2)]);
        (f, vec![&x[0] - 2.0, x[2].powi(2) + x[3].powi(2) - 2.0])
    })
}

pub(super) fn hs61() -> Dense {
    Dense::new("HS61", &[0.0; 3], 2, |x| {
        let f = 4.0 * x[0].powi(2) + 2.0 * x[1].powi(2) + 2.0 * x[2].powi(2) - 33.0 * &x[0] + 16.0 * &x[1] - 24.0 * &x[2];
        (f, vec![3.0 * &x[0] - 2.0 * x[1].powi(2) - 7.0, 4.0 * &x[0] - x[2].powi(2) - 11.0])
    })
}

pub(super) fn hs78() -> Dense {
    Dense::new("HS78", &[-2.0, 1.5, 2.0, -1.0, -1.0], 3, |x| {
        let f = &x[0] * &x[1] * &x[2] * &x[3] * &x[4];
        let c = vec![
            squares(x) - 10.0,
            &x[1] * &x[2] - 5.0 * &x[3] * &x[4],
            x[0].powi(3) + x[1].powi(3) + 1.0,
        ];
        (f, c)
    })
}

pub(super) fn hs79() -> Dense {
    Dense::new("HS79", &[2.0; 5], 3, |x| {
        let root = 2.0_f64.sqrt();
        let f = sum(&[
            (&x[0] - 1.0).powi(2),
            (&x[0] - &x[1]).powi(2),
            (&x[1] - &x[2]).powi(2),
            (&x[2] - &x[3]).powi(4),
            (&x[3] - &x[4]).powi(4),
        ]);
        let c = vec![
            &x[0] + x[1].powi(2) + x[2].powi(3) - (2.0 + 3.0 * root),
            &x[1] - x[2].powi(2) + &x[3] + (2.0 - 2.0 * root),
            &x[0] * &x[4] - 2.0,
        ];
        (f, c)
    })
}

pub(super) fn bt1() -> Dense {
    Dense::new("BT1", &[0.08, 0.06], 1, |x| {
        (100.0 * x[0].powi(2) + 100.0 * x[1].powi(2) - &x[0] - 100.0, vec![squares(x) - 1.0])
    })
}

pub(super) fn bt5() -> Dense {
    Dense::new("BT5", &[2.0; 3], 2, |x| {
        let f = 1000.0 - x[0].powi(2) - 2.0 * x[1].powi(2) - x[2].powi(2) - &x[0] * &x[1] - &x[0] * &x[2];
        (f, vec![squares(x) - 25.0, 8.0 * &x[0] + 14.0 * &x[1] + 7.0 * &x[2] - 56.0])
    })
}

/// The textbook form: min 2 (x1^2 + x2^2 - 1) - x1 on the unit circle.
pub(super) fn maratos2(start: [f64; 2]) -> Dense {
    Dense::new("MARATOS2", &start, 1, |x| (2.0 * (squares(x) - 1.0) - &x[0], vec![squares(x) - 1.0]))
}
