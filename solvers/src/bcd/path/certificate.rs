//! What the certificates of a path's points come to.

use super::{Path, Validated};
use crate::run::Status;
use thalweg_problems::certificate::{Certificate, Measure};

/// The worst certificate of a path. Each point was certified by [`Family::certify`](super::Family::certify), from its problem
/// and the point alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathCertificate {
    /// Points.
    pub points: usize,
    /// Points whose certificate does not hold, those of folds included.
    pub uncertified: usize,
    /// The largest duality gap.
    pub duality_gap: f64,
    /// The largest relative gap, or relative violation where no gap exists.
    pub relative_gap: f64,
    /// The objective of the last point.
    pub objective: f64,
}

impl PathCertificate {
    /// Of a path.
    pub fn of(path: &Path) -> Self {
        let worst = |value: fn(&super::PathPoint) -> f64| {
            path.points.iter().map(value).fold(0.0, |m: f64, v| if v > m || v.is_nan() { v } else { m })
        };
        Self {
            points: path.points.len(),
            uncertified: path.points.iter().filter(|p| p.status != Status::Converged).count(),
            duality_gap: worst(|p| p.duality_gap),
            relative_gap: worst(|p| p.relative),
            objective: path.points.last().map_or(f64::NAN, |p| p.objective),
        }
    }

    /// Of a cross-validation.
    pub fn of_validated(validated: &Validated) -> Self {
        let path = Self::of(&validated.path);
        Self { uncertified: path.uncertified + validated.uncertified, ..path }
    }
}

impl Certificate for PathCertificate {
    fn measures(&self) -> Vec<Measure> {
        [("duality_gap", self.duality_gap), ("relative_gap", self.relative_gap)]
            .map(|(name, value)| Measure { name, value })
            .to_vec()
    }

    fn holds(&self, tolerance: f64) -> bool {
        self.points > 0 && self.uncertified == 0 && self.relative_gap <= tolerance
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn summary(&self, tolerance: f64) -> String {
        let verdict = if self.holds(tolerance) { "certified" } else { "not certified" };
        format!(
            "{verdict}: {} points, the largest duality gap {:.2e}, the largest relative one {:.2e} (tolerance {tolerance:.0e}), \
             {} points without certificate",
            self.points, self.duality_gap, self.relative_gap, self.uncertified
        )
    }
}
