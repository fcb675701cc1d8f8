//! Errors of the command line: one line, exit code 2.

use super::names;
use clap::error::ErrorKind;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;
use thalweg::Error;
use thalweg::formats::FormatError;
use thalweg::run::CheckpointError;

/// Why a command could not do its work.
#[derive(Debug)]
pub(super) enum CliError {
    /// clap's own: wrong usage, or help and version, which are no errors.
    Usage(Box<clap::Error>),
    /// Bad usage or input.
    Input { kind: &'static str, message: String, file: Option<String>, line: Option<u64>, column: Option<u64> },
    /// Standard output was closed by its reader: nothing is left to say.
    Closed,
}

impl CliError {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Input { kind: "usage", message: message.into(), file: None, line: None, column: None }
    }

    /// Something about a file as a whole.
    pub(super) fn file(kind: &'static str, file: &Path, message: impl std::fmt::Display) -> Self {
        let file = file.display().to_string();
        Self::Input { kind, message: format!("{file}: {message}"), file: Some(file), line: None, column: None }
    }

    /// The error as an object.
    pub(super) fn to_json(&self) -> Value {
        let (kind, message, file, line, column) = self.fields();
        let number = |n: Option<u64>| n.map_or(Value::Null, Value::from);
        json!({
            names::KIND: kind, names::MESSAGE: message, names::FILE: file,
            names::LINE: number(line), names::COLUMN: number(column),
        })
    }

    fn fields(&self) -> (&'static str, String, Option<&str>, Option<u64>, Option<u64>) {
        match self {
            Self::Closed => ("io", "standard output was closed".to_owned(), None, None, None),
            Self::Usage(error) => ("usage", one_line(error), None, None, None),
            Self::Input { kind, message, file, line, column } => {
                (kind, message.clone(), file.as_deref(), *line, *column)
            }
        }
    }

    /// Prints the error; returns the exit code.
    pub(super) fn report(&self, as_json: bool) -> u8 {
        match self {
            Self::Closed => return 0,
            Self::Usage(error) if !error.use_stderr() => {
                return match error.print() {
                    // A closed pipe ends the help quietly.
                    Err(e) if e.kind() != io::ErrorKind::BrokenPipe => 2,
                    _ => 0,
                };
            }
            Self::Usage(error) if !as_json && error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let _ = error.print();
                return 2;
            }
            _ => {}
        }
        let printed = as_json && {
            let object = json!({ names::ERROR: self.to_json() });
            let mut out = io::stdout().lock();
            writeln!(out, "{object}").and_then(|()| out.flush()).is_ok()
        };
        if !printed {
            // Nobody is left to hear of a failure here.
            let _ = writeln!(io::stderr(), "error: {}", self.fields().1);
        }
        2
    }
}

/// clap's message and tips in one line, without the usage text.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.trim_start_matches("error: ");
    // With a file already named, clap takes a second one for a command.
    if let Some(rest) = text.strip_prefix("the subcommand '")
        && let Some((word, _)) = rest.split_once('\'')
    {
        return format!("unexpected argument '{word}': one file is expected");
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing; see --help".to_owned();
    }
    let body = text.split("\n\nUsage:").next().unwrap_or(text);
    let body = body.split("\n\nFor more information").next().unwrap_or(body);
    let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let joined = lines.join("; ").replace(":; ", ": ").replace("; [possible values", " [possible values");
    match joined.strip_prefix("the following required arguments were not provided: ") {
        Some(names) => format!("missing: {}", names.replace(';', "")),
        None => joined,
    }
}

impl From<clap::Error> for CliError {
    fn from(error: clap::Error) -> Self {
        Self::Usage(Box::new(error))
    }
}

impl From<FormatError> for CliError {
    fn from(error: FormatError) -> Self {
        Self::Input {
            kind: error.kind(),
            // The library names its option, the user knows the flag.
            message: error.to_string().replace("(zero_based counts", "(--zero-based counts"),
            file: Some(error.file().to_owned()),
            line: error.line(),
            column: error.column(),
        }
    }
}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        match error {
            Error::Format(e) => e.into(),
            Error::Checkpoint(e) => {
                let file = match &e {
                    CheckpointError::Io { file, .. }
                    | CheckpointError::Damaged { file, .. }
                    | CheckpointError::Other { file, .. } => Some(file.clone()),
                    _ => None,
                };
                Self::Input { kind: "checkpoint", message: e.to_string(), file, line: None, column: None }
            }
            other => Self::Input { kind: "problem", message: other.to_string(), file: None, line: None, column: None },
        }
    }
}

impl From<thalweg::ProblemError> for CliError {
    fn from(error: thalweg::ProblemError) -> Self {
        Error::from(error).into()
    }
}

impl From<thalweg::report::ReportError> for CliError {
    fn from(error: thalweg::report::ReportError) -> Self {
        Self::Input { kind: "figure", message: error.to_string(), file: None, line: None, column: None }
    }
}
