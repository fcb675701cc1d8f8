//! The recorded streams and instances.

use super::gaussian::spiked_regression;
use super::reference_random::SplitMix64;

#[test]
fn the_published_outputs_of_splitmix64() {
    let mut random = SplitMix64::new(1_234_567);
    let expected = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
    ];
    assert_eq!(std::array::from_fn(|_| random.next_u64()), expected);
    assert_eq!(SplitMix64::new(0).next_u64(), 0xE220_A839_7B1D_CDAF);
}

#[test]
fn distributions() {
    let mut random = SplitMix64::new(42);
    let n = 100_000;
    let (mut mean, mut square, mut normal, mut normal_square) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..n {
        let u = random.uniform();
        assert!((0.0..1.0).contains(&u));
        let z = random.normal();
        assert!(z.is_finite());
        (mean, square) = (mean + u, square + u * u);
        (normal, normal_square) = (normal + z, normal_square + z * z);
    }
    // Four standard errors.
    let error = 4.0 / f64::from(n).sqrt();
    assert!((mean / f64::from(n) - 0.5).abs() <= 0.29 * error);
    assert!((square / f64::from(n) - 1.0 / 3.0).abs() <= 0.3 * error);
    assert!((normal / f64::from(n)).abs() <= error);
    assert!((normal_square / f64::from(n) - 1.0).abs() <= 1.5 * error);
    let mut counts = [0; 7];
    (0..7000).for_each(|_| counts[random.below(7)] += 1);
    assert!(counts.iter().all(|&c| (870..1130).contains(&c)), "{counts:?}");
    let mut items: Vec<usize> = (0..50).collect();
    random.shuffle(&mut items);
    assert_ne!(items, (0..50).collect::<Vec<_>>());
    items.sort_unstable();
    assert_eq!(items, (0..50).collect::<Vec<_>>());
}

#[test]
fn the_gaussian_instance() {
    let instance = spiked_regression(100, 500, 50, 5).unwrap();
    let x = instance.design.to_column_major();
    let first_row = [x[0], x[100], x[200]];
    for (found, expected) in first_row.iter().zip([0.014_334_75, 0.590_620_96, -0.472_089_86]) {
        assert!((found - expected).abs() <= 5e-9, "{found}");
    }
    for (found, expected) in instance.targets.iter().zip([2.235_465_08, -0.399_298_77, 1.635_935_31]) {
        assert!((found - expected).abs() <= 5e-9, "{found}");
    }
    assert!(spiked_regression(0, 3, 1, 0).is_err());
    assert_eq!(spiked_regression(3, 0, 1, 0).unwrap().design.columns(), 0);
}
