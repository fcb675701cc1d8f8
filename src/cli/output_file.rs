//! Files that are written whole or not at all, and known to be writable before the work begins.

use super::error::CliError;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// An output file, known to be writable.
#[derive(Debug)]
pub(super) struct OutputFile {
    path: PathBuf,
}

impl OutputFile {
    /// Checks that the file can be written; nothing changes on disk.
    pub(super) fn check(path: &Path) -> Result<Self, CliError> {
        let fail = |why: &str| CliError::file("unwritable", path, format!("cannot be written: {why}"));
        if is_stdout(path) {
            return Err(fail("standard output takes the result alone; a file of that name is ./-"));
        }
        if let Ok(data) = fs::metadata(path) {
            if data.is_dir() {
                return Err(fail("it is a folder"));
            }
            if data.permissions().readonly() {
                return Err(fail("it is read-only"));
            }
            if !data.is_file() {
                return Ok(Self { path: path.to_owned() });
            }
        }
        if !folder(path).is_dir() {
            return Err(fail(&format!("there is no folder {}", folder(path).display())));
        }
        tempfile::NamedTempFile::new_in(folder(&resolved(path))).map_err(|e| fail(&e.kind().to_string()))?;
        Ok(Self { path: path.to_owned() })
    }

    /// As [`check`](Self::check), for a figure.
    pub(super) fn check_figure(path: &Path) -> Result<Self, CliError> {
        if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("svg")) {
            return Err(CliError::file("usage", path, "figures are written as .svg"));
        }
        Self::check(path)
    }

    /// As [`check`](Self::check), for a file that is replaced again and again: no device, no pipe.
    pub(super) fn check_replaceable(path: &Path) -> Result<Self, CliError> {
        if fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
            let why = "cannot be written: it is no regular file, which a checkpoint needs";
            return Err(CliError::file("unwritable", path, why));
        }
        Self::check(path)
    }

    /// Writes through a temporary file in the same folder, synced and renamed.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        let attempt = || -> io::Result<()> {
            // A device or pipe has no temporary neighbour.
            if fs::metadata(&self.path).is_ok_and(|m| !m.is_file()) {
                let mut file = io::BufWriter::new(fs::File::create(&self.path)?);
                write(&mut file)?;
                return file.flush();
            }
            let path = resolved(&self.path);
            let mut builder = tempfile::Builder::new();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                builder.permissions(fs::Permissions::from_mode(0o666));
            }
            let file = builder.tempfile_in(folder(&path))?;
            let mut out = io::BufWriter::new(file);
            write(&mut out)?;
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|e| e.error)?;
            Ok(())
        };
        attempt().map_err(|e| CliError::file("io", &self.path, format!("cannot be written: {e}")))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Refuses two outputs that are one file, and an output that would replace an input. Options go with their paths.
pub(super) fn check_distinct(outputs: &[(&str, &Path)], inputs: &[(&str, &Path)]) -> Result<(), CliError> {
    for (k, (name, path)) in outputs.iter().enumerate() {
        if let Some((other, _)) = outputs[..k].iter().find(|(_, p)| same_file(p, path)) {
            return Err(CliError::file("usage", path, format!("{other} and {name} are the same file")));
        }
        if let Some((other, _)) = inputs.iter().find(|(_, p)| same_file(p, path)) {
            return Err(CliError::file("usage", path, format!("{name} would replace {other}")));
        }
    }
    Ok(())
}

/// Whether two paths name one regular file, or will.
fn same_file(a: &Path, b: &Path) -> bool {
    let full = |path: &Path| {
        let parent = fs::canonicalize(folder(path)).ok()?;
        let path = resolved(&parent.join(path.file_name()?));
        (!path.exists() || path.is_file()).then_some(path)
    };
    !is_stdout(a) && !is_stdout(b) && full(a).is_some_and(|a| Some(a) == full(b))
}

/// The file behind symbolic links.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
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
