//! `+ - * /` between expressions, variables and numbers.

use super::{Expr, Variable};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

macro_rules! operator {
    ($trait:ident, $method:ident, $assign:ident, $assign_method:ident, |$a:ident, $b:ident| $body:expr) => {
        operator!(left $trait, $method, |$a, $b| $body; Expr, &Expr, Variable, &Variable);
        operator!(number $trait, $method, |$a, $b| $body; Expr, &Expr, Variable, &Variable);
        impl<R: Into<Expr>> $assign<R> for Expr {
            fn $assign_method(&mut self, other: R) {
                let ($a, $b) = (std::mem::take(self), other.into());
                *self = $body;
            }
        }
    };
    (left $trait:ident, $method:ident, |$a:ident, $b:ident| $body:expr; $($left:ty),*) => {$(
        impl<R: Into<Expr>> $trait<R> for $left {
            type Output = Expr;
            fn $method(self, other: R) -> Expr {
                let ($a, $b): (Expr, Expr) = (self.into(), other.into());
                $body
            }
        }
    )*};
    (number $trait:ident, $method:ident, |$a:ident, $b:ident| $body:expr; $($right:ty),*) => {$(
        impl $trait<$right> for f64 {
            type Output = Expr;
            fn $method(self, other: $right) -> Expr {
                let ($a, $b): (Expr, Expr) = (self.into(), other.into());
                $body
            }
        }
    )*};
}

operator!(Add, add, AddAssign, add_assign, |a, b| a.plus(b));
operator!(Sub, sub, SubAssign, sub_assign, |a, b| a.plus(b.scaled(-1.0)));
operator!(Mul, mul, MulAssign, mul_assign, |a, b| a.times(b));
operator!(Div, div, DivAssign, div_assign, |a, b| a.over(b));

macro_rules! negation {
    ($($type:ty),*) => {$(
        impl Neg for $type {
            type Output = Expr;
            fn neg(self) -> Expr {
                Expr::from(self).scaled(-1.0)
            }
        }
    )*};
}

negation!(Expr, &Expr, Variable, &Variable);

impl<E: Into<Expr>> Sum<E> for Expr {
    fn sum<I: Iterator<Item = E>>(terms: I) -> Self {
        let mut sum = Self::default();
        terms.for_each(|term| sum += term);
        sum
    }
}
