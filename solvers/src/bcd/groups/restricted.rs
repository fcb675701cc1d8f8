//! The problem restricted to some groups, solved by sweeps of block proximal steps over quadratic models.

use super::bounds::{BoundScratch, block_bound, runs};
use super::work::Fixed;
use crate::acceleration::Anderson;
use crate::bcd::evaluation::Progress;
use crate::bcd::quadratic_model::{QuadraticModel, Saved};
use crate::run::{Counts, Oracle};
use thalweg_kernels::dense;
use thalweg_problems::datafit::Smoothness;
use thalweg_problems::design::Moments;
use thalweg_problems::glm::{GroupedGlm, GroupedPoint};

/// Sweeps between two checks of the restricted problem.
const BETWEEN_CHECKS: u64 = 10;

/// Sweeps over one Newton model at most.
const NEWTON_SWEEPS: u64 = 20;

/// Buffers; nothing of value survives a step in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    pub(super) last: GroupedPoint,
    pub(super) fit: Vec<f64>,
    pub(super) dual: Vec<f64>,
    /// Positions of coefficients in the order of members, with the coefficients.
    pub(super) places: Vec<(usize, usize)>,
    pub(super) gathered: Vec<f64>,
    /// A model for each target.
    models: Vec<QuadraticModel>,
    saved: Vec<Saved>,
    /// Of the members of the working set, group by group.
    moments: Vec<Moments>,
    columns: Vec<(usize, usize)>,
    /// The curvature of each group of the working set.
    curvature: Vec<f64>,
    bounds: BoundScratch,
    weights: Vec<f64>,
    x: Vec<f64>,
    trial: Vec<f64>,
    extrapolated: Vec<f64>,
    block: Vec<f64>,
    correlations: Vec<f64>,
    change: Vec<f64>,
    trial_fit: Vec<f64>,
}

impl Scratch {
    pub(super) fn new(problem: &GroupedGlm<'_>) -> Self {
        let q = problem.datafit().targets();
        Self {
            fit: vec![0.0; problem.fit_len()],
            dual: vec![0.0; problem.fit_len()],
            models: vec![QuadraticModel::default(); q],
            saved: vec![Saved::default(); q],
            correlations: vec![0.0; problem.design().columns() * q],
            ..Self::default()
        }
    }
}

/// The problem restricted to the groups in `list`.
pub(super) struct Restricted<'a, 'p> {
    pub(super) problem: &'a GroupedGlm<'p>,
    pub(super) fixed: &'a Fixed,
    pub(super) list: &'a [usize],
    pub(super) anderson: usize,
    /// Entries of the design that may be visited before the caller gets control back.
    pub(super) budget: u64,
}

impl Restricted<'_, '_> {
    /// Improves the point until the restricted problem's relative gap is at most `target`, or as good as the arithmetic allows
    /// (true), or the budget is spent (false). Never increases the objective beyond rounding.
    pub(super) fn minimise(&self, point: &mut GroupedPoint, target: f64, s: &mut Scratch, counts: &mut Counts) -> bool {
        let (problem, datafit, groups) = (self.problem, self.problem.datafit(), self.problem.groups());
        let members = || self.list.iter().flat_map(|&b| groups.members(b).iter().copied());
        s.columns.clear();
        s.columns.extend(members().map(|k| groups.place(k)));
        let entries: u64 = s.columns.iter().map(|&(j, _)| 1 + problem.design().column_nonzeros(j) as u64).sum();
        let (mut spent, mut anderson) = (0, Anderson::new(self.anderson));
        let mut progress = Progress::new(self.fixed.null_model().objective.abs());
        let mut newton = Newton { precision: 1.0, bound: false };
        let mut sweeps = 1;
        s.x.clear();
        s.x.extend(members().map(|k| point.coefficients[k]));
        problem.fit(point, &mut s.fit);
        counts.add(Oracle::MatrixVector, 1);
        loop {
            self.make_models(newton.bound, s);
            counts.add(Oracle::Gradient, 1);
            let done = if datafit.is_quadratic() {
                for _ in 0..sweeps {
                    self.sweep(s, counts);
                    self.extrapolate(&mut anderson, s);
                }
                for (c, model) in point.intercepts.iter_mut().zip(&s.models) {
                    *c += model.intercept_step;
                }
                sweeps
            } else {
                self.newton_step(&mut newton, point, s, counts)
            };
            members().zip(&s.x).for_each(|(k, &x)| point.coefficients[k] = x);
            problem.fit(point, &mut s.fit);
            counts.add(Oracle::MatrixVector, 1);
            counts.add(Oracle::Gradient, 1); // of the merit
            spent += entries * (done + 3);
            let merit = self.merit(point, s);
            if merit <= target {
                return true;
            }
            counts.add(Oracle::Objective, 1);
            if progress.stands_still(merit, problem.objective_at(&point.coefficients, &s.fit)) {
                return true;
            }
            if spent >= self.budget {
                return false;
            }
            sweeps = BETWEEN_CHECKS;
        }
    }

