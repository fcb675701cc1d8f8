//! Least-squares multipliers.

use super::evaluation::Program;
use super::iterate::{Iterate, max_norm};
use super::kkt::Kkt;
use crate::linear_systems::LdltError;
use crate::run::Counts;

/// Multipliers above this are not believed: `eta_2 |grad_x L|^2` would explode.
const LARGEST: f64 = 1e3;
/// The block -delta I where the rows are dependent.
pub(super) const RELAXATION: f64 = 1e-8;

/// Sets `y = argmin |grad f + G'y|`, or 0 where that is not finite or above 1e3; of dependent rows the least norm, nearly.
pub(super) fn least_squares(
    program: &Program<'_>,
    iterate: &mut Iterate,
    kkt: &mut Kkt,
    counts: &mut Counts,
) -> Result<(), LdltError> {
    let (n, m) = (iterate.x.len(), iterate.multipliers.len());
    if m > 0 {
        kkt.assemble(None, &iterate.first.jacobian);
        if kkt.factor(1.0, 0.0, counts)?.zero > 0 {
            kkt.factor(1.0, RELAXATION, counts)?;
        }
        // [I G'; G 0] (w; y) = (-grad f; 0).
        let (mut right_side, mut solution) = (vec![0.0; n + m], vec![0.0; n + m]);
        for (b, g) in right_side.iter_mut().zip(&iterate.first.gradient) {
            *b = -g;
        }
        kkt.solve(&right_side, &mut solution)?;
        iterate.multipliers.copy_from_slice(&solution[n..]);
        let largest = max_norm(&iterate.multipliers);
        if largest.is_nan() || largest > LARGEST {
            iterate.multipliers.fill(0.0);
        }
    }
    iterate.refresh(program);
    Ok(())
}
