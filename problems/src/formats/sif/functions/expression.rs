//! The grammar of Fortran expressions.
//!
//! From loose to tight: `.EQV. .NEQV.`; `.OR.`; `.AND.`; `.NOT.`; relations; `+ -`, also as a sign; `* /`; `**`, which
//! groups to the right. So `-a**2` is `-(a**2)` and `-a*b` is `-(a*b)`. A sign directly behind an operator (`a*-b`,
//! `a**-2`), which strict Fortran refuses, applies to the next factor.

use super::super::fault::{Decoded, Fault};
use super::graph::Relation;
use super::token::{Token, tokens};

/// Parentheses, signs and powers within each other.
const DEEPEST: usize = 60;

/// An operation of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Relation(Relation),
    And,
    Or,
    Equivalent,
    Different,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Integer(i64),
    Single(f64),
    Double(f64),
    Logical(bool),
    Name(String),
    Call(String, Vec<Expression>),
    Negate(Box<Expression>),
    Not(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
}

impl Expression {
    /// Parses an expression without blanks; for `single` see [`tokens`].
    pub(super) fn parse(text: &[u8], single: bool, line: u64) -> Decoded<Self> {
        let tokens = tokens(text, single, line)?;
        let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, line };
        let expression = parser.equivalence()?;
        if parser.at < tokens.len() {
            return Err(parser.unexpected("the end of the expression"));
        }
        Ok(expression)
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    line: u64,
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let found = self.peek().map_or_else(|| "the end of the expression".to_owned(), |token| format!("{token:?}"));
        Fault::syntax(self.line, format!("expected {expected}, found {found}"))
    }

    /// Runs a rule one level deeper.
    fn deeper(&mut self, rule: fn(&mut Self) -> Decoded<Expression>) -> Decoded<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::syntax(self.line, format!("the expression is nested more than {DEEPEST} deep")));
        }
        let result = rule(self);
        self.depth -= 1;
        result
    }

    fn equivalence(&mut self) -> Decoded<Expression> {
        let mut left = self.disjunction()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Equivalent) => Operator::Equivalent,
                Some(Token::Different) => Operator::Different,
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(operator, left, self.disjunction()?);
        }
    }

    fn disjunction(&mut self) -> Decoded<Expression> {
        let mut left = self.conjunction()?;
        while self.take(&Token::Or) {
            left = binary(Operator::Or, left, self.conjunction()?);
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Decoded<Expression> {
        let mut left = self.negation()?;
        while self.take(&Token::And) {
            left = binary(Operator::And, left, self.negation()?);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Decoded<Expression> {
        if self.take(&Token::Not) {
            return Ok(Expression::Not(Box::new(self.deeper(Self::negation)?)));
        }
        let left = self.sum()?;
        if let Some(&Token::Relation(relation)) = self.peek() {
            self.at += 1;
            return Ok(binary(Operator::Relation(relation), left, self.sum()?));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Decoded<Expression> {
        let mut left = if self.take(&Token::Minus) {
            Expression::Negate(Box::new(self.product()?))
        } else {
            self.take(&Token::Plus);
            self.product()?
        };
        loop {
            let operator = match self.peek() {
                Some(Token::Plus) => Operator::Add,
                Some(Token::Minus) => Operator::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Decoded<Expression> {
        let mut left = self.power()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Times) => Operator::Multiply,
                Some(Token::Divide) => Operator::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            left = binary(operator, left, self.power()?);
        }
    }

    fn power(&mut self) -> Decoded<Expression> {
        if self.take(&Token::Minus) {
            return Ok(Expression::Negate(Box::new(self.deeper(Self::power)?)));
        }
        if self.take(&Token::Plus) {
            return self.deeper(Self::power);
        }
        let base = self.primary()?;
        if self.take(&Token::Power) {
            return Ok(binary(Operator::Power, base, self.deeper(Self::power)?));
        }
        Ok(base)
    }

    fn primary(&mut self) -> Decoded<Expression> {
        let Some(token) = self.peek().cloned() else { return Err(self.unexpected("a number, a name or `(`")) };
        self.at += 1;
        match token {
            Token::Integer(value) => Ok(Expression::Integer(value)),
            Token::Single(value) => Ok(Expression::Single(value)),
            Token::Double(value) => Ok(Expression::Double(value)),
            Token::Logical(value) => Ok(Expression::Logical(value)),
            Token::Open => {
                let inner = self.deeper(Self::equivalence)?;
                if self.take(&Token::Close) { Ok(inner) } else { Err(self.unexpected("`)`")) }
            }
            Token::Name(name) if self.take(&Token::Open) => {
                let mut arguments = vec![self.deeper(Self::equivalence)?];
                while self.take(&Token::Comma) {
                    arguments.push(self.deeper(Self::equivalence)?);
                }
                if self.take(&Token::Close) {
                    Ok(Expression::Call(name, arguments))
                } else {
                    Err(self.unexpected("`,` or `)`"))
                }
            }
            Token::Name(name) => Ok(Expression::Name(name)),
            _ => {
                self.at -= 1;
                Err(self.unexpected("a number, a name or `(`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defects_are_named() {
        for (text, message) in [
            ("", "expected a number, a name or `(`, found the end of the expression"),
            ("1+", "expected a number, a name or `(`, found the end of the expression"),
            ("(1", "expected `)`, found the end of the expression"),
            ("F(1,2", "expected `,` or `)`, found the end of the expression"),
            ("1 2", "expected an expression, found \" 2\""),
            ("X)", "expected the end of the expression, found Close"),
            ("1*/2", "expected a number, a name or `(`, found Divide"),
        ] {
            assert_eq!(Expression::parse(text.as_bytes(), true, 4), Err(Fault::syntax(4, message)), "{text}");
        }
        let deep = "(".repeat(100_000);
        assert!(Expression::parse(deep.as_bytes(), true, 1).is_err());
        assert!(Expression::parse("-".repeat(100_000).as_bytes(), true, 1).is_err());
        assert!(Expression::parse("2**".repeat(100_000).as_bytes(), true, 1).is_err());
    }
}
