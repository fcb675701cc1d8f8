//! Every file of the collection's folder against values computed by the CUTEst library.

use super::super::read::contents;
use super::super::{Derivatives, GroupKind, ReadOptions};
use super::super::probes::probes;
use crate::formats::Input;

#[test]
#[ignore = "needs the data folder named by THALWEG_DATA"]
fn series_agree_with_the_reference_library() {
    let folder = std::path::PathBuf::from(std::env::var("THALWEG_DATA").unwrap()).join("sif");
    let table = std::fs::read_to_string(folder.join("PROBES.tsv")).unwrap();
    let mut failed = 0;
    let mut matched = 0;
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let name = columns[0];
        let number = |k: usize| columns[k].parse::<f64>().unwrap_or(f64::NAN);
        let contents = match contents(Input::open(folder.join(format!("{name}.SIF"))).unwrap(), &ReadOptions::default()) {
            Ok(contents) => contents,
            Err(error) => {
                println!("{name}: refused: {error}");
                continue;
            }
        };
        let model = &contents.model;
        let tables = &model.tables;
        let n = tables.variables.len();
        let (lower, upper) = (&tables.bounds.lower, &tables.bounds.upper);
        let kinds = &tables.groups.kinds;
        let counts = [
            n,
            kinds.iter().filter(|k| **k != GroupKind::Objective).count(),
            kinds.iter().filter(|k| **k == GroupKind::Equal).count(),
            (0..n).filter(|&i| lower[i].is_finite() || upper[i].is_finite()).count(),
            (0..n).filter(|&i| lower[i] == upper[i]).count(),
        ];
        let mut bad = Vec::new();
        for (k, &count) in counts.iter().enumerate() {
            if count as f64 != number(k + 1) {
                bad.push(format!("{}: {count} for {}", ["n", "m", "equalities", "bounded", "fixed"][k], number(k + 1)));
            }
        }
        if counts[0] as f64 == number(1) && counts[1] as f64 == number(2) {
        let x0 = tables.start.variables.clone();
        let direction: Vec<f64> = (1..=n).map(|i| (i as f64).cos()).collect();
        let x1: Vec<f64> = (0..n).map(|i| x0[i] + 0.01 * (1.0 + x0[i].abs()) * ((i + 1) as f64).sin()).collect();
        for (at, x) in [x0, x1].iter().enumerate() {
            for from in [Derivatives::Stated, Derivatives::Exact] {
            let p = probes(model, x, &direction, |j| (j as f64).cos(), from);
            for (k, value) in [p.f, p.gradient, p.constraints, p.jacobian, p.hessian].into_iter().enumerate() {
                let expected = number(6 + 5 * at + k);
                let difference = (value - expected).abs();
                let finite = value.is_finite() || expected.is_finite();
                if finite && !(difference <= 1e-10 * expected.abs()) {
                    let what = ["f", "grad_d", "c_w", "w_jac_d", "d_hess_d"][k];
                    bad.push(format!("{from:?} {what}_x{at}: {value:.15e} for {expected:.15e} (rel {:.1e})", difference / expected.abs()));
                }
            }
            }
        }
        }
        if bad.is_empty() { matched += 1 } else {
            failed += 1;
            println!("{name}: {}", bad.join("; "));
        }
    }
    println!("matched {matched}, failed {failed}");
}
