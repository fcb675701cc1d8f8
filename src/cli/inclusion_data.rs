//! The problems that `thalweg inclusion` makes of a file.

use super::error::CliError;
use clap::{Args, ValueEnum};
use std::path::Path;
use thalweg::Sparse;
use thalweg::formats::{
    Input,
    libsvm::{self, LibsvmData, ReadOptions},
};
use thalweg::inclusion::{
    AucSaddle, BilinearSaddle, Blocks, FairClassification, FiniteSumOperator, LeastSquares, PayoffMatrix,
    RobustLeastSquares, TwoWayMatrix, Zero,
};
use thalweg::prox::{L2Norm, Proximable};
use thalweg::sets::{Ball, Simplex};

/// What the file is.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProblemName {
    /// A matrix game: payoffs of the row player (CSV, MatrixMarket)
    Game,
    /// A classifier that maximises the area under the ROC curve (LIBSVM, two classes)
    Auc,
    /// A classifier whose worst group has the smallest loss (LIBSVM, two classes)
    Fair,
    /// Least squares whose targets an adversary moves at a price (LIBSVM)
    Robust,
    /// Least squares with noise of bounded norm in the features (LIBSVM)
    Adversarial,
    /// Least squares (LIBSVM)
    LeastSquares,
}

/// What describes the problem.
#[derive(Args, Debug, Clone)]
pub(super) struct ProblemArgs {
    /// What the file is [default: game for .csv and .mtx, robust for .svm].
    #[arg(long, value_enum, value_name = "NAME", help_heading = "Problem")]
    problem: Option<ProblemName>,
    /// The ridge of auc and fair.
    #[arg(long, value_name = "R", default_value = "0.01", help_heading = "Problem")]
    #[arg(value_parser = super::values::nonnegative, allow_negative_numbers = true)]
    ridge: f64,
    /// The price of robust, above 1.
    #[arg(long, value_name = "P", default_value = "2", help_heading = "Problem")]
    #[arg(value_parser = super::values::nonnegative, allow_negative_numbers = true)]
    price: f64,
    /// The norm of the noise of adversarial.
    #[arg(long, value_name = "R", default_value = "0.1", help_heading = "Problem")]
    #[arg(value_parser = super::values::nonnegative, allow_negative_numbers = true)]
    noise: f64,
    /// The groups of fair: this feature (from 1) above its median, or not [default: the two classes].
    #[arg(long, value_name = "FEATURE", value_parser = super::values::whole, help_heading = "Problem")]
    group_by: Option<u64>,
}

/// A problem with the names of its unknowns.
pub(super) struct Prepared {
    pub(super) operator: Box<dyn FiniteSumOperator>,
    pub(super) resolvent: Blocks,
    pub(super) start: Option<Vec<f64>>,
    /// Names of consecutive blocks of unknowns, with their lengths.
    pub(super) names: Vec<(&'static str, usize)>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("names", &self.names).finish_non_exhaustive()
    }
}

impl ProblemArgs {
    /// Reads the file.
    pub(super) fn prepare(&self, file: &Path) -> Result<Prepared, CliError> {
        let name = file.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let libsvm = name.ends_with(".svm") || name.ends_with(".libsvm");
        let problem = self.problem.unwrap_or(if libsvm { ProblemName::Robust } else { ProblemName::Game });
        if problem == ProblemName::Game {
            let (operator, resolvent, start) = PayoffMatrix::read(Input::open(file)?)?.inclusion()?;
            let names = vec![("x", operator.x_dimension()), ("y", operator.dimension() - operator.x_dimension())];
            return Ok(Prepared { operator: Box::new(operator), resolvent, start: Some(start), names });
        }
        let data = libsvm::read(Input::open(file)?, &ReadOptions::default())?;
        let bad = |message: String| CliError::file("problem", file, message);
        if data.values.is_empty() {
            return Err(bad("it has no entries".to_owned()));
        }
        match problem {
            ProblemName::Auc => self.auc(&data).map_err(|e| bad(e.to_string())),
            ProblemName::Fair => self.fair(&data).map_err(|e| bad(e.to_string())),
            _ => self.regression(problem, &data).map_err(|e| bad(e.to_string())),
        }
    }

    fn auc(&self, data: &LibsvmData) -> Result<Prepared, thalweg::ProblemError> {
        let (signs, matrix) = (two_classes(&data.labels)?, unit_rows(data)?);
        let d = matrix.columns();
        let positive = signs.iter().map(|s| *s > 0.0).collect();
        let operator = AucSaddle::new(matrix, positive, self.ridge)?;
        let resolvent = Blocks::new(vec![(d + 3, Box::new(Zero))]);
        let names = vec![("w", d), ("a", 1), ("b", 1), ("alpha", 1)];
        Ok(Prepared { operator: Box::new(operator), resolvent, start: None, names })
    }

