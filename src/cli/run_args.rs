//! Options that every class shares, and what they set up around a run.

use super::error::CliError;
use super::output::{OutputFile, is_stdout};
use super::progress::Progress;
use super::{OutputArgs, signals};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Duration;
use thalweg::report::{FigureOptions, TraceTable, figure_from_traces};
use thalweg::run::{CheckpointPlan, Session, Trace};

/// Options of a run.
#[derive(Args, Debug, Clone)]
pub(super) struct RunArgs {
    /// Tolerance of the certificate.
    #[arg(long, value_name = "T", default_value_t = 1e-6, allow_negative_numbers = true, help_heading = "Run")]
    pub(super) tol: f64,
    /// Steps at most.
    #[arg(long, value_name = "N", default_value_t = 10_000, help_heading = "Run")]
    pub(super) max_iter: u64,
    /// Seconds at most.
    #[arg(long, value_name = "S", allow_negative_numbers = true, help_heading = "Run")]
    time_limit: Option<f64>,
    /// Seed of everything random.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Run")]
    pub(super) seed: u64,
    /// Threads; 0 is one per core. The result does not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Run")]
    threads: usize,
    /// Start from this solution or model file.
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(super) start: Option<PathBuf>,
    /// Read options from a TOML file (keys are the long names; a flag overrules the file).
    #[arg(long, value_name = "FILE.toml", help_heading = "Run")]
    pub(super) options: Option<PathBuf>,
    /// Keep the state of the run in this file: at intervals and at the end.
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    checkpoint: Option<PathBuf>,
    /// Seconds between two checkpoints.
    #[arg(long, value_name = "S", default_value_t = 30.0, help_heading = "Run", requires = "checkpoint")]
    checkpoint_every: f64,
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
        let positive = |name: &str, value: Option<f64>| match value {
            Some(v) if !(v.is_finite() && v >= 0.0) => {
                Err(CliError::usage(format!("--{name} is {v}, expected a finite number of at least 0")))
            }
            _ => Ok(()),
        };
        positive("tol", Some(self.tol))?;
        positive("time-limit", self.time_limit)?;
        positive("checkpoint-every", Some(self.checkpoint_every))?;
        if let Some(path) = &self.plot
            && !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("svg"))
        {
            return Err(CliError::file("usage", path, "figures are written as .svg"));
        }
        if let Some(path) = &self.checkpoint {
            OutputFile::check(path)?;
        }
        let check = |path: &Option<PathBuf>| path.as_deref().map(OutputFile::check).transpose();
        let solution = self.solution.clone().filter(|path| !is_stdout(path));
        Ok(RunFiles { solution: check(&solution)?, trace: check(&self.trace)?, plot: check(&self.plot)? })
    }

    /// Whether the solution is to be printed.
    pub(super) fn prints_solution(&self) -> bool {
        self.solution.as_deref().is_some_and(is_stdout)
    }

    pub(super) fn time_limit(&self) -> Option<Duration> {
        self.time_limit.map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX))
    }

    /// The session of the run.
    pub(super) fn session<'a>(&self, progress: &'a mut Progress, trace: Option<&'a mut Trace>) -> Session<'a> {
        Session {
            stop: Some(&signals::STOP),
            monitors: vec![progress],
            trace,
            checkpoint: self.checkpoint.clone().map(|path| CheckpointPlan {
                path,
                interval: Duration::try_from_secs_f64(self.checkpoint_every).unwrap_or(Duration::MAX),
            }),
            resume: self.resume.clone(),
            ..Session::default()
        }
    }

    pub(super) fn progress(&self) -> Progress {
        Progress::new(self.output.quiet, self.output.verbose)
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
    /// Whether the steps must be recorded.
    pub(super) fn wants_trace(&self) -> bool {
        self.trace.is_some() || self.plot.is_some()
    }

    /// Writes trace and figure. Returns the paths written.
    pub(super) fn write_trace(&self, trace: &Trace, labels: &TraceLabels) -> Result<Vec<String>, CliError> {
        let metadata = [
            ("class", labels.class.to_owned()),
            ("solver", labels.solver.clone()),
            ("problem", labels.problem.clone()),
            ("command", labels.command.clone()),
            ("seed", labels.seed.to_string()),
        ];
        let mut written = Vec::new();
        if let Some(file) = &self.trace {
            file.write(|out| trace.write_csv(out, &metadata))?;
            written.push(file.path().display().to_string());
        }
        if let Some(file) = &self.plot {
            let (columns, rows) = trace.table();
            let mut table = TraceTable::new(labels.problem.clone(), columns, rows)?;
            for (key, value) in metadata {
                table = table.with_metadata(key, value);
            }
            let x = if table.column(labels.x).is_ok() { labels.x } else { "iteration" };
            let svg = figure_from_traces(&[table], x, labels.y, &FigureOptions::default())?.to_svg()?;
            file.write(|out| out.write_all(svg.as_bytes()))?;
            written.push(file.path().display().to_string());
        }
        Ok(written)
    }
}

/// A file's name without its folder, for titles.
pub(super) fn problem_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}
