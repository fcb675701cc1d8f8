//! The Hessian of a tape by edge pushing, worked out once (Gower, Mello, "A new framework for the computation of Hessians",
//! Optimization Methods and Software 27 (2012), Algorithm 3).
//!
//! Going backwards through the code, W holds the second derivatives of the function computed so far in terms of the
//! registers still alive. An instruction `v_i = phi(v_j, v_k)` removes `v_i`: each entry `W(p, i)` is *pushed* to the
//! operands (`W(p, j) += phi_j W(p, i)`, and `W(j, k) += phi_j phi_k W(i, i)`), and *created* are `W(j, k) += w_i phi_jk`.
//! Which entries exist depends on the code alone, so the whole is a list of multiply-adds between numbered slots. Its
//! length, and so the cost of a Hessian, is in proportion to the structure, not to the number of inputs.

use super::Op;
use super::Tape;
use std::collections::BTreeMap;

/// A factor of a step: numbers that the sweeps left behind, for instruction `k`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Factor {
    /// The partial derivative of instruction k in its operand 0 or 1 (2 for the last of a selection).
    First(u32, u8),
    /// The same twice: `2 phi_j`, where an entry meets its own register.
    TwiceFirst(u32, u8),
    /// The product of two partial derivatives.
    Product(u32, u8, u8),
}

/// One multiply-add on slots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// `slot[to] (+)= factor slot[from]`
    Push { to: u32, from: u32, factor: Factor, set: bool },
    /// `slot[to] (+)= w_k second partial` (0: aa, 1: ab, 2: bb) of instruction k.
    Create { to: u32, instruction: u32, which: u8, set: bool },
}

/// The list, and where the result stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HessianCode {
    pub(crate) steps: Vec<Step>,
    /// How many slots there are.
    pub(crate) slots: usize,
    /// Positions of the lower triangle, ascending.
    pub(crate) places: Vec<(u32, u32)>,
    /// The slot of each.
    pub(crate) results: Vec<u32>,
}

struct Slots<'a> {
    tape: &'a Tape,
    /// `entries[i]`: for register i, the slots of `W(i, p)` with `p <= i`.
    entries: Vec<BTreeMap<u32, u32>>,
    free: Vec<u32>,
    count: u32,
    steps: Vec<Step>,
}

impl Slots<'_> {
    /// The slot of `W(p, q)` and whether it is new.
    fn slot(&mut self, p: u32, q: u32) -> (u32, bool) {
        let (high, low) = (p.max(q), p.min(q));
        if let Some(&slot) = self.entries[high as usize].get(&low) {
            return (slot, false);
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        });
        self.entries[high as usize].insert(low, slot);
        (slot, true)
    }

    fn push(&mut self, p: u32, q: u32, from: u32, factor: Factor) {
        if self.tape.is_active(p as usize) && self.tape.is_active(q as usize) {
            let (to, set) = self.slot(p, q);
            self.steps.push(Step::Push { to, from, factor, set });
        }
    }

    fn create(&mut self, p: u32, q: u32, instruction: u32, which: u8) {
        if self.tape.is_active(p as usize) && self.tape.is_active(q as usize) {
            let (to, set) = self.slot(p, q);
            self.steps.push(Step::Create { to, instruction, which, set });
        }
    }
}

impl HessianCode {
    pub(crate) fn of(tape: &Tape) -> Self {
        let first = tape.first_result();
        let mut slots = Slots {
            tape,
            entries: vec![BTreeMap::new(); tape.registers()],
            free: Vec::new(),
            count: 0,
            steps: Vec::new(),
        };
        for k in (0..tape.code.len()).rev() {
            let i = tape.code[k];
            let register = (first + k) as u32;
            if !i.active {
                continue;
            }
            // Operands with what the sweeps store as their partial derivatives; equal operands are one (their partial
            // derivatives are added up in the first place).
            let operands: Vec<(u32, u8)> = match i.op {
                Op::Select => vec![(i.b, 1), (i.c, 2)],
                op if op.operands() == 1 || i.a == i.b => vec![(i.a, 0)],
                _ => vec![(i.a, 0), (i.b, 1)],
            };
            let k = k as u32;
            let entries = std::mem::take(&mut slots.entries[register as usize]);
            for (&p, &from) in &entries {
                if p == register {
                    for (n, &(j, dj)) in operands.iter().enumerate() {
                        slots.push(j, j, from, Factor::Product(k, dj, dj));
                        for &(l, dl) in &operands[..n] {
                            slots.push(j, l, from, Factor::Product(k, dj, dl));
                        }
                    }
                } else {
                    for &(j, dj) in &operands {
                        let factor = if j == p { Factor::TwiceFirst(k, dj) } else { Factor::First(k, dj) };
                        slots.push(j, p, from, factor);
                    }
                }
            }
            slots.free.extend(entries.into_values());
            let curvature = i.op.curvature();
            if i.op.operands() == 2 && i.a == i.b {
                if curvature.aa || curvature.ab || curvature.bb {
                    slots.create(i.a, i.a, k, 0);
                }
                continue;
            }
            for (on, p, q, which) in
                [(curvature.aa, i.a, i.a, 0), (curvature.ab, i.a, i.b, 1), (curvature.bb, i.b, i.b, 2)]
            {
                if on {
                    slots.create(p, q, k, which);
                }
            }
        }
        let mut places = Vec::new();
        let mut results = Vec::new();
        for high in 0..tape.inputs {
            for (&low, &slot) in &slots.entries[high] {
                places.push((high as u32, low));
                results.push(slot);
            }
        }
        Self { steps: slots.steps, slots: slots.count as usize, places, results }
    }
}
