//! Group partially separable programs.

mod bank;
mod builder;
mod evaluator;
mod structure;
mod types;

pub use builder::{Group, ProgramBuilder};
pub use types::{ElementId, ElementType, ElementTypeId, GroupType, GroupTypeId};

use crate::Fingerprint;
use crate::nlp::{NlpEvaluator, NonlinearProgram, Pattern};
use bank::Bank;
use evaluator::Evaluator;
use std::borrow::Cow;
use std::sync::OnceLock;
use structure::{Groups, Scatter};

/// A group partially separable program. Made by [`ProgramBuilder`] or [`Model`](crate::expression::Model).
///
/// The pattern of the Hessian is worked out when first asked for: a matrix-free method does not pay for it (a group
/// function of a sum of k variables fills k x k entries).
#[derive(Debug)]
pub struct PartiallySeparable {
    name: String,
    variable_names: Vec<String>,
    constraint_names: Vec<String>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    start: Vec<f64>,
    constraint_lower: Vec<f64>,
    constraint_upper: Vec<f64>,
    start_multipliers: Vec<f64>,
    known_optimum: Option<f64>,
    elements: Vec<Bank>,
    group_functions: Vec<Bank>,
    /// Objective groups first, then one per constraint.
    groups: Groups,
    objective_groups: usize,
    /// `(row, column, value)`, column at most row: the objective's `x'Hx/2`.
    quadratic: Vec<(u32, u32, f64)>,
    jacobian: Pattern,
    scatter: OnceLock<Scatter>,
    fingerprint: u64,
}

impl PartiallySeparable {
    /// How many elements of how many types there are.
    pub fn elements(&self) -> (usize, usize) {
        (self.elements.iter().map(|b| b.count).sum(), self.elements.len())
    }

    /// How many objective groups there are.
    pub fn objective_groups(&self) -> usize {
        self.objective_groups
    }

    /// How many operations all elements take.
    pub fn operations(&self) -> usize {
        self.elements.iter().map(|b| b.count * b.tape.operations()).sum()
    }

    fn scatter(&self) -> &Scatter {
        self.scatter.get_or_init(|| Scatter::new(self))
    }
}

impl NonlinearProgram for PartiallySeparable {
    fn name(&self) -> &str {
        &self.name
    }
    fn variables(&self) -> usize {
        self.lower.len()
    }
    fn constraints(&self) -> usize {
        self.constraint_lower.len()
    }
    fn variable_bounds(&self) -> (&[f64], &[f64]) {
        (&self.lower, &self.upper)
    }
    fn constraint_bounds(&self) -> (&[f64], &[f64]) {
        (&self.constraint_lower, &self.constraint_upper)
    }
    fn start(&self) -> &[f64] {
        &self.start
    }
    fn start_multipliers(&self) -> &[f64] {
        &self.start_multipliers
    }
    fn variable_name(&self, j: usize) -> Cow<'_, str> {
        Cow::Borrowed(&self.variable_names[j])
    }
    fn constraint_name(&self, i: usize) -> Cow<'_, str> {
        Cow::Borrowed(&self.constraint_names[i])
    }
    fn jacobian_pattern(&self) -> &Pattern {
        &self.jacobian
    }
    fn hessian_pattern(&self) -> &Pattern {
        &self.scatter().pattern
    }
    fn is_linear(&self, i: usize) -> bool {
        self.groups.is_linear(self.objective_groups + i)
    }
    fn objective_is_linear(&self) -> bool {
        self.quadratic.is_empty() && (0..self.objective_groups).all(|g| self.groups.is_linear(g))
    }
    fn known_optimum(&self) -> Option<f64> {
        self.known_optimum
    }
    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.word(self.fingerprint);
    }
    fn evaluator(&self) -> Box<dyn NlpEvaluator + '_> {
        Box::new(Evaluator::new(self))
    }
}
