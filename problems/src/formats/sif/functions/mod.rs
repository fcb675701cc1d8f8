//! The function blocks: what element and group types compute, in Fortran expressions.

mod block;
mod expression;
mod graph;
mod intrinsics;
mod lower;
mod series;
mod token;

pub(super) use block::{Block, Definition, Statement, Step};
pub(super) use graph::{BinaryOperation, Graph, Node, NodeId, Relation, UnaryOperation};
pub(super) use lower::{Formula, lower};
pub(super) use series::{Series, add, chain, multiply, scale, series};
