//! Variables, their bounds and starts.

use super::Name;
use super::data::Datum;
use super::fault::{Decoded, Fault};
use std::collections::HashMap;

/// Numbers from this size on stand for infinity.
pub(super) const INFINITE: f64 = 1e20;

/// What values a variable may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VariableKind {
    /// Any real number within the bounds.
    #[default]
    Continuous,
    /// 0 or 1. The bounds of the file are kept as they are.
    Binary,
    /// A whole number within the bounds.
    Integer,
}

/// Variables in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Variables {
    index: HashMap<Name, u32>,
    pub(super) names: Vec<Name>,
    pub(super) kinds: Vec<VariableKind>,
    /// Variables with a scale, which is read and not applied.
    pub(super) scaled: usize,
}

impl Variables {
    /// The variable with this name, made if it is new.
    pub(super) fn declare(&mut self, name: Name) -> u32 {
        let next = self.names.len() as u32;
        *self.index.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.kinds.push(VariableKind::Continuous);
            next
        })
    }

    pub(super) fn get(&self, name: Name) -> Option<u32> {
        self.index.get(&name).copied()
    }

    pub(super) fn find(&self, name: Name, line: u64) -> Decoded<u32> {
        self.get(name).ok_or_else(|| Fault::inconsistent(line, format!("there is no variable `{name}`")))
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// One of several named vectors of a section: the one asked for, or the first.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    wanted: Option<Name>,
    pub(super) seen: Vec<Name>,
}

impl Chosen {
    pub(super) fn new(wanted: Option<&str>) -> Self {
        Self { wanted: wanted.map(Name::from), seen: Vec::new() }
    }

    /// Whether cards with this name count.
    pub(super) fn takes(&mut self, name: Name) -> bool {
        // Cards of one vector stand together, so the last name is the likely one.
        if self.seen.last() != Some(&name) && !self.seen.contains(&name) {
            self.seen.push(name);
        }
        match self.wanted {
            Some(wanted) => wanted == name,
            None => self.seen.first() == Some(&name),
        }
    }

    /// The name asked for that the file does not have.
    pub(super) fn missing(&self) -> Option<Name> {
        self.wanted.filter(|wanted| !self.seen.contains(wanted))
    }
}

/// Lower and upper bounds; those of a variable that has none yet are the default.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) chosen: Chosen,
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    default: (f64, f64),
    individual: bool,
}

impl Bounds {
    pub(super) fn new(wanted: Option<&str>) -> Self {
        let default = (0.0, f64::INFINITY);
        Self { chosen: Chosen::new(wanted), lower: Vec::new(), upper: Vec::new(), default, individual: false }
    }

    /// Gives every variable without bounds the default.
    pub(super) fn extend(&mut self, variables: usize) {
        self.lower.resize(variables, self.default.0);
        self.upper.resize(variables, self.default.1);
    }

    /// Applies a card; true if a default comes after the bounds of single variables, which it then replaces.
    pub(super) fn apply(&mut self, datum: &Datum, variables: &Variables) -> Decoded<bool> {
        if !self.chosen.takes(datum.field2) {
            return Ok(false);
        }
        self.extend(variables.len());
        let value = infinite(datum.value4);
        if datum.field3.is_word("DEFAULT") {
            self.default = default_bounds(self.default, datum.action, value);
            self.lower.fill(self.default.0);
            self.upper.fill(self.default.1);
            return Ok(self.individual);
        }
        self.individual = true;
        let at = variables.find(datum.field3, datum.line)? as usize;
        let bounds = changed_bounds((self.lower[at], self.upper[at]), datum.action, value);
        (self.lower[at], self.upper[at]) = bounds;
        Ok(false)
    }
}

/// The rules of the language for one variable: an upper bound of exactly 0 frees the lower one if nothing else was said,
/// and so an infinite lower bound makes 0 the upper one.
fn changed_bounds((lower, upper): (f64, f64), action: u8, value: f64) -> (f64, f64) {
    let untouched = lower == 0.0 && upper == f64::INFINITY;
    match action {
        b'L' => (value, upper),
        b'U' if value == 0.0 && untouched => (f64::NEG_INFINITY, value),
        b'U' => (lower, value),
        b'X' => (value, value),
        b'R' => (f64::NEG_INFINITY, f64::INFINITY),
        b'M' if untouched => (f64::NEG_INFINITY, 0.0),
        b'M' => (f64::NEG_INFINITY, upper),
        _ => (lower, f64::INFINITY),
    }
}

