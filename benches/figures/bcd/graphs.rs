//! Figure 6: message passing on graphs, and conjugate gradients beside it.

use super::curves::{Curve, excess_of_iterations, follow};
use super::instances::{Instance, optimum};
use crate::{Drawing, Failure, Figure, Panel};
use thalweg::report::ScaleKind;
use thalweg_solvers::bcd::message_passing::{Blocks, GraphQp, MessagePassing, Order, Preconditioning, Score, lattice};

pub(super) fn drawings() -> Vec<Drawing> {
    let drawing = |instance: Instance| Drawing {
        name: format!("bcd-6-{}", instance.name()),
        about: format!(
            "exact minimisation over trees, colours and small blocks, and CG ({}, fig. 6)",
            instance.title()
        ),
        make: Box::new(move || draw(instance)),
    };
    vec![drawing(Instance::Lattice), drawing(Instance::Moons)]
}

fn draw(instance: Instance) -> Result<Figure, Failure> {
    const STEPS: u64 = 100;
    let title = format!("{}: exact minimisation over blocks", instance.title());
    let propagation = instance.graph()?;
    let problem = &propagation.problem;
    let best = optimum(problem)?;
    let mut rules = vec![("general", Blocks::General), ("random tree", Blocks::RandomTree { seed: 0 })];
    if instance == Instance::Lattice {
        rules.push(("red-black", Blocks::Fixed(lattice::red_black(50, &propagation.unknown))));
        rules.push(("combs", Blocks::Fixed(lattice::combs(50, &propagation.unknown))));
    } else {
        rules.push(("colours by degree", Blocks::Colouring(Order::Diagonal)));
        rules.push(("colours in order", Blocks::Colouring(Order::Natural)));
        rules.push(("forests by degree", Blocks::Forests(Order::Diagonal)));
        rules.push(("forests in order", Blocks::Forests(Order::Natural)));
    }
    rules.push(("greedy tree", Blocks::GreedyTree(Score::Gradient)));
    let zero = || vec![0.0; problem.nodes()];
    let mut traces = Vec::new();
    for (name, blocks) in rules {
        let trace = follow(problem, &MessagePassing { tolerance: 1e-15, blocks }, zero(), STEPS)?;
        traces.push(excess_of_iterations(&Curve { name, title: &title }, &trace, best)?);
    }
    let sweep = GraphQp { tolerance: 1e-15, preconditioning: Preconditioning::Forests(Order::Natural) };
    let trace = follow(problem, &sweep, zero(), STEPS)?;
    let curve = Curve { name: "CG with forest sweep, to 1e-8", title: &title };
    traces.push(excess_of_iterations(&curve, &trace, best)?);
    let panel = Panel { x: "iteration", y: "relative_excess", x_scale: ScaleKind::Linear, y_scale: ScaleKind::Log };
    Ok(Figure { title, traces, panels: vec![panel] })
}
