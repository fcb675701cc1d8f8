//! Whether a stationary point of a model with a penalty that is not convex is a local minimum.

use crate::glm::{Glm, GlmPoint};
use crate::prox::SeparablePenalty;
use faer::{Mat, Side};
use thalweg_kernels::dense;

/// Larger supports are not checked.
const MAX_SUPPORT: usize = 2000;

/// Whether `X_S' diag(phi''(z)) X_S + diag(psi''(x_S))` on the support S (about the weighted means, if there is an intercept)
/// is positive semidefinite up to rounding, by a Cholesky factorisation. Off the support a penalty with a kink holds the
/// coordinates at 0. `None` if the support is too large to be checked.
pub(super) fn second_order<P: SeparablePenalty + ?Sized>(
    problem: &Glm<'_, P>,
    point: &GlmPoint,
    fit: &[f64],
) -> Option<bool> {
    let (design, x) = (problem.design(), &point.coefficients);
    let support: Vec<usize> = (0..x.len()).filter(|&j| x[j] != 0.0).collect();
    let size = support.len();
    if size > MAX_SUPPORT {
        return None;
    }
    let mut weights = vec![0.0; fit.len()];
    problem.datafit().curvature(fit, &mut weights);
    let total = dense::sum(&weights);
    let mut sums = vec![0.0; design.columns()];
    for &j in &support {
        sums[j] = design.moments(j, Some(&weights), total).sum;
    }
    let moving = (problem.has_intercept() && total > 0.0).then_some(total);
    let mut hessian = Mat::<f64>::zeros(size, size);
    let (mut column, mut row) = (vec![0.0; fit.len()], vec![0.0; size]);
    for (a, &j) in support.iter().enumerate() {
        let row = &mut row[a..];
        design.gram_column(j, &support[a..], Some(&weights), &sums, moving, &mut column, row);
        for (k, &value) in row.iter().enumerate() {
            hessian[(a + k, a)] = value;
            hessian[(a, a + k)] = value;
        }
    }
    let largest = (0..size).map(|a| hessian[(a, a)]).fold(0.0, f64::max);
    for (a, &j) in support.iter().enumerate() {
        hessian[(a, a)] += problem.penalty().second_derivative_at(j, x[j]) + 1e-10 * largest;
    }
    Some(hessian.llt(Side::Lower).is_ok())
}
