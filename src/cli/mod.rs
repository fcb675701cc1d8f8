//! The command line: one file per command, and what they share.
//!
//! | file | what |
//! |---|---|
//! | `glm.rs` `glm_args.rs` `glm_blocks.rs` `glm_data.rs` `glm_report.rs` | `thalweg glm` |
//! | `glm_predict.rs` `glm_model.rs` `answer.rs` | `thalweg glm predict`; files of models and of solutions |
//! | `glm_groups.rs` | penalties of groups, several targets |
//! | `glm_path.rs` `path_args.rs` `path_report.rs` `path_figure.rs` | paths and cross-validation |
//! | `glm_propagate.rs` | `thalweg glm propagate` |
//! | `inclusion.rs` `inclusion_data.rs` `inclusion_solver.rs` | `thalweg inclusion` |
//! | `nlp.rs` `nlp_log.rs` `nlp_answer.rs` | `thalweg nlp`; its log; files of points |
//! | `result.rs` | what every class prints of a solution |
//! | `solve.rs` `info.rs` `verify.rs` `list.rs` `plot.rs` `completions.rs` | the other commands |
//! | `sif.rs` `check.rs` | SIF files; `thalweg check` |
//! | `run_args.rs` | options that every class shares |
//! | `values.rs` | what the values of options may be |
//! | `options_file.rs` | `--options FILE.toml`: flag over file over default |
//! | `output.rs` `error.rs` `names.rs` | results on stdout, errors, names in JSON |
//! | `output_file.rs` | files written whole or not at all |
//! | `progress.rs` `signals.rs` | progress on stderr; Ctrl-C |

mod answer;
mod check;
mod completions;
mod error;
mod glm;
mod glm_args;
mod glm_blocks;
mod glm_data;
mod glm_groups;
mod glm_model;
mod glm_path;
mod glm_predict;
mod glm_propagate;
mod glm_report;
mod glm_softmax;
mod glm_svm;
mod inclusion;
mod inclusion_data;
mod inclusion_solver;
mod info;
mod list;
mod names;
mod nlp;
mod nlp_answer;
mod nlp_log;
mod options_file;
mod output;
mod output_file;
mod path_args;
mod path_figure;
mod path_report;
mod plot;
mod progress;
mod result;
mod run_args;
mod sif;
mod signals;
mod solve;
mod values;
mod verify;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use error::CliError;
use std::ffi::OsString;

/// Structured-optimisation solvers: deterministic to the bit, certified.
#[derive(Parser, Debug)]
#[command(name = "thalweg", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  thalweg glm data/diabetes.svm --intercept --standardize          a Lasso, certified
  thalweg glm data/wdbc.svm --loss logistic --lambda-ratio 0.05    sparse logistic regression
  thalweg info data/wdbc.svm                                       what is in a file
  thalweg list --solvers                                           classes and their solvers

Exit codes: 0 solved, 1 a point without proof (or a check that failed), 2 wrong usage or input,
3 a proof that there is no solution, 4 the computation broke down.";

#[derive(Subcommand, Debug)]
enum Command {
    Glm(Box<glm::GlmCommand>),
    Inclusion(Box<inclusion::InclusionCommand>),
    Nlp(Box<nlp::NlpCommand>),
    Solve(solve::SolveCommand),
    Info(info::InfoCommand),
    Check(Box<check::CheckCommand>),
    Verify(Box<verify::VerifyCommand>),
    Plot(plot::PlotCommand),
    List(list::ListCommand),
    Completions(completions::CompletionsCommand),
}

/// Output options of every command.
#[derive(Args, Debug, Clone, Default)]
struct OutputArgs {
    /// Print one JSON object instead of text.
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// Print errors only.
    #[arg(long, short, help_heading = "Output", conflicts_with = "verbose")]
    quiet: bool,
    /// Print a line for every step to stderr.
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
}

/// Runs the program; returns its exit code.
pub(crate) fn run(arguments: Vec<OsString>) -> u8 {
    let json = arguments.iter().any(|a| a == "--json");
    match parse(arguments).and_then(|(cli, given)| dispatch(cli, &given)) {
        Ok(code) => code,
        Err(error) => error.report(json),
    }
}

/// Where the options of a command came from.
#[derive(Debug, Default)]
struct Given {
    /// The arguments as typed, without the program's name, quoted where a shell needs it.
    typed: Vec<String>,
    /// Options that are not defaults, as `--name value`, with where they came from.
    options: Vec<(String, String)>,
}

/// Parses the arguments, the options file merged in.
fn parse(arguments: Vec<OsString>) -> Result<(Cli, Given), CliError> {
    let arguments = solve::rewrite(arguments)?;
    let typed = arguments.iter().skip(1).map(|a| quoted(&a.to_string_lossy())).collect();
    let (arguments, file) = options_file::merge(arguments, &Cli::command())?;
    let matches = Cli::command().try_get_matches_from(&arguments)?;
    let options = options_file::origins(&Cli::command(), &matches, file.as_ref());
    Ok((Cli::from_arg_matches(&matches)?, Given { typed, options }))
}

/// An argument as a shell would take it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=+:,@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', "'\\''"))
    }
}

fn dispatch(cli: Cli, given: &Given) -> Result<u8, CliError> {
    match cli.command {
        Command::Glm(command) => command.run(given),
        Command::Inclusion(command) => command.run(given),
        Command::Nlp(command) => command.run(given),
        Command::Solve(command) => command.run(),
        Command::Info(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Plot(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Completions(command) => command.run(),
    }
}
