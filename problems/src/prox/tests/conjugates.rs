//! Fenchel gaps and the domain of the conjugate.

use super::*;

proptest! {
    /// Against `psi(x) + psi^*(c) - x c` with the conjugates of the list.
    #[test]
    fn fenchel_gap_is_the_sum(x in number(), c in number()) {
        for m in members() {
            let x = point_of(&m, x);
            let gap = m.penalty.fenchel_gap_at(0, x, c);
            let (value, conjugate) = (m.penalty.value_at(0, x), (m.conjugate)(c));
            prop_assert!(gap >= 0.0, "{}: {gap}", m.label);
            if conjugate.is_infinite() {
                prop_assert!(gap == f64::INFINITY, "{}: {gap} for {c}", m.label);
            } else {
                let size = value.abs() + conjugate.abs() + (x * c).abs();
                let direct = value + conjugate - x * c;
                // Both lose what rounding of c - lambda costs: a change of c by a few ulps, into the domain.
                let rounding = ((m.conjugate)(c * (1.0 - 1e-15)) - conjugate).abs();
                prop_assert!((gap - direct).abs() <= 1e-14 * size + rounding, "{}: {gap} and {direct} at {x}, {c}", m.label);
            }
        }
    }

    /// Zero if and only if c is a subgradient at x.
    #[test]
    fn fenchel_gap_vanishes_on_the_subdifferential(u in number(), c in number(), step in 1e-2..10.0f64) {
        for m in members() {
            let x = m.penalty.prox_at(0, u, step);
            // Nearly a subgradient: rounding of c leaves |x| ulp(c), and of the conjugate's domain an ulp.
            let subgradient = (u - x) / step;
            let gap = m.penalty.fenchel_gap_at(0, x, subgradient);
            let rounding = 4.0 * f64::EPSILON * (1.0 + u.abs()) * (1.0 + u.abs() / step);
            // Outside the domain of the conjugate by rounding is outside.
            let inside = m.penalty.dual_limit_at(0, subgradient) >= 1.0;
            prop_assert!(gap <= rounding || !inside, "{}: gap {gap} at {x}, {subgradient}", m.label);
            let distance = m.penalty.subdifferential_distance(0, x, c);
            let gap = m.penalty.fenchel_gap_at(0, x, c);
            if distance == 0.0 {
                prop_assert!(gap == 0.0, "{}: gap {gap} at {x}, {c}", m.label);
            }
            if distance > 1e-14 * (1.0 + c.abs() + u.abs()) {
                prop_assert!(gap > 0.0, "{}: no gap at {x}, {c}, distance {distance}", m.label);
            }
        }
    }

    #[test]
    fn dual_limit_is_the_end_of_the_domain(c in number()) {
        for m in members() {
            let limit = m.penalty.dual_limit_at(0, c);
            prop_assert!(limit >= 0.0, "{}", m.label);
            let x = m.penalty.rest_at(0);
            let finite = |s: f64| m.penalty.fenchel_gap_at(0, x, s * c) < f64::INFINITY;
            if limit == f64::INFINITY {
                prop_assert!(finite(1.0) && finite(1e6), "{} at {c}", m.label);
            } else {
                prop_assert!(finite(limit), "{}: the end {limit} itself, c = {c}", m.label);
                prop_assert!(finite(0.5 * limit), "{} at {c}", m.label);
                prop_assert!(!finite(limit * (1.0 + 1e-9) + 1e-3 * f64::from(u8::from(limit == 0.0))), "{} at {c}", m.label);
            }
        }
    }

    /// The two readings of a ridge term agree: psi = psi0 + rho x^2 / 2.
    #[test]
    fn ridge_splits_the_penalty(x in number(), c in number()) {
        for m in members() {
            let Some((rest, rho)) = m.penalty.ridge() else { continue };
            let (whole, parts) = (m.penalty.value_at(0, x), rest.value_at(0, x) + 0.5 * rho * x * x);
            prop_assert!((whole - parts).abs() <= 1e-15 * whole.abs(), "{}", m.label);
            let (a, b) = (
                m.penalty.subdifferential_distance(0, x, c),
                rest.subdifferential_distance(0, x, c - rho * x),
            );
            prop_assert!((a - b).abs() <= 1e-15 * (1.0 + c.abs() + x.abs()), "{}", m.label);
        }
    }
}

#[test]
fn gaps_exist_as_declared() {
    for m in members() {
        // Declared: every correlation that is small enough (or, for sets and squares, any) lies in the domain.
        let everywhere = [-1e-3, 1e-3].iter().all(|&c| (m.conjugate)(c).is_finite());
        assert_eq!(m.penalty.has_gap(), everywhere, "{}", m.label);
    }
}

/// Values that a subtraction of large numbers would lose.
#[test]
fn fenchel_gap_keeps_its_digits() {
    let l1 = L1::new(1.0).unwrap();
    let gap = l1.fenchel_gap_at(0, 1e8, 1.0 - 1e-15);
    assert!((gap - 1e8 * (1.0 - (1.0 - 1e-15))).abs() <= 1e-22, "{gap:e}");
    let net = ElasticNet::new(1.0, 1e-3).unwrap();
    // The maximiser of the conjugate is m = 1e9: one unit beside it the gap is rho / 2.
    let gap = net.fenchel_gap_at(0, 1e9 + 1.0, 1e6 + 1.0);
    assert!((gap - 5e-4).abs() <= 1e-9, "{gap:e}");
    assert_eq!(net.fenchel_gap_at(0, 1e9, 1e6 + 1.0), 0.0);
}

#[test]
fn extreme_arguments_do_not_give_nan() {
    let large = [0.0, -0.0, 1e-320, 1.0, 1e150, 1e308, -1e150, -1e308];
    for m in members() {
        for x in large.map(|x| point_of(&m, x)) {
            for c in large {
                let gap = m.penalty.fenchel_gap_at(0, x, c);
                assert!(gap >= 0.0, "{}: gap {gap} at {x}, {c}", m.label);
                assert!(m.penalty.subdifferential_distance(0, x, c) >= 0.0, "{}: at {x}, {c}", m.label);
                assert!(m.penalty.dual_limit_at(0, c) >= 0.0, "{}: at {c}", m.label);
                assert!(!m.penalty.slack_at(0, x, c).is_nan(), "{}: at {x}, {c}", m.label);
            }
        }
    }
}
