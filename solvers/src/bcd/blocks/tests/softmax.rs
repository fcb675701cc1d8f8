//! Softmax regression C(100, 40, 5, 3).

use super::*;
use crate::bcd::blocks::dense::{Eigen, dot};
use crate::bcd::blocks::{Scratch, SoftmaxFit, Symmetric};
use thalweg_problems::generate::multiclass;
use thalweg_problems::generate::reference_random::SplitMix64;

fn with_softmax(test: impl FnOnce(&SoftmaxFit<'_>)) {
    let (design, loss) = multiclass::classes(100, 40, 5, 3).unwrap();
    test(&SoftmaxFit::new(&design, &loss).unwrap());
}

#[test]
fn the_recorded_run() {
    with_softmax(|problem| {
        let method = method(Blocks::Variable, Selection::GaussSouthwellDiagonal, Update::Matrix, 5);
        for (steps, expected) in [(50, 37.950_466_78), (200, 14.155_961_15)] {
            let found = run(problem, &method, steps).run.objective;
            approx::assert_relative_eq!(found, expected, max_relative = 1e-9);
        }
    });
}

/// The other rules descend too, Newton's furthest.
#[test]
fn other_rules() {
    with_softmax(|problem| {
        let after = |selection, update| {
            let mut last = f64::INFINITY;
            for steps in [20, 50, 100] {
                let value = run(problem, &method(Blocks::Variable, selection, update, 5), steps).run.objective;
                assert!(value <= last, "{selection:?} {update:?}");
                last = value;
            }
            last
        };
        let gsd = Selection::GaussSouthwellDiagonal;
        let matrix = after(gsd, Update::Matrix);
        assert!(after(gsd, Update::Newton) < matrix && matrix < after(gsd, Update::Gradient));
        for selection in [Selection::GaussSouthwellQuadratic, Selection::Thresholding] {
            assert!(after(selection, Update::Matrix) < 60.0);
        }
        assert!(after(gsd, Update::Cubic) < 60.0);
        assert!(after(gsd, Update::NewtonExact) < matrix);
    });
}

/// The Hessian of a block is the derivative of its gradient and lies below the bound, at random points.
#[test]
fn hessians_and_bounds() {
    with_softmax(|problem| {
        let (mut random, mut scratch) = (SplitMix64::new(4), Scratch::default());
        let mut all: Vec<usize> = (0..200).collect();
        for scale in [0.0, 0.003, 0.03] {
            let x: Vec<f64> = (0..200).map(|_| scale * random.normal()).collect();
            random.shuffle(&mut all);
            let block = &all[..6];
            let mut z = vec![0.0; 500];
            problem.image(&x, &mut z);
            let (mut h, mut bound) = (Symmetric::default(), Symmetric::default());
            problem.block_hessian(block, &x, &z, &mut h, &mut scratch);
            problem.block_bound(block, &mut bound, &mut scratch);
            let largest = bound.largest_eigenvalue().unwrap();
            let mut difference = Symmetric::default();
            difference.reset(6);
            for i in 0..6 {
                for j in 0..6 {
                    difference.row_mut(i)[j] = bound.row(i)[j] - h.row(i)[j];
                }
            }
            assert!(Eigen::new(&difference, false).unwrap().values[0] >= -1e-12 * largest);
            let d = [1.0, -0.5, 2.0, 0.25, -3.0, 1.5];
            let (mut q, mut g) = (vec![0.0; 500], vec![0.0; 6]);
            problem.block_image(block, &d, &mut q);
            problem.block_gradient(block, &x, &z, &mut g, &mut scratch);
            let (first, second) = problem.along(block, &d, (&x, &z), &q, &mut scratch);
            approx::assert_relative_eq!(first, dot(&g, &d), max_relative = 1e-10);
            let form = (0..6).fold(0.0, |s, i| s + d[i] * dot(h.row(i), &d));
            approx::assert_relative_eq!(second, form, max_relative = 1e-10);
            for (k, &j) in block.iter().enumerate() {
                let mut at = |t: f64| {
                    let (mut x, mut z, mut g) = (x.clone(), vec![0.0; 500], vec![0.0; 6]);
                    x[j] += t;
                    problem.image(&x, &mut z);
                    problem.block_gradient(block, &x, &z, &mut g, &mut scratch);
                    g
                };
                let (up, down) = (at(1e-6), at(-1e-6));
                for i in 0..6 {
                    let slope = (up[i] - down[i]) / 2e-6;
                    approx::assert_abs_diff_eq!(h.row(i)[k], slope, epsilon = 1e-7 * largest);
                }
            }
        }
    });
}
