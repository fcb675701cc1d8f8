//! The command line, run as a user runs it. Every test writes its own small files.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails, in its helpers too")]

mod bad_input;
mod blocks;
mod glm;
mod interrupt;
mod nlp;
mod options;
mod outputs;
mod predict;
mod propagate;
mod resume;
mod support;
mod text;
mod tools;
mod verify;
