//! Points of nonlinear programs in files: ours and anybody's.
//!
//! Text: lines `x NAME VALUE` for variables and `y NAME VALUE` for multipliers of the constraints (Lagrangian `f + y'c`), `#`
//! comments. JSON: an object with lists `x` and `multipliers`, alone or under `solution`.

use super::error::CliError;
use super::{names, output};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use thalweg::formats::{FormatError, FormatErrorKind, Input};
use thalweg::nlp::{NlpPoint, NonlinearProgram};

pub(super) fn to_json(point: &NlpPoint) -> Value {
    let list = |values: &[f64]| values.iter().map(|v| output::number(*v)).collect::<Vec<_>>();
    json!({ names::X: list(&point.x), names::MULTIPLIERS: list(&point.multipliers) })
}

pub(super) fn write_text(out: &mut dyn Write, problem: &dyn NonlinearProgram, point: &NlpPoint) -> io::Result<()> {
    for (j, x) in point.x.iter().enumerate() {
        writeln!(out, "x {} {x}", problem.variable_name(j))?;
    }
    for (i, y) in point.multipliers.iter().enumerate() {
        writeln!(out, "y {} {y}", problem.constraint_name(i))?;
    }
    Ok(())
}

/// Reads a point; what a text does not name is 0, and without any multiplier they are left to be found.
pub(super) fn read(path: &Path, problem: &dyn NonlinearProgram) -> Result<NlpPoint, CliError> {
    let mut input = Input::open(path)?;
    let first = input.peek(64)?.iter().copied().find(|b| !b.is_ascii_whitespace());
    if first == Some(b'{') {
        let name = input.name().to_owned();
        return Ok(from_json(&name, &input.read_to_end()?)?);
    }
    Ok(from_text(input, problem)?)
}

fn from_json(file: &str, bytes: &[u8]) -> Result<NlpPoint, FormatError> {
    let bad = |message: String| FormatError::new(FormatErrorKind::Syntax, file, message);
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|e| bad(format!("not JSON: {e}")).at(e.line() as u64, e.column() as u64))?;
    let object = value.get(names::SOLUTION).filter(|s| s.is_object()).unwrap_or(&value);
    let list = |name: &str| {
        let missing = || bad(format!("expected a list \"{name}\" of numbers (use --solution to keep a long one)"));
        let items = object.get(name).and_then(Value::as_array).ok_or_else(missing)?;
        items.iter().map(|x| x.as_f64().ok_or_else(missing)).collect::<Result<Vec<f64>, _>>()
    };
    let multipliers = if object.get(names::MULTIPLIERS).is_some() { list(names::MULTIPLIERS)? } else { vec![] };
    Ok(NlpPoint { x: list(names::X)?, multipliers, bound_multipliers: vec![] })
}

fn from_text(mut input: Input, problem: &dyn NonlinearProgram) -> Result<NlpPoint, FormatError> {
    let (n, m) = (problem.variables(), problem.constraints());
    let variables: BTreeMap<String, usize> = (0..n).map(|j| (problem.variable_name(j).into_owned(), j)).collect();
    let constraints: BTreeMap<String, usize> = (0..m).map(|i| (problem.constraint_name(i).into_owned(), i)).collect();
    let mut point = NlpPoint { x: vec![0.0; n], ..NlpPoint::default() };
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes();
        let body = &bytes[..bytes.iter().position(|&b| b == b'#').unwrap_or(bytes.len())];
        let expected = "a line \"x NAME VALUE\" or \"y NAME VALUE\"";
        let mismatch = || line.mismatch(FormatErrorKind::Syntax, 0, expected, body);
        let text = std::str::from_utf8(body).map_err(|_| mismatch())?;
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let (kind, name, value) = match tokens[..] {
            [] => continue,
            [kind, name, value] => (kind, name, value),
            _ => return Err(mismatch()),
        };
        let value: f64 = value.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(mismatch)?;
        let unknown = |what| line.mismatch(FormatErrorKind::Inconsistent, 0, what, name.as_bytes());
        match kind {
            "x" => {
                let j = variables.get(name).ok_or_else(|| unknown("the name of a variable"))?;
                point.x[*j] = value;
            }
            "y" => {
                let i = constraints.get(name).ok_or_else(|| unknown("the name of a constraint"))?;
                point.multipliers.resize(m, 0.0);
                point.multipliers[*i] = value;
            }
            _ => return Err(mismatch()),
        }
    }
    Ok(point)
}
