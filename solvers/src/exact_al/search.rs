//! How far to go along a direction.

use super::evaluation::Program;
use super::iterate::Iterate;
use super::kkt::Kkt;
use super::newton::Direction;
use super::options::ExactAl;
use super::penalties::Penalties;
use crate::line_search::ArmijoMemory;
use crate::linear_systems::LdltError;
use crate::run::Counts;
use thalweg_kernels::dense;

/// What a search found; the trial point holds the step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The share of the step.
    pub(super) length: f64,
    /// Points tried.
    pub(super) trials: u32,
    /// Whether the point is acceptable.
    pub(super) accepted: bool,
    pub(super) merit: f64,
}

/// Shorter steps are not tried.
const SHORTEST: f64 = 1e-12;
/// Rounding of the merit, relative.
const ROUNDING: f64 = 1e-13;

/// One search.
pub(super) struct Search<'a, 'p> {
    pub(super) options: &'a ExactAl,
    pub(super) program: &'a mut Program<'p>,
    pub(super) current: &'a Iterate,
    pub(super) trial: &'a mut Iterate,
    pub(super) eta: Penalties,
    pub(super) memory: &'a ArmijoMemory,
    pub(super) counts: &'a mut Counts,
}

impl Search<'_, '_> {
    /// The merit at `(x, y) + length step`; None where a function is undefined.
    fn try_step(&mut self, step: &[f64], length: f64) -> Option<f64> {
        let (dx, dy) = step.split_at(self.current.x.len());
        dense::scaled_add(1.0, &self.current.x, length, dx, &mut self.trial.x);
        dense::scaled_add(1.0, &self.current.multipliers, length, dy, &mut self.trial.multipliers);
        self.trial.evaluate(self.program, self.counts).ok()?;
        let merit = self.trial.merit(self.eta);
        merit.is_finite().then_some(merit)
    }

    /// Halves the step from 1 until the merit falls enough; a full step that violates the constraints is first corrected.
    pub(super) fn run(
        mut self,
        direction: &mut Direction,
        kkt: &mut Kkt,
        slope: f64,
        corrected: &mut [f64],
    ) -> Result<Found, LdltError> {
        let (options, memory) = (self.options, self.memory);
        let before = self.current.merit(self.eta);
        let slack = ROUNDING * before.abs().max(1.0);
        let violation = dense::nrm2(&self.current.first.constraints);
        let (mut length, mut trials) = (1.0, 0);
        let mut halves_residual = false;
        while length >= SHORTEST {
            trials += 1;
            let merit = self.try_step(&direction.step, length);
            if let Some(merit) = merit {
                if memory.accepts(merit - slack, options.armijo, length * slope) {
                    return Ok(Found { length, trials, accepted: true, merit });
                }
                if length == 1.0 {
                    halves_residual = self.trial.square_residual() <= 0.25 * self.current.square_residual();
                    let violated = dense::nrm2(&self.trial.first.constraints);
                    if options.corrects() && violated >= 0.5 * violation && violated > 0.0 {
                        direction.corrected(kkt, &self.trial.first.constraints, corrected)?;
                        trials += 1;
                        if let Some(merit) = self.try_step(corrected, 1.0)
                            && memory.accepts(merit, options.armijo, slope)
                        {
                            return Ok(Found { length, trials, accepted: true, merit });
                        }
                    }
                }
            }
            length *= 0.5;
        }
        // At the level of rounding the merit says nothing, but the residual still does.
        if halves_residual && let Some(merit) = self.try_step(&direction.step, 1.0) {
            return Ok(Found { length: 1.0, trials: trials + 1, accepted: true, merit });
        }
        Ok(Found { length, trials, accepted: false, merit: before })
    }
}
