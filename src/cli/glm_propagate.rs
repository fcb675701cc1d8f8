//! `thalweg glm propagate`: values on a graph from the values of some nodes.

use super::error::CliError;
use super::names;
use super::output::{Output, counted, number, short};
use super::output_file::check_distinct;
use super::result::{self, JsonAnswer};
use super::run_args::{RunArgs, TraceLabels, Written, problem_name};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::PathBuf;
use thalweg::formats::{Input, labels, matrix_market};
use thalweg::glm::{self, GraphSolver, Order, Preconditioning};
use thalweg::graph::{LabelPropagation, LabelledGraph};
use thalweg::run::Trace;

/// Spread known values over a weighted graph: minimise sum w_ij (y_i - y_j)^2 / 2 with the labels held.
#[derive(Args, Debug)]
#[command(after_help = "\
The graph is a symmetric MatrixMarket file of weights; the labels are lines node,value with nodes from 1.

Examples:
  thalweg glm propagate graph.mtx labels.csv --solution values.txt
  thalweg glm propagate graph.mtx labels.csv --preconditioner forests
  thalweg glm propagate graph.mtx labels.csv --solver message-passing --plot residual.svg --tol 1e-4")]
pub(super) struct PropagateCommand {
    /// The weights, a symmetric MatrixMarket file.
    graph: PathBuf,
    /// The known values.
    labels: PathBuf,
    /// How to solve.
    #[arg(long, value_enum, default_value_t, help_heading = "Run")]
    solver: SolverName,
    /// What graph-qp preconditions with [default: diagonal].
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Run")]
    preconditioner: Option<PreconditionerName>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SolverName {
    /// graph-qp
    #[default]
    Auto,
    /// Conjugate gradients, preconditioned as --preconditioner says
    GraphQp,
    /// Exact minimisation over greedy trees, one after the other
    MessagePassing,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum PreconditionerName {
    /// The diagonal: the fastest in time on the graphs measured
    Diagonal,
    /// A symmetric sweep of forest solves: fewer iterations, each dearer
    Forests,
}

impl PropagateCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        if self.run.start.is_some() {
            return Err(CliError::usage("--start goes with glm FILE only"));
        }
        if self.preconditioner.is_some() && self.solver == SolverName::MessagePassing {
            return Err(CliError::usage("--preconditioner goes with --solver graph-qp only"));
        }
        let files = self.run.prepare()?;
        check_distinct(&self.run.outputs(), &[("the graph", &self.graph), ("the labels", &self.labels)])?;
        let matrix = matrix_market::read(Input::open(&self.graph)?)?;
        let weights = matrix.to_sparse();
        let known = labels::read(Input::open(&self.labels)?, weights.rows())?;
        let (nodes, labelled) = (weights.rows(), known.len());
        let propagation = LabelPropagation::new(&LabelledGraph { weights, labels: known })
            .map_err(|e| CliError::file("problem", &self.graph, e))?;
        let problem = &propagation.problem;

        let name = problem_name(&self.graph);
        let (solver_name, solver) = match self.solver {
            SolverName::MessagePassing => ("message-passing", GraphSolver::MessagePassing),
            _ => {
                let preconditioning = match self.preconditioner {
                    Some(PreconditionerName::Forests) => Preconditioning::Forests(Order::Natural),
                    Some(PreconditionerName::Diagonal) | None => Preconditioning::Diagonal,
                };
                ("graph-qp", GraphSolver::GraphQp(preconditioning))
            }
        };
        let header = (!self.run.output.json && !self.run.output.quiet).then(|| {
            let mut out = Output::default();
            let edges = counted(problem.edges() as u64, "edge");
            let sizes = [counted(nodes as u64, "node"), counted(labelled as u64, "label")].join(", ");
            out.line(format!("{name}: {sizes}; {} unknown, {edges} between them", problem.nodes()));
            out
        });
        let mut trace = files.wants_trace().then(Trace::default);
        let writes = !self.run.outputs().is_empty();
        let limits = (self.run.tol, self.run.max_iter, self.run.time_limit());
        let (solved, threads) = self.run.in_pool(|| {
            let mut progress = self.run.progress(header, writes);
            glm::solve_graph_in(self.run.session(&mut progress, trace.as_mut()), problem, solver, limits)
        })?;
        let solution = solved?;
        let values = propagation.all_values(&solution.point)?;

        let mut written = Written::default();
        if let Some(trace) = &trace {
            let labels = TraceLabels {
                class: "glm",
                solver: solver_name.to_owned(),
                problem: name.clone(),
                command: format!("thalweg glm propagate {} {}", self.graph.display(), self.labels.display()),
                seed: self.run.seed,
                x: "iteration",
                y: "relative_residual",
            };
            files.write_trace(trace, &labels, &mut written);
        }
        let as_json = || json!({ names::VALUES: values.iter().map(|&v| number(v)).collect::<Vec<_>>() });
        if let Some(file) = &files.solution {
            let json = file.path().extension().is_some_and(|e| e == "json");
            written.add(file, |out| if json { writeln!(out, "{}", as_json()) } else { write_text(out, &values) });
        }
        let mut out = Output::default();
        if self.run.output.json {
            let sizes = json!({
                names::NAME: name, names::NODES: nodes, names::LABELS: labelled,
                names::UNKNOWN: problem.nodes(), names::EDGES: problem.edges(),
            });
            let answer = JsonAnswer { class: "glm", numbers: values.len(), make: &as_json as &dyn Fn() -> Value };
            let object = result::to_json(&sizes, &self.run, solver_name, &solution, &answer, threads, &written);
            out.line(object.to_string());
        } else {
            if !self.run.output.quiet {
                let facts = format!("objective {}", short(solution.objective));
                result::lines(&mut out, &solution, solver_name, &facts, &written);
            }
            if self.run.prints_solution() {
                values.iter().enumerate().for_each(|(i, v)| out.line(format!("{} {v}", i + 1)));
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

/// One line `node value` for every node.
fn write_text(out: &mut dyn Write, values: &[f64]) -> io::Result<()> {
    values.iter().enumerate().try_for_each(|(i, v)| writeln!(out, "{} {v}", i + 1))
}
