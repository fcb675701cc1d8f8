//! Known solutions, multipliers and optima.

use super::super::{Kind, Record, nlp, nlp_record, nlp_records};
use super::solver::{Active, Answer, Dense, lagrangian_gradient, least_squares_multipliers, minimise, norm, polish};
use crate::nlp::NonlinearProgram;

/// Larger instances are left to the tests of the solvers.
const LARGEST: usize = 300;

/// From its start the plain method of these tests is drawn to a point where the gradient of a constraint vanishes; it has a
/// test of its own.
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
const PENALTIES: [f64; 5] = [10.0, 1000.0, 1.0, 0.1, 1e5];

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
                let answer = minimise(&program, program.start(), penalty);
                result = best_of(&answer, &known);
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
    let failed = failures(nlp_records().filter(|r| !r.solution.is_empty() && r.name != "HS13").map(|record| {
        let program = record.build(&record.default_sizes()).expect(record.name);
        (record.name.to_owned(), known_solution(record, &program))
    }));
    assert!(failed.is_empty(), "{failed}");
}

/// The solution is near an exact one, which has the optimum and the multipliers on record; multipliers of inequalities have
/// the right signs.
fn known_solution(record: &Record, program: &dyn NonlinearProgram) -> Result<(), String> {
    let mut problem = Dense::new(program);
    let active = Active::near(&mut problem, record.solution, 1e-8);
    let at = problem.at(record.solution);
    let y = match record.multipliers {
        [] => least_squares_multipliers(&active.restrict(&at, record.solution)),
        known => known.to_vec(),
    };
    let exact = polish(&mut problem, record.solution, &y, &active);
    if exact.residual > 1e-10 {
        return Err(format!("residual {:e}", exact.residual));
    }
    let moved: Vec<f64> = exact.x.iter().zip(record.solution).map(|(a, b)| (a - b) / b.abs().max(1.0)).collect();
    let changed: Vec<f64> = exact.y.iter().zip(&y).map(|(a, b)| (a - b) / b.abs().max(1.0)).collect();
    if norm(&moved) > 5e-9 || norm(&changed) > 1e-8 {
        return Err(format!("the solution is off by {:e}, the multipliers by {:e}", norm(&moved), norm(&changed)));
    }
    let known = record.optima_at(&record.default_sizes()).next().expect("an optimum");
    if (exact.f - known).abs() > 1e-10 * known.abs().max(1.0) {
        return Err(format!("f = {:.12}, on record {known}", exact.f));
    }
    let c = problem.values(&exact.x).expect("defined").1;
    for (values, (lower, upper)) in [(&c, program.constraint_bounds()), (&exact.x, program.variable_bounds())] {
        if values.iter().zip(lower.iter().zip(upper)).any(|(v, (l, u))| *v < l - 1e-10 || *v > u + 1e-10) {
            return Err("infeasible".into());
        }
    }
    let (rows, bounds) = exact.y.split_at(active.rows.len());
    for (active, y, (lower, upper)) in
        [(&active.rows, rows, program.constraint_bounds()), (&active.bounds, bounds, program.variable_bounds())]
    {
        for (&(i, side), &y) in active.iter().zip(y) {
            let allowed = lower[i] == upper[i] || if side == lower[i] { y <= 1e-9 } else { y >= -1e-9 };
            if !allowed {
                return Err(format!("multiplier {i} is {y}"));
            }
        }
    }
    Ok(())
}

#[test]
fn hs13_has_no_multipliers_at_its_solution() {
    let record = nlp_record("HS13").expect("on record");
    let program = nlp("HS13").expect("on record");
    let mut problem = Dense::new(&program);
    let active = Active::near(&mut problem, record.solution, 0.0);
    assert_eq!((active.rows.len(), active.bounds.len()), (1, 1));
    let at = active.restrict(&problem.at(record.solution), record.solution);
    assert_eq!(at.f, 1.0);
    // Both active gradients are along the second axis, that of the objective is not.
    assert_eq!(at.gradient, [-2.0, 0.0]);
    assert_eq!(at.jacobian, [0.0, -1.0, 0.0, 1.0]);
}

#[test]
fn other_minima_are_found_from_starts_near_them() {
    let steady: Vec<f64> = [2.021, 1.6, -3.2].into_iter().cycle().take(101).collect();
    for (name, start, value) in [
        ("BT4", &[-3.3, 0.7, 3.7][..], -3.704_768_183_57),
        ("BT4", &[3.6, 0.7, -3.4], 3.289_037_737_61),
        ("BT7", &[-0.8, -1.2, 0.1, 0.8, 1.1], 360.379_767_174),
        ("LV13", &steady, 769.847_100_361),
    ] {
        let (record, program) = (nlp_record(name).expect(name), nlp(name).expect(name));
        assert!(record.optima_at(&record.default_sizes()).any(|v| v == value));
        assert_eq!(best_of(&minimise(&program, start, 1e4), &[value]), Ok(()), "{name}");
    }
}

#[test]
fn orthregd_has_its_optimum_near_the_circle_of_its_data() {
    let program = nlp("ORTHREGD(10)").expect("on record");
    let mut start = program.start().to_vec();
    start[..3].copy_from_slice(&[0.98, -0.02, 1.71]);
    assert_eq!(best_of(&minimise(&program, &start, 1e5), &[3.412_121_078_33]), Ok(()));
}

#[test]
fn aug2dinf_is_infeasible_by_the_sum_of_its_rows() {
    let program = nlp("AUG2DINF(4,3)").expect("on record");
    let at = Dense::new(&program).at(program.start());
    let columns = program.variables();
    assert_eq!((columns, program.constraints()), (3 * 3 + 4 * 2, 12));
    assert!((0..columns).all(|j| at.jacobian.iter().skip(j).step_by(columns).sum::<f64>() == 0.0));
    assert!(at.c.iter().all(|&c| c == -1.0));
}

/// `|(gradient of the Lagrangian; c)|` at the start with the start's multipliers.
fn first_residual(program: &dyn NonlinearProgram) -> f64 {
    let at = Dense::new(program).at(program.start());
    let g = lagrangian_gradient(&at, program.start_multipliers());
    g.iter().chain(&at.c).map(|v| v * v).sum::<f64>().sqrt()
}

#[test]
fn residuals_at_the_start() {
    // Published for the control problem; of the logistic instance by an independent program.
    assert!((first_residual(&nlp("PDE(3)").expect("PDE")) - 19.186_735_1).abs() < 5e-8);
    let program = nlp("LOGI").expect("LOGI");
    assert!((first_residual(&program) - 22.353_052_740_308_5).abs() < 1e-12);
    let (f, c) = Dense::new(&program).values(program.start()).expect("defined");
    assert!((f - 1.351_633_097_948_68).abs() < 1e-13, "{f}");
    let violation = c.iter().map(|c| c * c).sum::<f64>().sqrt();
    assert!((violation - 19.057_279_141_471_4).abs() < 1e-12, "{violation}");
}

#[test]
fn objectives_at_the_start() {
    for (name, expected) in [("HS40", -0.4096), ("BT5", 976.0), ("BT1", -99.08)] {
        let program = nlp(name).expect(name);
        let (f, _) = Dense::new(&program).values(program.start()).expect("defined");
        is_known(name, f, &[expected]);
    }
}
