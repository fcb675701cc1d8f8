//! Expressions: sums of a constant, multiples of variables, and multiples of nonlinear terms.

use crate::expression::Op;
use crate::expression::tape::value_of;
use std::sync::Arc;

/// A variable of a [`Model`](super::Model). Takes part in expressions like a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Variable(pub(super) u32);

impl Variable {
    /// Its index in the model, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An expression over the variables of a [`Model`](super::Model), made by operators and functions.
///
/// It is kept as a sum. Adding one term to a long sum is cheap if the sum is not borrowed (`sum += term`,
/// `sum = sum + term`). A subexpression used in several places is cloned cheaply and evaluated once per element.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expr {
    pub(super) constant: f64,
    pub(super) linear: Vec<(u32, f64)>,
    pub(super) terms: Vec<(f64, Arc<Term>)>,
}

/// A nonlinear function of expressions.
#[derive(Debug, PartialEq)]
pub(super) struct Term {
    pub(super) op: Op,
    pub(super) operands: Vec<Expr>,
}

impl From<f64> for Expr {
    fn from(constant: f64) -> Self {
        Self { constant, ..Self::default() }
    }
}

impl From<Variable> for Expr {
    fn from(x: Variable) -> Self {
        Self { linear: vec![(x.0, 1.0)], ..Self::default() }
    }
}

impl From<&Variable> for Expr {
    fn from(x: &Variable) -> Self {
        (*x).into()
    }
}

impl From<&Expr> for Expr {
    fn from(e: &Expr) -> Self {
        e.clone()
    }
}

impl Expr {
    /// The expression's value, if it has no variables.
    pub fn as_constant(&self) -> Option<f64> {
        (self.linear.is_empty() && self.terms.is_empty()).then_some(self.constant)
    }

    pub(super) fn len(&self) -> usize {
        self.linear.len() + self.terms.len()
    }

    /// `self = factor unit` with a unit that is one variable or one term.
    fn split(&self) -> Option<(f64, Self)> {
        if self.constant != 0.0 || self.len() != 1 {
            return None;
        }
        let mut unit = self.clone();
        let factor = unit.linear.iter_mut().map(|l| &mut l.1).chain(unit.terms.iter_mut().map(|t| &mut t.0)).next()?;
        let value = std::mem::replace(factor, 1.0);
        Some((value, unit))
    }

    pub(super) fn scaled(mut self, factor: f64) -> Self {
        self.constant *= factor;
        self.linear.iter_mut().for_each(|l| l.1 *= factor);
        self.terms.iter_mut().for_each(|t| t.0 *= factor);
        self
    }

    pub(super) fn plus(mut self, mut other: Self) -> Self {
        if other.len() > self.len() {
            std::mem::swap(&mut self, &mut other);
        }
        self.constant += other.constant;
        self.linear.append(&mut other.linear);
        self.terms.append(&mut other.terms);
        self
    }

    /// Applies an operation of the tape; missing operands make the result NaN, surplus ones are ignored.
    pub fn apply(op: Op, operands: Vec<Self>) -> Self {
        if operands.len() < op.operands() {
            return f64::NAN.into();
        }
        let constants: Option<Vec<f64>> = operands.iter().map(Self::as_constant).collect();
        if let Some(c) = constants {
            return value_of(op, &c).into();
        }
        Self { terms: vec![(1.0, Arc::new(Term { op, operands }))], ..Self::default() }
    }

    pub(super) fn times(self, other: Self) -> Self {
        if let Some(factor) = self.as_constant() {
            return other.scaled(factor);
        }
        if let Some(factor) = other.as_constant() {
            return self.scaled(factor);
        }
        let (a, left) = self.split().unwrap_or((1.0, self));
        let (b, right) = other.split().unwrap_or((1.0, other));
        // Comparing long or deep expressions would cost more than it gains.
        let same = left.terms.is_empty() && left.len() == 1 && left == right;
        let product = if same { Self::apply(Op::Square, vec![left]) } else { Self::apply(Op::Mul, vec![left, right]) };
        product.scaled(a * b)
    }

    pub(super) fn over(self, other: Self) -> Self {
        if let Some(divisor) = other.as_constant() {
            let mut quotient = self;
            quotient.constant /= divisor;
            quotient.linear.iter_mut().for_each(|l| l.1 /= divisor);
            quotient.terms.iter_mut().for_each(|t| t.0 /= divisor);
            return quotient;
        }
        let (a, numerator) = match self.as_constant() {
            Some(constant) => (constant, 1.0.into()),
            None => self.split().unwrap_or((1.0, self)),
        };
        Self::apply(Op::Div, vec![numerator, other]).scaled(a)
    }

