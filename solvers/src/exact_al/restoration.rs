//! Feasibility restoration: Levenberg-Marquardt on `1/2 |c|^2`.

use super::curvature::{Curvature, curvature};
use super::evaluation::Program;
use super::iterate::{Iterate, max_norm};
use super::kkt::Kkt;
use super::multipliers::RELAXATION;
use crate::linear_systems::LdltError;
use crate::run::Counts;
use thalweg_kernels::dense;

/// How a restoration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restored {
    /// The violation has fallen, or the limit of steps was reached.
    Better,
    /// A stationary point of the violation that is not feasible, without negative curvature.
    LocallyInfeasible,
}

/// Steps at most.
const STEPS: usize = 50;
/// The violation asked for, as a share of the first one.
const REDUCTION: f64 = 0.1;
/// A gradient of this share of the violation is as small as differences of the violation can make it.
const FLAT: f64 = 1e-7;
/// Saddle points of the violation that are left at most.
const SADDLES: usize = 5;
/// Halvings of a step along negative curvature.
const HALVINGS: usize = 40;

/// What a restoration works with.
pub(super) struct Restoration<'a, 'p> {
    pub(super) program: &'a mut Program<'p>,
    pub(super) kkt: &'a mut Kkt,
    pub(super) hessian: &'a mut [f64],
    pub(super) tolerance: f64,
    pub(super) counts: &'a mut Counts,
}

impl Restoration<'_, '_> {
    /// Lowers `|c|` from the current point to a tenth, or to a local minimum of it. The multipliers are left alone.
    pub(super) fn run(&mut self, iterate: &mut Iterate, trial: &mut Iterate) -> Result<Restored, LdltError> {
        let target = REDUCTION * dense::nrm2(&iterate.first.constraints);
        for _ in 0..SADDLES {
            self.descend(iterate, trial, target)?;
            let infeasible = max_norm(&iterate.first.constraints) > self.tolerance;
            if !infeasible || !self.stationary(iterate, FLAT) {
                return Ok(Restored::Better);
            }
            if !self.leave_saddle(iterate, trial)? {
                return Ok(Restored::LocallyInfeasible);
            }
        }
        Ok(Restored::Better)
    }

    /// Steps `s = -G'(G G' + mu I)^{-1} c` until the target, or until `|G'c| <= 1e-10 |c|`.
    fn descend(&mut self, iterate: &mut Iterate, trial: &mut Iterate, target: f64) -> Result<(), LdltError> {
        let (n, m) = (iterate.x.len(), iterate.multipliers.len());
        let (mut right_side, mut step, mut linear) = (vec![0.0; n + m], vec![0.0; n + m], vec![0.0; m]);
        let mut mu = dense::nrm2(&iterate.first.constraints);
        for _ in 0..STEPS {
            let violation = dense::nrm2(&iterate.first.constraints);
            if violation <= target || self.stationary(iterate, 1e-10) {
                break;
            }
            // [I G'; G -mu I] (s; y) = (0; -c) has s = -G'y, (G G' + mu I) y = c.
            self.kkt.assemble(None, &iterate.first.jacobian);
            self.kkt.factor(1.0, mu, self.counts)?;
            for (b, c) in right_side[n..].iter_mut().zip(&iterate.first.constraints) {
                *b = -c;
            }
            self.kkt.solve(&right_side, &mut step)?;
            self.program.multiply(&iterate.first.jacobian, &step[..n], &mut linear);
            dense::axpy(1.0, &iterate.first.constraints, &mut linear);
            let predicted = violation * violation - dense::sum_squares(&linear);
            trial.multipliers.copy_from_slice(&iterate.multipliers);
            dense::scaled_add(1.0, &iterate.x, 1.0, &step[..n], &mut trial.x);
            let actual = match trial.evaluate(self.program, self.counts) {
                Ok(()) => violation * violation - dense::sum_squares(&trial.first.constraints),
                Err(_) => -1.0,
            };
            if actual > 1e-4 * predicted {
                std::mem::swap(iterate, trial);
            }
            mu = if actual > 0.7 * predicted { (mu / 5.0).max(1e-14) } else { 4.0 * mu };
        }
        Ok(())
    }

    /// From a stationary point of the violation along negative curvature of it, to the side where the objective falls.
    /// Whether there was such a step.
    fn leave_saddle(&mut self, iterate: &mut Iterate, trial: &mut Iterate) -> Result<bool, LdltError> {
        let sizes = (iterate.x.len(), iterate.multipliers.len());
        let constraints = &iterate.first.constraints;
        if !self.kkt.holds_hessian() {
            return Ok(false);
        }
        if self.program.violation_hessian(&iterate.x, constraints, self.hessian, self.counts).is_err() {
            return Ok(false);
        }
        self.kkt.assemble(Some(self.hessian), &iterate.first.jacobian);
        let Curvature::Negative { direction, .. } = curvature(self.kkt, sizes, RELAXATION, self.counts)? else {
            return Ok(false);
        };
        let direction = &direction[..sizes.0];
        let side = if dense::dot(&iterate.first.gradient, direction) > 0.0 { -1.0 } else { 1.0 };
        let violation = dense::sum_squares(constraints);
        trial.multipliers.copy_from_slice(&iterate.multipliers);
        let mut length = max_norm(&iterate.x).max(1.0);
        for _ in 0..HALVINGS {
            dense::scaled_add(1.0, &iterate.x, side * length, direction, &mut trial.x);
            if trial.evaluate(self.program, self.counts).is_ok()
                && dense::sum_squares(&trial.first.constraints) < (1.0 - 1e-8) * violation
            {
                std::mem::swap(iterate, trial);
                return Ok(true);
            }
            length *= 0.5;
        }
        Ok(false)
    }

    /// Whether `|G'c| <= share |c|`.
    fn stationary(&self, iterate: &Iterate, share: f64) -> bool {
        let mut normal = vec![0.0; iterate.x.len()];
        self.program.add_transposed(&iterate.first.jacobian, &iterate.first.constraints, &mut normal);
        dense::nrm2(&normal) <= share * dense::nrm2(&iterate.first.constraints)
    }
}
