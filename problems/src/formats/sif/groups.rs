//! Groups: kinds, scales, linear parts, constants and ranges, combined groups, and their use of elements.

use super::Name;
use super::data::Datum;
use super::elements::Elements;
use super::fault::{Decoded, Fault};
use super::types::Types;
use super::variables::{Chosen, Variables};
use std::collections::HashMap;

/// What a group is in the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// A term of the objective (N).
    Objective,
    /// The group is at least 0 (G).
    AtLeast,
    /// The group is at most 0 (L).
    AtMost,
    /// The group is 0 (E).
    Equal,
}

/// The type of a group without one: its function is the identity.
pub(super) const TRIVIAL: u32 = u32::MAX;
/// A group that has not been given a type yet.
const UNTYPED: u32 = u32::MAX - 1;

/// All groups in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Groups {
    index: HashMap<Name, u32>,
    pub(super) names: Vec<Name>,
    pub(super) kinds: Vec<GroupKind>,
    /// The divisor of each group; after [`map_numbers`](Self::map_numbers) the factor.
    pub(super) scales: Vec<f64>,
    types: Vec<u32>,
    /// Where the parameters of a group begin in `values`; unset ones are NaN.
    parameters: Vec<u32>,
    values: Vec<f64>,
    default_type: Option<u32>,
    /// Entries of the linear parts as they come: group, variable, coefficient.
    pub(super) entries: Vec<(u32, u32, f64)>,
    /// Groups that combine others: multiples of earlier groups.
    pub(super) combined: HashMap<u32, Vec<(u32, f64)>>,
    /// Elements in groups as they come: group, element, weight.
    pub(super) uses: Vec<(u32, u32, f64)>,
}

impl Groups {
    pub(super) fn get(&self, name: Name) -> Option<u32> {
        self.index.get(&name).copied()
    }

    pub(super) fn find(&self, name: Name, line: u64) -> Decoded<u32> {
        self.get(name).ok_or_else(|| Fault::inconsistent(line, format!("there is no group `{name}`")))
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    fn declare(&mut self, name: Name, kind: GroupKind) -> u32 {
        let next = self.names.len() as u32;
        *self.index.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.kinds.push(kind);
            self.scales.push(1.0);
            self.types.push(UNTYPED);
            self.parameters.push(0);
            next
        })
    }

    /// A card of section GROUPS. The first card of a group fixes its kind.
    pub(super) fn declaration(&mut self, datum: &Datum, variables: &Variables) -> Decoded<()> {
        if datum.field3.is_word("MARKER") {
            return Ok(());
        }
        let kind = match datum.action {
            b'G' => GroupKind::AtLeast,
            b'L' => GroupKind::AtMost,
            b'E' => GroupKind::Equal,
            _ => GroupKind::Objective,
        };
        let new = self.get(datum.field2).is_none();
        let group = self.declare(datum.field2, kind);
        if datum.combined {
            if !new && !self.combined.contains_key(&group) {
                let message = format!("the group `{}` is declared both by itself and as a combination", datum.field2);
                return Err(Fault::inconsistent(datum.line, message));
            }
            self.combined.entry(group).or_default();
        }
        for (name, value) in datum.entries() {
            if name.is_word("SCALE") {
                if value == 0.0 {
                    return Err(Fault::range(datum.line, format!("the group `{}` is scaled by 0", datum.field2)));
                }
                self.scales[group as usize] = value;
            } else if datum.combined {
                let donor = self.find(name, datum.line)?;
                if donor >= group {
                    let message = format!("the group `{}` combines `{name}`, which is not before it", datum.field2);
                    return Err(Fault::inconsistent(datum.line, message));
                }
                self.combined.entry(group).or_default().push((donor, value));
            } else if value != 0.0 {
                self.has_entries(group, datum.line)?;
                let variable = variables.find(name, datum.line)?;
                self.entries.push((group, variable, value));
            }
        }
        Ok(())
    }

    /// Adds a coefficient from section VARIABLES.
    pub(super) fn coefficient(&mut self, name: Name, variable: u32, value: f64, line: u64) -> Decoded<()> {
        let group = self.find(name, line)?;
        self.has_entries(group, line)?;
        self.entries.push((group, variable, value));
        Ok(())
    }

    fn has_entries(&self, group: u32, line: u64) -> Decoded<()> {
        if self.combined.contains_key(&group) {
            let name = self.names[group as usize];
            return Err(Fault::inconsistent(
                line,
                format!("the combined group `{name}` cannot have entries of its own"),
            ));
        }
        Ok(())
    }

    /// A card of section GROUP USES.
    pub(super) fn usage(&mut self, datum: &Datum, types: &Types, elements: &Elements) -> Decoded<()> {
        let line = datum.line;
        if datum.field2.is_word("DEFAULT") && datum.action == b'T' {
            self.default_type = Some(types.find(datum.field3, "group", line)?);
            return Ok(());
        }
        let group = self.find(datum.field2, line)?;
        match datum.action {
            b'T' => {
                let kind = types.find(datum.field3, "group", line)?;
                let present = self.types[group as usize];
                if present != UNTYPED && present != kind {
                    return Err(Fault::inconsistent(line, format!("the group `{}` has a type already", datum.field2)));
                }
                self.set_type(group, kind, types);
            }
            b'E' => {
                for (name, weight) in datum.entries() {
                    let element = elements.find(name, line)?;
                    self.uses.push((group, element, weight));
                }
            }
            _ => {
                if self.types[group as usize] == UNTYPED {
                    self.set_type(group, self.default_type.unwrap_or(TRIVIAL), types);
                }
                let kind = self.types[group as usize];
                for (name, value) in datum.entries() {
                    let at = types.get(kind).and_then(|t| t.parameter(name)).ok_or_else(|| {
                        let message = format!("the type of the group `{}` has no parameter `{name}`", datum.field2);
                        Fault::inconsistent(line, message)
                    })?;
                    self.values[self.parameters[group as usize] as usize + at] = value;
                }
            }
        }
        Ok(())
    }

    fn set_type(&mut self, group: u32, kind: u32, types: &Types) {
        if self.types[group as usize] == kind {
            return;
        }
        self.types[group as usize] = kind;
        self.parameters[group as usize] = self.values.len() as u32;
        let count = types.get(kind).map_or(0, |t| t.parameters.len());
        self.values.resize(self.values.len() + count, f64::NAN);
    }

    /// Gives the default type to groups without one, and checks that every parameter has a value.
    pub(super) fn complete(&mut self, types: &Types, line: u64) -> Decoded<()> {
        let default = self.default_type.unwrap_or(TRIVIAL);
        for group in 0..self.len() as u32 {
            if self.types[group as usize] == UNTYPED {
                self.set_type(group, default, types);
            }
            let (kind, values) = self.function(group, types);
            if let Some(at) = values.iter().position(|v| v.is_nan()) {
                let parameter = types.get(kind).and_then(|t| t.parameters.get(at).copied()).unwrap_or_default();
                let name = self.names[group as usize];
                return Err(Fault::inconsistent(
                    line,
                    format!("the parameter `{parameter}` of the group `{name}` has no value"),
                ));
            }
        }
        Ok(())
    }

    /// Changes every number of the groups; the divisors become factors first.
    pub(super) fn map_numbers(&mut self, map: impl Fn(f64) -> f64) {
        self.scales.iter_mut().for_each(|scale| *scale = map(1.0 / *scale));
        self.values.iter_mut().for_each(|value| *value = map(*value));
        self.uses.iter_mut().for_each(|(.., weight)| *weight = map(*weight));
    }

    /// The type of a group and the values of its parameters.
    pub(super) fn function(&self, group: u32, types: &Types) -> (u32, &[f64]) {
        let (kind, first) = (self.types[group as usize], self.parameters[group as usize] as usize);
        let count = types.get(kind).map_or(0, |t| t.parameters.len());
        (kind, self.values.get(first..first + count).unwrap_or_default())
    }
}

