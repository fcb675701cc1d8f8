//! Sparse columns and matrices on raw slices: `u32` indices with values (`f64` or `f32`; sums are `f64` always), or
//! without values: then every stored entry is 1 (the `sum`, `add` and `pattern` forms).
//!
//! A column is `(indices, values)`; its indices need not be sorted, and may repeat. A matrix is `(offsets, indices,
//! values)` in compressed form: line `j` (a row of CSR, a column of CSC) is the entries `offsets[j]..offsets[j + 1]`.
//!
//! | product | CSR | CSC |
//! | --- | --- | --- |
//! | y = A x | [`gather_product`] | [`scatter_product`] |
//! | y = A'x | [`scatter_product`] | [`gather_product`] |
//!
//! # Indices are checked
//!
//! Every function panics, as slice indexing does, on an index that is not below the length of the dense vector: it is
//! slice indexing. In blocks of eight the checks cost 3 to 6 % of a gather in the first-level cache and nothing
//! elsewhere, so there is no unchecked form, and no type that remembers a check. Before the panic, a scatter has updated
//! the entries that precede the bad index.
//!
//! # Order of summation
//!
//! Entry k of a column goes to lane `k % 8`; the lanes are added in the tree of the dense reductions, plus a sequential
//! sum of the last 0 to 7 terms. The order depends on the number of entries alone.

mod column;
mod product;
mod value;

pub use column::{
    gather_dot, gather_sum, gather_weighted_dot, gather_weighted_sum, scatter_add, scatter_axpy, scatter_weighted_add,
    scatter_weighted_axpy,
};
pub use product::{gather_product, gather_product_pattern, scatter_product, scatter_product_pattern};
pub use value::Value;