    /// `self^k` as a product of factors; 1 for k = 0.
    #[must_use]
    pub fn powi(&self, k: i32) -> Self {
        match k {
            0 => 1.0.into(),
            1 => self.clone(),
            2 => Self::apply(Op::Square, vec![self.clone()]),
            _ => Self::apply(Op::Powi(k), vec![self.clone()]),
        }
    }

    /// `self^exponent`; a product of factors if the exponent is an integer of at most 64 in size, otherwise NaN for negative
    /// `self`.
    #[must_use]
    pub fn powf(&self, exponent: impl Into<Self>) -> Self {
        let exponent = exponent.into();
        match exponent.as_constant() {
            Some(k) if k == libm::trunc(k) && k.abs() <= 64.0 => self.powi(k as i32),
            Some(0.5) => Self::apply(Op::Sqrt, vec![self.clone()]),
            _ => Self::apply(Op::Pow, vec![self.clone(), exponent]),
        }
    }

    /// `yes` where the condition is not 0, else `no`; what is not chosen has no part in value or derivatives.
    #[must_use]
    pub fn select(condition: impl Into<Self>, yes: impl Into<Self>, no: impl Into<Self>) -> Self {
        let condition = condition.into();
        match condition.as_constant() {
            Some(c) if c != 0.0 => yes.into(),
            Some(_) => no.into(),
            None => Self::apply(Op::Select, vec![condition, yes.into(), no.into()]),
        }
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {
        impl Expr {
            $($(#[$doc])* #[must_use] pub fn $name(&self) -> Self {
                Self::apply(Op::$op, vec![self.clone()])
            })*
        }
        impl Variable {
            $($(#[$doc])* #[must_use] pub fn $name(self) -> Expr {
                Expr::apply(Op::$op, vec![self.into()])
            })*
        }
    };
}

functions! {
    /// The square root.
    sqrt = Sqrt;
    /// The square.
    square = Square;
    /// The exponential function.
    exp = Exp;
    /// The natural logarithm.
    ln = Log;
    /// The decimal logarithm.
    log10 = Log10;
    /// The sine.
    sin = Sin;
    /// The cosine.
    cos = Cos;
    /// The tangent.
    tan = Tan;
    /// The inverse sine.
    asin = Asin;
    /// The inverse cosine.
    acos = Acos;
    /// The inverse tangent.
    atan = Atan;
    /// The hyperbolic sine.
    sinh = Sinh;
    /// The hyperbolic cosine.
    cosh = Cosh;
    /// The hyperbolic tangent.
    tanh = Tanh;
    /// The inverse hyperbolic sine.
    asinh = Asinh;
    /// The inverse hyperbolic cosine.
    acosh = Acosh;
    /// The inverse hyperbolic tangent.
    atanh = Atanh;
    /// The error function.
    erf = Erf;
    /// The absolute value; its derivative at 0 is +1.
    abs = Abs;
    /// Rounded towards 0.
    trunc = Trunc;
}

macro_rules! binary_functions {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {
        impl Expr {
            $($(#[$doc])* #[must_use] pub fn $name(&self, other: impl Into<Self>) -> Self {
                Self::apply(Op::$op, vec![self.clone(), other.into()])
            })*
        }
        impl Variable {
            $($(#[$doc])* #[must_use] pub fn $name(self, other: impl Into<Expr>) -> Expr {
                Expr::apply(Op::$op, vec![self.into(), other.into()])
            })*
        }
    };
}

binary_functions! {
    /// The angle of the point (other, self).
    atan2 = Atan2;
    /// The smaller of two; the first if they are equal.
    min = Min;
    /// The larger of two; the first if they are equal.
    max = Max;
    /// `self - other trunc(self / other)`
    modulo = Mod;
    /// 1 if `self < other`, else 0.
    less = Less;
    /// 1 if `self <= other`, else 0.
    less_equal = LessEqual;
    /// 1 if both are equal, else 0.
    equals = Equal;
}

impl Variable {
    /// `self^k` as a product of factors; 1 for k = 0.
    #[must_use]
    pub fn powi(self, k: i32) -> Expr {
        Expr::from(self).powi(k)
    }

    /// As [`Expr::powf`].
    #[must_use]
    pub fn powf(self, exponent: impl Into<Expr>) -> Expr {
        Expr::from(self).powf(exponent)
    }
}
