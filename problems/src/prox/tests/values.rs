//! Values of vectors, parameters, fingerprints.

use super::*;
use crate::error::ProblemError;

#[test]
fn values_and_proxes_of_vectors_are_those_of_coordinates() {
    for m in members() {
        let x: Vec<f64> = [-3.0, -0.5, 0.0, 0.6, 1.0, 7.0].iter().map(|&x| point_of(&m, x)).collect();
        let sum: f64 = x.iter().map(|&x| m.penalty.value_at(0, x)).sum();
        assert!((m.penalty.value(&x) - sum).abs() <= 1e-14, "{}", m.label);
        let mut moved = x.clone();
        m.penalty.prox(&mut moved, 0.4);
        for (&x, &v) in x.iter().zip(&moved) {
            assert_eq!(v, m.penalty.prox_at(0, x, 0.4), "{}", m.label);
        }
        assert!(!m.penalty.value(&[0.0, f64::NAN]).is_finite(), "{}", m.label);
    }
}

#[test]
fn outside_the_domain_is_infinite() {
    for m in members() {
        for outside in [m.domain.0 - 1e-9, m.domain.1 + 1e-9].into_iter().filter(|x| x.is_finite()) {
            assert_eq!(m.penalty.value_at(0, outside), f64::INFINITY, "{}", m.label);
            assert_eq!(m.penalty.value(&[point_of(&m, 1.0), outside]), f64::INFINITY, "{}", m.label);
            assert_eq!(m.penalty.fenchel_gap_at(0, outside, 0.1), f64::INFINITY, "{}", m.label);
        }
        // The ends belong to it, and -0.0 is 0.
        for end in [m.domain.0, m.domain.1, point_of(&m, -0.0)].into_iter().filter(|x| x.is_finite()) {
            assert!(m.penalty.value_at(0, end).is_finite(), "{}", m.label);
        }
    }
}

#[test]
fn a_few_values() {
    assert_eq!(L1::new(2.0).unwrap().value(&[1.0, -3.0, 0.0]), 8.0);
    assert_eq!(ElasticNet::new(2.0, 4.0).unwrap().value(&[1.0, -3.0]), 8.0 + 20.0);
    assert_eq!(NonnegativeL1::new(2.0).unwrap().value(&[1.0, 3.0]), 8.0);
    assert_eq!(NonnegativeL1::new(2.0).unwrap().value(&[1.0, -3.0]), f64::INFINITY);
    let net = ElasticNet::with_ratio(8.0, 0.25).unwrap();
    assert_eq!((net.lambda(), net.rho()), (2.0, 6.0));
    assert_eq!(net.prox_at(0, 9.0, 0.5), 2.0);
    assert_eq!(L1::new(2.0).unwrap().prox_at(0, -9.0, 0.5), -8.0);
}

#[test]
fn parameters_out_of_range_are_refused() {
    let refused = |result: Result<(), ProblemError>, what: &str| match result {
        Err(ProblemError::Parameter { what: found, .. }) => assert_eq!(found, what),
        other => panic!("{what}: {other:?}"),
    };
    for bad in [-1.0, -1e-300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        refused(L1::new(bad).map(drop), "lambda");
        refused(NonnegativeL1::new(bad).map(drop), "lambda");
        refused(ElasticNet::new(bad, 1.0).map(drop), "lambda");
        refused(ElasticNet::new(1.0, bad).map(drop), "rho");
        refused(ElasticNet::with_ratio(1.0, bad).map(drop), "l1_ratio");
        refused(ElasticNet::with_ratio(bad, 0.5).map(drop), "strength");
    }
    refused(ElasticNet::with_ratio(1.0, 1.0 + 1e-15).map(drop), "l1_ratio");
    for (lower, upper, what) in [
        (f64::NAN, 1.0, "lower"),
        (f64::INFINITY, f64::INFINITY, "lower"),
        (0.0, f64::NAN, "upper"),
        (1.0, 0.5, "upper"),
        (f64::NEG_INFINITY, f64::NEG_INFINITY, "upper"),
    ] {
        refused(Interval::new(lower, upper).map(drop), what);
    }
    let message = L1::new(-2.5).unwrap_err().to_string();
    assert!(message.contains("lambda") && message.contains("-2.5"), "{message}");
}

#[test]
fn names_and_parameters_tell_penalties_apart() {
    let mut seen = std::collections::BTreeMap::new();
    for m in members() {
        let parameters: Vec<u64> = m.penalty.parameters().iter().map(|(_, value)| value.to_bits()).collect();
        assert_eq!(seen.insert((m.penalty.name(), parameters), m.label), None, "{}", m.label);
    }
}
