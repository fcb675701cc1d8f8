//! Figures 7 and 13: non-negative L1 by projected gradient, two-metric projection and projected Newton.

use super::curves::{Curve, excess, record};
use super::instances::least_squares;
use super::{SORTED, VARIABLE};
use crate::{Drawing, Failure, Figure, Panel};
use thalweg::prelude::*;
use thalweg::report::ScaleKind;
use thalweg_solvers::bcd::blocks::{BlockDescent, Bounded, Selection, SmoothFit, Update};

pub(super) fn drawings() -> Vec<Drawing> {
    let mut all = Vec::new();
    for (number, kind, selection) in [(7, "greedy", Selection::ProximalDecrease), (13, "random", Selection::Random)] {
        for size in [5, 50, 100] {
            all.push(Drawing {
                name: format!("bcd-{number}-{size}"),
                about: format!("non-negative L1, {kind} blocks of {size}: PG, TMP, PN (fig. {number}, A)"),
                make: Box::new(move || draw(kind, selection, size)),
            });
        }
    }
    all
}

fn draw(kind: &str, selection: Selection, size: usize) -> Result<Figure, Failure> {
    let title = format!("Least squares A, x >= 0, lambda = 50000, {kind} blocks of {size}");
    let (design, loss) = least_squares()?;
    let smooth = SmoothFit::new(&design, &loss)?;
    let penalty = NonnegativeL1::new(50_000.0)?;
    let problem = Bounded::nonnegative_l1(&smooth, &penalty);
    // The optimal value from another method, certified.
    let glm = Glm::new(&design, &loss, &penalty)?;
    let best = thalweg::glm::solve(&glm, &thalweg::glm::Options { tolerance: 1e-14, ..Default::default() })?.objective;
    let mut traces = Vec::new();
    for (kind, blocks) in [VARIABLE, SORTED] {
        for (name, update) in
            [("PG", Update::ProjectedGradient), ("TMP", Update::TwoMetric), ("PN", Update::ProjectedNewton)]
        {
            let blocks = blocks.clone();
            let method = BlockDescent { blocks, selection, update, size, tolerance: 0.0, seed: 0 };
            let name = format!("{name}, {kind}");
            traces.push(excess(&Curve { name: &name, title: &title }, &record(&problem, &method)?, best)?);
        }
    }
    let panel = |y, y_scale| Panel { x: "block_steps", y, x_scale: ScaleKind::Linear, y_scale };
    let panels = vec![panel("relative_excess", ScaleKind::Log), panel("support", ScaleKind::Log)];
    Ok(Figure { title, traces, panels })
}
