//! Options that every class shares, and what they set up around a run.

use super::error::CliError;
use super::output::Output;
use super::output_file::{OutputFile, is_stdout};
use super::progress::Progress;
use super::{OutputArgs, signals, values};
use clap::Args;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use thalweg::report::{FigureOptions, TraceTable, figure_from_traces};
use thalweg::run::{CheckpointPlan, Limits, Session, Trace};

/// Seconds between two checkpoints if none are given.
const CHECKPOINT_EVERY: f64 = 30.0;

/// Options of a run.
#[derive(Args, Debug, Clone)]
pub(super) struct RunArgs {
    /// Tolerance of the certificate.
    #[arg(long, value_name = "T", default_value = "1e-6", help_heading = "Run")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    pub(super) tol: f64,
    /// Steps at most.
    #[arg(long, value_name = "N", default_value = "10000", help_heading = "Run")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) max_iter: u64,
    /// Seconds at most.
    #[arg(long, value_name = "S", help_heading = "Run")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    time_limit: Option<f64>,
    /// Seed of everything random.
    #[arg(long, value_name = "N", default_value = "0", help_heading = "Run")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Threads, 0 for one per core; the result does not depend on it.
    #[arg(long, value_name = "N", default_value = "0", help_heading = "Run")]
    #[arg(value_parser = values::threads, allow_negative_numbers = true)]
    threads: usize,
    /// Start from this solution or model file.
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(super) start: Option<PathBuf>,
    /// Options from a TOML file: keys are the long names, flags overrule it.
    #[arg(long, value_name = "FILE.toml", help_heading = "Run")]
    pub(super) options: Option<PathBuf>,
    /// Keep the state of the run here: at intervals and at the end.
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    checkpoint: Option<PathBuf>,
    /// Seconds between two checkpoints [default: 30].
    #[arg(long, value_name = "S", help_heading = "Run")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    checkpoint_every: Option<f64>,
    /// Go on from a checkpoint of the same problem and options.
    #[arg(long, value_name = "FILE", help_heading = "Run", conflicts_with = "start")]
    resume: Option<PathBuf>,
    /// Write the solution (text, or JSON if the name ends in .json; - prints it).
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    solution: Option<PathBuf>,
    /// Write one row of numbers per step.
    #[arg(long, value_name = "FILE.csv", help_heading = "Output")]
    trace: Option<PathBuf>,
    /// Draw the convergence.
    #[arg(long, value_name = "FILE.svg", help_heading = "Output")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// The files of a run, all known to be writable.
#[derive(Debug)]
pub(super) struct RunFiles {
    pub(super) solution: Option<OutputFile>,
    trace: Option<OutputFile>,
    plot: Option<OutputFile>,
}

impl RunArgs {
    /// Checks every number and every output before the work begins.
    pub(super) fn prepare(&self) -> Result<RunFiles, CliError> {
        if self.checkpoint_every.is_some() && self.checkpoint.is_none() {
            return Err(CliError::usage("--checkpoint-every needs --checkpoint FILE"));
        }
        if let Some(path) = &self.checkpoint {
            OutputFile::check_replaceable(path)?;
        }
        let check = |path: &Option<PathBuf>| path.as_deref().map(OutputFile::check).transpose();
        let solution = self.solution.clone().filter(|path| !is_stdout(path));
        let plot = self.plot.as_deref().map(OutputFile::check_figure).transpose()?;
        Ok(RunFiles { solution: check(&solution)?, trace: check(&self.trace)?, plot })
    }

    /// The files that the run writes, with their options.
    pub(super) fn outputs(&self) -> Vec<(&'static str, &Path)> {
        let files = [
            ("--solution", &self.solution),
            ("--trace", &self.trace),
            ("--plot", &self.plot),
            ("--checkpoint", &self.checkpoint),
        ];
        files.into_iter().filter_map(|(name, path)| Some((name, path.as_deref()?))).collect()
    }

    /// Whether the solution is to be printed.
    pub(super) fn prints_solution(&self) -> bool {
        self.solution.as_deref().is_some_and(is_stdout)
    }

