//! Centring and scaling of columns, and the way back.

use super::Design;
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
    pub(super) fn standardizing(design: &Design, centre: bool, weights: Option<&[f64]>) -> Self {
        let total = weights.map_or(design.rows() as f64, dense::sum);
        let p = design.columns();
        let mut scaling = Self { centre: vec![0.0; p], scale: vec![1.0; p] };
        for j in 0..p {
            let m = design.moments(j, weights, total);
            let mean = if total > 0.0 { m.sum / total } else { 0.0 };
            let deviation = if total > 0.0 { (m.centred_squares / total).sqrt() } else { 0.0 };
            if centre {
                scaling.centre[j] = mean;
            }
            if deviation > 1e-14 * mean.abs() && deviation > 0.0 {
                scaling.scale[j] = deviation;
            }
        }
        scaling
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
