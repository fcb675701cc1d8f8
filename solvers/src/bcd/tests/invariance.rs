//! What must not change the solution: the order of columns, scale, layout, weights for repeated rows, the null model.

use super::*;
use approx::{assert_abs_diff_eq, assert_relative_eq};
use thalweg_problems::Design;
use thalweg_problems::datafit::{Datafit, Logistic, Quadratic};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::L1;

const N: usize = 25;
const P: usize = 40;

/// Columns with a mean, some entries 0; targets.
fn instance(seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = SplitMix64::new(seed);
    let columns = (0..N * P).map(|_| if random.uniform() < 0.4 { 0.0 } else { random.normal() + 0.3 }).collect();
    (columns, (0..N).map(|_| random.normal()).collect())
}

fn solution_of(columns: &[f64], y: &[f64], lambda: f64) -> GlmPoint {
    let design = Design::from_column_major(N, P, columns.to_vec()).unwrap();
    let loss = Quadratic::new(y.to_vec()).unwrap();
    let penalty = L1::new(lambda).unwrap();
    converged(&Glm::new(&design, &loss, &penalty).unwrap().with_intercept(true), 1e-14).point
}

#[test]
fn permuted_columns_permute_the_solution() {
    let (columns, y) = instance(1);
    let mut order: Vec<usize> = (0..P).collect();
    SplitMix64::new(2).shuffle(&mut order);
    let shuffled: Vec<f64> = order.iter().flat_map(|&j| columns[j * N..(j + 1) * N].to_vec()).collect();
    let (a, b) = (solution_of(&columns, &y, 1.0), solution_of(&shuffled, &y, 1.0));
    for (k, &j) in order.iter().enumerate() {
        assert_abs_diff_eq!(a.coefficients[j], b.coefficients[k], epsilon = 1e-9);
    }
}

#[test]
fn scaled_targets_and_strength_scale_the_solution() {
    let (columns, y) = instance(3);
    let scaled: Vec<f64> = y.iter().map(|y| 1e6 * y).collect();
    let (a, b) = (solution_of(&columns, &y, 1.0), solution_of(&columns, &scaled, 1e6));
    for (a, b) in a.coefficients.iter().zip(&b.coefficients) {
        assert_abs_diff_eq!(1e6 * a, *b, epsilon = 1e-3);
    }
}

/// Integer weights are repeated rows, weight 0 is a row left out, for both losses, with and without intercept.
#[test]
fn weights_are_repetitions() {
    let (columns, y) = instance(4);
    let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let weights: Vec<f64> = (0..N).map(|i| (i % 4) as f64).collect();
    let repeat = |column: &[f64]| -> Vec<f64> {
        column.iter().zip(&weights).flat_map(|(&x, &w)| std::iter::repeat_n(x, w as usize)).collect()
    };
    let repeated: Vec<f64> = columns.chunks_exact(N).flat_map(repeat).collect();
    let rows = repeat(&y).len();
    let (one, many) = (
        Design::from_column_major(N, P, columns.clone()).unwrap(),
        Design::from_column_major(rows, P, repeated).unwrap(),
    );
    let losses: [(Box<dyn Datafit>, Box<dyn Datafit>); 2] = [
        (
            Box::new(Quadratic::new(y.clone()).unwrap().with_weights(weights.clone()).unwrap()),
            Box::new(Quadratic::new(repeat(&y)).unwrap()),
        ),
        (
            Box::new(Logistic::from_labels(&labels).unwrap().with_weights(weights.clone()).unwrap()),
            Box::new(Logistic::from_labels(&repeat(&labels)).unwrap()),
        ),
    ];
    let penalty = L1::new(1.5).unwrap();
    for (weighted, plain) in &losses {
        for intercept in [false, true] {
            let a = Glm::new(&one, weighted.as_ref(), &penalty).unwrap().with_intercept(intercept);
            let b = Glm::new(&many, plain.as_ref(), &penalty).unwrap().with_intercept(intercept);
            let (a, b) = (converged(&a, 1e-12), converged(&b, 1e-12));
            assert_relative_eq!(a.objective, b.objective, max_relative = 1e-11);
            for (a, b) in a.point.coefficients.iter().zip(&b.point.coefficients) {
                assert_abs_diff_eq!(*a, *b, epsilon = 1e-5);
            }
        }
    }
}

