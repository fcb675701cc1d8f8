//! The options of paths and cross-validation.

use super::error::CliError;
use super::values;
use clap::{Args, ValueEnum};
use thalweg::glm::path::{Following, Grid};

/// Options of paths and cross-validation.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct PathArgs {
    /// Solve for N strengths from lambda_max down, with warm starts [N by default: 100].
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "100", help_heading = "Path")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) path: Option<u64>,
    /// The last strength over lambda_max [default: 0.01 if rows < columns, else 0.0001].
    #[arg(long, value_name = "R", help_heading = "Path")]
    #[arg(value_parser = values::nonnegative, allow_negative_numbers = true)]
    pub(super) path_ratio: Option<f64>,
    /// These strengths instead, descending.
    #[arg(long, value_name = "L1,L2,...", value_delimiter = ',', help_heading = "Path")]
    #[arg(value_parser = values::nonnegative, conflicts_with_all = ["path", "path_ratio"], allow_negative_numbers = true)]
    pub(super) lambdas: Vec<f64>,
    /// End the path when more coefficients (groups, rows) are active.
    #[arg(long, value_name = "N", help_heading = "Path")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) max_features: Option<u64>,
    /// Go to the end of the grid, even if nearly all deviance is explained.
    #[arg(long, help_heading = "Path")]
    pub(super) full_path: bool,
    /// Choose the strength by cross-validation with K folds.
    #[arg(long, value_name = "K", help_heading = "Path")]
    #[arg(value_parser = values::whole, allow_negative_numbers = true)]
    pub(super) cv: Option<u64>,
    /// Which strength of a cross-validation becomes the solution.
    #[arg(long, value_enum, default_value_t, help_heading = "Path")]
    pub(super) choose: Choose,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choose {
    /// The smallest mean error
    #[default]
    Min,
    /// The largest strength within one standard error of it
    #[value(name = "1se")]
    OneSe,
}

impl PathArgs {
    /// Whether a path is asked for.
    pub(super) fn wanted(&self) -> bool {
        self.path.is_some() || !self.lambdas.is_empty() || self.cv.is_some() || self.path_ratio.is_some()
    }

    /// Refuses what belongs to paths.
    pub(super) fn only_with_path(&self) -> Result<(), CliError> {
        let given = [
            (self.max_features.is_some(), "--max-features goes with --path, --lambdas or --cv"),
            (self.full_path, "--full-path goes with --path, --lambdas or --cv"),
            (self.choose != Choose::Min, "--choose goes with --cv"),
        ];
        given.iter().find(|g| g.0).map_or(Ok(()), |g| Err(CliError::usage(g.1)))
    }

    pub(super) fn grid(&self) -> Grid {
        if !self.lambdas.is_empty() {
            return Grid::Explicit(self.lambdas.clone());
        }
        Grid::Log { count: count(self.path.unwrap_or(100)), ratio: self.path_ratio }
    }

    /// How the path is followed with a method for one strength.
    pub(super) fn following<M>(&self, method: M, tolerance: f64) -> Following<M> {
        let most_active = self.max_features.map(count);
        let following = Following { method, tolerance, enough_deviance: 0.999, least_change: 1e-5, most_active };
        if self.full_path || !self.lambdas.is_empty() { following.to_the_end() } else { following }
    }
}

pub(super) fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
