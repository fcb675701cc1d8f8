//! The memory of a run.

use super::evaluation::Program;
use super::iterate::Iterate;
use super::kkt::Kkt;
use super::newton::Direction;
use super::penalties::Penalties;
use crate::line_search::ArmijoMemory;
use crate::run::Work;
use serde::{Deserialize, Serialize};
use thalweg_problems::certificate::{NlpPoint, NlpScaling};

/// The memory of [`ExactAl`](super::ExactAl): point, multipliers of the scaled problem, penalties, what the inertia
/// correction and the line search remember.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExactAlWork {
    /// x, and the multipliers of the problem as it stands.
    pub(super) point: NlpPoint,
    /// The multipliers of the scaled problem.
    pub(super) multipliers: Vec<f64>,
    pub(super) scaling: NlpScaling,
    pub(super) eta: Penalties,
    /// The last tau above 0; 0 before there is one.
    pub(super) last_shift: f64,
    pub(super) memory: ArmijoMemory,
    /// Steps in a row shorter than 0.01.
    pub(super) short_steps: u32,
    pub(super) restorations: u32,
    /// Steps of negative curvature from points that satisfy the first-order conditions.
    pub(super) curvature_steps: u32,
    #[serde(skip)]
    pub(super) scratch: Option<Box<Scratch>>,
}

/// What is computed again after a resume.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) current: Iterate,
    pub(super) trial: Iterate,
    pub(super) kkt: Kkt,
    pub(super) hessian: Vec<f64>,
    pub(super) direction: Direction,
    pub(super) corrected: Vec<f64>,
    pub(super) diagonal: Vec<f64>,
}

impl Scratch {
    pub(super) fn new(program: &Program<'_>, x: Vec<f64>, multipliers: Vec<f64>) -> Self {
        Self::with(program, program.kkt(), x, multipliers)
    }

    pub(super) fn with(program: &Program<'_>, kkt: Kkt, x: Vec<f64>, multipliers: Vec<f64>) -> Self {
        let (n, m) = (x.len(), multipliers.len());
        let trial = Iterate::new(program, vec![0.0; n], vec![0.0; m]);
        Self {
            current: Iterate::new(program, x, multipliers),
            trial,
            kkt,
            hessian: program.hessian_buffer(),
            direction: Direction::new(n, m),
            corrected: vec![0.0; n + m],
            diagonal: vec![0.0; n],
        }
    }
}

impl ExactAlWork {
    /// The penalties of the merit function.
    pub fn penalties(&self) -> Penalties {
        self.eta
    }

    /// Restorations of feasibility so far.
    pub fn restorations(&self) -> u32 {
        self.restorations
    }
}

impl Work for ExactAlWork {
    type Point = NlpPoint;
    fn point(&self) -> &NlpPoint {
        &self.point
    }
    fn into_point(self) -> NlpPoint {
        self.point
    }
}
