//! Quadratics on a graph: the residual of `A x = c`.

use super::{Certificate, Certify, Measure};
use crate::graph::GraphQuadratic;
use thalweg_kernels::dense;

/// How far a point is from solving `A x = c`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraphCertificate {
    /// f at the point. As the residuals, NaN for what is not a point of the problem: a wrong length, a number that is not
    /// finite.
    pub objective: f64,
    /// `||A x - c||_2`.
    pub residual: f64,
    /// `||A x - c||_2 / ||c||_2`; 0 / 0 is 0.
    pub relative_residual: f64,
}

impl Certificate for GraphCertificate {
    fn measures(&self) -> Vec<Measure> {
        let list = [("relative_residual", self.relative_residual), ("residual", self.residual)];
        list.into_iter().map(|(name, value)| Measure { name, value }).collect()
    }

    fn holds(&self, tolerance: f64) -> bool {
        self.objective.is_finite() && self.relative_residual <= tolerance
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn summary(&self, tolerance: f64) -> String {
        let verdict = if self.holds(tolerance) { "certified" } else { "not certified" };
        format!(
            "{verdict}: residual {:.2e} = {:.2e} of the right-hand side (tolerance {tolerance:.0e})",
            self.residual, self.relative_residual
        )
    }
}

impl Certify<Vec<f64>> for GraphQuadratic {
    type Certificate = GraphCertificate;

    fn certify(&self, point: &Vec<f64>) -> GraphCertificate {
        if self.check_point(point).is_err() {
            return GraphCertificate { objective: f64::NAN, residual: f64::NAN, relative_residual: f64::NAN };
        }
        let mut gradient = vec![0.0; self.nodes()];
        self.gradient(point, &mut gradient);
        let residual = dense::nrm2(&gradient);
        let scale = dense::nrm2(self.linear());
        GraphCertificate {
            objective: self.objective_at(point, &gradient),
            residual,
            relative_residual: if residual == 0.0 { 0.0 } else { residual / scale },
        }
    }
}
