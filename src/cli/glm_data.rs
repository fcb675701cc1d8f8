//! From files and options to a generalised linear model.

use super::error::CliError;
use super::glm_args::{GlmModelArgs, Loss, Penalty};
use super::run_args::problem_name;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thalweg::datafit::{Datafit, Gamma, Huber, Logistic, Poisson, Quadratic, SquaredHinge};
use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::formats::{FormatError, FormatErrorKind, Input};
use thalweg::glm::{Glm, GlmData, Options, solve};
use thalweg::prox::{
    ConvexPenalty, ElasticNet, L1, Mcp, NonnegativeL1, Restricted, Scad, SeparablePenalty, SquareRoot, Weighted,
};
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

/// One weight per row.
pub(super) fn read_weights(path: &Path, rows: usize) -> Result<Vec<f64>, CliError> {
    let weights = read_numbers(path, "a finite weight of at least 0", |w| w.is_finite() && w >= 0.0)?;
    count_matches(path, weights, rows as u64, "rows")
}

/// One factor per feature of the file, as one per column of the design.
pub(super) fn read_penalty_weights(path: &Path, data: &GlmData) -> Result<Vec<f64>, CliError> {
    let weights = read_numbers(path, "a weight of at least 0, or inf", |w| w >= 0.0)?;
    let weights = count_matches(path, weights, data.features, "features")?;
    Ok(data.column_ids.iter().map(|&id| weights[id as usize]).collect())
}

fn count_matches(path: &Path, weights: Vec<f64>, expected: u64, of: &str) -> Result<Vec<f64>, CliError> {
    if weights.len() as u64 == expected {
        return Ok(weights);
    }
    let message = format!("{} weights for {expected} {of}", weights.len());
    Err(FormatError::new(FormatErrorKind::Inconsistent, &path.display().to_string(), message).into())
}

/// One number per line.
fn read_numbers(path: &Path, expected: &'static str, valid: impl Fn(f64) -> bool) -> Result<Vec<f64>, CliError> {
    let mut input = Input::open(path)?;
    let mut numbers = Vec::new();
    while let Some(line) = input.next_line()? {
        let bytes = line.bytes().trim_ascii();
        if bytes.is_empty() || bytes[0] == b'#' {
            continue;
        }
        let value = std::str::from_utf8(bytes).ok().and_then(|t| t.parse::<f64>().ok()).filter(|w| valid(*w));
        numbers.push(value.ok_or_else(|| line.mismatch(FormatErrorKind::Syntax, 0, expected, bytes))?);
    }
    Ok(numbers)
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
        Loss::Hinge => {
            return Err(CliError::usage(
                "--loss hinge is solved by its dual alone: not by other solvers, on a path, or by verify",
            ));
        }
        Loss::Softmax => return Err(CliError::usage("--loss softmax goes with the command glm FILE only")),
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
    data: &GlmData,
    loss: &dyn Datafit,
    factors: Option<&[f64]>,
) -> Result<Strength, CliError> {
    if args.penalty == Penalty::Box {
        return Ok(Strength { lambda: None, lambda_max: None });
    }
    let rows = data.design.rows();
    let unit = args.penalty(1.0, rows, factors)?;
    let problem = Glm::new(&data.design, loss, unit.as_dyn())?.with_intercept(args.intercept);
    let null = problem.null_model();
    if null.objective.is_nan() {
        return Err(thalweg::ProblemError::NoIntercept.into());
    }
    let lambda_max = match factors {
        Some(factors) if factors.contains(&0.0) => lambda_max_beside_free(args, &problem, factors)?,
        _ => null.null_strength,
    };
    let lambda_max = lambda_max.filter(|s| s.is_finite());
    let lambda = match args.fixed_strength(rows) {
        Some(lambda) => lambda,
        None => {
            let ratio = args.lambda_ratio.unwrap_or(super::glm::DEFAULT_RATIO);
            let without = match args.penalty {
                Penalty::Ridge => "--penalty ridge",
                Penalty::Sqrt => "--penalty sqrt",
                Penalty::ElasticNet if args.l1_ratio == Some(0.0) => "--l1-ratio 0 (ridge)",
                _ => "the penalty on this interval",
            };
            let lambda_max = lambda_max
                .ok_or_else(|| CliError::usage(format!("{without} has no lambda_max: give --lambda or --alpha")))?;
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

/// Beside features of weight 0, lambda_max is where the model in those alone becomes the solution.
fn lambda_max_beside_free<P: SeparablePenalty + ?Sized>(
    args: &GlmModelArgs,
    problem: &Glm<'_, P>,
    factors: &[f64],
) -> Result<Option<f64>, CliError> {
    let free: Vec<f64> = factors.iter().map(|w| if *w == 0.0 { 0.0 } else { f64::INFINITY }).collect();
    let alone = args.penalty(1.0, problem.design().rows(), Some(&free))?;
    let small = Glm::new(problem.design(), problem.datafit(), alone.as_dyn())?.with_intercept(args.intercept);
    let options = Options { tolerance: 1e-10, ..Options::default() };
    Ok(problem.null_strength_at(&solve(&small, &options)?.point))
}

/// A penalty of one of the kinds that the command line knows. The common ones have their own type, so that coordinate steps
/// are compiled for them.
#[derive(Clone, Debug)]
pub(super) enum AnyPenalty {
    L1(L1),
    ElasticNet(ElasticNet),
    Nonnegative(NonnegativeL1),
    Box(sets::Box),
    Other(OtherPenalty),
}

/// Any other penalty.
#[derive(Clone)]
pub(super) struct OtherPenalty(Arc<dyn SeparablePenalty>);

impl std::fmt::Debug for OtherPenalty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.0.name(), self.0.parameters())
    }
}

