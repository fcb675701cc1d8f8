//! Message passing: exact minimisation over huge blocks of a quadratic on a graph, because each block is a forest.
//!
//! For `f(x) = x'Ax/2 - c'x` with a sparse A, minimising over a block b solves a linear system with `A_bb`. Where the graph
//! of A restricted to b has no cycle, elimination from the leaves to the roots and back does it in time proportional to the
//! block and its edges ([`Forest`]); this is Gaussian belief propagation in two sweeps.
//!
//! | part | job |
//! |---|---|
//! | [`Forest`] | factors and solves with `A_bb` |
//! | [`colouring`](partition::colouring), [`forests`](partition::forests), [`lattice`] | fixed blocks |
//! | [`Blocks`] | which block is next: fixed ones in turn, greedy and random trees, or a small dense block |
//! | [`MessagePassing`] | block descent; one step is one block |
//! | [`GraphQp`] | conjugate gradients, preconditioned by the diagonal or by a sweep of forest solves (the fewest iterations) |
//!
//! J. Nutini, I. Laradji, M. Schmidt, *Let's make block coordinate descent converge faster*, JMLR 23(131), 2022, section 4.

mod blocks;
mod dense_block;
mod descent;
mod forest;
mod graph_qp;
pub mod lattice;
pub mod partition;
mod sweep;
mod tree;
mod union_find;

pub use blocks::Blocks;
pub use descent::{MessagePassing, MessagePassingWork};
pub use forest::{Forest, ForestError};
pub use graph_qp::{GraphQp, GraphQpWork, Preconditioning};
pub use partition::Order;
pub use tree::Score;

#[cfg(test)]
mod tests;
