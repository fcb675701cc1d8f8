//! What goes wrong inside the decoder, before the file's name is known.

use crate::formats::{FormatError, FormatErrorKind as Kind};

/// A defect at a line; becomes a [`FormatError`] at the border of the reader.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    kind: Kind,
    line: u64,
    message: String,
}

impl Fault {
    pub(super) fn new(kind: Kind, line: u64, message: impl Into<String>) -> Self {
        Self { kind, line, message: message.into() }
    }

    /// The text does not follow the language.
    pub(super) fn syntax(line: u64, message: impl Into<String>) -> Self {
        Self::new(Kind::Syntax, line, message)
    }

    /// The file contradicts itself: an undefined name, a missing part.
    pub(super) fn inconsistent(line: u64, message: impl Into<String>) -> Self {
        Self::new(Kind::Inconsistent, line, message)
    }

    /// A number outside its range.
    pub(super) fn range(line: u64, message: impl Into<String>) -> Self {
        Self::new(Kind::Range, line, message)
    }

    pub(super) fn named(self, file: &str) -> FormatError {
        let error = FormatError::new(self.kind, file, self.message);
        if self.line == 0 { error } else { error.at_line(self.line) }
    }
}

/// The result of a step of the decoder.
pub(super) type Decoded<T> = Result<T, Fault>;

impl Fault {
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}
