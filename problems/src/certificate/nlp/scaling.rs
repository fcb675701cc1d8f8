//! Gradient-based scaling of objective and constraints.

use crate::nlp::NonlinearProgram;
use serde::{Deserialize, Serialize};

/// The scaled problem has objective `s_f f` and constraints `s_i c_i`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NlpScaling {
    /// `s_f`, above 0.
    pub objective: f64,
    /// `s_i`, above 0.
    pub constraints: Vec<f64>,
}

/// Gradients at the start are scaled down to this.
const LARGEST_GRADIENT: f64 = 100.0;
/// No factor is smaller.
const LEAST: f64 = 1e-8;

impl NlpScaling {
    /// All factors 1.
    pub fn none(constraints: usize) -> Self {
        Self { objective: 1.0, constraints: vec![1.0; constraints] }
    }

    /// `s = min(1, 100 / |gradient|_inf)`, at least 1e-8, with gradients at the problem's start (A. Waechter, L. Biegler,
    /// Math. Program. 106, 2006, section 3.8); all factors 1 where a function is undefined there.
    pub fn at_start<P: NonlinearProgram + ?Sized>(problem: &P) -> Self {
        let (n, m) = (problem.variables(), problem.constraints());
        let (mut gradient, mut constraints) = (vec![0.0; n], vec![0.0; m]);
        let pattern = problem.jacobian_pattern();
        let mut jacobian = vec![0.0; pattern.entries()];
        let (lower, upper) = problem.variable_bounds();
        let start: Vec<f64> =
            problem.start().iter().zip(lower.iter().zip(upper)).map(|(x, (l, u))| x.max(*l).min(*u)).collect();
        if problem.evaluator().first_order(&start, &mut gradient, &mut constraints, &mut jacobian).is_err() {
            return Self::none(m);
        }
        let factor = |gradient: &[f64]| {
            let largest = gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
            if largest > LARGEST_GRADIENT { (LARGEST_GRADIENT / largest).max(LEAST) } else { 1.0 }
        };
        let row = |i: usize| factor(&jacobian[pattern.indptr()[i]..pattern.indptr()[i + 1]]);
        Self { objective: factor(&gradient), constraints: (0..m).map(row).collect() }
    }
}
