//! Building group partially separable programs.

use super::bank::{Bank, Declared};
use super::structure::{Groups, TRIVIAL, Use};
use super::{ElementId, ElementType, ElementTypeId, GroupType, GroupTypeId, PartiallySeparable};
use crate::error::all_finite;
use crate::nlp::Pattern;
use crate::{Fingerprint, ProblemError};
use std::sync::{Arc, OnceLock};

/// One group: `g(alpha; p) / scale` with `alpha = sum linear - constant + sum weight element`.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `(variable, coefficient)`; repeated variables add up.
    pub linear: Vec<(u32, f64)>,
    /// b, which is *subtracted*.
    pub constant: f64,
    /// What the group is divided by; not 0.
    pub scale: f64,
    /// `(element, weight)`.
    pub elements: Vec<(ElementId, f64)>,
    /// The group function with its parameters; none for `g(alpha) = alpha`.
    pub function: Option<(GroupTypeId, Vec<f64>)>,
}

impl Default for Group {
    /// The group that is 0, with scale 1 and no function.
    fn default() -> Self {
        Self { linear: Vec::new(), constant: 0.0, scale: 1.0, elements: Vec::new(), function: None }
    }
}

/// Collects what makes a [`PartiallySeparable`] program.
///
/// ```
/// use thalweg_problems::expression::{ElementType, Group, ProgramBuilder, TapeBuilder};
/// use thalweg_problems::nlp::NonlinearProgram;
///
/// // minimise x + y  subject to  x^2 + y^2 = 2
/// let mut tape = TapeBuilder::new();
/// let x = tape.input(0);
/// let square = tape.powi(x, 2);
/// let mut program = ProgramBuilder::new("circle");
/// let kind = program.add_element_type(ElementType::new("square", tape.finish(square)?));
/// let x = program.add_variable("x", f64::NEG_INFINITY, f64::INFINITY, -1.0);
/// let y = program.add_variable("y", f64::NEG_INFINITY, f64::INFINITY, -2.0);
/// let squares = [program.add_element(kind, &[x], &[])?, program.add_element(kind, &[y], &[])?];
/// program.add_objective_group(Group { linear: vec![(x, 1.0), (y, 1.0)], ..Group::default() })?;
/// let elements = squares.map(|e| (e, 1.0)).to_vec();
/// program.add_constraint("circle", 2.0, 2.0, 0.0, Group { elements, ..Group::default() })?;
/// let program = program.build()?;
///
/// let mut c = [0.0];
/// assert_eq!(program.evaluator().values(program.start(), &mut c)?, -3.0);
/// assert_eq!(c, [5.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProgramBuilder {
    name: String,
    variable_names: Vec<String>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    start: Vec<f64>,
    element_types: Vec<ElementType>,
    group_types: Vec<GroupType>,
    declared: Vec<Declared>,
    /// Type and position of every element.
    elements: Vec<(u32, u32)>,
    objective: Vec<Group>,
    constraints: Vec<Group>,
    constraint_names: Vec<String>,
    constraint_lower: Vec<f64>,
    constraint_upper: Vec<f64>,
    start_multipliers: Vec<f64>,
    quadratic: Vec<(u32, u32, f64)>,
    known_optimum: Option<f64>,
}

fn below(what: &'static str, index: u32, count: usize) -> Result<(), ProblemError> {
    let index = index as usize;
    if index < count { Ok(()) } else { Err(ProblemError::Index { what, index, count }) }
}

fn same(what: &'static str, found: usize, expected: usize) -> Result<(), ProblemError> {
    crate::error::same_length(what, found, expected)
}

