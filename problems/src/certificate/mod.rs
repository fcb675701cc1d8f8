//! Certificates: measures of optimality, recomputed from problem and point alone. One file per problem class.

mod glm;
mod graph;
mod grouped;
mod inclusion;
mod nlp;
mod second_order;
mod stationarity;
mod svm;

pub use glm::{GlmCertificate, GlmCheck, SecondOrder, certify_against};
pub use graph::GraphCertificate;
pub use grouped::{GroupedCheck, certify_grouped};
pub use inclusion::InclusionCertificate;
pub use nlp::{NlpCertificate, NlpPoint, NlpScaling};
pub use stationarity::StationarityCertificate;

/// One number of a certificate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The name in output.
    pub name: &'static str,
    /// The value; NaN if it could not be computed.
    pub value: f64,
}

/// What a certificate says.
pub trait Certificate {
    /// The measures, in the order of output.
    fn measures(&self) -> Vec<Measure>;
    /// Whether the point is a solution to this tolerance. NaN never is.
    fn holds(&self, tolerance: f64) -> bool;
    /// Whether the point shows that no feasible point is near: it violates the constraints, and is a stationary point of
    /// the violation. Most classes cannot tell.
    fn shows_local_infeasibility(&self, _tolerance: f64) -> bool {
        false
    }
    /// Whether the point shows that the objective has no lower bound. Most classes cannot tell.
    fn shows_unboundedness(&self, _tolerance: f64) -> bool {
        false
    }
    /// The objective at the point.
    fn objective(&self) -> f64;
    /// Whether what it certifies is a local solution only.
    fn is_local(&self) -> bool {
        false
    }
    /// One line for people.
    fn summary(&self, tolerance: f64) -> String;
}

/// A problem that can certify its points.
pub trait Certify<Point: ?Sized> {
    /// The certificate of the class.
    type Certificate: Certificate;
    /// Recomputes everything from the problem's data and the point.
    fn certify(&self, point: &Point) -> Self::Certificate;
}

#[cfg(test)]
mod tests;
