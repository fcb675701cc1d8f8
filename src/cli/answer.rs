//! Solutions of generalised linear models in files: ours and anybody's.
//!
//! Text: one line `index value` per coefficient (indices from 1, as in the data), one `intercept value`, `#` comments.
//! JSON: an object with `coefficients`, `features` (their indices) and `intercept`, alone or under `solution`.

use super::error::CliError;
use super::{names, output};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;
use thalweg::formats::{FormatError, FormatErrorKind, Input};
use thalweg::glm::{GlmData, GlmPoint};

/// Coefficients by feature number (from 1), and the intercept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answer {
    pub(super) intercept: f64,
    pub(super) coefficients: Vec<(u64, f64)>,
}

impl Answer {
    /// The coefficients that are not 0, in the data's own numbering.
    pub(super) fn new(point: &GlmPoint, data: &GlmData) -> Self {
        let pairs = point.coefficients.iter().zip(&data.column_ids).filter(|(x, _)| **x != 0.0);
        Self { intercept: point.intercept, coefficients: pairs.map(|(&x, &id)| (u64::from(id) + 1, x)).collect() }
    }

    /// The point for some data, and the features with a coefficient of which the data have no entry.
    pub(super) fn point(&self, data: &GlmData) -> (GlmPoint, Vec<u64>) {
        let (mut coefficients, mut missing) = (vec![0.0; data.column_ids.len()], Vec::new());
        for &(feature, x) in &self.coefficients {
            match data.column_ids.binary_search_by_key(&feature, |&id| u64::from(id) + 1) {
                Ok(k) => coefficients[k] = x,
                Err(_) if x == 0.0 => {}
                Err(_) => missing.push(feature),
            }
        }
        (GlmPoint { coefficients, intercept: self.intercept }, missing)
    }

    /// How many numbers it has.
    pub(super) fn len(&self) -> usize {
        self.coefficients.len() + 1
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            names::INTERCEPT: output::number(self.intercept),
            names::FEATURES: self.coefficients.iter().map(|c| c.0).collect::<Vec<_>>(),
            names::COEFFICIENTS: self.coefficients.iter().map(|c| output::number(c.1)).collect::<Vec<_>>(),
        })
    }

    pub(super) fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "intercept {}", self.intercept)?;
        self.coefficients.iter().try_for_each(|(feature, x)| writeln!(out, "{feature} {x}"))
    }

    /// Reads a solution or model file.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let mut input = Input::open(path)?;
        let first = input.peek(64)?.iter().copied().find(|b| !b.is_ascii_whitespace());
        if first == Some(b'{') {
            let name = input.name().to_owned();
            let bytes = input.read_to_end()?;
            return Self::from_json(&name, &bytes).map_err(CliError::from);
        }
        Ok(Self::read_text(input)?)
    }

    /// Reads the JSON forms.
    pub(super) fn from_json(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let bad = |message: String| FormatError::new(FormatErrorKind::Syntax, file, message);
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|e| bad(format!("not JSON: {e}")).at(e.line() as u64, e.column() as u64))?;
        let object = value.get(names::SOLUTION).filter(|s| s.is_object()).unwrap_or(&value);
        let list = |name: &str| {
            let missing = || bad(format!("expected a list \"{name}\" of numbers (use --solution to keep a long one)"));
            let items = object.get(name).and_then(Value::as_array).ok_or_else(missing)?;
            items.iter().map(|x| x.as_f64().ok_or_else(missing)).collect::<Result<Vec<f64>, _>>()
        };
        let (coefficients, features) = (list(names::COEFFICIENTS)?, list(names::FEATURES)?);
        if coefficients.len() != features.len() {
            let message = format!("{} coefficients, but {} features", coefficients.len(), features.len());
            return Err(bad(message));
        }
        if let Some(f) = features.iter().find(|f| !(1.0..=4_294_967_294.0).contains(*f) || f.fract() != 0.0) {
            return Err(bad(format!("feature {f}: expected an index of at least 1")));
        }
        let intercept = object.get(names::INTERCEPT).and_then(Value::as_f64).unwrap_or(0.0);
        let mut answer =
            Self { intercept, coefficients: features.iter().map(|&f| f as u64).zip(coefficients).collect() };
        answer.sort().map_err(|feature| bad(format!("feature {feature} occurs twice")))?;
        Ok(answer)
    }

    fn read_text(mut input: Input) -> Result<Self, FormatError> {
        let (mut answer, mut has_intercept) = (Self::default(), false);
        let file = input.name().to_owned();
        while let Some(line) = input.next_line()? {
            let bytes = line.bytes();
            let body = &bytes[..bytes.iter().position(|&b| b == b'#').unwrap_or(bytes.len())];
            let text = std::str::from_utf8(body)
                .map_err(|_| line.mismatch(FormatErrorKind::Syntax, 0, "a line \"index value\"", bytes))?;
            let tokens: Vec<&str> = text.split([' ', '\t', ':', ',']).filter(|t| !t.is_empty()).collect();
            let expected = "a line \"index value\" or \"intercept value\"";
            let mismatch = || line.mismatch(FormatErrorKind::Syntax, 0, expected, body);
            match tokens[..] {
                [] => {}
                [name, value] => {
                    let value: f64 = value.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(mismatch)?;
                    if name == names::INTERCEPT {
                        if std::mem::replace(&mut has_intercept, true) {
                            return Err(line.mismatch(FormatErrorKind::Inconsistent, 0, "one intercept", body));
                        }
                        answer.intercept = value;
                    } else {
                        let feature = name.parse().ok().filter(|&f: &u64| f >= 1).ok_or_else(mismatch)?;
                        answer.coefficients.push((feature, value));
                    }
                }
                _ => return Err(mismatch()),
            }
        }
        answer.sort().map_err(|feature| {
            FormatError::new(FormatErrorKind::Inconsistent, &file, format!("feature {feature} occurs twice"))
        })?;
        Ok(answer)
    }

    /// Sorts by feature; `Err` is one that occurs twice.
    fn sort(&mut self) -> Result<(), u64> {
        self.coefficients.sort_by_key(|c| c.0);
        match self.coefficients.windows(2).find(|w| w[0].0 == w[1].0) {
            Some(w) => Err(w[0].0),
            None => Ok(()),
        }
    }
}
