//! From statements to a graph: temporaries disappear, conditions become selections, Fortran's types are kept.

use super::super::Name;
use super::super::fault::{Decoded, Fault};
use super::block::{Block, Definition, Sort, Statement, Step, external};
use super::expression::{Expression, Operator};
use super::graph::{BinaryOperation, Graph, Node, NodeId, Relation, UnaryOperation};
use super::intrinsics::{Kind, Number, intrinsic};
use std::collections::HashMap;

/// A whole exponent up to this size is computed by multiplication.
const LARGEST_WHOLE_POWER: f64 = 4096.0;

/// What a type computes, and the derivatives that the file states.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    pub(crate) graph: Graph,
    pub(crate) value: NodeId,
    /// The file's own first derivatives: line, variable, node.
    pub(crate) first: Vec<(u64, u32, NodeId)>,
    /// The file's own second derivatives: line, two variables, node.
    pub(crate) second: Vec<(u64, u32, u32, NodeId)>,
    /// Why some of the file's derivatives could not be understood.
    pub(crate) remark: Option<(u64, String)>,
}

/// A value of an expression.
#[derive(Clone, Copy, Debug)]
enum Value {
    Number(Number),
    Truth(NodeId),
}

struct Lowering<'a> {
    graph: Graph,
    block: &'a Block,
    variables: &'a [Name],
    known: HashMap<String, Value>,
    set: HashMap<String, Value>,
}

/// Lowers a definition. `variables` are the names by which the statements call the inputs (internal variables, elemental
/// variables or the group variable), `parameters` those of the parameters.
pub(crate) fn lower(
    definition: &Definition,
    block: &Block,
    variables: &[Name],
    parameters: &[Name],
) -> Decoded<Formula> {
    let mut lowering =
        Lowering { graph: Graph::default(), block, variables, known: HashMap::new(), set: HashMap::new() };
    for (names, node) in [(parameters, Node::Parameter as fn(u32) -> Node), (variables, Node::Input)] {
        for (at, name) in names.iter().enumerate() {
            let number = Number { node: lowering.graph.push(node(at as u32)), kind: Kind::Double };
            lowering.known.insert(name.to_upper().to_string(), Value::Number(number));
        }
    }
    for statement in &block.globals {
        lowering.assign(statement)?;
    }
    let mut value = None;
    let (mut first, mut second, mut remark) = (Vec::new(), Vec::new(), None);
    for statement in &definition.statements {
        if remark.is_some() {
            break;
        }
        let done = match &statement.step {
            Step::Assign { .. } => lowering.assign(statement),
            Step::Value => {
                value = Some(lowering.number(&statement.expression, statement.line)?.node);
                Ok(())
            }
            Step::First(name) => lowering.derivative(statement, &[*name]).map(|(at, node)| {
                first.push((statement.line, at[0], node));
            }),
            Step::Second(a, b) => lowering.derivative(statement, &[*a, *b]).map(|(at, node)| {
                second.push((statement.line, at[0], at[1], node));
            }),
        };
        match done {
            // What comes after the value concerns the derivatives alone, which are not needed.
            Err(fault) if value.is_some() => remark = Some((statement.line, fault.message().to_owned())),
            other => other?,
        }
    }
    let Some(value) = value else {
        return Err(Fault::inconsistent(definition.line, format!("the type `{}` has no F card", definition.name)));
    };
    Ok(Formula { graph: lowering.graph, value, first, second, remark })
}

