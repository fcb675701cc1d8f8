//! MCP, SCAD and the square root: proximal maps against grids, derivatives, parameters.

use super::*;
use crate::error::ProblemError;

type Penalty = std::boxed::Box<dyn SeparablePenalty>;

fn penalties() -> Vec<Penalty> {
    vec![
        std::boxed::Box::new(Mcp::new(1.0, 3.0).unwrap()),
        std::boxed::Box::new(Mcp::new(0.3, 1.2).unwrap().scaled(5.0).unwrap()),
        std::boxed::Box::new(Scad::new(1.0, 3.7).unwrap()),
        std::boxed::Box::new(Scad::new(0.3, 2.1).unwrap().scaled(5.0).unwrap()),
        std::boxed::Box::new(SquareRoot::new(1.0).unwrap()),
        std::boxed::Box::new(SquareRoot::new(0.2).unwrap()),
    ]
}

/// The functions as published, for scale 1.
fn published(name: &str, lambda: f64, gamma: f64, x: f64) -> f64 {
    let x = x.abs();
    match name {
        "mcp" if x <= gamma * lambda => lambda * x - x * x / (2.0 * gamma),
        "mcp" => gamma * lambda * lambda / 2.0,
        "scad" if x <= lambda => lambda * x,
        "scad" if x <= gamma * lambda => (2.0 * gamma * lambda * x - x * x - lambda * lambda) / (2.0 * (gamma - 1.0)),
        "scad" => lambda * lambda * (gamma + 1.0) / 2.0,
        _ => lambda * x.sqrt(),
    }
}

/// The distance between two calls: `psi'` by differences.
fn derivative(p: &Penalty, x: f64) -> f64 {
    let h = 1e-4 * x.abs().min(1.0);
    let d = |k: f64| p.value_at(0, x + k * h) - p.value_at(0, x - k * h);
    (8.0 * d(1.0) - d(2.0)) / (12.0 * h)
}

/// Whether a derivative jumps within `room` of x.
fn near_a_knot(p: &Penalty, x: f64, room: f64) -> bool {
    let parameter = |name: &str| p.parameters().iter().find(|q| q.0 == name).map_or(0.0, |q| q.1);
    let (lambda, gamma) = (parameter("lambda"), parameter("gamma"));
    let knots = if p.name() == "sqrt" { vec![0.0] } else { vec![0.0, lambda, gamma * lambda] };
    knots.iter().any(|k| (x.abs() - k).abs() <= room)
}

proptest! {
    #[test]
    fn values_are_those_published(x in number()) {
        let cases: [(Penalty, f64, f64, f64); 3] = [
            (std::boxed::Box::new(Mcp::new(0.8, 3.0).unwrap().scaled(2.0).unwrap()), 0.8, 3.0, 2.0),
            (std::boxed::Box::new(Scad::new(0.8, 3.7).unwrap().scaled(2.0).unwrap()), 0.8, 3.7, 2.0),
            (std::boxed::Box::new(SquareRoot::new(0.8).unwrap()), 0.8, 0.0, 1.0),
        ];
        for (p, lambda, gamma, scale) in cases {
            let expected = scale * published(p.name(), lambda, gamma, x);
            prop_assert!((p.value_at(0, x) - expected).abs() <= 1e-14 * (1.0 + expected), "{} at {x}", p.name());
        }
    }

    /// Global minimisers of the scalar problem, for steps on both sides of the limit of convexity.
    #[test]
    fn prox_is_the_minimiser(u in -6.0..6.0f64, step in prop_oneof![1e-3..1.0f64, 1.0..20.0f64]) {
        for p in penalties() {
            let objective = |v: f64| p.value_at(0, v) + (v - u) * (v - u) / (2.0 * step);
            let v = p.prox_at(0, u, step);
            let best = objective(v);
            let grid = (-700..=700).map(|k| f64::from(k) * 1e-2);
            let near = (-200..=200).map(|k| v + f64::from(k) * 1e-5);
            for other in grid.chain(near) {
                let value = objective(other);
                prop_assert!(best <= value + 1e-13 * (1.0 + value), "{} {:?}: prox of {u}, step {step}: {other} is better than {v}", p.name(), p.parameters());
            }
            prop_assert_eq!(p.prox_at(0, -u, step), -v);
        }
    }

    /// `(u - prox u) / step` is a subgradient, so that a point where no step moves is stationary; with a step short enough
    /// for convexity the opposite holds too.
    #[test]
    fn fixed_points_are_stationary(x in number(), c in -3.0..3.0f64, u in number(), step in 1e-2..2.0f64) {
        for p in penalties() {
            let v = p.prox_at(0, u, step);
            let distance = p.subdifferential_distance(0, v, (u - v) / step);
            // The derivative of the root is steep near 0.
            let rounding = 1e-14 * (1.0 + u.abs() / step) + 1e-14 / step;
            prop_assert!(distance <= rounding * 10.0, "{}: {distance} at {u}", p.name());
            let curvature = 1.0 / step;
            let violation = p.violation_at(0, x, c, curvature);
            if p.name() != "sqrt" && curvature > p.concavity_at(0) {
                let stationary = p.subdifferential_distance(0, x, c);
                let factor = curvature / (curvature - p.concavity_at(0));
                prop_assert!(violation <= stationary * factor * (1.0 + 1e-9) + 1e-9 * curvature * (1.0 + x.abs()), "{}", p.name());
                prop_assert!(stationary <= violation * 10.0 + 1e-9 * (1.0 + curvature * x.abs()) || violation > 0.0, "{}", p.name());
            }
        }
    }

    #[test]
    fn derivatives_are_differences(x in -5.0..5.0f64) {
        for p in penalties() {
            if near_a_knot(&p, x, 1e-3) {
                continue;
            }
            let d = derivative(&p, x);
            let size = 1.0 / x.abs().min(1.0).powi(2);
            prop_assert!(p.subdifferential_distance(0, x, d) <= 1e-9 * size, "{} at {x}: {d}", p.name());
            let h = 1e-4 * x.abs().min(1.0);
            let second = (derivative(&p, x + h) - derivative(&p, x - h)) / (2.0 * h);
            let claimed = p.second_derivative_at(0, x);
            prop_assert!((second - claimed).abs() <= 1e-5 * size * size, "{} at {x}: {second} and {claimed}", p.name());
            if p.name() != "sqrt" {
                prop_assert!(claimed >= -p.concavity_at(0), "{}", p.name());
                let piece = p.piece_at(0, x).unwrap();
                prop_assert!(piece.lower < x && x < piece.upper && piece.curvature == claimed);
                prop_assert!((piece.slope + piece.curvature * x - d).abs() <= 1e-9 * size, "{} at {x}", p.name());
            }
        }
    }

    /// Where the loss outweighs the concavity the map is single-valued: it does not jump.
    #[test]
    fn short_steps_do_not_jump(u in -6.0..6.0f64, share in 0.01..0.95f64) {
        for p in penalties().into_iter().filter(|p| p.name() != "sqrt") {
            let step = share / p.concavity_at(0);
            let d = (p.prox_at(0, u + 1e-7, step) - p.prox_at(0, u, step)).abs();
            prop_assert!(d <= 1e-7 / (1.0 - share) * (1.0 + 1e-6), "{} {:?}: {d} at {u}", p.name(), p.parameters());
        }
    }
}

