//! Derivatives against central differences.

use super::{Function, NonlinearProgram, Undefined};
use std::fmt;

/// A derivative entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Derivative {
    /// Of the objective's gradient, in a variable.
    Gradient {
        /// The variable.
        variable: usize,
    },
    /// Of the Jacobian. An entry outside the pattern counts as 0.
    Jacobian {
        /// The constraint.
        constraint: usize,
        /// The variable.
        variable: usize,
    },
    /// Of the Hessian of one function. An entry outside the pattern counts as 0.
    Hessian {
        /// The function.
        function: Function,
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
}

/// An entry that disagrees with the differences.
#[derive(Clone, Debug, PartialEq)]
pub struct DerivativeError {
    /// Which entry.
    pub derivative: Derivative,
    /// The entry in words, with the problem's names.
    pub name: String,
    /// What the evaluator says.
    pub found: f64,
    /// What central differences say.
    pub expected: f64,
}

impl fmt::Display for DerivativeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, central differences give {}", self.name, self.found, self.expected)
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DerivativeReport {
    /// How many entries were compared.
    pub compared: usize,
    /// The first entry that is wrong, in the order gradient, Jacobian by rows, Hessians (objective, then constraints).
    pub first_wrong: Option<DerivativeError>,
    /// How many are wrong.
    pub wrong: usize,
    /// The largest error, relative to `max(1, |difference|)` and the scale of the function's other derivatives.
    pub largest_error: f64,
}

/// Functions with at most this many variables have the zeros of their Hessians checked too.
const DENSE: usize = 200;

struct Check<'a> {
    problem: &'a dyn NonlinearProgram,
    tolerance: f64,
    report: DerivativeReport,
}

impl Check<'_> {
    fn compare(&mut self, derivative: Derivative, found: f64, expected: f64, scale: f64) {
        self.report.compared += 1;
        let error = (found - expected).abs() / expected.abs().max(scale).max(1.0);
        if error > self.report.largest_error || error.is_nan() {
            self.report.largest_error = error;
        }
        if error <= self.tolerance {
            return;
        }
        self.report.wrong += 1;
        if self.report.first_wrong.is_none() {
            let name = self.name(&derivative);
            self.report.first_wrong = Some(DerivativeError { derivative, name, found, expected });
        }
    }

    fn name(&self, derivative: &Derivative) -> String {
        let variable = |j: usize| self.problem.variable_name(j);
        match *derivative {
            Derivative::Gradient { variable: j } => format!("the objective's derivative in {}", variable(j)),
            Derivative::Jacobian { constraint, variable: j } => {
                format!("the derivative of {} in {}", self.problem.constraint_name(constraint), variable(j))
            }
            Derivative::Hessian { function, row, column } => {
                let function = match function {
                    Function::Objective => "the objective".into(),
                    Function::Constraint(i) => self.problem.constraint_name(i).into_owned(),
                };
                format!("the second derivative of {function} in {} and {}", variable(row), variable(column))
            }
        }
    }
}

