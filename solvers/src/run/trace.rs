//! Traces: one row of numbers for each step, from which every figure is made.

use super::{Counts, Oracle, Run};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// Rows of (iteration, seconds, counts, objective, measures).
///
/// A trace that outgrows its limit is thinned: every second row is dropped and recording goes on with twice the stride, so
/// the rows depend on the run alone. The first and the last row are always kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    measures: Vec<String>,
    rows: Vec<Row>,
    stride: u64,
    limit: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    iteration: u64,
    seconds: f64,
    counts: Counts,
    objective: f64,
    measures: Vec<f64>,
}

impl Default for Trace {
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl Trace {
    /// An empty trace of at most `limit` rows (at least 3).
    pub fn new(limit: usize) -> Self {
        Self { measures: Vec::new(), rows: Vec::new(), stride: 1, limit: limit.max(3) }
    }

    /// Prepares for a run: empty if the run is fresh; else with the rows up to where it goes on.
    pub(super) fn begin(&mut self, measures: &[&str], run: &Run, fresh: bool) {
        if fresh || self.measures != measures {
            *self = Self { measures: measures.iter().map(|&m| m.to_owned()).collect(), ..Self::new(self.limit) };
        }
        self.rows.retain(|row| row.iteration <= run.iteration);
        if self.rows.is_empty() {
            self.record(run);
        }
    }

    /// Records the state of a run.
    pub(super) fn record(&mut self, run: &Run) {
        // The last row stands in for all since the last multiple of the stride.
        if self.rows.len() > 1 && self.rows.last().is_some_and(|last| !last.iteration.is_multiple_of(self.stride)) {
            self.rows.pop();
        }
        self.rows.push(Row {
            iteration: run.iteration,
            seconds: run.seconds,
            counts: run.counts,
            objective: run.objective,
            measures: run.measures.clone(),
        });
        if self.rows.len() > self.limit {
            self.stride *= 2;
            let (first, last) = (self.rows[0].iteration, run.iteration);
            let kept = |k: u64| k.is_multiple_of(self.stride) || k == first || k == last;
            self.rows.retain(|row| kept(row.iteration));
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Column names and rows: iteration, seconds, the counts that are not 0 throughout, objective, measures.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<f64>>) {
        let used: Vec<Oracle> =
            Oracle::ALL.iter().copied().filter(|&o| self.rows.iter().any(|row| row.counts.get(o) > 0)).collect();
        let names = ["iteration", "seconds"].into_iter().chain(used.iter().map(|o| o.name())).chain(["objective"]);
        let names = names.map(str::to_owned).chain(self.measures.iter().cloned()).collect();
        let rows = self.rows.iter().map(|row| {
            [row.iteration as f64, row.seconds]
                .into_iter()
                .chain(used.iter().map(|&o| row.counts.get(o) as f64))
                .chain([row.objective])
                .chain(row.measures.iter().copied())
                .collect()
        });
        (names, rows.collect())
    }

    /// Writes the table as CSV, after lines `# key: value`.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_csv(&self, out: &mut dyn Write, metadata: &[(&str, String)]) -> io::Result<()> {
        for (key, value) in metadata {
            // A line break would end the comment.
            writeln!(out, "# {key}: {}", value.replace(['\n', '\r'], " "))?;
        }
        let (names, rows) = self.table();
        writeln!(out, "{}", names.join(","))?;
        for row in rows {
            let cells: Vec<String> =
                row.iter().map(|x| if x.is_finite() { format!("{x}") } else { "nan".to_owned() }).collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        Ok(())
    }
}
