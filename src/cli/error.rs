//! Errors of the command line: one line, exit code 2.

use super::names;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use thalweg::Error;
use thalweg::formats::FormatError;

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

    /// Prints the error; returns the exit code.
    #[expect(clippy::print_stderr, reason = "errors belong on stderr")]
    pub(super) fn report(&self, as_json: bool) -> u8 {
        let (kind, message, file, line, column) = match self {
            Self::Closed => return 0,
            Self::Usage(error) if !error.use_stderr() => {
                // A closed pipe ends the help quietly.
                let _ = error.print();
                return 0;
            }
            Self::Usage(error) if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let _ = error.print();
                return 2;
            }
            Self::Usage(error) => ("usage", one_line(&error.to_string()), &None, None, None),
            Self::Input { kind, message, file, line, column } => (*kind, message.clone(), file, *line, *column),
        };
        if as_json {
            let number = |n: Option<u64>| n.map_or(Value::Null, Value::from);
            let object = json!({ names::ERROR: {
                names::KIND: kind, names::MESSAGE: message, names::FILE: file,
                names::LINE: number(line), names::COLUMN: number(column),
            }});
            let _ = writeln!(std::io::stdout(), "{object}");
        } else {
            eprintln!("error: {message}");
        }
        2
    }
}

/// clap's message and tips without the usage text.
fn one_line(text: &str) -> String {
    let text = text.trim_start_matches("error: ");
    let body = text.split("\n\nUsage:").next().unwrap_or(text);
    let body = body.split("\n\nFor more information").next().unwrap_or(body);
    body.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
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
            message: error.to_string(),
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
                Self::Input { kind: "checkpoint", message: e.to_string(), file: None, line: None, column: None }
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
