//! A pointer to a problem is a problem.

use super::{NlpEvaluator, NonlinearProgram, Pattern};
use crate::Fingerprint;
use std::borrow::Cow;
use std::sync::Arc;

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<T: NonlinearProgram + ?Sized> NonlinearProgram for $pointer {
            fn name(&self) -> &str {
                (**self).name()
            }
            fn variables(&self) -> usize {
                (**self).variables()
            }
            fn constraints(&self) -> usize {
                (**self).constraints()
            }
            fn variable_bounds(&self) -> (&[f64], &[f64]) {
                (**self).variable_bounds()
            }
            fn constraint_bounds(&self) -> (&[f64], &[f64]) {
                (**self).constraint_bounds()
            }
            fn start(&self) -> &[f64] {
                (**self).start()
            }
            fn start_multipliers(&self) -> &[f64] {
                (**self).start_multipliers()
            }
            fn variable_name(&self, j: usize) -> Cow<'_, str> {
                (**self).variable_name(j)
            }
            fn constraint_name(&self, i: usize) -> Cow<'_, str> {
                (**self).constraint_name(i)
            }
            fn jacobian_pattern(&self) -> &Pattern {
                (**self).jacobian_pattern()
            }
            fn hessian_pattern(&self) -> &Pattern {
                (**self).hessian_pattern()
            }
            fn is_linear(&self, i: usize) -> bool {
                (**self).is_linear(i)
            }
            fn objective_is_linear(&self) -> bool {
                (**self).objective_is_linear()
            }
            fn known_optimum(&self) -> Option<f64> {
                (**self).known_optimum()
            }
            fn fingerprint(&self, hash: &mut Fingerprint) {
                (**self).fingerprint(hash);
            }
            fn evaluator(&self) -> Box<dyn NlpEvaluator + '_> {
                (**self).evaluator()
            }
        }
    )*};
}

forward!(&T, Box<T>, Arc<T>);
