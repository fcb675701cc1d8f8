//! Our checkpoint files under argmin's Executor.

use super::RunState;
use crate::run::{Checkpoint, Run, Work, read_checkpoint};
use argmin::core::Error;
use argmin::core::State;
use argmin::core::checkpointing::{self, CheckpointingFrequency};
use serde::{Serialize, de::DeserializeOwned};

/// A [`Checkpoint`] as `argmin::core::checkpointing::Checkpoint`: written whole and atomically, refused if it belongs to
/// another run. The method and the limit of steps stay the caller's; only memory and bookkeeping come from the file.
///
/// A run begins anew if there is no file. The Executor writes at multiples of the frequency only, never at the end.
#[derive(Clone, Debug)]
pub struct CheckpointFile<M> {
    checkpoint: Checkpoint,
    method: M,
    max_iterations: u64,
    frequency: CheckpointingFrequency,
}

impl<M> CheckpointFile<M> {
    /// Keeps runs of `method` in a checkpoint (its interval is not used: `frequency` decides).
    ///
    /// The Executor takes the whole state from a checkpoint and forgets what was configured: so the limit of steps is asked
    /// for here.
    pub fn new(checkpoint: Checkpoint, method: M, max_iterations: u64, frequency: CheckpointingFrequency) -> Self {
        Self { checkpoint, method, max_iterations, frequency }
    }
}

impl<M: Clone, W: Work + Serialize + DeserializeOwned> checkpointing::Checkpoint<M, RunState<W>> for CheckpointFile<M> {
    fn save(&self, _: &M, state: &RunState<W>) -> Result<(), Error> {
        match state.work() {
            // After a failed step the work may be torn: the last good file stays.
            Some(work) if state.failure().is_none() => Ok(self.checkpoint.write(work, state.run(), None)?),
            _ => Ok(()),
        }
    }

    fn load(&self) -> Result<Option<(M, RunState<W>)>, Error> {
        if !self.checkpoint.path().try_exists()? {
            return Ok(None);
        }
        let resumed = read_checkpoint::<W>(self.checkpoint.path(), self.checkpoint.identity())?;
        let (work, run): (W, Run) = (resumed.work, resumed.run);
        Ok(Some((self.method.clone(), RunState::new().max_iters(self.max_iterations).resume(work, run))))
    }

    fn frequency(&self) -> CheckpointingFrequency {
        self.frequency
    }
}
