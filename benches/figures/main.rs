//! Redraws convergence plots: `cargo bench --bench figures -- NAME...`, or without a name a list of them.
//!
//! Each figure is made from traces alone, by the function that `thalweg plot` calls; SVG and CSV go to `target/figures/`.
//! To add one: a function here or in a file of its own that returns its [`Panel`]s, and a row in [`FIGURES`].
#![allow(clippy::print_stdout, reason = "a program for people")]

mod bcd;
mod glm;
mod inclusion;

use std::path::{Path, PathBuf};
use thalweg::Trace;
use thalweg::report::{FigureOptions, ScaleKind, TraceTable, figure_from_traces};

type Failure = Box<dyn std::error::Error>;

/// One drawing of a figure's traces.
struct Panel {
    x: &'static str,
    y: &'static str,
    x_scale: ScaleKind,
}

/// A figure: its traces and how to draw them.
struct Figure {
    title: String,
    traces: Vec<TraceTable>,
    panels: Vec<Panel>,
}

/// Name, what it shows, how to make it.
type Entry = (&'static str, &'static str, fn() -> Result<Figure, Failure>);

const FIGURES: &[Entry] = &[
    (
        "bcd-4",
        "block descent, gradient update: random, cyclic, Lipschitz, GS, GSL (Nutini et al. 2022, fig. 4, A)",
        bcd::selection_rules,
    ),
    ("bcd-5", "block descent, matrix update: GS, GSL, GSD, GSQ (fig. 5, A)", bcd::greedy_rules),
    ("bcd-6", "message passing on a lattice, and conjugate gradients (fig. 6, D)", bcd::message_passing),
    ("bcd-7", "non-negative L1: PG, TMP, PN (fig. 7, A)", bcd::bounds),
    ("bcd-9", "constants against estimated ones (fig. 9, A)", bcd::lipschitz_approximation),
    ("bcd-10", "partitions: sort, order, average (fig. 10, A)", bcd::partitions),
    ("bcd-12", "Newton updates on logistic regression (fig. 12, B)", bcd::newton),
    ("bcd-13", "non-negative L1 with random blocks (fig. 13, A)", bcd::random_bounds),
    (
        "glm-lasso",
        "Lasso, dense Gaussian 200 x 5000, lambda_max / 100: what each part of the method is worth",
        glm::lasso,
    ),
    (
        "inclusion-game",
        "policemen and burglar, n = 500: EG, EAG, VR-EG, single-loop and inexact Halpern (Cai et al. 2024, fig. 1), 5 seeds",
        inclusion::game,
    ),
    (
        "inclusion-qp",
        "the quadratic program of Ouyang and Xu, n = 200: the same methods (fig. 2)",
        inclusion::quadratic,
    ),
    (
        "inclusion-squares",
        "cocoercive least squares, 400 x 20: single loop, restarts, full passes, SVRG",
        inclusion::squares,
    ),
    ("inclusion-auc", "area under the ROC curve on data/wdbc.svm: inexact Halpern beside others", inclusion::auc),
    ("glm-logistic", "sparse logistic regression on data/wdbc.svm, lambda_max / 100: the same", glm::logistic),
];

fn main() -> Result<(), Failure> {
    let names: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    if names.is_empty() {
        println!("cargo bench --bench figures -- NAME...   (or: all)");
        FIGURES.iter().for_each(|(name, about, _)| println!("  {name:<14} {about}"));
        return Ok(());
    }
    let unknown = names.iter().find(|n| *n != "all" && FIGURES.iter().all(|f| f.0 != n.as_str()));
    if let Some(name) = unknown {
        return Err(format!("there is no figure \"{name}\"; without a name all are listed").into());
    }
    let folder = target_folder().join("figures");
    std::fs::create_dir_all(&folder)?;
    for (name, _, make) in FIGURES.iter().filter(|f| names.iter().any(|n| n == f.0 || n == "all")) {
        draw(name, &make()?, &folder)?;
    }
    Ok(())
}

fn draw(name: &str, figure: &Figure, folder: &Path) -> Result<(), Failure> {
    for trace in &figure.traces {
        let solver = trace.metadata("solver").unwrap_or("trace").replace(' ', "-");
        let seed = trace.metadata("seed").filter(|seed| *seed != "0").map_or(String::new(), |seed| format!("-{seed}"));
        let path = folder.join(format!("{name}-{solver}{seed}.csv"));
        let columns = trace.columns().join(",");
        let series: Vec<&[f64]> = trace.columns().iter().map(|c| trace.column(c)).collect::<Result<_, _>>()?;
        let rows = (0..trace.len()).map(|k| series.iter().map(|s| s[k].to_string()).collect::<Vec<_>>().join(","));
        std::fs::write(&path, format!("{columns}\n{}\n", rows.collect::<Vec<_>>().join("\n")))?;
    }
    for panel in &figure.panels {
        let options = FigureOptions {
            title: Some(figure.title.clone()),
            caption: Some(format!("cargo bench --bench figures -- {name}")),
            x_scale: panel.x_scale,
            ..FigureOptions::default()
        };
        let svg = figure_from_traces(&figure.traces, panel.x, panel.y, &options)?.to_svg()?;
        let path = folder.join(format!("{name}-{}.svg", panel.x));
        std::fs::write(&path, svg)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// A trace with the name of its curve.
fn named(solver: &str, problem: &str, trace: &Trace) -> Result<TraceTable, Failure> {
    let (columns, rows) = trace.table();
    let table = TraceTable::new(problem, columns, rows)?;
    Ok(table.with_metadata("solver", solver).with_metadata("problem", problem).with_metadata("seed", "0"))
}

/// The build folder that this program lies in.
fn target_folder() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.ancestors().find(|a| a.ends_with("target")).map_or_else(|| PathBuf::from("target"), Path::to_owned)
}
