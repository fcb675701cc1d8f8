//! What each part of the working-set method is worth.

use crate::{Failure, Figure, Panel, named};
use thalweg::datafit::Datafit;
use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::generate::gaussian;
use thalweg::glm::{self, Design, GlmData, Options, Solver, WorkingSet};
use thalweg::prelude::*;
use thalweg::report::ScaleKind;
use thalweg::{Session, Trace};

pub(crate) fn lasso() -> Result<Figure, Failure> {
    let data = gaussian::spiked_regression(200, 5000, 500, 1)?;
    let loss = Quadratic::new(data.targets)?;
    figure("Lasso, Gaussian 200 x 5000, lambda max / 100", &data.design, &loss, false, 0.01)
}

pub(crate) fn logistic() -> Result<Figure, Failure> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wdbc.svm");
    let data = GlmData::from_libsvm(libsvm::read_file(file, &ReadOptions::default())?)?;
    let design = data.design.standardized(true, None)?;
    let loss = Logistic::from_labels(&data.labels)?;
    figure("L1 logistic regression, wdbc, lambda max / 100", &design, &loss, true, 0.01)
}

fn figure(title: &str, design: &Design, loss: &dyn Datafit, intercept: bool, ratio: f64) -> Result<Figure, Failure> {
    let unit = L1::new(1.0)?;
    let null = Glm::new(design, loss, &unit)?.with_intercept(intercept).null_model();
    let penalty = L1::new(ratio * null.null_strength.unwrap_or(1.0))?;
    let problem = Glm::new(design, loss, &penalty)?.with_intercept(intercept);
    let bare = WorkingSet { anderson: 0, screening: false, polish: false, ..WorkingSet::default() };
    let variants = [
        ("coordinate-descent", Solver::CoordinateDescent),
        ("working sets alone", Solver::WorkingSet(bare.clone())),
        ("with extrapolation", Solver::WorkingSet(WorkingSet { anderson: 5, ..bare })),
        ("working-set", Solver::Auto),
    ];
    let mut traces = Vec::new();
    for (name, solver) in variants {
        // The same steps five times; seconds are those of the run that was disturbed least.
        let options = Options { solver, tolerance: 1e-12, ..Options::default() };
        let mut best: Option<(f64, Trace)> = None;
        for _ in 0..5 {
            let mut trace = Trace::default();
            let session = Session { trace: Some(&mut trace), ..Session::default() };
            let seconds = glm::solve_in(session, &problem, &options)?.seconds;
            if best.as_ref().is_none_or(|(least, _)| seconds < *least) {
                best = Some((seconds, trace));
            }
        }
        if let Some((_, trace)) = best {
            traces.push(named(name, title, &trace)?);
        }
    }
    let panels = ["coordinate_updates", "seconds"].map(|x| Panel {
        x,
        y: "relative_gap",
        x_scale: ScaleKind::Log,
        y_scale: ScaleKind::Auto,
    });
    Ok(Figure { title: title.to_owned(), traces, panels: panels.into() })
}
