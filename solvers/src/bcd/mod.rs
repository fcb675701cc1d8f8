//! Block coordinate descent for generalised linear models with separable penalties.
//!
//! | method | step | for |
//! |---|---|---|
//! | [`WorkingSet`] | one working set: choose, solve, check | every problem (default) |
//! | [`CoordinateDescent`] | ten sweeps over all coordinates | the textbook baseline |
//! | [`svm::DualCoordinateDescent`] | ten passes over the dual variables | linear support vector machines |
//! | [`GlmBlocks`] | ten block steps | problems without penalty or with bounds: the rules of [`blocks`] |
//!
//! The first two minimise a quadratic model of the loss by coordinate steps (`quadratic_model.rs`); for least squares the model is the
//! loss, for other losses a line search follows (proximal Newton). Bertrand, Klopfenstein, Bannier, Gidel, Massias, *Beyond
//! L1: faster and better sparse models with skglm*, NeurIPS 2022; Massias, Vaiter, Gramfort, Salmon, *Dual extrapolation for
//! sparse GLMs*, JMLR 21, 2020.

pub mod blocks;
mod coordinate_descent;
mod evaluation;
mod glm_blocks;
pub mod groups;
mod inner;
pub mod message_passing;
pub mod path;
mod polish;
mod quadratic_model;
pub mod svm;
mod working_set;

pub use coordinate_descent::CoordinateDescent;
pub use evaluation::GlmWork;
pub use glm_blocks::{GlmBlocks, GlmBlocksWork};
pub use working_set::WorkingSet;

#[cfg(test)]
mod tests;
