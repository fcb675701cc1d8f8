//! Building tapes: constants are folded, equal subexpressions are shared.

use super::arithmetic::value;
use super::curvature::HessianCode;
use super::{Instruction, Op, Tape};
use crate::ProblemError;
use std::collections::HashMap;

/// A value on a tape that is being built. Only of use with the builder that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Input(u32),
    Parameter(u32),
    Constant(u64),
    Operation(Op, [u32; 3]),
}

/// Builds a [`Tape`].
///
/// ```
/// use thalweg_problems::expression::TapeBuilder;
///
/// // (x - p)^2, x the first input and p the first parameter
/// let mut tape = TapeBuilder::new();
/// let (x, p) = (tape.input(0), tape.parameter(0));
/// let difference = tape.sub(x, p);
/// let square = tape.powi(difference, 2);
/// let tape = tape.finish(square)?;
/// assert_eq!(tape.value(&[5.0], &[2.0]), 9.0);
/// # Ok::<(), thalweg_problems::ProblemError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TapeBuilder {
    kinds: Vec<Kind>,
    known: HashMap<Kind, u32>,
    inputs: usize,
    parameters: usize,
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $op:ident($($arg:ident),*);)*) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, $($arg: Node),*) -> Node {
            self.apply(Op::$op, &[$($arg),*])
        }
    )*};
}

impl TapeBuilder {
    /// With nothing on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the tape have at least this many inputs and parameters, whether used or not.
    #[must_use]
    pub fn with_sizes(mut self, inputs: usize, parameters: usize) -> Self {
        self.inputs = self.inputs.max(inputs);
        self.parameters = self.parameters.max(parameters);
        self
    }

    /// Input `i` (from 0).
    pub fn input(&mut self, i: usize) -> Node {
        self.inputs = self.inputs.max(i + 1);
        self.intern(Kind::Input(i as u32))
    }

