//! Two classes from labels.

use crate::error::{ProblemError, all_finite};

/// The two values of the labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Classes {
    low: f64,
    high: f64,
}

impl Classes {
    /// From labels with exactly two different values.
    pub(crate) fn of(labels: &[f64]) -> Result<Self, ProblemError> {
        all_finite("label", labels)?;
        let mut values = labels.to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let [low, high] = values[..] else {
            let hint = match values.len() {
                0 | 1 => ": there is nothing to separate",
                _ => ": use a multinomial loss for several classes, or the squared loss for numbers",
            };
            return Err(ProblemError::Classes { found: values.len(), hint });
        };
        Ok(Self { low, high })
    }

    /// +1 for the larger label, -1 for the other.
    pub(crate) fn signs(self, labels: &[f64]) -> Vec<f64> {
        labels.iter().map(|&y| if y == self.high { 1.0 } else { -1.0 }).collect()
    }

    /// The labels of the classes -1 and +1.
    pub(crate) fn labels(self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Checks that rows of positive weight have both signs.
    pub(crate) fn both_present(signs: &[f64], weights: &[f64]) -> Result<(), ProblemError> {
        let present = |sign: f64| signs.iter().zip(weights).any(|(y, w)| *y == sign && *w > 0.0);
        match usize::from(present(1.0)) + usize::from(present(-1.0)) {
            2 => Ok(()),
            found => Err(ProblemError::Classes { found, hint: " among the rows of positive weight" }),
        }
    }
}
