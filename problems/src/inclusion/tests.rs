//! Every operator: components add up to the whole, it is monotone, and its constants hold.

use super::*;
use crate::generate::{games, reference_random::SplitMix64, saddles};
use crate::sets::Simplex;

fn random_matrix(rows: usize, columns: usize, sparse: bool, random: &mut SplitMix64) -> TwoWayMatrix {
    let mut entries: Vec<f64> = (0..rows * columns).map(|_| random.normal()).collect();
    if !sparse {
        return TwoWayMatrix::from_rows(rows, columns, entries).unwrap();
    }
    entries.iter_mut().for_each(|e| *e = if random.uniform() < 0.5 { *e } else { 0.0 });
    let mut triplets = sprs::TriMatI::<f64, u32>::new((rows, columns));
    for (k, &e) in entries.iter().enumerate().filter(|(_, e)| **e != 0.0) {
        triplets.add_triplet(k / columns, k % columns, e);
    }
    TwoWayMatrix::from_sparse(&triplets.to_csr()).unwrap()
}

/// The operator, and the point that its domain needs: a tail of weights of this length must be in the simplex.
fn members() -> Vec<(Box<dyn FiniteSumOperator>, usize)> {
    let mut random = SplitMix64::new(5);
    let mut list: Vec<(Box<dyn FiniteSumOperator>, usize)> = Vec::new();
    for sparse in [false, true] {
        let a = random_matrix(7, 5, sparse, &mut random);
        let targets: Vec<f64> = (0..7).map(|_| random.normal()).collect();
        let (q, b) = (vec![0.5; 5], vec![-0.25; 7]);
        list.push((Box::new(BilinearSaddle::new(a.clone(), q, b).unwrap()), 0));
        let square = random_matrix(6, 6, sparse, &mut random);
        list.push((Box::new(BilinearSaddle::new(square, vec![], vec![]).unwrap().paired().unwrap()), 0));
        list.push((Box::new(LeastSquares::new(a.clone(), targets.clone()).unwrap()), 0));
        list.push((Box::new(RobustLeastSquares::new(a.clone(), targets, 2.5).unwrap()), 0));
        let positive = vec![true, false, true, false, false, true, false];
        list.push((Box::new(AucSaddle::new(a.clone(), positive, 0.125).unwrap()), 0));
        let signs = vec![1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0];
        list.push((Box::new(FairClassification::new(a, signs, vec![0, 1, 2, 1, 0, 1, 2], 0.25).unwrap()), 3));
    }
    list.push((Box::new(saddles::ouyang_xu(6).unwrap()), 0));
    list
}

fn random_point(operator: &dyn FiniteSumOperator, weights: usize, random: &mut SplitMix64) -> Vec<f64> {
    let mut u: Vec<f64> = (0..operator.dimension()).map(|_| random.normal()).collect();
    let at = u.len() - weights;
    if weights > 0 {
        crate::prox::Proximable::prox(&Simplex::default(), &mut u[at..], 1.0);
    }
    u
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |s, (a, b)| s + a * b)
}

