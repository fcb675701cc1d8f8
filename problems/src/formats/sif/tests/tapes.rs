//! Tapes against series: two evaluations that share nothing but the formulas.

use super::super::*;
use crate::nlp::NonlinearProgram;

/// The five probes of the tapes; none if something is not finite there.
pub(super) fn tape_probes(program: &dyn NonlinearProgram, x: &[f64]) -> Option<[f64; 5]> {
    let (n, m) = (program.variables(), program.constraints());
    let direction: Vec<f64> = (1..=n).map(|i| libm::cos(i as f64)).collect();
    let weights: Vec<f64> = (1..=m).map(|j| libm::cos(j as f64)).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut evaluator = program.evaluator();
    let (mut gradient, mut c, mut jacobian) =
        (vec![0.0; n], vec![0.0; m], vec![0.0; program.jacobian_pattern().entries()]);
    let f = evaluator.first_order(x, &mut gradient, &mut c, &mut jacobian).ok()?;
    let mut along = 0.0;
    for ((row, column), value) in program.jacobian_pattern().positions().zip(&jacobian) {
        along += weights[row] * value * direction[column];
    }
    let mut product = vec![0.0; n];
    evaluator.hessian_vector(x, 1.0, &weights, &direction, &mut product).ok()?;
    Some([f, dot(&gradient, &direction), dot(&weights, &c), along, dot(&direction, &product)])
}

/// Checks a problem at its start and near it; returns how many probes were compared.
pub(super) fn agree(problem: &SifProblem) -> Result<usize, String> {
    let program = problem.program().map_err(|e| e.to_string())?;
    let fingerprint = problem.fingerprint(Derivatives::Exact);
    let mut compared = 0;
    let direction: Vec<f64> = (1..=program.variables()).map(|i| libm::cos(i as f64)).collect();
    for (probes, x) in [(fingerprint.at_start, problem.start()), (fingerprint.nearby, &problem.nearby())] {
        let series = super::probes::numbers(&probes);
        match tape_probes(&program, x) {
            None if series.iter().all(|v| v.is_finite()) => {
                let e = program.evaluator().hessian_vector(
                    x,
                    1.0,
                    &vec![1.0; program.constraints()],
                    &direction,
                    &mut vec![0.0; x.len()],
                );
                return Err(format!("undefined: {e:?}"));
            }
            None => {}
            Some(tapes) => {
                let sizes = super::probes::magnitudes(problem, x, &direction);
                for k in 0..5 {
                    let scale = sizes[k].max(series[k].abs()).max(1e-300);
                    if (tapes[k] - series[k]).abs() > 1e-11 * scale {
                        return Err(format!("probe {k}: tapes {:e}, series {:e}, size {scale:e}", tapes[k], series[k]));
                    }
                    compared += 1;
                }
            }
        }
    }
    Ok(compared)
}

#[test]
#[ignore = "needs the data folder named by THALWEG_DATA"]
fn tapes_agree_with_series_on_the_collection() {
    let mut failures = Vec::new();
    for line in std::fs::read_to_string(super::probes::folder().join("PROBES.tsv")).unwrap().lines().skip(1) {
        let name = line.split('\t').next().unwrap();
        let Ok(problem) = read_file(super::probes::folder().join(format!("{name}.SIF")), &ReadOptions::default())
        else {
            continue;
        };
        if let Err(message) = agree(&problem) {
            println!("{name}: {message}");
            failures.push(name.to_owned());
        }
    }
    assert!(failures.is_empty(), "{failures:?}");
}
