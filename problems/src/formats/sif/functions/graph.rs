//! What a function computes, as a graph without repeated subexpressions.

use std::collections::HashMap;

/// A node of a [`Graph`], after everything it depends on.
pub(crate) type NodeId = u32;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UnaryOperation {
    Negate,
    Sqrt,
    Exp,
    Log,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Erf,
    Erfc,
    Abs,
    /// Towards zero.
    Truncate,
    /// To the nearest whole number, halves away from zero.
    Round,
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BinaryOperation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Atan2,
}

/// One operation. Truth is a node whose value is 0 or 1 and which only logical nodes and selections use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// The bits of a double.
    Constant(u64),
    /// A variable, by position.
    Input(u32),
    /// A parameter, by position.
    Parameter(u32),
    Unary(UnaryOperation, NodeId),
    Binary(BinaryOperation, NodeId, NodeId),
    /// A whole power, by repeated multiplication.
    WholePower(NodeId, i32),
    Compare(Relation, NodeId, NodeId),
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
    Not(NodeId),
    /// The second if the first is true, else the third.
    Select(NodeId, NodeId, NodeId),
}

/// Nodes in an order in which they can be computed; equal ones are stored once, constant ones are computed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    index: HashMap<Node, NodeId>,
}

impl Graph {
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The value of a constant node.
    pub(crate) fn constant_value(&self, id: NodeId) -> Option<f64> {
        match self.nodes.get(id as usize) {
            Some(&Node::Constant(bits)) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    pub(crate) fn constant(&mut self, value: f64) -> NodeId {
        self.intern(Node::Constant(value.to_bits()))
    }

    pub(crate) fn truth(&mut self, value: bool) -> NodeId {
        self.constant(f64::from(u8::from(value)))
    }

    /// The node, or a constant if it can be computed now.
    pub(crate) fn push(&mut self, node: Node) -> NodeId {
        let simpler = self.simplify(node);
        match simpler {
            Ok(id) => id,
            Err(node) => self.intern(node),
        }
    }

    fn intern(&mut self, node: Node) -> NodeId {
        let next = self.nodes.len() as NodeId;
        *self.index.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            next
        })
    }

    /// A node that is there already or a constant, else the node itself.
    fn simplify(&mut self, node: Node) -> Result<NodeId, Node> {
        let value = |id| self.constant_value(id);
        let truth = |id| value(id).map(|v| v != 0.0);
        let folded = match node {
            Node::Unary(op, a) => value(a).map(|a| op.apply(a)),
            Node::Binary(op, a, b) => value(a).zip(value(b)).map(|(a, b)| op.apply(a, b)),
            Node::WholePower(a, 1) => return Ok(a),
            Node::WholePower(_, 0) => Some(1.0),
            Node::WholePower(a, n) => value(a).map(|a| whole_power(a, n)),
            Node::Compare(relation, a, b) => {
                value(a).zip(value(b)).map(|(a, b)| f64::from(u8::from(relation.holds(a, b))))
            }
            Node::Not(a) => truth(a).map(|a| f64::from(u8::from(!a))),
            Node::And(a, b) => match (truth(a), truth(b)) {
                (Some(false), _) | (_, Some(false)) => Some(0.0),
                (Some(true), _) => return Ok(b),
                (_, Some(true)) => return Ok(a),
                _ if a == b => return Ok(a),
                _ => None,
            },
            Node::Or(a, b) => match (truth(a), truth(b)) {
                (Some(true), _) | (_, Some(true)) => Some(1.0),
                (Some(false), _) => return Ok(b),
                (_, Some(false)) => return Ok(a),
                _ if a == b => return Ok(a),
                _ => None,
            },
            Node::Select(c, a, b) => {
                if let Some(c) = truth(c) {
                    return Ok(if c { a } else { b });
                }
                if a == b {
                    return Ok(a);
                }
                // The pair "if c then t := a; if not c then t := b" is one choice.
                let inner = |id: NodeId| match self.nodes.get(id as usize) {
                    Some(&Node::Select(other, x, y)) if other == c => Some((x, y)),
                    _ => None,
                };
                match (inner(a), inner(b)) {
                    (Some((x, _)), _) => return self.simplify(Node::Select(c, x, b)),
                    (_, Some((_, y))) => return self.simplify(Node::Select(c, a, y)),
                    _ => None,
                }
            }
            Node::Constant(_) | Node::Input(_) | Node::Parameter(_) => None,
        };
        match folded {
            Some(value) => Ok(self.constant(value)),
            None => Err(node),
        }
    }
}

