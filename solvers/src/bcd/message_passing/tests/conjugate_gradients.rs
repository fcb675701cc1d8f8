//! The recorded optima and gaps of preconditioned conjugate gradients, and how runs end.

use super::{dense_solution, from_edges, lattice_instance, moons_instance, random_graph};
use crate::bcd::message_passing::sweep::{Bound, ForestSweep, Kind};
use crate::bcd::message_passing::{Blocks, GraphQp, MessagePassing, Order, Preconditioning, lattice, partition};
use crate::linear_systems::krylov::ConjugateGradient;
use crate::run::{Begin, Control, Method, NoSave, Run, Solution, Status, Work, solve};
use thalweg_problems::certificate::GraphCertificate;
use thalweg_problems::graph::GraphQuadratic;

fn run(problem: &GraphQuadratic, method: &GraphQp) -> Solution<Vec<f64>, GraphCertificate> {
    let begin = Begin::From(vec![0.0; problem.nodes()]);
    solve(problem, method, begin, method.tolerance, Control::default(), &mut NoSave).unwrap()
}

#[test]
fn the_recorded_optima() {
    for (propagation, nodes, edges, best) in [
        (lattice_instance(20, 40), 360, 617, -314_388_927.255_654_5),
        (lattice_instance(50, 100), 2400, 4512, -911_269_637.104_188_2),
        (moons_instance(400, 40), 360, 990, -324.038_804_518_247_3),
        (moons_instance(2000, 100), 1900, 5479, -680.945_175_606_584_9),
    ] {
        let problem = &propagation.problem;
        assert_eq!((problem.nodes(), problem.edges()), (nodes, edges));
        for preconditioning in [Preconditioning::Diagonal, Preconditioning::Forests(Order::Natural)] {
            let solution = run(problem, &GraphQp { tolerance: 1e-12, preconditioning });
            assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
            approx::assert_relative_eq!(solution.objective, best, max_relative = 1e-13);
        }
    }
}

/// Gaps that print as recorded; f - f* is computed as `(x - x*)' A (x - x*) / 2`, which does not cancel. Two are
/// recorded as the difference of two objectives of which 2.2e-16 is the last bit: 2.5e-15 and 2.1e-14 for 2.1e-15 and 2.0e-14.
#[test]
fn the_recorded_gaps() {
    let lattice = lattice_instance(20, 40);
    let moons = moons_instance(400, 40);
    let combs = Preconditioning::Fixed(lattice::combs(20, &lattice.unknown));
    let forests = Preconditioning::Forests(Order::Natural);
    let sweeps = [5, 10, 15, 20];
    gaps(&lattice.problem, combs, &sweeps, &["3.9e-4", "1.8e-7", "7.3e-11", "2.1e-15"]);
    gaps(&moons.problem, forests, &sweeps, &["3.4e-3", "5.7e-6", "3.8e-8", "1.5e-11"]);
    gaps(&lattice.problem, Preconditioning::Diagonal, &[50], &["1.2e-12"]);
    gaps(&moons.problem, Preconditioning::Diagonal, &[50], &["2.0e-14"]);
}

fn gaps(problem: &GraphQuadratic, preconditioning: Preconditioning, steps: &[u32], expected: &[&str]) {
    let all: Vec<u32> = (0..problem.nodes() as u32).collect();
    let best = dense_solution(problem, &all, problem.linear());
    let method = GraphQp { tolerance: 0.0, preconditioning };
    let mut record = Run::new(1);
    let mut work = method.start(problem, vec![0.0; problem.nodes()], &mut record).unwrap();
    let energy = |x: &[f64]| {
        let error: Vec<f64> = x.iter().zip(&best).map(|(x, b)| x - b).collect();
        let mut product = vec![0.0; x.len()];
        problem.multiply(&error, &mut product);
        error.iter().zip(&product).map(|(e, p)| e * p).sum::<f64>()
    };
    let whole = energy(work.point());
    let mut found = Vec::new();
    for step in 1..=steps[steps.len() - 1] {
        let _ = method.step(problem, &mut work, &mut record).unwrap();
        if steps.contains(&step) {
            found.push(format!("{:.1e}", energy(work.point()) / whole));
        }
    }
    assert_eq!(found, expected);
}

