//! Nonlinear programs: `minimise f(x)  subject to  cl <= c(x) <= cu,  l <= x <= u`.
//!
//! f and c are twice continuously differentiable wherever they are defined. The Lagrangian is `L(x, y) = f(x) + y'c(x)`.
//! A problem ([`NonlinearProgram`]) is immutable and shared; what needs memory is asked of its evaluator ([`NlpEvaluator`]),
//! of which every thread makes its own. Derivatives come on fixed patterns ([`Pattern`]). Where a function is not defined
//! an evaluation says so ([`Undefined`]), and a line search takes a shorter step.
//!
//! Ways to state one:
//! - [`Functions`]: closures, with derivatives of the user or central differences;
//! - [`Model`](crate::expression::Model): expressions written in Rust, exact sparse derivatives;
//! - [`PartiallySeparable`](crate::expression::PartiallySeparable): groups and elements, the structure that readers of
//!   modelling languages lower onto.
//!
//! [`check_derivatives`] compares what an evaluator says with central differences and names the first wrong entry.

mod bounds;
mod check;
mod forward;
mod functions;
mod pattern;
mod undefined;

pub use bounds::{EmptyBox, empty_box};
pub use check::{Derivative, DerivativeError, DerivativeReport, check_derivatives};
pub use functions::Functions;
pub use pattern::Pattern;
pub use undefined::{Function, Undefined};

pub(crate) use bounds::check_bounds;
pub(crate) use undefined::finite;

#[cfg(test)]
mod tests;

use crate::Fingerprint;
use std::borrow::Cow;

/// A nonlinear program. Implemented for `&T`, `Box<T>` and `Arc<T>` too.
pub trait NonlinearProgram: Send + Sync {
    /// The problem's name.
    fn name(&self) -> &str;

    /// The number n of variables.
    fn variables(&self) -> usize;

    /// The number m of constraints.
    fn constraints(&self) -> usize;

    /// Lower and upper bounds of the variables, n each; infinite where there is none, equal where a variable is fixed.
    /// They may be crossed: then there is no feasible point ([`empty_box`]).
    fn variable_bounds(&self) -> (&[f64], &[f64]);

    /// Lower and upper bounds of the constraints, m each; infinite where there is none, equal for an equation.
    /// They may be crossed.
    fn constraint_bounds(&self) -> (&[f64], &[f64]);

    /// Where to start, n numbers; it may violate bounds.
    fn start(&self) -> &[f64];

    /// Multipliers to start from, m numbers, of the Lagrangian `f + y'c`; zeros if none are known.
    fn start_multipliers(&self) -> &[f64];

    /// The name of variable `j` (from 0); `x1`, `x2`, ... by default.
    fn variable_name(&self, j: usize) -> Cow<'_, str> {
        Cow::Owned(format!("x{}", j + 1))
    }

    /// The name of constraint `i` (from 0); `c1`, `c2`, ... by default.
    fn constraint_name(&self, i: usize) -> Cow<'_, str> {
        Cow::Owned(format!("c{}", i + 1))
    }

    /// The pattern of the Jacobian: m rows, n columns.
    fn jacobian_pattern(&self) -> &Pattern;

    /// The pattern of the Hessian of the Lagrangian for any multipliers: its lower triangle by rows, n x n, columns at most
    /// the row. A diagonal entry is there only if it may be nonzero.
    fn hessian_pattern(&self) -> &Pattern;

    /// Whether constraint `i` is known to be affine.
    fn is_linear(&self, i: usize) -> bool {
        let _ = i;
        false
    }

    /// Whether the objective is known to be affine.
    fn objective_is_linear(&self) -> bool {
        false
    }

    /// The best known value of the objective, if one is on record; informative only.
    fn known_optimum(&self) -> Option<f64> {
        None
    }

    /// Adds what identifies the problem, so that no run is resumed on another one.
    fn fingerprint(&self, hash: &mut Fingerprint);

    /// Memory to evaluate with. One per thread, made once per run.
    fn evaluator(&self) -> Box<dyn NlpEvaluator + '_>;
}

/// Evaluates a nonlinear program. Slices have the lengths of the problem: `x`, `gradient`, `v` of n, `constraints` and
/// `multipliers` of m, Jacobian and Hessian values as many as their patterns have entries.
///
/// Every method fails with [`Undefined`] if something it was asked for is not finite; what it wrote is then unspecified.
pub trait NlpEvaluator {
    /// `f(x)`.
    fn objective(&mut self, x: &[f64]) -> Result<f64, Undefined>;

    /// `f(x)`, and `c(x)` into `constraints`.
    fn values(&mut self, x: &[f64], constraints: &mut [f64]) -> Result<f64, Undefined>;

    /// `f(x)`, and its gradient, `c(x)` and the Jacobian's values.
    fn first_order(
        &mut self,
        x: &[f64],
        gradient: &mut [f64],
        constraints: &mut [f64],
        jacobian: &mut [f64],
    ) -> Result<f64, Undefined>;

    /// The lower triangle of `weight * f''(x) + sum_i y_i c_i''(x)` into `values`.
    fn hessian(&mut self, x: &[f64], weight: f64, multipliers: &[f64], values: &mut [f64]) -> Result<(), Undefined>;

    /// `(weight * f''(x) + sum_i y_i c_i''(x)) v` into `out`.
    fn hessian_vector(
        &mut self,
        x: &[f64],
        weight: f64,
        multipliers: &[f64],
        v: &[f64],
        out: &mut [f64],
    ) -> Result<(), Undefined>;

    /// `J(x) v` into `out`, m numbers.
    fn jacobian_vector(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), Undefined>;

    /// `J(x)' y` into `out`, n numbers.
    fn jacobian_transposed_vector(&mut self, x: &[f64], y: &[f64], out: &mut [f64]) -> Result<(), Undefined>;
}
