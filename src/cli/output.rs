//! Results on stdout through one writer, and files that are written whole or not at all.

use super::error::CliError;
use serde_json::{Number, Value};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Collects the output of a command and prints it at once; a reader that has gone away ends the program quietly.
#[derive(Debug, Default)]
pub(super) struct Output {
    text: String,
}

impl Output {
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Prints what was collected.
    pub(super) fn print(&mut self) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        let written = out.write_all(self.text.as_bytes()).and_then(|()| out.flush());
        self.text.clear();
        written.map_err(|e| match e.kind() {
            io::ErrorKind::BrokenPipe => CliError::Closed,
            _ => CliError::file("io", Path::new("standard output"), e),
        })
    }
}

/// A number in JSON: null if it is not finite.
pub(super) fn number(x: f64) -> Value {
    Number::from_f64(x).map_or(Value::Null, Value::Number)
}

/// An output file, known to be writable before the work begins.
#[derive(Debug)]
pub(super) struct OutputFile {
    path: PathBuf,
}

impl OutputFile {
    /// Checks that the file can be written; nothing changes on disk.
    pub(super) fn check(path: &Path) -> Result<Self, CliError> {
        let fail =
            |why: &dyn std::fmt::Display| CliError::file("unwritable", path, format!("cannot be written: {why}"));
        if path.is_dir() {
            return Err(fail(&"it is a folder"));
        }
        if path.exists() && std::fs::metadata(path).is_ok_and(|m| m.permissions().readonly()) {
            return Err(fail(&"it is read-only"));
        }
        tempfile::NamedTempFile::new_in(folder(path)).map_err(|e| fail(&e.kind()))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Writes through a temporary file in the same folder, synced and renamed.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        let attempt = || -> io::Result<()> {
            // A device or pipe has no temporary neighbour.
            if std::fs::metadata(&self.path).is_ok_and(|m| !m.is_file()) {
                let mut file = io::BufWriter::new(std::fs::File::create(&self.path)?);
                write(&mut file)?;
                return file.flush();
            }
            let mut builder = tempfile::Builder::new();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                builder.permissions(std::fs::Permissions::from_mode(0o666));
            }
            let file = builder.tempfile_in(folder(&self.path))?;
            let mut out = io::BufWriter::new(file);
            write(&mut out)?;
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|e| e.error)?;
            Ok(())
        };
        attempt().map_err(|e| CliError::file("io", &self.path, format!("cannot be written: {e}")))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether a path means standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A count with thin separators: 1 234 567.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (k, c) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// A number for people: up to ten significant digits.
pub(super) fn short(x: f64) -> String {
    let plain = format!("{x:.*}", (9 - x.abs().max(1e-300).log10().floor() as i32).clamp(0, 17) as usize);
    if x == 0.0 {
        "0".to_owned()
    } else if x.abs() >= 1e10 || x.abs() < 1e-4 {
        format!("{x:.9e}")
    } else if plain.contains('.') {
        plain.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        plain
    }
}
