//! `thalweg list`: classes, solvers and test problems.

use super::error::CliError;
use super::output::{Output, number, short};
use super::{OutputArgs, names};
use clap::Args;
use serde_json::{Value, json};
use thalweg::collection::{self, Kind, Record};
use thalweg_problems::nlp::NonlinearProgram;

/// List problem classes, their solvers and the test problems of a class.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  thalweg list\n  thalweg list --class glm --solvers\n  thalweg list --class nlp")]
pub(super) struct ListCommand {
    /// Only this class.
    #[arg(long)]
    class: Option<String>,
    /// With the solvers of each class.
    #[arg(long)]
    solvers: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// A problem class as the program knows it.
struct Class {
    name: &'static str,
    about: &'static str,
    formats: &'static [&'static str],
    solvers: &'static [(&'static str, &'static str)],
    problems: fn() -> Result<Vec<TestProblem>, CliError>,
}

/// A test problem at its default size.
struct TestProblem {
    record: &'static Record,
    name: String,
    variables: usize,
    constraints: usize,
    kind: Kind,
    optimum: Option<f64>,
}

fn collection_problems() -> Result<Vec<TestProblem>, CliError> {
    let describe = |record: &'static Record| {
        let program = record.build(&record.default_sizes()).map_err(|e| CliError::usage(e.to_string()))?;
        Ok(TestProblem {
            record,
            name: program.name().to_owned(),
            variables: program.variables(),
            constraints: program.constraints(),
            kind: Kind::of(&program),
            optimum: program.known_optimum(),
        })
    };
    collection::nlp_records().map(describe).collect()
}

impl TestProblem {
    fn json(&self) -> Value {
        json!({
            names::NAME: self.name, names::VARIABLES: self.variables, names::CONSTRAINTS: self.constraints,
            names::KIND: self.kind.name(), names::OPTIMUM: self.optimum.map_or(Value::Null, number),
            names::SOURCE: self.record.source, names::NOTE: self.record.note,
        })
    }

    fn line(&self) -> String {
        let optimum =
            if self.record.feasible { self.optimum.map_or_else(String::new, short) } else { "infeasible".into() };
        let (n, m, kind, source) = (self.variables, self.constraints, self.kind.name(), self.record.source);
        format!("  {:<15}{n:>6}{m:>6}  {kind:<12}{optimum:>16}  {source}", self.name)
    }
}

