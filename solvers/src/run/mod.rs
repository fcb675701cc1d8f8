//! The run layer: what every solver shares.
//!
//! A [`Method`] is an immutable record of options; all its memory is a [`Work`]; [`drive`] runs the loop; [`solve`] adds the
//! certificate, [`Session`] everything around it. A checkpoint is (identity, [`Run`], work, trace). With the feature `argmin`
//! every method is an argmin solver too (`argmin_bridge`).

#[cfg(feature = "argmin")]
pub mod argmin_bridge;
mod checkpoint;
mod counts;
mod drive;
mod method;
mod session;
mod solution;
mod status;
mod trace;

pub use checkpoint::{Checkpoint, CheckpointError, Identity, Resumed, read_checkpoint};
pub use counts::{Counts, Oracle};
pub use drive::{Begin, Control, Limits, NoSave, Outcome, Save, drive};
pub use method::{Method, MethodError, Observer, Point, Run, Work};
pub use session::{CheckpointPlan, Monitor, RunError, Session};
pub use solution::{Solution, SolveError, solve};
pub use status::{Flow, Status};
pub use trace::Trace;

#[cfg(test)]
mod tests;
