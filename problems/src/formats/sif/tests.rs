//! Tests of the decoder as a whole.

mod probes;
mod tapes;
