//! The oracles of the operator.

use super::BilinearSaddle;

/// How components are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// Each component of a part as often as any other.
    Uniform,
    /// With the probabilities of [`Part::probabilities`], which make the Lipschitz constant on average small.
    #[default]
    Importance,
}

/// A part of an operator: `(1/n) sum over i of F_i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The number n of components.
    pub components: usize,
    /// The probabilities under [`Law::Importance`], of length n, adding up to 1; empty where they are all 1/n.
    pub probabilities: Vec<f64>,
}

impl Part {
    /// A part whose components are drawn uniformly under either law.
    pub fn uniform(components: usize) -> Self {
        Self { components, probabilities: Vec::new() }
    }

    /// A part whose components are drawn with probabilities proportional to `weights >= 0`; uniformly if all are equal, or
    /// none is positive.
    pub fn weighted(weights: &[f64]) -> Self {
        let total = weights.iter().fold(0.0, |s, w| s + w);
        let equal = weights.iter().all(|w| *w == weights[0]);
        if equal || !(total > 0.0 && total.is_finite()) {
            return Self::uniform(weights.len());
        }
        Self { components: weights.len(), probabilities: weights.iter().map(|w| w / total).collect() }
    }
}

/// A drawn component and the factor of its difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    /// The component, from 0.
    pub index: usize,
    /// The factor.
    pub scale: f64,
}

/// A monotone operator on R^d, a sum of parts that are means of components.
///
/// Every method is deterministic. The methods of this family need a component only in differences `F_i(u) - F_i(v)`, which
/// for a linear component is one product with `u - v`; two component calls are counted all the same, as in the papers.
pub trait FiniteSumOperator: Send + Sync {
    /// The name in output.
    fn name(&self) -> &'static str;
    /// The dimension d.
    fn dimension(&self) -> usize;
    /// The parts, at least one, each with at least one component.
    fn parts(&self) -> &[Part];
    /// `out = F(u)`: one epoch.
    fn apply(&self, u: &[f64], out: &mut [f64]);
    /// `out += sum over the picks of scale (F_i(u) - F_i(v))`, of components of the given part.
    fn add_differences(&self, part: usize, picks: &[Pick], u: &[f64], v: &[f64], out: &mut [f64]);
    /// The constant L of the operator's class, on average over one draw from each part; `None` if it is not known.
    fn lipschitz_on_average(&self, law: Law) -> Option<f64>;
    /// The Lipschitz constant of F; `None` if it is not known.
    fn lipschitz(&self) -> Option<f64>;
    /// Whether F is cocoercive on average.
    fn is_cocoercive(&self) -> bool {
        false
    }
    /// A constant mu >= 0 such that `<F(u) - F(v), u - v> >= mu |u - v|^2`.
    fn strong_monotonicity(&self) -> f64 {
        0.0
    }
    /// Calls `visit` with every coordinate that a difference of this component reads or changes, if those are few; `false`,
    /// without a call, if they are not.
    fn visit_support(&self, _part: usize, _index: usize, _visit: &mut dyn FnMut(usize)) -> bool {
        false
    }
    /// Whether [`visit_support`](Self::visit_support) visits, for every component.
    fn is_sparse(&self) -> bool {
        false
    }
    /// Whether `F(u) = M u + q`.
    fn is_affine(&self) -> bool {
        false
    }
    /// The matrix of the operator, if it is that of a bilinear saddle problem.
    fn bilinear(&self) -> Option<&BilinearSaddle> {
        None
    }
    /// A fingerprint of the data.
    fn fingerprint(&self) -> u64;
}
