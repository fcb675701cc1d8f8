//! Options of the reader, and what it tells beside the problem.

use super::Name;

/// How to read a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Values of parameters that the file marks as changeable (`$-PARAMETER`), as (name, value).
    pub parameters: Vec<(String, String)>,
    /// The vector of section CONSTANTS that is used; the first one if none is named.
    pub constants: Option<String>,
    /// The vector of section RANGES.
    pub ranges: Option<String>,
    /// The vector of section BOUNDS.
    pub bounds: Option<String>,
    /// The vector of section START POINT.
    pub start: Option<String>,
    /// Keeps every digit of the numbers in the file. By default coefficients, constants, bounds, starts, weights and
    /// parameters are rounded to eleven significant digits, as the reference decoder passes them on; then values agree
    /// with what the CUTEst library computes.
    pub full_precision: bool,
    /// The most cards and passes of loops that are executed; default 50 million.
    pub most_steps: u64,
    /// The most variables, groups, elements and parameters together; default 20 million, about 2 GB.
    pub most_items: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            parameters: Vec::new(),
            constants: None,
            ranges: None,
            bounds: None,
            start: None,
            full_precision: false,
            most_steps: 50_000_000,
            most_items: 20_000_000,
        }
    }
}

/// A parameter that the file offers to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeableParameter {
    /// Its name.
    pub name: Name,
    /// Whether it is an integer.
    pub integer: bool,
    /// The value in the file, as text.
    pub default: String,
    /// Other values that comments suggest, as text.
    pub alternatives: Vec<String>,
}

/// The most warnings kept.
const MOST_WARNINGS: usize = 50;

/// Remarks about a file that was read all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    list: Vec<String>,
    more: u64,
}

impl Warnings {
    /// Keeps a warning about a line (0: about the file); of repeated ones the first.
    pub(super) fn add(&mut self, line: u64, message: impl Into<String>) {
        let message = message.into();
        let text = if line == 0 { message } else { format!("line {line}: {message}") };
        if self.list.contains(&text) {
            return;
        }
        if self.list.len() < MOST_WARNINGS { self.list.push(text) } else { self.more += 1 }
    }

    /// The warnings, `line N: ...`; the last one says how many were left out.
    pub fn list(&self) -> Vec<String> {
        let mut list = self.list.clone();
        if self.more > 0 {
            list.push(format!("and {} more", self.more));
        }
        list
    }
}
