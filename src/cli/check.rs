//! `thalweg check`: whether a problem is what it says.

use super::error::CliError;
use super::output::{Output, counted, number, short};
use super::sif::{SifArgs, is_sif, read_point};
use super::{OutputArgs, names};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Two derivatives agree if they differ by at most this, relative to the larger one or 1.
const STATED_TOLERANCE: f64 = 1e-6;

/// Check the derivatives of a problem; exit code 1 if one is wrong.
#[derive(Args, Debug)]
#[command(after_help = "\
The derivatives that a SIF file states (G and H cards) are compared with those of its functions (F cards).

Example:
  thalweg check data/sif/ROUNDABOUT.SIF --derivatives")]
pub(super) struct CheckCommand {
    /// The problem (SIF), gzipped or not; - is standard input.
    file: PathBuf,
    /// Check the derivatives.
    #[arg(long, required = true)]
    derivatives: bool,
    /// Check at this point instead of the start and a point near it: one number per variable.
    #[arg(long, value_name = "FILE")]
    at: Option<PathBuf>,
    #[command(flatten)]
    sif: SifArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl CheckCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        if self.file.as_os_str() != "-" && !is_sif(&self.file)? {
            return Err(CliError::file("unsupported", &self.file, "only SIF files have derivatives to check"));
        }
        let problem = self.sif.read(&self.file)?;
        let points = match &self.at {
            Some(path) => vec![("the given point", read_point(path, problem.start().len())?)],
            None => vec![("the start", problem.start().to_vec()), ("a point near the start", problem.nearby())],
        };
        let mut out = Output::default();
        let mut wrong = 0;
        let mut checks = Vec::new();
        for (place, x) in &points {
            let report = problem.compare_stated(x, STATED_TOLERANCE);
            wrong += report.wrong;
            let first = report.first.as_ref().map(|e| {
                format!(
                    "line {}: {} of `{}` (type {}) is stated as {}, it is {}",
                    e.line,
                    e.derivative,
                    e.item,
                    e.kind,
                    short(e.stated),
                    short(e.exact)
                )
            });
            if self.output.json {
                let first = report.first.as_ref().map_or(Value::Null, |e| {
                    json!({
                        names::LINE: e.line, "item": e.item.to_string(), "type": e.kind.to_string(),
                        "derivative": e.derivative, "stated": number(e.stated), "exact": number(e.exact),
                        names::MESSAGE: first,
                    })
                });
                checks.push(json!({
                    names::NAME: "stated_derivatives", "at": place, "compared": report.compared,
                    "undefined": report.undefined, "wrong": report.wrong, "first": first,
                }));
            } else {
                let undefined = match report.undefined {
                    0 => String::new(),
                    count => format!(", {count} undefined"),
                };
                let stated = counted(report.compared, "stated derivative");
                out.line(format!("{place}: {stated} compared, {} wrong{undefined}", report.wrong));
                if let Some(first) = first {
                    out.line(format!("  first: {first}"));
                }
            }
        }
        if self.output.json {
            let object = json!({
                names::CLASS: "nlp", names::PROBLEM: { names::NAME: problem.name() },
                names::TOLERANCE: number(STATED_TOLERANCE), "checks": checks, names::WARNINGS: problem.warnings(),
            });
            out.line(object.to_string());
        }
        if !self.output.quiet || self.output.json {
            out.print()?;
        }
        Ok(u8::from(wrong > 0))
    }
}