#[test]
fn components_add_up_and_constants_hold() {
    let mut random = SplitMix64::new(9);
    for (operator, weights) in members() {
        let name = operator.name();
        let d = operator.dimension();
        for _ in 0..20 {
            let u = random_point(operator.as_ref(), weights, &mut random);
            let v = random_point(operator.as_ref(), weights, &mut random);
            let (mut fu, mut fv) = (vec![0.0; d], vec![0.0; d]);
            operator.apply(&u, &mut fu);
            operator.apply(&v, &mut fv);
            let moved: Vec<f64> = u.iter().zip(&v).map(|(u, v)| u - v).collect();
            let change: Vec<f64> = fu.iter().zip(&fv).map(|(u, v)| u - v).collect();
            let square = dot(&moved, &moved);
            let inner = dot(&change, &moved);
            assert!(inner >= -1e-12 * square, "{name} is monotone: {inner}");
            let lipschitz = operator.lipschitz().unwrap();
            assert!(dot(&change, &change) <= (1.0 + 1e-9) * lipschitz * lipschitz * square, "{name}");

            let mut sum = vec![0.0; d];
            // Expected squares of one draw from every part: parts are independent, but touch what adds up.
            for law in [Law::Uniform, Law::Importance] {
                let mut expected = 0.0;
                for (p, part) in operator.parts().iter().enumerate() {
                    let n = part.components as f64;
                    let uniform = law == Law::Uniform || part.probabilities.is_empty();
                    for index in 0..part.components {
                        let q = if uniform { 1.0 / n } else { part.probabilities[index] };
                        let mut one = vec![0.0; d];
                        operator.add_differences(p, &[Pick { index, scale: 1.0 / (n * q) }], &u, &v, &mut one);
                        expected += q * dot(&one, &one);
                        if law == Law::Uniform {
                            operator.add_differences(p, &[Pick { index, scale: 1.0 / n }], &u, &v, &mut sum);
                        }
                    }
                }
                let l = operator.lipschitz_on_average(law).unwrap();
                assert!(expected <= (1.0 + 1e-9) * l * l * square, "{name} {law:?}: {expected} {l} {square}");
                if operator.is_cocoercive() {
                    assert!(inner * l >= expected * (1.0 - 1e-9), "{name} is cocoercive on average");
                }
            }
            let error: Vec<f64> = sum.iter().zip(&change).map(|(s, c)| s - c).collect();
            assert!(dot(&error, &error) <= 1e-22 * (1.0 + dot(&change, &change)), "{name}: {error:?}");
        }
    }
}

#[test]
fn norms_of_the_recorded_games() {
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 6e-7, "{a} {b}");
    for (n, spectral, frobenius) in [(20, 13.771614, 14.282217), (100, 77.557335, 78.139979)] {
        let game = games::policemen_and_burglar(n).unwrap();
        close(game.matrix().spectral_norm(), spectral);
        close(game.matrix().frobenius(), frobenius);
    }
    let game = games::distance_power(100, 1.0).unwrap();
    close(game.matrix().spectral_norm(), 17.941304);
    close(game.matrix().frobenius(), 20.926255);
}

#[test]
fn the_hard_quadratic_program() {
    let operator = saddles::ouyang_xu(200).unwrap();
    let solution: Vec<f64> = (1..=200).map(f64::from).chain(vec![-0.5; 200]).collect();
    let mut f = vec![1.0; 400];
    operator.apply(&solution, &mut f);
    assert!(f.iter().all(|f| *f == 0.0), "{f:?}");
    let start = vec![1.0 / 200.0; 400];
    operator.apply(&start, &mut f);
    assert!((dot(&f, &f).sqrt() - 3.5443622156).abs() < 1e-9);
    assert!((operator.lipschitz().unwrap() - 0.8089810638).abs() < 1e-9, "{:?}", operator.lipschitz());
}

#[test]
fn bad_problems_are_refused() {
    assert!(TwoWayMatrix::from_rows(0, 3, vec![]).is_err());
    assert!(TwoWayMatrix::from_rows(1, 2, vec![1.0, f64::NAN]).is_err());
    assert!(TwoWayMatrix::from_rows(2, 2, vec![1.0]).is_err());
    let a = || TwoWayMatrix::from_rows(2, 3, vec![1.0; 6]).unwrap();
    assert!(BilinearSaddle::new(a(), vec![0.0; 2], vec![]).is_err());
    assert!(BilinearSaddle::new(a(), vec![], vec![]).unwrap().paired().is_err());
    assert!(RobustLeastSquares::new(a(), vec![0.0; 2], 1.0).is_err());
    assert!(AucSaddle::new(a(), vec![true; 2], 0.1).is_err());
    assert!(FairClassification::new(a(), vec![1.0, -1.0], vec![0, 2], 0.1).is_err());
    let game = crate::game::PayoffMatrix::new(a());
    let (operator, simplices, start) = game.inclusion().unwrap();
    let problem = |start| FiniteSumInclusion::new(&operator, &simplices, Some(start));
    assert!(problem(vec![0.0; 4]).is_err() && problem(vec![f64::NAN; 5]).is_err() && problem(start).is_ok());
}
