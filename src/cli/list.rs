//! `thalweg list`: classes and solvers.

use super::error::CliError;
use super::output::Output;
use super::{OutputArgs, names};
use clap::Args;
use serde_json::{Value, json};

/// List problem classes and their solvers.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  thalweg list\n  thalweg list --class glm --solvers")]
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
}

const CLASSES: &[Class] = &[GLM, NLP];

const NLP: Class = Class {
    name: "nlp",
    about: "nonlinear programs with equations: exact augmented Lagrangian",
    formats: &["SIF (.SIF)", "--problem NAME of the collection"],
    solvers: &[
        ("exact-al", "Newton's method on the exact augmented Lagrangian, sparse factorisations with inertia (default)"),
        ("ada-sketch-newton", "the paper's method: KKT systems by randomised sketches to adaptive accuracy"),
    ],
};

const GLM: Class = Class {
    name: "glm",
    about: "generalised linear models with separable penalties: Lasso, elastic net, sparse logistic regression, label propagation",
    formats: &["LIBSVM (.svm, .libsvm)", "MatrixMarket (.mtx, for propagate)"],
    solvers: &[
        (
            "working-set",
            "coordinate descent on working sets, gap-safe screening, extrapolation, sign-pattern polish (default)",
        ),
        ("coordinate-descent", "plain cyclic coordinate descent"),
        ("bcd", "block coordinate descent with the paper's rules, without penalty or under bounds"),
        ("graph-qp", "glm propagate: conjugate gradients preconditioned by forest solves (default there)"),
        ("message-passing", "glm propagate: exact minimisation over greedy trees"),
    ],
};

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
            let list: Vec<Value> = chosen
                .iter()
                .map(|c| {
                    let solvers: Vec<Value> =
                        c.solvers.iter().map(|s| json!({ names::NAME: s.0, names::ABOUT: s.1 })).collect();
                    json!({ names::CLASS: c.name, names::ABOUT: c.about, names::FORMATS: c.formats, names::SOLVERS: solvers })
                })
                .collect();
            out.line(json!({ names::CLASSES: list }).to_string());
        } else {
            for class in chosen {
                out.line(format!("{:<12}{}", class.name, class.about));
                out.line(format!("{:<12}reads {}", "", class.formats.join(", ")));
                if self.solvers || self.class.is_some() {
                    for (name, about) in class.solvers {
                        out.line(format!("  {name:<22}{about}"));
                    }
                }
            }
        }
        out.print()?;
        Ok(0)
    }
}
