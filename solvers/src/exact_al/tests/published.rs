//! Optima and iteration counts of the published set.

use super::set::SET;
use super::*;
use crate::run::Status;

/// How a setting does on the set.
struct Score {
    solved: usize,
    mean: f64,
}

fn score(setting: &str, method: &ExactAl) -> Score {
    let (mut solved, mut total) = (0, 0);
    for text in SET {
        let (solution, rows) = run(&text.program(), method);
        let error = |optimum: &f64| (solution.objective - optimum).abs() / optimum.abs().max(1.0);
        let right = solution.status == Status::Converged && text.optima.iter().any(|o| error(o) <= 1e-8);
        solved += usize::from(right);
        total += solution.iterations;
        if !right || solution.iterations.abs_diff(text.iterations) > 2 {
            println!(
                "{} {setting} {}: {} {} iterations ({}), objective {} ({:?}), trials {} {}",
                if right { " " } else { "*" },
                text.name,
                solution.status,
                solution.iterations,
                text.iterations,
                solution.objective,
                text.optima,
                rows.measure("trials").iter().sum::<f64>(),
                solution.reason
            );
        }
    }
    let mean = total as f64 / SET.len() as f64;
    println!("== {setting}: {solved} of {}, mean {mean:.3}", SET.len());
    Score { solved, mean }
}

/// The published mean is 8.1: HS61 begins at a saddle point of the violation, which is left at once.
#[test]
fn reference() {
    let score = score("reference", &ExactAl::reference());
    assert_eq!(score.solved, SET.len());
    assert!(score.mean <= 8.2, "{}", score.mean);
}

#[test]
fn five_merits_and_a_small_gradient_penalty() {
    let score = score("memory 5", &ExactAl { memory: 5, gradient_penalty: 1e-3, ..ExactAl::reference() });
    assert_eq!(score.solved, SET.len());
    assert!(score.mean <= 7.6, "{}", score.mean);
}

#[test]
fn defaults() {
    let score = score("default", &ExactAl::default());
    assert_eq!(score.solved, SET.len());
}
