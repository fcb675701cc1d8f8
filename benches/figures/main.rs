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
    y_scale: ScaleKind,
}

/// A figure: its traces and how to draw them.
struct Figure {
    title: String,
    traces: Vec<TraceTable>,
    panels: Vec<Panel>,
}

/// Name, what it shows, how to make it.
type Entry = (&'static str, &'static str, fn() -> Result<Figure, Failure>);

/// A figure that can be drawn.
struct Drawing {
    name: String,
    about: String,
    make: Box<dyn Fn() -> Result<Figure, Failure>>,
}

/// Single figures; families of figures are made in their files.
const FIGURES: &[Entry] = &[
    (
        "glm-lasso",
        "Lasso, dense Gaussian 200 x 5000, lambda_max / 100: what each part of the method is worth",
        glm::lasso,
    ),
    (
        "inclusion-game",
        "policemen and burglar, n = 500: EG, EAG, VR-EG, single-loop and inexact Halpern (Cai et al. 2024, fig. 1), 5 seeds; half a minute",
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
    (
        "inclusion-lazy",
        "sparse least squares, 20000 x 20000: epochs over seconds, lazy and dense steps",
        inclusion::lazy,
    ),
    ("inclusion-auc", "area under the ROC curve on data/wdbc.svm: inexact Halpern beside others", inclusion::auc),
    ("glm-logistic", "sparse logistic regression on data/wdbc.svm, lambda_max / 100: the same", glm::logistic),
];

fn drawings() -> Vec<Drawing> {
    let single =
        |&(name, about, make): &Entry| Drawing { name: name.into(), about: about.into(), make: Box::new(make) };
    FIGURES.iter().map(single).chain(bcd::drawings()).collect()
}

/// Whether the figure is the one that was named, or one of a family: `bcd-8` is all of `bcd-8-...`.
fn is_meant(figure: &str, name: &str) -> bool {
    name == "all" || figure.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn main() -> Result<(), Failure> {
    let names: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let drawings = drawings();
    if names.is_empty() {
        println!("cargo bench --bench figures -- NAME...   (or the beginning of names: bcd-8; or: all)");
        drawings.iter().for_each(|d| println!("  {:<24} {}", d.name, d.about));
        return Ok(());
    }
    if let Some(name) = names.iter().find(|n| !drawings.iter().any(|d| is_meant(&d.name, n))) {
        return Err(format!("there is no figure \"{name}\"; without a name all are listed").into());
    }
    let folder = target_folder().join("figures");
    std::fs::create_dir_all(&folder)?;
    for Drawing { name, make, .. } in drawings.iter().filter(|d| names.iter().any(|n| is_meant(&d.name, n))) {
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
            y_scale: panel.y_scale,
        };
        let svg = figure_from_traces(&figure.traces, panel.x, panel.y, &options)?.to_svg()?;
        // Panels differ in x or in y.
        let same_x = figure.panels.iter().filter(|p| p.x == panel.x).count() > 1;
        let axis = if same_x { panel.y } else { panel.x };
        let path = folder.join(format!("{name}-{axis}.svg"));
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