impl ProgramBuilder {
    /// Without variables; the objective is 0.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            variable_names: Vec::new(),
            lower: Vec::new(),
            upper: Vec::new(),
            start: Vec::new(),
            element_types: Vec::new(),
            group_types: Vec::new(),
            declared: Vec::new(),
            elements: Vec::new(),
            objective: Vec::new(),
            constraints: Vec::new(),
            constraint_names: Vec::new(),
            constraint_lower: Vec::new(),
            constraint_upper: Vec::new(),
            start_multipliers: Vec::new(),
            quadratic: Vec::new(),
            known_optimum: None,
        }
    }

    /// Adds a variable and gives its index. Bounds are infinite where there is none.
    pub fn add_variable(&mut self, name: impl Into<String>, lower: f64, upper: f64, start: f64) -> u32 {
        self.variable_names.push(name.into());
        self.lower.push(lower);
        self.upper.push(upper);
        self.start.push(start);
        (self.start.len() - 1) as u32
    }

    /// How many variables there are so far.
    pub fn variables(&self) -> usize {
        self.start.len()
    }

    /// How many constraints there are so far.
    pub fn constraints(&self) -> usize {
        self.constraints.len()
    }

    /// Replaces the bounds of a variable.
    ///
    /// # Errors
    /// If there is no such variable.
    pub fn set_bounds(&mut self, variable: u32, lower: f64, upper: f64) -> Result<(), ProblemError> {
        below("variable", variable, self.start.len())?;
        (self.lower[variable as usize], self.upper[variable as usize]) = (lower, upper);
        Ok(())
    }

    /// Replaces the start of a variable.
    ///
    /// # Errors
    /// If there is no such variable.
    pub fn set_start(&mut self, variable: u32, start: f64) -> Result<(), ProblemError> {
        below("variable", variable, self.start.len())?;
        self.start[variable as usize] = start;
        Ok(())
    }

    /// Adds an element type.
    pub fn add_element_type(&mut self, element_type: ElementType) -> ElementTypeId {
        self.element_types.push(element_type);
        self.declared.push(Declared::default());
        ElementTypeId((self.element_types.len() - 1) as u32)
    }

    /// Adds a group type.
    pub fn add_group_type(&mut self, group_type: GroupType) -> GroupTypeId {
        self.group_types.push(group_type);
        GroupTypeId((self.group_types.len() - 1) as u32)
    }

    /// Adds an element of a type: its variables (the same one may occur several times) and parameters.
    ///
    /// # Errors
    /// If type or variables do not exist, or their numbers are not those of the type.
    pub fn add_element(
        &mut self,
        element_type: ElementTypeId,
        variables: &[u32],
        parameters: &[f64],
    ) -> Result<ElementId, ProblemError> {
        below("element type", element_type.0, self.element_types.len())?;
        let tape = &self.element_types[element_type.0 as usize].tape;
        same("the list of an element's variables", variables.len(), tape.inputs())?;
        same("the list of an element's parameters", parameters.len(), tape.parameters())?;
        for &j in variables {
            below("variable", j, self.start.len())?;
        }
        let id = ElementId(self.elements.len() as u32);
        let declared = &mut self.declared[element_type.0 as usize];
        self.elements.push((element_type.0, declared.ids.len() as u32));
        declared.inputs.extend_from_slice(variables);
        declared.parameters.extend_from_slice(parameters);
        declared.ids.push(id.0);
        Ok(id)
    }

    fn check(&self, group: &Group) -> Result<(), ProblemError> {
        for &(j, _) in &group.linear {
            below("variable", j, self.start.len())?;
        }
        for &(e, _) in &group.elements {
            below("element", e.0, self.elements.len())?;
        }
        if let Some((function, parameters)) = &group.function {
            below("group type", function.0, self.group_types.len())?;
            let expected = self.group_types[function.0 as usize].tape.parameters();
            same("the list of a group's parameters", parameters.len(), expected)?;
        }
        if group.scale == 0.0 || !group.scale.is_finite() {
            let expected = "a finite number other than 0";
            return Err(ProblemError::Parameter { what: "the scale of a group", value: group.scale, expected });
        }
        Ok(())
    }

    /// Adds a group to the objective.
    ///
    /// # Errors
    /// If the group refers to what does not exist, or its scale is 0 or not finite.
    pub fn add_objective_group(&mut self, group: Group) -> Result<(), ProblemError> {
        self.check(&group)?;
        self.objective.push(group);
        Ok(())
    }

    /// Adds the constraint `lower <= group <= upper` and gives its index.
    ///
    /// # Errors
    /// As [`add_objective_group`](Self::add_objective_group).
    pub fn add_constraint(
        &mut self,
        name: impl Into<String>,
        lower: f64,
        upper: f64,
        start_multiplier: f64,
        group: Group,
    ) -> Result<u32, ProblemError> {
        self.check(&group)?;
        self.constraints.push(group);
        self.constraint_names.push(name.into());
        self.constraint_lower.push(lower);
        self.constraint_upper.push(upper);
        self.start_multipliers.push(start_multiplier);
        Ok((self.constraints.len() - 1) as u32)
    }

    /// Adds `value x_j x_k` to the objective if j and k differ, `value x_j^2 / 2` otherwise: the entry `H_jk` of `x'Hx/2`,
    /// off-diagonal pairs given once.
    ///
    /// # Errors
    /// If there is no such variable.
    pub fn add_objective_quadratic(&mut self, j: u32, k: u32, value: f64) -> Result<(), ProblemError> {
        below("variable", j, self.start.len())?;
        below("variable", k, self.start.len())?;
        self.quadratic.push((j.max(k), j.min(k), value));
        Ok(())
    }

    /// Puts a best known objective value on record.
    pub fn set_known_optimum(&mut self, value: f64) {
        self.known_optimum = Some(value);
    }

    /// The program.
    ///
    /// # Errors
    /// If a bound is NaN, or a start, coefficient or parameter is not finite; the error names it.
    pub fn build(self) -> Result<PartiallySeparable, ProblemError> {
        self.check_numbers()?;
        let mut end = [0; 3];
        let bank = |(t, d): (&ElementType, &Declared)| Bank::new(t.name.clone(), Arc::clone(&t.tape), d, &mut end);
        let elements: Vec<Bank> = self.element_types.iter().zip(&self.declared).map(bank).collect();

        let mut groups = Groups { linear_ptr: vec![0], use_ptr: vec![0], ..Groups::default() };
        let mut functions = vec![Declared::default(); self.group_types.len()];
        for (i, group) in self.objective.iter().chain(&self.constraints).enumerate() {
            groups.constant.push(group.constant);
            groups.scale.push(group.scale);
            groups.linear.extend_from_slice(&group.linear);
            groups.linear_ptr.push(groups.linear.len());
            groups.uses.extend(group.elements.iter().map(|&(e, weight)| {
                let (bank, element) = self.elements[e.0 as usize];
                Use { bank, element, weight }
            }));
            groups.use_ptr.push(groups.uses.len());
            groups.function.push(TRIVIAL);
            if let Some((function, parameters)) = &group.function {
                let declared = &mut functions[function.0 as usize];
                declared.inputs.push(i as u32);
                declared.parameters.extend_from_slice(parameters);
                declared.ids.push(i as u32);
            }
        }
        groups.complete(self.start.len(), &elements);
        let mut end = [0; 3];
        let bank = |(t, d): (&GroupType, &Declared)| Bank::new(t.name.clone(), Arc::clone(&t.tape), d, &mut end);
        let group_functions: Vec<Bank> = self.group_types.iter().zip(&functions).map(bank).collect();
        for bank in &group_functions {
            for (e, &i) in bank.ids.iter().enumerate() {
                // A tape of one input has as many first derivatives as values, in the same places.
                groups.function[i as usize] = (bank.value_offset + e) as u32;
            }
        }

        let first = self.objective.len();
        let begin = groups.row_ptr[first];
        let indptr = groups.row_ptr[first..].iter().map(|&p| p - begin).collect();
        let jacobian = Pattern::from_rows(self.start.len(), indptr, groups.row[begin..].to_vec());
        let fingerprint = self.fingerprint();
        Ok(PartiallySeparable {
            name: self.name,
            variable_names: self.variable_names,
            constraint_names: self.constraint_names,
            lower: self.lower,
            upper: self.upper,
            start: self.start,
            constraint_lower: self.constraint_lower,
            constraint_upper: self.constraint_upper,
            start_multipliers: self.start_multipliers,
            known_optimum: self.known_optimum,
            elements,
            group_functions,
            groups,
            objective_groups: first,
            quadratic: self.quadratic,
            jacobian,
            scatter: OnceLock::new(),
            fingerprint,
        })
    }

    fn check_numbers(&self) -> Result<(), ProblemError> {
        crate::nlp::check_bounds("variable", &self.lower, &self.upper)?;
        crate::nlp::check_bounds("constraint", &self.constraint_lower, &self.constraint_upper)?;
        all_finite("the start of variable", &self.start)?;
        all_finite("the start multiplier of constraint", &self.start_multipliers)?;
        let quadratic: Vec<f64> = self.quadratic.iter().map(|q| q.2).collect();
        all_finite("the objective's quadratic coefficient", &quadratic)?;
        for declared in &self.declared {
            all_finite("the parameter of an element type's elements", &declared.parameters)?;
        }
        for group in self.objective.iter().chain(&self.constraints) {
            all_finite("the constant of a group", &[group.constant])?;
            let linear = group.linear.iter().map(|l| l.1);
            let weights = group.elements.iter().map(|e| e.1);
            let parameters = group.function.iter().flat_map(|f| f.1.iter().copied());
            if let Some(value) = linear.chain(weights).chain(parameters).find(|v| !v.is_finite()) {
                return Err(ProblemError::Parameter {
                    what: "a coefficient, weight or parameter of a group",
                    value,
                    expected: "a finite number",
                });
            }
        }
        Ok(())
    }

    fn fingerprint(&self) -> u64 {
        let mut hash = Fingerprint::default();
        hash.text(&self.name);
        for numbers in [
            &self.lower,
            &self.upper,
            &self.start,
            &self.constraint_lower,
            &self.constraint_upper,
            &self.start_multipliers,
        ] {
            hash.numbers(numbers);
        }
        for tape in self.element_types.iter().map(|t| &t.tape).chain(self.group_types.iter().map(|t| &t.tape)) {
            tape.fingerprint(&mut hash);
        }
        for declared in &self.declared {
            declared.inputs.iter().for_each(|&j| hash.word(u64::from(j)));
            hash.numbers(&declared.parameters);
        }
        for &(t, e) in &self.elements {
            hash.words(&[u64::from(t), u64::from(e)]);
        }
        for group in self.objective.iter().chain(&self.constraints) {
            hash.numbers(&[group.constant, group.scale]);
            hash.words(&[group.linear.len() as u64, group.elements.len() as u64]);
            group.linear.iter().for_each(|&(j, a)| hash.words(&[u64::from(j), a.to_bits()]));
            group.elements.iter().for_each(|&(e, w)| hash.words(&[u64::from(e.0), w.to_bits()]));
            if let Some((function, parameters)) = &group.function {
                hash.word(u64::from(function.0) + 1);
                hash.numbers(parameters);
            }
        }
        self.quadratic.iter().for_each(|&(j, k, v)| hash.words(&[u64::from(j), u64::from(k), v.to_bits()]));
        hash.finish()
    }
}
