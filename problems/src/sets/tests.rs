//! Projections. As penalties, sets run through the tests of `prox`.

use super::*;
use proptest::prelude::*;

fn boxes() -> Vec<Box> {
    let ends = [(-1.0, 2.0), (0.5, 2.0), (0.0, f64::INFINITY), (f64::NEG_INFINITY, -0.5), (3.0, 3.0)];
    ends.map(|(lower, upper)| Box::new(lower, upper).unwrap()).into()
}

proptest! {
    #[test]
    fn projections_are_nearest_points(
        x in prop::collection::vec(-6.0..6.0f64, 3),
        other in prop::collection::vec(-6.0..6.0f64, 3),
    ) {
        let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        for set in boxes() {
            let (mut p, mut q) = (x.clone(), other.clone());
            set.project(&mut p);
            set.project(&mut q);
            prop_assert!(set.contains(&p) && set.contains(&q));
            // q is a point of the set; so are the points between.
            for t in [0.01, 0.5, 1.0] {
                let y: Vec<f64> = p.iter().zip(&q).map(|(p, q)| p + t * (q - p)).collect();
                prop_assert!(distance(&x, &p) <= distance(&x, &y) + 1e-13);
            }
            let mut again = p.clone();
            set.project(&mut again);
            prop_assert_eq!(&again, &p);
            prop_assert_eq!(set.contains(&x), x == p);
            // Firmly non-expansive.
            let inner: f64 = (0..3).map(|i| (p[i] - q[i]) * (x[i] - other[i])).sum();
            prop_assert!(distance(&p, &q) <= inner + 1e-13);
        }
    }
}

fn sums_and_balls() -> Vec<std::boxed::Box<dyn Project>> {
    vec![
        std::boxed::Box::new(Simplex::default()),
        std::boxed::Box::new(Simplex::new(3.5).unwrap()),
        std::boxed::Box::new(Ball::new(2.0).unwrap()),
    ]
}

proptest! {
    #[test]
    fn simplices_and_balls(
        x in prop::collection::vec(-6.0..6.0f64, 1..9),
        shift in prop_oneof![Just(0.0), Just(1e6), Just(-1e3)],
        other in prop::collection::vec(-6.0..6.0f64, 9),
        c in prop::collection::vec(-3.0..3.0f64, 9),
    ) {
        let n = x.len();
        let x: Vec<f64> = x.iter().map(|x| x + shift).collect();
        let tolerance = 1e-13 * (1.0 + shift.abs()).powi(2);
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for set in sums_and_balls() {
            let (mut p, mut q) = (x.clone(), other[..n].to_vec());
            set.project(&mut p);
            set.project(&mut q);
            // Sums that large lose the last digits of the simplex's own.
            prop_assert!((shift.abs() > 1e4 || set.contains(&p)) && set.contains(&q));
            // The variational inequality of the nearest point, <x - p, q - p> <= 0 for every q of the set.
            let (out, along): (Vec<f64>, Vec<f64>) = ((0..n).map(|i| x[i] - p[i]).collect(), (0..n).map(|i| q[i] - p[i]).collect());
            prop_assert!(inner(&out, &along) <= tolerance);
            let apart: Vec<f64> = (0..n).map(|i| x[i] - other[i]).collect();
            prop_assert!(inner(&along, &along) <= -inner(&along, &apart) + tolerance);
            let mut again = q.clone();
            set.project(&mut again);
            prop_assert!(again.iter().zip(&q).all(|(a, b)| (a - b).abs() <= 1e-15 * 4.0));
            // The support function bounds <c, q>, and is reached far out in the direction of c.
            let support = set.support(&c[..n]).unwrap();
            prop_assert!(inner(&c[..n], &q) <= support + 1e-12);
            let mut far: Vec<f64> = c[..n].iter().map(|c| 1e8 * c).collect();
            set.project(&mut far);
            prop_assert!(inner(&c[..n], &far) >= support - 1e-5);
        }
    }
}

#[test]
fn known_projections() {
    let simplex = Simplex::default();
    for (mut x, expected) in [
        (vec![0.5, 0.5], vec![0.5, 0.5]),
        (vec![2.0, 0.0], vec![1.0, 0.0]),
        (vec![0.6, 0.6, 0.1], vec![0.5, 0.5, 0.0]),
        (vec![-5.0], vec![1.0]),
        (vec![f64::NEG_INFINITY, 3.0, 3.0], vec![0.0, 0.5, 0.5]),
    ] {
        simplex.project(&mut x);
        assert!(x.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-15), "{x:?} {expected:?}");
    }
    let mut x = [3.0, 4.0];
    Ball::new(1.0).unwrap().project(&mut x);
    assert!((x[0] - 0.6).abs() < 1e-15 && (x[1] - 0.8).abs() < 1e-15);
    assert!(Simplex::new(0.0).is_err() && Simplex::new(f64::NAN).is_err() && Ball::new(-1.0).is_err());
}

#[test]
fn a_set_is_its_indicator() {
    let set = Box::new(-1.0, 2.0).unwrap();
    assert_eq!((set.lower(), set.upper()), (-1.0, 2.0));
    assert_eq!(set.value(&[-1.0, 0.0, 2.0]), 0.0);
    assert_eq!(set.value(&[0.0, 2.0 + 1e-15]), f64::INFINITY);
    assert_eq!(set.value(&[f64::NAN]), f64::INFINITY);
    assert_eq!(set.value(&[]), 0.0);
    let mut x = [f64::INFINITY, -7.0, 0.3, f64::MIN];
    set.prox(&mut x, 17.0);
    assert_eq!(x, [2.0, -1.0, 0.3, -1.0]);
}
