//! From the decoded model to a group partially separable program over tapes.

use super::functions::{BinaryOperation, Formula, Node, NodeId, Relation, UnaryOperation};
use super::problem::TypeFunction;
use super::{GroupKind, SifProblem};
use crate::ProblemError;
use crate::expression::{
    self, ElementType, Group, GroupType, Op, PartiallySeparable, ProgramBuilder, Tape, TapeBuilder,
};

impl SifProblem {
    /// The problem as a program with exact derivatives: variables, constraints and groups in the file's order, elements
    /// that no group uses left out. Whole-number variables are continuous here, scales of variables are not applied.
    ///
    /// # Errors
    /// If a lower bound exceeds an upper one, or a number is not finite.
    pub fn program(&self) -> Result<PartiallySeparable, ProblemError> {
        let model = &self.contents.model;
        let tables = &model.tables;
        let mut builder = ProgramBuilder::new(self.name());
        let (lower, upper) = self.bounds();
        for (j, name) in self.variable_names().iter().enumerate() {
            builder.add_variable(name.to_string(), lower[j], upper[j], self.start()[j]);
        }
        let mut element_types = Vec::with_capacity(model.element_functions.len());
        for (names, function) in tables.element_types.list.iter().zip(&model.element_functions) {
            element_types.push(match function {
                Some(function) => {
                    let kind = element_type(&names.name.to_string(), names, function)?;
                    Some(builder.add_element_type(kind))
                }
                None => None,
            });
        }
        let mut group_types = Vec::with_capacity(model.group_functions.len());
        for (names, function) in tables.group_types.list.iter().zip(&model.group_functions) {
            group_types.push(match function {
                Some(function) => {
                    let tape = tape(&function.formula, 1, names.parameters.len())?;
                    Some(builder.add_group_type(GroupType::new(names.name.to_string(), tape)?))
                }
                None => None,
            });
        }
        let mut elements = vec![None; tables.elements.len()];
        for group in 0..tables.groups.len() {
            let mut uses = Vec::new();
            for (element, weight) in model.uses(group) {
                let place = &mut elements[element as usize];
                let id = match *place {
                    Some(id) => id,
                    None => {
                        let (kind, variables, parameters) =
                            tables.elements.get(element as usize, &tables.element_types);
                        // A type that is used has a function.
                        let Some(Some(kind)) = element_types.get(kind as usize) else { continue };
                        *place.insert(builder.add_element(*kind, variables, parameters)?)
                    }
                };
                uses.push((id, weight));
            }
            let (variables, coefficients) = model.linear.get(group);
            let (kind, parameters) = tables.groups.function(group as u32, &tables.group_types);
            let function = group_types.get(kind as usize).copied().flatten();
            let built = Group {
                linear: variables.iter().copied().zip(coefficients.iter().copied()).collect(),
                constant: tables.constants.get(group),
                scale: 1.0 / tables.groups.scales[group],
                elements: uses,
                function: function.map(|function| (function, parameters.to_vec())),
            };
            if tables.groups.kinds[group] == GroupKind::Objective {
                builder.add_objective_group(built)?;
            } else {
                let (low, high) = model.constraint_bounds(group);
                let multiplier = tables.start.multipliers[group];
                builder.add_constraint(tables.groups.names[group].to_string(), low, high, multiplier, built)?;
            }
        }
        for &(j, k, value) in &tables.quadratic {
            builder.add_objective_quadratic(j, k, value)?;
        }
        if let Some(value) = self.known_optimum() {
            builder.set_known_optimum(value);
        }
        builder.build()
    }

    /// The value of the one remark `LO SOLTN value`, if there is just one.
    fn known_optimum(&self) -> Option<f64> {
        let mut values = self.solution_remarks().iter().filter_map(|remark| {
            let mut words = remark.split_whitespace();
            let is_remark = words.next() == Some("LO") && words.next() == Some("SOLTN");
            let number = words.next().filter(|_| is_remark)?;
            super::number::parse_real(number.as_bytes())
        });
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }
}

fn element_type(
    name: &str,
    names: &super::types::TypeNames,
    function: &TypeFunction,
) -> Result<ElementType, ProblemError> {
    let tape = tape(&function.formula, names.inputs().len(), names.parameters.len())?;
    match &function.range {
        None => Ok(ElementType::new(name, tape)),
        Some(rows) => {
            let sparse: Vec<Vec<(usize, f64)>> =
                rows.iter().map(|row| row.iter().copied().enumerate().filter(|&(_, w)| w != 0.0).collect()).collect();
            ElementType::with_ranges(name, names.variables.len(), &sparse, &tape)
        }
    }
}

