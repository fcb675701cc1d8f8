//! The options of `thalweg glm` and `thalweg verify` that describe the model.

use super::error::CliError;
use super::values;
use clap::{ArgGroup, Args, ValueEnum};
use std::path::PathBuf;

/// The mathematics, for the end of the help.
macro_rules! problem {
    () => {
        "\
The problem: minimise  sum_i w_i phi(y_i, z_i) + penalty(x),  z = X x + c

  loss      squared      phi = (z - y)^2 / 2, for any numbers y
            logistic     phi = log(1 + exp(-y z)), for y = -1 and +1
            huber        phi = (z - y)^2 / 2 up to |z - y| = d, linear beyond, d from --delta
            poisson      phi = exp(z) - y z, for counts y >= 0
            gamma        phi = z + y exp(-z), for y > 0
            squared-hinge  phi = max(0, 1 - y z)^2, for y = -1 and +1
            hinge        phi = max(0, 1 - y z), with --penalty ridge: linear support vector machines
            softmax      phi = log(sum_c exp(z_c)) - z_y, for any number of classes; l1, group, ridge or --lambda 0
  penalty   l1           lambda |x|
            elastic-net  lambda (r |x| + (1 - r) x^2 / 2), r from --l1-ratio
            nonneg       lambda x, x >= 0
            ridge        lambda x^2 / 2
            box          lower <= x <= upper
            group        lambda sum over groups of w_g |x_g|_2, w_g the root of the group's size
            sparse-group lambda (r |x| + (1 - r) sum w_g |x_g|_2)
            nonneg-group group, x >= 0
            mcp, scad    n MCP(x; lambda / n, g) and n SCAD, g from --gamma: not convex
            sqrt         lambda sqrt |x|: not convex

--lower and --upper also bound l1 and elastic-net. Penalties that are not convex have no duality gap: the
answer is a local minimum, and says so. mcp and scad want columns of norm sqrt n: --standardize.

Sums are not divided by n. If yours are (glmnet's lambda, scikit-learn's alpha), use --alpha.
The C of liblinear is 1 / lambda (--cost).
"
    };
}
pub(super) use problem;

/// The model.
#[derive(Args, Debug, Clone)]
#[command(group = ArgGroup::new("strength").args(["lambda", "lambda_ratio", "alpha", "cost"]))]
pub(super) struct GlmModelArgs {
    /// Format of the data.
    #[arg(long, value_enum, default_value_t, help_heading = "Data")]
    format: Format,
    /// Number of features, so that several files agree.
    #[arg(long, value_name = "N", help_heading = "Data")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) features: Option<u64>,
    /// Indices in the file count from 0.
    #[arg(long, help_heading = "Data")]
    pub(super) zero_based: bool,
    /// A file with one weight per row.
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub(super) weights: Option<PathBuf>,
    /// See the end of this help; of two classes, the larger label is +1.
    #[arg(long, value_enum, default_value_t, help_heading = "Model")]
    pub(super) loss: Loss,
    /// d of Huber's loss [default: 1.35].
    #[arg(long, value_name = "D", help_heading = "Model")]
    #[arg(value_parser = values::positive, allow_negative_numbers = true)]
    pub(super) delta: Option<f64>,
    /// See the end of this help.
    #[arg(long, value_enum, default_value_t, help_heading = "Model")]
    pub(super) penalty: Penalty,
    /// r of the elastic net, from 0 (ridge) to 1, or of sparse-group, from 0 (group) [default: 0.5].
    #[arg(long, value_name = "R", help_heading = "Model")]
    #[arg(value_parser = values::share, allow_negative_numbers = true)]
    pub(super) l1_ratio: Option<f64>,
    /// Groups of features: a file with one label per feature and line, or size:N for N consecutive features each.
    #[arg(long, value_name = "FILE|size:N", help_heading = "Model")]
    pub(super) groups: Option<String>,
    /// Whether the groups are blocks of --solver bcd, not those of a penalty.
    #[arg(skip)]
    pub(super) groups_are_blocks: bool,
    /// Several targets, one row of numbers per row of the data (squared loss); every feature is a group.
    #[arg(long, value_name = "FILE.csv", help_heading = "Data")]
    pub(super) targets: Option<PathBuf>,
    /// g of mcp (above 1) and scad (above 2) [default: 3 and 3.7; 12 and 11.8 with the logistic loss].
    #[arg(long, value_name = "G", help_heading = "Model")]
    #[arg(value_parser = values::positive, allow_negative_numbers = true)]
    pub(super) gamma: Option<f64>,
    /// A file with one factor on the penalty per feature: 0 is unpenalised, inf left out.
    #[arg(long, value_name = "FILE", help_heading = "Model")]
    pub(super) penalty_weights: Option<PathBuf>,
    /// Lower bound of the coefficients.
    #[arg(long, value_name = "L", help_heading = "Model")]
    #[arg(value_parser = values::bound, allow_hyphen_values = true)]
    pub(super) lower: Option<f64>,
    /// Upper bound of the coefficients.
    #[arg(long, value_name = "U", help_heading = "Model")]
    #[arg(value_parser = values::bound, allow_hyphen_values = true)]
    pub(super) upper: Option<f64>,
    /// Strength of the penalty.
    #[arg(long, value_name = "L", help_heading = "Model")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    pub(super) lambda: Option<f64>,
    /// Strength as a share of lambda_max, where x becomes 0 [default: 0.1].
    #[arg(long, value_name = "R", help_heading = "Model")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    pub(super) lambda_ratio: Option<f64>,
    /// Strength per row, for losses divided by n: lambda = n A.
    #[arg(long, value_name = "A", help_heading = "Model")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    pub(super) alpha: Option<f64>,
    /// Strength as 1 / C, as liblinear has it.
    #[arg(long, value_name = "C", help_heading = "Model")]
    #[arg(value_parser = values::positive, allow_negative_numbers = true)]
    pub(super) cost: Option<f64>,
    /// Fit an unpenalised intercept.
    #[arg(long, help_heading = "Model")]
    pub(super) intercept: bool,
    /// Penalise as if columns had unit deviation; results are for the raw data.
    #[arg(long, help_heading = "Model")]
    pub(super) standardize: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Libsvm,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Loss {
    #[default]
    Squared,
    Logistic,
    Huber,
    Poisson,
    Gamma,
    SquaredHinge,
    Hinge,
    Softmax,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Penalty {
    #[default]
    L1,
    ElasticNet,
    Nonneg,
    Ridge,
    Box,
    Group,
    SparseGroup,
    NonnegGroup,
    Mcp,
    Scad,
    Sqrt,
}

impl Penalty {
    /// Whether it is one of groups.
    pub(super) fn is_grouped(self) -> bool {
        matches!(self, Self::Group | Self::SparseGroup | Self::NonnegGroup)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::L1 => "l1",
            Self::ElasticNet => "elastic-net",
            Self::Nonneg => "nonneg",
            Self::Ridge => "ridge",
            Self::Box => "box",
            Self::Group => "group",
            Self::SparseGroup => "sparse-group",
            Self::NonnegGroup => "nonneg-group",
            Self::Mcp => "mcp",
            Self::Scad => "scad",
            Self::Sqrt => "sqrt",
        }
    }
}

impl Loss {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Squared => "squared",
            Self::Logistic => "logistic",
            Self::Huber => "huber",
            Self::Poisson => "poisson",
            Self::Gamma => "gamma",
            Self::SquaredHinge => "squared-hinge",
            Self::Hinge => "hinge",
            Self::Softmax => "softmax",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|loss| loss.name() == name)
    }

    /// What a fit z says about a row.
    pub(super) fn link(self) -> Link {
        match self {
            Self::Squared | Self::Huber => Link::Identity,
            Self::Poisson | Self::Gamma => Link::Exponential,
            Self::Logistic | Self::SquaredHinge | Self::Hinge => Link::Sign,
            Self::Softmax => Link::Classes,
        }
    }
}