/// A stationary point that a step leaves: 0 for the square root, and the local maximum beside it.
#[test]
fn stationary_is_not_enough_for_the_square_root() {
    let p = SquareRoot::new(1.0).unwrap();
    assert_eq!(p.subdifferential_distance(0, 0.0, 5.0), 0.0);
    assert!(p.violation_at(0, 0.0, 5.0, 1.0) > 3.0);
    assert_eq!(p.violation_at(0, 0.0, 1.49, 1.0), 0.0);
    assert!(p.violation_at(0, 0.0, 1.51, 1.0) > 0.9);
}

#[test]
fn orthonormal_null_strengths_and_rest() {
    for p in penalties() {
        assert_eq!((p.rest_at(0), p.value_at(0, 0.0)), (0.0, 0.0));
        assert!(p.convex().is_none() && !p.has_gap());
        let Some(strength) = p.null_strength(&[0.5, -2.0, 1.0]) else {
            assert_eq!(p.name(), "sqrt");
            continue;
        };
        assert_eq!(p.subdifferential_distance(0, 0.0, 2.0 / strength), 0.0);
        assert!(p.subdifferential_distance(0, 0.0, 2.0 / strength * (1.0 + 1e-9)) > 0.0);
    }
}

#[test]
fn special_numbers() {
    for p in penalties() {
        for u in [f64::INFINITY, f64::MAX, 5e-324, 0.0, f64::NAN] {
            for step in [f64::MIN_POSITIVE, 1.0, 1e300] {
                assert_eq!(p.prox_at(0, u, step).is_nan(), u.is_nan(), "{}: {u}, {step}", p.name());
            }
        }
        assert!(
            p.value_at(0, f64::NAN).is_nan() && p.subdifferential_distance(0, 0.0, f64::NAN) != 0.0,
            "{}",
            p.name()
        );
        // The infinitesimal step that projects onto a domain moves nothing.
        for u in [1e-3, 1.0, -2.5] {
            assert!((p.prox_at(0, u, f64::MIN_POSITIVE) - u).abs() <= 1e-15 * u.abs(), "{}", p.name());
        }
    }
}

#[test]
fn parameters_out_of_range_are_refused() {
    let refused = |result: Result<(), ProblemError>, what: &str| match result {
        Err(ProblemError::Parameter { what: found, .. }) => assert_eq!(found, what),
        other => panic!("{what}: {other:?}"),
    };
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        refused(Mcp::new(bad, 3.0).map(drop), "lambda");
        refused(Scad::new(bad, 3.0).map(drop), "lambda");
        refused(SquareRoot::new(bad).map(drop), "lambda");
        refused(Mcp::new(1.0, 3.0).unwrap().scaled(bad).map(drop), "scale");
    }
    for bad in [1.0, 0.5, f64::NAN, f64::INFINITY] {
        refused(Mcp::new(1.0, bad).map(drop), "gamma");
    }
    for bad in [2.0, 1.0, f64::NAN, f64::INFINITY] {
        refused(Scad::new(1.0, bad).map(drop), "gamma");
    }
    for bad in [-1.0, f64::NAN] {
        let error = Weighted::new(L1::new(1.0).unwrap(), vec![1.0, bad]).unwrap_err();
        assert!(error.to_string().starts_with("penalty weight 1 (from 0) is"), "{error}");
    }
}
