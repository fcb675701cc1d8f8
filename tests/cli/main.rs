//! The command line, run as a user runs it. Every test writes its own small files.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails, in its helpers too")]

mod bad_input;
mod blocks;
mod glm;
mod groups;
mod inclusion;
mod interrupt;
mod losses;
mod nlp;
mod options;
mod outputs;
mod paths;
mod penalties;
mod predict;
mod propagate;
mod resume;
mod sif;
mod softmax;
mod support;
mod svm;
mod text;
mod tools;
mod verify;
