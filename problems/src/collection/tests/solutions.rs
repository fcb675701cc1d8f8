//! Known solutions, multipliers and optima.

use super::super::{Kind, nlp, nlp_records};
use super::solver::{Answer, Dense, least_squares_multipliers, minimise, norm, polish};
use crate::nlp::NonlinearProgram;

/// Larger instances are left to the tests of the solvers.
const LARGEST: usize = 120;

/// Instances where the plain method of these tests does not get to an optimum on record; left to the tests of the solvers.
const TOO_HARD: &[&str] = &["ORTHREGD(10)"];

/// `f` agrees with one of the optima to the digits given (twelve at most).
fn is_known(name: &str, f: f64, known: &[f64]) {
    let close = |k: &f64| (f - k).abs() <= 2e-9 * k.abs().max(1.0);
    assert!(known.iter().any(close), "{name}: f = {f:.12}, on record {known:?}");
}

fn failures(problems: impl Iterator<Item = (String, Result<(), String>)>) -> String {
    problems.filter_map(|(name, result)| result.err().map(|e| format!("{name}: {e}\n"))).collect()
}

fn best_of(answer: &Answer, known: &[f64]) -> Result<(), String> {
    let close = |k: &f64| (answer.f - k).abs() <= 2e-9 * k.abs().max(1.0);
    if answer.residual > 1e-6 {
        return Err(format!("residual {:e} at f = {}", answer.residual, answer.f));
    }
    if !known.iter().any(close) {
        return Err(format!("f = {:.12}, on record {known:?}, residual {:e}", answer.f, answer.residual));
    }
    Ok(())
}

/// First penalties tried in turn: which minimum is found depends on them.
const PENALTIES: [f64; 4] = [10.0, 1000.0, 1.0, 0.1];

#[test]
fn equality_problems_have_the_optima_on_record() {
    let failed = failures(nlp_records().flat_map(|record| {
        let mut sizes: Vec<&[usize]> = record.optima.iter().map(|o| o.sizes).collect();
        sizes.dedup();
        sizes.into_iter().filter_map(|sizes| {
            let program = record.build(sizes).expect(record.name);
            if Kind::of(&program) != Kind::Equality
                || program.variables() > LARGEST
                || TOO_HARD.contains(&program.name())
            {
                return None;
            }
            let known: Vec<f64> = record.optima_at(sizes).collect();
            let mut result = Ok(());
            for penalty in PENALTIES {
                result = best_of(&minimise(&program, program.start(), penalty), &known);
                if result.is_ok() {
                    break;
                }
            }
            Some((program.name().to_owned(), result))
        })
    }));
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn known_solutions_satisfy_the_optimality_conditions() {
    let failed = failures(nlp_records().filter(|r| !r.solution.is_empty()).filter_map(|record| {
        let program = record.build(&record.default_sizes()).expect(record.name);
        if Kind::of(&program) != Kind::Equality {
            return None;
        }
        Some((record.name.to_owned(), known_solution(record, &program)))
    }));
    assert!(failed.is_empty(), "{failed}");
}

/// The solution is near an exact one, which has the optimum and the multipliers on record.
fn known_solution(record: &crate::collection::Record, program: &dyn NonlinearProgram) -> Result<(), String> {
    let mut problem = Dense::new(program);
    let at = problem.at(record.solution);
    let y = if record.multipliers.is_empty() { least_squares_multipliers(&at) } else { record.multipliers.to_vec() };
    let exact = polish(&mut problem, record.solution, &y);
    if exact.residual > 1e-10 {
        return Err(format!("residual {:e}", exact.residual));
    }
    let moved: Vec<f64> = exact.x.iter().zip(record.solution).map(|(a, b)| (a - b) / b.abs().max(1.0)).collect();
    let changed: Vec<f64> = exact.y.iter().zip(&y).map(|(a, b)| (a - b) / b.abs().max(1.0)).collect();
    if norm(&moved) > 5e-9 || norm(&changed) > 5e-9 {
        return Err(format!("the solution is off by {:e}, the multipliers by {:e}", norm(&moved), norm(&changed)));
    }
    let known = record.optima_at(&record.default_sizes()).next().expect("an optimum");
    if (exact.f - known).abs() > 1e-10 * known.abs().max(1.0) {
        return Err(format!("f = {:.12}, on record {known}", exact.f));
    }
    Ok(())
}

#[test]
fn objectives_at_the_start() {
    for (name, expected) in [("HS40", -0.4096), ("BT5", 976.0), ("BT1", -99.08)] {
        let program = nlp(name).expect(name);
        let (f, _) = Dense::new(&program).values(program.start()).expect("defined");
        is_known(name, f, &[expected]);
    }
}
