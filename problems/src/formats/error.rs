//! The error of every reader: where it happened, what was found, what was expected.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The longest piece of found text that a message repeats, in characters.
const EXCERPT_CHARS: usize = 40;

/// What kind of defect a [`FormatError`] reports, for programs; people read its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FormatErrorKind {
    /// The operating system could not read the file.
    Io,
    /// There is no such file.
    NotFound,
    /// The path is a directory.
    Directory,
    /// The file has no bytes, or no data beside comments.
    Empty,
    /// The file ends early (a compressed stream as well).
    Truncated,
    /// The compressed stream is damaged.
    Corrupt,
    /// The file is well formed but of a sort that is not read: another compression or encoding, several labels a row.
    Unsupported,
    /// A size limit is exceeded: the byte budget, the number of rows.
    TooLarge,
    /// The text does not follow the grammar of the format.
    Syntax,
    /// A number is not finite or outside the range that it may have.
    Range,
    /// Entries are repeated or not in the order that the format asks for.
    Order,
    /// Two parts of the file, each correct alone, contradict each other.
    Inconsistent,
}

impl FormatErrorKind {
    /// The name of the kind in machine-readable output, in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Io => "io",
            Self::NotFound => "not_found",
            Self::Directory => "directory",
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too_large",
            Self::Syntax => "syntax",
            Self::Range => "range",
            Self::Order => "order",
            Self::Inconsistent => "inconsistent",
        }
    }
}

/// Why a file could not be read.
///
/// Its display is one line, safe to print whatever bytes the file holds:
///
/// ```
/// use thalweg_problems::formats::{Input, libsvm};
///
/// let input = Input::from_bytes("data.svm", b"1 1:2\n1 0:3\n".to_vec());
/// let error = libsvm::read(input, &libsvm::ReadOptions::default()).unwrap_err();
/// assert_eq!((error.kind(), error.line(), error.column()), ("range", Some(2), Some(3)));
/// assert!(error.to_string().starts_with("data.svm:2:3: expected a feature index of at least 1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormatError(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: FormatErrorKind,
    file: String,
    line: Option<u64>,
    column: Option<u64>,
    expected: Option<Cow<'static, str>>,
    found: Option<String>,
    message: Cow<'static, str>,
}

impl FormatError {
    /// An error about `file` as a whole, with a message in lower case and without a final stop.
    pub fn new(kind: FormatErrorKind, file: &str, message: impl Into<Cow<'static, str>>) -> Self {
        let (line, column, expected, found) = (None, None, None, None);
        Self(Box::new(Details { kind, file: file.to_owned(), line, column, expected, found, message: message.into() }))
    }

    /// An error that contrasts what stands in the file with what should: `expected {expected}, found {found}`.
    ///
    /// `found` is the raw text, which is shortened, escaped and quoted ([`excerpt`]); an empty text stands for the end
    /// of the line.
    pub fn mismatch(
        kind: FormatErrorKind,
        file: &str,
        expected: impl Into<Cow<'static, str>>,
        found: impl AsRef<[u8]>,
    ) -> Self {
        let found = found.as_ref();
        let mut error = Self::new(kind, file, "");
        error.0.expected = Some(expected.into());
        error.0.found = Some(if found.is_empty() { "the end of the line".to_owned() } else { excerpt(found) });
        error
    }

    /// The same error at a line and column, both counted from 1 (the column in bytes).
    #[must_use]
    pub fn at(mut self, line: u64, column: u64) -> Self {
        (self.0.line, self.0.column) = (Some(line), Some(column));
        self
    }

