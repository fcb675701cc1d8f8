//! What solvers conclude from a correlation: slack, forced values, pieces, the resting point, the strength of the null
//! model.

use super::*;

/// Points of the domain on both sides of x.
fn neighbours(m: &Member, x: f64) -> Vec<f64> {
    [-1.0, -1e-3, 1e-3, 1.0].iter().map(|d| point_of(m, x + d)).filter(|&y| y != x && y.is_finite()).collect()
}

proptest! {
    /// Every correlation in the ball has exactly the forced value as its optimal point.
    #[test]
    fn forced_values_are_forced(c in number(), radius in prop_oneof![Just(0.0), 0.0..1.0f64], at in -1.0..=1.0f64) {
        for m in members() {
            let Some(x) = m.penalty.forced_value_at(0, c, radius) else { continue };
            for c in [c - radius, c + at * radius, c + radius] {
                let distance = m.penalty.subdifferential_distance(0, x, c);
                prop_assert!(distance <= 1e-15 * c.abs(), "{}: {x} is not optimal for {c}", m.label);
                for y in neighbours(&m, x) {
                    let distance = m.penalty.subdifferential_distance(0, y, c);
                    prop_assert!(distance > 0.0, "{}: {y} is optimal for {c} too", m.label);
                }
            }
        }
    }

    #[test]
    fn slack_is_how_far_the_correlation_may_move(x in number(), c in number()) {
        for m in members() {
            for x in [point_of(&m, x), m.penalty.rest_at(0)] {
                let slack = m.penalty.slack_at(0, x, c);
                let distance = |c: f64| m.penalty.subdifferential_distance(0, x, c);
                prop_assert!(!slack.is_nan());
                if slack == f64::NEG_INFINITY {
                    // Smooth: one subgradient only.
                    prop_assert!(distance(c - 1e-3).max(distance(c + 1e-3)) > 0.0, "{}: at {x}", m.label);
                    prop_assert!(m.penalty.piece_at(0, x).is_some(), "{}: at {x}", m.label);
                    continue;
                }
                prop_assert!(m.penalty.piece_at(0, x).is_none(), "{}: at {x}", m.label);
                prop_assert_eq!(slack >= 0.0, distance(c) == 0.0, "{}: at {}, {}", m.label, x, c);
                if slack < 0.0 {
                    prop_assert!((distance(c) + slack).abs() <= 1e-15 * (1.0 + c.abs()), "{}: at {x}, {c}", m.label);
                } else if slack.is_finite() {
                    let inside = slack * (1.0 - 1e-9);
                    prop_assert!(distance(c + inside).max(distance(c - inside)) <= 1e-15 * (1.0 + c.abs()), "{}", m.label);
                    let beyond = slack * (1.0 + 1e-9) + 1e-9 * (1.0 + c.abs());
                    prop_assert!(distance(c + beyond).max(distance(c - beyond)) > 0.0, "{}: at {x}, {c}", m.label);
                }
            }
        }
    }

    /// The formula of a piece gives the differences of the value, and its derivative is a subgradient.
    #[test]
    fn pieces_are_the_function_nearby(x in number(), t in 0.0..1.0f64) {
        for m in members() {
            let x = point_of(&m, x);
            let Some(p) = m.penalty.piece_at(0, x) else { continue };
            prop_assert!(p.lower < x && x < p.upper, "{}: {x} in {p:?}", m.label);
            let formula = |v: f64| p.slope * v + 0.5 * p.curvature * v * v;
            for end in [p.lower.max(x - 10.0), p.upper.min(x + 10.0)] {
                let y = x + t * (end - x);
                let direct = m.penalty.value_at(0, y) - m.penalty.value_at(0, x);
                let size = 1.0 + formula(x).abs() + formula(y).abs();
                prop_assert!((direct - (formula(y) - formula(x))).abs() <= 1e-14 * size, "{}: {x} to {y}", m.label);
            }
            let derivative = p.slope + p.curvature * x;
            let distance = m.penalty.subdifferential_distance(0, x, derivative);
            prop_assert!(distance <= 1e-15 * (1.0 + x.abs()), "{}: {distance} at {x}", m.label);
        }
    }

    /// At `null_strength` times the present strength the resting point is a solution, and not for less.
    #[test]
    fn null_strength_is_the_threshold(correlations in prop::collection::vec(-3.0..3.0f64, 1..6)) {
        type Make = fn(f64) -> std::boxed::Box<dyn SeparablePenalty>;
        let families: [Make; 3] = [
            |s| std::boxed::Box::new(L1::new(0.7 * s).unwrap()),
            |s| std::boxed::Box::new(NonnegativeL1::new(0.7 * s).unwrap()),
            |s| std::boxed::Box::new(ElasticNet::with_ratio(s, 0.3).unwrap()),
        ];
        for make in families {
            let factor = make(1.0).null_strength(&correlations).unwrap();
            let worst = |s: f64| {
                let penalty = make(s);
                correlations.iter().map(|&c| penalty.subdifferential_distance(0, 0.0, c)).fold(0.0, f64::max)
            };
            prop_assert!(worst(factor) <= 1e-15);
            prop_assert!(factor == 0.0 || worst(factor * (1.0 - 1e-9)) > 0.0);
        }
    }
}

