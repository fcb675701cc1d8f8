//! Properties that hold for every penalty of groups.

use super::*;
use crate::generate::reference_random::SplitMix64;

fn members() -> Vec<Box<dyn GroupPenalty>> {
    let weights = vec![1.0, 5.0_f64.sqrt(), 0.3];
    vec![
        Box::new(GroupLasso::new(0.7, weights.clone()).unwrap()),
        Box::new(NonnegativeGroup::new(0.7, weights.clone()).unwrap()),
        Box::new(SparseGroup::new(0.7, 0.4, weights.clone()).unwrap()),
        Box::new(SparseGroup::new(0.7, 0.0, weights.clone()).unwrap()),
        Box::new(SparseGroup::new(0.7, 1.0, weights).unwrap()),
    ]
}

fn draw(random: &mut SplitMix64, scale: f64) -> Vec<f64> {
    (0..4).map(|_| if random.uniform() < 0.2 { 0.0 } else { scale * random.normal() }).collect()
}

fn each(mut check: impl FnMut(&dyn GroupPenalty, usize, &mut SplitMix64)) {
    let mut random = SplitMix64::new(3);
    for penalty in members() {
        for k in 0..300 {
            check(penalty.as_ref(), k % 3, &mut random);
        }
    }
}

/// The prox minimises: no nearby point is better; and `(u - x) / step` is a subgradient there.
#[test]
fn proxes_are_minimisers() {
    each(|penalty, b, random| {
        let (u, step) = (draw(random, 2.0), 0.2 + random.uniform());
        let mut x = u.clone();
        penalty.prox_of(b, &mut x, step);
        let value = |v: &[f64]| {
            let square: f64 = v.iter().zip(&u).map(|(v, u)| (v - u).powi(2)).sum();
            penalty.value_of(b, v) + square / (2.0 * step)
        };
        for scale in [1e-1, 1e-3] {
            let other: Vec<f64> = x.iter().zip(draw(random, scale)).map(|(x, d)| x + d).collect();
            assert!(value(&other) >= value(&x) - 1e-12, "{} {b}", penalty.name());
        }
        let c: Vec<f64> = u.iter().zip(&x).map(|(u, x)| (u - x) / step).collect();
        assert!(penalty.subdifferential_distance(b, &x, &c) <= 1e-12, "{} {b}", penalty.name());
        let at_zero = x.iter().all(|x| *x == 0.0);
        assert!(!at_zero || penalty.slack_of(b, &c) >= -1e-12);
        // The subgradient satisfies Fenchel-Young with equality (scaled into the domain by an ulp if need be).
        assert!(penalty.fenchel_gap_of(b, &x, &c) <= 1e-12 * (1.0 + value(&x)), "{} {b}", penalty.name());
    });
}

/// Firm non-expansiveness: `|Pu - Pv|^2 <= (Pu - Pv)'(u - v)`.
#[test]
fn proxes_are_firmly_nonexpansive() {
    each(|penalty, b, random| {
        let (u, v) = (draw(random, 2.0), draw(random, 2.0));
        let (mut pu, mut pv) = (u.clone(), v.clone());
        penalty.prox_of(b, &mut pu, 0.8);
        penalty.prox_of(b, &mut pv, 0.8);
        let (mut left, mut right) = (0.0, 0.0);
        for i in 0..4 {
            left += (pu[i] - pv[i]).powi(2);
            right += (pu[i] - pv[i]) * (u[i] - v[i]);
        }
        assert!(left <= right + 1e-12, "{}", penalty.name());
    });
}

/// The limit is the border of the conjugate's domain, where the slack of a group at rest ends.
#[test]
fn dual_limits_are_the_border() {
    each(|penalty, b, random| {
        let (x, c) = (draw(random, 1.0), draw(random, 2.0));
        let limit = penalty.dual_limit_of(b, &c);
        let at = |s: f64| c.iter().map(|c| s * c).collect::<Vec<f64>>();
        let x: Vec<f64> = x.iter().map(|x| x.abs()).collect();
        if limit.is_finite() {
            assert!(penalty.fenchel_gap_of(b, &x, &at(limit)).is_finite(), "{} {b} {limit}", penalty.name());
            assert!(penalty.fenchel_gap_of(b, &x, &at(limit * (1.0 + 1e-9))).is_infinite(), "{}", penalty.name());
            assert!(penalty.slack_of(b, &at(limit)).abs() <= 1e-12);
        } else {
            assert!(penalty.fenchel_gap_of(b, &x, &at(1e6)).is_finite());
        }
        // psi(x) + psi^*(c) - x'c with psi^* = 0 on the domain.
        let c = at(0.5 * limit.min(2.0));
        let expected = penalty.value_of(b, &x) - x.iter().zip(&c).map(|(x, c)| x * c).sum::<f64>();
        assert!((penalty.fenchel_gap_of(b, &x, &c) - expected).abs() <= 1e-12, "{} {b}", penalty.name());
    });
}

/// A group whose correlation may move by a radius less than the slack stays at 0.
#[test]
fn slack_is_a_radius() {
    each(|penalty, b, random| {
        let c = draw(random, 0.3);
        let slack = penalty.slack_of(b, &c);
        let d = draw(random, 1.0);
        let length = norm(&d);
        if slack > 0.0 && length > 0.0 {
            let mut moved: Vec<f64> = c.iter().zip(&d).map(|(c, d)| c + 0.999 * slack * d / length).collect();
            penalty.prox_of(b, &mut moved, 1.0);
            assert!(moved.iter().all(|x| *x == 0.0), "{} {b}", penalty.name());
        }
    });
}

#[test]
fn refusals_name_the_value() {
    let message = |e: ProblemError| e.to_string();
    assert!(message(GroupLasso::new(-1.0, vec![1.0]).unwrap_err()).contains("lambda is -1"));
    assert!(message(GroupLasso::new(0.0, vec![1.0]).unwrap_err()).contains("lambda is 0"));
    assert!(message(GroupLasso::new(1.0, vec![1.0, 0.0]).unwrap_err()).contains("group 1 (from 0) has weight 0"));
    assert!(message(GroupLasso::new(1.0, vec![-2.0]).unwrap_err()).contains("is -2"));
    assert!(message(NonnegativeGroup::new(f64::NAN, vec![1.0]).unwrap_err()).contains("lambda is NaN"));
    assert!(message(SparseGroup::new(1.0, 1.5, vec![1.0]).unwrap_err()).contains("l1_ratio is 1.5"));
}
