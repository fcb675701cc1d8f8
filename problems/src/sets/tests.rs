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
