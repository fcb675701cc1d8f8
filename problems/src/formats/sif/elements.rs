//! Elements: which type each has, and on which variables and parameters it works.

use super::Name;
use super::data::Datum;
use super::fault::{Decoded, Fault};
use super::types::Types;
use super::variables::Variables;
use std::collections::HashMap;

/// An elemental variable that has not been assigned.
const UNASSIGNED: u32 = u32::MAX;

/// All elements in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Elements {
    index: HashMap<Name, u32>,
    names: Vec<Name>,
    lines: Vec<u32>,
    types: Vec<u32>,
    /// Where the variables and parameters of each element begin.
    first_variable: Vec<u32>,
    first_parameter: Vec<u32>,
    variables: Vec<u32>,
    /// Values of parameters; unset ones are NaN.
    parameters: Vec<f64>,
    default_type: Option<u32>,
    /// The element that the last card named.
    current: Option<(Name, u32)>,
}

impl Elements {
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn find(&self, name: Name, line: u64) -> Decoded<u32> {
        let found = self.index.get(&name).copied();
        found.ok_or_else(|| Fault::inconsistent(line, format!("there is no element `{name}`")))
    }

    /// A card of section ELEMENT USES.
    pub(super) fn usage(&mut self, datum: &Datum, types: &Types, variables: &mut Variables) -> Decoded<()> {
        let line = datum.line;
        if datum.field2.is_word("DEFAULT") && datum.action == b'T' {
            self.default_type = Some(types.find(datum.field3, "element", line)?);
            return Ok(());
        }
        let element = self.element(datum, types)?;
        let kind = self.types[element as usize];
        let Some(names) = types.get(kind) else { return Ok(()) };
        match datum.action {
            b'V' => {
                let at = names.variable(datum.field3).ok_or_else(|| unknown(datum, "variable", names.name))?;
                let place = self.first_variable[element as usize] as usize + at;
                let variable = variables.declare(datum.field5);
                if self.variables[place] != UNASSIGNED && self.variables[place] != variable {
                    let message = format!(
                        "the elemental variable `{}` of the element `{}` is assigned twice",
                        datum.field3, datum.field2
                    );
                    return Err(Fault::inconsistent(line, message));
                }
                self.variables[place] = variable;
            }
            b'P' => {
                for (name, value) in datum.entries() {
                    let at = names.parameter(name).ok_or_else(|| unknown(datum, "parameter", names.name))?;
                    self.parameters[self.first_parameter[element as usize] as usize + at] = value;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The element that a card names, made if it is new.
    fn element(&mut self, datum: &Datum, types: &Types) -> Decoded<u32> {
        if let Some((name, element)) = self.current
            && name == datum.field2
            && datum.action != b'T'
        {
            return Ok(element);
        }
        let element = match self.index.get(&datum.field2) {
            Some(&element) => {
                if datum.action == b'T'
                    && self.types[element as usize] != types.find(datum.field3, "element", datum.line)?
                {
                    let message = format!("the element `{}` has another type already", datum.field2);
                    return Err(Fault::inconsistent(datum.line, message));
                }
                element
            }
            None => {
                let kind = if datum.action == b'T' {
                    types.find(datum.field3, "element", datum.line)?
                } else {
                    self.default_type.ok_or_else(|| {
                        let message = format!("the element `{}` has no type, and there is no default", datum.field2);
                        Fault::inconsistent(datum.line, message)
                    })?
                };
                self.create(datum, kind, types)
            }
        };
        self.current = Some((datum.field2, element));
        Ok(element)
    }

    fn create(&mut self, datum: &Datum, kind: u32, types: &Types) -> u32 {
        let element = self.names.len() as u32;
        self.index.insert(datum.field2, element);
        self.names.push(datum.field2);
        self.lines.push(u32::try_from(datum.line).unwrap_or(u32::MAX));
        self.types.push(kind);
        self.first_variable.push(self.variables.len() as u32);
        self.first_parameter.push(self.parameters.len() as u32);
        if let Some(names) = types.get(kind) {
            self.variables.resize(self.variables.len() + names.variables.len(), UNASSIGNED);
            self.parameters.resize(self.parameters.len() + names.parameters.len(), f64::NAN);
        }
        element
    }

    /// Checks that every element has all of its variables and parameters.
    pub(super) fn complete(&self, types: &Types) -> Decoded<()> {
        for element in 0..self.len() {
            let (kind, variables, parameters) = self.get(element, types);
            let Some(names) = types.get(kind) else { continue };
            let variable = variables.iter().position(|&v| v == UNASSIGNED).map(|at| ("variable", names.variables[at]));
            let parameter = parameters.iter().position(|v| v.is_nan()).map(|at| ("parameter", names.parameters[at]));
            if let Some((what, name)) = variable.or(parameter) {
                let message = format!("the {what} `{name}` of the element `{}` is not given", self.names[element]);
                return Err(Fault::inconsistent(u64::from(self.lines[element]), message));
            }
        }
        Ok(())
    }

    /// Type, variables and parameters of an element.
    pub(super) fn get(&self, element: usize, types: &Types) -> (u32, &[u32], &[f64]) {
        let kind = self.types[element];
        let (variables, parameters) = types.get(kind).map_or((0, 0), |t| (t.variables.len(), t.parameters.len()));
        let (v, p) = (self.first_variable[element] as usize, self.first_parameter[element] as usize);
        (kind, &self.variables[v..v + variables], &self.parameters[p..p + parameters])
    }

    /// Changes every parameter.
    pub(super) fn map_numbers(&mut self, map: impl Fn(f64) -> f64) {
        self.parameters.iter_mut().for_each(|value| *value = map(*value));
    }

    pub(super) fn name(&self, element: usize) -> Name {
        self.names[element]
    }
}

fn unknown(datum: &Datum, what: &str, kind: Name) -> Fault {
    let message = format!("the element type `{kind}` has no {what} `{}`", datum.field3);
    Fault::inconsistent(datum.line, message)
}
