//! From expressions to groups and elements.

use super::Constraint;
use super::expr::{Expr, Term};
use crate::ProblemError;
use crate::expression::{
    ElementId, ElementType, ElementTypeId, Group, GroupType, GroupTypeId, Node, Op, ProgramBuilder, TapeBuilder,
};
use std::collections::HashMap;
use std::sync::Arc;

/// A function of one sum of more items than this becomes a group of its own in the objective.
const LONG: usize = 8;

/// Lowers expressions into a builder; types are shared over all functions.
pub(super) struct Lowering<'a> {
    program: &'a mut ProgramBuilder,
    elements: HashMap<Vec<u64>, ElementTypeId>,
    functions: HashMap<Vec<u64>, GroupTypeId>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(program: &'a mut ProgramBuilder) -> Self {
        Self { program, elements: HashMap::new(), functions: HashMap::new() }
    }

    pub(super) fn objective(&mut self, objective: &Expr) -> Result<(), ProblemError> {
        let mut rest = Group { linear: objective.linear.clone(), constant: -objective.constant, ..Group::default() };
        for (weight, term) in &objective.terms {
            match &term.operands[..] {
                [inner] if inner.len() > LONG && !term.op.is_step() => {
                    let mut group = self.sum(inner)?;
                    group.function = Some((self.function(term.op)?, vec![*weight]));
                    self.program.add_objective_group(group)?;
                }
                _ => rest.elements.push((self.element(term)?, *weight)),
            }
        }
        self.program.add_objective_group(rest)
    }

    pub(super) fn constraint(&mut self, c: &Constraint) -> Result<(), ProblemError> {
        let group = self.sum(&c.body)?;
        self.program.add_constraint(c.name.clone(), c.lower, c.upper, c.multiplier, group)?;
        Ok(())
    }

    fn sum(&mut self, sum: &Expr) -> Result<Group, ProblemError> {
        let mut group = Group { linear: sum.linear.clone(), constant: -sum.constant, ..Group::default() };
        for (weight, term) in &sum.terms {
            group.elements.push((self.element(term)?, *weight));
        }
        Ok(group)
    }

    /// The group function `p op(alpha)`.
    fn function(&mut self, op: Op) -> Result<GroupTypeId, ProblemError> {
        let key = operation_key(op).to_vec();
        if let Some(&id) = self.functions.get(&key) {
            return Ok(id);
        }
        let mut tape = TapeBuilder::new().with_sizes(1, 1);
        let (alpha, p) = (tape.input(0), tape.parameter(0));
        let inner = tape.apply(op, &[alpha]);
        let output = tape.mul(p, inner);
        let id = self.program.add_group_type(GroupType::new(op.name(), tape.finish(output)?)?);
        self.functions.insert(key, id);
        Ok(id)
    }

    fn element(&mut self, term: &Arc<Term>) -> Result<ElementId, ProblemError> {
        let mut shape = Shape::default();
        shape.term(term);
        let Shape { key, variables, parameters, .. } = shape;
        let id = match self.elements.get(&key) {
            Some(&id) => id,
            None => {
                let mut tape = TapeBuilder::new().with_sizes(variables.len(), parameters.len());
                let mut writer =
                    Writer { tape: &mut tape, variables: HashMap::new(), parameters: 0, known: HashMap::new() };
                let output = writer.term(term);
                let element_type = ElementType::new(term.op.name(), tape.finish(output)?);
                let id = self.program.add_element_type(element_type);
                self.elements.insert(key, id);
                id
            }
        };
        self.program.add_element(id, &variables, &parameters)
    }
}

/// Whether a constant is part of a shape; the others are parameters.
fn is_structural(constant: f64) -> bool {
    constant == 0.0 || constant == 1.0 || constant == -1.0
}

fn operation_key(op: Op) -> [u64; 2] {
    use std::hash::{DefaultHasher, Hash, Hasher};
    // The name tells all operations apart but the powers; a hash of it would do as well as a number of its own.
    let mut hash = DefaultHasher::new();
    op.name().hash(&mut hash);
    let power = if let Op::Powi(k) = op { u64::from(k.cast_unsigned()) } else { 0 };
    [hash.finish(), power]
}

/// A term up to the names of variables and the values of constants: equal keys mean equal tapes.
#[derive(Default)]
struct Shape {
    key: Vec<u64>,
    variables: Vec<u32>,
    parameters: Vec<f64>,
    place: HashMap<u32, u64>,
    /// How many terms were visited, and which ones those are that may come again.
    terms: u64,
    known: HashMap<*const Term, u64>,
}

/// What [`Shape`] and [`Writer`] visit is the same in the same order; so are the numbers they give to variables and
/// parameters.
impl Shape {
    fn number(&mut self, value: f64) {
        if is_structural(value) {
            self.key.push((value + 0.0).to_bits());
        } else {
            self.key.push(7);
            self.parameters.push(value);
        }
    }

    fn sum(&mut self, sum: &Expr) {
        self.key.extend([sum.linear.len() as u64, sum.terms.len() as u64]);
        self.number(sum.constant);
        for &(variable, factor) in &sum.linear {
            self.number(factor);
            let next = self.variables.len() as u64;
            let place = *self.place.entry(variable).or_insert(next);
            if place == next {
                self.variables.push(variable);
            }
            self.key.push(place);
        }
        for (factor, term) in &sum.terms {
            self.number(*factor);
            self.term(term);
        }
    }

    fn term(&mut self, term: &Arc<Term>) {
        if Arc::strong_count(term) > 1 {
            if let Some(&seen) = self.known.get(&Arc::as_ptr(term)) {
                self.key.extend([8, seen]);
                return;
            }
            self.known.insert(Arc::as_ptr(term), self.terms);
        }
        self.terms += 1;
        self.key.push(9);
        self.key.extend(operation_key(term.op));
        term.operands.iter().for_each(|o| self.sum(o));
    }
}

struct Writer<'a> {
    tape: &'a mut TapeBuilder,
    variables: HashMap<u32, usize>,
    parameters: usize,
    known: HashMap<*const Term, Node>,
}

impl Writer<'_> {
    fn number(&mut self, value: f64) -> Node {
        if is_structural(value) {
            self.tape.constant(value + 0.0)
        } else {
            self.parameters += 1;
            self.tape.parameter(self.parameters - 1)
        }
    }

    fn sum(&mut self, sum: &Expr) -> Node {
        let mut items = Vec::with_capacity(sum.len() + 1);
        let constant = self.number(sum.constant);
        for &(variable, factor) in &sum.linear {
            let factor = self.number(factor);
            let next = self.variables.len();
            let place = *self.variables.entry(variable).or_insert(next);
            let x = self.tape.input(place);
            items.push(self.tape.mul(factor, x));
        }
        for (factor, term) in &sum.terms {
            let factor = self.number(*factor);
            let value = self.term(term);
            items.push(self.tape.mul(factor, value));
        }
        let items = self.tape.sum(&items);
        self.tape.add(items, constant)
    }

    fn term(&mut self, term: &Arc<Term>) -> Node {
        let pointer = Arc::as_ptr(term);
        if let Some(&node) = self.known.get(&pointer) {
            return node;
        }
        let operands: Vec<Node> = term.operands.iter().map(|o| self.sum(o)).collect();
        let node = self.tape.apply(term.op, &operands);
        self.known.insert(pointer, node);
        node
    }
}