/// Compares gradient, Jacobian and Hessians at `x` with central differences of step `eps^(1/3) max(1, |x_j|)`: first
/// derivatives with differences of the values, second ones with differences of the first. An entry is wrong if it differs by
/// more than `tolerance` (1e-5 is a good choice) times the largest of 1, the difference, and the largest entry of its function.
///
/// Costs 2 n evaluations and m + 1 Hessians; meant for problems of up to some thousand variables.
///
/// # Errors
/// If the problem is undefined at `x` or a step away from it.
///
/// # Panics
/// If `x` has fewer numbers than the problem has variables.
pub fn check_derivatives(
    problem: &dyn NonlinearProgram,
    x: &[f64],
    tolerance: f64,
) -> Result<DerivativeReport, Undefined> {
    let (n, m) = (problem.variables(), problem.constraints());
    let jacobian = problem.jacobian_pattern();
    let mut evaluator = problem.evaluator();
    let mut at = |x: &[f64]| -> Result<(f64, Vec<f64>, Vec<f64>, Vec<f64>), Undefined> {
        let (mut g, mut c, mut j) = (vec![0.0; n], vec![0.0; m], vec![0.0; jacobian.entries()]);
        let f = evaluator.first_order(x, &mut g, &mut c, &mut j)?;
        Ok((f, g, c, j))
    };
    let (_, gradient, _, values) = at(x)?;
    let mut check = Check { problem, tolerance, report: DerivativeReport::default() };

    // Column by column: first derivatives from values, second ones from first ones.
    let mut first = vec![vec![0.0; n]; m + 1];
    let mut second = vec![vec![]; m + 1];
    let mut point = x.to_vec();
    for j in 0..n {
        let step = f64::EPSILON.cbrt() * x[j].abs().max(1.0);
        point[j] = x[j] + step;
        let ahead = (point[j], at(&point)?);
        point[j] = x[j] - step;
        let behind = (point[j], at(&point)?);
        point[j] = x[j];
        let width = ahead.0 - behind.0;
        let ((f1, g1, c1, j1), (f0, g0, c0, j0)) = (ahead.1, behind.1);
        first[0][j] = (f1 - f0) / width;
        for i in 0..m {
            first[i + 1][j] = (c1[i] - c0[i]) / width;
        }
        for k in 0..n {
            keep(&mut second[0], (j, k), (g1[k] - g0[k]) / width);
        }
        for (e, (i, k)) in jacobian.positions().enumerate() {
            keep(&mut second[i + 1], (j, k), (j1[e] - j0[e]) / width);
        }
    }

    let largest = |v: &[f64]| v.iter().fold(0.0f64, |a, x| a.max(x.abs()));
    for j in 0..n {
        check.compare(Derivative::Gradient { variable: j }, gradient[j], first[0][j], largest(&first[0]));
    }
    for i in 0..m {
        let scale = largest(&first[i + 1]);
        for j in 0..n {
            let found = jacobian.find(i, j).map_or(0.0, |e| values[e]);
            if found != 0.0 || first[i + 1][j] != 0.0 {
                check.compare(Derivative::Jacobian { constraint: i, variable: j }, found, first[i + 1][j], scale);
            }
        }
    }
    let pattern = problem.hessian_pattern();
    let mut hessian = vec![0.0; pattern.entries()];
    for i in 0..=m {
        let mut y = vec![0.0; m];
        let function = if i == 0 { Function::Objective } else { Function::Constraint(i - 1) };
        if i > 0 {
            y[i - 1] = 1.0;
        }
        evaluator.hessian(x, if i == 0 { 1.0 } else { 0.0 }, &y, &mut hessian)?;
        let scale = second[i].iter().fold(0.0f64, |a, e| a.max(e.1.abs()));
        let mut expected = std::mem::take(&mut second[i]);
        expected.retain(|e| e.0.0 >= e.0.1);
        expected.sort_by_key(|e| e.0);
        let difference = |r, c| expected.binary_search_by_key(&(r, c), |e| e.0).map_or(0.0, |k| expected[k].1);
        for (e, (row, column)) in pattern.positions().enumerate() {
            let difference = difference(row, column);
            if hessian[e] != 0.0 || difference != 0.0 {
                check.compare(Derivative::Hessian { function, row, column }, hessian[e], difference, scale);
            }
        }
        for &((row, column), difference) in &expected {
            if (n <= DENSE || difference.abs() > tolerance) && pattern.find(row, column).is_none() {
                check.compare(Derivative::Hessian { function, row, column }, 0.0, difference, scale);
            }
        }
    }
    Ok(check.report)
}

/// Most differences of a sparse problem are exactly 0.
fn keep(list: &mut Vec<((usize, usize), f64)>, place: (usize, usize), value: f64) {
    if value != 0.0 {
        list.push((place, value));
    }
}
