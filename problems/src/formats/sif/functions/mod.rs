//! The function blocks: what element and group types compute, in Fortran expressions.

mod block;
mod expression;
mod graph;
mod intrinsics;
mod lower;
mod series;
mod token;

pub(super) use block::{Block, Definition};
pub(super) use graph::{BinaryOperation, Node, NodeId, Relation, UnaryOperation};
pub(super) use lower::{Formula, lower};
pub(super) use series::{Series, add, multiply, scale, series};
