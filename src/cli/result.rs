//! The parts of a result that every class prints alike.

use super::names;
use super::output::{Output, counted, grouped, number};
use super::run_args::{RunArgs, Written};
use serde_json::{Map, Value, json};
use thalweg::{Certificate, Solution, Status};

/// Largest number of numbers that JSON output holds without being asked.
const JSON_SOLUTION_LIMIT: usize = 1000;

/// The answer in JSON, made when it is wanted, and how many numbers it has.
pub(super) struct JsonAnswer<'a> {
    pub(super) class: &'static str,
    pub(super) numbers: usize,
    pub(super) make: &'a dyn Fn() -> Value,
}

/// The object of a solved problem.
pub(super) fn to_json<P, C: Certificate>(
    problem: &Value,
    run: &RunArgs,
    solver: &str,
    solution: &Solution<P, C>,
    answer: &JsonAnswer<'_>,
    threads: usize,
    written: &Written,
) -> Value {
    let certificate: Map<String, Value> =
        solution.certificate.measures().iter().map(|m| (m.name.to_owned(), number(m.value))).collect();
    let counts: Map<String, Value> = solution.counts.used().map(|(name, n)| (name.to_owned(), n.into())).collect();
    let mut object = json!({
        names::CLASS: answer.class,
        names::PROBLEM: problem,
        names::SOLVER: solver,
        names::STATUS: solution.status.name(),
        names::REASON: solution.reason,
        names::OBJECTIVE: number(solution.objective),
        names::CERTIFICATE: certificate,
        names::ITERATIONS: solution.iterations,
        names::COUNTS: counts,
        names::SECONDS: number(solution.seconds),
        names::SEED: run.seed,
        names::THREADS: threads,
        names::WARNINGS: solution.warnings,
    });
    if let Some(fields) = object.as_object_mut() {
        if answer.numbers <= JSON_SOLUTION_LIMIT || run.prints_solution() {
            fields.insert(names::SOLUTION.to_owned(), (answer.make)());
        }
        if let Some(failure) = &written.failure {
            fields.insert(names::ERROR.to_owned(), failure.to_json());
        }
    }
    object
}

/// Warnings, status, `facts` about the answer, counts, certificate, files.
pub(super) fn lines<P, C: Certificate>(
    out: &mut Output,
    solution: &Solution<P, C>,
    solver: &str,
    facts: &str,
    written: &Written,
) {
    for warning in &solution.warnings {
        out.line(format!("warning: {warning}"));
    }
    let tail = match solution.status {
        Status::Converged => String::new(),
        _ => format!(": {}", solution.reason),
    };
    out.line(format!("{}{tail}", solution.status));
    out.line(facts);
    let counts: Vec<String> =
        solution.counts.used().map(|(name, n)| format!("{} {}", grouped(n), count_name(name, n))).collect();
    let iterations = counted(solution.iterations, "iteration");
    let counted = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    out.line(format!("{iterations}, {:.3} s with {solver}{counted}", solution.seconds));
    // Where the bounds leave no point, the reason is the proof, and measures of a point say nothing.
    if solution.status != Status::Infeasible {
        out.line(solution.certificate.summary(solution.tolerance));
    }
    for path in &written.paths {
        out.line(format!("written: {path}"));
    }
}

/// The name of a count for people, in the singular if there is one.
fn count_name(name: &str, n: u64) -> String {
    let name = name.replace('_', " ");
    match (n, name.strip_suffix("sses"), name.strip_suffix('s')) {
        (1, Some(stem), _) => format!("{stem}ss"),
        (1, _, Some(stem)) => stem.to_owned(),
        _ => name,
    }
}
