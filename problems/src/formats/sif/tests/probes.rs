//! Every file of the collection's folder against values computed by the CUTEst library.
//!
//! The folder named by `THALWEG_DATA` holds `sif/NAME.SIF` and `sif/PROBES.tsv`, a table with a header line and the columns
//! name, n, m, equalities, bounded_variables, fixed_variables, then f, grad_d, c_w, w_jac_d, d_hess_d at x0 and at x1
//! (see [`ProblemFingerprint`](super::super::ProblemFingerprint)).

use super::super::*;

fn folder() -> std::path::PathBuf {
    std::path::PathBuf::from(std::env::var_os("THALWEG_DATA").expect("THALWEG_DATA names the data folder")).join("sif")
}

fn numbers(probes: &Probes) -> [f64; 5] {
    [probes.f, probes.gradient, probes.constraints, probes.jacobian, probes.hessian]
}

/// The sums of the absolute values of the terms of the probes: over groups, and over variables along each coordinate.
fn magnitudes(problem: &SifProblem, x: &[f64], direction: &[f64]) -> [f64; 5] {
    let mut sizes = [0.0; 5];
    let weight = |j: usize| (j as f64).cos();
    for (i, &d) in direction.iter().enumerate() {
        let mut only = vec![0.0; x.len()];
        only[i] = d;
        let part = numbers(&problem.probes(x, &only, weight, Derivatives::Stated));
        for k in [1, 3, 4] {
            sizes[k] += if part[k].is_finite() { part[k].abs() } else { 0.0 };
        }
    }
    sizes
}

#[test]
#[ignore = "needs the data folder named by THALWEG_DATA"]
fn fingerprints_agree_with_the_reference_library() {
    let folder = folder();
    let table = std::fs::read_to_string(folder.join("PROBES.tsv")).unwrap();
    let (mut decoded, mut matching, mut exact_too) = (0, 0, 0);
    let mut failures = Vec::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let name = columns[0];
        let expected = |k: usize| columns[k].parse::<f64>().unwrap_or(f64::NAN);
        let problem = match read_file(folder.join(format!("{name}.SIF")), &ReadOptions::default()) {
            Ok(problem) => problem,
            Err(error) => {
                println!("{name}: refused: {error}");
                assert_eq!((name, error.kind()), ("HS67", "unsupported"));
                continue;
            }
        };
        decoded += 1;
        let mut bad = Vec::new();
        let sizes = problem.sizes();
        let counts =
            [sizes.variables, sizes.constraints, sizes.equalities, sizes.bounded_variables, sizes.fixed_variables];
        for (k, count) in counts.into_iter().enumerate() {
            if count as f64 != expected(k + 1) {
                bad.push(format!("size {k}: {count} for {}", expected(k + 1)));
            }
        }
        let direction: Vec<f64> = (1..=sizes.variables).map(|i| (i as f64).cos()).collect();
        let mut exact_agrees = true;
        for from in [Derivatives::Stated, Derivatives::Exact] {
            let fingerprint = problem.fingerprint(from);
            for (at, (probes, x)) in
                [(fingerprint.at_start, problem.start().to_vec()), (fingerprint.nearby, problem.nearby())]
                    .iter()
                    .enumerate()
            {
                for (k, value) in numbers(probes).into_iter().enumerate() {
                    let wanted = expected(6 + 5 * at + k);
                    let close = (value - wanted).abs() <= 1e-10 * wanted.abs();
                    if close || !(value.is_finite() || wanted.is_finite()) {
                        continue;
                    }
                    // Cancellation: the terms may be larger than their sum.
                    if (value - wanted).abs() <= 1e-10 * magnitudes(&problem, x, &direction)[k] {
                        continue;
                    }
                    if from == Derivatives::Exact {
                        exact_agrees = false;
                    } else {
                        let what = ["f", "grad_d", "c_w", "w_jac_d", "d_hess_d"][k];
                        bad.push(format!("{what}_x{at}: {value:e} for {wanted:e}"));
                    }
                }
            }
        }
        if !exact_agrees {
            println!("{name}: the file's derivatives are not those of its functions");
        }
        matching += usize::from(bad.is_empty());
        exact_too += usize::from(exact_agrees);
        if !bad.is_empty() {
            failures.push(format!("{name}: {}", bad.join("; ")));
        }
    }
    println!("decoded {decoded}, matching {matching}, with exact derivatives too {exact_too}");
    failures.iter().for_each(|failure| println!("{failure}"));
    assert!(failures.len() <= 1 && decoded == 298, "{failures:?}");
}

#[test]
#[ignore = "needs the data folder named by THALWEG_DATA"]
fn files_with_wrong_derivatives() {
    for line in std::fs::read_to_string(folder().join("PROBES.tsv")).unwrap().lines().skip(1) {
        let name = line.split('\t').next().unwrap();
        let Ok(problem) = read_file(folder().join(format!("{name}.SIF")), &ReadOptions::default()) else { continue };
        let report = problem.compare_stated(&problem.nearby(), 1e-6);
        if let Some(first) = report.first {
            println!("{name}: {} of {} wrong, first {first:?}", report.wrong, report.compared);
        }
    }
}
