//! Nonlinear programs: `minimise f(x)  subject to  cl <= c(x) <= cu,  l <= x <= u`.
//!
//! What a problem is; its solvers are to come. A [`Model`] is written in expressions and has exact sparse derivatives,
//! [`Functions`] are closures, [`PartiallySeparable`] is what readers of modelling languages build.
//!
//! ```
//! use thalweg::nlp::{Model, NonlinearProgram, check_derivatives};
//!
//! let mut model = Model::new("maratos");
//! let x = model.free("x", 1.1);
//! let y = model.free("y", 0.1);
//! model.minimise(x.powi(2) + y.powi(2) - 1.0 - 1e-6 * x);
//! model.equal("circle", x.powi(2) + y.powi(2), 1.0);
//! let program = model.build()?;
//! assert_eq!((program.variables(), program.constraints()), (2, 1));
//! assert_eq!(check_derivatives(&program, program.start(), 1e-6)?.first_wrong, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use thalweg_problems::expression::{self, Expr, Model, PartiallySeparable, ProgramBuilder, Variable};
pub use thalweg_problems::nlp::{
    Derivative, DerivativeError, DerivativeReport, Function, Functions, NlpEvaluator, NonlinearProgram, Pattern,
    Undefined, check_derivatives,
};
