//! The problem restricted to some columns, solved by sweeps over quadratic models.

use super::evaluation::{Fixed, Progress, relative_merit};
use super::polish::{Gram, Polish, Sums};
use super::quadratic_model::{QuadraticModel, Saved};
use crate::acceleration::Anderson;
use crate::run::{Counts, Oracle};
use thalweg_kernels::dense;
use thalweg_problems::design::Moments;
use thalweg_problems::glm::{Glm, GlmPoint, best_dual_point};
use thalweg_problems::prox::SeparablePenalty;

/// How the sweeps are done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sweeps {
    /// Depth of the extrapolation; 0 is none.
    pub(super) anderson: usize,
    /// Every second sweep backwards.
    pub(super) symmetric: bool,
    /// Sweeps between two checks of the restricted problem.
    pub(super) between_checks: u64,
    /// The first check comes after one sweep.
    pub(super) early_check: bool,
    /// Entries of the design that may be visited before the caller gets control back.
    pub(super) budget: u64,
    /// Sweeps over one Newton model at most, and the share of the first violation at which they stop.
    pub(super) newton_sweeps: u64,
    pub(super) newton_precision: f64,
    /// Whether to try the sign-pattern polish.
    pub(super) polish: bool,
}

/// Sweeps between two attempts to polish.
const POLISH_EVERY: u64 = 5;

/// Buffers; nothing of value survives a step in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// The point before the step.
    pub(super) last: GlmPoint,
    pub(super) fit: Vec<f64>,
    pub(super) dual: Vec<f64>,
    pub(super) model: QuadraticModel,
    pub(super) moments: Vec<Moments>,
    weights: Vec<f64>,
    /// Coefficients of the working set.
    pub(super) x: Vec<f64>,
    trial: Vec<f64>,
    extrapolated: Vec<f64>,
    correlations: Vec<f64>,
    change: Vec<f64>,
    trial_fit: Vec<f64>,
    pub(super) saved: Saved,
    pub(super) gram: Gram,
    pub(super) sums: Sums,
}

impl Scratch {
    pub(super) fn new(rows: usize) -> Self {
        Self { fit: vec![0.0; rows], dual: vec![0.0; rows], ..Self::default() }
    }
}

/// The problem restricted to `columns`.
pub(super) struct Restricted<'a, 'p, P: ?Sized> {
    pub(super) problem: &'a Glm<'p, P>,
    pub(super) fixed: &'a Fixed,
    pub(super) columns: &'a [usize],
    pub(super) sweeps: Sweeps,
}

impl<P: SeparablePenalty + ?Sized> Restricted<'_, '_, P> {
    /// Improves the point until the restricted problem's relative merit is at most `target`, or as good as the arithmetic
    /// allows (true), or the budget is spent (false). Never increases the objective beyond rounding.
    pub(super) fn minimise(&self, point: &mut GlmPoint, target: f64, s: &mut Scratch, counts: &mut Counts) -> bool {
        let (problem, datafit) = (self.problem, self.problem.datafit());
        let entries: u64 = self.columns.iter().map(|&j| 1 + problem.design().column_nonzeros(j) as u64).sum();
        let (mut spent, mut swept, mut anderson) = (0, 0u64, Anderson::new(self.sweeps.anderson));
        let mut polish = Polish::new(self, point);
        let mut progress = Progress::new(self.fixed.null_model().objective.abs());
        let mut newton = Newton { precision: self.sweeps.newton_precision, bound: false };
        let mut sweeps = if self.sweeps.early_check { 1 } else { self.sweeps.between_checks };
        s.x.clear();
        s.x.extend(self.columns.iter().map(|&j| point.coefficients[j]));
        problem.fit(point, &mut s.fit);
        counts.add(Oracle::MatrixVector, 1);
        loop {
            // A penalty that is not convex needs a model above the loss: then each coordinate's step descends.
            self.make_model(newton.bound || self.problem.penalty().convex().is_none(), s);
            counts.add(Oracle::Gradient, 1);
            let done = if datafit.is_quadratic() {
                for _ in 0..sweeps {
                    self.sweep(s, counts);
                    polish.swept(2 * entries);
                    swept += 1;
                    if self.sweeps.polish && swept % POLISH_EVERY == 0 && polish.attempt(self, s, counts) {
                        anderson.clear();
                    } else {
                        self.extrapolate(&mut anderson, s);
                    }
                }
                point.intercept += s.model.intercept_step;
                sweeps
            } else {
                self.newton_step(&mut newton, &mut polish, entries, point, s, counts)
            };
            for (&j, &x) in self.columns.iter().zip(&s.x) {
                point.coefficients[j] = x;
            }
            problem.fit(point, &mut s.fit);
            counts.add(Oracle::MatrixVector, 1);
            counts.add(Oracle::Gradient, 1); // of the merit
            spent += entries * (done + 3);
            let merit = self.merit(&point.coefficients, s);
            if merit <= target {
                return true;
            }
            counts.add(Oracle::Objective, 1);
            let objective = self.problem.objective_at(&point.coefficients, &s.fit);
            if progress.stands_still(merit, objective) {
                return true;
            }
            if spent >= self.sweeps.budget {
                return false;
            }
            sweeps = self.sweeps.between_checks;
        }
    }

