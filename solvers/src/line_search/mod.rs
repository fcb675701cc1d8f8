//! Line searches that several families use.

mod armijo;

pub use armijo::ArmijoMemory;
