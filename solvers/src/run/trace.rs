//! Traces: one row of numbers for each step, from which every figure is made.

use super::{Counts, Oracle, Run};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// Rows of (iteration, seconds, counts, objective, measures).
///
/// A trace that outgrows its limit is thinned: every second row is dropped and recording goes on with twice the stride, so
/// the rows depend on the run alone. The last row is always kept.
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
    /// An empty trace of at most `limit` rows (at least 2).
    pub fn new(limit: usize) -> Self {
        Self { measures: Vec::new(), rows: Vec::new(), stride: 1, limit: limit.max(2) }
    }

    /// Sets the names of the measures.
    pub(crate) fn begin(&mut self, measures: &[&str]) {
        self.measures = measures.iter().map(|&m| m.to_owned()).collect();
    }

    /// Records the state of a run.
    pub(crate) fn record(&mut self, run: &Run) {
        // The last row stands in for all since the last multiple of the stride.
        if self.rows.last().is_some_and(|last| last.iteration % self.stride != 0) {
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
            let (stride, last) = (self.stride, run.iteration);
            self.rows.retain(|row| row.iteration % stride == 0 || row.iteration == last);
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
            writeln!(out, "# {key}: {value}")?;
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
