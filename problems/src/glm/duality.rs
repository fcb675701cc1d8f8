//! The duality gap of a generalised linear model, without cancellation.
//!
//! For a dual point `v` (with `1'v = 0` if there is an intercept) and `c = X'v`, the dual objective is
//! `D(v) = -sum phi_i^*(-v_i) - sum psi_j^*(c_j)`, and by `x'c = z'v`
//!
//! ```text
//! F(x) - D(v) = sum of [phi_i(z_i) + phi_i^*(-v_i) + v_i z_i] + sum of [psi_j(x_j) + psi_j^*(c_j) - x_j c_j].
//! ```
//!
//! Every bracket is at least 0 by the Fenchel-Young inequality, so the gap is a sum of small non-negative terms rather than
//! a difference of two large ones. Restricted to some columns (the others held where they are) the same formula bounds the
//! restricted problem.

use super::Glm;
use crate::prox::SeparablePenalty;

/// A feasible dual point `scale * v`, known by its multiple of the `v` it was made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DualPoint {
    /// `F(x) - D`: an upper bound of `F(x) - F*`. Infinite if no multiple of `v` is feasible, or the penalty is not convex.
    pub gap: f64,
    /// The multiple.
    pub scale: f64,
    /// How much of a ridge term was treated as part of the loss: its correlations are `scale * (c_j - ridge x_j)`, and the
    /// squared norms of its columns are larger by `ridge`.
    pub ridge: f64,
}

/// The multiple of `dual` with the smallest gap at the point with coefficients `x` and fit `fit`, among the cheap
/// candidates: the largest feasible one up to 1, the best one for the loss, and for a ridge term both of its readings
/// (part of the penalty, part of the loss).
///
/// `correlations[k]` belongs to column `columns[k]`.
pub fn best_dual_point<P: SeparablePenalty + ?Sized>(
    problem: &Glm<'_, P>,
    x: &[f64],
    fit: &[f64],
    dual: &[f64],
    columns: &[usize],
    correlations: &[f64],
) -> DualPoint {
    let mut best = DualPoint { gap: f64::INFINITY, scale: 0.0, ridge: 0.0 };
    let Some(penalty) = problem.penalty().convex() else { return best };
    let datafit = problem.datafit();
    let mut offer = |candidate: DualPoint| {
        if candidate.gap < best.gap {
            best = candidate;
        }
    };
    let pairs = || columns.iter().copied().zip(correlations.iter().copied());

    let limit = pairs().map(|(j, c)| penalty.dual_limit_at(j, c)).fold(f64::INFINITY, f64::min);
    let gap = |scale: f64| {
        let coordinates = pairs().fold(0.0, |s, (j, c)| s + penalty.fenchel_gap_at(j, x[j], scale * c));
        datafit.fenchel_gap(fit, dual, scale) + coordinates
    };
    let natural = limit.min(1.0);
    offer(DualPoint { gap: gap(natural), scale: natural, ridge: 0.0 });
    let tuned = datafit.best_dual_scale(dual).clamp(-limit, limit);
    // A negative multiple is feasible for symmetric penalties only, and never useful.
    if tuned > 0.0 && tuned != natural {
        offer(DualPoint { gap: gap(tuned), scale: tuned, ridge: 0.0 });
    }

    if let Some((rest, ridge)) = penalty.ridge() {
        let shrunk = |j: usize, c: f64| c - ridge * x[j];
        let scale = pairs().map(|(j, c)| rest.dual_limit_at(j, shrunk(j, c))).fold(1.0, f64::min);
        let coordinates = pairs().fold(0.0, |s, (j, c)| {
            let miss = (1.0 - scale) * x[j];
            s + rest.fenchel_gap_at(j, x[j], scale * shrunk(j, c)) + 0.5 * ridge * miss * miss
        });
        offer(DualPoint { gap: datafit.fenchel_gap(fit, dual, scale) + coordinates, scale, ridge });
    }
    best
}
