//! The intrinsic functions of Fortran, under their generic and their older specific names.

use super::graph::{BinaryOperation, Graph, Node, NodeId, Relation, UnaryOperation};

/// The type of a number. Operands of two types give the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Integer,
    /// Single precision, which only literals and what is computed from them alone have.
    Single,
    Double,
}

/// A number in a graph, with its Fortran type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) node: NodeId,
    pub(super) kind: Kind,
}

impl Number {
    /// A result of this type; one of single precision that is known is rounded to it.
    pub(super) fn new(graph: &mut Graph, node: NodeId, kind: Kind) -> Self {
        match graph.constant_value(node) {
            Some(value) if kind == Kind::Single => Self { node: graph.constant(f64::from(value as f32)), kind },
            _ => Self { node, kind },
        }
    }

    fn is_integer(self) -> bool {
        self.kind == Kind::Integer
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Intrinsic {
    /// A function of one real.
    Real(UnaryOperation),
    /// A function of one number that keeps the type.
    Abs,
    /// Rounds; the flag says whether the result is an integer.
    Rounding(UnaryOperation, bool),
    Floor,
    Ceiling,
    /// Conversion to a real of some precision.
    ToReal(Kind),
    /// The largest (true) or smallest argument.
    Extreme(bool),
    Remainder,
    Modulo,
    Sign,
    Atan2,
    PositiveDifference,
    Product,
    Hypotenuse,
}

/// The intrinsic with this name in capitals.
pub(super) fn intrinsic(name: &str) -> Option<Intrinsic> {
    use UnaryOperation as U;
    Some(match name {
        "SQRT" | "DSQRT" => Intrinsic::Real(U::Sqrt),
        "EXP" | "DEXP" => Intrinsic::Real(U::Exp),
        "LOG" | "DLOG" | "ALOG" => Intrinsic::Real(U::Log),
        "LOG10" | "DLOG10" | "ALOG10" => Intrinsic::Real(U::Log10),
        "SIN" | "DSIN" => Intrinsic::Real(U::Sin),
        "COS" | "DCOS" => Intrinsic::Real(U::Cos),
        "TAN" | "DTAN" => Intrinsic::Real(U::Tan),
        "ASIN" | "DASIN" => Intrinsic::Real(U::Asin),
        "ACOS" | "DACOS" => Intrinsic::Real(U::Acos),
        "ATAN" | "DATAN" => Intrinsic::Real(U::Atan),
        "SINH" | "DSINH" => Intrinsic::Real(U::Sinh),
        "COSH" | "DCOSH" => Intrinsic::Real(U::Cosh),
        "TANH" | "DTANH" => Intrinsic::Real(U::Tanh),
        "ASINH" | "DASINH" => Intrinsic::Real(U::Asinh),
        "ACOSH" | "DACOSH" => Intrinsic::Real(U::Acosh),
        "ATANH" | "DATANH" => Intrinsic::Real(U::Atanh),
        "ERF" | "DERF" => Intrinsic::Real(U::Erf),
        "ERFC" | "DERFC" => Intrinsic::Real(U::Erfc),
        "ABS" | "DABS" | "IABS" => Intrinsic::Abs,
        "INT" | "IFIX" | "IDINT" => Intrinsic::Rounding(U::Truncate, true),
        "NINT" | "IDNINT" => Intrinsic::Rounding(U::Round, true),
        "AINT" | "DINT" => Intrinsic::Rounding(U::Truncate, false),
        "ANINT" | "DNINT" => Intrinsic::Rounding(U::Round, false),
        "FLOOR" => Intrinsic::Floor,
        "CEILING" => Intrinsic::Ceiling,
        "REAL" | "FLOAT" | "SNGL" => Intrinsic::ToReal(Kind::Single),
        "DBLE" | "DFLOAT" | "DREAL" => Intrinsic::ToReal(Kind::Double),
        "MAX" | "DMAX1" | "AMAX1" | "MAX0" | "AMAX0" | "MAX1" => Intrinsic::Extreme(true),
        "MIN" | "DMIN1" | "AMIN1" | "MIN0" | "AMIN0" | "MIN1" => Intrinsic::Extreme(false),
        "MOD" | "AMOD" | "DMOD" => Intrinsic::Remainder,
        "MODULO" => Intrinsic::Modulo,
        "SIGN" | "DSIGN" | "ISIGN" => Intrinsic::Sign,
        "ATAN2" | "DATAN2" => Intrinsic::Atan2,
        "DIM" | "DDIM" | "IDIM" => Intrinsic::PositiveDifference,
        "DPROD" => Intrinsic::Product,
        "HYPOT" => Intrinsic::Hypotenuse,
        _ => return None,
    })
}

impl Intrinsic {
    /// How many arguments there may be.
    fn fits(self, count: usize) -> bool {
        match self {
            Self::Extreme(_) => count >= 2,
            Self::Remainder
            | Self::Modulo
            | Self::Sign
            | Self::Atan2
            | Self::PositiveDifference
            | Self::Product
            | Self::Hypotenuse => count == 2,
            // The second argument of a conversion names a kind, which has no meaning here.
            Self::ToReal(_) | Self::Rounding(..) => count == 1 || count == 2,
            _ => count == 1,
        }
    }

    /// The call on these arguments; none if their number is wrong.
    pub(super) fn apply(self, graph: &mut Graph, arguments: &[Number]) -> Option<Number> {
        use BinaryOperation as B;
        if !self.fits(arguments.len()) {
            return None;
        }
        let first = *arguments.first()?;
        let second = arguments.get(1).copied().unwrap_or(first);
        let (a, b) = (first.node, second.node);
        let kind = arguments.iter().map(|argument| argument.kind).max()?;
        // The type of what cannot be an integer.
        let real = kind.max(Kind::Single);
        let unary = |graph: &mut Graph, op, x| graph.push(Node::Unary(op, x));
        let binary = |graph: &mut Graph, op, x, y| graph.push(Node::Binary(op, x, y));
        let (node, kind) = match self {
            Self::Real(operation) => (unary(graph, operation, a), real),
            Self::Abs => (unary(graph, UnaryOperation::Abs, a), kind),
            Self::Rounding(_, true) if first.is_integer() => (a, Kind::Integer),
            Self::Rounding(operation, true) => (unary(graph, operation, a), Kind::Integer),
            Self::Rounding(operation, false) => (unary(graph, operation, a), real),
            Self::Floor => (floor(graph, a), Kind::Integer),
            Self::Ceiling => {
                let negative = unary(graph, UnaryOperation::Negate, a);
                let floor = floor(graph, negative);
                (unary(graph, UnaryOperation::Negate, floor), Kind::Integer)
            }
            Self::ToReal(precision) => (a, precision),
            Self::Extreme(largest) => {
                let relation = if largest { Relation::GreaterEqual } else { Relation::LessEqual };
                let mut best = a;
                for other in &arguments[1..] {
                    let better = graph.push(Node::Compare(relation, best, other.node));
                    best = graph.push(Node::Select(better, best, other.node));
                }
                (best, kind)
            }
            Self::Remainder | Self::Modulo => {
                let quotient = binary(graph, B::Divide, a, b);
                let whole = if self == Self::Modulo {
                    floor(graph, quotient)
                } else {
                    unary(graph, UnaryOperation::Truncate, quotient)
                };
                let multiple = binary(graph, B::Multiply, b, whole);
                (binary(graph, B::Subtract, a, multiple), kind)
            }
            Self::Sign => {
                let size = unary(graph, UnaryOperation::Abs, a);
                let negative = unary(graph, UnaryOperation::Negate, size);
                let zero = graph.constant(0.0);
                let positive = graph.push(Node::Compare(Relation::GreaterEqual, b, zero));
                (graph.push(Node::Select(positive, size, negative)), kind)
            }
            Self::Atan2 => (binary(graph, B::Atan2, a, b), real),
            Self::PositiveDifference => {
                let difference = binary(graph, B::Subtract, a, b);
                let zero = graph.constant(0.0);
                let positive = graph.push(Node::Compare(Relation::Greater, a, b));
                (graph.push(Node::Select(positive, difference, zero)), kind)
            }
            Self::Product => (binary(graph, B::Multiply, a, b), Kind::Double),
            Self::Hypotenuse => {
                let (x, y) = (graph.push(Node::WholePower(a, 2)), graph.push(Node::WholePower(b, 2)));
                let sum = binary(graph, B::Add, x, y);
                (unary(graph, UnaryOperation::Sqrt, sum), real)
            }
        };
        Some(Number::new(graph, node, kind))
    }
}

/// The largest whole number that is not above.
fn floor(graph: &mut Graph, a: NodeId) -> NodeId {
    let whole = graph.push(Node::Unary(UnaryOperation::Truncate, a));
    let above = graph.push(Node::Compare(Relation::Greater, whole, a));
    let one = graph.constant(1.0);
    let below = graph.push(Node::Binary(BinaryOperation::Subtract, whole, one));
    graph.push(Node::Select(above, below, whole))
}
