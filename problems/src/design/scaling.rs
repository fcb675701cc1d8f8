//! Centring and scaling of columns, and the way back.

use super::Design;
use crate::error::ProblemError;
use thalweg_kernels::dense;

/// Columns become `(x_j - centre_j) / scale_j`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// What is subtracted from each column, length p (all 0 if not centred).
    pub centre: Vec<f64>,
    /// What each column is divided by, length p, positive.
    pub scale: Vec<f64>,
}

impl Scaling {
    /// Means (0 if `centre` is false) and population standard deviations of the columns of an unscaled design. A column
    /// whose deviation is rounding noise beside its mean counts as constant, and is not scaled.
    pub(super) fn standardizing(design: &Design, centre: bool, weights: Option<&[f64]>) -> Result<Self, ProblemError> {
        let total = weights.map_or(design.rows() as f64, dense::sum);
        let p = design.columns();
        let mut scaling = Self { centre: vec![0.0; p], scale: vec![1.0; p] };
        for j in 0..p {
            let m = design.moments(j, weights, total);
            let deviation = (m.centred_squares / total).sqrt();
            if total > 0.0 && !deviation.is_finite() {
                return Err(ProblemError::Structure(format!("the squares of column {j} overflow")));
            }
            if centre && total > 0.0 {
                // The second step takes out the rounding of the first: a constant column becomes exactly 0.
                let first = m.sum / total;
                scaling.centre[j] = first + design.storage.moments_about(j, first, weights, total).0 / total;
            }
            if deviation > 0.0 {
                scaling.scale[j] = deviation;
            }
        }
        Ok(scaling)
    }

    /// Coefficients and intercept for the data as they were before scaling, from those for the scaled data.
    pub fn to_original(&self, coefficients: &[f64], intercept: f64) -> (Vec<f64>, f64) {
        let original: Vec<f64> = coefficients.iter().zip(&self.scale).map(|(x, s)| x / s).collect();
        let intercept = intercept - dense::dot(&original, &self.centre);
        (original, intercept)
    }

    /// The inverse of [`to_original`](Self::to_original).
    pub fn from_original(&self, coefficients: &[f64], intercept: f64) -> (Vec<f64>, f64) {
        let intercept = intercept + dense::dot(coefficients, &self.centre);
        (coefficients.iter().zip(&self.scale).map(|(x, s)| x * s).collect(), intercept)
    }
}
