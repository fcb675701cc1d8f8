//! A file as its reader hands it out.

use super::probes::{Derivatives, Probes, probes};
use super::read::{Contents, contents};
use super::stated::{StatedReport, compare};
use super::{ChangeableParameter, Classification, GroupKind, Name, ReadOptions, VariableKind};
use crate::formats::{FormatError, Input};
use std::path::Path;

/// A problem of the CUTEst collection, decoded.
///
/// ```text
/// minimise   sum over objective groups of g_i(a_i'x - b_i + sum_j w_ij F_j(W_j x)) / s_i + x'Hx / 2
/// subject to the other groups within their bounds, and l <= x <= u
/// ```
#[derive(Debug)]
pub struct SifProblem {
    pub(super) contents: Contents,
}

/// Reads a file.
///
/// # Errors
/// Those of [`Input`]; `syntax`, `inconsistent` and `range` for defects of the file, with their line; `unsupported` if it
/// needs an external Fortran function; `too_large` if its loops exceed the limits of the options; `truncated` without
/// ENDATA.
pub fn read(input: Input, options: &ReadOptions) -> Result<SifProblem, FormatError> {
    Ok(SifProblem { contents: contents(input, options)? })
}

/// Reads the file at `path`; `-` is standard input, gzip is undone.
///
/// # Errors
/// Those of [`Input::open`] and [`read`].
pub fn read_file(path: impl AsRef<Path>, options: &ReadOptions) -> Result<SifProblem, FormatError> {
    read(Input::open(path)?, options)
}

/// Sizes of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The variables.
    pub variables: usize,
    /// The constraints: groups that are no part of the objective.
    pub constraints: usize,
    /// The constraints that are equations.
    pub equalities: usize,
    /// The constraints whose range is finite on both sides and not a point.
    pub ranges: usize,
    /// The constraints without elements and with the trivial group function.
    pub linear_constraints: usize,
    /// The variables with a finite bound.
    pub bounded_variables: usize,
    /// The variables whose bounds are equal.
    pub fixed_variables: usize,
    /// The variables that must be whole numbers.
    pub integer_variables: usize,
    /// The groups of the objective.
    pub objective_groups: usize,
    /// The elements.
    pub elements: usize,
    /// The coefficients of the linear parts.
    pub linear_nonzeros: usize,
    /// The entries of the Jacobian that may be nonzero.
    pub jacobian_nonzeros: usize,
    /// The entries of the quadratic part of the objective, as given.
    pub quadratic_entries: usize,
}

impl Sizes {
    /// Variables that are not fixed, less the equations; negative if there are more equations.
    pub fn degrees_of_freedom(&self) -> i64 {
        self.variables as i64 - self.fixed_variables as i64 - self.equalities as i64
    }
}

/// The numbers by which a problem is recognised: its sizes, and [`Probes`] at the start x0 and at x1, where
/// `x1_i = x0_i + 0.01 (1 + |x0_i|) sin i`, along `d_i = cos i` with weights `w_j = cos j` (i and j from 1). Without
/// constraints the probes of constraints are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProblemFingerprint {
    /// The sizes.
    pub sizes: Sizes,
    /// At the file's start, not projected onto the bounds.
    pub at_start: Probes,
    /// At x1.
    pub nearby: Probes,
}

impl SifProblem {
    /// The problem's name.
    pub fn name(&self) -> String {
        self.contents.model.tables.name.to_string()
    }

    /// The classification in the file's comments.
    pub fn classification(&self) -> Option<Classification> {
        self.contents.remarks.classification.as_deref().map(Classification::parse)
    }

    /// The names of the variables in their order: declared ones, then those that first appear in elements.
    pub fn variable_names(&self) -> &[Name] {
        &self.contents.model.tables.variables.names
    }

    /// Which values the variables may take.
    pub fn variable_kinds(&self) -> &[VariableKind] {
        &self.contents.model.tables.variables.kinds
    }

    /// Lower and upper bounds of the variables, infinite where there are none.
    pub fn bounds(&self) -> (&[f64], &[f64]) {
        let bounds = &self.contents.model.tables.bounds;
        (&bounds.lower, &bounds.upper)
    }

    /// The start, which may violate the bounds.
    pub fn start(&self) -> &[f64] {
        &self.contents.model.tables.start.variables
    }

