//! `THALWEG_LEVEL`, which is read once per process: each case is a child process.

use std::process::Command;
use thalweg_kernels::level::{Level, current, detected};

/// The child: compares its level with the one the parent expects.
#[test]
fn child() {
    if let Ok(expected) = std::env::var("THALWEG_TEST_EXPECTED_LEVEL") {
        assert_eq!(current().name(), expected);
    }
}

#[test]
#[cfg_attr(miri, ignore = "starts processes")]
fn the_environment_can_lower_the_level_and_not_raise_it() {
    let best = detected();
    for (value, expected) in [
        ("portable", Level::Portable),
        ("avx2", Level::Avx2.min(best)),
        ("avx512", Level::Avx512.min(best)),
        ("", best),
        ("AVX2", best),
        ("everything", best),
    ] {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "level::child"])
            .env("THALWEG_LEVEL", value)
            .env("THALWEG_TEST_EXPECTED_LEVEL", expected.name())
            .output()
            .unwrap();
        assert!(child.status.success(), "THALWEG_LEVEL={value}: {}", String::from_utf8_lossy(&child.stdout));
    }
}
