//! Stop and resume, threads, refusals.

use super::*;
use crate::bcd::blocks::{Scratch, Symmetric};
use crate::run::Work;

fn bits(outcome: &Outcome<BlockWork>) -> (Vec<u64>, u64, crate::run::Counts) {
    let x = outcome.work.point().iter().map(|x| x.to_bits()).collect();
    (x, outcome.run.objective.to_bits(), outcome.run.counts)
}

/// Rules with memory between two steps, and some without.
const RULES: [(Blocks, Selection, Update); 8] = [
    (Blocks::Variable, Selection::Cyclic, Update::Matrix),
    (Blocks::Variable, Selection::Lipschitz, Update::Newton),
    (Blocks::Variable, Selection::GaussSouthwellQuadratic, Update::Matrix),
    (SORT, Selection::ShuffledCyclic, Update::Cubic),
    (SORT, Selection::Random, Update::LipschitzApproximation),
    (Blocks::Fixed(Partition::Random), Selection::Lipschitz, Update::Gradient),
    (SORT, Selection::GaussSouthwellLipschitz, Update::LipschitzApproximation),
    (SORT, Selection::ProximalDecrease, Update::TwoMetric),
];

/// Rules that keep gradients and columns of H between two steps, for least squares.
const KEEPING: [(Blocks, Selection, Update); 5] = [
    (Blocks::Variable, Selection::GaussSouthwellQuadratic, Update::Matrix),
    (Blocks::Variable, Selection::GaussSouthwellDiagonal, Update::Gradient),
    (Blocks::Variable, Selection::Thresholding, Update::Matrix),
    (SORT, Selection::GaussSouthwellQuadratic, Update::Matrix),
    (SORT, Selection::ProximalDecrease, Update::TwoMetric),
];

#[test]
fn a_stop_changes_nothing() {
    with_logistic(|problem| stops_change_nothing(problem, &RULES));
    with_least_squares(|problem| stops_change_nothing(problem, &KEEPING));
    with_least_squares(|problem| {
        stops_change_nothing(&crate::bcd::blocks::Bounded::new(problem, 1.0, 0.0, 2.0), &KEEPING[4..]);
    });
}

fn stops_change_nothing<P: BlockProblem>(problem: &P, rules: &[(Blocks, Selection, Update)]) {
    for (blocks, selection, update) in rules {
        let method = method(blocks, *selection, *update, 7);
        let unbroken = run(problem, &method, 120);
        for stop in [0, 10, 70] {
            let stopped = run(problem, &method, stop);
            let stored = postcard::to_stdvec(&(&stopped.work, &stopped.run)).unwrap();
            let (work, bookkeeping) = postcard::from_bytes(&stored).unwrap();
            let mut control = Control::default();
            control.limits.max_iterations = 12;
            let begin = Begin::Resume(work, bookkeeping);
            let resumed = drive(problem, &method, begin, &mut control, &mut NoSave).unwrap();
            assert_eq!(bits(&resumed), bits(&unbroken), "{method:?} stopped after {stop}");
        }
    }
}

