//! Blocks of a lattice whose node `c * rows + r` is at row r and column c.
//!
//! `unknown` lists the lattice node of each unknown, ascending, so that nodes with known values are left out.

use super::partition::{Partition, blocks};

/// Red and black: the parity of row + column. Both blocks are independent sets.
pub fn red_black(rows: usize, unknown: &[u32]) -> Partition {
    by_place(rows, unknown, |r, c| (r + c) % 2 == 1)
}

/// Two combs: the first row with the even columns but for their last node, and the complement. Both are trees; without the
/// known nodes, forests.
pub fn combs(rows: usize, unknown: &[u32]) -> Partition {
    by_place(rows, unknown, |r, c| !(r == 0 || (c % 2 == 0 && r + 2 <= rows)))
}

fn by_place(rows: usize, unknown: &[u32], second: impl Fn(usize, usize) -> bool) -> Partition {
    let rows = rows.max(1);
    let of = |&node: &u32| u32::from(second(node as usize % rows, node as usize / rows));
    blocks(&unknown.iter().map(of).collect::<Vec<_>>(), 2)
}
