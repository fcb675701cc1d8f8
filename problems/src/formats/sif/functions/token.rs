//! Tokens of Fortran expressions. Blanks have no meaning and are gone before.
//!
//! A real number without the exponent letter D is of single precision in Fortran: `0.1` is 0.100000001490116..., and the
//! functions of the collection are computed with it wherever they are compiled.

use super::super::fault::{Decoded, Fault};
use super::graph::Relation;
use crate::formats::excerpt;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Integer(i64),
    /// A real of single precision, rounded to it.
    Single(f64),
    /// A real of double precision: one with the exponent letter D.
    Double(f64),
    Logical(bool),
    /// A name in capitals.
    Name(String),
    Open,
    Close,
    Comma,
    Plus,
    Minus,
    Times,
    Divide,
    Power,
    Relation(Relation),
    And,
    Or,
    Not,
    Equivalent,
    Different,
}

/// The operators written between dots.
const DOTTED: [(&str, Token); 13] = [
    ("GT", Token::Relation(Relation::Greater)),
    ("GE", Token::Relation(Relation::GreaterEqual)),
    ("LT", Token::Relation(Relation::Less)),
    ("LE", Token::Relation(Relation::LessEqual)),
    ("EQ", Token::Relation(Relation::Equal)),
    ("NE", Token::Relation(Relation::NotEqual)),
    ("AND", Token::And),
    ("OR", Token::Or),
    ("NOT", Token::Not),
    ("TRUE", Token::Logical(true)),
    ("FALSE", Token::Logical(false)),
    ("EQV", Token::Equivalent),
    ("NEQV", Token::Different),
];

/// The operators written in signs, longer ones first.
const SIGNS: [(&[u8], Token); 14] = [
    (b"**", Token::Power),
    (b">=", Token::Relation(Relation::GreaterEqual)),
    (b"<=", Token::Relation(Relation::LessEqual)),
    (b"==", Token::Relation(Relation::Equal)),
    (b"/=", Token::Relation(Relation::NotEqual)),
    (b"(", Token::Open),
    (b")", Token::Close),
    (b",", Token::Comma),
    (b"+", Token::Plus),
    (b"-", Token::Minus),
    (b"*", Token::Times),
    (b"/", Token::Divide),
    (b">", Token::Relation(Relation::Greater)),
    (b"<", Token::Relation(Relation::Less)),
];

/// Splits an expression without blanks. Without `single` every real is of double precision.
pub(super) fn tokens(text: &[u8], single: bool, line: u64) -> Decoded<Vec<Token>> {
    let text = text.to_ascii_uppercase();
    let mut list = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = &text[at..];
        let (token, length) = if byte.is_ascii_digit() || byte == b'.' && rest.get(1).is_some_and(u8::is_ascii_digit) {
            number(rest, single, line)?
        } else if byte == b'.' {
            dotted(rest).ok_or_else(|| unexpected(rest, line))?
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let end = rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(rest.len());
            (Token::Name(String::from_utf8_lossy(&rest[..end]).into_owned()), end)
        } else {
            let found = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
            let (sign, token) = found.ok_or_else(|| unexpected(rest, line))?;
            (token.clone(), sign.len())
        };
        list.push(token);
        at += length;
    }
    Ok(list)
}

fn unexpected(rest: &[u8], line: u64) -> Fault {
    Fault::syntax(line, format!("expected an expression, found {}", excerpt(rest)))
}

/// `.WORD.` at the start of `text`.
fn dotted(text: &[u8]) -> Option<(Token, usize)> {
    let word = text.strip_prefix(b".")?;
    let end = word.iter().position(|b| !b.is_ascii_alphabetic())?;
    if word.get(end) != Some(&b'.') {
        return None;
    }
    let (_, token) = DOTTED.iter().find(|(name, _)| name.as_bytes() == &word[..end])?;
    Some((token.clone(), end + 2))
}

/// A number. A dot belongs to it unless it begins an operator, as in `1.EQ.I`.
fn number(text: &[u8], single: bool, line: u64) -> Decoded<(Token, usize)> {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    let mut real = false;
    if text.get(end) == Some(&b'.') && dotted(&text[end..]).is_none() {
        real = true;
        end += 1;
        end += digits(end);
    }
    let mut plain: String = String::from_utf8_lossy(&text[..end]).into_owned();
    let mut double = false;
    if let Some(b'E' | b'D' | b'Q') = text.get(end) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + sign).min(text.len()));
        if exponent > 0 {
            real = true;
            double = text.get(end) != Some(&b'E');
            let last = end + 1 + sign + exponent;
            plain.push('e');
            plain.push_str(&String::from_utf8_lossy(&text[end + 1..last]));
            end = last;
        }
    }
    if !real && let Ok(value) = plain.parse() {
        return Ok((Token::Integer(value), end));
    }
    match plain.parse::<f64>() {
        Ok(value) if double || !real || !single => Ok((Token::Double(value), end)),
        // The decimal is rounded once, to single precision, as a compiler does.
        Ok(_) => Ok((Token::Single(f64::from(plain.parse::<f32>().unwrap_or(f32::INFINITY))), end)),
        Err(_) => Err(unexpected(text, line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Token> {
        tokens(text.as_bytes(), true, 1).unwrap()
    }

    #[test]
    fn dots_in_numbers_and_operators() {
        use Token::{Double, Integer, Name, Single};
        let equal = Token::Relation(Relation::Equal);
        assert_eq!(all("1.EQ.I"), [Integer(1), equal.clone(), Name("I".into())]);
        assert_eq!(all("1..EQ.2.D0"), [Single(1.0), equal, Double(2.0)]);
        assert_eq!(all("1.E-3"), [Single(f64::from(1e-3_f32))]);
        assert_eq!(all("1.D-3"), [Double(1e-3)]);
        assert_eq!(all("1.d+03*.5"), [Double(1000.0), Token::Times, Single(0.5)]);
        assert_eq!(all("3E2"), [Single(300.0)]);
        assert_eq!(all("2.*x1"), [Single(2.0), Token::Times, Name("X1".into())]);
        assert_eq!(all("x.lt.1.and..not.l")[3..5], [Token::And, Token::Not]);
        assert_eq!(all("99999999999999999999"), [Double(1e20)]);
        assert_eq!(all("a**-2>=b/=c").len(), 8);
        for text in ["1.GT", "#", ".FOO.", "a=b", "\"x\""] {
            assert!(tokens(text.as_bytes(), true, 3).is_err() || text == "1.GT", "{text}");
        }
    }
}