/// A vector with one number per group: constants, ranges.
#[derive(Debug)]
pub(super) struct GroupVector {
    pub(super) chosen: Chosen,
    /// What cards name; NaN where none does.
    values: Vec<f64>,
    default: f64,
    /// Applied to every number that is read.
    map: fn(f64) -> f64,
}

impl GroupVector {
    pub(super) fn constants(wanted: Option<&str>) -> Self {
        Self { chosen: Chosen::new(wanted), values: Vec::new(), default: 0.0, map: |value| value }
    }

    /// Ranges, of which the size counts.
    pub(super) fn ranges(wanted: Option<&str>) -> Self {
        let map = |value: f64| super::variables::infinite(value.abs());
        Self { chosen: Chosen::new(wanted), values: Vec::new(), default: f64::INFINITY, map }
    }

    pub(super) fn apply(&mut self, datum: &Datum, groups: &Groups) -> Decoded<()> {
        if !self.chosen.takes(datum.field2) {
            return Ok(());
        }
        self.values.resize(groups.len(), f64::NAN);
        for (name, value) in datum.entries() {
            let value = (self.map)(value);
            if name.is_word("DEFAULT") {
                self.default = value;
            } else if name.is_word("SCALE") {
                return Err(Fault::syntax(datum.line, "a scale is given for constants or ranges"));
            } else {
                self.values[groups.find(name, datum.line)? as usize] = value;
            }
        }
        Ok(())
    }

    /// Changes every number.
    pub(super) fn map_numbers(&mut self, map: impl Fn(f64) -> f64) {
        self.default = map(self.default);
        self.values.iter_mut().for_each(|value| *value = map(*value));
    }

    /// The number of a group.
    pub(super) fn get(&self, group: usize) -> f64 {
        self.values.get(group).copied().filter(|v| !v.is_nan()).unwrap_or(self.default)
    }
}