/// `base` to a whole power by repeated squaring.
pub(super) fn whole_power(base: f64, exponent: i32) -> f64 {
    let (mut result, mut square, mut rest) = (1.0, base, exponent.unsigned_abs());
    while rest > 0 {
        if rest & 1 == 1 {
            result *= square;
        }
        rest >>= 1;
        if rest > 0 {
            square *= square;
        }
    }
    if exponent < 0 { 1.0 / result } else { result }
}

impl Relation {
    /// Whether `a` stands in this relation to `b`.
    pub(crate) fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Less => a < b,
            Self::LessEqual => a <= b,
            Self::Greater => a > b,
            Self::GreaterEqual => a >= b,
            Self::Equal => a == b,
            Self::NotEqual => a != b,
        }
    }
}

impl UnaryOperation {
    /// The value at a constant.
    fn apply(self, a: f64) -> f64 {
        match self {
            Self::Negate => -a,
            Self::Sqrt => a.sqrt(),
            Self::Exp => libm::exp(a),
            Self::Log => libm::log(a),
            Self::Log10 => libm::log10(a),
            Self::Sin => libm::sin(a),
            Self::Cos => libm::cos(a),
            Self::Tan => libm::tan(a),
            Self::Asin => libm::asin(a),
            Self::Acos => libm::acos(a),
            Self::Atan => libm::atan(a),
            Self::Sinh => libm::sinh(a),
            Self::Cosh => libm::cosh(a),
            Self::Tanh => libm::tanh(a),
            Self::Asinh => libm::asinh(a),
            Self::Acosh => libm::acosh(a),
            Self::Atanh => libm::atanh(a),
            Self::Erf => libm::erf(a),
            Self::Erfc => libm::erfc(a),
            Self::Abs => a.abs(),
            Self::Truncate => a.trunc(),
            Self::Round => a.round(),
        }
    }
}

impl BinaryOperation {
    fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Power => libm::pow(a, b),
            Self::Atan2 => libm::atan2(a, b),
        }
    }
}

impl Graph {
    /// Computes every node; `values` is scratch that afterwards holds the value of each.
    pub(crate) fn evaluate(&self, inputs: &[f64], parameters: &[f64], values: &mut Vec<f64>) {
        values.clear();
        let pick = |list: &[f64], at: u32| list.get(at as usize).copied().unwrap_or(f64::NAN);
        let flag = |truth: bool| f64::from(u8::from(truth));
        for node in &self.nodes {
            // Nodes refer to earlier ones only.
            let get = |id: NodeId| values[id as usize];
            let value = match *node {
                Node::Constant(bits) => f64::from_bits(bits),
                Node::Input(at) => pick(inputs, at),
                Node::Parameter(at) => pick(parameters, at),
                Node::Unary(operation, a) => operation.apply(get(a)),
                Node::Binary(operation, a, b) => operation.apply(get(a), get(b)),
                Node::WholePower(a, n) => whole_power(get(a), n),
                Node::Compare(relation, a, b) => flag(relation.holds(get(a), get(b))),
                Node::And(a, b) => flag(get(a) != 0.0 && get(b) != 0.0),
                Node::Or(a, b) => flag(get(a) != 0.0 || get(b) != 0.0),
                Node::Not(a) => flag(get(a) == 0.0),
                Node::Select(c, a, b) => {
                    if get(c) == 0.0 {
                        get(b)
                    } else {
                        get(a)
                    }
                }
            };
            values.push(value);
        }
    }
}
