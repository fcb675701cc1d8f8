use super::*;
use crate::collection;
use crate::expression::Model;

fn point(x: &[f64], multipliers: &[f64], bound_multipliers: &[f64]) -> NlpPoint {
    NlpPoint { x: x.to_vec(), multipliers: multipliers.to_vec(), bound_multipliers: bound_multipliers.to_vec() }
}

#[test]
fn known_solutions_hold_and_neighbours_do_not() {
    let root = 2.0_f64.sqrt();
    let problem = collection::nlp("HS42").unwrap();
    let solution = point(&[2.0, 2.0, 0.6 * root, 0.8 * root], &[-2.0, 2.5 * root - 1.0], &[]);
    let certificate = problem.certify(&solution);
    assert!(certificate.holds(1e-12), "{certificate:?}");
    assert!((certificate.objective - (28.0 - 10.0 * root)).abs() < 1e-12);
    for k in 0..6 {
        let mut wrong = solution.clone();
        let entry = if k < 4 { &mut wrong.x[k] } else { &mut wrong.multipliers[k - 4] };
        *entry += 1e-3;
        assert!(!problem.certify(&wrong).holds(1e-6), "{k}");
    }
    for bad in [point(&[1.0], &[], &[]), point(&[f64::NAN; 4], &[0.0; 2], &[]), point(&[1.0; 4], &[0.0; 3], &[])] {
        assert!(problem.certify(&bad).objective.is_nan() && !problem.certify(&bad).holds(1e300));
    }
}

/// min (x - 2)^2 + (y - 2)^2 subject to x + y <= 2, 0 <= x <= 0.5: x = 0.5, y = 1.5.
#[test]
fn inequalities_and_bounds() {
    let mut model = Model::new("corner");
    let x = model.variable("x", 0.0, 0.5, 0.0);
    let y = model.free("y", 0.0);
    model.minimise((x - 2.0).powi(2) + (y - 2.0).powi(2));
    model.at_most("sum", x + y, 2.0);
    let problem = model.build().unwrap();
    // -3 + 1 + z = 0, -1 + 1 = 0.
    let certificate = problem.certify(&point(&[0.5, 1.5], &[1.0], &[2.0, 0.0]));
    assert!(certificate.holds(1e-12), "{certificate:?}");
    // A multiplier of the wrong sign names the bound that is far away.
    let wrong = problem.certify(&point(&[0.5, 1.5], &[1.0], &[-2.0, 0.0]));
    assert!(!wrong.holds(1e-3) && wrong.complementarity >= 1.0);
    // One of a constraint that is not active.
    let inactive = problem.certify(&point(&[0.25, 1.0], &[1.0], &[]));
    assert!((inactive.complementarity - 0.75).abs() < 1e-12, "{inactive:?}");
    let outside = problem.certify(&point(&[0.75, 2.0], &[0.0], &[]));
    assert!((outside.primal_infeasibility - 0.75).abs() < 1e-12, "{outside:?}");
}

/// x^2 + 1 = 0 is nowhere satisfied; its violation is flat at 0.
#[test]
fn local_infeasibility_and_unboundedness_are_shown() {
    let mut model = Model::new("nowhere");
    let x = model.free("x", 1.0);
    model.minimise(x);
    model.equal("square", x * x, -1.0);
    let problem = model.build().unwrap();
    assert!(problem.certify(&point(&[0.0], &[0.0], &[])).shows_local_infeasibility(1e-8));
    assert!(!problem.certify(&point(&[0.1], &[0.0], &[])).shows_local_infeasibility(1e-8));
    let mut model = Model::new("down");
    let x = model.free("x", 1.0);
    model.minimise(-(x.powi(3)));
    let problem = model.build().unwrap();
    assert!(problem.certify(&point(&[1e7], &[], &[])).shows_unboundedness(1e-8));
    assert!(!problem.certify(&point(&[1e6], &[], &[])).shows_unboundedness(1e-8));
}

/// Scaling divides by the gradients at the start where they are above 100.
#[test]
fn scaling_looks_at_the_start() {
    let mut model = Model::new("steep");
    let x = model.free("x", 3.0);
    model.minimise(1000.0 * x.powi(2));
    model.equal("line", x * 50.0, 1.0);
    let scaling = NlpScaling::at_start(&model.build().unwrap());
    assert_eq!(scaling, NlpScaling { objective: 100.0 / 6000.0, constraints: vec![1.0] });
}
