use super::*;
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write as _;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn input(bytes: &[u8]) -> Input {
    Input::from_bytes("t", bytes.to_vec())
}

fn lines(mut input: Input) -> Result<Vec<Vec<u8>>, FormatError> {
    let mut all = Vec::new();
    while let Some(line) = input.next_line()? {
        all.push(line.bytes().to_vec());
        assert_eq!(line.number(), all.len() as u64);
    }
    assert_eq!(input.line_number(), all.len() as u64);
    assert!(input.next_line()?.is_none());
    Ok(all)
}

/// Gives its bytes in pieces of the given sizes, with an interruption before each, and then an error if there is one.
struct Slow {
    bytes: Vec<u8>,
    piece: usize,
    at: usize,
    interrupted: bool,
    error: Option<io::ErrorKind>,
}

impl Slow {
    fn new(bytes: &[u8], piece: usize, error: Option<io::ErrorKind>) -> Self {
        Self { bytes: bytes.to_vec(), piece, at: 0, interrupted: false, error }
    }
}

impl Read for Slow {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = self.piece.min(out.len()).min(self.bytes.len() - self.at);
        if count == 0
            && let Some(kind) = self.error
        {
            return Err(io::Error::new(kind, "the disk is on fire"));
        }
        out[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[test]
fn line_ends() {
    for (text, expected) in [
        ("", vec![]),
        ("\n", vec![""]),
        ("\n\n", vec!["", ""]),
        ("a", vec!["a"]),
        ("a\n", vec!["a"]),
        ("a\r\nb\n\r\nc", vec!["a", "b", "", "c"]),
        ("a\rb\r\r\nc\r", vec!["a\rb\r", "c"]),
        ("\u{feff}a\n\u{feff}b", vec!["a", "\u{feff}b"]),
        ("\u{feff}", vec![]),
    ] {
        let expected: Vec<Vec<u8>> = expected.into_iter().map(|line| line.as_bytes().to_vec()).collect();
        assert_eq!(lines(input(text.as_bytes())).unwrap(), expected, "{text:?}");
        assert_eq!(lines(input(&gzip(text.as_bytes()))).unwrap(), expected, "{text:?} compressed");
        let slow = Input::from_reader("t", Slow::new(text.as_bytes(), 1, None));
        assert_eq!(lines(slow).unwrap(), expected, "{text:?} byte by byte");
    }
}

#[test]
fn lines_longer_than_the_buffer() {
    let mut text = Vec::new();
    let lengths = [3, 2 * BLOCK, BLOCK - 4, BLOCK - 1, BLOCK, BLOCK + 1, 0, 5 * BLOCK];
    for (k, &length) in lengths.iter().enumerate() {
        text.extend(std::iter::repeat_n(b'a' + k as u8, length));
        text.extend(b"\r\n");
    }
    for source in [input(&text), input(&gzip(&text)), Input::from_reader("t", Slow::new(&text, 1000, None))] {
        let all = lines(source).unwrap();
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
        assert!(all.iter().zip(b'a'..).all(|(line, letter)| line.iter().all(|&b| b == letter)));
    }
}

#[test]
fn memory_follows_the_longest_line() {
    let mut source = input(&b"short line\n".repeat(100_000));
    while source.next_line().unwrap().is_some() {}
    assert_eq!(source.buffer.capacity(), BLOCK);
    let mut source = input(&[&b"x".repeat(300_000)[..], b"\ny"].concat());
    while source.next_line().unwrap().is_some() {}
    assert!(source.buffer.capacity() < 1_000_000);
}

#[test]
fn whole_and_in_pieces() {
    let mut source = input(b"\xef\xbb\xbfg3 1\n\x01\x02\x03rest\nlast");
    assert_eq!(source.peek(2).unwrap(), b"g3");
    assert_eq!(source.peek(100).unwrap().len(), 17);
    assert_eq!(source.next_line().unwrap().unwrap().bytes(), b"g3 1");
    assert_eq!(source.take(3).unwrap(), [1, 2, 3]);
    assert_eq!(source.line_number(), 1);
    let error = source.take(usize::MAX).unwrap_err();
    assert_eq!(error.kind(), "truncated");
    assert_eq!(error.message(), format!("the file ends early: expected {} more bytes, found 9", usize::MAX));
    assert_eq!(source.read_to_end().unwrap(), b"rest\nlast");
    let text = b"0123456789".repeat(50_000);
    assert_eq!(input(&text).read_to_end().unwrap(), text);
    assert_eq!(input(&gzip(&text)).read_to_end().unwrap(), text);
    assert_eq!(input(b"").read_to_end().unwrap(), b"");
}

#[test]
fn budget_counts_decompressed_bytes() {
    let text = b"0123456789\n".repeat(100_000);
    let size = text.len() as u64;
    for bytes in [text.clone(), gzip(&text)] {
        assert!(lines(input(&bytes).with_budget(size)).is_ok());
        for budget in [0, 5, 1000, size - 1] {
            let error = lines(input(&bytes).with_budget(budget)).unwrap_err();
            assert_eq!((error.kind(), error.line()), ("too_large", None));
            assert!(error.message().contains(&budget.to_string()));
            assert!(input(&bytes).with_budget(budget).read_to_end().is_err());
        }
    }
    // A gigabyte of zeros in a megabyte: the budget ends it after one block beyond the budget.
    let bomb = gzip(&vec![0; 1 << 24]).repeat(64);
    let mut source = input(&bomb).with_budget(1 << 20);
    assert_eq!(
        source.next_line().unwrap_err().message(),
        "has more than the 1048576 decompressed bytes that may be read"
    );
    assert!(source.buffer.capacity() <= 4 << 20);
    // A budget set after the file was opened holds as well.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "1 1:1\n").unwrap();
    assert!(Input::open(file.path()).unwrap().with_budget(5).next_line().is_err());
}

#[test]
fn opening() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |name: &str, bytes: Option<&[u8]>| {
        let path = folder.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        let error = Input::open(&path).unwrap_err();
        assert_eq!(error.file(), path.to_string_lossy());
        assert_eq!(error.to_string(), format!("{}: {}", error.file(), error.message()));
        (error.kind(), error.message())
    };
    let because = |kind, message: &str| (kind, message.to_owned());
    assert_eq!(fails("missing", None), because("not_found", "no such file"));
    assert_eq!(fails("", None), because("directory", "is a directory, expected a file"));
    assert_eq!(fails("empty", Some(b"")), because("empty", "the file is empty"));
    assert_eq!(fails("mark", Some(b"\xef\xbb\xbf")), because("empty", "the file is empty"));
    assert_eq!(fails("empty.gz", Some(&gzip(b""))), because("empty", "the compressed file holds no bytes"));
    let early = "the gzip stream ends early: the file is truncated";
    assert_eq!(fails("two", Some(b"\x1f\x8b")), because("truncated", early));
    assert_eq!(fails("cut", Some(&gzip(b"text")[..12])), because("truncated", early));
    assert_eq!(fails("garbage", Some(b"\x1f\x8b\x08\x00\0\0\0\0\0\x03\xff\xff\xff\xff")).0, "corrupt");
    let foreign = |name: &str, bytes: &[u8]| {
        let (kind, message) = fails(name, Some(bytes));
        assert_eq!(kind, "unsupported");
        message
    };
    assert_eq!(foreign("a", b"BZh91AY&SY"), "is compressed with bzip2: decompress it first");
    assert_eq!(foreign("b", b"\xfd7zXZ\0\0"), "is compressed with xz: decompress it first");
    assert_eq!(foreign("c", b"\x28\xb5\x2f\xfd\0"), "is compressed with zstd: decompress it first");
    assert_eq!(foreign("d", b"PK\x03\x04"), "is a zip archive: unpack it first");
    assert_eq!(foreign("e", b"\xff\xfe1\0"), "is UTF-16 text: convert it to UTF-8 first");
    let path = folder.path().join("good");
    std::fs::write(&path, "a\nb").unwrap();
    assert_eq!(lines(Input::open(&path).unwrap()).unwrap().len(), 2);
}

#[test]
fn failures_name_the_file_and_repeat() {
    for (bytes, kind) in [(b"abc\nde".to_vec(), "io"), (gzip(b"abc\nde")[..15].to_vec(), "io")] {
        let mut source = Input::from_reader("t", Slow::new(&bytes, 4, Some(io::ErrorKind::Other)));
        let first = loop {
            match source.next_line() {
                Ok(line) => assert!(line.is_some()),
                Err(error) => break error,
            }
        };
        assert_eq!((first.kind(), first.to_string().as_str()), (kind, "t: cannot be read: the disk is on fire"));
        assert_eq!(source.next_line().unwrap_err(), first);
        assert_eq!(source.peek(1).unwrap_err(), first);
        assert_eq!(source.read_to_end().unwrap_err(), first);
    }
    let mut damaged = gzip(b"some text that is checked by a sum");
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    assert_eq!(input(&damaged).read_to_end().unwrap_err().kind(), "corrupt");
    let trailing = [&gzip(b"a\n")[..], b"this is not gzip"].concat();
    assert_eq!(lines(input(&trailing)).unwrap_err().kind(), "corrupt");
}

proptest! {
    #[test]
    fn lines_agree_with_splitting(bytes in prop::collection::vec(prop::sample::select(b"ab\r\n\0\xff".to_vec()), 0..60),
                                  piece in 1_usize..9) {
        prop_assume!(!bytes.starts_with(b"\xff\xfe"));
        let mut expected: Vec<Vec<u8>> = bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
        if expected.last().is_some_and(Vec::is_empty) {
            expected.pop();
        }
        for line in &mut expected {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        prop_assert_eq!(&lines(input(&bytes)).unwrap(), &expected);
        prop_assert_eq!(&lines(Input::from_reader("t", Slow::new(&bytes, piece, None))).unwrap(), &expected);
        prop_assert_eq!(&lines(Input::from_reader("t", Slow::new(&gzip(&bytes), piece, None))).unwrap(), &expected);
    }
}
