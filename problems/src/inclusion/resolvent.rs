//! Resolvents of maximally monotone operators.

use crate::ProblemError;
use crate::prox::Proximable;

/// A maximally monotone operator G, known through its resolvent.
///
/// Every [`Proximable`] function is one (G is its subdifferential), hence every set with a projection (G is its normal
/// cone).
pub trait Resolvent: Send + Sync {
    /// Replaces `v` by `J(v) = (I + step G)^-1 v`, `step > 0`.
    fn apply(&self, step: f64, v: &mut [f64]);
    /// For `G` the subdifferential of a function psi: `psi(u) + psi*(-f) + <f, u>`, at least 0, and 0 exactly if `-f` lies
    /// in `G(u)`. `None` where it is not known. With `f = F(u)` it is the gap function of the variational inequality, for a
    /// bilinear saddle problem the duality gap.
    fn gap(&self, _u: &[f64], _f: &[f64]) -> Option<f64> {
        None
    }
    /// Whether `G = 0`.
    fn is_zero(&self) -> bool {
        false
    }
    /// The blocks, if the operator acts on blocks of coordinates separately.
    fn blocks(&self) -> Option<&Blocks> {
        None
    }
}

impl<P: Proximable + ?Sized> Resolvent for P {
    fn apply(&self, step: f64, v: &mut [f64]) {
        self.prox(v, step);
    }
    fn gap(&self, u: &[f64], f: &[f64]) -> Option<f64> {
        self.fenchel_gap(u, f)
    }
    fn is_zero(&self) -> bool {
        Proximable::is_zero(self)
    }
}

/// `G = 0`: the resolvent is the identity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zero;

impl Proximable for Zero {
    fn value(&self, _: &[f64]) -> f64 {
        0.0
    }
    fn prox(&self, _: &mut [f64], _: f64) {}
    fn is_zero(&self) -> bool {
        true
    }
}

/// A product of functions of consecutive blocks of coordinates.
pub struct Blocks {
    blocks: Vec<(usize, Box<dyn Proximable>)>,
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.blocks.iter().map(|b| b.0)).finish()
    }
}

impl Blocks {
    /// The product of functions, each with the length of its block.
    pub fn new(blocks: Vec<(usize, Box<dyn Proximable>)>) -> Self {
        Self { blocks }
    }

    /// The sum of the lengths.
    pub fn dimension(&self) -> usize {
        self.blocks.iter().fold(0, |s, b| s + b.0)
    }

    /// The lengths.
    pub fn lengths(&self) -> Vec<usize> {
        self.blocks.iter().map(|b| b.0).collect()
    }

    /// The resolvent of one block with a step of its own.
    ///
    /// # Panics
    /// If there is no such block.
    pub fn apply_block(&self, block: usize, step: f64, v: &mut [f64]) {
        self.blocks[block].1.prox(v, step);
    }

    /// Checks that the blocks make up a vector of this length.
    ///
    /// # Errors
    /// If they do not.
    pub fn check(&self, dimension: usize) -> Result<(), ProblemError> {
        crate::error::same_length("the resolvent's blocks together", self.dimension(), dimension)
    }
}

impl Resolvent for Blocks {
    fn apply(&self, step: f64, v: &mut [f64]) {
        let mut rest = v;
        for (length, function) in &self.blocks {
            let (block, tail) = rest.split_at_mut(*length);
            function.prox(block, step);
            rest = tail;
        }
    }
    fn gap(&self, u: &[f64], f: &[f64]) -> Option<f64> {
        let (mut sum, mut at) = (0.0, 0);
        for (length, function) in &self.blocks {
            sum += function.fenchel_gap(&u[at..at + length], &f[at..at + length])?;
            at += length;
        }
        Some(sum)
    }
    fn is_zero(&self) -> bool {
        self.blocks.iter().all(|block| block.1.is_zero())
    }
    fn blocks(&self) -> Option<&Blocks> {
        Some(self)
    }
}
