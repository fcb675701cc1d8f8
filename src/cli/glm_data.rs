//! From files and options to a generalised linear model.

use super::error::CliError;
use super::glm_args::{GlmModelArgs, Loss, Penalty};
use super::run_args::problem_name;
use std::path::{Path, PathBuf};
use thalweg::datafit::{Datafit, Gamma, Huber, Logistic, Poisson, Quadratic, SquaredHinge};
use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::formats::{FormatError, FormatErrorKind, Input};
use thalweg::glm::{Design, Glm, GlmData};
use thalweg::prox::{ElasticNet, L1, NonnegativeL1, SeparablePenalty};
use thalweg::sets;

/// Huber's delta if none is given: 95 % efficiency under unit normal noise.
pub(super) const DEFAULT_DELTA: f64 = 1.35;

/// Data read from a file.
#[derive(Debug)]
pub(super) struct GlmFile {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) contents: GlmData,
    pub(super) nonzeros: usize,
    pub(super) all_ones: bool,
}

impl GlmFile {
    pub(super) fn read(path: &Path, features: Option<u64>, zero_based: bool) -> Result<Self, CliError> {
        let options = ReadOptions { features, zero_based, ..ReadOptions::default() };
        let file = libsvm::read(Input::open(path)?, &options)?;
        let (nonzeros, all_ones) = (file.nnz(), file.all_ones);
        let contents = GlmData::from_libsvm(file).map_err(|e| CliError::file("problem", path, e))?;
        Ok(Self { name: problem_name(path), path: path.to_owned(), contents, nonzeros, all_ones })
    }

    pub(super) fn rows(&self) -> usize {
        self.contents.design.rows()
    }
}

/// One weight per line.
pub(super) fn read_weights(path: &Path, rows: usize) -> Result<Vec<f64>, CliError> {
    let mut input = Input::open(path)?;
    let file = input.name().to_owned();
    let mut weights = Vec::new();
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes().trim_ascii();
        if bytes.is_empty() || bytes[0] == b'#' {
            continue;
        }
        let value = std::str::from_utf8(bytes).ok().and_then(|t| t.parse::<f64>().ok());
        let valid = value.filter(|w| w.is_finite() && *w >= 0.0);
        weights.push(
            valid.ok_or_else(|| line.mismatch(FormatErrorKind::Syntax, 0, "a finite weight of at least 0", bytes))?,
        );
    }
    if weights.len() != rows {
        let message = format!("{} weights for {rows} rows", weights.len());
        return Err(FormatError::new(FormatErrorKind::Inconsistent, &file, message).into());
    }
    Ok(weights)
}

/// The loss of the labels.
pub(super) fn loss(
    data: &GlmFile,
    args: &GlmModelArgs,
    weights: Option<&Vec<f64>>,
) -> Result<Box<dyn Datafit>, CliError> {
    let labels = data.contents.labels.clone();
    // Labels that do not suit the loss are the file's fault.
    let named = |e: thalweg::ProblemError| match e {
        thalweg::ProblemError::Classes { .. }
        | thalweg::ProblemError::Negative { .. }
        | thalweg::ProblemError::NotPositive { .. } => CliError::file("labels", &data.path, e),
        other => CliError::file("problem", &data.path, other),
    };
    macro_rules! weighted {
        ($loss:expr) => {{
            let loss = $loss.map_err(named)?;
            match weights {
                Some(w) => Box::new(loss.with_weights(w.clone())?),
                None => Box::new(loss),
            }
        }};
    }
    Ok(match args.loss {
        Loss::Squared => weighted!(Quadratic::new(labels)),
        Loss::Logistic => weighted!(Logistic::from_labels(&labels)),
        Loss::Huber => weighted!(Huber::new(labels, args.delta.unwrap_or(DEFAULT_DELTA))),
        Loss::Poisson => weighted!(Poisson::new(labels)),
        Loss::Gamma => weighted!(Gamma::new(labels)),
        Loss::SquaredHinge => weighted!(SquaredHinge::from_labels(&labels)),
        Loss::Softmax => return Err(CliError::usage("--loss softmax goes with `thalweg glm FILE` only")),
    })
}

/// How strong the penalty is, as asked for and as it came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strength {
    /// None for a box, which has no strength.
    pub(super) lambda: Option<f64>,
    pub(super) lambda_max: Option<f64>,
}

/// The strength that the options ask for: lambda itself, `n alpha`, or a share of lambda_max.
pub(super) fn strength(
    args: &GlmModelArgs,
    design: &Design,
    loss: &dyn Datafit,
    intercept: bool,
) -> Result<Strength, CliError> {
    if args.penalty == Penalty::Box {
        return Ok(Strength { lambda: None, lambda_max: None });
    }
    let unit = args.penalty(1.0)?;
    let null = Glm::new(design, loss, unit.as_dyn())?.with_intercept(intercept).null_model();
    if null.objective.is_nan() {
        return Err(thalweg::ProblemError::NoIntercept.into());
    }
    let lambda_max = null.null_strength.filter(|s| s.is_finite());
    let lambda = match (args.lambda, args.alpha, args.lambda_ratio) {
        (Some(lambda), ..) => lambda,
        (_, Some(alpha), _) => alpha * design.rows() as f64,
        (.., ratio) => {
            let ratio = ratio.unwrap_or(super::glm::DEFAULT_RATIO);
            let lambda_max = lambda_max
                .ok_or_else(|| CliError::usage("--l1-ratio 0 (ridge) has no lambda_max: give --lambda or --alpha"))?;
            if !(ratio.is_finite() && ratio >= 0.0) {
                return Err(CliError::usage(format!(
                    "--lambda-ratio is {ratio}, expected a finite number of at least 0"
                )));
            }
            ratio * lambda_max
        }
    };
    Ok(Strength { lambda: Some(lambda), lambda_max })
}

/// A penalty of one of the kinds that the command line knows.
#[derive(Clone, Debug)]
pub(super) enum AnyPenalty {
    L1(L1),
    ElasticNet(ElasticNet),
    Nonnegative(NonnegativeL1),
    Box(sets::Box),
}

impl AnyPenalty {
    pub(super) fn as_dyn(&self) -> &dyn SeparablePenalty {
        match self {
            Self::L1(p) => p,
            Self::ElasticNet(p) => p,
            Self::Nonnegative(p) => p,
            Self::Box(p) => p,
        }
    }
}

impl GlmModelArgs {
    /// The penalty at strength `lambda`.
    pub(super) fn penalty(&self, lambda: f64) -> Result<AnyPenalty, CliError> {
        Ok(match self.penalty {
            Penalty::L1 => AnyPenalty::L1(L1::new(lambda)?),
            Penalty::ElasticNet => {
                AnyPenalty::ElasticNet(ElasticNet::with_ratio(lambda, self.l1_ratio.unwrap_or(0.5))?)
            }
            Penalty::Nonneg => AnyPenalty::Nonnegative(NonnegativeL1::new(lambda)?),
            Penalty::Group | Penalty::SparseGroup | Penalty::NonnegGroup => {
                return Err(CliError::usage("penalties of groups are known to `thalweg glm FILE` only"));
            }
            Penalty::Box => {
                let (lower, upper) = (self.lower.unwrap_or(f64::NEG_INFINITY), self.upper.unwrap_or(f64::INFINITY));
                AnyPenalty::Box(sets::Box::new(lower, upper)?)
            }
        })
    }
}
