//! Parameters: the integer and real symbols of a file, and the cards that compute them.

use super::Name;
use super::arrays::ArrayName;
use super::card::Card;
use super::fault::{Decoded, Fault};
use super::number::{parse_integer, parse_real};
use crate::formats::excerpt;
use std::collections::HashMap;

/// A table of symbols of one sort; a place is made for a name when it is first mentioned, its value may come later.
#[derive(Debug)]
pub(super) struct Symbols<T> {
    places: HashMap<Name, u32>,
    names: Vec<Name>,
    values: Vec<Option<T>>,
}

impl<T: Copy> Symbols<T> {
    fn new() -> Self {
        Self { places: HashMap::new(), names: Vec::new(), values: Vec::new() }
    }

    /// The place of a name.
    pub(super) fn place(&mut self, name: Name) -> u32 {
        let next = self.names.len() as u32;
        *self.places.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.values.push(None);
            next
        })
    }

    /// The value at a place.
    pub(super) fn get(&self, place: u32, line: u64) -> Decoded<T> {
        let place = place as usize;
        match self.values.get(place) {
            Some(Some(value)) => Ok(*value),
            _ => Err(undefined(self.names.get(place).copied().unwrap_or_default(), line)),
        }
    }

    /// The value of a name.
    fn find(&self, name: Name, line: u64) -> Decoded<T> {
        self.places.get(&name).map_or_else(|| Err(undefined(name, line)), |&place| self.get(place, line))
    }

    pub(super) fn set(&mut self, place: u32, value: T) {
        if let Some(slot) = self.values.get_mut(place as usize) {
            *slot = Some(value);
        }
    }
}

fn undefined(name: Name, line: u64) -> Fault {
    Fault::inconsistent(line, format!("the parameter `{name}` has no value here"))
}

/// Both tables.
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) integers: Symbols<i64>,
    pub(super) reals: Symbols<f64>,
}

impl Parameters {
    pub(super) fn new() -> Self {
        Self { integers: Symbols::new(), reals: Symbols::new() }
    }

    /// The value of the real parameter with an expanded name.
    pub(super) fn real(&self, name: Name, line: u64) -> Decoded<f64> {
        self.reals.find(name, line)
    }

    /// How many places there are, for limits of memory.
    pub(super) fn len(&self) -> usize {
        self.integers.values.len() + self.reals.values.len()
    }
}

/// A real operand or target.
#[derive(Clone, Debug)]
enum Real {
    None,
    Place(u32),
    Array(ArrayName),
}

impl Real {
    fn new(field: Name, array: bool, parameters: &mut Parameters, line: u64) -> Decoded<Self> {
        if array {
            let name = ArrayName::parse(field, &mut parameters.integers, line)?;
            if name.has_indices() {
                return Ok(Self::Array(name));
            }
            return Ok(Self::Place(parameters.reals.place(name.root())));
        }
        Ok(Self::Place(parameters.reals.place(field)))
    }

    fn get(&self, parameters: &Parameters, line: u64) -> Decoded<f64> {
        match self {
            Self::None => Ok(0.0),
            Self::Place(place) => parameters.reals.get(*place, line),
            Self::Array(name) => parameters.real(name.expand(&parameters.integers, line)?, line),
        }
    }

    fn set(&self, parameters: &mut Parameters, value: f64, line: u64) -> Decoded<()> {
        let place = match self {
            Self::None => return Ok(()),
            Self::Place(place) => *place,
            Self::Array(name) => {
                let name = name.expand(&parameters.integers, line)?;
                parameters.reals.place(name)
            }
        };
        parameters.reals.set(place, value);
        Ok(())
    }
}

/// A function of a parameter.
type Function = fn(f64) -> f64;

/// A card that sets a parameter, ready to be executed many times.
#[derive(Clone, Debug)]
pub(super) enum ParameterCard {
    /// `target := number op integer(a)` or `integer(a) op integer(b)`.
    Integer { line: u64, op: u8, target: u32, number: i64, a: u32, b: u32 },
    /// `target := trunc(real)`.
    FromReal { line: u64, target: u32, source: u32 },
    /// `target := real(integer)`.
    FromInteger { line: u64, target: RealTarget, source: u32 },
    /// `target := number op real(a)` or `real(a) op real(b)`, or a function of a number or of real(b).
    Real(Box<RealCard>),
}

/// The target of a card that computes a real.
#[derive(Clone, Debug)]
pub(super) struct RealTarget(Real);

/// See [`ParameterCard::Real`].
#[derive(Clone, Debug)]
pub(super) struct RealCard {
    line: u64,
    op: u8,
    function: Option<(Name, Function)>,
    target: Real,
    number: f64,
    a: Real,
    b: Real,
}

/// Whether a code sets a parameter in the first block.
pub(super) fn is_parameter_code(code: [u8; 2]) -> bool {
    match code {
        [b'I', op] => b"EASMDR=+-*/".contains(&op),
        [b'R' | b'A', op] => b"EASMDIF=+-*/(".contains(&op),
        _ => false,
    }
}