    /// The same error at a line as a whole, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        (self.0.line, self.0.column) = (Some(line), None);
        self
    }

    /// The kind of the defect as a name in snake case, for machine-readable output.
    pub fn kind(&self) -> &'static str {
        self.0.kind.as_str()
    }

    /// The kind of the defect as a value to match on.
    pub fn category(&self) -> FormatErrorKind {
        self.0.kind
    }

    /// The name of the file as it was given to the [`Input`](super::Input).
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// The line, counted from 1; none where the error is about the whole file.
    pub fn line(&self) -> Option<u64> {
        self.0.line
    }

    /// The column in bytes, counted from 1; none where the error is about a whole line or file.
    pub fn column(&self) -> Option<u64> {
        self.0.column
    }

    /// What should have stood there, where the error is such a contrast.
    pub fn expected(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What stood there, shortened and escaped, where the error is such a contrast.
    pub fn found(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// The message without the place: what [`Display`](fmt::Display) prints after `file:line:column: `.
    pub fn message(&self) -> String {
        match (&self.0.expected, &self.0.found) {
            (Some(expected), Some(found)) => format!("expected {expected}, found {found}"),
            _ => self.0.message.clone().into_owned(),
        }
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A file name may hold anything but a separator and NUL: control characters would break the single line.
        for c in self.file.chars() {
            if needs_escape(c) { write!(f, "{}", c.escape_default())? } else { f.write_char(c)? }
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => write!(f, ": expected {expected}, found {found}"),
            _ => write!(f, ": {}", self.message),
        }
    }
}

/// `bytes` in quotes, at most 40 characters of it, with everything escaped that is not plain visible text.
///
/// ```
/// # use thalweg_problems::formats::excerpt;
/// assert_eq!(excerpt(b"a\tb\x1b[31m\xff"), r#""a\tb\u{1b}[31m\xff""#);
/// ```
pub fn excerpt(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    let mut room = EXCERPT_CHARS;
    // Four bytes hold any character, so the rest of a long text need not be looked at.
    let head = bytes.get(..4 * EXCERPT_CHARS + 4).unwrap_or(bytes);
    for chunk in head.utf8_chunks() {
        for c in chunk.valid().chars() {
            if room == 0 {
                return out + "...\"";
            }
            room -= 1;
            if needs_escape(c) || c == '"' || c == '\\' { out.extend(c.escape_default()) } else { out.push(c) }
        }
        for byte in chunk.invalid() {
            if room == 0 {
                return out + "...\"";
            }
            room -= 1;
            // Writing to a String cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out + "\""
}

/// Whether a character must not reach a terminal: controls, and the invisible ones that reorder or hide text.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_with_the_place() {
        let error =
            FormatError::mismatch(FormatErrorKind::Range, "a.svm", "a feature index of at least 1", "0").at(3, 7);
        assert_eq!(error.to_string(), r#"a.svm:3:7: expected a feature index of at least 1, found "0""#);
        assert_eq!(error.message(), r#"expected a feature index of at least 1, found "0""#);
        assert_eq!(error.kind(), "range");
        assert_eq!(
            (error.file(), error.expected(), error.found()),
            ("a.svm", Some("a feature index of at least 1"), Some("\"0\""))
        );
        let error = FormatError::new(FormatErrorKind::Empty, "a\n\u{1b}[2Jb", "the file is empty");
        assert_eq!(error.to_string(), "a\\n\\u{1b}[2Jb: the file is empty");
        assert_eq!(error.at_line(4).to_string(), "a\\n\\u{1b}[2Jb:4: the file is empty");
        let error = FormatError::mismatch(FormatErrorKind::Syntax, "a", "a label", "").at(1, 1);
        assert_eq!(error.to_string(), "a:1:1: expected a label, found the end of the line");
    }

    #[test]
    fn excerpts_are_short_and_escaped() {
        let all: Vec<u8> = (0..=255).collect();
        for window in [&all[..], &all[127..], &all[200..]] {
            let text = excerpt(window);
            assert!(text.chars().all(|c| !c.is_control()), "{text:?}");
        }
        assert_eq!(excerpt(&[b'x'; 40]), format!("\"{}\"", "x".repeat(40)));
        assert_eq!(excerpt(&[b'x'; 41]), format!("\"{}...\"", "x".repeat(40)));
        assert_eq!(excerpt(&[0xff; 1_000]).len(), 2 + 3 + 4 * 40);
        assert_eq!(excerpt("é\u{202e}\"\\".as_bytes()), "\"é\\u{202e}\\\"\\\\\"");
        // A long text cut in the middle of a character shows the dots, not half a character.
        assert_eq!(excerpt("😀".repeat(100).as_bytes()), format!("\"{}...\"", "😀".repeat(40)));
    }
}
