//! Feasibility restoration: Levenberg-Marquardt on `1/2 |c|^2`.

use super::evaluation::Program;
use super::iterate::Iterate;
use super::kkt::Kkt;
use crate::linear_systems::LdltError;
use crate::run::Counts;
use thalweg_kernels::dense;

/// How a restoration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restored {
    /// The violation has fallen, or the limit of steps was reached.
    Better,
    /// A stationary point of the violation that is not feasible.
    LocallyInfeasible,
}

/// Steps at most.
const STEPS: usize = 50;
/// The violation asked for, as a share of the first one.
const REDUCTION: f64 = 0.1;

/// Lowers `|c|` from the current point by steps `s = -G'(G G' + mu I)^{-1} c`; stops at a tenth of the first violation or
/// where `|G'c| <= 1e-10 |c|`. The multipliers are left alone.
pub(super) fn restore(
    program: &mut Program<'_>,
    iterate: &mut Iterate,
    trial: &mut Iterate,
    kkt: &mut Kkt,
    tolerance: f64,
    counts: &mut Counts,
) -> Result<Restored, LdltError> {
    let (n, m) = (iterate.x.len(), iterate.multipliers.len());
    let (mut right_side, mut step) = (vec![0.0; n + m], vec![0.0; n + m]);
    let mut normal = vec![0.0; n];
    let mut linear = vec![0.0; m];
    let first = dense::nrm2(&iterate.first.constraints);
    let mut mu = first;
    for _ in 0..STEPS {
        let violation = dense::nrm2(&iterate.first.constraints);
        if violation <= REDUCTION * first || stationary(program, iterate, &mut normal, 1e-10) {
            break;
        }
        // [I G'; G -mu I] (s; y) = (0; -c) has s = -G'y, (G G' + mu I) y = c.
        kkt.assemble(None, &iterate.first.jacobian);
        kkt.factor(1.0, mu, counts)?;
        for (b, c) in right_side[n..].iter_mut().zip(&iterate.first.constraints) {
            *b = -c;
        }
        kkt.solve(&right_side, &mut step)?;
        program.multiply(&iterate.first.jacobian, &step[..n], &mut linear);
        dense::axpy(1.0, &iterate.first.constraints, &mut linear);
        let predicted = violation * violation - dense::sum_squares(&linear);
        trial.x.copy_from_slice(&iterate.x);
        dense::axpy(1.0, &step[..n], &mut trial.x);
        trial.multipliers.copy_from_slice(&iterate.multipliers);
        let actual = match trial.evaluate(program, counts) {
            Ok(()) => violation * violation - dense::sum_squares(&trial.first.constraints),
            Err(_) => -1.0,
        };
        if actual > 1e-4 * predicted {
            std::mem::swap(iterate, trial);
        }
        mu = if actual > 0.7 * predicted { (mu / 5.0).max(1e-14) } else { 4.0 * mu };
    }
    let infeasible = super::iterate::max_norm(&iterate.first.constraints) > tolerance;
    let stuck = stationary(program, iterate, &mut normal, 1e-8);
    Ok(if infeasible && stuck { Restored::LocallyInfeasible } else { Restored::Better })
}

/// Whether `|G'c| <= share |c|`.
fn stationary(program: &Program<'_>, iterate: &Iterate, normal: &mut [f64], share: f64) -> bool {
    normal.fill(0.0);
    program.add_transposed(&iterate.first.jacobian, &iterate.first.constraints, normal);
    dense::nrm2(normal) <= share * dense::nrm2(&iterate.first.constraints)
}
