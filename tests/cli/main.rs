//! The command line, run as a user runs it. Every test writes its own small files.

mod bad_input;
mod glm;
mod interrupt;
mod options;
mod outputs;
mod predict;
mod resume;
mod support;
mod text;
mod tools;
mod verify;
