//! The certificate of block problems: first-order conditions, recomputed from the problem and the point alone.

use super::problem::{BlockProblem, Scratch, project, violation};
use super::{Bounded, Quadratic, SmoothFit, SoftmaxFit};
use thalweg_problems::certificate::{Certify, StationarityCertificate};

fn certificate<P: BlockProblem + ?Sized>(problem: &P, point: &[f64]) -> StationarityCertificate {
    let m = problem.dimension();
    let inside = |(j, x): (usize, &f64)| {
        let (lower, upper) = problem.interval(j);
        x.is_finite() && lower <= *x && *x <= upper
    };
    if point.len() != m || !point.iter().enumerate().all(inside) {
        return StationarityCertificate::NOT_A_POINT;
    }
    let (objective, optimality_violation) = first_order(problem, point);
    StationarityCertificate { objective, optimality_violation, null_violation: null_violation(problem) }
}

/// Objective and violation at a point.
fn first_order<P: BlockProblem + ?Sized>(problem: &P, point: &[f64]) -> (f64, f64) {
    let (mut image, mut gradient) = (vec![0.0; problem.image_length()], vec![0.0; point.len()]);
    problem.image(point, &mut image);
    problem.gradient(point, &image, &mut gradient, &mut Scratch::default());
    (problem.value(point, &image), violation(problem, point, &gradient))
}

/// The violation at the point nearest to 0.
pub(super) fn null_violation<P: BlockProblem + ?Sized>(problem: &P) -> f64 {
    let mut null = vec![0.0; problem.dimension()];
    project(problem, &mut null);
    first_order(problem, &null).1
}

macro_rules! certify {
    ($([$($generics:tt)*] $problem:ty),*) => {$(
        impl<$($generics)*> Certify<Vec<f64>> for $problem {
            type Certificate = StationarityCertificate;

            fn certify(&self, point: &Vec<f64>) -> StationarityCertificate {
                certificate(self, point)
            }
        }
    )*};
}

certify!(
    [] SmoothFit<'_>,
    [] SoftmaxFit<'_>,
    [] Quadratic<'_>,
    ['a] dyn BlockProblem + 'a,
    [P: BlockProblem + ?Sized] Bounded<'_, P>
);
