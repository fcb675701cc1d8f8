//! Newton steps with a cubic term (Nesterov, Polyak, *Cubic regularization of Newton method and its global performance*,
//! Math. Prog. 108, 2006) on a block.

use super::dense::{Eigen, Symmetric, dot};
use super::iterate::Iterate;
use super::problem::BlockProblem;
use super::update::{Move, ROUNDING};
use crate::run::{MethodError, Oracle};

/// The minimiser of `g' d + d' H d / 2 + (M/6) |d|^3` for positive semidefinite H, and the model's value there.
///
/// At the minimiser `(H + (M r / 2) I) d = -g` with `r = |d|`. In the eigenvectors of H that is one equation in r, solved by
/// Newton's method on `1 / |d(r)| - 1 / r`, which is nearly linear, inside a bracket.
pub(super) fn minimise(h: &Symmetric, g: &[f64], cubic: f64) -> Result<(Vec<f64>, f64), MethodError> {
    let eigen = Eigen::new(h, true)?;
    let c = eigen.coordinates(g);
    let norm = dot(g, g).sqrt();
    if norm == 0.0 {
        return Ok((vec![0.0; g.len()], 0.0));
    }
    let cut = 1e-14 * eigen.values.last().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE);
    let shifted = |r: f64, e: f64| (e.max(0.0) + 0.5 * cubic * r).max(cut);
    let length = |r: f64| c.iter().zip(&eigen.values).fold(0.0, |s, (c, &e)| s + (c / shifted(r, e)).powi(2)).sqrt();
    let mut r = length(0.0);
    if cubic > 0.0 {
        // |d(r)| falls in r, and |d(r)| <= 2 |g| / (M r): the root is at most sqrt(2 |g| / M).
        let (mut low, mut high) = (0.0, (2.0 * norm / cubic).sqrt().min(r));
        r = high;
        for _ in 0..200 {
            let d = length(r);
            if d > r {
                low = r;
            } else {
                high = r;
            }
            if (d - r).abs() <= 4.0 * f64::EPSILON * r || high <= low * (1.0 + 2.0 * f64::EPSILON) {
                break;
            }
            let slope = c.iter().zip(&eigen.values).fold(0.0, |s, (c, &e)| s + c * c / shifted(r, e).powi(3));
            let derivative = 0.5 * cubic * slope / d.powi(3) + 1.0 / (r * r);
            let next = r - (1.0 / d - 1.0 / r) / derivative;
            r = if low < next && next < high { next } else { 0.5 * (low + high) };
        }
    }
    let coordinates: Vec<f64> = c.iter().zip(&eigen.values).map(|(c, &e)| -c / shifted(r, e)).collect();
    let quadratic = coordinates.iter().zip(&eigen.values).fold(0.0, |s, (d, e)| s + e * d * d);
    let step = dot(&coordinates, &coordinates).sqrt();
    let value = dot(&c, &coordinates) + 0.5 * quadratic + cubic / 6.0 * step.powi(3);
    Ok((eigen.combine(&coordinates), value))
}

/// The step whose model is a bound of the objective: it always descends.
pub(super) fn bound<P: BlockProblem + ?Sized>(m: &mut Move<'_, P>, at: &mut Iterate) -> Result<(), MethodError> {
    let Some(constant) = m.problem.third_order_constant(&m.chosen.block, m.scratch) else {
        return Err(MethodError::Numerical("the problem has no bound of its third derivatives".to_owned()));
    };
    let (d, _) = minimise(&m.hessian(at), m.gradient, constant)?;
    m.counts.add(Oracle::Factorization, 1);
    at.step(m.problem, &m.chosen.block, &d);
    Ok(())
}

/// The bound is pessimistic where rows differ in size. A step with a smaller constant is taken if it brings a tenth of the
/// model's decrease; the constant is 4 times as large after a failure, a quarter after a success.
pub(super) fn adaptive<P: BlockProblem + ?Sized>(
    m: &mut Move<'_, P>,
    ratio: &mut f64,
    at: &mut Iterate,
) -> Result<(), MethodError> {
    const ATTEMPTS: usize = 60;
    let (problem, block) = (m.problem, &m.chosen.block);
    let constant = problem.third_order_constant(block, m.scratch).unwrap_or(1.0);
    let hessian = m.hessian(at);
    let start = at.value(problem, m.counts);
    for _ in 0..ATTEMPTS {
        let (d, model) = minimise(&hessian, m.gradient, *ratio * constant)?;
        m.counts.add(Oracle::Factorization, 1);
        at.aim(problem, block, &d);
        let value = at.try_at(problem, (block, &d), 1.0, m.counts);
        if value <= start + 0.1 * model + ROUNDING * start.abs() {
            at.accept(value);
            *ratio = (0.25 * *ratio).max(SMALLEST_RATIO);
            return Ok(());
        }
        at.reject(block);
        if constant == 0.0 {
            break;
        }
        *ratio *= 4.0;
    }
    // Rounding hides the decrease.
    *ratio = START_RATIO;
    Ok(())
}

/// The constant of the first model, relative to the bound.
pub(super) const START_RATIO: f64 = 1e-3;
const SMALLEST_RATIO: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_step() {
        let mut h = Symmetric::default();
        h.reset(3);
        (0..3).for_each(|i| h.row_mut(i)[i] = [1.0, 3.0, 10.0][i]);
        let (d, value) = minimise(&h, &[1.0, -2.0, 0.5], 5.0).unwrap();
        approx::assert_relative_eq!(dot(&d, &d).sqrt(), 0.599_667_405_817_875, max_relative = 1e-12);
        for (found, expected) in d.iter().zip([-0.400_133_08, 0.444_526_58, -0.043_481_4]) {
            approx::assert_abs_diff_eq!(*found, expected, epsilon = 5e-9);
        }
        approx::assert_abs_diff_eq!(value, -0.745_313_889_353_262_1, epsilon = 5e-13);
    }

    /// Singular Hessians, without and with a cubic term.
    #[test]
    fn flat_directions() {
        let mut h = Symmetric::default();
        h.reset(2);
        h.row_mut(0)[0] = 2.0;
        let (d, value) = minimise(&h, &[2.0, 0.0], 0.0).unwrap();
        approx::assert_abs_diff_eq!(d.as_slice(), [-1.0, 0.0].as_slice(), epsilon = 1e-15);
        approx::assert_abs_diff_eq!(value, -1.0, epsilon = 1e-15);
        // Along the flat direction the model is g d + M d^3 / 6, least at d = -sqrt(2 g / M).
        let (d, _) = minimise(&h, &[0.0, 3.0], 6.0).unwrap();
        approx::assert_abs_diff_eq!(d.as_slice(), [0.0, -1.0].as_slice(), epsilon = 1e-12);
        assert_eq!(minimise(&h, &[0.0, 0.0], 1.0).unwrap().0, [0.0, 0.0]);
    }
}