impl ParameterCard {
    /// Compiles a card whose code [is one](is_parameter_code); `value` replaces the number of the card.
    pub(super) fn new(card: &Card, value: Option<f64>, parameters: &mut Parameters) -> Decoded<Self> {
        let (line, [sort, op]) = (card.line, card.code);
        if sort == b'I' {
            let target = parameters.integers.place(card.field2);
            if op == b'R' {
                return Ok(Self::FromReal { line, target, source: parameters.reals.place(card.field3) });
            }
            let reads_number = b"EASMD".contains(&op);
            let number = match value {
                Some(value) => value as i64,
                None if reads_number => parse_integer(&card.field4).ok_or_else(|| not_a_number(card, "an integer"))?,
                None => 0,
            };
            let mut place = |needed: bool, name: Name| if needed { parameters.integers.place(name) } else { 0 };
            let (a, b) = (place(op != b'E', card.field3), place(b"+-*/".contains(&op), card.field5));
            return Ok(Self::Integer { line, op, target, number, a, b });
        }
        let array = sort == b'A';
        let target = Real::new(card.field2, array, parameters, line)?;
        if op == b'I' {
            let source = parameters.integers.place(card.field3);
            return Ok(Self::FromInteger { line, target: RealTarget(target), source });
        }
        let mut real = RealCard { line, op, function: None, target, number: 0.0, a: Real::None, b: Real::None };
        if b"EASMDF".contains(&op) {
            real.number = match value {
                Some(value) => value,
                None => parse_real(&card.field4).ok_or_else(|| not_a_number(card, "a number"))?,
            };
        }
        match op {
            b'F' | b'(' => real.function = Some((card.field3, function(card.field3, line)?)),
            b'E' => {}
            _ => real.a = Real::new(card.field3, array, parameters, line)?,
        }
        if b"+-*/(".contains(&op) {
            real.b = Real::new(card.field5, array, parameters, line)?;
        }
        Ok(Self::Real(Box::new(real)))
    }

    /// Computes the parameter.
    pub(super) fn execute(&self, parameters: &mut Parameters) -> Decoded<()> {
        match self {
            &Self::Integer { line, op, target, number, a, b } => {
                let get = |place| parameters.integers.get(place, line);
                let value = match op {
                    b'E' => Some(number),
                    b'=' => Some(get(a)?),
                    b'A' => number.checked_add(get(a)?),
                    b'S' => number.checked_sub(get(a)?),
                    b'M' => number.checked_mul(get(a)?),
                    b'D' => divide(number, get(a)?, line)?,
                    b'+' => get(a)?.checked_add(get(b)?),
                    b'-' => get(a)?.checked_sub(get(b)?),
                    b'*' => get(a)?.checked_mul(get(b)?),
                    _ => divide(get(a)?, get(b)?, line)?,
                };
                let value = value.ok_or_else(|| Fault::range(line, "an integer parameter overflows"))?;
                parameters.integers.set(target, value);
            }
            &Self::FromReal { line, target, source } => {
                let value = parameters.reals.get(source, line)?.trunc();
                // The bounds are the largest doubles that are 64-bit integers.
                if !(value.abs() < 9.2e18) {
                    return Err(Fault::range(line, format!("the real parameter {value} is no integer")));
                }
                parameters.integers.set(target, value as i64);
            }
            Self::FromInteger { line, target, source } => {
                let value = parameters.integers.get(*source, *line)? as f64;
                target.0.set(parameters, value, *line)?;
            }
            Self::Real(card) => card.execute(parameters)?,
        }
        Ok(())
    }
}

impl RealCard {
    fn execute(&self, parameters: &mut Parameters) -> Decoded<()> {
        let line = self.line;
        let a = self.a.get(parameters, line)?;
        let b = self.b.get(parameters, line)?;
        let quotient = |x: f64, y: f64| {
            if y == 0.0 { Err(Fault::range(line, "a parameter is divided by zero")) } else { Ok(x / y) }
        };
        let value = match self.op {
            b'E' => self.number,
            b'=' => a,
            b'A' => self.number + a,
            b'S' => self.number - a,
            b'M' => self.number * a,
            b'D' => quotient(self.number, a)?,
            b'+' => a + b,
            b'-' => a - b,
            b'*' => a * b,
            b'/' => quotient(a, b)?,
            op => {
                let argument = if op == b'F' { self.number } else { b };
                match self.function {
                    Some((name, function)) => in_domain(name, argument, function(argument), line)?,
                    None => argument,
                }
            }
        };
        self.target.set(parameters, value, line)
    }
}

fn not_a_number(card: &Card, expected: &str) -> Fault {
    Fault::syntax(
        card.line,
        format!("expected {expected} in columns 25 to 36, found {}", excerpt(card.field4.trim_ascii())),
    )
}

fn divide(a: i64, b: i64, line: u64) -> Decoded<Option<i64>> {
    if b == 0 { Err(Fault::range(line, "an integer parameter is divided by zero")) } else { Ok(a.checked_div(b)) }
}

fn function(name: Name, line: u64) -> Decoded<Function> {
    Ok(match name.to_upper().as_bytes() {
        b"ABS" => f64::abs,
        b"SQRT" => f64::sqrt,
        b"EXP" => libm::exp,
        b"LOG" => libm::log,
        b"LOG10" => libm::log10,
        b"SIN" => libm::sin,
        b"COS" => libm::cos,
        b"TAN" => libm::tan,
        b"ARCSIN" => libm::asin,
        b"ARCCOS" => libm::acos,
        b"ARCTAN" => libm::atan,
        b"HYPSIN" => libm::sinh,
        b"HYPCOS" => libm::cosh,
        b"HYPTAN" => libm::tanh,
        _ => return Err(Fault::syntax(line, format!("there is no function `{name}` of parameters"))),
    })
}

/// Refuses arguments outside a function's domain, where the value is not a number or an infinity.
fn in_domain(name: Name, argument: f64, value: f64, line: u64) -> Decoded<f64> {
    if argument.is_finite() && (value.is_nan() || value == f64::NEG_INFINITY) {
        return Err(Fault::range(line, format!("{name} of {argument} is not defined")));
    }
    Ok(value)
}
