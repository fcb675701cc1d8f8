//! The decoded problem: tables and formulas, before they become tapes.

use super::decoder::Tables;
use super::fault::{Decoded, Fault};
use super::functions::{Block, Formula, lower};
use super::linear::{LinearParts, by_group};
use super::precision::Precision;
use super::types::{TypeNames, Types};
use super::{GroupKind, Warnings};

/// The function of an element type or a group type that is used.
#[derive(Clone, Debug)]
pub(super) struct TypeFunction {
    pub(super) formula: Formula,
    /// Rows of the range transformation, one per internal variable over the elemental ones; none if there are no
    /// internal variables.
    pub(super) range: Option<Vec<Vec<f64>>>,
}

impl TypeFunction {
    /// The inputs of the function for these elemental variables.
    pub(super) fn inputs(&self, variables: &[f64]) -> Vec<f64> {
        match &self.range {
            None => variables.to_vec(),
            Some(rows) => rows.iter().map(|row| row.iter().zip(variables).map(|(w, v)| w * v).sum()).collect(),
        }
    }
}

/// Everything in the file, checked.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) tables: Tables,
    pub(super) linear: LinearParts,
    /// Functions of the element types, none for those that no element has.
    pub(super) element_functions: Vec<Option<TypeFunction>>,
    /// Functions of the group types, none for those that no group has.
    pub(super) group_functions: Vec<Option<TypeFunction>>,
    use_starts: Vec<usize>,
    use_order: Vec<u32>,
}

impl Model {
    pub(super) fn new(
        mut tables: Tables,
        elements: Option<&Block>,
        groups: Option<&Block>,
        precision: Precision,
        warnings: &mut Warnings,
    ) -> Decoded<Self> {
        let mut used_elements = vec![false; tables.element_types.list.len()];
        for element in 0..tables.elements.len() {
            let (kind, ..) = tables.elements.get(element, &tables.element_types);
            used_elements[kind as usize] = true;
        }
        let mut used_groups = vec![false; tables.group_types.list.len()];
        for group in 0..tables.groups.len() as u32 {
            let (kind, _) = tables.groups.function(group, &tables.group_types);
            if let Some(used) = used_groups.get_mut(kind as usize) {
                *used = true;
            }
        }
        let end = tables.end;
        let element_functions =
            functions(&tables.element_types, elements, &used_elements, ("element", end, precision), warnings)?;
        let group_functions =
            functions(&tables.group_types, groups, &used_groups, ("group", end, precision), warnings)?;
        let mut linear = LinearParts::new(&tables);
        let map = |value| precision.apply(value);
        linear.map_numbers(map);
        tables.map_numbers(map);
        let (use_starts, use_order) = by_group(tables.groups.len(), &tables.groups.uses, |&(group, ..)| group);
        Ok(Self { tables, linear, element_functions, group_functions, use_starts, use_order })
    }

    /// The (element, weight) pairs of a group.
    pub(super) fn uses(&self, group: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let order = &self.use_order[self.use_starts[group]..self.use_starts[group + 1]];
        order.iter().map(|&k| {
            let (_, element, weight) = self.tables.groups.uses[k as usize];
            (element, weight)
        })
    }

    /// The bounds of a group that is a constraint.
    pub(super) fn constraint_bounds(&self, group: usize) -> (f64, f64) {
        let range = self.tables.ranges.get(group);
        match self.tables.groups.kinds[group] {
            GroupKind::AtLeast => (0.0, range),
            GroupKind::AtMost => (-range, 0.0),
            GroupKind::Equal => (0.0, 0.0),
            GroupKind::Objective => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// The functions of the types that are used.
fn functions(
    types: &Types,
    block: Option<&Block>,
    used: &[bool],
    (sort, end, precision): (&str, u64, Precision),
    warnings: &mut Warnings,
) -> Decoded<Vec<Option<TypeFunction>>> {
    let empty = Block::default();
    let block = block.unwrap_or(&empty);
    let mut defined: Vec<Option<&super::functions::Definition>> = vec![None; types.list.len()];
    for definition in &block.definitions {
        match types.position(definition.name) {
            Some(kind) => defined[kind as usize] = Some(definition),
            None => {
                let message = format!("the {sort} type `{}` is defined here but not declared", definition.name);
                warnings.add(definition.line, message);
            }
        }
    }
    let mut functions = Vec::with_capacity(types.list.len());
    for ((names, definition), &used) in types.list.iter().zip(defined).zip(used) {
        let Some(definition) = definition else {
            if used {
                let line = if block.definitions.is_empty() { end } else { names.line };
                let message = format!("the {sort} type `{}` is used and its function is not defined", names.name);
                return Err(Fault::inconsistent(line, message));
            }
            functions.push(None);
            continue;
        };
        if !used {
            functions.push(None);
            continue;
        }
        if sort == "group" && names.variables.len() != 1 {
            let message =
                format!("the group type `{}` has {} variables instead of one", names.name, names.variables.len());
            return Err(Fault::inconsistent(names.line, message));
        }
        let formula = lower(definition, block, names.inputs(), &names.parameters)?;
        if let Some((line, message)) = &formula.remark {
            warnings.add(*line, format!("derivatives from here on are not compared: {message}"));
        }
        let range = if names.internal.is_empty() { None } else { Some(range_rows(names, definition, precision)?) };
        functions.push(Some(TypeFunction { formula, range }));
    }
    Ok(functions)
}

/// The dense range transformation of a type.
fn range_rows(
    names: &TypeNames,
    definition: &super::functions::Definition,
    precision: Precision,
) -> Decoded<Vec<Vec<f64>>> {
    let mut rows = vec![vec![0.0; names.variables.len()]; names.internal.len()];
    for &(line, internal, elemental, coefficient) in &definition.ranges {
        let row = names.internal.iter().position(|n| n.to_upper() == internal.to_upper());
        let (Some(row), Some(column)) = (row, names.variable(elemental)) else {
            let message = format!("the type `{}` has no variables `{internal}` and `{elemental}`", names.name);
            return Err(Fault::inconsistent(line, message));
        };
        // A coefficient that is given again replaces the earlier one.
        rows[row][column] = precision.transformation(coefficient);
    }
    Ok(rows)
}