/// The smallest eigenvalue of A by inverse iteration, every system solved by the method's own parts.
#[test]
fn the_recorded_eigenvalues() {
    let smallest = |problem: &GraphQuadratic| {
        let forests = partition::forests(problem, Order::Natural);
        let mut kind = Kind::Sweep(ForestSweep::new(problem, &forests).unwrap());
        let mut vector = vec![1.0; problem.nodes()];
        let mut eigenvalue = f64::INFINITY;
        for _ in 0..400 {
            let mut state = ConjugateGradient::start(problem, &vector, vec![0.0; vector.len()]);
            for _ in 0..40 {
                state.step(problem, &mut Bound { problem, kind: &mut kind }).unwrap();
            }
            // v'v / v'A^{-1}v is a Rayleigh quotient of A^{-1}.
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            eigenvalue = dot(&vector, &vector) / dot(&vector, &state.x);
            let norm = dot(&state.x, &state.x).sqrt();
            vector = state.x.iter().map(|x| x / norm).collect();
        }
        eigenvalue
    };
    approx::assert_abs_diff_eq!(smallest(&lattice_instance(20, 40).problem), 10_149.618_6, epsilon = 5e-5);
    approx::assert_abs_diff_eq!(smallest(&moons_instance(400, 40).problem), 0.151_778_70, epsilon = 5e-9);
}

/// A single forest is the whole problem: one step of the sweep.
#[test]
fn a_tree_takes_one_step() {
    let problem = random_graph(80, 0, 3);
    let preconditioning = Preconditioning::Forests(Order::Natural);
    let solution = run(&problem, &GraphQp { tolerance: 1e-13, preconditioning });
    assert_eq!((solution.status, solution.iterations), (Status::Converged, 1));
}

#[test]
fn how_runs_end() {
    let problem = random_graph(60, 60, 1);
    // Nothing to do.
    let zero = from_edges(2, &[(0, 1, -1.0)], &[2.0, 2.0], vec![0.0, 0.0]);
    let solution = run(&zero, &GraphQp { tolerance: 0.0, ..GraphQp::default() });
    assert_eq!((solution.status, solution.point), (Status::Converged, vec![0.0, 0.0]));
    let empty = from_edges(0, &[], &[], vec![]);
    assert_eq!(run(&empty, &GraphQp::default()).status, Status::Converged);
    // More than the precision holds.
    for preconditioning in [Preconditioning::Diagonal, Preconditioning::Forests(Order::Natural)] {
        let solution = run(&problem, &GraphQp { tolerance: 1e-30, preconditioning });
        assert_eq!(solution.status, Status::Stalled);
        assert!(solution.reason.contains("the residual is at the level of rounding"), "{}", solution.reason);
    }
    let begin = Begin::From(vec![0.0; 60]);
    let method = MessagePassing { tolerance: 1e-30, ..MessagePassing::default() };
    let solution = solve(&problem, &method, begin, 1e-30, Control::default(), &mut NoSave).unwrap();
    assert_eq!(solution.status, Status::Stalled, "{}", solution.reason);
    // Not positive definite: by a pivot, or by a direction where no forest shows it.
    let triangle = from_edges(3, &[(0, 1, -0.9), (1, 2, -0.9), (0, 2, -0.9)], &[1.0; 3], vec![1.0, 1.0, 1.0]);
    let solution = run(&triangle, &GraphQp { preconditioning: Preconditioning::Diagonal, ..GraphQp::default() });
    assert_eq!(solution.status, Status::NumericalFailure);
    assert!(solution.reason.contains("not positive definite: p' A p is"), "{}", solution.reason);
    // Points and options that do not fit.
    let start = |method: &GraphQp, point: Vec<f64>| method.start(&problem, point, &mut Run::new(1)).map(|_| ());
    assert!(start(&GraphQp::default(), vec![0.0; 59]).is_err());
    assert!(start(&GraphQp::default(), vec![f64::NAN; 60]).is_err());
    assert!(start(&GraphQp { tolerance: -1.0, ..GraphQp::default() }, vec![0.0; 60]).is_err());
    let missing = Preconditioning::Fixed(vec![vec![0, 1]]);
    assert!(start(&GraphQp { preconditioning: missing, ..GraphQp::default() }, vec![0.0; 60]).is_err());
}

/// Both methods end at the solution of a dense solve.
#[test]
fn methods_agree() {
    for seed in 0..8 {
        let problem = random_graph(50, 20 * seed as usize, seed);
        let all: Vec<u32> = (0..50).collect();
        let expected = dense_solution(&problem, &all, problem.linear());
        let close = |solution: Solution<Vec<f64>, GraphCertificate>| {
            assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
            approx::assert_abs_diff_eq!(solution.point.as_slice(), expected.as_slice(), epsilon = 1e-9);
        };
        for preconditioning in [Preconditioning::Diagonal, Preconditioning::Forests(Order::Diagonal)] {
            close(run(&problem, &GraphQp { tolerance: 1e-12, preconditioning }));
        }
        for blocks in
            [Blocks::default(), Blocks::RandomTree { seed: 5 }, Blocks::Colouring(Order::Diagonal), Blocks::General]
        {
            let method = MessagePassing { tolerance: 1e-12, blocks };
            let begin = Begin::From(vec![0.0; 50]);
            close(solve(&problem, &method, begin, 1e-12, Control::default(), &mut NoSave).unwrap());
        }
    }
}
