//! Newton directions by Krylov methods: products with the Hessian, and one factorisation of the constraints alone.

use super::evaluation::Program;
use super::iterate::Iterate;
use super::kkt::Kkt;
use super::newton::Direction;
use super::options::LinearSolver;
use super::penalties::Penalties;
use crate::linear_systems::LdltError;
use crate::linear_systems::krylov::{Ending, Minres, Operator, Preconditioner, ProjectedCg, Projection};
use crate::run::{Counts, MethodError, Oracle};
use std::cell::RefCell;
use thalweg_kernels::dense;

/// The accuracy of a direction: `|K z + F| <= kappa |F|` with `kappa = min(KAPPA, sqrt |F|)`, so that the order of
/// convergence is 3/2.
const KAPPA: f64 = 0.1;
/// A solver's iterations at most, for each accuracy, in units of the order of the system.
const ITERATIONS: usize = 3;
const LEAST_ITERATIONS: usize = 100;
/// Accuracies asked for at most before tau grows.
const ATTEMPTS: u32 = 6;
/// The first tau and its growth.
const FIRST_SHIFT: f64 = 1e-4;
const GROWTH: f64 = 8.0;
const LARGEST_SHIFT: f64 = 1e20;

/// Products with `H + tau I`, and with the KKT matrix; counts the former.
struct Products<'a, 'p> {
    program: &'a RefCell<&'a mut Program<'p>>,
    iterate: &'a Iterate,
    shift: f64,
    products: RefCell<u64>,
    /// A product that was undefined; the vectors are then NaN, which ends every loop.
    failed: RefCell<bool>,
}

impl Products<'_, '_> {
    fn hessian(&self, v: &[f64], out: &mut [f64]) {
        *self.products.borrow_mut() += 1;
        let Iterate { x, multipliers, .. } = self.iterate;
        if self.program.borrow_mut().hessian_vector(x, multipliers, v, out).is_err() {
            *self.failed.borrow_mut() = true;
            out.fill(f64::NAN);
        }
        dense::axpy(self.shift, v, out);
    }
}

/// `H + tau I` alone.
struct Hessian<'a, 'b, 'p>(&'a Products<'b, 'p>);

impl Operator for Hessian<'_, '_, '_> {
    fn multiply(&self, x: &[f64], y: &mut [f64]) {
        self.0.hessian(x, y);
    }
}

impl Operator for Products<'_, '_> {
    fn multiply(&self, z: &[f64], out: &mut [f64]) {
        let n = self.iterate.x.len();
        let (dx, dy) = z.split_at(n);
        let (top, bottom) = out.split_at_mut(n);
        self.hessian(dx, top);
        let program = self.program.borrow();
        program.add_transposed(&self.iterate.first.jacobian, dy, top);
        program.multiply(&self.iterate.first.jacobian, dx, bottom);
    }
}

/// The constraint preconditioner `[D G'; G 0]`, factored.
struct Constraints<'a> {
    kkt: &'a mut Kkt,
    diagonal: &'a [f64],
    right_side: Vec<f64>,
    solution: Vec<f64>,
    failure: Option<LdltError>,
}

impl Constraints<'_> {
    fn solve(&mut self) {
        if let Err(error) = self.kkt.solve(&self.right_side, &mut self.solution) {
            self.solution.fill(f64::NAN);
            self.failure = Some(error);
        }
    }
}

impl Projection for Constraints<'_> {
    fn project(&mut self, r: &mut [f64], g: &mut [f64]) {
        let n = r.len();
        self.right_side[..n].copy_from_slice(r);
        self.right_side[n..].fill(0.0);
        self.solve();
        g.copy_from_slice(&self.solution[..n]);
        for ((r, g), d) in r.iter_mut().zip(g.iter()).zip(self.diagonal) {
            *r = d * g;
        }
    }
}

