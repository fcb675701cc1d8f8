//! Checkpoints: the state of a run in a file that is refused unless it is whole and belongs to this run.
//!
//! Layout, little-endian: magic `THALWEG\0`, version u32, payload length u64, CRC-32 of the payload, payload (postcard of
//! identity, run, work, trace).

use super::{Run, Save, Trace};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const MAGIC: &[u8; 8] = b"THALWEG\0";
const VERSION: u32 = 1;
const HEADER: usize = 8 + 4 + 8 + 4;

/// What a checkpoint belongs to: class, method, problem data and the options that affect the path, as named texts. Limits
/// and outputs are not among them. The first item is the version of this library, which the layout of the memory depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity(Vec<(String, String)>);

impl Default for Identity {
    fn default() -> Self {
        Self(Vec::new()).with("version of Thalweg", env!("CARGO_PKG_VERSION"))
    }
}

impl Identity {
    /// Adds an item.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "so that numbers and texts are written without a borrow")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds every field of a record of options; nested fields get dotted names.
    #[must_use]
    pub fn with_options(mut self, options: &impl Serialize) -> Self {
        fn walk(name: &str, value: &serde_json::Value, out: &mut Vec<(String, String)>) {
            match value {
                serde_json::Value::Object(fields) => {
                    for (key, value) in fields {
                        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                        walk(&name, value, out);
                    }
                }
                other => out.push((name.to_owned(), other.to_string())),
            }
        }
        match serde_json::to_value(options) {
            Ok(value) => walk("", &value, &mut self.0),
            Err(e) => self = self.with("options", e),
        }
        // JSON shows every number that is not finite as null; the bits tell them apart.
        match postcard::to_stdvec(options) {
            Ok(bits) => self.with("the bits of the options", format!("{:08x}", crc32fast::hash(&bits))),
            Err(e) => self.with("the bits of the options", e),
        }
    }

    /// The first item that differs: (name, value here, value there).
    fn first_difference(&self, other: &Self) -> Option<(String, String, String)> {
        let missing = || "missing".to_owned();
        for (k, (name, value)) in self.0.iter().enumerate() {
            match other.0.get(k) {
                Some((n, v)) if n == name && v == value => {}
                Some((n, v)) if n == name => return Some((name.clone(), value.clone(), v.clone())),
                _ => return Some((name.clone(), value.clone(), missing())),
            }
        }
        other.0.get(self.0.len()).map(|(name, value)| (name.clone(), missing(), value.clone()))
    }
}

/// Why a checkpoint was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It could not be read.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// It is not a checkpoint, or a damaged one.
    #[error("{file}: not a usable checkpoint: {why}")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// It belongs to another run.
    #[error("{file}: the checkpoint belongs to another run: {name} is {found} there and {expected} here")]
    Other {
        /// The file.
        file: String,
        /// The first item that differs.
        name: String,
        /// Its value in the checkpoint.
        found: String,
        /// Its value in this run.
        expected: String,
    },
}

/// Writes checkpoints of a run to one file: when `interval` has passed since the last one, and at the end.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    path: PathBuf,
    identity: Identity,
    interval: Duration,
    last: Instant,
}

impl Checkpoint {
    /// A checkpoint file.
    pub fn new(path: impl Into<PathBuf>, identity: Identity, interval: Duration) -> Self {
        Self { path: path.into(), identity, interval, last: Instant::now() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it belongs to.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Writes the file at once: whole, under a temporary name, then renamed.
    ///
    /// # Errors
    /// If it cannot be written; an earlier file is then still there.
    pub fn write<W: Serialize>(&self, work: &W, run: &Run, trace: Option<&Trace>) -> io::Result<()> {
        let payload = postcard::to_stdvec(&(&self.identity, run, work, trace)).map_err(io::Error::other)?;
        let folder = match self.path.parent() {
            Some(p) if !p.as_os_str().is_empty() => p,
            _ => Path::new("."),
        };
        let mut file = temporary_in(folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        file.write_all(&(payload.len() as u64).to_le_bytes())?;
        file.write_all(&crc32fast::hash(&payload).to_le_bytes())?;
        file.write_all(&payload)?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|e| e.error)?;
        // The rename itself must survive a crash too; not every platform can sync a folder.
        if let Ok(folder) = std::fs::File::open(folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// A temporary file with the permissions of an ordinary one: after the rename it is the checkpoint.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(".checkpoint-").tempfile_in(folder)
}

impl<W: Serialize> Save<W> for Checkpoint {
    fn due(&mut self, _: &Run) -> bool {
        self.last.elapsed() >= self.interval
    }

    fn save(&mut self, work: &W, run: &Run, trace: Option<&Trace>) -> io::Result<()> {
        let result = self.write(work, run, trace);
        self.last = Instant::now();
        result
    }
}

/// What a checkpoint holds.
#[derive(Clone, Debug)]
pub struct Resumed<W> {
    /// The method's memory.
    pub work: W,
    /// The bookkeeping.
    pub run: Run,
    /// The trace up to there, if one was recorded.
    pub trace: Option<Trace>,
}

/// Reads a checkpoint of the run `identity`.
///
/// # Errors
/// If the file cannot be read, is not whole, or belongs to another run.
pub fn read_checkpoint<W: DeserializeOwned>(path: &Path, identity: &Identity) -> Result<Resumed<W>, CheckpointError> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| CheckpointError::Io { file: file.clone(), source })?;
    decode(&bytes, file, identity)
}

/// Reads the bytes of a checkpoint; `file` is named in errors.
pub(super) fn decode<W: DeserializeOwned>(
    bytes: &[u8],
    file: String,
    identity: &Identity,
) -> Result<Resumed<W>, CheckpointError> {
    let payload = payload(bytes).map_err(|why| CheckpointError::Damaged { file: file.clone(), why })?;
    let undecodable = |e: postcard::Error| CheckpointError::Damaged { file: file.clone(), why: e.to_string() };
    // The identity comes first: work of another method could not be decoded.
    let (found, rest) = postcard::take_from_bytes::<Identity>(payload).map_err(undecodable)?;
    if let Some((name, expected, found)) = identity.first_difference(&found) {
        return Err(CheckpointError::Other { file, name, found, expected });
    }
    let ((run, work, trace), rest) = postcard::take_from_bytes(rest).map_err(undecodable)?;
    if !rest.is_empty() {
        return Err(CheckpointError::Damaged { file, why: format!("{} bytes too many", rest.len()) });
    }
    Ok(Resumed { work, run, trace })
}

/// Checks the header and returns the payload.
fn payload(bytes: &[u8]) -> Result<&[u8], String> {
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        return Err(format!("{} bytes, shorter than a header", bytes.len()));
    };
    if &header[..8] != MAGIC {
        return Err("it does not begin with THALWEG".to_owned());
    }
    let number = |range: std::ops::Range<usize>| header[range].iter().rev().fold(0u64, |n, &b| n << 8 | u64::from(b));
    let (version, length, checksum) = (number(8..12), number(12..20), number(20..24));
    if version != u64::from(VERSION) {
        return Err(format!("it has version {version}, this program reads version {VERSION}"));
    }
    if length != payload.len() as u64 {
        return Err(format!("it is truncated or padded: {} bytes of payload, {length} announced", payload.len()));
    }
    if checksum != u64::from(crc32fast::hash(payload)) {
        return Err("its checksum does not match".to_owned());
    }
    Ok(payload)
}
