//! Tapes: straight-line code of one function of k inputs and p parameters, with exact derivatives.
//!
//! Registers hold the inputs, the parameters, the constants, then one result per instruction. Sweeps run L elements side
//! by side (L is 8 where a type has many elements, else 1): a value sweep, a reverse sweep, a tangent and its reverse for
//! products with the Hessian, and for the Hessian itself a list of multiplications and additions that was worked out once
//! ([`curvature`]).

mod arithmetic;
mod builder;
mod curvature;
mod op;
mod sweep;

pub use builder::{Node, TapeBuilder};
pub use op::Op;
pub(crate) use sweep::Registers;

use crate::Fingerprint;
use curvature::HessianCode;

/// An operation applied to numbers, of which there are enough.
pub(crate) fn value_of(op: Op, operands: &[f64]) -> f64 {
    let at = |i: usize| [operands[i.min(operands.len() - 1)]];
    arithmetic::value(op, &at(0), &at(1), &at(2))[0]
}

/// One operation; its result goes into the register after those before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Instruction {
    pub(crate) op: Op,
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) c: u32,
    /// Whether the result depends on an input.
    pub(crate) active: bool,
    /// Whether `b` is a number that no input changes.
    pub(crate) fixed: bool,
}

/// A function of `inputs` variables and `parameters` numbers. Made by [`TapeBuilder`].
#[derive(Clone, Debug, PartialEq)]
pub struct Tape {
    inputs: usize,
    parameters: usize,
    constants: Vec<f64>,
    code: Vec<Instruction>,
    output: u32,
    /// Whether some operand can be without influence, or some derivative infinite: then a product with an adjoint or a
    /// tangent of 0 is 0 whatever the factor.
    guarded: bool,
    hessian: HessianCode,
}

impl Tape {
    /// How many inputs there are.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many parameters there are.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// How many operations an evaluation takes.
    pub fn operations(&self) -> usize {
        self.code.len()
    }

    /// The places of the Hessian's lower triangle that may be nonzero: `(row, column)`, column at most row, ascending.
    pub fn hessian_places(&self) -> &[(u32, u32)] {
        &self.hessian.places
    }

    /// How many multiply-adds a Hessian takes after the sweeps.
    pub fn hessian_operations(&self) -> usize {
        self.hessian.steps.len()
    }

    fn registers(&self) -> usize {
        self.first_result() + self.code.len()
    }

    /// The register of the first instruction's result.
    fn first_result(&self) -> usize {
        self.inputs + self.parameters + self.constants.len()
    }

    /// Whether a register depends on an input.
    fn is_active(&self, register: usize) -> bool {
        let first = self.first_result();
        if register >= first { self.code[register - first].active } else { register < self.inputs }
    }

    /// The value at one point.
    ///
    /// # Panics
    /// If there are fewer numbers than [`inputs`](Self::inputs) or [`parameters`](Self::parameters).
    pub fn value(&self, inputs: &[f64], parameters: &[f64]) -> f64 {
        self.run(inputs, parameters).value()
    }

    pub(crate) fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.words(&[self.inputs as u64, self.parameters as u64, u64::from(self.output)]);
        hash.numbers(&self.constants);
        for i in &self.code {
            hash.text(i.op.name());
            let power = if let Op::Powi(k) = i.op { u64::from(k.cast_unsigned()) } else { 0 };
            hash.words(&[power, u64::from(i.a), u64::from(i.b), u64::from(i.c)]);
        }
    }

    /// Registers of one evaluation at one point.
    fn run(&self, inputs: &[f64], parameters: &[f64]) -> Registers<1> {
        let mut registers = Registers::default();
        registers.prepare(self);
        for j in 0..self.inputs {
            registers.input(j)[0] = inputs[j];
        }
        for j in 0..self.parameters {
            registers.input(self.inputs + j)[0] = parameters[j];
        }
        registers.forward(self);
        registers
    }

    /// The first operation on the path to the value whose result is not finite, in words; for error messages.
    pub(crate) fn first_undefined(&self, inputs: &[f64], parameters: &[f64]) -> Option<String> {
        let registers = self.run(inputs, parameters);
        let (first, at) = (self.first_result(), |r: u32| registers.at(r as usize));
        let mut needed = vec![false; self.registers()];
        needed[self.output as usize] = true;
        for (k, i) in self.code.iter().enumerate().rev() {
            if !needed[first + k] {
                continue;
            }
            let (a, b, c) = (i.a as usize, i.b as usize, i.c as usize);
            match i.op {
                Op::Select => {
                    needed[a] = true;
                    needed[if at(i.a) != 0.0 { b } else { c }] = true;
                }
                op if op.operands() == 1 => needed[a] = true,
                _ => (needed[a], needed[b]) = (true, true),
            }
        }
        if let Some(j) = (0..self.inputs).find(|&j| needed[j] && !inputs[j].is_finite()) {
            return Some(format!("input {j} (from 0) is {}", inputs[j]));
        }
        let k = (0..self.code.len()).find(|&k| needed[first + k] && !at((first + k) as u32).is_finite())?;
        let i = self.code[k];
        let result = at((first + k) as u32);
        let operands = match i.op.operands() {
            1 => format!("{}", at(i.a)),
            2 => format!("{}, {}", at(i.a), at(i.b)),
            _ => format!("{}, {}, {}", at(i.a), at(i.b), at(i.c)),
        };
        Some(format!("{} of ({operands}) is {result} (operation {k})", i.op.name()))
    }
}
