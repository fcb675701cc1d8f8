//! The iteration log of `thalweg nlp`.

use super::output::Output;
use super::signals;
use std::io;
use std::sync::atomic::Ordering;
use thalweg::run::{Monitor, Run};

/// One line for every step, with the columns that users of Ipopt know: objective, largest violation and stationarity of the
/// scaled problem, step norm, log10 of the Hessian's shift, step length, trial points; and log10 of the two penalties where
/// a barrier method has mu.
#[derive(Debug, Default)]
pub(super) struct IterationLog {
    measures: &'static [&'static str],
    rows: u64,
}

/// Lines between two headers.
const PAGE: u64 = 20;

impl IterationLog {
    fn measure(&self, run: &Run, name: &str) -> Option<f64> {
        let at = self.measures.iter().position(|m| *m == name)?;
        run.measures.get(at).copied()
    }

    /// log10, with a dash for nothing.
    fn logarithm(value: Option<f64>) -> String {
        match value {
            Some(v) if v > 0.0 => format!("{:.1}", v.log10()),
            _ => "-".to_owned(),
        }
    }

    fn row(&mut self, run: &Run) -> io::Result<()> {
        let mut out = Output::default();
        if self.rows.is_multiple_of(PAGE) {
            out.line(format!(
                "{:>5} {:>17} {:>9} {:>9} {:>6} {:>6} {:>9} {:>6} {:>9} {:>3}",
                "iter", "objective", "inf_pr", "inf_du", "lg(e1)", "lg(e2)", "||d||", "lg(rg)", "alpha", "ls"
            ));
        }
        self.rows += 1;
        let scientific = |name| self.measure(run, name).map_or_else(|| "-".to_owned(), |v| format!("{v:.2e}"));
        let dash = || "-".to_owned();
        let (length, step, trials) = if run.iteration == 0 {
            (dash(), dash(), dash())
        } else {
            let trials = self.measure(run, "trials").map_or_else(dash, |v| format!("{v:.0}"));
            (scientific("direction"), scientific("step"), trials)
        };
        out.line(format!(
            "{:>5} {:>17.9e} {:>9} {:>9} {:>6} {:>6} {:>9} {:>6} {step:>9} {trials:>3}",
            run.iteration,
            run.objective,
            scientific("primal_infeasibility"),
            scientific("stationarity"),
            Self::logarithm(self.measure(run, "constraint_penalty")),
            Self::logarithm(self.measure(run, "gradient_penalty")),
            length,
            Self::logarithm(self.measure(run, "regularization")),
        ));
        if out.print().is_err() {
            // Nobody reads on.
            signals::STOP.store(true, Ordering::Relaxed);
            return Err(io::Error::new(io::ErrorKind::BrokenPipe, "standard output was closed"));
        }
        Ok(())
    }
}

impl Monitor for IterationLog {
    fn started(&mut self, _: &str, measures: &'static [&'static str], run: &Run) -> io::Result<()> {
        self.measures = measures;
        self.row(run)
    }

    fn stepped(&mut self, run: &Run) -> io::Result<()> {
        self.row(run)
    }
}
