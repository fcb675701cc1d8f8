//! `--loss hinge` and `--solver dual`: linear support vector machines by their dual.

use super::error::CliError;
use super::glm::Prepared;
use super::glm_args::{GlmModelArgs, Loss, Penalty};
use super::glm_data::{self, AnyPenalty, GlmFile, Strength};
use std::path::Path;
use thalweg::Solution;
use thalweg::glm::{DualCoordinateDescent, GlmPoint, GlmSolution, Hinge, LinearSvm, solve_svm_in};
use thalweg::prox::ElasticNet;
use thalweg::run::{Limits, Session};

/// Reads the data of a machine. There is a strength, or an error: ridge has no lambda_max.
pub(super) fn prepare(args: &GlmModelArgs, file: &Path) -> Result<Prepared, CliError> {
    args.check()?;
    let refused = |what: &str| Err(CliError::usage(format!("{what}: the dual method is for --penalty ridge")));
    match args.penalty {
        _ if !matches!(args.loss, Loss::Hinge | Loss::SquaredHinge) => {
            return Err(CliError::usage("--solver dual goes with --loss hinge or squared-hinge only"));
        }
        Penalty::Ridge => {}
        other => return refused(&format!("--penalty {}", other.name())),
    }
    if args.penalty_weights.is_some() {
        return refused("--penalty-weights");
    }
    if args.intercept {
        return Err(CliError::usage(
            "--intercept: the dual method has none; use --loss squared-hinge without --solver dual, or add a feature that is 1",
        ));
    }
    let mut data = GlmFile::read(file, args.features, args.zero_based)?;
    let weights = args.weights.as_deref().map(|w| glm_data::read_weights(w, data.rows())).transpose()?;
    if args.standardize {
        data.contents.design = data.contents.design.standardized(false, weights.as_deref())?;
    }
    let lambda = args
        .fixed_strength(data.rows())
        .ok_or_else(|| CliError::usage("--penalty ridge has no lambda_max: give --lambda, --alpha or --cost"))?;
    let penalty = AnyPenalty::ElasticNet(ElasticNet::new(0.0, lambda)?);
    let strength = Strength { lambda: Some(lambda), lambda_max: None };
    Ok(Prepared { data, strength, penalty, weights, factors: None })
}

/// Solves the machine; the answer as that of a generalised linear model, its support the coefficients.
pub(super) fn solve(
    args: &GlmModelArgs,
    prepared: &Prepared,
    session: Session<'_>,
    limits: Limits,
    method: &DualCoordinateDescent,
) -> Result<GlmSolution, CliError> {
    let hinge = if args.loss == Loss::Hinge { Hinge::Linear } else { Hinge::Squared };
    let lambda = prepared.strength.lambda.unwrap_or(0.0);
    let contents = &prepared.data.contents;
    let named = |e: thalweg::ProblemError| match e {
        thalweg::ProblemError::Classes { .. } => CliError::file("labels", &prepared.data.path, e),
        other => other.into(),
    };
    let mut problem = LinearSvm::new(&contents.design, &contents.labels, hinge, lambda).map_err(named)?;
    if let Some(w) = &prepared.weights {
        problem = problem.with_weights(w.clone()).map_err(named)?;
    }
    let Solution { point, objective, status, reason, certificate, tolerance, iterations, counts, seconds, warnings } =
        solve_svm_in(session, &problem, method, limits)?;
    let point = GlmPoint { coefficients: point.coefficients, intercept: 0.0 };
    Ok(Solution { point, objective, status, reason, certificate, tolerance, iterations, counts, seconds, warnings })
}
