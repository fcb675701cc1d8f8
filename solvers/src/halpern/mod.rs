//! Halpern iterations: every step averages with an anchor, which makes the residual of the last iterate small.

pub mod inclusion;
