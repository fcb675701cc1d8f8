//! Reference values, known solutions, hard inputs, invariances.

mod hard_inputs;
mod invariance;
mod known_solutions;
mod losses;
mod nonconvex;
mod oracles;
mod reference_values;

use super::{CoordinateDescent, WorkingSet};
use crate::run::{Begin, Control, NoSave, Solution, Status, solve};
use thalweg_problems::certificate::GlmCertificate;
use thalweg_problems::glm::{Glm, GlmPoint};
use thalweg_problems::prox::SeparablePenalty;

type GlmSolution = Solution<GlmPoint, GlmCertificate>;

fn run_with<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, method: &WorkingSet) -> GlmSolution {
    let begin = Begin::From(problem.null_point());
    solve(problem, method, begin, method.tolerance, Control::default(), &mut NoSave).unwrap()
}

/// The default method.
fn run<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, tolerance: f64) -> GlmSolution {
    run_with(problem, &WorkingSet { tolerance, ..WorkingSet::default() })
}

/// The default method, which must converge.
fn converged<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, tolerance: f64) -> GlmSolution {
    let solution = run(problem, tolerance);
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    solution
}

/// Working sets and extrapolation alone, as published.
fn published(tolerance: f64) -> WorkingSet {
    WorkingSet { tolerance, polish: false, screening: false, ..WorkingSet::default() }
}

fn plain<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, tolerance: f64) -> GlmSolution {
    let begin = Begin::From(problem.null_point());
    let mut control = Control::default();
    control.limits.max_iterations = 10_000;
    solve(problem, &CoordinateDescent { tolerance }, begin, tolerance, control, &mut NoSave).unwrap()
}
