//! Which components are drawn.

use crate::run::MethodError;
use crate::sampling::{Alias, Purpose, Stream, WithoutReplacement};
use thalweg_problems::inclusion::{FiniteSumInclusion, Law, Pick};

/// Draws batches of components of every part: uniformly without replacement, or with a part's probabilities, with
/// replacement.
#[derive(Clone, Debug, Default)]
pub(super) struct Draws {
    parts: Vec<PartDraws>,
    /// One batch for each part.
    batches: Vec<Vec<Pick>>,
    picks: Vec<Pick>,
}

#[derive(Clone, Debug)]
enum PartDraws {
    Uniform { items: WithoutReplacement, batch: usize },
    Weighted { table: Alias, probabilities: Vec<f64>, batch: usize },
}

impl Draws {
    pub(super) fn new(problem: &FiniteSumInclusion<'_>, law: Law, batch: usize) -> Result<Self, MethodError> {
        let parts: Vec<PartDraws> = problem
            .operator()
            .parts()
            .iter()
            .map(|part| {
                let batch = batch.min(part.components);
                if law == Law::Uniform || part.probabilities.is_empty() {
                    PartDraws::Uniform { items: WithoutReplacement::new(part.components), batch }
                } else {
                    let probabilities = part.probabilities.clone();
                    PartDraws::Weighted { table: Alias::new(&probabilities), probabilities, batch }
                }
            })
            .collect();
        if batch == 0 {
            return Err(MethodError::Option { name: "batch", value: 0.0, expected: "a number of at least 1" });
        }
        let batches = parts.iter().map(|_| Vec::with_capacity(batch)).collect();
        Ok(Self { parts, batches, picks: Vec::with_capacity(batch) })
    }

    /// Draws a batch of every part.
    pub(super) fn draw(&mut self, stream: &mut Stream) {
        for (part, picks) in self.parts.iter_mut().zip(&mut self.batches) {
            picks.clear();
            match part {
                PartDraws::Uniform { items, batch } => {
                    let scale = 1.0 / *batch as f64;
                    items.draw(*batch, stream, |index| picks.push(Pick { index, scale }));
                }
                PartDraws::Weighted { table, probabilities, batch } => {
                    let share = *batch as f64 * probabilities.len() as f64;
                    for _ in 0..*batch {
                        let index = table.draw(stream);
                        picks.push(Pick { index, scale: 1.0 / (share * probabilities[index]) });
                    }
                }
            }
        }
    }

    /// The drawn batch of a part, its weights times `scale`.
    pub(super) fn picks(&mut self, part: usize, scale: f64) -> &[Pick] {
        self.picks.clear();
        self.picks.extend(self.batches[part].iter().map(|p| Pick { scale: scale * p.scale, ..*p }));
        &self.picks
    }
}

/// The streams of a run.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Streams {
    pub(super) components: Stream,
    pub(super) refreshes: Stream,
}

impl Streams {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            components: Stream::new(seed, Purpose::Components, 0),
            refreshes: Stream::new(seed, Purpose::Refreshes, 0),
        }
    }
}