const CLASSES: &[Class] = &[
    Class {
        name: "glm",
        about: "generalised linear models: squared, logistic, Huber, Poisson, Gamma, hinge losses; Lasso, elastic net, groups, non-convex penalties, several targets, paths, cross-validation; label propagation",
        formats: &["LIBSVM (.svm, .libsvm)", "MatrixMarket (.mtx, for propagate)"],
        solvers: &[
            (
                "working-set",
                "coordinate descent on working sets, gap-safe screening, extrapolation, sign-pattern polish (default)",
            ),
            ("coordinate-descent", "plain cyclic coordinate descent"),
            ("path", "glm --path: warm-started working sets from lambda_max down, every point certified"),
            ("cross-validation", "glm --cv: the path with K folds in parallel"),
            ("group-working-set", "glm --penalty group, --targets: block coordinate descent on working sets of groups"),
            ("bcd", "block coordinate descent with the paper's rules: without penalty, ridge, bounds, softmax"),
            ("dual", "dual coordinate descent with shrinking for linear support vector machines"),
            (
                "graph-qp",
                "glm propagate: conjugate gradients preconditioned by the diagonal or by forest solves (default there)",
            ),
            ("message-passing", "glm propagate: exact minimisation over greedy trees"),
        ],
        problems: || Ok(Vec::new()),
    },
    Class {
        name: "nlp",
        about: "nonlinear programs with equations: exact augmented Lagrangian",
        formats: &["SIF (.SIF)", "--problem NAME of the collection"],
        solvers: &[
            (
                "exact-al",
                "Newton's method on the exact augmented Lagrangian, sparse factorisations with inertia (default)",
            ),
            ("ada-sketch-newton", "the paper's method: KKT systems by randomised sketches to adaptive accuracy"),
        ],
        problems: collection_problems,
    },
    Class {
        name: "inclusion",
        about: "monotone inclusions: matrix games, AUC maximisation, fair and robust learning",
        formats: &["CSV and MatrixMarket (payoffs)", "LIBSVM (.svm, .libsvm)"],
        solvers: &[
            ("halpern-pdhg", "restarted reflected Halpern PDHG, for bilinear problems (default there)"),
            ("vr-halpern", "single-loop variance-reduced Halpern iteration, for cocoercive operators"),
            ("vr-halpern-restarted", "the same with restarts (default for cocoercive operators)"),
            ("inexact-halpern", "Halpern iteration on a variance-reduced resolvent, for monotone operators"),
            ("inexact-halpern-restarted", "the same with restarts (default for the rest)"),
            ("guarded-halpern", "the single loop with a guard, then the inexact iteration"),
            ("vr-forb", "variance-reduced forward-reflected-backward, for strongly monotone problems"),
            ("halpern", "baseline: Halpern iteration with full passes"),
            ("extragradient", "baseline"),
            ("ogda", "baseline: optimistic gradient"),
            ("eag", "baseline: extra anchored gradient"),
            ("feg", "baseline: fast extragradient"),
            ("anchored-popov", "baseline: one evaluation per step"),
            ("exact-resolvent-halpern", "baseline: Halpern iteration on exact resolvents, affine without constraints"),
            ("vr-extragradient", "baseline: variance-reduced extragradient"),
            ("vr-fbf", "baseline: variance-reduced forward-backward-forward"),
            ("svre", "baseline: SVRG inside extragradient"),
            ("svrg", "baseline: SVRG inside forward-backward"),
        ],
        problems: || Ok(Vec::new()),
    },
];

impl ListCommand {
    pub(super) fn run(self) -> Result<u8, CliError> {
        let known = || CLASSES.iter().map(|c| c.name).collect::<Vec<_>>().join(", ");
        let chosen: Vec<&Class> =
            CLASSES.iter().filter(|c| self.class.as_deref().is_none_or(|name| name == c.name)).collect();
        if let (Some(name), true) = (&self.class, chosen.is_empty()) {
            return Err(CliError::usage(format!("there is no class \"{name}\"; the classes are: {}", known())));
        }
        let mut out = Output::default();
        if self.output.json {
            let mut list = Vec::new();
            for c in chosen {
                let solvers: Vec<Value> =
                    c.solvers.iter().map(|s| json!({ names::NAME: s.0, names::ABOUT: s.1 })).collect();
                let problems: Vec<Value> = (c.problems)()?.iter().map(TestProblem::json).collect();
                list.push(json!({
                    names::CLASS: c.name, names::ABOUT: c.about, names::FORMATS: c.formats,
                    names::SOLVERS: solvers, names::PROBLEMS: problems,
                }));
            }
            out.line(json!({ names::CLASSES: list }).to_string());
        } else {
            for class in chosen {
                out.line(format!("{:<12}{}", class.name, class.about));
                if !class.formats.is_empty() {
                    out.line(format!("{:<12}reads {}", "", class.formats.join(", ")));
                }
                if self.solvers || self.class.is_some() {
                    for (name, about) in class.solvers {
                        out.line(format!("  {name:<22}{about}"));
                    }
                }
                let problems = if self.class.is_some() { (class.problems)()? } else { Vec::new() };
                if !problems.is_empty() {
                    out.line(format!(
                        "  {:<15}{:>6}{:>6}  {:<12}{:>16}  source",
                        "problem", "n", "m", "kind", "optimum"
                    ));
                    problems.iter().for_each(|p| out.line(p.line()));
                }
            }
        }
        out.print()?;
        Ok(0)
    }
}
