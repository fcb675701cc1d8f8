//! Any bytes, plain or gzip: the reader of labels never panics, and accepts nothing but nodes of the graph with finite values.
//!
//! The first byte chooses the number of nodes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_problems::formats::{Input, labels};

/// Enough for any input of the fuzzer's size, and an end to what decompresses without one.
const BUDGET: u64 = 16 << 20;

fuzz_target!(|bytes: &[u8]| {
    let Some((&nodes, bytes)) = bytes.split_first() else { return };
    let nodes = usize::from(nodes);
    match labels::read(Input::from_bytes("fuzz", bytes.to_vec()).with_budget(BUDGET), nodes) {
        Ok(labels) => {
            assert!(!labels.is_empty() && labels.iter().all(|&(node, value)| node < nodes && value.is_finite()));
            // Written in the plainest way they read back the same.
            let text: String = labels.iter().map(|(node, value)| format!("{},{value}\n", node + 1)).collect();
            let again = labels::read(Input::from_bytes("again", text.into_bytes()), nodes);
            assert_eq!(again.expect("what was written can be read"), labels);
        }
        Err(error) => assert!(error.to_string().chars().all(|c| !c.is_control())),
    }
});
