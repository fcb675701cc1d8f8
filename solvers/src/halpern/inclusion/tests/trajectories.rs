//! Recorded trajectories on the hard quadratic program of Ouyang and Xu, n = 20.

use super::super::baselines::*;
use super::*;
use thalweg_problems::generate::saddles::ouyang_xu;
use thalweg_problems::inclusion::{AffineOperator, FiniteSumOperator, Zero};

fn operator() -> AffineOperator {
    ouyang_xu(20).unwrap()
}

fn problem(operator: &AffineOperator) -> FiniteSumInclusion<'_> {
    FiniteSumInclusion::new(operator, &Zero, Some(vec![0.05; 40])).unwrap()
}

/// The residual after 100, 1000 and 4000 iterations, to the digits recorded.
fn check<S: FullScheme>(scheme: S, step: f64, expected: [f64; 3]) -> Vec<f64> {
    let operator = operator();
    let problem = problem(&operator);
    let method = FullOperator { step: Some(step), tolerance: 0.0, ..FullOperator::new(scheme) };
    let (_, trace) = run(&problem, &method, 4000);
    let residuals = column(&trace, "residual");
    for (k, expected) in [100, 1000, 4000].into_iter().zip(expected) {
        let found = residuals[k];
        assert!((found / expected - 1.0).abs() < 2e-6, "{} {k}: {found:e} {expected:e}", S::NAME);
    }
    residuals
}

/// L and the distance of the start to the solution.
fn constants() -> (f64, f64) {
    let solution: Vec<f64> = (1..=20).map(f64::from).chain([-0.5; 20]).collect();
    (operator().lipschitz().unwrap(), distance(&solution, &[0.05; 40]))
}

#[test]
fn extragradient_and_optimistic_gradient() {
    let (l, d) = constants();
    assert!((l - 0.805_585_073_6).abs() < 1e-9 && (d - 53.433_135_786_7).abs() < 1e-9);
    check(Extragradient, 0.9 / l, [9.666_377e-1, 5.321_832e-1, 7.971_553e-2]);
    check(Optimistic, 0.45 / l, [1.042_170, 7.863_425e-1, 3.537_015e-1]);
}

#[test]
fn anchored_extragradient_keeps_its_rate() {
    let (l, d) = constants();
    let residuals = check(AnchoredExtragradient, 0.125 / l, [1.093_347, 6.641_556e-1, 5.439_486e-2]);
    let worst = |k: usize, r: f64| ((k + 2) as f64 * r / (l * d)).powi(2);
    let worst = residuals.iter().enumerate().fold(0.0, |m: f64, (k, &r)| m.max(worst(k, r)));
    assert!((239.0..240.5).contains(&worst), "{worst}: at most 260");
    check(AnchoredExtragradient, 0.9 / l, [8.104_046e-1, 7.017_865e-2, 1.262_146e-2]);
}

#[test]
fn fast_extragradient_keeps_its_rate() {
    let (l, d) = constants();
    let residuals = check(FastExtragradient, 1.0 / l, [7.707_851e-1, 4.343_707e-2, 1.039_962e-2]);
    let worst = residuals.iter().enumerate().fold(0.0, |m: f64, (k, &r)| m.max(k as f64 * r / (l * d)));
    assert!((1.901..1.904).contains(&worst), "{worst}: at most 2");
}

#[test]
fn exact_resolvents_keep_their_rate() {
    let (l, d) = constants();
    let operator = operator();
    let problem = problem(&operator);
    let root = 20.0_f64.sqrt();
    for (eta, reflect, expected, bound) in [
        (1.0 / l, false, [7.705_764e-1, 4.370_121e-2, 1.037_612e-2], 2.0),
        (1.0 / l, true, [2.824_535e-1, 2.951_230e-2, 5.391_895e-3], 1.0),
        (root / l, false, [1.208_397e-1, 9.623_087e-3, 2.406_285e-3], 2.0),
        (root / l, true, [7.415_843e-2, 4.833_172e-3, 1.203_142e-3], 1.0),
    ] {
        let method = ExactResolvent { step: Some(eta), reflect, tolerance: 0.0 };
        let (_, trace) = run(&problem, &method, 4001);
        let residuals = column(&trace, "residual");
        for (k, &residual) in residuals.iter().enumerate().skip(1) {
            // |u_(k-1) - v_(k-1)| = eta |F(v_(k-1))|.
            assert!(eta * residual <= bound * d / k as f64, "{k}");
        }
        for (k, expected) in [100, 1000, 4000].into_iter().zip(expected) {
            assert!((residuals[k] / expected - 1.0).abs() < 2e-6, "{k}: {:e} {expected:e}", residuals[k]);
        }
    }
}

/// Outside its theory the single loop with full batches is deterministic, and still decreases here.
#[test]
fn full_batches_are_halpern_iteration() {
    let operator = operator();
    let problem = problem(&operator);
    let traces: Vec<Vec<f64>> = [0, 77]
        .map(|seed| {
            let method = SingleLoop {
                step: Some(0.3),
                batch: Some(20),
                restart: false,
                assume_cocoercive: true,
                guard: false,
                lazy: false,
                law: Some(Law::Uniform),
                tolerance: 0.0,
                seed,
            };
            column(&run(&problem, &method, 4000).1, "residual")
        })
        .into();
    let halpern = FullOperator { step: Some(0.3), tolerance: 0.0, ..FullOperator::new(Halpern { weight: (2.0, 4.0) }) };
    let full = column(&run(&problem, &halpern, 4000).1, "residual");
    let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    for trace in &traces {
        assert_eq!(bits(trace), bits(&full));
    }
    for (k, expected) in [(100, 1.073), (1000, 3.815e-1), (4000, 9.133e-2)] {
        assert!((full[k] / expected - 1.0).abs() < 1e-3, "{k}: {}", full[k]);
    }
}
