//! Methods to compare with: each a file with the iteration of its paper.

mod anchored_extragradient;
mod anchored_popov;
mod exact_resolvent;
mod extragradient;
mod fast_extragradient;
mod full;
mod halpern;
mod optimistic;
mod snapshot;
mod svrg;
mod variance_reduced_extragradient;

pub use anchored_extragradient::AnchoredExtragradient;
pub use anchored_popov::AnchoredPopov;
pub use exact_resolvent::{ExactResolvent, ExactResolventWork};
pub use extragradient::Extragradient;
pub use fast_extragradient::FastExtragradient;
pub use full::{FullOperator, FullScheme, FullWork, Iterate, Oracles};
pub use halpern::Halpern;
pub use optimistic::Optimistic;
pub use snapshot::{Sampled, SnapshotScheme, SnapshotWork, Snapshots, Vectors};
pub use svrg::{StochasticExtragradient, SvrgForwardBackward};
pub use variance_reduced_extragradient::{VarianceReducedExtragradient, VarianceReducedForwardBackwardForward};