    pub(super) fn time_limit(&self) -> Option<Duration> {
        self.time_limit.map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX))
    }

    /// Steps and time at most.
    pub(super) fn limits(&self) -> Limits {
        Limits { max_iterations: self.max_iter, time_limit: self.time_limit() }
    }

    /// The session of the run.
    pub(super) fn session<'a>(&self, progress: &'a mut Progress, trace: Option<&'a mut Trace>) -> Session<'a> {
        signals::install();
        Session {
            stop: Some(&signals::STOP),
            monitors: vec![progress],
            trace,
            checkpoint: self.checkpoint.clone().map(|path| CheckpointPlan {
                path,
                interval: Duration::try_from_secs_f64(self.checkpoint_every.unwrap_or(CHECKPOINT_EVERY))
                    .unwrap_or(Duration::MAX),
            }),
            resume: self.resume.clone(),
            ..Session::default()
        }
    }

    /// Progress that begins with a header; without a reader and without files to write, the run stops.
    pub(super) fn progress(&self, header: Option<Output>, writes_files: bool) -> Progress {
        Progress::new(self.output.quiet, self.output.verbose, header, writes_files)
    }

    /// Runs `work` in a pool of the asked size; also returns the number of threads.
    pub(super) fn in_pool<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<(T, usize), CliError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .map_err(|e| CliError::usage(format!("--threads {}: {e}", self.threads)))?;
        Ok((pool.install(work), pool.current_num_threads()))
    }
}

/// What a trace says about its run.
#[derive(Debug)]
pub(super) struct TraceLabels {
    pub(super) class: &'static str,
    pub(super) solver: String,
    pub(super) problem: String,
    pub(super) command: String,
    pub(super) seed: u64,
    /// The columns of the figure.
    pub(super) x: &'static str,
    pub(super) y: &'static str,
}

impl RunFiles {
    /// Takes the figure over, for a command that draws something else.
    pub(super) fn take_plot(&mut self) -> Option<OutputFile> {
        self.plot.take()
    }

    /// Whether the steps must be recorded.
    pub(super) fn wants_trace(&self) -> bool {
        self.trace.is_some() || self.plot.is_some()
    }

    /// Writes trace and figure.
    pub(super) fn write_trace(&self, trace: &Trace, labels: &TraceLabels, written: &mut Written) {
        let metadata = [
            ("class", labels.class.to_owned()),
            ("solver", labels.solver.clone()),
            ("problem", labels.problem.clone()),
            ("command", labels.command.clone()),
            ("seed", labels.seed.to_string()),
        ];
        if let Some(file) = &self.trace {
            written.add(file, |out| trace.write_csv(out, &metadata));
        }
        if let Some(file) = &self.plot {
            let svg = || -> Result<String, CliError> {
                let (columns, rows) = trace.table();
                let mut table = TraceTable::new(labels.problem.clone(), columns, rows)?;
                for (key, value) in metadata {
                    table = table.with_metadata(key, value);
                }
                let x = if table.column(labels.x).is_ok() { labels.x } else { "iteration" };
                Ok(figure_from_traces(&[table], x, labels.y, &FigureOptions::default())?.to_svg()?)
            };
            match svg() {
                Ok(svg) => written.add(file, |out| out.write_all(svg.as_bytes())),
                Err(error) => written.failed(error),
            }
        }
    }
}

/// What a run has written, and what it could not write: a result is shown even if a disk is full.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) paths: Vec<String>,
    pub(super) failure: Option<CliError>,
}

impl Written {
    /// Writes a file.
    pub(super) fn add(&mut self, file: &OutputFile, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        match file.write(write) {
            Ok(()) => self.paths.push(file.path().display().to_string()),
            Err(error) => self.failed(error),
        }
    }

    /// Keeps the first failure.
    pub(super) fn failed(&mut self, error: CliError) {
        self.failure.get_or_insert(error);
    }
}

/// A file's name without its folder, for titles.
pub(super) fn problem_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}
