//! Figures of Nutini, Laradji, Schmidt (JMLR 23, 2022, section 7) on their generators' instances: 500 block steps.

mod bounds;
mod curves;
mod graphs;
mod instances;

use crate::{Drawing, Failure, Figure, Panel};
use curves::{Curve, excess, record};
use instances::Instance;
use thalweg::report::ScaleKind;
use thalweg_solvers::bcd::blocks::{BlockDescent, Blocks, Partition, Selection, Update};

const GS: (&str, Selection) = ("GS", Selection::GaussSouthwell);
const GSL: (&str, Selection) = ("GSL", Selection::GaussSouthwellLipschitz);
const GSD: (&str, Selection) = ("GSD", Selection::GaussSouthwellDiagonal);
const GSQ: (&str, Selection) = ("GSQ", Selection::GaussSouthwellQuadratic);
const RANDOM: (&str, Selection) = ("random", Selection::Random);
const CYCLIC: (&str, Selection) = ("cyclic", Selection::Cyclic);
const LIPSCHITZ: (&str, Selection) = ("Lipschitz", Selection::Lipschitz);

const VARIABLE: (&str, Blocks) = ("variable", Blocks::Variable);
const SORTED: (&str, Blocks) = ("sorted", Blocks::Fixed(Partition::Sort));
const ORDER: (&str, Blocks) = ("in order", Blocks::Fixed(Partition::Order));
const AVERAGE: (&str, Blocks) = ("average", Blocks::Fixed(Partition::Average));

const GRADIENT: (&str, Update) = ("L_b", Update::Gradient);
const ESTIMATED: (&str, Update) = ("estimated", Update::LipschitzApproximation);
const MATRIX: (&str, Update) = ("matrix", Update::Matrix);
const NEWTON: (&str, Update) = ("Newton", Update::Newton);

/// A figure of the paper that compares compositions: every selection rule on every kind of block with every update.
struct Comparison {
    number: u32,
    about: &'static str,
    /// What all curves share, in titles.
    shared: &'static str,
    instances: &'static [Instance],
    sizes: &'static [usize],
    kinds: &'static [(&'static str, Blocks)],
    rules: &'static [(&'static str, Selection)],
    updates: &'static [(&'static str, Update)],
}

const COMPARISONS: &[Comparison] = &[
    Comparison {
        number: 4,
        about: "gradient update: random, cyclic, Lipschitz, GS, GSL",
        shared: "gradient update",
        instances: &[Instance::LeastSquares, Instance::Softmax, Instance::Moons],
        sizes: &[5],
        kinds: &[VARIABLE, SORTED],
        rules: &[RANDOM, CYCLIC, LIPSCHITZ, GS, GSL],
        updates: &[GRADIENT],
    },
    Comparison {
        number: 5,
        about: "matrix update: GS, GSL, GSD, GSQ",
        shared: "matrix update",
        instances: &[Instance::LeastSquares, Instance::Softmax, Instance::Moons],
        sizes: &[5],
        kinds: &[VARIABLE, SORTED],
        rules: &[GS, GSL, GSD, GSQ],
        updates: &[MATRIX],
    },
    Comparison {
        number: 8,
        about: "figure 4 for more data and block sizes",
        shared: "gradient update",
        instances: &Instance::ALL,
        sizes: &[5, 50, 100],
        kinds: &[VARIABLE, SORTED],
        rules: &[RANDOM, CYCLIC, LIPSCHITZ, GS, GSL],
        updates: &[GRADIENT],
    },
    Comparison {
        number: 9,
        about: "constants against estimated ones",
        shared: "blocks in order",
        instances: &Instance::ALL,
        sizes: &[5, 20, 50],
        kinds: &[ORDER],
        rules: &[RANDOM, CYCLIC, LIPSCHITZ, GS, GSL],
        updates: &[GRADIENT, ESTIMATED],
    },
    Comparison {
        number: 10,
        about: "partitions: sort, order, average",
        shared: "gradient update",
        instances: &Instance::ALL,
        sizes: &[5, 20, 50],
        kinds: &[SORTED, ORDER, AVERAGE],
        rules: &[GS, GSD, GSL],
        updates: &[GRADIENT],
    },
    Comparison {
        number: 11,
        about: "figure 5 for more data and block sizes",
        shared: "matrix update",
        instances: &Instance::ALL,
        sizes: &[5, 50, 100],
        kinds: &[VARIABLE, SORTED],
        rules: &[GS, GSL, GSD, GSQ],
        updates: &[MATRIX],
    },
    Comparison {
        number: 12,
        about: "Newton update with line search",
        shared: "Newton update",
        instances: &[Instance::Logistic, Instance::Softmax],
        sizes: &[5, 50, 100],
        kinds: &[VARIABLE, SORTED],
        rules: &[GS, GSL, GSD, GSQ],
        updates: &[NEWTON],
    },
];

/// All figures of the paper.
pub(crate) fn drawings() -> Vec<Drawing> {
    let mut all = Vec::new();
    for comparison in COMPARISONS {
        for &instance in comparison.instances {
            for &size in comparison.sizes {
                let Comparison { number, about, .. } = comparison;
                let sized = if comparison.sizes.len() > 1 { format!("-{size}") } else { String::new() };
                all.push(Drawing {
                    name: format!("bcd-{number}-{}{sized}", instance.name()),
                    about: format!(
                        "{about} ({}, blocks of {size}; Nutini et al. 2022, fig. {number})",
                        instance.title()
                    ),
                    make: Box::new(move || comparison.draw(instance, size)),
                });
            }
        }
    }
    all.extend(graphs::drawings());
    all.extend(bounds::drawings());
    all
}

impl Comparison {
    fn draw(&self, instance: Instance, size: usize) -> Result<Figure, Failure> {
        let title = format!("{}, {}, blocks of {size}", instance.title(), self.shared);
        // What does not vary is in the title.
        let varies = (self.kinds.len() > 1, self.updates.len() > 1);
        instance.with(|problem, best| {
            let mut traces = Vec::new();
            for (kind, blocks) in self.kinds {
                for &(how, update) in self.updates {
                    for &(rule, selection) in self.rules {
                        let mut name = rule.to_owned();
                        let details = [(varies.0, *kind), (varies.1, how)];
                        details.iter().filter(|d| d.0).for_each(|d| name = format!("{name}, {}", d.1));
                        let blocks = blocks.clone();
                        let method = BlockDescent { blocks, selection, update, size, tolerance: 0.0, seed: 0 };
                        traces.push(excess(&Curve { name: &name, title: &title }, &record(problem, &method)?, best)?);
                    }
                }
            }
            let panel =
                Panel { x: "block_steps", y: "relative_excess", x_scale: ScaleKind::Linear, y_scale: ScaleKind::Log };
            Ok(Figure { title, traces, panels: vec![panel] })
        })
    }
}
