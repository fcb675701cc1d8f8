//! The grammar of one line.

use super::{MAX_FEATURES, ReadOptions};
use crate::formats::number::{parse_f64, scan_f64};
use crate::formats::{FormatError, FormatErrorKind as Kind, Line};

/// What stands before the entries of a row.
pub(super) struct Head {
    pub(super) label: f64,
    pub(super) qid: Option<i64>,
    /// The largest feature number plus one, explicit zeros included.
    pub(super) features: u64,
}

/// Parses one line into `entries` (feature numbers from 0, without zeros); none for a line without a row.
pub(super) fn parse_line(
    line: &Line<'_>,
    options: &ReadOptions,
    entries: &mut Vec<(u32, f64)>,
) -> Result<Option<Head>, FormatError> {
    entries.clear();
    let bytes = line.bytes();
    let mut at = skip_blanks(bytes, 0);
    if ends(bytes, at) {
        return Ok(None);
    }
    let label = parse_label(line, at)?;
    at = skip_blanks(bytes, at + token(bytes, at).len());
    let mut qid = None;
    if rest(bytes, at).starts_with(b"qid:") {
        let text = token(bytes, at + 4);
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let Some(number) = number else {
            return Err(line.mismatch(Kind::Syntax, at + 4, "a whole number as the query", shown(bytes, at + 4)));
        };
        qid = Some(number);
        at = skip_blanks(bytes, at + 4 + text.len());
    }
    let base = u64::from(!options.zero_based);
    let limit = options.features.map_or(MAX_FEATURES, |features| features.min(MAX_FEATURES));
    // The smallest feature number that the next entry may have.
    let mut next = 0;
    while !ends(bytes, at) {
        let Some((index, colon)) = scan_index(bytes, at) else { return Err(index_error(line, at)) };
        let feature = match index.checked_sub(base) {
            Some(feature) if feature >= next && feature < limit => feature,
            _ => return Err(index_range_error(line, at, index, colon, options)),
        };
        next = feature + 1;
        let Some((value, end)) = scan_value(bytes, colon + 1) else {
            return Err(number_error(line, colon + 1, "a finite number as the value"));
        };
        if value != 0.0 {
            // `limit` keeps the feature within 32 bits.
            entries.push((feature as u32, value));
        }
        at = skip_blanks(bytes, end);
    }
    Ok(Some(Head { label, qid, features: next }))
}

fn parse_label(line: &Line<'_>, at: usize) -> Result<f64, FormatError> {
    let text = token(line.bytes(), at);
    match parse_f64(text) {
        Some(label) if label.is_finite() => Ok(label),
        _ if is_list(text) => {
            Err(line.mismatch(Kind::Unsupported, at, "one label per row, not several (multilabel data)", text))
        }
        _ if text.contains(&b':') => Err(line.mismatch(Kind::Syntax, at, "a label before the entries", text)),
        _ => Err(number_error(line, at, "a finite number as the label")),
    }
}

/// The decimal index at `at` and the position of the colon behind it; none if they are not there. Saturates.
#[inline]
fn scan_index(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut index = 0_u64;
    let mut colon = at;
    loop {
        match *bytes.get(colon)? {
            digit @ b'0'..=b'9' => index = index.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')),
            b':' if colon > at => break,
            _ => return None,
        }
        colon += 1;
    }
    // Nineteen digits cannot have wrapped around; more are too large unless the leading ones are zeros.
    if colon - at > 19 {
        let digits = rest(bytes, at).iter().take(colon - at).map(|digit| u64::from(digit - b'0'));
        index = digits.fold(0, |index: u64, digit| index.saturating_mul(10).saturating_add(digit));
    }
    Some((index, colon))
}

/// The finite number at `at`, which is a token of its own, and where it ends; none for anything else.
#[inline]
fn scan_value(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    // Single digits are most of the values of sparse data.
    if let Some(digit @ b'0'..=b'9') = bytes.get(at)
        && boundary(bytes, at + 1)
    {
        return Some((f64::from(digit - b'0'), at + 1));
    }
    let (value, length) = scan_f64(rest(bytes, at))?;
    (boundary(bytes, at + length) && value.is_finite()).then_some((value, at + length))
}

#[cold]
fn index_error(line: &Line<'_>, at: usize) -> FormatError {
    let text = token(line.bytes(), at);
    let Some(colon) = text.iter().position(|&b| b == b':') else {
        return line.mismatch(Kind::Syntax, at, "an entry index:value", text);
    };
    let index = text.get(..colon).unwrap_or(text);
    if index == b"qid" {
        return line.mismatch(Kind::Syntax, at, "a feature index (qid stands before the entries, once)", text);
    }
    let negative =
        index.strip_prefix(b"-").is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
    let kind = if negative { Kind::Range } else { Kind::Syntax };
    line.mismatch(kind, at, "a whole number as the feature index", if index.is_empty() { text } else { index })
}

#[cold]
fn index_range_error(line: &Line<'_>, at: usize, index: u64, colon: usize, options: &ReadOptions) -> FormatError {
    let text = line.bytes().get(at..colon).unwrap_or_default();
    let base = u64::from(!options.zero_based);
    if index < base {
        return line.mismatch(Kind::Range, at, "a feature index of at least 1 (zero_based counts from 0)", text);
    }
    let largest = MAX_FEATURES - 1 + base;
    if index > largest {
        return line.mismatch(Kind::Range, at, format!("a feature index of at most {largest}"), text);
    }
    match options.features {
        Some(features) if index - base >= features => {
            let expected = match (features + base).checked_sub(1) {
                Some(last) if last >= base => format!("a feature index of at most {last} (features = {features})"),
                _ => format!("no entry (features = {features})"),
            };
            line.mismatch(Kind::Range, at, expected, text)
        }
        _ => line.mismatch(Kind::Order, at, "an index larger than the one before it in this row", text),
    }
}

/// The error for a token at `at` that should be a finite number.
#[cold]
fn number_error(line: &Line<'_>, at: usize, expected: &'static str) -> FormatError {
    let text = token(line.bytes(), at);
    let word = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let infinite = [&b"nan"[..], b"inf", b"infinity"].iter().any(|name| word.eq_ignore_ascii_case(name));
    let kind = if infinite || parse_f64(text).is_some() { Kind::Range } else { Kind::Syntax };
    line.mismatch(kind, at, expected, shown(line.bytes(), at))
}

/// Whether a token is a list of numbers with commas, as labels of multilabel data are.
fn is_list(text: &[u8]) -> bool {
    let mut parts = text.split(|&b| b == b',').filter(|part| !part.is_empty()).peekable();
    text.contains(&b',') && parts.peek().is_some() && parts.all(|part| parse_f64(part).is_some())
}

/// What a message shows as found at `at`: the token, or the blank or comment sign that stands there instead.
fn shown(bytes: &[u8], at: usize) -> &[u8] {
    match token(bytes, at) {
        [] => bytes.get(at..at + 1).unwrap_or_default(),
        text => text,
    }
}

fn rest(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

/// The bytes from `at` to the next blank, comment or end of the line.
fn token(bytes: &[u8], at: usize) -> &[u8] {
    let rest = rest(bytes, at);
    let length = rest.iter().position(|b| matches!(b, b' ' | b'\t' | b'#')).unwrap_or(rest.len());
    rest.get(..length).unwrap_or_default()
}

#[inline]
fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// Whether the row ends at `at`, by the end of the line or a comment.
#[inline]
fn ends(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b'#'))
}

/// Whether a token ends at `at`.
#[inline]
fn boundary(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\t' | b'#'))
}
