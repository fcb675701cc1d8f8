//! How well predictions match the truth.

use crate::datafit::Softmax;
use thalweg_kernels::scalar;

/// Scores of predicted numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberScores {
    /// The share of variance explained, `1 - sum (y - z)^2 / sum (y - mean y)^2`; NaN if the targets are constant.
    pub r2: f64,
    /// `sqrt(mean (y - z)^2)`.
    pub rmse: f64,
    /// The deviance of the squared loss, `sum (y - z)^2`.
    pub deviance: f64,
}

/// Scores of predicted classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScores {
    /// The share of rows on the right side.
    pub accuracy: f64,
    /// The area under the ROC curve (ties count one half); NaN if there is one class only.
    pub auc: f64,
    /// The deviance of the logistic loss, `2 sum log(1 + exp(-y z))`.
    pub deviance: f64,
}

/// Scores of predictions among several classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MulticlassScores {
    /// The share of rows whose class has the highest probability (ties: the first class).
    pub accuracy: f64,
    /// The mean of `-log` of the probability of the right class.
    pub log_loss: f64,
    /// The deviance of the softmax loss, twice the sum of those.
    pub deviance: f64,
}

/// Compares the fit of a softmax model, class by class, with the labels of its loss.
pub fn score_multiclass(loss: &Softmax, fit: &[f64]) -> MulticlassScores {
    let n = loss.rows();
    let right = (0..n).filter(|&i| loss.top(fit, i) == loss.labels()[i]).count() as f64;
    let sum = loss.value(fit);
    MulticlassScores { accuracy: right / n as f64, log_loss: sum / n as f64, deviance: 2.0 * sum }
}

/// Compares predictions `z` with `targets`, both of length n.
pub fn score_numbers(targets: &[f64], predictions: &[f64]) -> NumberScores {
    let n = targets.len() as f64;
    let mean = targets.iter().sum::<f64>() / n;
    let total: f64 = targets.iter().map(|y| (y - mean) * (y - mean)).sum();
    let deviance: f64 = targets.iter().zip(predictions).map(|(y, z)| (y - z) * (y - z)).sum();
    NumberScores {
        r2: if total > 0.0 { 1.0 - deviance / total } else { f64::NAN },
        rmse: (deviance / n).sqrt(),
        deviance,
    }
}

/// Compares scores `z` (positive: class +1; 0 and negative: class -1) with `signs` in {-1, +1}, both of length n.
pub fn score_classes(signs: &[f64], scores: &[f64]) -> ClassScores {
    let n = signs.len() as f64;
    let right = signs.iter().zip(scores).filter(|&(y, z)| (*z > 0.0) == (*y > 0.0)).count() as f64;
    ClassScores {
        accuracy: right / n,
        auc: area_under_curve(signs, scores),
        deviance: 2.0 * signs.iter().zip(scores).map(|(y, z)| scalar::softplus(-y * z)).sum::<f64>(),
    }
}

/// The Mann-Whitney statistic from average ranks.
fn area_under_curve(signs: &[f64], scores: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut rank_sum, mut positives, mut start) = (0.0, 0.0, 0);
    for group in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let rank = start as f64 + 0.5 * (group.len() as f64 + 1.0);
        let up = group.iter().filter(|&&i| signs[i] > 0.0).count() as f64;
        rank_sum += rank * up;
        positives += up;
        start += group.len();
    }
    let negatives = scores.len() as f64 - positives;
    (rank_sum - 0.5 * positives * (positives + 1.0)) / (positives * negatives)
}
