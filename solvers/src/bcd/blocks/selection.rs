//! Selection rules: which block moves next.

use super::columns::Columns;
use super::constants::Constants;
use super::dense::dot;
use super::descent::is_held;
use super::greedy;
use super::problem::{BlockProblem, Scratch};
use super::queue::Scores;
use super::stream::Stream;
use serde::{Deserialize, Serialize};

/// A selection rule. Over fixed blocks the greedy rules take the block of highest score; a variable block is made of the
/// variables of highest score. Ties go to the lowest index. `g` is the gradient, `H` the bound of the Hessian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// One block after the other; variable blocks are consecutive pieces of a new permutation in every epoch.
    Cyclic,
    /// A new permutation of the blocks in every epoch.
    ShuffledCyclic,
    /// Uniform.
    Random,
    /// Probability proportional to `L_b`; the variables of a variable block are drawn without replacement, weights `L_i`.
    Lipschitz,
    /// GS: `|g_b|^2`.
    GaussSouthwell,
    /// GSL: `|g_b|^2 / L_b`, the guaranteed decrease of a gradient step; for variable blocks `L_b` is replaced by row sums,
    /// `g_i^2 / sum over j of |H_ij|`.
    GaussSouthwellLipschitz,
    /// GSD: `sum of g_i^2 / L_i`, the guaranteed decrease of a diagonal step: `H_b <= tau diag(L)` for blocks of tau.
    GaussSouthwellDiagonal,
    /// GSQ: `g_b' H_b^{-1} g_b`, the guaranteed decrease of a matrix step. Over variable blocks the best block is NP-hard to
    /// find; it is built greedily, one variable at a time, by a Cholesky factor that is the step's too.
    GaussSouthwellQuadratic,
    /// GSQ of variable blocks by iterative hard thresholding.
    Thresholding,
    /// GS-q: the decrease of the bound by proximal coordinate steps. The greedy rule under bounds on the variables (without
    /// bounds it is GSD).
    ProximalDecrease,
    /// The variables inside their intervals, then those of highest GS-q: with a block of more than the support, two-metric
    /// steps become Newton's steps on the support once it is known. Over fixed blocks it is GS-q.
    SupportFirst,
}

impl Selection {
    /// Whether the rule looks at the whole gradient.
    pub(super) fn is_greedy(self) -> bool {
        !matches!(self, Self::Cyclic | Self::ShuffledCyclic | Self::Random | Self::Lipschitz)
    }
}

/// The memory of a selection rule.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Selector {
    pub(super) stream: Stream,
    /// The order of the epoch.
    pub(super) order: Vec<usize>,
    /// How far the epoch is.
    pub(super) cursor: usize,
}

/// A block, and what its selection found out about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Chosen {
    /// Ascending for variable blocks, except that the greedy GSQ keeps its order of choice.
    pub(super) block: Vec<usize>,
    /// Which of the fixed blocks.
    pub(super) index: Option<usize>,
    /// `-H_b^{-1} g_b`, if the selection needed it.
    pub(super) matrix_step: Option<Vec<f64>>,
    pub(super) scores: Vec<f64>,
    /// After greedy GSQ: the gradient of the bound after its step.
    pub(super) after: Vec<f64>,
    /// Which variables greedy GSQ may still take.
    pub(super) free: Vec<bool>,
    sorted: Vec<usize>,
}

impl Chosen {
    fn fixed(&mut self, constants: &Constants, index: usize) {
        self.block.clone_from(&constants.blocks[index]);
        self.index = Some(index);
    }

    /// The `size` variables of highest score.
    pub(super) fn highest(&mut self, size: usize) {
        self.highest_after(size, |_| false);
    }

    /// The `size` first variables: those that `go_first`, then the others, both by score.
    fn highest_after(&mut self, size: usize, go_first: impl Fn(usize) -> bool) {
        let scores = &self.scores;
        let higher = |&i: &usize, &j: &usize| {
            go_first(j).cmp(&go_first(i)).then(scores[j].total_cmp(&scores[i])).then(i.cmp(&j))
        };
        self.sorted.clear();
        self.sorted.extend(0..scores.len());
        if size < self.sorted.len() {
            let _ = self.sorted.select_nth_unstable_by(size, higher);
            self.sorted.truncate(size);
        }
        self.sorted.sort_unstable();
        self.block.clone_from(&self.sorted);
    }
}

/// What a rule may look at.
#[derive(Debug)]
pub(super) struct View<'a, P: ?Sized> {
    pub(super) problem: &'a P,
    pub(super) constants: &'a Constants,
    pub(super) point: &'a [f64],
    /// The whole gradient, for greedy rules.
    pub(super) gradient: &'a [f64],
    /// Estimates of `L_b` at the variables of each block, if they are learnt.
    pub(super) estimates: Option<&'a [f64]>,
    /// The size of variable blocks.
    pub(super) size: usize,
}