    /// The numbers of the groups that are constraints, in order.
    pub(super) fn constraint_groups(&self) -> impl Iterator<Item = usize> + '_ {
        let kinds = &self.contents.model.tables.groups.kinds;
        (0..kinds.len()).filter(|&group| kinds[group] != GroupKind::Objective)
    }

    /// The names of the constraints.
    pub fn constraint_names(&self) -> Vec<Name> {
        self.constraint_groups().map(|group| self.contents.model.tables.groups.names[group]).collect()
    }

    /// Parameters that the file offers to change.
    pub fn parameters(&self) -> &[ChangeableParameter] {
        &self.contents.model.tables.changeable
    }

    /// Known lower and upper bounds of the objective.
    pub fn objective_bounds(&self) -> (Option<f64>, Option<f64>) {
        self.contents.model.tables.objective_bounds
    }

    /// The file's remarks about solutions, one per line, not always right.
    pub fn solution_remarks(&self) -> &[String] {
        &self.contents.remarks.solutions
    }

    /// What was odd about the file.
    pub fn warnings(&self) -> Vec<String> {
        self.contents.warnings.list()
    }

    /// Counts of everything.
    pub fn sizes(&self) -> Sizes {
        let model = &self.contents.model;
        let tables = &model.tables;
        let (lower, upper) = self.bounds();
        let pairs = || lower.iter().zip(upper);
        let mut sizes = Sizes {
            variables: tables.variables.len(),
            constraints: 0,
            equalities: 0,
            ranges: 0,
            linear_constraints: 0,
            bounded_variables: pairs().filter(|(l, u)| l.is_finite() || u.is_finite()).count(),
            fixed_variables: pairs().filter(|(l, u)| l == u).count(),
            integer_variables: tables.variables.kinds.iter().filter(|k| **k != VariableKind::Continuous).count(),
            objective_groups: 0,
            elements: tables.elements.len(),
            linear_nonzeros: model.linear.nonzeros(),
            jacobian_nonzeros: 0,
            quadratic_entries: tables.quadratic.len(),
        };
        // The constraint in which a variable was seen last: each row counts a variable once.
        let mut seen_in = vec![usize::MAX; tables.variables.len()];
        for group in self.constraint_groups() {
            sizes.constraints += 1;
            let (low, high) = model.constraint_bounds(group);
            sizes.equalities += usize::from(low == high);
            sizes.ranges += usize::from(low.is_finite() && high.is_finite() && low != high);
            let trivial = model.group_functions.get(self.group_type(group)).is_none();
            let mut has_elements = false;
            let mut count = |variable: u32| {
                let last = &mut seen_in[variable as usize];
                sizes.jacobian_nonzeros += usize::from(*last != group);
                *last = group;
            };
            model.linear.get(group).0.iter().for_each(|&v| count(v));
            for (element, _) in model.uses(group) {
                has_elements = true;
                tables.elements.get(element as usize, &tables.element_types).1.iter().for_each(|&v| count(v));
            }
            sizes.linear_constraints += usize::from(trivial && !has_elements);
        }
        sizes.objective_groups = tables.groups.len() - sizes.constraints;
        sizes
    }

    fn group_type(&self, group: usize) -> usize {
        let tables = &self.contents.model.tables;
        tables.groups.function(group as u32, &tables.group_types).0 as usize
    }

    /// The argument of a group's function.
    #[cfg(test)]
    pub(super) fn group_argument(&self, group: usize, x: &[f64]) -> f64 {
        let model = &self.contents.model;
        let tables = &model.tables;
        let (variables, coefficients) = model.linear.get(group);
        let mut alpha = -tables.constants.get(group);
        alpha += variables.iter().zip(coefficients).map(|(&v, &c)| c * x[v as usize]).sum::<f64>();
        let mut values = Vec::new();
        for (element, weight) in model.uses(group) {
            let (kind, variables, parameters) = tables.elements.get(element as usize, &tables.element_types);
            let Some(Some(function)) = model.element_functions.get(kind as usize) else { continue };
            let elemental: Vec<f64> = variables.iter().map(|&v| x[v as usize]).collect();
            function.formula.graph.evaluate(&function.inputs(&elemental), parameters, &mut values);
            alpha += weight * values[function.formula.value as usize];
        }
        alpha
    }

    /// The probes at `x` along `direction`; `weight(j)` weighs constraint `j`, counted from 1.
    pub fn probes(&self, x: &[f64], direction: &[f64], weight: impl Fn(usize) -> f64, from: Derivatives) -> Probes {
        probes(&self.contents.model, x, direction, weight, from)
    }

    /// The point near the start at which the fingerprint looks.
    pub fn nearby(&self) -> Vec<f64> {
        let shifted = |(i, &x): (usize, &f64)| x + 0.01 * (1.0 + x.abs()) * libm::sin((i + 1) as f64);
        self.start().iter().enumerate().map(shifted).collect()
    }

    /// The numbers by which the problem is recognised.
    pub fn fingerprint(&self, from: Derivatives) -> ProblemFingerprint {
        let cos = |i: usize| libm::cos(i as f64);
        let direction: Vec<f64> = (1..=self.start().len()).map(cos).collect();
        ProblemFingerprint {
            sizes: self.sizes(),
            at_start: self.probes(self.start(), &direction, cos, from),
            nearby: self.probes(&self.nearby(), &direction, cos, from),
        }
    }

    /// Compares the G and H cards with the exact derivatives at `x`; numbers agree if they differ by at most `tolerance`
    /// times `max(1, |stated|, |exact|)`. Of each type the first forty elements or groups are compared.
    pub fn compare_stated(&self, x: &[f64], tolerance: f64) -> StatedReport {
        compare(&self.contents.model, x, tolerance)
    }
}
