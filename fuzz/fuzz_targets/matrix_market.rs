//! Any bytes, plain or gzip: the MatrixMarket reader never panics, and what it accepts reads back the same after writing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_problems::formats::{
    Input,
    matrix_market::{MatrixMarket, read, write},
};

/// Enough for any input of the fuzzer's size, and an end to what decompresses without one.
const BUDGET: u64 = 16 << 20;

fuzz_target!(|bytes: &[u8]| {
    match read(Input::from_bytes("fuzz", bytes.to_vec()).with_budget(BUDGET)) {
        Ok(matrix) => {
            let mut text = Vec::new();
            write(&mut text, &matrix).expect("what was read can be written");
            let again = read(Input::from_bytes("again", text)).expect("what was written can be read");
            assert_eq!(again, MatrixMarket { duplicates: 0, ..matrix });
        }
        Err(error) => assert!(error.to_string().chars().all(|c| !c.is_control())),
    }
});
