//! Finite-sum monotone inclusions: find `u` with `0 in F(u) + G(u)`.
//!
//! `F` is a monotone operator that is a sum of *parts*, each the mean of its *components*; most operators have one part,
//! `F = (1/n) sum_i F_i`. `G` is maximally monotone and known through its resolvent `J = (I + step G)^-1`: the normal cone
//! of a simple set (a projection), or the subdifferential of a simple function (a proximal map). A min-max problem
//! `min_x max_y Phi(x, y) + f(x) - h(y)` is the inclusion with `u = (x, y)`, `F = (grad_x Phi, -grad_y Phi)`,
//! `G = (subdifferential of f, of h)`.
//!
//! Two classes of operators are told apart (X. Cai, A. Alacaoglu, J. Diakonikolas, *Variance Reduced Halpern Iteration for
//! Finite-Sum Monotone Inclusions*, ICLR 2024), the expectations over a random component:
//!
//! - cocoercive on average: `<F(u) - F(v), u - v> >= (1/L) E |F_i(u) - F_i(v)|^2`;
//! - monotone and Lipschitz on average: `<F(u) - F(v), u - v> >= 0` and `E |F_i(u) - F_i(v)|^2 <= L^2 |u - v|^2`.

mod affine;
mod auc;
mod bilinear;
mod fair;
mod least_squares;
mod operator;
mod problem;
mod resolvent;
mod robust_least_squares;
mod samples;
mod two_way;

pub use affine::AffineOperator;
pub use auc::AucSaddle;
pub use bilinear::BilinearSaddle;
pub use fair::FairClassification;
pub use least_squares::LeastSquares;
pub use operator::{FiniteSumOperator, Law, Part, Pick};
pub use problem::{FiniteSumInclusion, Residuals};
pub use resolvent::{Blocks, Resolvent, Zero};
pub use robust_least_squares::RobustLeastSquares;
pub use two_way::TwoWayMatrix;

#[cfg(test)]
mod tests;
