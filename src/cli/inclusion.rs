//! `thalweg inclusion`: monotone inclusions from files.

use super::Given;
use super::error::CliError;
use super::inclusion_data::ProblemArgs;
use super::inclusion_solver::{MethodArgs, SolverName};
use super::names;
use super::output::{Output, counted, number, short};
use super::output_file::check_distinct;
use super::result::{self, JsonAnswer};
use super::run_args::{RunArgs, RunFiles, TraceLabels, Written, problem_name};
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use thalweg::inclusion::{self, FiniteSumInclusion, Options};
use thalweg::run::Trace;

/// Solve a monotone inclusion: a matrix game, or a min-max problem of learning.
#[derive(Args, Debug)]
#[command(after_help = "\
A payoff matrix (CSV or MatrixMarket) is a game: its entry i, j is what the row player wins from the column player, who
plays x; the row player plays y. LIBSVM data become a problem of learning.

Examples:
  thalweg inclusion payoffs.csv --solution strategies.txt
  thalweg inclusion payoffs.csv --solver inexact-halpern-restarted --plot residual.svg --tol 1e-4
  thalweg inclusion data/wdbc.svm --problem auc
  thalweg inclusion data/wdbc.svm --problem fair --group-by 1")]
pub(super) struct InclusionCommand {
    /// The data, gzipped or not; - is standard input.
    file: PathBuf,
    #[command(flatten)]
    problem: ProblemArgs,
    /// How to solve.
    #[arg(long, value_enum, default_value_t, help_heading = "Run")]
    solver: SolverName,
    #[command(flatten)]
    method: MethodArgs,
    #[command(flatten)]
    run: RunArgs,
}

impl InclusionCommand {
    pub(super) fn run(self, given: &Given) -> Result<u8, CliError> {
        if self.run.start.is_some() {
            return Err(CliError::usage("--start is not there for inclusions"));
        }
        let files = self.run.prepare()?;
        check_distinct(&self.run.outputs(), &[("the data", &self.file)])?;
        let prepared = self.problem.prepare(&self.file)?;
        let problem = FiniteSumInclusion::new(prepared.operator.as_ref(), &prepared.resolvent, prepared.start.clone())?;
        let (solver, solver_name) = self.method.solver(self.solver, &problem, self.run.seed)?;
        let options = Options {
            tolerance: self.run.tol,
            solver,
            seed: self.run.seed,
            max_iterations: self.run.max_iter,
            time_limit: self.run.time_limit(),
            start: None,
        };
        self.solve(&files, &problem, &options, solver_name, &prepared.names, given)
    }

    fn solve(
        &self,
        files: &RunFiles,
        problem: &FiniteSumInclusion<'_>,
        options: &Options,
        solver_name: &str,
        names: &[(&'static str, usize)],
        given: &Given,
    ) -> Result<u8, CliError> {
        let name = problem_name(&self.file);
        let header = (!self.run.output.json && !self.run.output.quiet).then(|| {
            let mut out = Output::default();
            let sizes = [counted(problem.dimension() as u64, "unknown"), counted(problem.epoch_calls(), "component")];
            out.line(format!("{name}: {}, {}", problem.operator().name(), sizes.join(", ")));
            if !given.options.is_empty() {
                let list: Vec<String> = given.options.iter().map(|(o, from)| format!("{o} ({from})")).collect();
                out.line(format!("options: {}", list.join(", ")));
            }
            out
        });
        let mut trace = files.wants_trace().then(Trace::default);
        let writes = !self.run.outputs().is_empty();
        let (solved, threads) = self.run.in_pool(|| {
            let mut progress = self.run.progress(header, writes);
            inclusion::solve_in(self.run.session(&mut progress, trace.as_mut()), problem, options)
        })?;
        let solution = solved?;

        let mut written = Written::default();
        if let Some(trace) = &trace {
            let labels = TraceLabels {
                class: "inclusion",
                solver: solver_name.to_owned(),
                problem: name.clone(),
                command: format!("thalweg {}", given.typed.join(" ")),
                seed: self.run.seed,
                x: "epochs",
                y: "relative_residual",
            };
            files.write_trace(trace, &labels, &mut written);
        }
        let point = &solution.point;
        let as_json = || {
            let list = |part: &[f64]| part.iter().map(|&v| number(v)).collect::<Vec<_>>();
            Value::Object(blocks(point, names).map(|(name, part)| (name.to_owned(), list(part).into())).collect())
        };
        if let Some(file) = &files.solution {
            let json = file.path().extension().is_some_and(|e| e == "json");
            written.add(file, |out| if json { writeln!(out, "{}", as_json()) } else { write_text(out, point, names) });
        }
        let mut out = Output::default();
        if self.run.output.json {
            let sizes = json!({
                names::NAME: name, names::OPERATOR: problem.operator().name(),
                names::DIMENSION: problem.dimension(), names::COMPONENTS: problem.epoch_calls(),
            });
            let answer = JsonAnswer { class: "inclusion", numbers: point.len(), make: &as_json as &dyn Fn() -> Value };
            let object = result::to_json(&sizes, &self.run, solver_name, &solution, &answer, threads, &written);
            out.line(object.to_string());
        } else {
            if !self.run.output.quiet {
                let facts = if solution.objective.is_nan() {
                    format!("residual {}", short(solution.certificate.residual))
                } else {
                    format!("value {}   gap {:.3e}", short(solution.objective), solution.certificate.gap)
                };
                result::lines(&mut out, &solution, solver_name, &facts, &written);
            }
            if self.run.prints_solution() {
                let mut bytes = Vec::new();
                if write_text(&mut bytes, point, names).is_ok() {
                    out.line(String::from_utf8_lossy(&bytes).trim_end());
                }
            }
        }
        out.print()?;
        match written.failure {
            None => Ok(solution.status.exit_code()),
            Some(_) if self.run.output.json => Ok(2),
            Some(failure) => Err(failure),
        }
    }
}

/// The blocks of a point with their names.
fn blocks<'a>(point: &'a [f64], names: &'a [(&'static str, usize)]) -> impl Iterator<Item = (&'static str, &'a [f64])> {
    let mut rest = point;
    names.iter().map(move |&(name, length)| {
        let (block, tail) = rest.split_at(length);
        rest = tail;
        (name, block)
    })
}

/// Lines `name index value`, indices from 1.
fn write_text(out: &mut dyn Write, point: &[f64], names: &[(&'static str, usize)]) -> io::Result<()> {
    blocks(point, names).try_for_each(|(name, block)| {
        block.iter().enumerate().try_for_each(|(i, v)| writeln!(out, "{name} {} {v}", i + 1))
    })
}
