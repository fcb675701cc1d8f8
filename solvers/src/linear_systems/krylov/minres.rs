//! Minimal residuals for symmetric indefinite systems, one iteration at a time.

use super::{NotPositive, Operator, Preconditioner};
use thalweg_kernels::dense;

/// The state of MINRES for `A x = b`, A symmetric, possibly indefinite, preconditioned by a positive definite M (C. Paige,
/// M. Saunders, *Solution of sparse indefinite systems of linear equations*, SIAM J. Numer. Anal. 12, 1975).
///
/// `(b - A x)' M^{-1} (b - A x)` never grows. One product and one call of the preconditioner an iteration; the residual
/// comes from a recurrence.
///
/// ```
/// use thalweg_solvers::linear_systems::krylov::{Identity, Minres, Operator};
///
/// struct Saddle;
/// impl Operator for Saddle {
///     fn multiply(&self, x: &[f64], y: &mut [f64]) {
///         (y[0], y[1]) = (x[0] + x[1], x[0]);
///     }
/// }
/// let mut state = Minres::start(&Saddle, &mut Identity, &[3.0, 1.0], vec![0.0; 2])?;
/// for _ in 0..2 {
///     state.step(&Saddle, &mut Identity)?;
/// }
/// assert!((state.x[0] - 1.0).abs() < 1e-14 && (state.x[1] - 2.0).abs() < 1e-14);
/// # Ok::<(), thalweg_solvers::linear_systems::krylov::NotPositive>(())
/// ```
#[derive(Clone, Debug)]
pub struct Minres {
    /// The iterate.
    pub x: Vec<f64>,
    /// `b - A x`, by its recurrence.
    pub residual: Vec<f64>,
    /// The last three vectors of the Lanczos process, times their norms, and `M^{-1}` times the newest.
    lanczos: [Vec<f64>; 2],
    next: Vec<f64>,
    preconditioned: Vec<f64>,
    basis: Vec<f64>,
    /// The last three directions.
    directions: [Vec<f64>; 3],
    beta: f64,
    old_beta: f64,
    /// What is left of the rotated triangular factor.
    rotation: Rotation,
    remaining: f64,
    /// The squared Frobenius norm of the tridiagonal matrix so far.
    square_norm: f64,
    first: bool,
}

/// A pivot of the triangular factor up to this share of the matrix's norm counts as zero.
const SINGULAR: f64 = 1e-14;

#[derive(Clone, Copy, Debug)]
struct Rotation {
    cosine: f64,
    sine: f64,
    delta_bar: f64,
    epsilon: f64,
}

impl Minres {
    /// Begins at `x`; costs one product and one call of the preconditioner.
    ///
    /// # Errors
    /// If the preconditioner is not positive at the residual.
    pub fn start(
        matrix: &(impl Operator + ?Sized),
        preconditioner: &mut (impl Preconditioner + ?Sized),
        right_side: &[f64],
        x: Vec<f64>,
    ) -> Result<Self, NotPositive> {
        let n = x.len();
        let zeros = || vec![0.0; n];
        let (mut residual, mut preconditioned) = (zeros(), zeros());
        matrix.multiply(&x, &mut residual);
        dense::axpby(1.0, right_side, -1.0, &mut residual);
        preconditioner.precondition(&residual, &mut preconditioned);
        let beta = norm(dense::dot(&residual, &preconditioned))?;
        Ok(Self {
            x,
            lanczos: [zeros(), residual.clone()],
            residual,
            next: zeros(),
            preconditioned,
            basis: zeros(),
            directions: [zeros(), zeros(), zeros()],
            beta,
            old_beta: 0.0,
            rotation: Rotation { cosine: -1.0, sine: 0.0, delta_bar: 0.0, epsilon: 0.0 },
            remaining: beta,
            square_norm: 0.0,
            first: true,
        })
    }

    /// The residual in the norm of `M^{-1}`.
    pub fn preconditioned_norm(&self) -> f64 {
        self.remaining.abs()
    }