impl Lowering<'_> {
    /// The inputs that a derivative is taken by; a group has one, which need not be named.
    fn derivative(&mut self, statement: &Statement, names: &[Name]) -> Decoded<([u32; 2], NodeId)> {
        let mut at = [0; 2];
        for (place, name) in at.iter_mut().zip(names) {
            let found = self.variables.iter().position(|v| v.to_upper() == *name);
            let found = if name.is_blank() && self.variables.len() == 1 { Some(0) } else { found };
            let message = || format!("a derivative is taken by `{name}`, which is no variable of the type");
            *place = found.ok_or_else(|| Fault::inconsistent(statement.line, message()))? as u32;
        }
        Ok((at, self.number(&statement.expression, statement.line)?.node))
    }

    fn assign(&mut self, statement: &Statement) -> Decoded<()> {
        let Step::Assign { target, condition } = &statement.step else { return Ok(()) };
        let line = statement.line;
        let sort = match self.block.temporaries.get(target) {
            Some(&sort) => sort,
            // Some files change a variable or a parameter of the type itself, as in `T = ABS( T )`.
            None if self.known.contains_key(target) => Sort::Real,
            None => {
                let message = format!("`{target}` is set but not declared under TEMPORARIES");
                return Err(Fault::inconsistent(line, message));
            }
        };
        let value = self.evaluate(&statement.expression, line)?;
        let mut value = self.convert(value, sort, line)?;
        if let Some((name, wanted)) = condition {
            let Some(&Value::Truth(mut truth)) = self.set.get(name) else {
                return Err(Fault::inconsistent(
                    line,
                    format!("the condition `{name}` is no logical temporary that is set"),
                ));
            };
            if !wanted {
                truth = self.graph.push(Node::Not(truth));
            }
            value = self.choose(truth, value, target, sort);
        }
        self.set.insert(target.clone(), value);
        Ok(())
    }

    /// `value` if the condition holds, else what the target was.
    fn choose(&mut self, truth: NodeId, value: Value, target: &str, sort: Sort) -> Value {
        let zero = self.graph.constant(0.0);
        let node = |value| match value {
            Value::Number(number) => number.node,
            Value::Truth(node) => node,
        };
        // A target without a value has none to keep; correct statements do not use it then.
        let old = self.set.get(target).or_else(|| self.known.get(target)).map_or(zero, |&old| node(old));
        let new = node(value);
        // A negated condition selects from the same node, so that pairs of cards become one choice.
        let (condition, yes, no) = match self.graph.nodes().get(truth as usize) {
            Some(&Node::Not(inner)) => (inner, old, new),
            _ => (truth, new, old),
        };
        let chosen = self.graph.push(Node::Select(condition, yes, no));
        match sort {
            Sort::Logical => Value::Truth(chosen),
            Sort::Integer => Value::Number(Number { node: chosen, kind: Kind::Integer }),
            Sort::Real => Value::Number(Number { node: chosen, kind: Kind::Double }),
        }
    }

    /// The value as a temporary of some sort holds it.
    fn convert(&mut self, value: Value, sort: Sort, line: u64) -> Decoded<Value> {
        match (value, sort) {
            (Value::Truth(_), Sort::Logical) => Ok(value),
            (Value::Number(number), Sort::Real) => Ok(Value::Number(Number { kind: Kind::Double, ..number })),
            (Value::Number(number), Sort::Integer) if number.kind == Kind::Integer => Ok(value),
            (Value::Number(number), Sort::Integer) => {
                let node = self.graph.push(Node::Unary(UnaryOperation::Truncate, number.node));
                Ok(Value::Number(Number { node, kind: Kind::Integer }))
            }
            _ => Err(Fault::inconsistent(line, "a logical value is given to a number, or a number to a logical")),
        }
    }

    fn number(&mut self, expression: &Expression, line: u64) -> Decoded<Number> {
        match self.evaluate(expression, line)? {
            Value::Number(number) => Ok(number),
            Value::Truth(_) => Err(Fault::inconsistent(line, "a logical value stands where a number is expected")),
        }
    }

    fn truth(&mut self, expression: &Expression, line: u64) -> Decoded<NodeId> {
        match self.evaluate(expression, line)? {
            Value::Truth(node) => Ok(node),
            Value::Number(_) => Err(Fault::inconsistent(line, "a number stands where a logical value is expected")),
        }
    }

    fn evaluate(&mut self, expression: &Expression, line: u64) -> Decoded<Value> {
        let number = |node, kind| Ok(Value::Number(Number { node, kind }));
        match expression {
            Expression::Integer(value) => number(self.graph.constant(*value as f64), Kind::Integer),
            Expression::Single(value) => number(self.graph.constant(*value), Kind::Single),
            Expression::Double(value) => number(self.graph.constant(*value), Kind::Double),
            Expression::Logical(value) => Ok(Value::Truth(self.graph.truth(*value))),
            Expression::Name(name) => match self.set.get(name).or_else(|| self.known.get(name)) {
                Some(value) => Ok(*value),
                None if self.block.temporaries.contains_key(name) => {
                    Err(Fault::inconsistent(line, format!("the temporary `{name}` is used before it is set")))
                }
                None => Err(Fault::inconsistent(line, format!("`{name}` is no variable, parameter or temporary"))),
            },
            Expression::Call(name, arguments) => {
                let function = intrinsic(name).ok_or_else(|| external(name, line))?;
                let arguments =
                    arguments.iter().map(|argument| self.number(argument, line)).collect::<Decoded<Vec<_>>>()?;
                let result = function.apply(&mut self.graph, &arguments);
                result
                    .map(Value::Number)
                    .ok_or_else(|| Fault::syntax(line, format!("{name} cannot have {} arguments", arguments.len())))
            }
            Expression::Negate(inner) => {
                let inner = self.number(inner, line)?;
                number(self.graph.push(Node::Unary(UnaryOperation::Negate, inner.node)), inner.kind)
            }
            Expression::Not(inner) => {
                let inner = self.truth(inner, line)?;
                Ok(Value::Truth(self.graph.push(Node::Not(inner))))
            }
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right, line),
        }
    }

    fn binary(&mut self, operator: Operator, left: &Expression, right: &Expression, line: u64) -> Decoded<Value> {
        if matches!(operator, Operator::And | Operator::Or | Operator::Equivalent | Operator::Different) {
            let (a, b) = (self.truth(left, line)?, self.truth(right, line)?);
            let node = match operator {
                Operator::And => self.graph.push(Node::And(a, b)),
                Operator::Or => self.graph.push(Node::Or(a, b)),
                Operator::Equivalent => self.graph.push(Node::Compare(Relation::Equal, a, b)),
                _ => self.graph.push(Node::Compare(Relation::NotEqual, a, b)),
            };
            return Ok(Value::Truth(node));
        }
        let (a, b) = (self.number(left, line)?, self.number(right, line)?);
        let kind = a.kind.max(b.kind);
        let arithmetic = match operator {
            Operator::Relation(relation) => {
                return Ok(Value::Truth(self.graph.push(Node::Compare(relation, a.node, b.node))));
            }
            Operator::Power => return Ok(Value::Number(self.power(a, b))),
            Operator::Add => BinaryOperation::Add,
            Operator::Subtract => BinaryOperation::Subtract,
            Operator::Multiply => BinaryOperation::Multiply,
            _ => BinaryOperation::Divide,
        };
        let mut node = self.graph.push(Node::Binary(arithmetic, a.node, b.node));
        if kind == Kind::Integer && arithmetic == BinaryOperation::Divide {
            node = self.graph.push(Node::Unary(UnaryOperation::Truncate, node));
        }
        Ok(Value::Number(Number::new(&mut self.graph, node, kind)))
    }

    /// A constant whole exponent means multiplication, whether it is written as an integer or as a real.
    fn power(&mut self, base: Number, exponent: Number) -> Number {
        let kind = base.kind.max(exponent.kind);
        let whole = self
            .graph
            .constant_value(exponent.node)
            .filter(|e| e.trunc() == *e && e.abs() <= LARGEST_WHOLE_POWER)
            .map(|e| e as i32);
        let node = match whole {
            Some(whole) => self.graph.push(Node::WholePower(base.node, whole)),
            None => self.graph.push(Node::Binary(BinaryOperation::Power, base.node, exponent.node)),
        };
        let node = match whole {
            Some(whole) if whole >= 0 => node,
            _ if kind == Kind::Integer => self.graph.push(Node::Unary(UnaryOperation::Truncate, node)),
            _ => node,
        };
        Number::new(&mut self.graph, node, kind)
    }
}