    fn fair(&self, data: &LibsvmData) -> Result<Prepared, thalweg::ProblemError> {
        let (signs, matrix) = (two_classes(&data.labels)?, unit_rows(data)?);
        let groups: Vec<usize> = match self.group_by {
            None => signs.iter().map(|s| usize::from(*s > 0.0)).collect(),
            Some(feature) => above_median(data, feature)?,
        };
        let (d, count) = (matrix.columns(), groups.iter().max().map_or(1, |g| g + 1));
        let operator = FairClassification::new(matrix, signs, groups, self.ridge)?;
        let simplex: Box<dyn Proximable> = Box::new(Simplex::default());
        let resolvent = Blocks::new(vec![(d, Box::new(Zero)), (count, simplex)]);
        let mut start = vec![0.0; d];
        start.resize(d + count, 1.0 / count as f64);
        let names = vec![("x", d), ("w", count)];
        Ok(Prepared { operator: Box::new(operator), resolvent, start: Some(start), names })
    }

    fn regression(&self, problem: ProblemName, data: &LibsvmData) -> Result<Prepared, thalweg::ProblemError> {
        let (matrix, targets) = standardized(data)?;
        let (n, d) = (matrix.rows(), matrix.columns());
        if problem == ProblemName::LeastSquares {
            let operator = LeastSquares::new(matrix, targets)?;
            let resolvent = Blocks::new(vec![(d, Box::new(Zero))]);
            return Ok(Prepared { operator: Box::new(operator), resolvent, start: None, names: vec![("x", d)] });
        }
        let names = vec![("x", d), ("y", n)];
        if problem == ProblemName::Adversarial {
            let operator = BilinearSaddle::new(matrix, Vec::new(), targets)?;
            let norm: Box<dyn Proximable> = Box::new(L2Norm::new(self.noise)?);
            let resolvent = Blocks::new(vec![(d, norm), (n, Box::new(Ball::new(1.0)?))]);
            return Ok(Prepared { operator: Box::new(operator), resolvent, start: None, names });
        }
        let operator = RobustLeastSquares::new(matrix, targets, self.price)?;
        let resolvent = Blocks::new(vec![(d + n, Box::new(Zero))]);
        Ok(Prepared { operator: Box::new(operator), resolvent, start: None, names })
    }
}

/// Labels of two values as -1 and 1, the larger being 1.
fn two_classes(labels: &[f64]) -> Result<Vec<f64>, thalweg::ProblemError> {
    Ok(thalweg::datafit::Logistic::from_labels(labels)?.signs().to_vec())
}

fn by_columns(data: &LibsvmData, values: Vec<f64>) -> Sparse {
    let shape = (data.rows, data.column_ids.len());
    Sparse::new_csc(shape, data.indptr.clone(), data.indices.clone(), values)
}

/// The samples as rows of length 1.
fn unit_rows(data: &LibsvmData) -> Result<TwoWayMatrix, thalweg::ProblemError> {
    let mut squares = vec![0.0; data.rows];
    data.indices.iter().zip(&data.values).for_each(|(&i, v)| squares[i as usize] += v * v);
    let scaled = data.indices.iter().zip(&data.values).map(|(&i, v)| v / squares[i as usize].sqrt()).collect();
    TwoWayMatrix::from_sparse(&by_columns(data, scaled))
}

/// Features with mean 0 and variance 1 over the square root of their number, targets likewise centred and scaled: dense.
fn standardized(data: &LibsvmData) -> Result<(TwoWayMatrix, Vec<f64>), thalweg::ProblemError> {
    let (n, d) = (data.rows, data.column_ids.len());
    let mut rows = vec![0.0; n * d];
    for j in 0..d {
        for k in data.indptr[j]..data.indptr[j + 1] {
            rows[data.indices[k] as usize * d + j] = data.values[k];
        }
        let column = || (0..n).map(|i| i * d + j);
        let mean = column().fold(0.0, |s, at| s + rows[at]) / n as f64;
        let variance = column().fold(0.0, |s, at| s + (rows[at] - mean).powi(2)) / n as f64;
        let scale = if variance > 0.0 { 1.0 / (variance * d as f64).sqrt() } else { 0.0 };
        for at in (0..n).map(|i| i * d + j) {
            rows[at] = (rows[at] - mean) * scale;
        }
    }
    let mean = data.labels.iter().fold(0.0, |s, y| s + y) / n as f64;
    let variance = data.labels.iter().fold(0.0, |s, y| s + (y - mean).powi(2)) / n as f64;
    let scale = if variance > 0.0 { 1.0 / variance.sqrt() } else { 1.0 };
    let targets = data.labels.iter().map(|y| (y - mean) * scale).collect();
    Ok((TwoWayMatrix::from_rows(n, d, rows)?, targets))
}

/// Groups 1 where the feature is above its median, 0 elsewhere.
fn above_median(data: &LibsvmData, feature: u64) -> Result<Vec<usize>, thalweg::ProblemError> {
    let stored = data.column_ids.iter().position(|&id| u64::from(id) + 1 == feature);
    let Some(j) = stored else {
        let message = format!("feature {feature} of --group-by has no entry");
        return Err(thalweg::ProblemError::Structure(message));
    };
    let mut values = vec![0.0; data.rows];
    (data.indptr[j]..data.indptr[j + 1]).for_each(|k| values[data.indices[k] as usize] = data.values[k]);
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[(sorted.len() - 1) / 2];
    Ok(values.iter().map(|v| usize::from(*v > median)).collect())
}