    /// The models at the current fit, one for each target: the loss itself if it is quadratic; else with a diagonal bound of
    /// the Hessian there, or the bound for all fits if asked.
    fn make_models(&self, bound: bool, s: &mut Scratch) {
        let (problem, datafit, intercept) = (self.problem, self.problem.datafit(), self.problem.has_intercept());
        let n = problem.design().rows();
        datafit.gradient(&s.fit, &mut s.dual);
        s.dual.iter_mut().for_each(|v| *v = -*v);
        s.moments.clear();
        s.curvature.clear();
        if datafit.is_quadratic() {
            for (model, v) in s.models.iter_mut().zip(s.dual.chunks(n)) {
                model.reset(v, datafit.weights(), intercept);
            }
            s.moments.extend(s.columns.iter().map(|&(j, _)| self.fixed.moments[j]));
            s.curvature.extend(self.list.iter().map(|&b| self.fixed.curvature[b]));
            return;
        }
        let ceiling = |i: usize| match datafit.smoothness() {
            Smoothness::Uniform(nu) => nu,
            Smoothness::PerRow(nu) => nu[i],
            // Excluded by the problem's constructor.
            Smoothness::None => f64::INFINITY,
        };
        s.weights.resize(s.fit.len(), 0.0);
        if !bound {
            datafit.curvature(&s.fit, &mut s.weights);
        }
        for (k, h) in s.weights.iter_mut().enumerate() {
            let top = ceiling(k % n);
            // Rows that have saturated keep a little curvature, so that the model has a minimiser.
            *h = if bound { top } else { h.max(1e-12 * top) };
        }
        for ((model, v), h) in s.models.iter_mut().zip(s.dual.chunks(n)).zip(s.weights.chunks(n)) {
            model.reset(v, Some(h), intercept);
        }
        let design = problem.design();
        s.moments.extend(s.columns.iter().map(|&(j, t)| s.models[t].moments(design, j)));
        let groups = problem.groups();
        let (mut start, mut columns) = (0, Vec::new());
        for &b in self.list {
            let mut largest: f64 = 0.0;
            for (t, run) in runs(groups, groups.members(b)) {
                columns.clear();
                columns.extend(run.iter().map(|&k| groups.place(k).0));
                let moments = &s.moments[start..start + run.len()];
                let (weights, total) = (s.models[t].weights(), s.models[t].moving_weight());
                largest = largest.max(block_bound(design, &columns, moments, weights, total, &mut s.bounds));
                start += run.len();
            }
            s.curvature.push(largest);
        }
    }

    /// A block proximal step on every group. Returns the sum of the violations met.
    fn sweep(&self, s: &mut Scratch, counts: &mut Counts) -> f64 {
        let (design, penalty) = (self.problem.design(), self.problem.penalty());
        let (mut start, mut violation) = (0, 0.0);
        for (&b, &curvature) in self.list.iter().zip(&s.curvature) {
            let size = self.problem.groups().members(b).len();
            let range = start..start + size;
            start += size;
            if curvature <= 0.0 {
                continue;
            }
            s.block.clear();
            for k in range.clone() {
                let (j, t) = s.columns[k];
                let c = s.models[t].correlation(design, j, &s.moments[k]);
                s.block.push(s.x[k] + c / curvature);
            }
            penalty.prox_of(b, &mut s.block, 1.0 / curvature);
            let mut square = 0.0;
            for (k, &new) in range.zip(&s.block) {
                let step = new - s.x[k];
                if step != 0.0 {
                    let (j, t) = s.columns[k];
                    s.models[t].advance(design, j, &s.moments[k], step);
                    s.x[k] = new;
                    square += step * step;
                }
            }
            violation += curvature * square.sqrt();
        }
        counts.add(Oracle::Epoch, 1);
        counts.add(Oracle::CoordinateUpdate, s.columns.len() as u64);
        violation
    }

    /// The penalty of the working set's coefficients.
    fn penalty(&self, x: &[f64]) -> f64 {
        let mut start = 0;
        self.list.iter().fold(0.0, |v, &b| {
            let size = self.problem.groups().members(b).len();
            start += size;
            v + self.problem.penalty().value_of(b, &x[start - size..start])
        })
    }

    fn model_value(models: &[QuadraticModel]) -> f64 {
        models.iter().fold(0.0, |s, m| s + m.value())
    }

