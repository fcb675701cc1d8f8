//! Problem classes, certificates, readers, generators.

pub mod formats;