/// `diag(D, G D^-1 G')`, both from the same factors.
impl Preconditioner for Constraints<'_> {
    fn precondition(&mut self, r: &[f64], z: &mut [f64]) {
        let n = self.diagonal.len();
        self.right_side[..n].fill(0.0);
        self.right_side[n..].copy_from_slice(&r[n..]);
        self.solve();
        for i in 0..n {
            z[i] = r[i] / self.diagonal[i];
        }
        for i in n..r.len() {
            z[i] = -self.solution[i];
        }
    }
}

/// The system of one Newton step.
pub(super) struct KrylovStep<'a, 'p> {
    pub(super) program: &'a mut Program<'p>,
    pub(super) iterate: &'a Iterate,
    pub(super) kkt: &'a mut Kkt,
    /// The diagonal of the Hessian.
    pub(super) diagonal: &'a mut [f64],
    pub(super) solver: LinearSolver,
    pub(super) penalty_factor: f64,
    pub(super) counts: &'a mut Counts,
}

impl KrylovStep<'_, '_> {
    /// A direction of sufficient descent: first the solver is asked for more accuracy, then the penalties are updated, then
    /// tau grows. Also tau grows where the solver meets negative curvature.
    pub(super) fn direction(
        mut self,
        direction: &mut Direction,
        eta: &mut Penalties,
        last_shift: &mut f64,
    ) -> Result<f64, MethodError> {
        let square = self.iterate.square_residual();
        let residual = square.sqrt();
        let mut shift = 0.0;
        let (mut kappa, mut attempts) = (KAPPA.min(residual.sqrt()), 0);
        loop {
            let found = self.solve(shift, kappa * residual, direction)?;
            if found {
                let slope = direction.slope(self.iterate);
                if eta.descends(slope, square) {
                    break;
                }
                // First the solver is to blame, then the penalties.
                if attempts >= 2 {
                    let mut updated = *eta;
                    if updated.update(slope, square, self.penalty_factor) {
                        *eta = updated;
                        break;
                    }
                }
            }
            if found && attempts < ATTEMPTS {
                kappa *= 0.1;
                attempts += 1;
            } else {
                shift = match (shift == 0.0, *last_shift == 0.0) {
                    (true, true) => FIRST_SHIFT,
                    (true, false) => *last_shift / 3.0,
                    _ => GROWTH * shift,
                };
                if shift > LARGEST_SHIFT {
                    let message = "no shift of the Hessian gives a direction of descent";
                    return Err(MethodError::Numerical(message.to_owned()));
                }
                (kappa, attempts) = (KAPPA.min(residual.sqrt()), 0);
            }
        }
        if shift > 0.0 {
            *last_shift = shift;
        }
        Ok(shift)
    }

    /// Solves with this tau to this residual; false where there is negative curvature.
    fn solve(&mut self, shift: f64, target: f64, direction: &mut Direction) -> Result<bool, MethodError> {
        let (n, m) = (self.iterate.x.len(), self.iterate.multipliers.len());
        let diagonal: Vec<f64> = self.diagonal.iter().map(|d| d.abs().max(1e-8) + shift).collect();
        self.kkt.assemble_diagonal(&diagonal, &self.iterate.first.jacobian);
        let broken = |e: LdltError| MethodError::Numerical(e.to_string());
        if self.kkt.factor(0.0, 0.0, self.counts).map_err(broken)?.zero > 0 {
            self.kkt.factor(0.0, super::multipliers::RELAXATION, self.counts).map_err(broken)?;
        }
        let mut constraints = Constraints {
            kkt: self.kkt,
            diagonal: &diagonal,
            right_side: vec![0.0; n + m],
            solution: vec![0.0; n + m],
            failure: None,
        };
        let program = RefCell::new(&mut *self.program);
        let products = Products {
            program: &program,
            iterate: self.iterate,
            shift,
            products: RefCell::new(0),
            failed: RefCell::new(false),
        };
        let limit = (ITERATIONS * (n + m)).max(LEAST_ITERATIONS);
        let mut step = vec![0.0; n + m];
        let found = match self.solver {
            LinearSolver::Minres => minres(&products, &mut constraints, target, limit, &mut step),
            LinearSolver::ProjectedCg | LinearSolver::Ldlt => {
                projected_cg(&products, &mut constraints, target, limit, &mut step)
            }
        };
        let mut product = vec![0.0; n + m];
        products.multiply(&step, &mut product);
        // Without tau.
        dense::axpy(-shift, &step[..n], &mut product[..n]);
        let (count, failed) = (*products.products.borrow(), *products.failed.borrow());
        let failure = constraints.failure.take();
        self.counts.add(Oracle::HessianVector, count);
        self.counts.add(Oracle::Inner, count);
        if let Some(error) = failure {
            return Err(broken(error));
        }
        if failed {
            return Err(MethodError::Evaluation("a product with the Hessian is undefined".to_owned()));
        }
        direction.replace(step, product);
        Ok(found)
    }
}