/// From a fit z to a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The mean is z.
    Identity,
    /// The mean is exp z.
    Exponential,
    /// The class is the sign of z.
    Sign,
    /// The class is the one whose z is largest.
    Classes,
}

impl GlmModelArgs {
    /// The strength, unless it depends on the data: lambda itself, n alpha, or 1 / C.
    pub(super) fn fixed_strength(&self, rows: usize) -> Option<f64> {
        self.lambda.or(self.alpha.map(|alpha| alpha * rows as f64)).or(self.cost.map(|cost| 1.0 / cost))
    }

    /// Options that contradict each other.
    pub(super) fn check(&self) -> Result<(), CliError> {
        let given = |on: bool, option: &str, penalty: &str| match on {
            true => Err(CliError::usage(format!("{option} goes with --penalty {penalty} only"))),
            false => Ok(()),
        };
        if self.penalty == Penalty::Box {
            let any = self.lambda_ratio.is_some() || self.fixed_strength(1).is_some();
            given(any, "--lambda, --lambda-ratio, --alpha or --cost", "l1, elastic-net or nonneg")?;
            if self.lower.is_none() && self.upper.is_none() {
                return Err(CliError::usage("--penalty box needs --lower, --upper or both"));
            }
        } else if !matches!(self.penalty, Penalty::L1 | Penalty::ElasticNet) {
            given(self.lower.is_some(), "--lower", "box, l1 or elastic-net")?;
            given(self.upper.is_some(), "--upper", "box, l1 or elastic-net")?;
        }
        let curved = matches!(self.penalty, Penalty::Mcp | Penalty::Scad);
        given(self.gamma.is_some() && !curved, "--gamma", "mcp or scad")?;
        let weightless = curved || matches!(self.penalty, Penalty::Sqrt | Penalty::Box);
        given(self.penalty_weights.is_some() && weightless, "--penalty-weights", "l1, elastic-net, nonneg or ridge")?;
        if self.delta.is_some() && self.loss != Loss::Huber {
            return Err(CliError::usage("--delta goes with --loss huber only"));
        }
        let mixed = matches!(self.penalty, Penalty::ElasticNet | Penalty::SparseGroup);
        given(self.l1_ratio.is_some() && !mixed, "--l1-ratio", "elastic-net or sparse-group")?;
        if self.groups.is_some() && !self.penalty.is_grouped() && !self.groups_are_blocks {
            let with = "--penalty group, sparse-group or nonneg-group, or with --solver bcd --partition groups,";
            return Err(CliError::usage(format!("--groups goes with {with} only")));
        }
        Ok(())
    }
}
