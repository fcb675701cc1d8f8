//! Grids of strengths.

use thalweg_kernels::scalar;
use thalweg_problems::ProblemError;

/// Which strengths a path visits.
#[derive(Clone, Debug, PartialEq)]
pub enum Grid {
    /// `count` values from `lambda_max`, evenly spaced in their logarithms, down to `ratio lambda_max`.
    Log {
        /// How many values.
        count: usize,
        /// The last one as a share of `lambda_max`; `None` is 1e-2 if there are fewer rows than columns, else 1e-4.
        ratio: Option<f64>,
    },
    /// These, in descending order.
    Explicit(Vec<f64>),
}

impl Default for Grid {
    fn default() -> Self {
        Self::Log { count: 100, ratio: None }
    }
}

impl Grid {
    /// The values for a problem with `rows` rows and `columns` columns.
    ///
    /// # Errors
    /// If there are none, one is negative or not finite, they do not descend, the ratio is not in (0, 1), or `lambda_max` is
    /// needed and there is none.
    pub fn values(&self, lambda_max: Option<f64>, rows: usize, columns: usize) -> Result<Vec<f64>, ProblemError> {
        let bad = |what, value, expected| Err(ProblemError::Parameter { what, value, expected });
        match self {
            Self::Explicit(list) => {
                if list.is_empty() {
                    return bad("the number of strengths", 0.0, "at least 1");
                }
                if let Some(&value) = list.iter().find(|l| !l.is_finite() || **l < 0.0) {
                    return bad("a strength of the path", value, "a finite number of at least 0");
                }
                match list.windows(2).find(|w| w[0] <= w[1]) {
                    Some(w) => bad("a strength of the path", w[1], "less than the one before"),
                    None => Ok(list.clone()),
                }
            }
            Self::Log { count, ratio } => {
                let ratio = ratio.unwrap_or(if rows < columns { 1e-2 } else { 1e-4 });
                if *count == 0 {
                    return bad("the number of strengths", 0.0, "at least 1");
                }
                if !(ratio > 0.0 && ratio < 1.0) {
                    return bad("the ratio of the path", ratio, "a number between 0 and 1");
                }
                let Some(top) = lambda_max.filter(|l| l.is_finite()) else {
                    return bad("lambda_max", f64::NAN, "a finite number: this penalty needs a list of strengths");
                };
                if top == 0.0 {
                    // Nothing correlates with the labels: the solution is 0 for every strength.
                    return Ok(vec![0.0]);
                }
                let log = scalar::log1p(ratio - 1.0);
                let last = (count - 1).max(1) as f64;
                Ok((0..*count).map(|k| top * scalar::exp(log * (k as f64 / last))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn logarithms_are_evenly_spaced_between_the_ends() {
        let grid = Grid::default().values(Some(3.0), 5, 10).unwrap();
        assert_eq!((grid.len(), grid[0]), (100, 3.0));
        assert_relative_eq!(grid[99], 0.03, max_relative = 1e-14);
        assert_relative_eq!(grid[50] / grid[49], grid[1] / grid[0], max_relative = 1e-13);
        let tall = Grid::default().values(Some(3.0), 10, 5).unwrap();
        assert_relative_eq!(tall[99], 3e-4, max_relative = 1e-12);
        assert_eq!(Grid::Log { count: 1, ratio: None }.values(Some(2.0), 1, 1).unwrap(), [2.0]);
    }

    #[test]
    fn refusals_name_the_value() {
        let message = |grid: Grid, top| grid.values(top, 5, 5).unwrap_err().to_string();
        assert!(message(Grid::Explicit(vec![2.0, 3.0]), None).contains("is 3, expected less than the one before"));
        assert!(message(Grid::Explicit(vec![1.0, -3.0]), None).contains("is -3"));
        assert!(message(Grid::Explicit(vec![f64::NAN]), None).contains("is NaN"));
        assert!(message(Grid::Explicit(vec![]), None).contains("at least 1"));
        assert!(message(Grid::Log { count: 3, ratio: Some(1.5) }, Some(1.0)).contains("is 1.5"));
        assert!(message(Grid::Log { count: 0, ratio: None }, Some(1.0)).contains("is 0"));
        assert!(message(Grid::default(), None).contains("lambda_max"));
    }
}
