//! Block coordinate descent for smooth problems, and for problems with bounds: Nutini, Laradji, Schmidt, *Let's make block
//! coordinate descent converge faster: faster greedy rules, message-passing, active-set complexity, and superlinear
//! convergence*, JMLR 23, 2022.
//!
//! A method is three choices: which [`Blocks`] there are, which of them is next ([`Selection`]), how it moves ([`Update`]).
//! [`BlockDescent`] joins them.
//!
//! ```
//! use thalweg_problems::{Design, datafit::Quadratic};
//! use thalweg_solvers::bcd::blocks::{BlockDescent, SmoothFit};
//! use thalweg_solvers::run::{Begin, Control, NoSave, drive};
//!
//! let design = Design::from_column_major(3, 2, vec![1.0, 0.0, 1.0, 0.0, 2.0, 1.0])?;
//! let loss = Quadratic::new(vec![1.0, 2.0, 2.0])?;
//! let problem = SmoothFit::new(&design, &loss)?;
//! let method = BlockDescent { size: 2, ..BlockDescent::default() };
//! let run = drive(&problem, &method, Begin::From(vec![0.0; 2]), &mut Control::default(), &mut NoSave)?;
//! assert!(run.run.objective < 1e-20);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod augmented;
mod bounded;
mod certify;
mod columns;
mod constants;
mod cubic;
mod dense;
mod descent;
mod glm;
mod gradient;
mod greedy;
mod iterate;
mod partition;
mod problem;
mod projected;
mod quadratic;
mod queue;
mod selection;
mod softmax;
mod stream;
mod update;

pub use bounded::Bounded;
pub use dense::Symmetric;
pub use descent::{BlockDescent, BlockWork, Blocks};
pub use glm::SmoothFit;
pub use partition::Partition;
pub use problem::{BlockProblem, Costs, Scratch};
pub use quadratic::Quadratic;
pub use selection::Selection;
pub use softmax::SoftmaxFit;
pub use update::Update;

#[cfg(test)]
mod tests;
