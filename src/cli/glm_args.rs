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
            softmax      phi = log(sum_c exp(z_c)) - z_y, for any number of classes, with ridge or --lambda 0
  penalty   l1           lambda |x|
            elastic-net  lambda (r |x| + (1 - r) x^2 / 2), r from --l1-ratio
            nonneg       lambda x, x >= 0
            box          lower <= x <= upper

Sums are not divided by n. If yours are (glmnet's lambda, scikit-learn's alpha), use --alpha.
The C of liblinear is 1 / lambda.
"
    };
}
pub(super) use problem;

/// The model.
#[derive(Args, Debug, Clone)]
#[command(group = ArgGroup::new("strength").args(["lambda", "lambda_ratio", "alpha"]))]
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
    /// See the end of this help.
    #[arg(long, value_enum, default_value_t, help_heading = "Model")]
    pub(super) penalty: Penalty,
    /// r of the elastic net, from 0 (ridge) to 1 [default: 0.5].
    #[arg(long, value_name = "R", help_heading = "Model")]
    #[arg(value_parser = values::share, allow_negative_numbers = true)]
    pub(super) l1_ratio: Option<f64>,
    /// Lower bound of the box.
    #[arg(long, value_name = "L", help_heading = "Model")]
    #[arg(value_parser = values::bound, allow_hyphen_values = true)]
    pub(super) lower: Option<f64>,
    /// Upper bound of the box.
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
    Softmax,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Penalty {
    #[default]
    L1,
    ElasticNet,
    Nonneg,
    Box,
}

impl Loss {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Squared => "squared",
            Self::Logistic => "logistic",
            Self::Softmax => "softmax",
        }
    }
}

impl GlmModelArgs {
    /// Options that contradict each other.
    pub(super) fn check(&self) -> Result<(), CliError> {
        let given = |on: bool, option: &str, penalty: &str| match on {
            true => Err(CliError::usage(format!("{option} goes with --penalty {penalty} only"))),
            false => Ok(()),
        };
        if self.penalty == Penalty::Box {
            let any = self.lambda.is_some() || self.lambda_ratio.is_some() || self.alpha.is_some();
            given(any, "--lambda, --lambda-ratio or --alpha", "l1, elastic-net or nonneg")?;
            if self.lower.is_none() && self.upper.is_none() {
                return Err(CliError::usage("--penalty box needs --lower, --upper or both"));
            }
        } else {
            given(self.lower.is_some(), "--lower", "box")?;
            given(self.upper.is_some(), "--upper", "box")?;
        }
        given(self.l1_ratio.is_some() && self.penalty != Penalty::ElasticNet, "--l1-ratio", "elastic-net")?;
        Ok(())
    }
}
