//! Problem classes, certificates, readers, generators.
