//! `thalweg nlp`: nonlinear programs.

use super::error::CliError;
use super::nlp_log::IterationLog;
use super::output::{Output, counted, short};
use super::output_file::check_distinct;
use super::result::{self, JsonAnswer};
use super::run_args::{RunArgs, TraceLabels, Written};
use super::sif::{SifArgs, is_sif};
use super::{Given, names, nlp_answer};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};
use thalweg::collection;
use thalweg::nlp::{
    self, AdaSketchNewton, ExactAl, Inner, LinearSolver, NlpSolution, NonlinearProgram, Options, Solver,
};
use thalweg::run::Trace;

/// Solve a nonlinear program: min f(x) subject to equations c(x) = 0.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, mut_arg("tol", |a| a.default_value("1e-8")), mut_arg("max_iter", |a| a.default_value("3000")))]
pub(super) struct NlpCommand {
    /// The problem in SIF, gzipped or not.
    #[arg(required_unless_present = "problem")]
    file: Option<PathBuf>,
    /// A problem of the built-in collection.
    #[arg(long, value_name = "NAME", conflicts_with = "file", help_heading = "Problem")]
    problem: Option<String>,
    /// How to solve.
    #[arg(long, value_enum, default_value_t, help_heading = "Run")]
    solver: SolverName,
    /// Other options than the defaults: those of the paper, or of published iteration counts.
    #[arg(long, value_enum, help_heading = "Run")]
    preset: Option<Preset>,
    /// How ada-sketch-newton solves its KKT systems [default: gaussian].
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Run")]
    inner: Option<InnerName>,
    /// How exact-al solves its KKT systems [default: ldlt].
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Run")]
    linear_solver: Option<LinearName>,
    #[command(flatten)]
    sif: SifArgs,
    #[command(flatten)]
    run: RunArgs,
}

const EXAMPLES: &str = "\
The log has the columns of Ipopt: objective, violation and stationarity of the scaled problem, log10 of the penalties
of the merit function (where Ipopt has lg(mu)), norm of the step, log10 of the shift of the Hessian, step length, trial
points.

