//! Structured-optimisation solvers: deterministic to the bit, certified.
//!
//! One module per problem class: [`glm`], [`nlp`] (more are to come, see the table in the README). Each has its problem types, its
//! `Options`, and `solve(&problem, &Options) -> Result<Solution, Error>`. `Err` means invalid input; everything that happens
//! later is a [`Status`] inside `Ok`, and the best point is never lost.
//!
//! ```
//! use thalweg::prelude::*;
//!
//! // Ten columns; the third and the eighth explain the targets.
//! let data = thalweg::generate::gaussian::spiked_regression(50, 10, 5, 1)?;
//! let loss = Quadratic::new(data.targets)?;
//! let penalty = L1::new(5.0)?;
//! let problem = Glm::new(&data.design, &loss, &penalty)?.with_intercept(true);
//!
//! let solution = thalweg::glm::solve(&problem, &Default::default())?;
//! assert_eq!(solution.status, Status::Converged);
//! assert!(solution.certificate.relative_gap() <= 1e-6);
//! println!("objective {}, support {}", solution.objective, solution.point.support());
//! # Ok::<(), thalweg::Error>(())
//! ```

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

mod error;
pub mod glm;
pub mod inclusion;
pub mod nlp;
#[cfg(feature = "plot")]
pub mod report;

pub use error::Error;
pub use thalweg_problems::certificate::{Certificate, Certify, Measure};
pub use thalweg_problems::{
    ProblemError, Sparse, certificate, collection, datafit, expression, formats, generate, graph, prox, sets,
};
pub use thalweg_solvers::run;
pub use thalweg_solvers::run::{Session, Solution, Status, Trace};

/// What most programs need.
pub mod prelude {
    pub use crate::glm::{Design, Glm, GlmPoint};
    pub use crate::{Certificate, Error, Session, Solution, Status};
    pub use thalweg_problems::datafit::{Datafit, Logistic, Quadratic};
    pub use thalweg_problems::prox::{ElasticNet, L1, NonnegativeL1, SeparablePenalty};
}