impl<P: BlockProblem + ?Sized> View<'_, P> {
    /// Chooses the next block; by the scores where they are kept, by columns of H where the rule needs them.
    pub(super) fn select(
        &self,
        rule: Selection,
        memory: &mut Selector,
        (scores, columns): (Option<&mut Scores>, &mut Columns),
        chosen: &mut Chosen,
        scratch: &mut Scratch,
    ) {
        (chosen.index, chosen.matrix_step) = (None, None);
        if let Some(scores) = scores {
            if self.constants.blocks.is_empty() {
                scores.highest(self.size, &mut chosen.block);
                chosen.block.sort_unstable();
            } else {
                chosen.fixed(self.constants, scores.first());
            }
            return;
        }
        if self.constants.blocks.is_empty() {
            return self.variable(rule, memory, columns, chosen, scratch);
        }
        let blocks = &self.constants.blocks;
        let index = match rule {
            Selection::Cyclic | Selection::ShuffledCyclic => {
                if memory.cursor == 0 {
                    memory.order = (0..blocks.len()).collect();
                    if rule == Selection::ShuffledCyclic {
                        memory.stream.shuffle(&mut memory.order);
                    }
                }
                let index = memory.order[memory.cursor];
                memory.cursor = (memory.cursor + 1) % blocks.len();
                index
            }
            Selection::Random => memory.stream.below(blocks.len()),
            Selection::Lipschitz => memory.stream.weighted(&self.constants.block_constants),
            _ => {
                let mut best = (0, f64::NEG_INFINITY);
                for index in 0..blocks.len() {
                    let score = self.block_score(rule, index);
                    if score > best.1 {
                        best = (index, score);
                    }
                }
                best.0
            }
        };
        chosen.fixed(self.constants, index);
    }

    pub(super) fn block_score(&self, rule: Selection, index: usize) -> f64 {
        let block = &self.constants.blocks[index];
        match rule {
            Selection::GaussSouthwellLipschitz => {
                let constant = self.estimates.map_or(self.constants.block_constants[index], |e| e[block[0]]);
                quotient(block.iter().fold(0.0, |s, &i| s + self.gradient[i] * self.gradient[i]), constant)
            }
            Selection::GaussSouthwellQuadratic => {
                let g: Vec<f64> = block.iter().map(|&i| self.gradient[i]).collect();
                let mut d = Vec::new();
                self.constants.factors[index].newton_step(&g, &mut d);
                -dot(&g, &d)
            }
            _ => block.iter().fold(0.0, |s, &i| s + self.score(rule, i)),
        }
    }

    /// The score of one variable.
    pub(super) fn score(&self, rule: Selection, i: usize) -> f64 {
        let (g, l) = (self.gradient[i], self.constants.coordinates[i]);
        match rule {
            Selection::GaussSouthwellDiagonal => quotient(g * g, l),
            Selection::GaussSouthwellLipschitz => quotient(g * g, self.constants.row_sums[i]),
            Selection::ProximalDecrease | Selection::SupportFirst if l > 0.0 => {
                let (lower, upper) = self.problem.interval(i);
                let d = (self.point[i] - g / l).max(lower).min(upper) - self.point[i];
                -(g * d + 0.5 * l * d * d)
            }
            Selection::ProximalDecrease | Selection::SupportFirst => 0.0,
            _ => g * g,
        }
    }

    fn variable(
        &self,
        rule: Selection,
        memory: &mut Selector,
        columns: &mut Columns,
        chosen: &mut Chosen,
        scratch: &mut Scratch,
    ) {
        let m = self.constants.coordinates.len();
        let size = self.size.min(m);
        chosen.block.clear();
        match rule {
            Selection::Cyclic | Selection::ShuffledCyclic | Selection::Random => {
                if memory.cursor == 0 || rule == Selection::Random {
                    memory.order = (0..m).collect();
                    memory.stream.shuffle(&mut memory.order);
                    memory.cursor = 0;
                }
                let end = (memory.cursor + size).min(m);
                chosen.block.extend_from_slice(&memory.order[memory.cursor..end]);
                memory.cursor = if end == m { 0 } else { end };
            }
            Selection::Lipschitz => {
                let mut weights = self.constants.coordinates.clone();
                for _ in 0..size.min(weights.iter().filter(|&&w| w > 0.0).count()) {
                    let i = memory.stream.weighted(&weights);
                    weights[i] = 0.0;
                    chosen.block.push(i);
                }
            }
            Selection::GaussSouthwellQuadratic => return greedy::forward(self, columns, chosen, scratch),
            Selection::SupportFirst => {
                chosen.scores.clear();
                chosen.scores.extend((0..m).map(|i| self.score(rule, i)));
                chosen.highest_after(size, |i| !is_held(self.problem, self.point, i));
            }
            Selection::Thresholding => return greedy::thresholding(self, columns, chosen, scratch),
            _ => {
                chosen.scores.clear();
                chosen.scores.extend((0..m).map(|i| self.score(rule, i)));
                chosen.highest(size);
            }
        }
        chosen.block.sort_unstable();
    }
}

/// `a / b`, and 0 for a variable that does not occur.
pub(super) fn quotient(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}