Examples:
  thalweg nlp --problem HS40
  thalweg nlp HS71.SIF --solution point.txt --plot residual.svg
  thalweg nlp --problem BT5 --preset paper --inner kaczmarz --tol 1e-4";

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SolverName {
    /// exact-al
    #[default]
    Auto,
    /// Newton's method on the exact augmented Lagrangian, sparse factorisations
    ExactAl,
    /// The paper's method: KKT systems by randomised sketches
    AdaSketchNewton,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    /// ada-sketch-newton as in the paper's experiments
    Paper,
    /// exact-al monotone, unscaled, with the paper's first penalties
    Reference,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum InnerName {
    Exact,
    Gaussian,
    Kaczmarz,
    WeightedKaczmarz,
    BlockKaczmarz,
    BlockGaussian,
    CountSketch,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum LinearName {
    /// Sparse factorisation: inertia, second-order certificate
    Ldlt,
    /// Conjugate gradients in the kernel of the constraints
    ProjectedCg,
    /// MINRES with a block preconditioner
    Minres,
}

impl NlpCommand {
    pub(super) fn run(self, given: &Given) -> Result<u8, CliError> {
        let files = self.run.prepare()?;
        let mut inputs: Vec<(&str, &Path)> = self.file.iter().map(|path| ("the problem", path.as_path())).collect();
        inputs.extend(self.run.start.iter().map(|path| ("the start", path.as_path())));
        check_distinct(&self.run.outputs(), &inputs)?;
        let problem = self.load()?;
        let problem = problem.as_ref();
        let start = self.run.start.as_deref().map(|path| nlp_answer::read(path, problem)).transpose()?;
        let options = Options {
            tolerance: self.run.tol,
            solver: self.solver()?,
            max_iterations: self.run.max_iter,
            time_limit: self.run.time_limit(),
            start,
        };

        let silent = self.run.output.json || self.run.output.quiet;
        let header = (!silent).then(|| header(problem, given));
        let mut trace = files.wants_trace().then(Trace::default);
        let writes = !self.run.outputs().is_empty();
        let (solved, threads) = self.run.in_pool(|| {
            let mut progress = self.run.progress(header, writes);
            let mut log = IterationLog::default();
            let mut session = self.run.session(&mut progress, trace.as_mut());
            if !silent {
                session.monitors.push(&mut log);
            }
            nlp::solve_in(session, problem, &options)
        })?;
        let solution = solved?;

        let solver = self.solver_name();
        let mut written = Written::default();
        if let Some(trace) = &trace {
            let labels = TraceLabels {
                class: "nlp",
                solver: solver.to_owned(),
                problem: problem.name().to_owned(),
                command: format!("thalweg {}", given.typed.join(" ")),
                seed: self.run.seed,
                x: "iteration",
                y: "kkt_residual",
            };
            files.write_trace(trace, &labels, &mut written);
        }
        if let Some(file) = &files.solution {
            let json = file.path().extension().is_some_and(|e| e == "json");
            written.add(file, |out| {
                let point = &solution.point;
                if json {
                    writeln!(out, "{}", nlp_answer::to_json(point))
                } else {
                    nlp_answer::write_text(out, problem, point)
                }
            });
        }
        self.report(problem, &solution, solver, threads, &written)?;
        match written.failure {
            None => Ok(solution.status.exit_code()),
            Some(_) if self.run.output.json => Ok(2),
            Some(failure) => Err(failure),
        }
    }

    /// The problem of the file, or of the collection.
    fn load(&self) -> Result<Box<dyn NonlinearProgram>, CliError> {
        match (&self.file, &self.problem) {
            (Some(file), _) if is_sif(file)? => Ok(Box::new(self.sif.read(file)?.program()?)),
            (Some(file), _) => Err(CliError::file("unknown", file, "expected a problem in SIF, with a name in .SIF")),
            (None, Some(name)) => {
                if let Some(option) = self.sif.given() {
                    return Err(CliError::usage(format!("{option} goes with SIF files; write --problem NAME(SIZE)")));
                }
                let problem = collection::nlp(name).map_err(|e| CliError::usage(e.to_string()))?;
                Ok(Box::new(problem))
            }
            (None, None) => Err(CliError::usage("no problem given")),
        }
    }

    fn sketched(&self) -> bool {
        match self.solver {
            SolverName::AdaSketchNewton => true,
            SolverName::Auto => self.preset == Some(Preset::Paper),
            SolverName::ExactAl => false,
        }
    }

    fn solver(&self) -> Result<Solver, CliError> {
        if self.sketched() {
            if self.preset == Some(Preset::Reference) {
                return Err(CliError::usage("--preset reference goes with --solver exact-al"));
            }
            let inner = match self.inner {
                Some(InnerName::Exact) => Inner::Exact,
                None | Some(InnerName::Gaussian) => Inner::Gaussian,
                Some(InnerName::Kaczmarz) => Inner::Kaczmarz,
                Some(InnerName::WeightedKaczmarz) => Inner::WeightedKaczmarz,
                Some(InnerName::BlockKaczmarz) => Inner::BlockKaczmarz,
                Some(InnerName::BlockGaussian) => Inner::BlockGaussian,
                Some(InnerName::CountSketch) => Inner::CountSketch,
            };
            let method = AdaSketchNewton { inner, seed: self.run.seed, ..AdaSketchNewton::default() };
            if self.linear_solver.is_some() {
                return Err(CliError::usage("--linear-solver goes with --solver exact-al; see --inner"));
            }
            return Ok(Solver::AdaSketchNewton(method));
        }
        if self.inner.is_some() {
            return Err(CliError::usage("--inner goes with --solver ada-sketch-newton"));
        }
        let linear_solver = match self.linear_solver {
            None | Some(LinearName::Ldlt) => LinearSolver::Ldlt,
            Some(LinearName::ProjectedCg) => LinearSolver::ProjectedCg,
            Some(LinearName::Minres) => LinearSolver::Minres,
        };
        match self.preset {
            None => Ok(Solver::ExactAl(ExactAl { linear_solver, ..ExactAl::default() })),
            Some(Preset::Reference) => Ok(Solver::ExactAl(ExactAl { linear_solver, ..ExactAl::reference() })),
            Some(Preset::Paper) => Err(CliError::usage("--preset paper goes with --solver ada-sketch-newton")),
        }
    }

    fn solver_name(&self) -> &'static str {
        if self.sketched() { "ada-sketch-newton" } else { "exact-al" }
    }

    fn report(
        &self,
        problem: &dyn NonlinearProgram,
        solution: &NlpSolution,
        solver: &str,
        threads: usize,
        written: &Written,
    ) -> Result<(), CliError> {
        let mut out = Output::default();
        let point = &solution.point;
        if self.run.output.json {
            let sizes = json!({
                names::NAME: problem.name(), names::VARIABLES: problem.variables(),
                names::CONSTRAINTS: problem.constraints(),
            });
            let make = || nlp_answer::to_json(point);
            let answer = JsonAnswer { class: "nlp", numbers: point.x.len() + point.multipliers.len(), make: &make };
            out.line(result::to_json(&sizes, &self.run, solver, solution, &answer, threads, written).to_string());
            return out.print();
        }
        if !self.run.output.quiet {
            let known = match problem.known_optimum() {
                Some(value) => format!("   best known {}", short(value)),
                None => String::new(),
            };
            // The reason of any other status stands beside it.
            let reason = if solution.status == thalweg::Status::Converged {
                format!("   {}", solution.reason)
            } else {
                String::new()
            };
            let facts = format!("objective {}{known}{reason}", short(solution.objective));
            result::lines(&mut out, solution, solver, &facts, written);
        }
        if self.run.prints_solution() {
            let mut bytes = Vec::new();
            if nlp_answer::write_text(&mut bytes, problem, point).is_ok() {
                out.line(String::from_utf8_lossy(&bytes).trim_end());
            }
        }
        out.print()
    }
}

/// What is known before the run.
fn header(problem: &dyn NonlinearProgram, given: &Given) -> Output {
    let mut out = Output::default();
    let (jacobian, hessian) = (problem.jacobian_pattern().entries(), problem.hessian_pattern().entries());
    out.line(format!(
        "{}: {}, {}; {jacobian} nonzeros in the Jacobian, {hessian} in the Hessian's triangle",
        problem.name(),
        counted(problem.variables() as u64, "variable"),
        counted(problem.constraints() as u64, "equation"),
    ));
    if !given.options.is_empty() {
        let list: Vec<String> = given.options.iter().map(|(o, from)| format!("{o} ({from})")).collect();
        out.line(format!("options: {}", list.join(", ")));
    }
    out
}
