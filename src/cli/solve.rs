//! `thalweg solve FILE`: finds the class of a file and runs its command.

use super::error::CliError;
use clap::Args;
use std::ffi::OsString;
use std::path::Path;

/// Solve a file with the command that fits it; every further option goes to that command.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  thalweg solve data/diabetes.svm                        = thalweg glm data/diabetes.svm
  thalweg solve data/wdbc.svm --loss logistic          = thalweg glm data/wdbc.svm --loss logistic
  thalweg solve PROBLEM.SIF                              = thalweg nlp PROBLEM.SIF")]
pub(super) struct SolveCommand {
    /// The problem: .svm, .libsvm or .SIF, gzipped or not.
    #[arg(required = true)]
    file: OsString,
    /// Options of the command.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<OsString>,
}

/// Replaces `solve FILE ...` by `CLASS FILE ...`.
pub(super) fn rewrite(mut arguments: Vec<OsString>) -> Result<Vec<OsString>, CliError> {
    if arguments.get(1).is_none_or(|a| a != "solve") {
        return Ok(arguments);
    }
    // The file comes first, as in the usage line.
    match arguments.get(2) {
        Some(file) if file == "-" || !file.to_string_lossy().starts_with('-') => {
            arguments[1] = class_of(Path::new(file))?.into();
            Ok(arguments)
        }
        Some(option) if option == "-h" || option == "--help" => Ok(arguments),
        _ => Err(CliError::usage("the file comes first: thalweg solve FILE [OPTIONS]")),
    }
}

/// The command that solves files with this name.
pub(super) fn class_of(file: &Path) -> Result<&'static str, CliError> {
    if file.as_os_str() == "-" {
        let message = "standard input has no name that tells the class; for LIBSVM data use: thalweg glm -";
        return Err(CliError::usage(message));
    }
    let name = file.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = Path::new(name).extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    match extension.as_str() {
        "svm" | "libsvm" => Ok("glm"),
        "sif" => Ok("nlp"),
        "nl" | "mps" | "qps" | "lp" | "blp" | "nfg" | "efg" => Err(CliError::file(
            "unsupported",
            file,
            format!("this version does not read .{extension} files; see: thalweg list"),
        )),
        "csv" | "tsv" | "mtx" => {
            let graph = if extension == "mtx" { ", thalweg glm propagate FILE LABELS.csv (a graph)" } else { "" };
            let fits = format!("thalweg inclusion FILE (payoffs of a matrix game){graph}");
            let message = format!("a .{extension} file fits several classes; say which: {fits}");
            Err(CliError::file("ambiguous", file, message))
        }
        _ => Err(CliError::file(
            "unknown",
            file,
            "the name does not tell the class; for LIBSVM data use: thalweg glm FILE",
        )),
    }
}

impl SolveCommand {
    /// Not reached with a file: `rewrite` has replaced the command.
    pub(super) fn run(self) -> Result<u8, CliError> {
        let Self { file, options } = self;
        Err(CliError::usage(format!("cannot solve {} with {} options", file.display(), options.len())))
    }
}
