//! A classifier that ranks tumours: AUC maximisation as a saddle problem on the Wisconsin breast cancer data, and a game.
//!
//! `cargo run --release --example inclusion`

use thalweg::Error;
use thalweg::datafit::Logistic;
use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::generate::games;
use thalweg::inclusion::{self, AucSaddle, FiniteSumInclusion, Options, TwoWayMatrix, Zero};

fn main() -> Result<(), Error> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wdbc.svm");
    let data = libsvm::read_file(file, &ReadOptions::default())?;
    let signs = Logistic::from_labels(&data.labels)?.signs().to_vec();
    let (n, d) = (data.rows, data.column_ids.len());

    // Samples as rows of length 1.
    let mut rows = vec![0.0; n * d];
    for j in 0..d {
        (data.indptr[j]..data.indptr[j + 1]).for_each(|k| rows[data.indices[k] as usize * d + j] = data.values[k]);
    }
    for row in rows.chunks_mut(d) {
        let norm = row.iter().fold(0.0, |s, x| s + x * x).sqrt();
        row.iter_mut().for_each(|x| *x /= norm);
    }
    let positive: Vec<bool> = signs.iter().map(|s| *s > 0.0).collect();
    let operator = AucSaddle::new(TwoWayMatrix::from_rows(n, d, rows.clone())?, positive.clone(), 0.01)?;
    let problem = FiniteSumInclusion::new(&operator, &Zero, None)?;
    let solution = inclusion::solve(&problem, &Options { tolerance: 1e-8, ..Options::default() })?;

    let score = |row: &[f64]| row.iter().zip(&solution.point).fold(0.0, |s, (x, w)| s + x * w);
    let scores: Vec<f64> = rows.chunks(d).map(score).collect();
    let (mut right, mut pairs) = (0.0, 0.0);
    for (a, _) in scores.iter().zip(&positive).filter(|(_, p)| **p) {
        for (b, _) in scores.iter().zip(&positive).filter(|(_, p)| !**p) {
            pairs += 1.0;
            right += if a > b { 1.0 } else { 0.0 };
        }
    }
    say(format_args!("wdbc: area under the ROC curve {:.4} ({})", right / pairs, solution.status));
    say(format_args!("{} steps, residual {:.1e}", solution.iterations, solution.certificate.residual));

    let game = games::policemen_and_burglar(100)?;
    let (operator, simplices, uniform) = game.inclusion()?;
    let problem = FiniteSumInclusion::new(&operator, &simplices, Some(uniform))?;
    let solution = inclusion::solve(&problem, &Options { tolerance: 1e-9, ..Options::default() })?;
    let gap = solution.certificate.gap;
    say(format_args!("policemen and burglar: value {:.9}, gap {gap:.1e} ({})", solution.objective, solution.status));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example prints")]
fn say(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}
