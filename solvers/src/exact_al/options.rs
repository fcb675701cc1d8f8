//! Options of the exact augmented Lagrangian method.

use super::penalties::Penalties;
use crate::run::MethodError;
use serde::{Deserialize, Serialize};

/// How the Newton (KKT) systems are solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinearSolver {
    /// Sparse LDL^T of the whole matrix: exact directions, inertia, second-order certificates.
    #[default]
    Ldlt,
    /// Conjugate gradients in the kernel of G: products with the Hessian, LDL^T of `[D G'; G 0]` with D the Hessian's
    /// diagonal. Inexact directions, to an accuracy that the residual and the slope of the merit function decide.
    ProjectedCg,
    /// MINRES on the KKT system, preconditioned by `diag(D, G D^-1 G')`; otherwise as projected conjugate gradients.
    Minres,
}

/// Newton's method on the KKT system with sparse LDL^T factors and corrected inertia, globalised by a line search on the
/// differentiable exact augmented Lagrangian
///
/// ```text
/// L_eta(x, y) = f(x) + y'c(x) + eta_1/2 |c(x)|^2 + eta_2/2 |grad_x L(x, y)|^2
/// ```
///
/// in the joint variable (x, y) (I. Hong, S. Na, M. Mahoney, M. Kolar, *Constrained optimization via exact augmented
/// Lagrangian and randomized iterative sketching*, ICML 2023). One step is one Newton step, or one restoration of
/// feasibility.
///
/// A point whose multipliers are empty starts from least-squares multipliers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExactAl {
    /// Stop at `max(|grad_x L|_inf / s_d, |c|_inf)`, of the scaled problem, with `s_d = max(100, mean |y_i|) / 100`.
    /// Default 1e-8. The residuals of the problem as it stands must be at most 1e4 times that.
    pub tolerance: f64,
    /// The first `eta_1`. Default 1.
    pub constraint_penalty: f64,
    /// The first `eta_2`. Default 1e-3 (the paper: 0.1).
    pub gradient_penalty: f64,
    /// `nu > 1`: an update multiplies `eta_1` by `nu^2` and divides `eta_2` by `nu`. Default 1.5.
    pub penalty_factor: f64,
    /// The Armijo constant, in (0, 1/2): with it the unit step is accepted near regular solutions. Default 1e-4.
    pub armijo: f64,
    /// How many merit values the line search remembers; 1 is monotone. Default 5.
    pub memory: usize,
    /// How the KKT systems are solved. Default sparse LDL^T.
    pub linear_solver: LinearSolver,
    /// Correct full steps that are rejected for the curvature of the constraints. Default true.
    pub second_order_correction: bool,
    /// Scale objective and constraints so that their gradients at the problem's start are at most 100. Default true.
    pub scaling: bool,
    /// At a point that satisfies the first-order conditions, look at the curvature: leave it where it is negative.
    /// Default true.
    pub second_order: bool,
}

impl Default for ExactAl {
    fn default() -> Self {
        Self {
            tolerance: 1e-8,
            constraint_penalty: 1.0,
            gradient_penalty: 1e-3,
            penalty_factor: 1.5,
            armijo: 1e-4,
            memory: 5,
            linear_solver: LinearSolver::default(),
            second_order_correction: true,
            scaling: true,
            second_order: true,
        }
    }
}

impl ExactAl {
    /// The setting of published iteration counts: the paper's first penalties, monotone, unscaled, first-order conditions.
    pub fn reference() -> Self {
        Self { gradient_penalty: 0.1, memory: 1, scaling: false, second_order: false, ..Self::default() }
    }

    /// Second-order corrections need factors of the KKT matrix.
    pub(super) fn corrects(&self) -> bool {
        self.second_order_correction && self.linear_solver == LinearSolver::Ldlt
    }

    /// The first penalties.
    pub(super) fn penalties(&self) -> Penalties {
        Penalties { constraint: self.constraint_penalty, gradient: self.gradient_penalty }
    }

    /// Checks the ranges.
    pub(super) fn check(&self) -> Result<(), MethodError> {
        let option = |name, value: f64, fits: bool, expected| {
            if fits { Ok(()) } else { Err(MethodError::Option { name, value, expected }) }
        };
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let (tolerance, factor, armijo) = (self.tolerance, self.penalty_factor, self.armijo);
        option("tolerance", tolerance, tolerance >= 0.0 && tolerance.is_finite(), "a finite number of at least 0")?;
        let (eta_1, eta_2) = (self.constraint_penalty, self.gradient_penalty);
        option("constraint_penalty", eta_1, positive(eta_1), "a number above 0")?;
        option("gradient_penalty", eta_2, positive(eta_2), "a number above 0")?;
        option("penalty_factor", factor, factor > 1.0 && factor.is_finite(), "a number above 1")?;
        option("armijo", armijo, armijo > 0.0 && armijo < 0.5, "a number between 0 and 1/2")?;
        option("memory", self.memory as f64, self.memory > 0, "at least 1")
    }
}
