//! Conjugate gradients in the kernel of a constraint matrix.

use super::Operator;
use thalweg_kernels::dense;

/// A preconditioned projection onto the kernel of G: for given r the solution g of `D g + G' w = r, G g = 0` with D
/// symmetric, positive definite on the kernel.
pub trait Projection {
    /// Sets `g`, and takes `G'w` out of `r`: what is left, `D g`, keeps its digits in the products with g.
    fn project(&mut self, r: &mut [f64], g: &mut [f64]);
}

/// How projected conjugate gradients ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The projected gradient is as small as asked.
    Converged,
    /// A direction of curvature `d'Hd <= 1e-10 d'd` was met; x is what was reached before it.
    NegativeCurvature,
    /// The limit of iterations was reached.
    Limit,
}

/// Minimises `1/2 x'Hx + b'x` over `x0 + ker G` (N. Gould, M. Hribar, J. Nocedal, *On the solution of equality constrained
/// quadratic programming problems arising in optimization*, SIAM J. Sci. Comput. 23, 2001, Algorithm 2 with its residual
/// update).
#[derive(Clone, Debug)]
pub struct ProjectedCg {
    /// The iterate.
    pub x: Vec<f64>,
    /// `Hx + b`: what is left of it is the multipliers' part.
    pub gradient: Vec<f64>,
    /// The direction of negative curvature, if one was met.
    pub curved: Option<Vec<f64>>,
    /// Products with H so far.
    pub products: u64,
}

/// Curvature up to this share of `d'd` counts as none.
const CURVATURE: f64 = 1e-10;

impl ProjectedCg {
    /// Runs from `x0` until the projected gradient has fallen to `tolerance` times its first norm (in the norm of the
    /// projection), at most `limit` iterations.
    pub fn minimise(
        hessian: &(impl Operator + ?Sized),
        projection: &mut (impl Projection + ?Sized),
        linear: &[f64],
        x0: Vec<f64>,
        tolerance: f64,
        limit: usize,
    ) -> (Self, Ending) {
        let n = x0.len();
        let mut gradient = vec![0.0; n];
        hessian.multiply(&x0, &mut gradient);
        dense::axpy(1.0, linear, &mut gradient);
        let mut state = Self { x: x0, gradient, curved: None, products: 1 };
        // The gradient without what the projections have removed.
        let mut r = state.gradient.clone();
        let (mut g, mut product) = (vec![0.0; n], vec![0.0; n]);
        projection.project(&mut r, &mut g);
        let mut rho = dense::dot(&r, &g);
        let first = rho;
        let mut direction: Vec<f64> = g.iter().map(|g| -g).collect();
        for _ in 0..limit {
            if rho.is_nan() || rho <= tolerance * tolerance * first {
                return (state, Ending::Converged);
            }
            hessian.multiply(&direction, &mut product);
            state.products += 1;
            let curvature = dense::dot(&direction, &product);
            if curvature.is_nan() || curvature <= CURVATURE * dense::sum_squares(&direction) {
                state.curved = Some(direction);
                return (state, Ending::NegativeCurvature);
            }
            let length = rho / curvature;
            dense::axpy(length, &direction, &mut state.x);
            dense::axpy(length, &product, &mut state.gradient);
            dense::axpy(length, &product, &mut r);
            projection.project(&mut r, &mut g);
            let next = dense::dot(&r, &g);
            dense::axpby(-1.0, &g, next / rho, &mut direction);
            rho = next;
        }
        let ending = if rho > tolerance * tolerance * first { Ending::Limit } else { Ending::Converged };
        (state, ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Diagonal(Vec<f64>);

    impl Operator for Diagonal {
        fn multiply(&self, x: &[f64], y: &mut [f64]) {
            (0..x.len()).for_each(|i| y[i] = self.0[i] * x[i]);
        }
    }

    /// Onto the vectors of sum zero.
    struct SumZero;

    impl Projection for SumZero {
        fn project(&mut self, r: &mut [f64], g: &mut [f64]) {
            let mean = r.iter().sum::<f64>() / r.len() as f64;
            r.iter_mut().for_each(|r| *r -= mean);
            g.copy_from_slice(r);
        }
    }

    #[test]
    fn the_minimum_on_a_plane() {
        // min 1/2 sum h_i x_i^2 on sum x = 1: x_i = t / h_i with t = 1 / sum(1 / h).
        let h = vec![1.0, 2.0, 4.0, 5.0];
        let start = vec![0.25; 4];
        let (state, ending) = ProjectedCg::minimise(&Diagonal(h.clone()), &mut SumZero, &[0.0; 4], start, 1e-12, 10);
        assert_eq!(ending, Ending::Converged);
        assert!(state.products <= 5);
        let t = 1.0 / h.iter().map(|h| 1.0 / h).sum::<f64>();
        for (x, h) in state.x.iter().zip(&h) {
            approx::assert_abs_diff_eq!(*x, t / h, epsilon = 1e-12);
        }
    }

    #[test]
    fn negative_curvature_in_the_kernel_is_found_and_outside_it_ignored() {
        // Along (1, -1, 0) the curvature is 2 - 3 < 0.
        let (state, ending) = ProjectedCg::minimise(
            &Diagonal(vec![2.0, -3.0, 1.0]),
            &mut SumZero,
            &[1.0, 0.0, 0.0],
            vec![0.0; 3],
            1e-12,
            20,
        );
        assert_eq!(ending, Ending::NegativeCurvature);
        let curved = state.curved.unwrap();
        assert!(2.0 * curved[0] * curved[0] - 3.0 * curved[1] * curved[1] + curved[2] * curved[2] < 0.0);
        // diag(2, -1) is positive along (1, -1).
        let (_, ending) =
            ProjectedCg::minimise(&Diagonal(vec![2.0, -1.0]), &mut SumZero, &[1.0, 0.0], vec![0.0; 2], 1e-12, 20);
        assert_eq!(ending, Ending::Converged);
    }
}
