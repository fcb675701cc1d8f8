//! Results on stdout through one writer, and how numbers look.

use super::error::CliError;
use serde_json::{Number, Value};
use std::io::{self, Write};
use std::path::Path;

/// Collects the output of a command and prints it at once; a reader that has gone away ends the program quietly.
#[derive(Debug, Default)]
pub(super) struct Output {
    text: String,
}

impl Output {
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Prints what was collected.
    pub(super) fn print(&mut self) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        let written = out.write_all(self.text.as_bytes()).and_then(|()| out.flush());
        self.text.clear();
        written.map_err(|e| match e.kind() {
            io::ErrorKind::BrokenPipe => CliError::Closed,
            _ => CliError::file("io", Path::new("standard output"), e),
        })
    }
}

/// A number in JSON: null if it is not finite.
pub(super) fn number(x: f64) -> Value {
    Number::from_f64(x).map_or(Value::Null, Value::Number)
}

/// A count and what it counts: `1 row`, `1 234 rows`.
pub(super) fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// A count with thin separators: 1 234 567.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (k, c) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// A number for people: up to ten significant digits.
pub(super) fn short(x: f64) -> String {
    let plain = format!("{x:.*}", (9 - x.abs().max(1e-300).log10().floor() as i32).clamp(0, 17) as usize);
    if x == 0.0 {
        "0".to_owned()
    } else if x.abs() >= 1e10 || x.abs() < 1e-4 {
        format!("{x:.9e}")
    } else if plain.contains('.') {
        plain.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        plain
    }
}
