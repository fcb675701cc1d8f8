//! Which measurements of a cell tell benign from malignant? Sparse logistic regression on the Wisconsin breast cancer data.
//!
//! `cargo run --release --example glm`

use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::glm::{self, GlmData, Options, score_classes};
use thalweg::prelude::*;

fn main() -> Result<(), Error> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wdbc.svm");
    let data = GlmData::from_libsvm(libsvm::read_file(file, &ReadOptions::default())?)?;
    let design = data.design.standardized(true, None)?;
    let loss = Logistic::from_labels(&data.labels)?;

    // The strength above which no feature is used.
    let unit = L1::new(1.0)?;
    let null = Glm::new(&design, &loss, &unit)?.with_intercept(true).null_model();
    let lambda_max = null.null_strength.unwrap_or(1.0);

    say(format_args!("lambda / lambda_max   features   accuracy   objective   gap (certified)"));
    let mut start = None;
    for ratio in [0.5, 0.2, 0.1, 0.05, 0.02, 0.01] {
        let penalty = L1::new(ratio * lambda_max)?;
        let problem = Glm::new(&design, &loss, &penalty)?.with_intercept(true);
        // Each solution is the start of the next.
        let solution = glm::solve(&problem, &Options { tolerance: 1e-10, start, ..Options::default() })?;
        let mut fit = vec![0.0; design.rows()];
        problem.fit(&solution.point, &mut fit);
        let scores = score_classes(loss.signs(), &fit);
        say(format_args!(
            "{ratio:<21} {:<10} {:<10.4} {:<11.4} {:.1e} ({})",
            solution.point.support(),
            scores.accuracy,
            solution.objective,
            solution.certificate.duality_gap,
            solution.status
        ));
        start = Some(solution.point);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example prints")]
fn say(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}
