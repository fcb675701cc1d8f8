//! One line of text, with what an error about it needs.

use super::{FormatError, FormatErrorKind as Kind};
use std::borrow::Cow;

/// A line of an [`Input`](super::Input): its bytes, and what an error about it needs.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    file: &'a str,
    number: u64,
    bytes: &'a [u8],
}

impl<'a> Line<'a> {
    #[inline]
    pub(super) fn new(file: &'a str, number: u64, bytes: &'a [u8]) -> Self {
        Self { file, number, bytes }
    }

    /// The bytes without the line end.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The number of the line, counted from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The name of the input.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// The error `expected {expected}, found {found}` at byte `offset` (from 0) of this line.
    pub fn mismatch(
        &self,
        kind: Kind,
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl AsRef<[u8]>,
    ) -> FormatError {
        FormatError::mismatch(kind, self.file, expected, found).at(self.number, offset as u64 + 1)
    }

    /// An error about this line as a whole.
    pub fn error(&self, kind: Kind, message: impl Into<Cow<'static, str>>) -> FormatError {
        FormatError::new(kind, self.file, message).at_line(self.number)
    }
}
