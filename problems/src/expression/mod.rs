//! Functions as data: expressions and tapes with exact sparse derivatives.
//!
//! The structure kept is that of *group partially separable* functions (Griewank, Toint, "On the unconstrained optimization
//! of partially separable functions", in Nonlinear Optimization 1981, Academic Press 1982; Conn, Gould, Toint, LANCELOT,
//! Springer 1992, chapter 2). The objective is a sum of groups, plus a quadratic; every constraint is one group:
//!
//! ```text
//! group_i(x) = g_i(alpha_i) / s_i,   alpha_i = a_i'x - b_i + sum_j w_ij F_j(x restricted to a few variables; p_j)
//! ```
//!
//! - [`Tape`], [`TapeBuilder`]: straight-line code of an element F or a group function g; constants are folded, equal
//!   subexpressions shared. Values, reverse gradients, Hessians by edge pushing, products with the Hessian.
//! - [`PartiallySeparable`] and its [`ProgramBuilder`]: groups and elements over typed tapes. Elements of one type are
//!   evaluated eight at a time, in parallel where that pays; sums are in a fixed order, so that the bits do not depend on
//!   the number of threads.
//! - [`Model`], [`Expr`]: the front end. Expressions are written with operators and lowered onto elements; terms of one
//!   shape share a type.

mod model;
mod program;
mod tape;

#[cfg(test)]
mod tests;

pub use model::{Expr, Model, Variable};
pub use program::{
    ElementId, ElementType, ElementTypeId, Group, GroupType, GroupTypeId, PartiallySeparable, ProgramBuilder,
};
pub use tape::{Node, Op, Tape, TapeBuilder};