#[test]
fn the_resting_point_is_the_minimiser_nearest_to_0() {
    for m in members() {
        let x = m.penalty.rest_at(0);
        let best = m.penalty.value_at(0, x);
        assert!(best.is_finite(), "{}", m.label);
        assert_eq!(m.penalty.subdifferential_distance(0, x, 0.0), 0.0, "{}", m.label);
        for v in (-400..=400).map(|k| f64::from(k) * 0.01) {
            let value = m.penalty.value_at(0, v);
            assert!(value > best || (value == best && v.abs() >= x.abs()), "{}: {v} instead of {x}", m.label);
        }
    }
}

#[test]
fn a_penalty_without_strength_has_no_null_strength() {
    for m in members() {
        let some = matches!(
            m.label,
            "l1" | "nonneg" | "elastic-net" | "elastic-net, little square" | "l1 in a box" | "nonneg net"
        ) || m.label.contains("weight")
            || matches!(m.label, "excluded" | "l1 on a half line");
        assert_eq!(m.penalty.null_strength(&[0.5, -2.0]).is_some(), some, "{}", m.label);
        assert_eq!(m.penalty.null_strength(&[]), some.then_some(0.0), "{}", m.label);
    }
    assert!(NonnegativeL1::new(1.0).unwrap().null_strength(&[1.0, f64::NAN, 2.0]).unwrap().is_nan());
    assert!(L1::new(1.0).unwrap().null_strength(&[1.0, f64::NAN, 2.0]).unwrap().is_nan());
}

#[test]
fn forced_values_of_a_few_balls() {
    let l1 = L1::new(1.0).unwrap();
    assert_eq!(l1.forced_value_at(0, 0.5, 0.4), Some(0.0));
    // On the boundary nothing is forced: the solution may be anywhere on the ray.
    assert_eq!(l1.forced_value_at(0, 0.5, 0.5), None);
    assert_eq!(l1.forced_value_at(0, -0.9, 0.2), None);
    let interval = Interval::new(-1.0, 2.0).unwrap();
    assert_eq!(interval.forced_value_at(0, 0.3, 0.2), Some(2.0));
    assert_eq!(interval.forced_value_at(0, -0.3, 0.2), Some(-1.0));
    assert_eq!(interval.forced_value_at(0, 0.3, 0.3), None);
    assert_eq!(Interval::new(3.0, 3.0).unwrap().forced_value_at(0, 0.0, 9.0), Some(3.0));
    assert_eq!(NonnegativeL1::new(1.0).unwrap().forced_value_at(0, -9.0, 5.0), Some(0.0));
}
