//! What methods claim to have called is what they called.

use super::super::{Begin, Control, NoSave, Oracle, Status, drive};
use super::{GlmMethod, Instance, coordinate_descent, working_set};
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_problems::Fingerprint;
use thalweg_problems::datafit::{Datafit, Smoothness};
use thalweg_problems::glm::Glm;

/// A loss that counts the calls from outside.
struct Counting<'a> {
    loss: &'a dyn Datafit,
    values: AtomicU64,
    gradients: AtomicU64,
}

impl Datafit for Counting<'_> {
    fn name(&self) -> &'static str {
        self.loss.name()
    }
    fn rows(&self) -> usize {
        self.loss.rows()
    }
    fn value(&self, fit: &[f64]) -> f64 {
        self.values.fetch_add(1, Ordering::Relaxed);
        self.loss.value(fit)
    }
    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        self.gradients.fetch_add(1, Ordering::Relaxed);
        self.loss.gradient(fit, out);
    }
    fn curvature(&self, fit: &[f64], out: &mut [f64]) {
        self.loss.curvature(fit, out);
    }
    fn smoothness(&self) -> Smoothness<'_> {
        self.loss.smoothness()
    }
    fn infimum(&self) -> f64 {
        self.loss.infimum()
    }
    fn is_quadratic(&self) -> bool {
        self.loss.is_quadratic()
    }
    fn best_shift(&self, fit: &[f64]) -> f64 {
        self.loss.best_shift(fit)
    }
    fn balance(&self, dual: &mut [f64]) {
        self.loss.balance(dual);
    }
    fn best_dual_scale(&self, dual: &[f64]) -> f64 {
        self.loss.best_dual_scale(dual)
    }
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        self.loss.fenchel_gap(fit, dual, scale)
    }
    fn weights(&self) -> Option<&[f64]> {
        self.loss.weights()
    }
    fn fingerprint(&self, hash: &mut Fingerprint) {
        self.loss.fingerprint(hash);
    }
}

/// Compares after the start and after every step.
fn claims_are_true<M: GlmMethod>(instance: &Instance, method: &M) {
    for intercept in [false, true] {
        let loss = Counting { loss: instance.loss.as_ref(), values: AtomicU64::new(0), gradients: AtomicU64::new(0) };
        let problem = Glm::new(&instance.design, &loss, &instance.penalty).unwrap().with_intercept(intercept);
        let mut compared = 0;
        let mut compare = super::Each(|run: &super::Run| {
            let actual = [loss.values.load(Ordering::Relaxed), loss.gradients.load(Ordering::Relaxed)];
            let claimed = [Oracle::Objective, Oracle::Gradient].map(|o| run.counts.get(o));
            assert_eq!(claimed, actual, "values and gradients, claimed and actual, after {} steps", run.iteration);
            compared += 1;
            Ok(())
        });
        let mut control = Control { observers: vec![&mut compare], ..Control::default() };
        let outcome = drive(&problem, method, Begin::From(problem.null_point()), &mut control, &mut NoSave).unwrap();
        assert_eq!(outcome.status, Status::Converged);
        assert_eq!(compared, outcome.run.iteration + 1);
    }
}

#[test]
fn working_set_counts_all_calls() {
    claims_are_true(&Instance::lasso(), &working_set());
    claims_are_true(&Instance::logistic(), &working_set());
}

#[test]
fn coordinate_descent_counts_all_calls() {
    claims_are_true(&Instance::lasso(), &coordinate_descent());
    claims_are_true(&Instance::logistic(), &coordinate_descent());
}