/// The same for the default, where an infinite lower bound always makes 0 the upper one.
fn default_bounds(default: (f64, f64), action: u8, value: f64) -> (f64, f64) {
    match action {
        b'M' => (f64::NEG_INFINITY, 0.0),
        _ => changed_bounds(default, action, value),
    }
}

/// The number, or infinity from [`INFINITE`] on.
pub(super) fn infinite(value: f64) -> f64 {
    if value.abs() >= INFINITE { f64::INFINITY.copysign(value) } else { value }
}

/// The start: variables and multipliers.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) chosen: Chosen,
    pub(super) variables: Vec<f64>,
    pub(super) multipliers: Vec<f64>,
}

impl Start {
    pub(super) fn new(wanted: Option<&str>) -> Self {
        Self { chosen: Chosen::new(wanted), variables: Vec::new(), multipliers: Vec::new() }
    }

    pub(super) fn extend(&mut self, variables: usize, groups: usize) {
        self.variables.resize(variables, 0.0);
        self.multipliers.resize(groups, 0.0);
    }

    /// Applies a card; false if it is a default whose code has no meaning and which therefore has no effect.
    pub(super) fn apply(
        &mut self,
        datum: &Datum,
        variables: &Variables,
        groups: &super::groups::Groups,
    ) -> Decoded<bool> {
        if !self.chosen.takes(datum.field2) {
            return Ok(true);
        }
        self.extend(variables.len(), groups.len());
        if datum.field3.is_word("DEFAULT") {
            if datum.action == b'?' {
                return Ok(false);
            }
            if datum.action != b'M' {
                self.variables.fill(datum.value4);
            }
            if datum.action != b'V' {
                self.multipliers.fill(datum.value4);
            }
            return Ok(true);
        }
        if datum.action == b'?' {
            return Err(Fault::syntax(datum.line, "the code of this card has no meaning in section START POINT"));
        }
        for (name, value) in datum.entries() {
            let variable = if datum.action == b'M' { None } else { variables.get(name) };
            let group = if datum.action == b'V' { None } else { groups.get(name) };
            match (variable, group) {
                (Some(at), _) => self.variables[at as usize] = value,
                (None, Some(at)) => self.multipliers[at as usize] = value,
                (None, None) => {
                    let what = match datum.action {
                        b'V' => "variable",
                        b'M' => "group",
                        _ => "variable or group",
                    };
                    return Err(Fault::inconsistent(datum.line, format!("there is no {what} `{name}`")));
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traps_of_default_bounds() {
        let (inf, start) = (f64::INFINITY, (0.0, f64::INFINITY));
        let apply = |actions: &[(u8, f64)]| actions.iter().fold(start, |b, &(a, v)| changed_bounds(b, a, v));
        assert_eq!(apply(&[]), (0.0, inf));
        assert_eq!(apply(&[(b'U', 0.0)]), (-inf, 0.0));
        assert_eq!(apply(&[(b'M', 0.0)]), (-inf, 0.0));
        assert_eq!(apply(&[(b'M', 0.0), (b'U', 5.0)]), (-inf, 5.0));
        assert_eq!(apply(&[(b'U', 5.0), (b'M', 0.0)]), (-inf, 5.0));
        assert_eq!(apply(&[(b'U', -1.0)]), (0.0, -1.0));
        assert_eq!(apply(&[(b'L', 1.0), (b'U', 0.0)]), (1.0, 0.0));
        assert_eq!(apply(&[(b'X', 2.0)]), (2.0, 2.0));
        assert_eq!(apply(&[(b'R', 0.0)]), (-inf, inf));
        assert_eq!(apply(&[(b'U', 3.0), (b'P', 0.0)]), (0.0, inf));
        assert_eq!(default_bounds((0.0, 5.0), b'M', 0.0), (-inf, 0.0));
        assert_eq!(infinite(-1e20), -inf);
    }
}
