//! Rates of the stochastic methods.

use super::super::draws::{Draws, Streams};
use super::super::forb::{Forb, ForbTask};
use super::super::oracle::Calls;
use super::*;
use crate::run::{Counts, Status, Work};
use thalweg_problems::generate::{games, saddles};
use thalweg_problems::inclusion::{FiniteSumOperator, Zero};

/// The single loop on least squares: the root mean square over seeds is below the bound at every step where enough seeds
/// refresh. Whether one does is independent of its iterate.
#[test]
fn single_loop_rate() {
    let operator = saddles::least_squares(400, 20, 0.1, 3).unwrap();
    let problem = FiniteSumInclusion::new(&operator, &Zero, None).unwrap();
    let exact = run(&problem, &SingleLoop { tolerance: 1e-12, ..SingleLoop::default() }, 100_000).0;
    assert_eq!(exact.status, Status::Converged);
    let d = distance(exact.work.point(), problem.start());
    let lipschitz = operator.lipschitz_on_average(Law::Uniform).unwrap();
    let eta = 1.0 / (4.0 * lipschitz);
    let mut squares = vec![Vec::new(); 4001];
    for seed in 0..20 {
        let method =
            SingleLoop { restart: false, law: Some(Law::Uniform), tolerance: 0.0, seed, ..SingleLoop::default() };
        let mut control = Control::default();
        let mut seen = Refreshes::default();
        control.observers.push(&mut seen);
        control.limits.max_iterations = 700;
        let start = problem.start().to_vec();
        drive(&problem, &method, Begin::From(start), &mut control, &mut NoSave).unwrap();
        for (k, r) in seen.0.into_iter().filter(|(k, _)| *k <= 4000) {
            squares[k as usize].push(r * r);
        }
    }
    let (mut checked, mut worst) = (0, 0.0);
    for (k, squares) in squares.iter().enumerate().filter(|(_, s)| s.len() >= 5) {
        let rms = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
        let j = k as f64;
        let bound = 4.0 * d / eta / (j + 4.0) * (1.0 + 16.9 * (j + 4.0) / ((j + 2.0) * (j + 3.0))).sqrt();
        worst = f64::max(worst, rms / bound);
        checked += 1;
    }
    assert!(checked > 100 && worst < 1.0, "{checked} {worst}");
    assert!(worst > 0.05, "the bound says something: {worst}");
}

/// Step and operator residual at refreshes.
#[derive(Default)]
struct Refreshes(Vec<(u64, f64)>);

impl crate::run::Observer<SingleLoopWork> for Refreshes {
    fn stepped(&mut self, run: &crate::run::Run, work: &SingleLoopWork) -> std::io::Result<()> {
        self.0.push((work.anchor.k, run.measures[2]));
        Ok(())
    }
}

/// The inner loop on a 1-strongly monotone problem: it converges linearly, and its residual bounds its error.
#[test]
fn inner_loop_converges_linearly() {
    let (operator, simplices, _) = games::policemen_and_burglar(50).unwrap().inclusion().unwrap();
    let mut start = vec![0.0; 100];
    (start[0], start[50]) = (1.0, 1.0);
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start.clone())).unwrap();
    let lipschitz = operator.lipschitz_on_average(Law::Importance).unwrap();
    let (eta, p) = (50.0_f64.sqrt() / lipschitz, 0.02);
    let step = 4.0 * f64::sqrt(p * (1.0 - p)) / (eta * lipschitz + 1.0);
    let task = ForbTask { scale: eta, pull: 1.0, centre: &start, step, refresh: p };
    let solve = |epochs: f64| {
        let mut counts = Counts::default();
        let mut calls = Calls { problem: &problem, counts: &mut counts };
        let mut draws = Draws::new(&problem, Law::Importance, 1).unwrap();
        let (mut forb, mut streams) = (Forb::default(), Streams::new(0));
        forb.begin(&start, &mut calls);
        let (mut seen, mut scratch) = (Vec::new(), vec![0.0; 100]);
        while (calls.counts.get(crate::run::Oracle::Component) as f64) < epochs * 100.0 {
            if forb.iterate(&task, &mut calls, &mut draws, &mut streams) {
                seen.push((forb.v.clone(), forb.residuals(&task, &mut scratch).0));
            }
        }
        seen
    };
    let solution = solve(150.0).pop().unwrap().0;
    let seen = solve(40.0);
    for (v, residual) in &seen {
        let error = distance(v, &solution);
        assert!(error <= residual + 1e-13, "{error:e} {residual:e}");
    }
    let relative = distance(&seen.last().unwrap().0, &solution) / distance(&start, &solution);
    assert!(relative < 1e-6, "{relative:e}");
}

/// Lazy steps are the same steps, up to rounding.
#[test]
fn lazy_steps_are_the_same_steps() {
    let operator = saddles::sparse_least_squares(300, 200, 3, 6).unwrap();
    assert!(operator.is_sparse());
    let problem = FiniteSumInclusion::new(&operator, &Zero, None).unwrap();
    for restart in [false, true] {
        let [lazy, dense] = [true, false].map(|lazy| {
            let method = SingleLoop { lazy, restart, tolerance: 0.0, ..SingleLoop::default() };
            let (outcome, trace) = run(&problem, &method, 60);
            assert_eq!(outcome.work.is_lazy(), lazy);
            (outcome.run.counts.get(crate::run::Oracle::Component), column(&trace, "residual"))
        });
        assert_eq!(lazy.0, dense.0);
        for (a, b) in lazy.1.iter().zip(&dense.1) {
            assert!((a - b).abs() <= 1e-10 * b, "{a} {b}");
        }
    }
}

/// Forward-reflected-backward steps on a strongly monotone problem.
#[test]
fn strongly_monotone_problems_converge_linearly() {
    let operator = saddles::least_squares(60, 5, 0.1, 4).unwrap();
    let problem = FiniteSumInclusion::new(&operator, &Zero, None).unwrap();
    let method = ForwardReflectedBackward { tolerance: 1e-12, ..ForwardReflectedBackward::default() };
    let (outcome, trace) = run(&problem, &method, 100_000);
    assert_eq!(outcome.status, Status::Converged);
    // As many epochs for the second half of the digits as for the first.
    let (residuals, epochs) = (column(&trace, "relative_residual"), column(&trace, "epochs"));
    let when = |t: f64| epochs[residuals.iter().position(|r| *r <= t).unwrap()];
    let (half, whole) = (when(1e-6), when(1e-12));
    assert!(whole < 2.5 * half && whole > 1.5 * half, "{half} {whole}");
}