#[test]
fn threads_do_not_matter() {
    let Regression { design, targets } = scaled_sparse::classification(400, 500, 2).unwrap();
    let loss = datafit::Logistic::from_labels(&targets).unwrap();
    let problem = SmoothFit::new(&design, &loss).unwrap();
    let results: Vec<_> = [1, 2, 4]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let one = |(blocks, selection, update): &(Blocks, Selection, Update)| {
                bits(&run(&problem, &method(blocks, *selection, *update, 12), 30))
            };
            pool.install(|| RULES.iter().map(one).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
}

/// Centred and scaled columns, kept implicit, and the same columns written out.
#[test]
fn implicit_scaling() {
    let Regression { design, targets } = scaled_sparse::classification(60, 40, 2).unwrap();
    let implicit = design.standardized(true, None).unwrap();
    let explicit = thalweg_problems::Design::from_column_major(60, 40, implicit.to_column_major()).unwrap();
    let loss = datafit::Logistic::from_labels(&targets).unwrap();
    let facts = |design| {
        let problem = SmoothFit::new(design, &loss).unwrap();
        let (mut scratch, mut h, mut facts) = (Scratch::default(), Symmetric::default(), Vec::new());
        let x: Vec<f64> = (0..40).map(|j| 0.01 * f64::from(j) - 0.2).collect();
        let block = [3, 17, 8, 39];
        let (mut z, mut g) = (vec![0.0; 60], vec![0.0; 40]);
        problem.image(&x, &mut z);
        facts.extend_from_slice(&z);
        problem.gradient(&x, &z, &mut g, &mut scratch);
        facts.extend_from_slice(&g);
        problem.block_gradient(&block, &x, &z, &mut g[..4], &mut scratch);
        facts.extend_from_slice(&g[..4]);
        problem.block_hessian(&block, &x, &z, &mut h, &mut scratch);
        (0..4).for_each(|i| facts.extend_from_slice(h.row(i)));
        problem.block_bound(&block, &mut h, &mut scratch);
        (0..4).for_each(|i| facts.extend_from_slice(h.row(i)));
        facts.extend(problem.coordinate_constants());
        problem.block_image(&block, &[1.0, -2.0, 0.5, 3.0], &mut z);
        facts.extend_from_slice(&z);
        facts.push(problem.with_third_derivative(1.0).third_order_constant(&block, &mut scratch).unwrap());
        facts
    };
    approx::assert_relative_eq!(
        facts(&implicit).as_slice(),
        facts(&explicit).as_slice(),
        max_relative = 1e-10,
        epsilon = 1e-12
    );
}

#[test]
fn convergence_is_judged_by_the_gradient() {
    with_least_squares(|problem| {
        let method = BlockDescent::default();
        let begin = Begin::From(vec![0.0; 300]);
        let outcome = drive(problem, &method, begin, &mut Control::default(), &mut NoSave).unwrap();
        assert_eq!(outcome.status, crate::run::Status::Converged);
        assert!(outcome.run.measures[0] <= 1e-6 * 23_014.0);
    });
}

/// A step that fails leaves the point before it.
#[test]
fn failures() {
    let design = thalweg_problems::Design::from_column_major(2, 2, vec![1.0, 0.0, 1e-170, 1e-170]).unwrap();
    let loss = datafit::Quadratic::new(vec![1e150, 1.0]).unwrap();
    let problem = SmoothFit::new(&design, &loss).unwrap();
    let method = method(Blocks::Variable, Selection::Cyclic, Update::CubicBound, 1);
    let (softmax_design, softmax) = thalweg_problems::generate::multiclass::classes(20, 4, 3, 1).unwrap();
    let multiclass = crate::bcd::blocks::SoftmaxFit::new(&softmax_design, &softmax).unwrap();
    let begin = Begin::From(vec![0.5; 12]);
    let failed = drive(&multiclass, &method, begin, &mut Control::default(), &mut NoSave).unwrap();
    assert_eq!(failed.status, crate::run::Status::NumericalFailure);
    assert!(failed.failure.unwrap().to_string().contains("third derivatives"));
    assert_eq!(failed.work.point(), &[0.5; 12]);
    // Numbers near the ends of the range: whatever happens, the point and its objective are finite.
    for update in [Update::Gradient, Update::Matrix, Update::Newton, Update::LipschitzApproximation] {
        let method = BlockDescent { update, ..method.clone() };
        let mut control = Control::default();
        control.limits.max_iterations = 5;
        let outcome = drive(&problem, &method, Begin::From(vec![0.0; 2]), &mut control, &mut NoSave);
        if let Ok(outcome) = outcome {
            assert!(outcome.work.point().iter().all(|x| x.is_finite()), "{update:?}");
        }
    }
}

#[test]
fn refusals() {
    with_least_squares(|problem| {
        let message = |method: &BlockDescent, point: Vec<f64>| {
            let refused = drive(problem, method, Begin::From(point), &mut Control::default(), &mut NoSave);
            refused.unwrap_err().to_string()
        };
        let default = BlockDescent::default();
        assert!(message(&default, vec![0.0; 3]).contains("length 3"));
        assert!(message(&default, vec![f64::NAN; 300]).contains("finite"));
        assert!(message(&BlockDescent { size: 0, ..default.clone() }, vec![0.0; 300]).contains("size"));
        assert!(
            message(&BlockDescent { tolerance: f64::NAN, ..default.clone() }, vec![0.0; 300]).contains("tolerance")
        );
        let thresholding = BlockDescent { blocks: SORT, selection: Selection::Thresholding, ..default };
        assert!(message(&thresholding, vec![0.0; 300]).contains("variable"));
    });
}
