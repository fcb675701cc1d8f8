//! What `thalweg glm` prints.

use super::Given;
use super::answer::Answer;
use super::error::CliError;
use super::glm::{Prepared, problem_json};
use super::glm_args::{GlmModelArgs, Penalty};
use super::output::{Output, counted, grouped, short};
use super::result::{self, JsonAnswer};
use super::run_args::{RunArgs, Written};
use thalweg::glm::GlmSolution;

/// What is known before the run.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) args: &'a GlmModelArgs,
    pub(super) given: &'a Given,
}

impl Header<'_> {
    pub(super) fn text(&self) -> Output {
        let strength = &self.prepared.strength;
        let strength = match (strength.lambda, strength.lambda_max) {
            (Some(lambda), Some(max)) if max > 0.0 => {
                format!(", lambda {} = {} lambda_max ({})", short(lambda), short(lambda / max), short(max))
            }
            (Some(lambda), _) => format!(", lambda {}", short(lambda)),
            _ => String::new(),
        };
        self.text_with(&strength)
    }

    /// With these words on the strength.
    pub(super) fn text_with(&self, strength: &str) -> Output {
        let data = &self.prepared.data;
        let mut out = Output::default();
        let stored = if data.contents.column_ids.len() as u64 == data.contents.features {
            String::new()
        } else {
            format!(" ({} with entries)", grouped(data.contents.column_ids.len() as u64))
        };
        out.line(format!(
            "{}: {}, {}{stored}, {}, stored {}",
            data.name,
            counted(data.rows() as u64, "row"),
            counted(data.contents.features, "column"),
            counted(data.nonzeros as u64, "nonzero"),
            data.contents.design.layout()
        ));
        let (lower, upper) = self.prepared.penalty.as_dyn().domain();
        let bounds = format!("{lower} <= x <= {upper}");
        let penalty = match self.args.penalty {
            Penalty::Box => bounds.clone(),
            Penalty::ElasticNet => format!("elastic net, l1 ratio {}", self.args.ratio()),
            Penalty::Nonneg => "l1 with x >= 0".to_owned(),
            Penalty::Mcp | Penalty::Scad => format!("{} (gamma {})", self.args.penalty.name(), self.args.gamma()),
            Penalty::L1
            | Penalty::Ridge
            | Penalty::Sqrt
            | Penalty::Group
            | Penalty::SparseGroup
            | Penalty::NonnegGroup => self.args.penalty.name().to_owned(),
        };
        let bounded =
            matches!(self.args.penalty, Penalty::L1 | Penalty::ElasticNet) && (lower.is_finite() || upper.is_finite());
        let penalty = if bounded { format!("{penalty} with {bounds}") } else { penalty };
        let extras = [
            (self.args.intercept, "intercept"),
            (self.args.standardize, "standardized"),
            (self.prepared.weights.is_some(), "weighted rows"),
            (self.args.penalty_weights.is_some(), "weighted features"),
        ];
        let extras: String = extras.iter().filter(|e| e.0).map(|e| format!(", {}", e.1)).collect();
        let delta = match self.args.loss {
            super::glm_args::Loss::Huber => {
                format!(" (delta {})", self.args.delta.unwrap_or(super::glm_data::DEFAULT_DELTA))
            }
            _ => String::new(),
        };
        out.line(format!("{} loss{delta}, {penalty}{strength}{extras}", self.args.loss.name()));
        if !self.given.options.is_empty() {
            let list: Vec<String> = self.given.options.iter().map(|(o, from)| format!("{o} ({from})")).collect();
            out.line(format!("options: {}", list.join(", ")));
        }
        out
    }
}

/// Prints the result.
pub(super) fn report(
    header: &Header<'_>,
    run: &RunArgs,
    solver: &str,
    solution: &GlmSolution,
    answer: &Answer,
    threads: usize,
    written: &Written,
) -> Result<(), CliError> {
    let mut out = Output::default();
    if run.output.json {
        let problem = problem_json(header.args, header.prepared);
        let json = JsonAnswer { class: "glm", numbers: answer.len(), make: &|| answer.to_json() };
        out.line(result::to_json(&problem, run, solver, solution, &json, threads, written).to_string());
        return out.print();
    }
    if run.output.quiet {
        if run.prints_solution() {
            print_answer(&mut out, answer);
        }
        return out.print();
    }
    let gap = if solution.certificate.gap_decides {
        format!("gap {:.3e}   ", solution.certificate.duality_gap)
    } else {
        String::new()
    };
    let facts = format!(
        "objective {}   {gap}support {} of {}{}",
        short(solution.objective),
        answer.coefficients.len(),
        header.prepared.data.contents.features,
        if header.args.intercept { format!("   intercept {}", short(answer.intercept)) } else { String::new() },
    );
    result::lines(&mut out, solution, solver, &facts, written);
    if run.prints_solution() {
        print_answer(&mut out, answer);
    }
    out.print()
}

fn print_answer(out: &mut Output, answer: &Answer) {
    let mut bytes = Vec::new();
    if answer.write_text(&mut bytes).is_ok() {
        out.line(String::from_utf8_lossy(&bytes).trim_end());
    }
}