    /// One iteration. At the end of the Krylov space nothing changes.
    ///
    /// # Errors
    /// If `r' M^{-1} r` is negative or not finite; the iterate is then the last good one.
    pub fn step(
        &mut self,
        matrix: &(impl Operator + ?Sized),
        preconditioner: &mut (impl Preconditioner + ?Sized),
    ) -> Result<(), NotPositive> {
        if self.beta == 0.0 {
            return Ok(());
        }
        let [older, old] = &mut self.lanczos;
        self.basis.copy_from_slice(&self.preconditioned);
        dense::scale(1.0 / self.beta, &mut self.basis);
        matrix.multiply(&self.basis, &mut self.next);
        if !self.first {
            dense::axpy(-self.beta / self.old_beta, older, &mut self.next);
        }
        let alpha = dense::dot(&self.basis, &self.next);
        dense::axpy(-alpha / self.beta, old, &mut self.next);
        std::mem::swap(older, old);
        std::mem::swap(old, &mut self.next);
        preconditioner.precondition(old, &mut self.preconditioned);
        let beta = norm(dense::dot(old, &self.preconditioned))?;
        self.old_beta = std::mem::replace(&mut self.beta, beta);
        self.first = false;

        // The next column of the tridiagonal matrix, by the last rotation and a new one.
        let Rotation { cosine, sine, delta_bar, epsilon } = self.rotation;
        let delta = cosine * delta_bar + sine * alpha;
        let gamma_bar = sine * delta_bar - cosine * alpha;
        let gamma = gamma_bar.hypot(beta);
        self.square_norm += alpha * alpha + 2.0 * beta * beta;
        if gamma <= SINGULAR * self.square_norm.sqrt() {
            // The matrix is singular on the Krylov space: its least-squares solution is reached.
            self.beta = 0.0;
            return Ok(());
        }
        let (new_cosine, new_sine) = (gamma_bar / gamma, beta / gamma);
        self.rotation =
            Rotation { cosine: new_cosine, sine: new_sine, delta_bar: -cosine * beta, epsilon: sine * beta };
        let length = new_cosine * self.remaining;
        self.remaining *= new_sine;

        self.directions.rotate_left(1);
        let [first, second, third] = &mut self.directions;
        third.copy_from_slice(&self.basis);
        dense::axpy(-epsilon, first, third);
        dense::axpy(-delta, second, third);
        dense::scale(1.0 / gamma, third);
        dense::axpy(length, third, &mut self.x);
        let toward = if beta > 0.0 { -self.remaining * new_cosine / beta } else { 0.0 };
        dense::axpby(toward, &self.lanczos[1], new_sine * new_sine, &mut self.residual);
        Ok(())
    }
}

/// The root of a product that must not be negative.
fn norm(square: f64) -> Result<f64, NotPositive> {
    if square >= 0.0 && square.is_finite() {
        Ok(square.sqrt())
    } else {
        Err(NotPositive { product: "r' M^-1 r", value: square })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Identity;
    use super::*;
    use crate::linear_systems::SparseSymmetric;
    use thalweg_problems::generate::reference_random::SplitMix64;

    struct Jacobi(Vec<f64>);

    impl Preconditioner for Jacobi {
        fn precondition(&mut self, r: &[f64], z: &mut [f64]) {
            (0..r.len()).for_each(|i| z[i] = r[i] / self.0[i]);
        }
    }

    fn random_symmetric(n: usize, random: &mut SplitMix64) -> SparseSymmetric {
        let entries: Vec<(usize, usize)> = (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))).collect();
        let (mut matrix, _) = SparseSymmetric::from_entries(n, &entries);
        matrix.values_mut().iter_mut().for_each(|v| *v = random.normal());
        matrix
    }

    #[test]
    fn residuals_fall_to_zero_and_are_what_they_say() {
        let mut random = SplitMix64::new(5);
        let n = 25;
        let matrix = random_symmetric(n, &mut random);
        let b: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let start: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let weights: Vec<f64> = (0..n).map(|_| 0.5 + random.uniform()).collect();
        let preconditioners: [Box<dyn Preconditioner>; 2] = [Box::new(Identity), Box::new(Jacobi(weights))];
        for mut preconditioner in preconditioners {
            let mut state = Minres::start(&matrix, preconditioner.as_mut(), &b, start.clone()).unwrap();
            let (mut last, mut product, mut z) = (f64::INFINITY, vec![0.0; n], vec![0.0; n]);
            // Some more steps than n, for the orthogonality that rounding loses.
            for _ in 0..n + 5 {
                state.step(&matrix, preconditioner.as_mut()).unwrap();
                matrix.multiply_into(&state.x, &mut product);
                let truth: Vec<f64> = b.iter().zip(&product).map(|(b, p)| b - p).collect();
                approx::assert_abs_diff_eq!(state.residual.as_slice(), truth.as_slice(), epsilon = 1e-8);
                preconditioner.precondition(&truth, &mut z);
                approx::assert_abs_diff_eq!(state.preconditioned_norm(), dense::dot(&truth, &z).sqrt(), epsilon = 1e-8);
                assert!(state.preconditioned_norm() <= last * (1.0 + 1e-12));
                last = state.preconditioned_norm();
            }
            assert!(last < 1e-7, "{last}");
        }
    }

    #[test]
    fn a_singular_system_gives_a_least_squares_solution() {
        // A = diag(2, -1, 0), b = (2, 3, 5): the residual 5 is left.
        let (mut matrix, positions) = SparseSymmetric::from_entries(3, &[(0, 0), (1, 1)]);
        matrix.values_mut()[positions[0]] = 2.0;
        matrix.values_mut()[positions[1]] = -1.0;
        let mut state = Minres::start(&matrix, &mut Identity, &[2.0, 3.0, 5.0], vec![0.0; 3]).unwrap();
        for _ in 0..4 {
            state.step(&matrix, &mut Identity).unwrap();
        }
        approx::assert_abs_diff_eq!(dense::nrm2(&state.residual), 5.0, epsilon = 1e-10);
    }

    #[test]
    fn at_the_solution_nothing_moves() {
        let (mut matrix, _) = SparseSymmetric::from_entries(2, &[]);
        matrix.values_mut().fill(2.0);
        let mut state = Minres::start(&matrix, &mut Identity, &[4.0, 6.0], vec![2.0, 3.0]).unwrap();
        state.step(&matrix, &mut Identity).unwrap();
        assert_eq!(state.x, [2.0, 3.0]);
    }
}
