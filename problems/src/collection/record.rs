//! What is on record about a problem.

use super::CollectionError;
use crate::expression::{Model, PartiallySeparable};
use crate::nlp::NonlinearProgram;

/// A problem of the collection: how it is made and what is known about it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Record {
    /// The name, in capital letters.
    pub name: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// The sizes that may be chosen, in the order of `HAGER1(1000)`; none for a fixed problem.
    pub parameters: &'static [Parameter],
    /// Values of known minima by size, the one of the literature first.
    pub optima: &'static [Optimum],
    /// A minimiser at the default size; empty if none is on record.
    pub solution: &'static [f64],
    /// Multipliers of the constraints there (Lagrangian `f + y'c`); empty if none are on record.
    pub multipliers: &'static [f64],
    /// What a solver should know; empty if there is nothing.
    pub note: &'static str,
    /// Whether the constraints can be satisfied.
    pub feasible: bool,
    build: Build,
}

/// A size that may be chosen: `least`, `least + step`, ..., at most `most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name.
    pub name: &'static str,
    /// The value if none is given.
    pub default: usize,
    /// The least value.
    pub least: usize,
    /// The distance between two values.
    pub step: usize,
    /// The largest value.
    pub most: usize,
}

/// The value of a minimum at one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optimum {
    /// The parameters.
    pub sizes: &'static [usize],
    /// The objective.
    pub value: f64,
}

/// What restricts the variables of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Unconstrained,
    /// Bounds only.
    Bounds,
    /// Equations only.
    Equality,
    /// Inequalities, or equations and bounds.
    Inequality,
}

#[derive(Clone, Copy, Debug)]
enum Build {
    Fixed(fn(&mut Model)),
    Family(fn(&mut Model, &[usize])),
}

impl Parameter {
    pub(super) const fn new(name: &'static str, default: usize, least: usize) -> Self {
        Self { name, default, least, step: 1, most: 1_000_000 }
    }

    pub(super) const fn in_steps_of(self, step: usize) -> Self {
        Self { step, ..self }
    }

    pub(super) const fn up_to(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Whether the parameter may have this value.
    pub fn allows(&self, value: usize) -> bool {
        (self.least..=self.most).contains(&value) && (value - self.least) % self.step == 0
    }

    /// The range in words.
    pub fn range(&self) -> String {
        let Self { least, step, most, .. } = self;
        if *step == 1 {
            format!("a whole number from {least} to {most}")
        } else {
            format!("{least}, {}, {}, ..., at most {most}", least + step, least + 2 * step)
        }
    }
}

impl Kind {
    /// The name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconstrained => "unconstrained",
            Self::Bounds => "bounds",
            Self::Equality => "equality",
            Self::Inequality => "inequality",
        }
    }

    /// The kind of a program.
    pub fn of(program: &(impl NonlinearProgram + ?Sized)) -> Self {
        let (l, u) = program.variable_bounds();
        let bounded = l.iter().any(|&l| l > f64::NEG_INFINITY) || u.iter().any(|&u| u < f64::INFINITY);
        let (cl, cu) = program.constraint_bounds();
        match (bounded, cl.iter().zip(cu).all(|(l, u)| l == u), cl.is_empty()) {
            (false, _, true) => Self::Unconstrained,
            (true, _, true) => Self::Bounds,
            (false, true, false) => Self::Equality,
            _ => Self::Inequality,
        }
    }
}

impl Record {
    pub(super) const fn new(name: &'static str, source: &'static str, build: fn(&mut Model)) -> Self {
        Self {
            name,
            source,
            parameters: &[],
            optima: &[],
            solution: &[],
            multipliers: &[],
            note: "",
            feasible: true,
            build: Build::Fixed(build),
        }
    }

    pub(super) const fn family(
        name: &'static str,
        source: &'static str,
        parameters: &'static [Parameter],
        build: fn(&mut Model, &[usize]),
    ) -> Self {
        let fixed = Self::new(name, source, |_| {});
        Self { parameters, build: Build::Family(build), ..fixed }
    }

    pub(super) const fn optima(self, optima: &'static [Optimum]) -> Self {
        Self { optima, ..self }
    }

    pub(super) const fn solution(self, solution: &'static [f64]) -> Self {
        Self { solution, ..self }
    }

    pub(super) const fn multipliers(self, multipliers: &'static [f64]) -> Self {
        Self { multipliers, ..self }
    }

    pub(super) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    pub(super) const fn infeasible(self) -> Self {
        Self { feasible: false, ..self }
    }

    /// The sizes if none are chosen.
    pub fn default_sizes(&self) -> Vec<usize> {
        self.parameters.iter().map(|p| p.default).collect()
    }

    /// The values of the known minima at this size, the one of the literature first.
    pub fn optima_at(&self, sizes: &[usize]) -> impl Iterator<Item = f64> {
        self.optima.iter().filter(move |o| o.sizes == sizes).map(|o| o.value)
    }

    /// The problem at this size, one number for each parameter. Its name has the sizes in parentheses.
    ///
    /// # Errors
    /// [`CollectionError::Value`] if a size is outside its range, [`CollectionError::Sizes`] if there are too few or too
    /// many.
    pub fn build(&self, sizes: &[usize]) -> Result<PartiallySeparable, CollectionError> {
        let text: Vec<String> = sizes.iter().map(usize::to_string).collect();
        let name = if sizes.is_empty() { self.name.to_owned() } else { format!("{}({})", self.name, text.join(",")) };
        if sizes.len() != self.parameters.len() {
            return Err(CollectionError::Sizes { name, problem: self.name, expected: self.parameters });
        }
        for (&parameter, &value) in self.parameters.iter().zip(sizes) {
            if !parameter.allows(value) {
                return Err(CollectionError::Value { problem: self.name, parameter, value });
            }
        }
        let mut model = Model::new(name);
        match self.build {
            Build::Fixed(write) => write(&mut model),
            Build::Family(write) => write(&mut model, sizes),
        }
        if let Some(value) = self.optima_at(sizes).next() {
            model.known_optimum(value);
        }
        Ok(model.build()?)
    }
}

/// The optimum of a fixed problem.
pub(super) const fn at(value: f64) -> Optimum {
    Optimum { sizes: &[], value }
}

/// The optimum of a member of a family.
pub(super) const fn at_size(sizes: &'static [usize], value: f64) -> Optimum {
    Optimum { sizes, value }
}