    /// The model at the current fit: the loss itself if it is quadratic; else second-order, or the upper bound if asked.
    fn make_model(&self, bound: bool, s: &mut Scratch) {
        let (datafit, intercept) = (self.problem.datafit(), self.problem.has_intercept());
        datafit.gradient(&s.fit, &mut s.dual);
        s.dual.iter_mut().for_each(|v| *v = -*v);
        if datafit.is_quadratic() {
            s.model.reset(&s.dual, datafit.weights(), intercept);
            s.moments.clear();
            s.moments.extend(self.columns.iter().map(|&j| self.fixed.bounds[j]));
            return self.keep_sums(s);
        }
        s.weights.resize(s.fit.len(), 0.0);
        let smoothness = datafit.smoothness();
        if bound && smoothness.is_bounded() {
            s.weights.iter_mut().enumerate().for_each(|(i, h)| *h = smoothness.of_row(i));
        } else {
            datafit.curvature(&s.fit, &mut s.weights);
            let largest = dense::nrm_inf(&s.weights);
            if bound {
                // No bound exists. Steps of row i alone are then at most 1, the distance over which losses like the
                // exponential change their curvature by a factor.
                s.weights.iter_mut().zip(&s.dual).for_each(|(h, v)| *h = h.max(v.abs()));
            }
            // Rows that have saturated keep a little curvature, so that the model has a minimiser.
            let ceiling = |i| if smoothness.is_bounded() { smoothness.of_row(i) } else { largest };
            s.weights.iter_mut().enumerate().for_each(|(i, h)| *h = h.max(1e-12 * ceiling(i)));
        }
        s.model.reset(&s.dual, Some(&s.weights), intercept);
        s.moments.clear();
        s.moments.extend(self.columns.iter().map(|&j| s.model.moments(self.problem.design(), j)));
        self.keep_sums(s);
    }

    /// The sums of the moments by column, for Gram matrices.
    fn keep_sums(&self, s: &mut Scratch) {
        s.sums.total_weight = s.model.moving_weight();
        s.sums.by_column.resize(self.problem.design().columns(), 0.0);
        for (&j, moments) in self.columns.iter().zip(&s.moments) {
            s.sums.by_column[j] = moments.sum;
        }
    }

    /// One sweep over the columns. Returns the sum of the violations met.
    fn sweep(&self, s: &mut Scratch, counts: &mut Counts) -> f64 {
        let (design, penalty) = (self.problem.design(), self.problem.penalty());
        let m = self.columns.len();
        let backwards = self.sweeps.symmetric && counts.get(Oracle::Epoch) % 2 == 1;
        let mut violation = 0.0;
        for step in 0..m {
            let k = if backwards { m - 1 - step } else { step };
            violation += s.model.minimise_coordinate(design, penalty, self.columns[k], &s.moments[k], &mut s.x[k]);
        }
        counts.add(Oracle::Epoch, 1);
        counts.add(Oracle::CoordinateUpdate, m as u64);
        violation
    }

    /// Replaces the iterate by Anderson's extrapolation if that is better.
    fn extrapolate(&self, anderson: &mut Anderson, s: &mut Scratch) {
        if !anderson.push(&s.x, &mut s.extrapolated) {
            return;
        }
        let penalty = self.problem.penalty();
        let value = |x: &[f64]| self.columns.iter().zip(x).fold(0.0, |v, (&j, &x)| v + penalty.value_at(j, x));
        let before = s.model.value() + value(&s.x);
        s.model.save(&mut s.saved);
        for (k, &j) in self.columns.iter().enumerate() {
            let x = &mut s.extrapolated[k];
            *x = penalty.prox_at(j, *x, f64::MIN_POSITIVE);
            let step = *x - s.x[k];
            if step != 0.0 {
                s.model.advance(self.problem.design(), j, &s.moments[k], step);
            }
        }
        if s.model.value() + value(&s.extrapolated) < before {
            std::mem::swap(&mut s.x, &mut s.extrapolated);
        } else {
            s.model.restore(&s.saved);
        }
    }

