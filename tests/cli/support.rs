//! A folder for one test, and the program run in it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Four rows, three columns, numbers as labels.
pub(crate) const TINY: &str = "1 1:0.5 2:1\n2 1:1 3:2\n0 2:1.5\n3 1:2 2:1 3:1\n";

/// A folder that goes away with the test.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    /// A folder with `tiny.svm`.
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.write("tiny.svm", TINY);
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.file(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The program with the words of a command line; for arguments with spaces see [`run_arguments`](Self::run_arguments).
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.run_arguments(&line.split_whitespace().collect::<Vec<_>>(), "")
    }

    pub(crate) fn run_arguments<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S], stdin: impl AsRef<[u8]>) -> Ran {
        let output = self.command().args(arguments).write_stdin(stdin.as_ref()).output().unwrap();
        Ran::from(output)
    }

    /// Not through `cargo_bin`, which would start the program with the runner of the tests.
    pub(crate) fn command(&self) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_thalweg"));
        command.current_dir(self.path()).timeout(std::time::Duration::from_secs(60));
        command
    }

    /// A run that must succeed, with `--json` added.
    pub(crate) fn json(&self, line: &str) -> Value {
        let ran = self.run(&format!("{line} --json"));
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        ran.object()
    }

    /// Checks the rules of an error, as text and as JSON; returns the message.
    pub(crate) fn refused(&self, line: &str) -> String {
        let before = self.names();
        let ran = self.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{line}: {ran:?}");
        let message = ran.stderr.strip_prefix("error: ").unwrap_or_else(|| panic!("{line}: {ran:?}")).trim_end();
        assert!(!message.contains('\n'), "{line}: {message}");

        let json = self.run(&format!("{line} --json"));
        assert_eq!((json.code, json.stderr.as_str()), (2, ""), "{line}: {json:?}");
        let object = json.object();
        let keys: Vec<&String> = object["error"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["kind", "message", "file", "line", "column"], "{line}");
        assert_eq!(object["error"]["message"], message, "{line}");
        assert_eq!(self.names(), before, "{line} left something behind");
        message.to_owned()
    }
}

impl Ran {
    /// The one object on stdout.
    pub(crate) fn object(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Rows of pseudo-random data in which some columns explain the labels; `classes` makes them -1 and 1.
pub(crate) fn regression(rows: usize, columns: usize, classes: bool) -> String {
    let mut state = 1_u64;
    let mut next = || {
        // SplitMix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let mut text = String::new();
    for _ in 0..rows {
        let x: Vec<f64> = (0..columns).map(|j| (1.0 + j as f64) * next()).collect();
        let score = 3.0 * x[0] - x[1] + 0.5 * next();
        let label = if classes { score.signum() } else { score };
        let entries: String = x.iter().enumerate().map(|(j, v)| format!(" {}:{v:.4}", j + 1)).collect();
        text += &format!("{label:.4}{entries}\n");
    }
    text
}

/// Columns that are powers of one variable: coordinate descent needs very many sweeps.
pub(crate) fn powers(rows: usize, columns: i32) -> String {
    let row = |i: usize| {
        let x = (i as f64 + 0.5) / rows as f64;
        let entries: String = (1..=columns).map(|j| format!(" {j}:{:.9}", x.powi(j))).collect();
        format!("{}{entries}\n", (i * 7919 % 13) as f64 / 13.0)
    };
    (0..rows).map(row).collect()
}

/// A copy without the fields that a clock or the machine decides.
pub(crate) fn without(object: &Value, fields: &[&str]) -> Value {
    let mut object = object.clone();
    for field in fields {
        object.as_object_mut().unwrap().remove(*field);
    }
    object
}
