//! Types of elements and groups, as sections ELEMENT TYPE and GROUP TYPE declare them.

use super::Name;
use super::data::Datum;
use super::fault::{Decoded, Fault};
use std::collections::HashMap;

/// The names of a type's variables and parameters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TypeNames {
    pub(super) name: Name,
    /// The line of the first card.
    pub(super) line: u64,
    /// Elemental variables; of a group type its one variable.
    pub(super) variables: Vec<Name>,
    /// Internal variables; none if the elemental ones are meant.
    pub(super) internal: Vec<Name>,
    pub(super) parameters: Vec<Name>,
}

impl TypeNames {
    /// The names by which the function calls its inputs.
    pub(super) fn inputs(&self) -> &[Name] {
        if self.internal.is_empty() { &self.variables } else { &self.internal }
    }

    /// The position of an elemental variable. Fortran names have no case.
    pub(super) fn variable(&self, name: Name) -> Option<usize> {
        position(&self.variables, name)
    }

    /// The position of a parameter.
    pub(super) fn parameter(&self, name: Name) -> Option<usize> {
        position(&self.parameters, name)
    }
}

fn position(names: &[Name], name: Name) -> Option<usize> {
    names.iter().position(|&n| n == name).or_else(|| {
        let upper = name.to_upper();
        names.iter().position(|&n| n.to_upper() == upper)
    })
}

/// The types of elements or of groups, in the order of declaration.
#[derive(Debug, Default)]
pub(super) struct Types {
    index: HashMap<Name, u32>,
    pub(super) list: Vec<TypeNames>,
}

impl Types {
    pub(super) fn get(&self, kind: u32) -> Option<&TypeNames> {
        self.list.get(kind as usize)
    }

    pub(super) fn position(&self, name: Name) -> Option<u32> {
        self.index.get(&name).copied()
    }

    /// The type with this name; `sort` is `element` or `group`.
    pub(super) fn find(&self, name: Name, sort: &str, line: u64) -> Decoded<u32> {
        self.position(name).ok_or_else(|| Fault::inconsistent(line, format!("there is no {sort} type `{name}`")))
    }

    /// A card of section ELEMENT TYPE or GROUP TYPE.
    pub(super) fn declaration(&mut self, datum: &Datum) -> Decoded<()> {
        let at = *self.index.entry(datum.field2).or_insert_with(|| {
            let (name, line) = (datum.field2, datum.line);
            let (variables, internal, parameters) = (Vec::new(), Vec::new(), Vec::new());
            self.list.push(TypeNames { name, line, variables, internal, parameters });
            self.list.len() as u32 - 1
        });
        let kind = &mut self.list[at as usize];
        let names = match datum.action {
            b'V' => &mut kind.variables,
            b'I' => &mut kind.internal,
            _ => &mut kind.parameters,
        };
        for name in [datum.field3, datum.field5].into_iter().filter(|name| !name.is_blank()) {
            if names.contains(&name) {
                let message = format!("the type `{}` declares `{name}` twice", datum.field2);
                return Err(Fault::inconsistent(datum.line, message));
            }
            names.push(name);
        }
        Ok(())
    }
}
