//! The operations of a tape.

/// An operation of one, two or three operands. Logical values are 1 and 0; any number other than 0 is true.
///
/// At a kink the derivative is one-sided: that of [`Abs`](Self::Abs) is +1 at 0, [`Min`](Self::Min) and
/// [`Max`](Self::Max) follow the selected operand (the first if they are equal). Truncations, comparisons and logical
/// operations have derivative 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Op {
    /// `-a`
    Neg,
    /// `a a`
    Square,
    /// `a^k`, a product of factors (a reciprocal if k is negative), 1 for k = 0.
    Powi(i32),
    /// `sqrt(a)`
    Sqrt,
    /// `e^a`
    Exp,
    /// The natural logarithm.
    Log,
    /// The decimal logarithm.
    Log10,
    /// `sin(a)`
    Sin,
    /// `cos(a)`
    Cos,
    /// `tan(a)`
    Tan,
    /// `asin(a)`
    Asin,
    /// `acos(a)`
    Acos,
    /// `atan(a)`
    Atan,
    /// `sinh(a)`
    Sinh,
    /// `cosh(a)`
    Cosh,
    /// `tanh(a)`
    Tanh,
    /// `asinh(a)`
    Asinh,
    /// `acosh(a)`
    Acosh,
    /// `atanh(a)`
    Atanh,
    /// The error function.
    Erf,
    /// `|a|`
    Abs,
    /// Rounded towards 0.
    Trunc,
    /// Rounded down.
    Floor,
    /// Rounded up.
    Ceil,
    /// 1 if a is 0, else 0.
    Not,
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a b`
    Mul,
    /// `a / b`
    Div,
    /// `a^b`: NaN for negative a and b not an integer.
    Pow,
    /// The angle of the point (b, a).
    Atan2,
    /// The smaller one.
    Min,
    /// The larger one.
    Max,
    /// `a - b trunc(a / b)`
    Mod,
    /// `|a|` if `b >= 0`, else `-|a|` (Fortran's SIGN).
    Sign,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a = b`
    Equal,
    /// Both are true.
    And,
    /// At least one is true.
    Or,
    /// `b` if a is true, else `c`. The branch not taken has no part in value or derivatives, even if it is not finite.
    Select,
}

/// Which second partial derivatives of an operation may be nonzero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Curvature {
    pub(crate) aa: bool,
    pub(crate) ab: bool,
    pub(crate) bb: bool,
}

impl Op {
    /// How many operands there are.
    pub const fn operands(self) -> usize {
        use Op::*;
        match self {
            Select => 3,
            Add | Sub | Mul | Div | Pow | Atan2 | Min | Max | Mod | Sign | Less | LessEqual | Equal | And | Or => 2,
            _ => 1,
        }
    }

    /// The name in messages.
    pub const fn name(self) -> &'static str {
        use Op::*;
        match self {
            Neg => "negation",
            Square => "square",
            Powi(_) => "integer power",
            Sqrt => "sqrt",
            Exp => "exp",
            Log => "log",
            Log10 => "log10",
            Sin => "sin",
            Cos => "cos",
            Tan => "tan",
            Asin => "asin",
            Acos => "acos",
            Atan => "atan",
            Sinh => "sinh",
            Cosh => "cosh",
            Tanh => "tanh",
            Asinh => "asinh",
            Acosh => "acosh",
            Atanh => "atanh",
            Erf => "erf",
            Abs => "abs",
            Trunc => "trunc",
            Floor => "floor",
            Ceil => "ceil",
            Not => "not",
            Add => "addition",
            Sub => "subtraction",
            Mul => "multiplication",
            Div => "division",
            Pow => "power",
            Atan2 => "atan2",
            Min => "min",
            Max => "max",
            Mod => "mod",
            Sign => "sign",
            Less => "less",
            LessEqual => "less or equal",
            Equal => "equal",
            And => "and",
            Or => "or",
            Select => "select",
        }
    }

    /// Whether the derivative is 0 wherever there is one.
    pub(crate) const fn is_step(self) -> bool {
        use Op::*;
        matches!(self, Trunc | Floor | Ceil | Not | Less | LessEqual | Equal | And | Or)
    }

    /// Whether an operand can be without influence, so that its own derivatives must not be looked at.
    pub(crate) const fn chooses(self) -> bool {
        use Op::*;
        matches!(self, Min | Max | Select | Sign)
    }

    /// Whether a derivative may be infinite or NaN at finite operands and a finite value: at the end of the domain, as
    /// of `sqrt` at 0.
    pub(crate) const fn is_singular(self) -> bool {
        use Op::*;
        matches!(self, Sqrt | Pow | Asin | Acos | Acosh | Atan2)
    }

    pub(crate) const fn curvature(self) -> Curvature {
        use Op::*;
        let (aa, ab, bb) = match self {
            Square | Powi(_) | Sqrt | Exp | Log | Log10 | Sin | Cos | Tan | Asin | Acos | Atan | Sinh | Cosh | Tanh
            | Asinh | Acosh | Atanh | Erf => (true, false, false),
            Mul => (false, true, false),
            Div => (false, true, true),
            Pow | Atan2 => (true, true, true),
            _ => (false, false, false),
        };
        Curvature { aa, ab, bb }
    }
}
