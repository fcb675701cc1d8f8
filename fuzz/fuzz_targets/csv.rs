//! Any bytes, plain or gzip: the reader of tables never panics, and what it accepts reads back the same after writing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_problems::formats::{
    Input,
    csv::{read_matrix, write_matrix},
};

/// Enough for any input of the fuzzer's size, and an end to what decompresses without one.
const BUDGET: u64 = 16 << 20;

fuzz_target!(|bytes: &[u8]| {
    match read_matrix(Input::from_bytes("fuzz", bytes.to_vec()).with_budget(BUDGET)) {
        Ok(table) => {
            let mut text = Vec::new();
            write_matrix(&mut text, &table).expect("what was read can be written");
            let again = read_matrix(Input::from_bytes("again", text)).expect("what was written can be read");
            assert_eq!(again, table);
        }
        Err(error) => assert!(error.to_string().chars().all(|c| !c.is_control())),
    }
});
