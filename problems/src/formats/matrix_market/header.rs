//! Banner and size line, and the tokens of a line.

use super::{Field, MAX_SIZE, Symmetry};
use crate::formats::{FormatError, FormatErrorKind as Kind, Input, Line};

/// What banner and size line say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) coordinate: bool,
    pub(super) field: Field,
    pub(super) symmetry: Symmetry,
    pub(super) rows: u64,
    pub(super) columns: u64,
    /// Entries or values to come.
    pub(super) count: u64,
}

/// The tokens of a line with their positions.
pub(super) fn tokens(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let length = rest.iter().position(|b| matches!(b, b' ' | b'\t')).unwrap_or(rest.len());
        let token = rest.get(..length).unwrap_or_default();
        let found = (at, token);
        at += length;
        (length > 0).then_some(found)
    })
}

/// Whether a line holds nothing but blanks or a comment.
pub(super) fn is_skipped(bytes: &[u8]) -> bool {
    tokens(bytes).next().is_none_or(|(_, token)| token.starts_with(b"%"))
}

/// Exactly `N` tokens.
///
/// # Errors
/// At the end of the line if there are fewer, at the first of more.
pub(super) fn exactly<'a, const N: usize>(
    line: &Line<'a>,
    expected: &'static str,
) -> Result<[(usize, &'a [u8]); N], FormatError> {
    let bytes = line.bytes();
    let mut found = [(bytes.len(), &bytes[..0]); N];
    let mut tokens = tokens(bytes);
    for slot in &mut found {
        match tokens.next() {
            Some(token) => *slot = token,
            None => return Err(line.mismatch(Kind::Syntax, bytes.len(), expected, "")),
        }
    }
    match tokens.next() {
        Some((at, token)) => {
            Err(line.mismatch(Kind::Syntax, at, format!("the end of the line after {expected}"), token))
        }
        None => Ok(found),
    }
}

/// A whole number from `least` to `most`.
pub(super) fn whole(
    line: &Line<'_>,
    (at, token): (usize, &[u8]),
    what: &str,
    least: u64,
    most: u64,
) -> Result<u64, FormatError> {
    let digits = token.strip_prefix(b"+").unwrap_or(token);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        let negative = token.strip_prefix(b"-").is_some_and(|d| !d.is_empty() && d.iter().all(u8::is_ascii_digit));
        let kind = if negative { Kind::Range } else { Kind::Syntax };
        return Err(line.mismatch(kind, at, format!("a whole number as the {what}"), token));
    }
    let value =
        digits.iter().fold(0_u64, |value, digit| value.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let bound = if most < least {
        format!("no entry: a matrix without such a {what}")
    } else if value < least {
        format!("a {what} of at least {least}")
    } else {
        format!("a {what} of at most {most}")
    };
    Err(line.mismatch(Kind::Range, at, bound, token))
}

/// Reads banner and size line.
pub(super) fn read_header(input: &mut Input) -> Result<Header, FormatError> {
    let name = input.name().to_owned();
    let Some(line) = input.next_line()? else {
        return Err(FormatError::new(Kind::Empty, &name, "the file is empty"));
    };
    let (coordinate, field, symmetry) = banner(&line)?;
    loop {
        let Some(line) = input.next_line()? else {
            return Err(FormatError::new(Kind::Truncated, &name, "the file ends before the line with the sizes"));
        };
        if !is_skipped(line.bytes()) {
            return sizes(&line, coordinate, field, symmetry);
        }
    }
}

fn banner(line: &Line<'_>) -> Result<(bool, Field, Symmetry), FormatError> {
    let bytes = line.bytes();
    let end = (bytes.len(), &bytes[..0]);
    let mut words = tokens(bytes);
    let mut next = || words.next().unwrap_or(end);
    let is = |(_, word): (usize, &[u8]), name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let wrong = |(at, word): (usize, &[u8]), kind, expected| Err(line.mismatch(kind, at, expected, word));

    let word = next();
    if word.0 != 0 || !is(word, "%%MatrixMarket") {
        return wrong(word, Kind::Syntax, "the banner %%MatrixMarket");
    }
    let word = next();
    if !is(word, "matrix") {
        return wrong(word, Kind::Unsupported, "matrix");
    }
    let word = next();
    let coordinate = is(word, "coordinate");
    if !coordinate && !is(word, "array") {
        return wrong(word, Kind::Syntax, "coordinate or array");
    }
    let word = next();
    let Some(field) = [Field::Real, Field::Integer, Field::Pattern].into_iter().find(|f| is(word, f.name())) else {
        let kind = if is(word, "complex") { Kind::Unsupported } else { Kind::Syntax };
        return wrong(word, kind, "real, integer or pattern (complex matrices are not read)");
    };
    if field == Field::Pattern && !coordinate {
        return wrong(word, Kind::Inconsistent, "real or integer: an array has values");
    }
    let word = next();
    let all = [Symmetry::General, Symmetry::Symmetric, Symmetry::SkewSymmetric];
    let Some(symmetry) = all.into_iter().find(|s| is(word, s.name())) else {
        let kind = if is(word, "hermitian") { Kind::Unsupported } else { Kind::Syntax };
        return wrong(word, kind, "general, symmetric or skew-symmetric (Hermitian matrices are not read)");
    };
    if field == Field::Pattern && symmetry == Symmetry::SkewSymmetric {
        return wrong(word, Kind::Inconsistent, "general or symmetric: a pattern has no signs");
    }
    let word = next();
    if !word.1.is_empty() {
        return wrong(word, Kind::Syntax, "the end of the banner");
    }
    Ok((coordinate, field, symmetry))
}

fn sizes(line: &Line<'_>, coordinate: bool, field: Field, symmetry: Symmetry) -> Result<Header, FormatError> {
    let size = |token, what| whole(line, token, what, 0, MAX_SIZE);
    let (rows, columns, count) = if coordinate {
        let [rows, columns, count] = exactly(line, "the numbers of rows, columns and entries")?;
        let count = whole(line, count, "number of entries", 0, u64::MAX - 1)?;
        (size(rows, "number of rows")?, size(columns, "number of columns")?, count)
    } else {
        let [rows, columns] = exactly(line, "the numbers of rows and columns")?;
        let (rows, columns) = (size(rows, "number of rows")?, size(columns, "number of columns")?);
        // Sizes of 32 bits: a product within 64.
        (rows, columns, u64::try_from(symmetry.listed(rows, columns)).unwrap_or(u64::MAX))
    };
    if symmetry != Symmetry::General && rows != columns {
        let message =
            format!("a {} matrix is square, but there are {rows} rows and {columns} columns", symmetry.name());
        return Err(line.error(Kind::Inconsistent, message));
    }
    Ok(Header { coordinate, field, symmetry, rows, columns, count })
}
