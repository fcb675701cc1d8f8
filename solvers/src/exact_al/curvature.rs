//! The second-order conditions at a point that satisfies the first-order ones.

use super::kkt::Kkt;
use super::newton::factor_with_inertia;
use crate::linear_systems::LdltError;
use crate::run::Counts;
use thalweg_kernels::dense;

/// What the Hessian of the Lagrangian looks like on the kernel of G.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Curvature {
    /// Positive definite: a strict local minimum.
    Positive,
    /// Singular to working precision, or the rows of G are dependent: the conditions decide nothing.
    Undecided,
    /// There is a direction `(dx; dy)`, `|dx| = 1`, with `G dx = 0` and this `dx'H dx < 0`.
    Negative { direction: Vec<f64>, value: f64 },
}

/// Inverse iterations for the direction.
const ITERATIONS: usize = 30;
/// Curvature of this size, relative to the Hessian's largest entry, counts as none.
const NONE: f64 = 1e-9;

/// Looks at the inertia of the KKT matrix, whose Hessian must be assembled; where there is negative curvature, finds a
/// direction of nearly the least one by inverse iteration with `[H + tau I, G'; G, 0]`. A relaxation above 0 allows for
/// dependent rows.
pub(super) fn curvature(
    kkt: &mut Kkt,
    sizes: (usize, usize),
    relaxation: f64,
    counts: &mut Counts,
) -> Result<Curvature, LdltError> {
    let (n, m) = sizes;
    let inertia = kkt.factor(0.0, relaxation, counts)?;
    if (inertia.positive, inertia.negative) == (n, m) {
        return Ok(Curvature::Positive);
    }
    if inertia.negative <= m {
        return Ok(Curvature::Undecided);
    }
    // From below, so that the least eigenvalue is the one nearest to -tau.
    let mut last = 0.0;
    if !factor_with_inertia(kkt, sizes, &mut last, counts)? {
        return Ok(Curvature::Undecided);
    }
    let (mut right_side, mut solution, mut product) = (vec![0.0; n + m], vec![0.0; n + m], vec![0.0; n + m]);
    for (i, b) in right_side[..n].iter_mut().enumerate() {
        *b = 1.0 + 1.0 / (i + 1) as f64;
    }
    for _ in 0..ITERATIONS {
        kkt.solve(&right_side, &mut solution)?;
        let length = dense::nrm2(&solution[..n]);
        if length == 0.0 || !length.is_finite() {
            return Ok(Curvature::Undecided);
        }
        dense::scale(1.0 / length, &mut solution);
        right_side[..n].copy_from_slice(&solution[..n]);
    }
    // Towards the positive half space, so that the direction does not depend on how the factors were made.
    if solution[..n].iter().find(|v| v.abs() > 1e-3).is_some_and(|v| *v < 0.0) {
        dense::scale(-1.0, &mut solution);
    }
    kkt.multiply(&solution, &mut product);
    let value = dense::dot(&solution[..n], &product[..n]);
    if value < -NONE * kkt.largest_diagonal().max(1e-3) {
        Ok(Curvature::Negative { direction: solution, value })
    } else {
        Ok(Curvature::Undecided)
    }
}
