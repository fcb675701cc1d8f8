//! `thalweg check`: whether a problem is what it says.

use super::error::CliError;
use super::output::{Output, counted, number, short};
use super::sif::{SifArgs, is_sif, read_point};
use super::{OutputArgs, names};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use thalweg::formats::sif::SifProblem;
use thalweg::nlp::{NonlinearProgram, PartiallySeparable, check_derivatives};

/// Two derivatives agree if they differ by at most this, relative to the larger one. Literals of single precision make
/// correct cards differ by up to about 1e-6.
const STATED_TOLERANCE: f64 = 1e-5;

/// Check the derivatives of a problem; exit code 1 if one is wrong.
#[derive(Args, Debug)]
#[command(after_help = "\
The derivatives that a SIF file states (G and H cards) are compared with those of its functions (F cards), and those
that solvers get with central differences.

Example:
  thalweg check data/sif/MISSTATED.SIF --derivatives")]
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

/// Problems with more variables or constraints are not compared with central differences, which cost that many evaluations.
const MOST_DIFFERENCES: usize = 500;

/// A central difference may be off by this, relative to the largest derivative of the function.
const DIFFERENCE_TOLERANCE: f64 = 1e-4;

/// What one comparison at one point found.
struct Comparison {
    name: &'static str,
    place: &'static str,
    compared: u64,
    wrong: u64,
    /// The first wrong entry: in words, and for programs.
    first: Option<(String, Value)>,
    /// Why something was not compared.
    remark: Option<String>,
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
        let program = problem.program();
        let mut comparisons = Vec::new();
        for (place, x) in &points {
            comparisons.push(stated(&problem, place, x));
        }
        // At starts there often are kinks, and variables smaller than the steps of differences.
        if let Some((place, x)) = points.last() {
            comparisons.push(match &program {
                Ok(program) => differences(program, place, x),
                Err(error) => skipped(place, error.to_string()),
            });
        }
        let wrong: u64 = comparisons.iter().map(|c| c.wrong).sum();
        let mut out = Output::default();
        if self.output.json {
            let checks: Vec<Value> = comparisons
                .into_iter()
                .map(|c| {
                    json!({
                        names::NAME: c.name, "at": c.place, "compared": c.compared, "wrong": c.wrong,
                        "first": c.first.map_or(Value::Null, |f| f.1), "remark": c.remark,
                    })
                })
                .collect();
            let object = json!({
                names::CLASS: "nlp", names::PROBLEM: { names::NAME: problem.name() }, "wrong": wrong,
                "checks": checks, names::WARNINGS: problem.warnings(),
            });
            out.line(object.to_string());
            out.print()?;
        } else if !self.output.quiet {
            for c in comparisons {
                let what = if c.name == STATED { "stated derivative" } else { "central difference" };
                let remark = c.remark.map_or(String::new(), |remark| format!(" ({remark})"));
                let compared = counted(c.compared, what);
                out.line(format!("{}: {compared} compared, {} wrong{remark}", c.place, c.wrong));
                if let Some((words, _)) = c.first {
                    out.line(format!("  first: {words}"));
                }
            }
            out.print()?;
        }
        Ok(u8::from(wrong > 0))
    }
}

const STATED: &str = "stated_derivatives";
const DIFFERENCES: &str = "central_differences";

/// The file's derivatives against those of its functions.
fn stated(problem: &SifProblem, place: &'static str, x: &[f64]) -> Comparison {
    let report = problem.compare_stated(x, STATED_TOLERANCE);
    let first = report.first.map(|e| {
        let words = format!(
            "line {}: {} of `{}` (type {}) is stated as {}, it is {}",
            e.line,
            e.derivative,
            e.item,
            e.kind,
            short(e.stated),
            short(e.exact)
        );
        let object = json!({
            names::LINE: e.line, "item": e.item.to_string(), "type": e.kind.to_string(),
            "derivative": e.derivative, "found": number(e.stated), "expected": number(e.exact), names::MESSAGE: words,
        });
        (words, object)
    });
    let remark = (report.undefined > 0).then(|| format!("{} more are not finite here", report.undefined));
    Comparison { name: STATED, place, compared: report.compared, wrong: report.wrong, first, remark }
}

/// The derivatives that solvers get against central differences.
fn differences(program: &PartiallySeparable, place: &'static str, x: &[f64]) -> Comparison {
    if program.variables().max(program.constraints()) > MOST_DIFFERENCES {
        return skipped(place, format!("more than {MOST_DIFFERENCES} variables or constraints"));
    }
    match check_derivatives(program, x, DIFFERENCE_TOLERANCE) {
        Err(undefined) => skipped(place, undefined.to_string()),
        Ok(report) => {
            let first = report.first_wrong.map(|e| {
                let words = e.to_string();
                let (found, expected) = (number(e.found), number(e.expected));
                let object =
                    json!({ "derivative": e.name, "found": found, "expected": expected, names::MESSAGE: words });
                (words, object)
            });
            let (compared, wrong) = (report.compared as u64, report.wrong as u64);
            Comparison { name: DIFFERENCES, place, compared, wrong, first, remark: None }
        }
    }
}

fn skipped(place: &'static str, remark: String) -> Comparison {
    Comparison { name: DIFFERENCES, place, compared: 0, wrong: 0, first: None, remark: Some(remark) }
}
