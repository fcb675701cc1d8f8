//! `thalweg inclusion`: monotone inclusions from files.

use super::Given;
use super::error::CliError;
use super::names;
use super::output::{Output, counted, number, short};
use super::output_file::check_distinct;
use super::result::{self, JsonAnswer};
use super::run_args::{RunArgs, RunFiles, TraceLabels, Written, problem_name};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use thalweg::formats::Input;
use thalweg::inclusion::{self, FiniteSumInclusion, Options, PayoffMatrix, SingleLoop, Solver};
use thalweg::run::Trace;

/// Solve a monotone inclusion: a matrix game.
#[derive(Args, Debug)]
#[command(after_help = "\
A payoff matrix (CSV or MatrixMarket) is a game: its entry i, j is what the row player wins from the column player.

Examples:
  thalweg inclusion payoffs.csv --solution strategies.txt
  thalweg inclusion payoffs.csv --plot residual.svg --tol 1e-4")]
pub(super) struct InclusionCommand {
    /// The data, gzipped or not; - is standard input.
    file: PathBuf,
    /// How to solve.
    #[arg(long, value_enum, default_value_t, help_heading = "Run")]
    solver: SolverName,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SolverName {
    /// By the problem
    #[default]
    Auto,
    /// Single-loop variance-reduced Halpern iteration
    VrHalpern,
    /// The same with restarts
    VrHalpernRestarted,
}

impl InclusionCommand {
    pub(super) fn run(self, given: &Given) -> Result<u8, CliError> {
        let files = self.run.prepare()?;
        check_distinct(&self.run.outputs(), &[("the data", &self.file)])?;
        let game = PayoffMatrix::read(Input::open(&self.file)?)?;
        let (operator, resolvent, start) = game.inclusion()?;
        let problem = FiniteSumInclusion::new(&operator, &resolvent, Some(start))?;
        let split = operator.x_dimension();
        let method = SingleLoop { assume_cocoercive: true, seed: self.run.seed, ..SingleLoop::default() };
        let (solver_name, solver) = match self.solver {
            SolverName::VrHalpern => ("vr-halpern", SingleLoop { restart: false, ..method }),
            SolverName::Auto | SolverName::VrHalpernRestarted => ("vr-halpern-restarted", method),
        };
        let options = Options {
            tolerance: self.run.tol,
            solver: Solver::SingleLoop(solver),
            max_iterations: self.run.max_iter,
            time_limit: self.run.time_limit(),
            start: None,
        };
        self.solve(&files, &problem, &options, solver_name, split, given)
    }

    fn solve(
        &self,
        files: &RunFiles,
        problem: &FiniteSumInclusion<'_>,
        options: &Options,
        solver_name: &str,
        split: usize,
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
            json!({ names::X: list(&point[..split]), names::Y: list(&point[split..]) })
        };
        if let Some(file) = &files.solution {
            let json = file.path().extension().is_some_and(|e| e == "json");
            written.add(file, |out| if json { writeln!(out, "{}", as_json()) } else { write_text(out, point, split) });
        }
        let mut out = Output::default();
        if self.run.output.json {
            let sizes = json!({
                names::NAME: name, names::OPERATOR: problem.operator().name(),
                names::DIMENSION: problem.dimension(), names::COMPONENTS: problem.epoch_calls(),
            });
            let answer = JsonAnswer { numbers: point.len(), make: &as_json as &dyn Fn() -> Value };
            let mut object = result::to_json(&sizes, &self.run, solver_name, &solution, &answer, threads, &written);
            object[names::CLASS] = "inclusion".into();
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
                if write_text(&mut bytes, point, split).is_ok() {
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

/// Lines `x index value`, then `y index value`.
fn write_text(out: &mut dyn Write, point: &[f64], split: usize) -> io::Result<()> {
    let (x, y) = point.split_at(split);
    x.iter().enumerate().try_for_each(|(i, v)| writeln!(out, "x {} {v}", i + 1))?;
    y.iter().enumerate().try_for_each(|(i, v)| writeln!(out, "y {} {v}", i + 1))
}