    /// Parameter `i` (from 0).
    pub fn parameter(&mut self, i: usize) -> Node {
        self.parameters = self.parameters.max(i + 1);
        self.intern(Kind::Parameter(i as u32))
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> Node {
        self.intern(Kind::Constant(value.to_bits()))
    }

    /// The number, if the node is one.
    pub fn constant_value(&self, node: Node) -> Option<f64> {
        match self.kinds[node.0 as usize] {
            Kind::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    fn intern(&mut self, kind: Kind) -> Node {
        let next = self.kinds.len() as u32;
        let id = *self.known.entry(kind).or_insert(next);
        if id == next {
            self.kinds.push(kind);
        }
        Node(id)
    }

    /// Applies an operation; missing operands make the result NaN, surplus ones are ignored.
    pub fn apply(&mut self, op: Op, operands: &[Node]) -> Node {
        let count = op.operands();
        if operands.len() < count {
            return self.constant(f64::NAN);
        }
        let at = |i: usize| operands[i.min(count - 1)];
        let numbers: [Option<f64>; 3] = std::array::from_fn(|i| self.constant_value(at(i)));
        if let [Some(a), Some(b), Some(c)] = numbers {
            return self.constant(value(op, &[a], &[b], &[c])[0]);
        }
        if let Some(simpler) = self.simplified(op, [at(0), at(1), at(2)], numbers) {
            return simpler;
        }
        let mut ids = [at(0).0, at(1).0, at(2).0];
        if matches!(op, Op::Add | Op::Mul) {
            ids[..2].sort_unstable(); // both commute to the bit
            ids[2] = ids[1];
        }
        self.intern(Kind::Operation(op, ids))
    }

    /// Rules that change no finite value.
    fn simplified(&mut self, op: Op, [a, b, c]: [Node; 3], numbers: [Option<f64>; 3]) -> Option<Node> {
        let is = |i: usize, value: f64| numbers[i] == Some(value);
        Some(match op {
            Op::Add if is(0, 0.0) => b,
            Op::Add | Op::Sub if is(1, 0.0) => a,
            Op::Sub if is(0, 0.0) => self.neg(b),
            Op::Mul if is(0, 1.0) => b,
            Op::Mul | Op::Div if is(1, 1.0) => a,
            Op::Mul if is(0, -1.0) => self.neg(b),
            Op::Mul | Op::Div if is(1, -1.0) => self.neg(a),
            Op::Mul if is(0, 0.0) || is(1, 0.0) => self.constant(0.0),
            Op::Mul if a == b => self.apply(Op::Square, &[a]),
            Op::Pow => match numbers[1] {
                Some(k) if k == libm::trunc(k) && k.abs() <= 64.0 => self.powi(a, k as i32),
                Some(0.5) => self.sqrt(a),
                _ => return None,
            },
            Op::Powi(0) => self.constant(1.0),
            Op::Powi(1) => a,
            Op::Powi(2) => self.apply(Op::Square, &[a]),
            Op::Neg => match self.kinds[a.0 as usize] {
                Kind::Operation(Op::Neg, [inner, ..]) => Node(inner),
                _ => return None,
            },
            Op::Select => match numbers[0] {
                Some(condition) => {
                    if condition != 0.0 {
                        b
                    } else {
                        c
                    }
                }
                None if b == c => b,
                None => return None,
            },
            _ => return None,
        })
    }

    operations! {
        /// `-a`
        neg = Neg(a);
        /// `sqrt(a)`
        sqrt = Sqrt(a);
        /// `e^a`
        exp = Exp(a);
        /// The natural logarithm.
        log = Log(a);
        /// `sin(a)`
        sin = Sin(a);
        /// `cos(a)`
        cos = Cos(a);
        /// `a + b`
        add = Add(a, b);
        /// `a - b`
        sub = Sub(a, b);
        /// `a b`
        mul = Mul(a, b);
        /// `a / b`
        div = Div(a, b);
        /// `a^b` with a real exponent. A constant integer exponent of at most 64 in size becomes a product of factors.
        pow = Pow(a, b);
        /// `a` where the condition is not 0, else `b`.
        select = Select(condition, a, b);
    }

    /// `a^k` as a product of factors.
    pub fn powi(&mut self, a: Node, k: i32) -> Node {
        self.apply(Op::Powi(k), &[a])
    }

    /// The sum of many, as a balanced tree; 0 of none.
    pub fn sum(&mut self, terms: &[Node]) -> Node {
        let mut level = terms.to_vec();
        while level.len() > 1 {
            level = level.chunks(2).map(|p| if p.len() == 2 { self.add(p[0], p[1]) } else { p[0] }).collect();
        }
        level.first().copied().unwrap_or_else(|| self.constant(0.0))
    }

    /// Writes the operations of `tape` here, with these nodes as its inputs and parameters, and gives its output. Missing
    /// nodes are NaN.
    pub fn splice(&mut self, tape: &Tape, inputs: &[Node], parameters: &[Node]) -> Node {
        let nan = self.constant(f64::NAN);
        let mut nodes: Vec<Node> = (0..tape.inputs).map(|i| inputs.get(i).copied().unwrap_or(nan)).collect();
        nodes.extend((0..tape.parameters).map(|i| parameters.get(i).copied().unwrap_or(nan)));
        nodes.extend(tape.constants.iter().map(|&c| self.constant(c)));
        for i in &tape.code {
            let operands = [i.a, i.b, i.c].map(|r| nodes[r as usize]);
            nodes.push(self.apply(i.op, &operands));
        }
        nodes[tape.output as usize]
    }

    /// The tape that computes `output`, without what it does not need.
    ///
    /// # Errors
    /// If the tape has more than 2^31 nodes.
    pub fn finish(&self, output: Node) -> Result<Tape, ProblemError> {
        if self.kinds.len() >= 1 << 31 {
            return Err(ProblemError::Structure("a tape has 2^31 or more nodes".into()));
        }
        let mut needed = vec![false; self.kinds.len()];
        needed[output.0 as usize] = true;
        for k in (0..self.kinds.len()).rev() {
            if let (true, Kind::Operation(_, operands)) = (needed[k], self.kinds[k]) {
                operands.iter().for_each(|&o| needed[o as usize] = true);
            }
        }
        let mut constants = Vec::new();
        let mut register = vec![0; self.kinds.len()];
        let first_constant = self.inputs + self.parameters;
        for k in (0..self.kinds.len()).filter(|&k| needed[k]) {
            match self.kinds[k] {
                Kind::Input(i) => register[k] = i,
                Kind::Parameter(i) => register[k] = self.inputs as u32 + i,
                Kind::Constant(bits) => {
                    register[k] = (first_constant + constants.len()) as u32;
                    constants.push(f64::from_bits(bits));
                }
                Kind::Operation(..) => {}
            }
        }
        let first = first_constant + constants.len();
        let mut code: Vec<Instruction> = Vec::new();
        for k in (0..self.kinds.len()).filter(|&k| needed[k]) {
            if let Kind::Operation(op, operands) = self.kinds[k] {
                register[k] = (first + code.len()) as u32;
                let [a, b, c] = operands.map(|o| register[o as usize]);
                let active = |r: u32| {
                    if r as usize >= first { code[r as usize - first].active } else { (r as usize) < self.inputs }
                };
                let any = match op.operands() {
                    1 => active(a),
                    2 => active(a) || active(b),
                    _ => active(b) || active(c),
                };
                let fixed = !active(b);
                let active = any && !op.is_step();
                code.push(Instruction { op, a, b, c, active, fixed });
            }
        }
        let guarded = code.iter().any(|i| i.op.chooses() || i.op.is_singular());
        let hessian = HessianCode::default();
        let mut tape = Tape {
            inputs: self.inputs,
            parameters: self.parameters,
            constants,
            code,
            output: register[output.0 as usize],
            guarded,
            hessian,
        };
        tape.hessian = HessianCode::of(&tape);
        Ok(tape)
    }
}
