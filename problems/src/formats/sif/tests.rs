//! Tests of the decoder as a whole.

mod examples;
mod language;
mod mutation;
mod probes;
mod tapes;
