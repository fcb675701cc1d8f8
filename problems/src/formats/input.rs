//! The source of bytes that every reader takes: a file, standard input, memory or any reader, plain or gzip.

use super::{FormatError, FormatErrorKind as Kind, Line};
use flate2::bufread::MultiGzDecoder;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

/// The default budget of an [`Input`]: 64 GiB of decompressed bytes.
pub const DEFAULT_BUDGET: u64 = 64 << 30;

/// The name that messages give to standard input, which [`Input::open`] reads for the path `-`.
pub const STANDARD_INPUT: &str = "standard input";

/// Bytes asked of the source at once; the buffer grows beyond it only for a longer line.
const BLOCK: usize = 128 << 10;

/// Bytes of the source that decide its compression and encoding.
const MAGIC: usize = 6;

/// A named source of bytes for a reader, gzip undone, lines counted.
///
/// - Gzip is recognised by its first two bytes, never by the file's name; several members in a row are one stream.
/// - A UTF-8 byte order mark at the start is skipped. Otherwise the bytes are not interpreted: text need not be UTF-8.
/// - A line ends with LF or CR LF; a CR elsewhere is part of its line, one at the very end of the file is not.
/// - Memory is proportional to the longest line (or to what [`take`](Self::take) and [`peek`](Self::peek) ask for).
/// - More than the [budget](Self::with_budget) of decompressed bytes is an error.
///
/// An error repeats on every later call: after damage nothing is read that might look sound.
///
/// ```
/// use thalweg_problems::formats::Input;
///
/// let mut input = Input::from_bytes("two.txt", b"first\r\nsecond".to_vec());
/// while let Some(line) = input.next_line()? {
///     println!("{}:{} has {} bytes", line.file(), line.number(), line.bytes().len());
/// }
/// assert_eq!(input.line_number(), 2);
/// # Ok::<(), thalweg_problems::formats::FormatError>(())
/// ```
pub struct Input {
    name: String,
    source: Box<dyn Read + Send>,
    compressed: bool,
    prepared: bool,
    ended: bool,
    failure: Option<FormatError>,
    /// `buffer[start..end]` is what was read and not yet handed out.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    line: u64,
    budget: u64,
    received: u64,
}

