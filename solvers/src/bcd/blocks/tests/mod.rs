//! The recorded experiments, the guarantees, resume and threads.

mod bounds;
mod costs;
mod extras;
mod guarantees;
mod rates;
mod recorded;
mod runs;
mod softmax;

use super::{BlockDescent, BlockProblem, BlockWork, Blocks, Partition, Selection, SmoothFit, Update};
use crate::run::{Begin, Control, NoSave, Outcome, drive};
use thalweg_problems::datafit;
use thalweg_problems::generate::gaussian::Regression;
use thalweg_problems::generate::scaled_sparse;

const SORT: Blocks = Blocks::Fixed(Partition::Sort);
const ORDER: Blocks = Blocks::Fixed(Partition::Order);
const AVERAGE: Blocks = Blocks::Fixed(Partition::Average);

fn method(blocks: impl std::borrow::Borrow<Blocks>, selection: Selection, update: Update, size: usize) -> BlockDescent {
    BlockDescent { blocks: blocks.borrow().clone(), selection, update, size, tolerance: 0.0, seed: 7 }
}

/// From 0, this many block steps (a multiple of ten).
fn run<P: BlockProblem + ?Sized>(problem: &P, method: &BlockDescent, block_steps: u64) -> Outcome<BlockWork> {
    let mut control = Control::default();
    control.limits.max_iterations = block_steps / BlockDescent::BLOCK_STEPS;
    let outcome =
        drive(problem, method, Begin::From(vec![0.0; problem.dimension()]), &mut control, &mut NoSave).unwrap();
    assert!(outcome.failure.is_none(), "{method:?}: {:?}", outcome.failure);
    outcome
}

/// Least squares A(100, 300, 1).
fn with_least_squares(test: impl FnOnce(&SmoothFit<'_>)) {
    let Regression { design, targets } = scaled_sparse::regression(100, 300, 1).unwrap();
    let loss = datafit::Quadratic::new(targets).unwrap();
    test(&SmoothFit::new(&design, &loss).unwrap());
}

/// Logistic B(100, 300, 2).
fn with_logistic(test: impl FnOnce(&SmoothFit<'_>)) {
    let Regression { design, targets } = scaled_sparse::classification(100, 300, 2).unwrap();
    let loss = datafit::Logistic::from_labels(&targets).unwrap();
    let problem = SmoothFit::new(&design, &loss).unwrap();
    test(&problem.with_third_derivative(SmoothFit::LOGISTIC_THIRD_DERIVATIVE));
}
