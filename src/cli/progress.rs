//! Progress of a run on stderr.

use super::output::Output;
use super::signals;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;
use thalweg::run::{Monitor, Run, Status};

/// A spinner with iteration, objective and the first measures, on a terminal; a line per step if verbose.
#[derive(Debug)]
pub(super) struct Progress {
    /// Printed once the run is sure to begin.
    header: Option<Output>,
    writes_files: bool,
    bar: Option<ProgressBar>,
    verbose: bool,
    measures: &'static [&'static str],
}

impl Progress {
    /// Besides the header, shows nothing if `quiet`, or if stderr is no terminal and `verbose` is not set.
    pub(super) fn new(quiet: bool, verbose: bool, header: Option<Output>, writes_files: bool) -> Self {
        let bar = (!quiet && !verbose && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { header, writes_files, bar, verbose: verbose && !quiet, measures: &[] }
    }

    fn message(&self, run: &Run, measures: usize) -> String {
        let shown = self.measures.iter().zip(&run.measures).filter(|(_, v)| !v.is_nan()).take(measures);
        let shown: Vec<String> = shown
            .map(
                |(name, v)| {
                    if v.fract() == 0.0 && v.abs() < 1e9 { format!("{name} {v}") } else { format!("{name} {v:.3e}") }
                },
            )
            .collect();
        format!("iteration {}  objective {:.9e}  {}", run.iteration, run.objective, shown.join("  "))
    }
}

impl Monitor for Progress {
    fn started(&mut self, _: &str, measures: &'static [&'static str], run: &Run) -> io::Result<()> {
        self.measures = measures;
        if let Some(mut header) = self.header.take()
            && header.print().is_err()
            && !self.writes_files
        {
            // Nobody reads the result and nothing keeps it.
            signals::STOP.store(true, Ordering::Relaxed);
        }
        if self.verbose { self.stepped(run) } else { Ok(()) }
    }

    fn stepped(&mut self, run: &Run) -> io::Result<()> {
        if let Some(bar) = &self.bar {
            bar.set_message(self.message(run, 2));
        }
        if self.verbose {
            writeln!(io::stderr(), "{}", self.message(run, usize::MAX))?;
        }
        Ok(())
    }

    fn finished(&mut self, _: &Run, _: Status) -> io::Result<()> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        Ok(())
    }
}
