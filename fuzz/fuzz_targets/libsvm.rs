//! Any bytes, plain or gzip: the LIBSVM reader never panics, and what it accepts reads back the same after writing.
//!
//! The first byte chooses the options.

#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_problems::formats::{
    Input,
    libsvm::{ReadOptions, read, write},
};

/// Enough for any input of the fuzzer's size, and an end to what decompresses without one.
const BUDGET: u64 = 16 << 20;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let options = ReadOptions {
        features: (choice & 4 != 0).then_some(u64::from(choice >> 3)),
        keep_qid: choice & 1 != 0,
        zero_based: choice & 2 != 0,
    };
    match read(Input::from_bytes("fuzz", bytes.to_vec()).with_budget(BUDGET), &options) {
        Ok(data) => {
            // The writer counts from 1: only then is every index that was read also written.
            let mut text = Vec::new();
            write(&mut text, &data).expect("what was read can be written");
            let options = ReadOptions { features: Some(data.features), zero_based: false, ..options };
            let again = read(Input::from_bytes("again", text), &options).expect("what was written can be read");
            assert_eq!(again, data);
        }
        Err(error) => assert!(error.to_string().chars().all(|c| !c.is_control())),
    }
});