/// Dense, sparse, and standardised on the fly against standardised by hand.
#[test]
fn layouts_agree() {
    let (columns, y) = instance(5);
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for column in columns.chunks_exact(N) {
        for (i, &x) in column.iter().enumerate().filter(|(_, x)| **x != 0.0) {
            indices.push(i as u32);
            values.push(x);
        }
        indptr.push(indices.len());
    }
    let mut by_hand = columns.clone();
    for column in by_hand.chunks_exact_mut(N) {
        let mean = column.iter().sum::<f64>() / N as f64;
        let deviation = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / N as f64).sqrt();
        column.iter_mut().for_each(|x| *x = (*x - mean) / deviation);
    }
    let dense = Design::from_column_major(N, P, columns).unwrap();
    let sparse = Design::from_csc(N, indptr, indices, values).unwrap();
    let explicit = Design::from_column_major(N, P, by_hand).unwrap();
    let designs = [dense.standardized(true, None).unwrap(), sparse.standardized(true, None).unwrap(), explicit];
    let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
    let losses: [&dyn Datafit; 2] = [&squared, &logistic];
    let penalty = L1::new(1.0).unwrap();
    for loss in losses {
        for intercept in [false, true] {
            let values = designs.each_ref().map(|design| {
                converged(&Glm::new(design, loss, &penalty).unwrap().with_intercept(intercept), 1e-13).objective
            });
            assert_relative_eq!(values[0], values[2], max_relative = 1e-12);
            assert_relative_eq!(values[1], values[2], max_relative = 1e-12);
        }
    }
}

/// At lambda_max the solution is null; just below it has one coefficient.
#[test]
fn lambda_max_is_exact() {
    let (columns, y) = instance(6);
    let design = Design::from_column_major(N, P, columns).unwrap();
    let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
    let losses: [&dyn Datafit; 2] = [&squared, &logistic];
    let unit = L1::new(1.0).unwrap();
    for loss in losses {
        for intercept in [false, true] {
            let null = Glm::new(&design, loss, &unit).unwrap().with_intercept(intercept).null_model();
            for (ratio, support) in [(1.0 + 1e-12, 0), (0.999, 1)] {
                let penalty = L1::new(ratio * null.null_strength.unwrap()).unwrap();
                let problem = Glm::new(&design, loss, &penalty).unwrap().with_intercept(intercept);
                assert_eq!(converged(&problem, 1e-10).point.support(), support, "{} {ratio}", loss.name());
            }
        }
    }
}

/// What screening removes is 0 in the solution found without it.
#[test]
fn screening_is_safe() {
    let (columns, y) = instance(8);
    let design = Design::from_column_major(N, P, columns).unwrap();
    let loss = Quadratic::new(y).unwrap();
    for lambda in [0.3, 1.0, 3.0] {
        let penalty = L1::new(lambda).unwrap();
        let problem = Glm::new(&design, &loss, &penalty).unwrap();
        let without = run_with(&problem, &WorkingSet { tolerance: 1e-13, screening: false, ..WorkingSet::default() });
        let mut control = Control::default();
        control.limits.max_iterations = 3;
        let method = WorkingSet { tolerance: 0.0, polish: false, ..WorkingSet::default() };
        let begin = Begin::From(problem.null_point());
        let outcome = crate::run::drive(&problem, &method, begin, &mut control, &mut NoSave).unwrap();
        let removed = (0..P).filter(|j| outcome.work.alive.binary_search(j).is_err());
        for j in removed {
            assert_eq!(without.point.coefficients[j], 0.0, "column {j} at lambda {lambda}");
        }
    }
}

/// Weights that multiply the loss leave every step of a cubic bound where it is, since the bound is multiplied too.
#[test]
fn cubic_bounds_know_the_weights() {
    use crate::bcd::GlmBlocks;
    use crate::bcd::blocks::{BlockDescent, Update};
    let (columns, y) = instance(9);
    let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let design = Design::from_column_major(N, P, columns).unwrap();
    let penalty = L1::new(0.0).unwrap();
    let after_two_steps = |weight: f64| {
        let loss = Logistic::from_labels(&labels).unwrap().with_weights(vec![weight; N]).unwrap();
        let problem = Glm::new(&design, &loss, &penalty).unwrap();
        let descent = BlockDescent { update: Update::CubicBound, size: 5, tolerance: 0.0, ..BlockDescent::default() };
        let mut control = Control::default();
        control.limits.max_iterations = 2;
        let begin = Begin::From(problem.null_point());
        let run = crate::run::drive(&problem, &GlmBlocks { descent }, begin, &mut control, &mut NoSave).unwrap();
        crate::run::Work::into_point(run.work).coefficients
    };
    for (a, b) in after_two_steps(1.0).iter().zip(&after_two_steps(1_048_576.0)) {
        assert_abs_diff_eq!(*a, *b, epsilon = 1e-9);
    }
}
