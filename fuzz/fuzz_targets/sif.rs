//! Any bytes, plain or gzip: the SIF reader never panics, and what it accepts can be evaluated.

#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_problems::formats::{
    Input,
    sif::{Derivatives, ReadOptions, read},
};
use thalweg_problems::nlp::NonlinearProgram;

/// Enough for any input of the fuzzer's size, and an end to what decompresses without one.
const BUDGET: u64 = 16 << 20;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { most_steps: 50_000, most_items: 50_000, ..ReadOptions::default() };
    match read(Input::from_bytes("fuzz", bytes.to_vec()).with_budget(BUDGET), &options) {
        Ok(problem) => {
            let _ = problem.fingerprint(Derivatives::Stated);
            let _ = problem.compare_stated(problem.start(), 1e-6);
            if let Ok(program) = problem.program() {
                let mut constraints = vec![0.0; program.constraints()];
                let _ = program.evaluator().values(program.start(), &mut constraints);
            }
        }
        Err(error) => assert!(error.to_string().chars().all(|c| !c.is_control())),
    }
});
