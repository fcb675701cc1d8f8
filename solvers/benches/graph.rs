//! Conjugate gradients on graphs: preconditioned by a sweep of forest solves, and by the diagonal.
//!
//! ```text
//! cargo bench -p thalweg-solvers --bench graph
//! ```
//!
//! The iterations to a relative residual of 1e-8 are printed first; times are of whole solves, factors included.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a bench reports on stdout, and may panic")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use thalweg_problems::generate::{lattice::lattice, moons::moons};
use thalweg_problems::graph::{GraphQuadratic, LabelPropagation};
use thalweg_solvers::bcd::message_passing::{Forest, GraphQp, Order, Preconditioning, lattice as blocks, partition};
use thalweg_solvers::run::{Begin, Control, NoSave, Outcome, drive};

type Work = thalweg_solvers::bcd::message_passing::GraphQpWork;

fn solve(problem: &GraphQuadratic, preconditioning: &Preconditioning) -> Outcome<Work> {
    let method = GraphQp { tolerance: 1e-8, preconditioning: preconditioning.clone() };
    let begin = Begin::From(vec![0.0; problem.nodes()]);
    let mut control = Control::default();
    control.limits.max_iterations = 100_000;
    drive(problem, &method, begin, &mut control, &mut NoSave).unwrap()
}

/// Trees, the largest of them, and the deepest: what could run in parallel.
fn shape(problem: &GraphQuadratic, block: &[u32]) -> String {
    let mut forest = Forest::default();
    forest.factor(problem, block, 0.0).unwrap();
    let (trees, largest, depth) = forest.shape();
    format!("{} nodes in {trees} trees, the largest of {largest}, depth {depth}", block.len())
}

fn compare(c: &mut Criterion, name: &str, propagation: &LabelPropagation, special: Option<Preconditioning>) {
    let problem = &propagation.problem;
    let mut ways = vec![("forests", Preconditioning::Forests(Order::Natural)), ("diagonal", Preconditioning::Diagonal)];
    ways.extend(special.map(|s| ("combs", s)));
    println!("\n{name}: {} unknowns, {} edges", problem.nodes(), problem.edges());
    for (k, block) in partition::forests(problem, Order::Natural).iter().enumerate() {
        println!("  forest {}: {}", k + 1, shape(problem, block));
    }
    for (way, preconditioning) in &ways {
        println!("  {way}: {} iterations", solve(problem, preconditioning).run.iteration);
    }
    let mut group = c.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for (way, preconditioning) in &ways {
            group.bench_function(format!("{way}, threads {threads}"), |b| {
                b.iter(|| pool.install(|| black_box(solve(problem, preconditioning).run.objective)));
            });
        }
    }
    group.finish();
}

fn graphs(c: &mut Criterion) {
    for (side, labels) in [(50, 100), (400, 3200)] {
        let propagation = LabelPropagation::new(&lattice(side, side, 1e5, labels, 3)).unwrap();
        let combs = Preconditioning::Fixed(blocks::combs(side, &propagation.unknown));
        compare(c, &format!("lattice {side} x {side}"), &propagation, Some(combs));
    }
    for (points, labels) in [(2000, 100), (20_000, 100)] {
        let propagation = LabelPropagation::new(&moons(points, labels, 4)).unwrap();
        compare(c, &format!("two moons, {points} points"), &propagation, None);
    }
}

criterion_group!(benches, graphs);
criterion_main!(benches);