    /// A proximal Newton step with line search (Yuan, Ho, Lin, *An improved GLMNET for L1-regularized logistic regression*,
    /// JMLR 13, 2012). Returns the sweeps done.
    fn newton_step(
        &self,
        newton: &mut Newton,
        polish: &mut Polish,
        entries: u64,
        point: &mut GlmPoint,
        s: &mut Scratch,
        counts: &mut Counts,
    ) -> u64 {
        s.trial.clear();
        s.trial.extend_from_slice(&s.x);
        let (mut sweeps, mut first) = (0, 0.0);
        while sweeps < self.sweeps.newton_sweeps {
            let violation = self.sweep(s, counts);
            polish.swept(2 * entries);
            sweeps += 1;
            if sweeps == 1 {
                first = violation;
            }
            if violation <= newton.precision * first {
                break;
            }
        }
        if sweeps == 1 {
            newton.precision *= 0.25;
        }
        if self.sweeps.polish && !newton.bound {
            polish.attempt(self, s, counts);
        }
        // From here on `trial` is where the step began and `x` where the model's minimiser is.
        let step = self.line_search(s, counts);
        newton.bound = step == 0.0 && !newton.bound;
        if step < 1.0 {
            for (x, &old) in s.x.iter_mut().zip(&s.trial) {
                *x = old + step * (*x - old);
            }
        }
        point.intercept += step * s.model.intercept_step;
        sweeps
    }

    /// Halves the step from 1 until Armijo's condition holds; 0 if it never does.
    fn line_search(&self, s: &mut Scratch, counts: &mut Counts) -> f64 {
        const SUFFICIENT: f64 = 0.01;
        const HALVINGS: usize = 20;
        let (problem, penalty) = (self.problem, self.problem.penalty());
        s.change.clear();
        s.change.resize(s.fit.len(), s.model.intercept_step);
        let mut shift = 0.0;
        for (k, &j) in self.columns.iter().enumerate() {
            let step = s.x[k] - s.trial[k];
            if step != 0.0 {
                shift += problem.design().add_column(j, step, None, &mut s.change);
            }
        }
        s.change.iter_mut().for_each(|q| *q += shift);
        let psi = |t: f64| {
            self.columns.iter().enumerate().fold(0.0, |v, (k, &j)| {
                let x = if t == 1.0 { s.x[k] } else { s.trial[k] + t * (s.x[k] - s.trial[k]) };
                v + penalty.value_at(j, x)
            })
        };
        let (loss, psi0) = (problem.datafit().value(&s.fit), psi(0.0));
        counts.add(Oracle::Objective, 1);
        let descent = psi(1.0) - psi0 - dense::dot(&s.dual, &s.change);
        // Below this the change of the objective is rounding.
        let noise = 4.0 * f64::EPSILON * (loss.abs() + psi0.abs());
        s.trial_fit.resize(s.fit.len(), 0.0);
        let mut t = 1.0;
        for _ in 0..=HALVINGS {
            for (z, (&a, &q)) in s.trial_fit.iter_mut().zip(s.fit.iter().zip(&s.change)) {
                *z = a + t * q;
            }
            counts.add(Oracle::Objective, 1);
            let change = (problem.datafit().value(&s.trial_fit) - loss) + (psi(t) - psi0);
            if change <= SUFFICIENT * t * descent + noise {
                return t;
            }
            t *= 0.5;
        }
        0.0
    }

    /// The relative merit of the restricted problem at the current fit.
    fn merit(&self, x: &[f64], s: &mut Scratch) -> f64 {
        let (problem, design) = (self.problem, self.problem.design());
        problem.dual(&s.fit, &mut s.dual);
        let total = dense::sum(&s.dual);
        s.correlations.clear();
        s.correlations.extend(self.columns.iter().map(|&j| design.dot(j, &s.dual, total)));
        let gap = best_dual_point(problem, x, &s.fit, &s.dual, self.columns, &s.correlations).gap;
        let violation = self.columns.iter().zip(&s.correlations).fold(0.0, |m: f64, (&j, &c)| {
            let curvature = self.fixed.curvature(j, problem.has_intercept());
            let d = problem.penalty().violation_at(j, x[j], c, curvature);
            if d > m || d.is_nan() { d } else { m }
        });
        relative_merit(problem, &self.fixed.null_model(), gap, violation)
    }
}

/// What one Newton step leaves to the next.
struct Newton {
    /// The inner loop stops at this share of its first violation.
    precision: f64,
    /// The last line search failed: use the upper bound of the curvature, which always descends, or what stands for one.
    bound: bool,
}
