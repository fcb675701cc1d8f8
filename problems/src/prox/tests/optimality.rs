//! Proximal maps.

use super::*;

/// `psi(v) + (v - u)^2 / (2 step)`.
fn objective(m: &Member, v: f64, u: f64, step: f64) -> f64 {
    m.penalty.value_at(0, v) + (v - u) * (v - u) / (2.0 * step)
}

proptest! {
    #[test]
    fn prox_is_the_minimiser(u in -6.0..6.0f64, step in 1e-3..50.0f64) {
        for m in members() {
            let v = m.penalty.prox_at(0, u, step);
            let best = objective(&m, v, u, step);
            prop_assert!(best.is_finite(), "{}: prox of {u} is {v}", m.label);
            // Far and near.
            let grid = (-800..=800).map(|k| f64::from(k) * 0.01);
            let near = (-200..=200).map(|k| v + f64::from(k) * 1e-5);
            for other in grid.chain(near).chain([0.0, m.domain.0, m.domain.1]).filter(|v| v.is_finite()) {
                let value = objective(&m, other, u, step);
                prop_assert!(best <= value + 1e-13 * (1.0 + value.abs()), "{}: {other} is better than {v}", m.label);
            }
        }
    }

    /// `(u - prox u) / step` is a subgradient at `prox u`, and for numbers of every size.
    #[test]
    fn prox_satisfies_the_inclusion(u in number(), step in 1e-3..50.0f64) {
        for m in members() {
            let v = m.penalty.prox_at(0, u, step);
            let distance = m.penalty.subdifferential_distance(0, v, (u - v) / step);
            prop_assert!(distance <= 1e-14 * (1.0 + u.abs() / step), "{}: {distance} at {u}", m.label);
        }
    }

    /// A point is optimal for correlation c, that is c in the subdifferential, exactly if the proximal step stays.
    #[test]
    fn distance_vanishes_at_fixed_points(x in number(), c in number(), step in 1e-3..50.0f64) {
        for m in members() {
            let x = point_of(&m, x);
            let distance = m.penalty.subdifferential_distance(0, x, c);
            let moved = (m.penalty.prox_at(0, x + step * c, step) - x).abs() / step;
            let rounding = 1e-15 * (x.abs() / step + c.abs()) + 1e-15;
            // A step towards the subdifferential is no longer than the distance.
            prop_assert!(moved <= distance + 8.0 * rounding, "{}: moved {moved}, distance {distance}", m.label);
            if distance == 0.0 {
                prop_assert!(moved <= 8.0 * rounding, "{}", m.label);
            }
            // And where the step does not move, c is a subgradient.
            if moved == 0.0 {
                prop_assert!(distance <= 8.0 * rounding, "{}: still at {x}, distance {distance}", m.label);
            }
        }
    }

    #[test]
    fn prox_is_firmly_nonexpansive(a in number(), b in number(), step in 1e-3..50.0f64) {
        for m in members() {
            let d = m.penalty.prox_at(0, a, step) - m.penalty.prox_at(0, b, step);
            let rounding = 1e-15 * (a.abs() + b.abs() + step);
            prop_assert!(d * d <= d * (a - b) + 4.0 * rounding * d.abs() + f64::MIN_POSITIVE, "{}: {a} and {b}", m.label);
        }
    }

    /// Moreau: `u = prox of psi at u + step * prox of psi^* at u / step`.
    #[test]
    fn prox_and_the_conjugates_prox_add_up(u in number(), step in 1e-3..50.0f64) {
        for m in members() {
            let sum = m.penalty.prox_at(0, u, step) + step * (m.conjugate_prox)(u / step, 1.0 / step);
            prop_assert!((sum - u).abs() <= 1e-14 * (1.0 + u.abs() + step), "{}: {sum} for {u}", m.label);
        }
    }
}

#[test]
fn prox_of_special_numbers() {
    for m in members() {
        for u in [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 0.0, -0.0] {
            for step in [f64::MIN_POSITIVE, 1.0, 1e300] {
                let v = m.penalty.prox_at(0, u, step);
                assert!(!v.is_nan(), "{}: {u}, step {step}", m.label);
                assert!(m.domain.0 <= v && v <= m.domain.1, "{}: prox of {u} is {v}", m.label);
            }
        }
        if m.label != "box" {
            continue;
        }
        let mut x = [f64::NEG_INFINITY, -0.0, 5.0];
        m.penalty.prox(&mut x, 1.0);
        assert_eq!(x, [-1.0, 0.0, 2.0]);
    }
}

/// A NaN is never turned into a number.
#[test]
fn nan_stays_nan() {
    for m in members() {
        let point = m.domain.0 == m.domain.1;
        assert!(m.penalty.prox_at(0, f64::NAN, 1.0).is_nan() || point, "{}", m.label);
        assert!(m.penalty.subdifferential_distance(0, point_of(&m, 0.0), f64::NAN) != 0.0, "{}", m.label);
        assert!(m.penalty.fenchel_gap_at(0, point_of(&m, 0.0), f64::NAN) != 0.0, "{}", m.label);
        assert!(m.penalty.fenchel_gap_at(0, point_of(&m, 1.5), f64::NAN) != 0.0, "{}", m.label);
        assert!(m.penalty.fenchel_gap_at(0, f64::NAN, 0.1) != 0.0, "{}", m.label);
        assert_eq!(m.penalty.forced_value_at(0, f64::NAN, 0.1), point.then_some(m.domain.0), "{}", m.label);
    }
}
