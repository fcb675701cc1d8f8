//! Method families and the run layer.