/// The tape of a formula.
fn tape(formula: &Formula, inputs: usize, parameters: usize) -> Result<Tape, ProblemError> {
    let mut builder = TapeBuilder::new().with_sizes(inputs, parameters);
    let mut nodes: Vec<expression::Node> = Vec::new();
    for node in formula.graph.nodes().iter().take(formula.value as usize + 1) {
        // Nodes refer to earlier ones only.
        let at = |id: NodeId| nodes[id as usize];
        let built = match *node {
            Node::Constant(bits) => builder.constant(f64::from_bits(bits)),
            Node::Input(i) => builder.input(i as usize),
            Node::Parameter(i) => builder.parameter(i as usize),
            Node::Unary(operation, a) => unary(&mut builder, operation, at(a)),
            Node::Binary(operation, a, b) => builder.apply(binary(operation), &[at(a), at(b)]),
            Node::WholePower(a, n) => builder.powi(at(a), n),
            Node::Compare(relation, a, b) => compare(&mut builder, relation, at(a), at(b)),
            Node::And(a, b) => builder.apply(Op::And, &[at(a), at(b)]),
            Node::Or(a, b) => builder.apply(Op::Or, &[at(a), at(b)]),
            Node::Not(a) => builder.apply(Op::Not, &[at(a)]),
            Node::Select(c, a, b) => builder.select(at(c), at(a), at(b)),
        };
        nodes.push(built);
    }
    builder.finish(nodes[formula.value as usize])
}

fn unary(builder: &mut TapeBuilder, operation: UnaryOperation, a: expression::Node) -> expression::Node {
    use UnaryOperation as U;
    let op = match operation {
        U::Negate => Op::Neg,
        U::Sqrt => Op::Sqrt,
        U::Exp => Op::Exp,
        U::Log => Op::Log,
        U::Log10 => Op::Log10,
        U::Sin => Op::Sin,
        U::Cos => Op::Cos,
        U::Tan => Op::Tan,
        U::Asin => Op::Asin,
        U::Acos => Op::Acos,
        U::Atan => Op::Atan,
        U::Sinh => Op::Sinh,
        U::Cosh => Op::Cosh,
        U::Tanh => Op::Tanh,
        U::Asinh => Op::Asinh,
        U::Acosh => Op::Acosh,
        U::Atanh => Op::Atanh,
        U::Erf => Op::Erf,
        U::Abs => Op::Abs,
        U::Truncate => Op::Trunc,
        U::Erfc => {
            let (one, erf) = (builder.constant(1.0), builder.apply(Op::Erf, &[a]));
            return builder.sub(one, erf);
        }
        U::Round => {
            let half = builder.constant(0.5);
            let shift = builder.apply(Op::Sign, &[half, a]);
            let shifted = builder.add(a, shift);
            return builder.apply(Op::Trunc, &[shifted]);
        }
    };
    builder.apply(op, &[a])
}

fn binary(operation: BinaryOperation) -> Op {
    match operation {
        BinaryOperation::Add => Op::Add,
        BinaryOperation::Subtract => Op::Sub,
        BinaryOperation::Multiply => Op::Mul,
        BinaryOperation::Divide => Op::Div,
        BinaryOperation::Power => Op::Pow,
        BinaryOperation::Atan2 => Op::Atan2,
    }
}

fn compare(
    builder: &mut TapeBuilder,
    relation: Relation,
    a: expression::Node,
    b: expression::Node,
) -> expression::Node {
    match relation {
        Relation::Less => builder.apply(Op::Less, &[a, b]),
        Relation::LessEqual => builder.apply(Op::LessEqual, &[a, b]),
        Relation::Greater => builder.apply(Op::Less, &[b, a]),
        Relation::GreaterEqual => builder.apply(Op::LessEqual, &[b, a]),
        Relation::Equal => builder.apply(Op::Equal, &[a, b]),
        Relation::NotEqual => {
            let equal = builder.apply(Op::Equal, &[a, b]);
            builder.apply(Op::Not, &[equal])
        }
    }
}