impl AnyPenalty {
    pub(super) fn as_dyn(&self) -> &dyn SeparablePenalty {
        match self {
            Self::L1(p) => p,
            Self::ElasticNet(p) => p,
            Self::Nonnegative(p) => p,
            Self::Box(p) => p,
            Self::Other(p) => p.0.as_ref(),
        }
    }

    fn other(penalty: impl SeparablePenalty + 'static) -> Self {
        Self::Other(OtherPenalty(Arc::new(penalty)))
    }

    /// With a factor for each column, if there are some.
    fn weighted<P: ConvexPenalty + 'static>(
        penalty: P,
        factors: Option<&[f64]>,
        plain: impl FnOnce(P) -> Self,
    ) -> Result<Self, CliError> {
        Ok(match factors {
            Some(w) => Self::other(Weighted::new(penalty, w.to_vec())?),
            None => plain(penalty),
        })
    }
}

impl GlmModelArgs {
    /// The penalty at strength `lambda` for data with so many rows.
    pub(super) fn penalty(&self, lambda: f64, rows: usize, factors: Option<&[f64]>) -> Result<AnyPenalty, CliError> {
        let (lower, upper) = (self.lower.unwrap_or(f64::NEG_INFINITY), self.upper.unwrap_or(f64::INFINITY));
        let bounded = self.lower.is_some() || self.upper.is_some();
        let n = rows.max(1) as f64;
        let net = |ratio: f64| ElasticNet::with_ratio(lambda, ratio);
        match self.penalty {
            Penalty::L1 | Penalty::ElasticNet if bounded => {
                let ratio = if self.penalty == Penalty::L1 { 1.0 } else { self.ratio() };
                let restricted = Restricted::new(net(ratio)?, sets::Box::new(lower, upper)?);
                AnyPenalty::weighted(restricted, factors, AnyPenalty::other)
            }
            Penalty::Group | Penalty::SparseGroup | Penalty::NonnegGroup => {
                Err(CliError::usage("penalties of groups are known to `thalweg glm FILE` only"))
            }
            Penalty::L1 => AnyPenalty::weighted(L1::new(lambda)?, factors, AnyPenalty::L1),
            Penalty::ElasticNet => AnyPenalty::weighted(net(self.ratio())?, factors, AnyPenalty::ElasticNet),
            Penalty::Ridge => AnyPenalty::weighted(net(0.0)?, factors, AnyPenalty::ElasticNet),
            Penalty::Nonneg => AnyPenalty::weighted(NonnegativeL1::new(lambda)?, factors, AnyPenalty::Nonnegative),
            Penalty::Box => Ok(AnyPenalty::Box(sets::Box::new(lower, upper)?)),
            Penalty::Mcp => Ok(AnyPenalty::other(Mcp::new(lambda / n, self.gamma())?.scaled(n)?)),
            Penalty::Scad => Ok(AnyPenalty::other(Scad::new(lambda / n, self.gamma())?.scaled(n)?)),
            Penalty::Sqrt => Ok(AnyPenalty::other(SquareRoot::new(lambda)?)),
        }
    }

    /// r of the elastic net.
    pub(super) fn ratio(&self) -> f64 {
        self.l1_ratio.unwrap_or(0.5)
    }

    /// g of MCP or SCAD unless given: the authors' recommendations, which are made for least squares; a loss with less
    /// curvature needs a penalty that bends less by the same factor.
    pub(super) fn gamma(&self) -> f64 {
        let curvature = if self.loss == Loss::Logistic { 0.25 } else { 1.0 };
        self.gamma.unwrap_or(if self.penalty == Penalty::Mcp { 3.0 / curvature } else { 1.0 + 2.7 / curvature })
    }
}