impl Input {
    /// Opens a file, or standard input for the path `-`, and reads its first block.
    ///
    /// # Errors
    /// `not_found`, `directory`, `empty` (no bytes, or none but a byte order mark), `io`; `unsupported` for bzip2, xz,
    /// zstd and zip files and for UTF-16 text; `truncated` and `corrupt` for damage in the first block of a gzip file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FormatError> {
        let path = path.as_ref();
        let mut input = if path == Path::new("-") {
            Self::from_reader(STANDARD_INPUT, io::stdin())
        } else {
            let name = path.to_string_lossy().into_owned();
            match File::open(path) {
                Ok(file) if !file.metadata().is_ok_and(|data| data.is_dir()) => Self::from_reader(name, file),
                // Some systems refuse to open a directory, others only to read it.
                Ok(_) => return Err(is_directory(&name)),
                Err(_) if path.is_dir() => return Err(is_directory(&name)),
                Err(error) => return Err(opening_failed(&name, &error)),
            }
        };
        input.prepare()?;
        if input.start == input.end && input.fill()? == 0 {
            let message = if input.compressed { "the compressed file holds no bytes" } else { "the file is empty" };
            return Err(FormatError::new(Kind::Empty, &input.name, message));
        }
        Ok(input)
    }

    /// Bytes in memory, under the name that errors shall show.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::from_reader(name, Cursor::new(bytes))
    }

    /// Any reader, under the name that errors shall show. It is read in large blocks and needs no buffer of its own.
    pub fn from_reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self {
            name: name.into(),
            source: Box::new(reader),
            compressed: false,
            prepared: false,
            ended: false,
            failure: None,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            line: 0,
            budget: DEFAULT_BUDGET,
            received: 0,
        }
    }

    /// Limits the decompressed bytes (default [`DEFAULT_BUDGET`]); one byte more is an error of kind `too_large`.
    ///
    /// It protects from small files that decompress without end and from endless pipes.
    #[must_use]
    pub fn with_budget(mut self, bytes: u64) -> Self {
        self.budget = bytes;
        self
    }

    /// The name of the source as errors show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the line handed out last, counted from 1; 0 before the first.
    pub fn line_number(&self) -> u64 {
        self.line
    }

    /// The next line without its end, or none at the end of the file.
    ///
    /// # Errors
    /// `io`, `truncated`, `corrupt`, `unsupported`, `too_large`, as for the whole file; they carry no line.
    #[inline]
    pub fn next_line(&mut self) -> Result<Option<Line<'_>>, FormatError> {
        self.prepare()?;
        // What has been searched is not searched again, so a long line costs linear time.
        let mut searched = 0;
        let (length, next) = loop {
            let unread = self.buffer.get(self.start..self.end).unwrap_or_default();
            if let Some(found) = memchr::memchr(b'\n', unread.get(searched..).unwrap_or_default()) {
                break (searched + found, searched + found + 1);
            }
            searched = unread.len();
            if self.fill()? == 0 {
                if searched == 0 {
                    return Ok(None);
                }
                break (searched, searched);
            }
        };
        let first = self.start;
        self.start += next;
        self.line += 1;
        let bytes = self.buffer.get(first..first + length).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Ok(Some(Line::new(&self.name, self.line, bytes)))
    }

    /// The next bytes without consuming them: `count` of them, fewer only at the end of the file.
    ///
    /// # Errors
    /// As [`next_line`](Self::next_line).
    pub fn peek(&mut self, count: usize) -> Result<&[u8], FormatError> {
        self.prepare()?;
        while self.end - self.start < count && self.fill()? > 0 {}
        let end = self.end.min(self.start.saturating_add(count));
        Ok(self.buffer.get(self.start..end).unwrap_or_default())
    }

    /// Consumes exactly `count` bytes, for binary parts of a format. The line number stays.
    ///
    /// The buffer grows with what is read, not with what is asked for.
    ///
    /// # Errors
    /// `truncated` if the file ends before; otherwise as [`next_line`](Self::next_line).
    pub fn take(&mut self, count: usize) -> Result<&[u8], FormatError> {
        let found = self.peek(count)?.len();
        if found < count {
            let message = format!("the file ends early: expected {count} more bytes, found {found}");
            return Err(FormatError::new(Kind::Truncated, &self.name, message));
        }
        let first = self.start;
        self.start += count;
        Ok(self.buffer.get(first..first + count).unwrap_or_default())
    }

    /// Everything that has not been handed out yet, for formats that are not read line by line.
    ///
    /// # Errors
    /// As [`next_line`](Self::next_line).
    pub fn read_to_end(mut self) -> Result<Vec<u8>, FormatError> {
        self.prepare()?;
        while self.fill()? > 0 {}
        self.buffer.truncate(self.end);
        self.buffer.drain(..self.start);
        Ok(self.buffer)
    }

    /// Reports an earlier failure and a budget exceeded; at the first call finds out compression and encoding.
    #[inline]
    fn prepare(&mut self) -> Result<(), FormatError> {
        if self.prepared && self.failure.is_none() && self.received <= self.budget {
            return Ok(());
        }
        self.prepare_slowly()
    }

    #[cold]
    fn prepare_slowly(&mut self) -> Result<(), FormatError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if !self.prepared {
            while self.end < MAGIC && self.fill()? > 0 {}
            // From here on the bytes received count against the budget; compressed ones do not.
            self.prepared = true;
            if self.unread().starts_with(&[0x1f, 0x8b]) {
                self.decompress();
                while self.end < MAGIC && self.fill()? > 0 {}
            } else if let Some(message) = foreign_magic(self.unread()) {
                return self.fail(Kind::Unsupported, message);
            }
            if self.unread().starts_with(b"\xef\xbb\xbf") {
                self.start += 3;
            }
        }
        if self.received > self.budget { self.exceeded() } else { Ok(()) }
    }

    /// Puts a decoder between the source and the buffer, and what was read of the source in front of the rest.
    fn decompress(&mut self) {
        let mut head = std::mem::take(&mut self.buffer);
        head.truncate(self.end);
        let rest = std::mem::replace(&mut self.source, Box::new(io::empty()));
        let whole = BufReader::with_capacity(BLOCK, Cursor::new(head).chain(rest));
        self.source = Box::new(MultiGzDecoder::new(whole));
        (self.start, self.end, self.received) = (0, 0, 0);
        (self.compressed, self.ended) = (true, false);
    }

    fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads one block behind the unread bytes; the number of bytes read, 0 at the end of the file.
    #[cold]
    fn fill(&mut self) -> Result<usize, FormatError> {
        if self.ended {
            return Ok(0);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.buffer.len() {
            self.buffer.resize((2 * self.end).max(BLOCK), 0);
        }
        let count = loop {
            match self.source.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.read_failed(&error),
                Ok(count) => break count.min(self.buffer.len() - self.end),
            }
        };
        self.end += count;
        self.ended = count == 0;
        self.received = self.received.saturating_add(count as u64);
        if self.prepared && self.received > self.budget { self.exceeded() } else { Ok(count) }
    }

    fn read_failed<T>(&mut self, error: &io::Error) -> Result<T, FormatError> {
        if !self.compressed {
            return if error.kind() == io::ErrorKind::IsADirectory {
                self.fail(Kind::Directory, "is a directory, expected a file")
            } else {
                self.fail(Kind::Io, format!("cannot be read: {error}"))
            };
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                self.fail(Kind::Truncated, "the gzip stream ends early: the file is truncated")
            }
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                self.fail(Kind::Corrupt, format!("the gzip stream is damaged: {error}"))
            }
            _ => self.fail(Kind::Io, format!("cannot be read: {error}")),
        }
    }

    fn exceeded<T>(&mut self) -> Result<T, FormatError> {
        let what = if self.compressed { "decompressed bytes" } else { "bytes" };
        self.fail(Kind::TooLarge, format!("has more than the {} {what} that may be read", self.budget))
    }

    fn fail<T>(&mut self, kind: Kind, message: impl Into<std::borrow::Cow<'static, str>>) -> Result<T, FormatError> {
        let error = FormatError::new(kind, &self.name, message);
        self.failure = Some(error.clone());
        Err(error)
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("name", &self.name)
            .field("line", &self.line)
            .field("compressed", &self.compressed)
            .field("budget", &self.budget)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

fn is_directory(name: &str) -> FormatError {
    FormatError::new(Kind::Directory, name, "is a directory, expected a file")
}

fn opening_failed(name: &str, error: &io::Error) -> FormatError {
    if error.kind() == io::ErrorKind::NotFound {
        FormatError::new(Kind::NotFound, name, "no such file")
    } else {
        FormatError::new(Kind::Io, name, format!("cannot be opened: {error}"))
    }
}

/// A message for bytes that start like a compression or encoding that is not read.
fn foreign_magic(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Some("is compressed with bzip2: decompress it first"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("is compressed with xz: decompress it first"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("is compressed with zstd: decompress it first"),
        [b'P', b'K', 3, 4, ..] => Some("is a zip archive: unpack it first"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("is UTF-16 text: convert it to UTF-8 first"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
