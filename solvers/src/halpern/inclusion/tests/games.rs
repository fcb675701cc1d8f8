//! Games with known values.

use super::super::baselines::*;
use super::*;
use crate::run::{Status, Work};
use thalweg_problems::certificate::{Certificate, Certify};
use thalweg_problems::game::PayoffMatrix;
use thalweg_problems::generate::games;
use thalweg_problems::inclusion::{FiniteSumOperator, TwoWayMatrix};

/// The primal-dual method finds the recorded values, in about the recorded numbers of iterations.
#[test]
fn primal_dual_values() {
    let two = TwoWayMatrix::from_rows(2, 2, vec![1.0, 2.0, 3.0, 0.0]).unwrap();
    for (name, game, value, iterations) in [
        ("P1 n=20", games::policemen_and_burglar(20), 0.854_448_840_758_6, 750),
        ("P1 n=100", games::policemen_and_burglar(100), 1.022_108_381_449_4, 2840),
        ("P2", games::sum_power(100, 2.0), 0.252_518_875_786_0, 9890),
        ("P3 alpha=1", games::distance_power(100, 1.0), 0.253_768_844_221_1, 30),
        ("P3 alpha=2", games::distance_power(100, 2.0), 0.064_404_939_269_2, 201),
        ("P4", games::rock_paper_scissors(), 0.0, 100),
        ("P5", Ok(PayoffMatrix::new(two)), 1.5, 200),
    ] {
        let (operator, simplices, start) = game.unwrap().inclusion().unwrap();
        let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
        let (outcome, _) = run(&problem, &HalpernPdhg { tolerance: 1e-10, ..HalpernPdhg::default() }, 5000);
        let certificate = problem.certify(outcome.work.point());
        assert_eq!(outcome.status, Status::Converged, "{name}");
        assert!((certificate.objective() - value).abs() < 1e-9, "{name} {certificate:?}");
        assert!(certificate.gap < 2e-9, "{name} {certificate:?}");
        let found = outcome.run.counts.get(crate::run::Oracle::Pdhg);
        assert!(found <= 4 * iterations, "{name}: {found}");
    }
}

/// Outside its theory, but on this matrix it works: the setting of the paper's figure.
#[test]
fn restarted_single_loop_solves_policemen_and_burglar() {
    let (operator, simplices, start) = games::policemen_and_burglar(100).unwrap().inclusion().unwrap();
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
    let method = SingleLoop {
        step: Some(5.0 / operator.matrix().frobenius()),
        batch: Some(10),
        assume_cocoercive: true,
        law: Some(Law::Uniform),
        ..SingleLoop::default()
    };
    let (outcome, _) = run(&problem, &method, 20_000);
    let certificate = problem.certify(outcome.work.point());
    assert_eq!(outcome.status, Status::Converged, "{certificate:?}");
    assert!(certificate.gap < 1e-5, "{certificate:?}");
    assert!((certificate.objective() - 1.022_108_381_449_4).abs() < 1e-6, "{certificate:?}");
}

/// The inexact iteration needs monotonicity alone.
#[test]
fn inexact_iteration_solves_games() {
    for (game, value) in [
        (games::policemen_and_burglar(20), 0.854_448_840_758_6),
        (games::distance_power(20, 1.0), (20.0 / 39.0) / 2.0 + 1.0 / 78.0),
        (games::rock_paper_scissors(), 0.0),
    ] {
        let (operator, simplices, start) = game.unwrap().inclusion().unwrap();
        // Away from the uniform start, which solves the last one.
        let mut start = start;
        let n = operator.x_dimension();
        start[..n].fill(0.0);
        start[0] = 1.0;
        let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
        let (outcome, _) = run(&problem, &InexactHalpern { tolerance: 1e-4, ..InexactHalpern::default() }, 20_000);
        let certificate = problem.certify(outcome.work.point());
        assert_eq!(outcome.status, Status::Converged, "{certificate:?}");
        assert!((certificate.objective() - value).abs() < 1e-2, "{certificate:?}");
        assert!(certificate.gap < 1e-2, "{certificate:?}");
    }
}

/// The single loop fails where its theory ends; alone it says so, guarded it hands over.
#[test]
fn the_guard_speaks_and_the_inexact_iteration_takes_over() {
    let (operator, simplices, start) = games::policemen_and_burglar(20).unwrap().inclusion().unwrap();
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
    let step = Some(5.0 / operator.matrix().frobenius());
    let single_loop = SingleLoop { step, assume_cocoercive: true, ..SingleLoop::default() };
    let (outcome, _) = run(&problem, &single_loop, 20_000);
    assert_eq!(outcome.status, Status::Stalled, "{:?}", outcome.run);
    assert!(outcome.run.reason.unwrap().contains("the residual"));

    let guarded = GuardedHalpern { single_loop, ..GuardedHalpern::default() }.with(1e-3, 0);
    let (outcome, _) = run(&problem, &guarded, 20_000);
    assert_eq!(outcome.status, Status::Converged);
    assert!(outcome.run.notes[0].contains("for the inexact one: the residual"), "{:?}", outcome.run.notes);

    let unasked = SingleLoop::default();
    let mut control = Control::default();
    let start = problem.start().to_vec();
    let refused = drive(&problem, &unasked, Begin::From(start), &mut control, &mut NoSave).unwrap_err();
    assert!(refused.to_string().contains("not cocoercive"), "{refused}");
}

/// Elements of the normal cone: the vector that a resolvent found points out of the simplex at every vertex.
#[test]
fn resolvents_find_normal_vectors() {
    use thalweg_problems::generate::reference_random::SplitMix64;
    use thalweg_problems::{prox::Proximable, sets::Simplex};
    let mut random = SplitMix64::new(3);
    for _ in 0..200 {
        let v: Vec<f64> = (0..7).map(|_| 2.0 * random.normal()).collect();
        let mut u = v.clone();
        Simplex::default().prox(&mut u, 1.0);
        let g: Vec<f64> = v.iter().zip(&u).map(|(v, u)| v - u).collect();
        let at = g.iter().zip(&u).fold(0.0, |s, (g, u)| s + g * u);
        assert!(g.iter().all(|g| g - at <= 1e-12), "{g:?}");
    }
}

/// Start at the solution: the first certificate is the last.
#[test]
fn a_solved_start_ends_at_once() {
    let (operator, simplices, start) = games::rock_paper_scissors().unwrap().inclusion().unwrap();
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
    assert!(problem.start_residual() < 1e-15);
    let zero = TwoWayMatrix::from_rows(2, 3, vec![0.0; 6]).unwrap();
    let (operator, simplices, start) = PayoffMatrix::new(zero).inclusion().unwrap();
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
    let assumed = SingleLoop { assume_cocoercive: true, ..SingleLoop::default() };
    assert_eq!(run(&problem, &assumed, 10).0.status, Status::Converged);
    assert_eq!(run(&problem, &InexactHalpern::default(), 10).0.status, Status::Converged);
    assert_eq!(run(&problem, &HalpernPdhg::default(), 10).0.status, Status::Converged);
    assert_eq!(run(&problem, &FullOperator::new(Extragradient), 10).0.status, Status::Converged);
    assert_eq!(operator.lipschitz(), Some(0.0));
}