/// MINRES until the residual is small; false where the step has no positive curvature in the kernel of G.
fn minres(
    products: &Products<'_, '_>,
    constraints: &mut Constraints<'_>,
    target: f64,
    limit: usize,
    step: &mut [f64],
) -> bool {
    let iterate = products.iterate;
    let right_side: Vec<f64> =
        iterate.lagrangian_gradient.iter().chain(&iterate.first.constraints).map(|v| -v).collect();
    let Ok(mut state) = Minres::start(products, constraints, &right_side, vec![0.0; step.len()]) else {
        return false;
    };
    for _ in 0..limit {
        if dense::nrm2(&state.residual) <= target || state.step(products, constraints).is_err() {
            break;
        }
    }
    step.copy_from_slice(&state.x);
    let dx = &step[..iterate.x.len()];
    let mut bent = vec![0.0; dx.len()];
    products.hessian(dx, &mut bent);
    let mut moved = vec![0.0; iterate.multipliers.len()];
    products.program.borrow().multiply(&iterate.first.jacobian, dx, &mut moved);
    let size = dense::sum_squares(dx);
    let in_kernel = dense::sum_squares(&moved)
        <= 1e-2 * size * dense::sum_squares(&iterate.first.jacobian) / moved.len().max(1) as f64;
    !(in_kernel && dense::dot(dx, &bent) < 1e-8 * size)
}

/// Projected conjugate gradients from a particular solution; the multipliers from what is left. False where negative curvature
/// was met.
fn projected_cg(
    products: &Products<'_, '_>,
    constraints: &mut Constraints<'_>,
    target: f64,
    limit: usize,
    step: &mut [f64],
) -> bool {
    let iterate = products.iterate;
    let n = iterate.x.len();
    constraints.right_side[..n].fill(0.0);
    for (b, c) in constraints.right_side[n..].iter_mut().zip(&iterate.first.constraints) {
        *b = -c;
    }
    constraints.solve();
    let mut x = constraints.solution[..n].to_vec();
    // The tolerance of the iteration is relative to its own first gradient: it is tightened until the KKT residual fits.
    let mut tolerance = 0.1;
    let mut left = limit;
    loop {
        let hessian = Hessian(products);
        let gradient = &iterate.lagrangian_gradient;
        let before = *products.products.borrow();
        let (state, ending) = ProjectedCg::minimise(&hessian, constraints, gradient, x, tolerance, left);
        left = left.saturating_sub((*products.products.borrow() - before) as usize);
        // D g + G'w = -(H x + gradient): y = w leaves -D g.
        for (b, r) in constraints.right_side.iter_mut().zip(&state.gradient) {
            *b = -r;
        }
        constraints.right_side[n..].fill(0.0);
        constraints.solve();
        step[..n].copy_from_slice(&state.x);
        step[n..].copy_from_slice(&constraints.solution[n..]);
        if ending == Ending::NegativeCurvature {
            return false;
        }
        let rest = constraints.solution[..n].iter().zip(constraints.diagonal).map(|(g, d)| (d * g) * (d * g));
        if rest.sum::<f64>().sqrt() <= target || left == 0 || ending == Ending::Limit || tolerance < 1e-14 {
            return true;
        }
        x = state.x;
        tolerance *= 0.1;
    }
}