    /// Tries Anderson's extrapolation; keeps it if the model falls.
    fn extrapolate(&self, anderson: &mut Anderson, s: &mut Scratch) {
        if !anderson.push(&s.x, &mut s.extrapolated) {
            return;
        }
        let before = Self::model_value(&s.models) + self.penalty(&s.x);
        s.models.iter().zip(&mut s.saved).for_each(|(model, saved)| model.save(saved));
        let mut start = 0;
        for &b in self.list {
            let range = start..start + self.problem.groups().members(b).len();
            start = range.end;
            self.problem.penalty().prox_of(b, &mut s.extrapolated[range], f64::MIN_POSITIVE);
        }
        for (k, &(j, t)) in s.columns.iter().enumerate() {
            let step = s.extrapolated[k] - s.x[k];
            if step != 0.0 {
                s.models[t].advance(self.problem.design(), j, &s.moments[k], step);
            }
        }
        if Self::model_value(&s.models) + self.penalty(&s.extrapolated) < before {
            std::mem::swap(&mut s.x, &mut s.extrapolated);
        } else {
            s.models.iter_mut().zip(&s.saved).for_each(|(model, saved)| model.restore(saved));
        }
    }

    /// A proximal Newton step with line search. Returns the sweeps done.
    fn newton_step(&self, newton: &mut Newton, point: &mut GroupedPoint, s: &mut Scratch, counts: &mut Counts) -> u64 {
        s.trial.clear();
        s.trial.extend_from_slice(&s.x);
        let (mut sweeps, mut first, mut anderson) = (0, 0.0, Anderson::new(self.anderson));
        while sweeps < NEWTON_SWEEPS {
            let violation = self.sweep(s, counts);
            self.extrapolate(&mut anderson, s);
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
        // From here on `trial` is where the step began and `x` where the model's minimiser is.
        let step = self.line_search(s, counts);
        newton.bound = step == 0.0 && !newton.bound;
        if step < 1.0 {
            for (x, &old) in s.x.iter_mut().zip(&s.trial) {
                *x = old + step * (*x - old);
            }
        }
        for (c, model) in point.intercepts.iter_mut().zip(&s.models) {
            *c += step * model.intercept_step;
        }
        sweeps
    }

    /// Halves the step from 1 until Armijo's condition holds; 0 if it never does.
    fn line_search(&self, s: &mut Scratch, counts: &mut Counts) -> f64 {
        const SUFFICIENT: f64 = 0.01;
        const HALVINGS: usize = 20;
        let (problem, n) = (self.problem, self.problem.design().rows());
        s.change.clear();
        let mut shifts: Vec<f64> = Vec::with_capacity(s.models.len());
        for model in &s.models {
            s.change.extend(std::iter::repeat_n(model.intercept_step, n));
            shifts.push(0.0);
        }
        for (k, &(j, t)) in s.columns.iter().enumerate() {
            let step = s.x[k] - s.trial[k];
            if step != 0.0 {
                shifts[t] += problem.design().add_column(j, step, None, &mut s.change[t * n..(t + 1) * n]);
            }
        }
        for (q, shift) in s.change.chunks_mut(n).zip(shifts) {
            q.iter_mut().for_each(|q| *q += shift);
        }
        let Scratch { x, trial, extrapolated: between, fit, trial_fit, change, dual, .. } = s;
        let mut psi = |t: f64| {
            between.clear();
            between.extend(trial.iter().zip(&*x).map(|(&a, &b)| if t == 1.0 { b } else { a + t * (b - a) }));
            self.penalty(between)
        };
        let (loss, psi0) = (problem.datafit().value(fit), psi(0.0));
        counts.add(Oracle::Objective, 1);
        let descent = psi(1.0) - psi0 - dense::dot(dual, change);
        // Below this the change of the objective is rounding.
        let noise = 4.0 * f64::EPSILON * (loss.abs() + psi0.abs());
        trial_fit.resize(fit.len(), 0.0);
        let mut t = 1.0;
        for _ in 0..=HALVINGS {
            for (z, (&a, &q)) in trial_fit.iter_mut().zip(fit.iter().zip(&*change)) {
                *z = a + t * q;
            }
            counts.add(Oracle::Objective, 1);
            let difference = (problem.datafit().value(trial_fit) - loss) + (psi(t) - psi0);
            if difference <= SUFFICIENT * t * descent + noise {
                return t;
            }
            t *= 0.5;
        }
        0.0
    }

    /// The relative gap of the restricted problem at the current fit.
    fn merit(&self, point: &GroupedPoint, s: &mut Scratch) -> f64 {
        let (problem, design, groups) = (self.problem, self.problem.design(), self.problem.groups());
        let n = design.rows();
        problem.dual(&s.fit, &mut s.dual);
        let totals: Vec<f64> = s.dual.chunks(n).map(dense::sum).collect();
        for &b in self.list {
            for (position, &k) in groups.range(b).zip(groups.members(b)) {
                let (j, t) = groups.place(k);
                s.correlations[position] = design.dot(j, &s.dual[t * n..(t + 1) * n], totals[t]);
            }
        }
        let gap = problem.best_dual_point(&point.coefficients, &s.fit, &s.dual, self.list, &s.correlations).gap;
        if gap == 0.0 { 0.0 } else { gap / self.fixed.null_model().above_infimum }
    }
}

/// What one Newton step leaves to the next.
struct Newton {
    /// The inner loop stops at this share of its first violation.
    precision: f64,
    /// The last line search failed: use the bound of the curvature for all fits, which always descends.
    bound: bool,
}
