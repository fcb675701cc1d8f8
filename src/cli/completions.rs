//! `thalweg completions`: completion scripts for shells.

use super::Cli;
use super::error::CliError;
use super::output::Output;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print a completion script for a shell.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  thalweg completions bash > ~/.local/share/bash-completion/completions/thalweg")]
pub(super) struct CompletionsCommand {
    /// The shell.
    shell: Shell,
}

impl CompletionsCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "thalweg", &mut script);
        let mut out = Output::default();
        out.line(String::from_utf8_lossy(&script).trim_end());
        out.print()?;
        Ok(0)
    }
}
