//! Reading.

use super::header::{Header, exactly, is_skipped, read_header, whole};
use super::{Entry, Field, MatrixMarket, Symmetry, Values};
use crate::formats::number::parse_f64;
use crate::formats::{FormatError, FormatErrorKind as Kind, Input, Line};
use std::path::Path;

/// Reads the whole matrix.
///
/// # Errors
/// A [`FormatError`] with line and column for what the [grammar](super) forbids; `truncated` if there are fewer entries than
/// the size line says, `inconsistent` if there are more; those of [`Input::next_line`].
pub fn read(mut input: Input) -> Result<MatrixMarket, FormatError> {
    let header = read_header(&mut input)?;
    let (mut entries, mut values) = (Vec::new(), Vec::new());
    let mut found = 0_u64;
    while let Some(line) = input.next_line()? {
        if is_skipped(line.bytes()) {
            continue;
        }
        if found == header.count {
            let what = if header.coordinate { "entries" } else { "values" };
            let message = format!("is beyond the {found} {what} that the size line says");
            return Err(line.error(Kind::Inconsistent, message));
        }
        if header.coordinate {
            entries.push(entry(&line, &header)?);
        } else {
            let [token] = exactly(&line, "a value")?;
            values.push(value(&line, token, header.field)?);
        }
        found += 1;
    }
    if found < header.count {
        let what = if header.coordinate { "entries" } else { "values" };
        let message = format!("the file ends early: expected {} {what}, found {found}", header.count);
        return Err(FormatError::new(Kind::Truncated, input.name(), message));
    }
    let Header { rows, columns, mut field, symmetry, .. } = header;
    let mut duplicates = 0;
    let values = if header.coordinate {
        duplicates = add_duplicates(&mut entries);
        if duplicates > 0 && field == Field::Pattern {
            field = Field::Integer;
        }
        if let Some(e) = entries.iter().find(|e| !field.holds(e.value)) {
            let place = format!("row {}, column {}", u64::from(e.row) + 1, u64::from(e.column) + 1);
            let message = format!("the entries in {place} add up to {}, which is out of range", e.value);
            return Err(FormatError::new(Kind::Range, input.name(), message));
        }
        Values::Coordinate(entries)
    } else {
        Values::Array(values)
    };
    // The sizes are at most `MAX_SIZE`.
    Ok(MatrixMarket { rows: rows as usize, columns: columns as usize, field, symmetry, values, duplicates })
}

/// Reads the file at `path`; `-` is standard input, gzip is undone.
///
/// # Errors
/// Those of [`Input::open`] and [`read`].
pub fn read_file(path: impl AsRef<Path>) -> Result<MatrixMarket, FormatError> {
    read(Input::open(path)?)
}

fn entry(line: &Line<'_>, header: &Header) -> Result<Entry, FormatError> {
    let (row, column, value) = if header.field == Field::Pattern {
        let [row, column] = exactly(line, "a row and a column")?;
        (row, column, 1.0)
    } else {
        let [row, column, token] = exactly(line, "a row, a column and a value")?;
        (row, column, value(line, token, header.field)?)
    };
    let at = row;
    let row = whole(line, row, "row", 1, header.rows)? - 1;
    let column = whole(line, column, "column", 1, header.columns)? - 1;
    if row < header.symmetry.first_row(column) {
        let expected = match header.symmetry {
            Symmetry::SkewSymmetric => "a row below the diagonal (a skew-symmetric matrix lists the lower triangle)",
            _ => "a row not above the diagonal (a symmetric matrix lists the lower triangle)",
        };
        return Err(line.mismatch(Kind::Order, at.0, expected, at.1));
    }
    // Both are below the sizes, which are at most `MAX_SIZE`.
    Ok(Entry { row: row as u32, column: column as u32, value })
}

fn value(line: &Line<'_>, (at, token): (usize, &[u8]), field: Field) -> Result<f64, FormatError> {
    let digits = token.strip_prefix(b"-").or_else(|| token.strip_prefix(b"+")).unwrap_or(token);
    let parsed = parse_f64(token);
    if field == Field::Integer {
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            let kind = if parsed.is_some() { Kind::Range } else { Kind::Syntax };
            return Err(line.mismatch(kind, at, "a whole number as the value", token));
        }
        return match parsed {
            Some(value) if field.holds(value) => Ok(value),
            _ => Err(line.mismatch(Kind::Range, at, "a whole number of at most 2^53 in size", token)),
        };
    }
    match parsed {
        Some(value) if value.is_finite() => Ok(value),
        _ => {
            let infinite = [&b"nan"[..], b"inf", b"infinity"].iter().any(|name| digits.eq_ignore_ascii_case(name));
            let kind = if infinite || parsed.is_some() { Kind::Range } else { Kind::Syntax };
            Err(line.mismatch(kind, at, "a finite number as the value", token))
        }
    }
}

/// Sorts the entries and adds those of one place, in the order of the file; how many were added to another.
fn add_duplicates(entries: &mut Vec<Entry>) -> usize {
    let before = entries.len();
    entries.sort_by_key(|e| (e.row, e.column));
    entries.dedup_by(|later, earlier| {
        let same = (later.row, later.column) == (earlier.row, earlier.column);
        if same {
            earlier.value += later.value;
        }
        same
    });
    before - entries.len()
}
