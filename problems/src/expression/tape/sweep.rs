//! Sweeps over a tape, on L elements side by side.

use super::arithmetic::{Lanes, first, second, value, zip};
use super::curvature::{Factor, Step};
use super::{Op, Tape};

/// The memory of a tape's sweeps.
#[derive(Clone, Debug)]
pub(crate) struct Registers<const L: usize> {
    values: Vec<Lanes<L>>,
    adjoints: Vec<Lanes<L>>,
    tangents: Vec<Lanes<L>>,
    adjoint_tangents: Vec<Lanes<L>>,
    firsts: Vec<[Lanes<L>; 3]>,
    seconds: Vec<[Lanes<L>; 3]>,
    slots: Vec<Lanes<L>>,
    output: usize,
}

impl<const L: usize> Default for Registers<L> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            adjoints: Vec::new(),
            tangents: Vec::new(),
            adjoint_tangents: Vec::new(),
            firsts: Vec::new(),
            seconds: Vec::new(),
            slots: Vec::new(),
            output: 0,
        }
    }
}

/// `w d`, and 0 for w = 0 whatever d if `G`: what was not selected may have infinite derivatives.
#[inline(always)]
fn times<const G: bool>(w: f64, d: f64) -> f64 {
    let product = w * d;
    if G && w == 0.0 { 0.0 } else { product }
}

/// `d t` for a tangent t, and 0 if either is 0 if `G`: a direction that does not move an operand does not see its derivative.
#[inline(always)]
fn along<const G: bool>(d: f64, t: f64) -> f64 {
    let product = d * t;
    if G && (d == 0.0 || t == 0.0) { 0.0 } else { product }
}

#[inline(always)]
fn times_lanes<const G: bool, const L: usize>(w: &Lanes<L>, d: &Lanes<L>) -> Lanes<L> {
    zip(w, d, times::<G>)
}

#[inline(always)]
fn add_to<const L: usize>(to: &mut Lanes<L>, what: &Lanes<L>) {
    for l in 0..L {
        to[l] += what[l];
    }
}

fn cleared<const L: usize>(of: &mut Vec<Lanes<L>>, len: usize) {
    of.clear();
    of.resize(len, [0.0; L]);
}

impl<const L: usize> Registers<L> {
    /// Sets sizes and constants for a tape; inputs and parameters are for the caller to fill.
    pub(crate) fn prepare(&mut self, tape: &Tape) {
        if self.values.len() < tape.registers() {
            self.values.resize(tape.registers(), [0.0; L]);
        }
        let first_constant = tape.inputs + tape.parameters;
        for (k, &constant) in tape.constants.iter().enumerate() {
            self.values[first_constant + k] = [constant; L];
        }
        self.output = tape.output as usize;
    }

    /// Input `j`; parameters follow the inputs.
    pub(crate) fn input(&mut self, j: usize) -> &mut Lanes<L> {
        &mut self.values[j]
    }

    /// The tangent of input `j`, after [`zero_tangents`](Self::zero_tangents).
    pub(crate) fn tangent(&mut self, j: usize) -> &mut Lanes<L> {
        &mut self.tangents[j]
    }

    pub(crate) fn zero_tangents(&mut self, tape: &Tape) {
        cleared(&mut self.tangents, tape.registers());
    }

    pub(crate) fn output(&self) -> &Lanes<L> {
        &self.values[self.output]
    }

    /// The derivative with respect to input `j` after a reverse sweep.
    pub(crate) fn derivative(&self, j: usize) -> &Lanes<L> {
        &self.adjoints[j]
    }

    /// The product with the Hessian, at input `j`.
    pub(crate) fn product(&self, j: usize) -> &Lanes<L> {
        &self.adjoint_tangents[j]
    }

    /// The Hessian's value at place `k`.
    pub(crate) fn curvature(&self, tape: &Tape, k: usize) -> &Lanes<L> {
        &self.slots[tape.hessian.results[k] as usize]
    }

    /// The values.
    pub(crate) fn forward(&mut self, tape: &Tape) {
        let first = tape.first_result();
        let values = &mut self.values[..tape.registers()];
        for (k, i) in tape.code.iter().enumerate() {
            let (known, rest) = values.split_at_mut(first + k);
            rest[0] = value(i.op, &known[i.a as usize], &known[i.b as usize], &known[i.c as usize]);
        }
    }

    /// The derivatives, after [`forward`](Self::forward).
    pub(crate) fn reverse(&mut self, tape: &Tape) {
        if tape.guarded { self.reverse_with::<true>(tape) } else { self.reverse_with::<false>(tape) }
    }

    fn reverse_with<const G: bool>(&mut self, tape: &Tape) {
        cleared(&mut self.adjoints, tape.registers());
        let start = tape.first_result();
        self.adjoints[tape.output as usize] = [1.0; L];
        for (k, i) in tape.code.iter().enumerate().rev() {
            if !i.active {
                continue;
            }
            let w = self.adjoints[start + k];
            let [a, b, c] = [i.a as usize, i.b as usize, i.c as usize];
            if i.op == Op::Select {
                for l in 0..L {
                    let taken = if self.values[a][l] != 0.0 { b } else { c };
                    self.adjoints[taken][l] += w[l];
                }
                continue;
            }
            let (va, vb, v) = (self.values[a], self.values[b], self.values[start + k]);
            let (da, db) = first(i.op, i.fixed, &va, &vb, &v);
            add_to(&mut self.adjoints[a], &times_lanes::<G, L>(&w, &da));
            if i.op.operands() == 2 {
                add_to(&mut self.adjoints[b], &times_lanes::<G, L>(&w, &db));
            }
        }
    }

    /// The product with the Hessian of the tangents at the inputs, after [`forward`](Self::forward); the derivatives too.
    pub(crate) fn hessian_vector(&mut self, tape: &Tape) {
        if tape.guarded { self.hessian_vector_with::<true>(tape) } else { self.hessian_vector_with::<false>(tape) }
    }

    fn hessian_vector_with<const G: bool>(&mut self, tape: &Tape) {
        let start = tape.first_result();
        self.partials(tape);
        for (k, i) in tape.code.iter().enumerate() {
            let [a, b, c] = [i.a as usize, i.b as usize, i.c as usize];
            let [da, db, dc] = self.firsts[k];
            // A tangent meets a derivative that is not selected: the derivative is 0, the tangent may be anything.
            let mut t = if i.active { zip(&da, &self.tangents[a], along::<G>) } else { [0.0; L] };
            if i.active && i.op.operands() > 1 {
                add_to(&mut t, &zip(&db, &self.tangents[b], along::<G>));
            }
            if i.active && i.op.operands() > 2 {
                add_to(&mut t, &zip(&dc, &self.tangents[c], along::<G>));
            }
            self.tangents[start + k] = t;
        }
        cleared(&mut self.adjoints, tape.registers());
        cleared(&mut self.adjoint_tangents, tape.registers());
        self.adjoints[tape.output as usize] = [1.0; L];
        for (k, i) in tape.code.iter().enumerate().rev().filter(|(_, i)| i.active) {
            let [a, b, c] = [i.a as usize, i.b as usize, i.c as usize];
            let [da, db, dc] = self.firsts[k];
            let (w, u) = (self.adjoints[start + k], self.adjoint_tangents[start + k]);
            add_to(&mut self.adjoints[a], &times_lanes::<G, L>(&w, &da));
            add_to(&mut self.adjoint_tangents[a], &times_lanes::<G, L>(&u, &da));
            if i.op.operands() > 1 {
                add_to(&mut self.adjoints[b], &times_lanes::<G, L>(&w, &db));
                add_to(&mut self.adjoint_tangents[b], &times_lanes::<G, L>(&u, &db));
            }
            if i.op.operands() > 2 {
                add_to(&mut self.adjoints[c], &times_lanes::<G, L>(&w, &dc));
                add_to(&mut self.adjoint_tangents[c], &times_lanes::<G, L>(&u, &dc));
            }
            let curvature = i.op.curvature();
            if !(curvature.aa || curvature.ab || curvature.bb) {
                continue;
            }
            let [aa, ab, bb] = self.seconds[k];
            let (ta, tb) = (self.tangents[a], self.tangents[b]);
            if curvature.aa || a == b {
                add_to(&mut self.adjoint_tangents[a], &zip(&times_lanes::<G, L>(&w, &aa), &ta, along::<G>));
            }
            if curvature.ab && a != b {
                let wab = times_lanes::<G, L>(&w, &ab);
                add_to(&mut self.adjoint_tangents[a], &zip(&wab, &tb, along::<G>));
                add_to(&mut self.adjoint_tangents[b], &zip(&wab, &ta, along::<G>));
            }
            if curvature.bb && a != b {
                add_to(&mut self.adjoint_tangents[b], &zip(&times_lanes::<G, L>(&w, &bb), &tb, along::<G>));
            }
        }
    }

    /// First and second partial derivatives of every instruction. Where both operands are one register, everything is in
    /// the first place: `d = da + db`, `dd = aa + 2 ab + bb`.
    fn partials(&mut self, tape: &Tape) {
        let start = tape.first_result();
        self.firsts.resize(self.firsts.len().max(tape.code.len()), [[0.0; L]; 3]);
        self.seconds.resize(self.seconds.len().max(tape.code.len()), [[0.0; L]; 3]);
        for (k, i) in tape.code.iter().enumerate().filter(|(_, i)| i.active) {
            let (a, b, v) = (&self.values[i.a as usize], &self.values[i.b as usize], &self.values[start + k]);
            if i.op == Op::Select {
                let taken = a.map(|a| f64::from(u8::from(a != 0.0)));
                self.firsts[k] = [[0.0; L], taken, taken.map(|t| 1.0 - t)];
                continue;
            }
            let (mut da, mut db) = first(i.op, i.fixed, a, b, v);
            let curvature = i.op.curvature();
            if curvature.aa || curvature.ab || curvature.bb {
                let (mut aa, ab, bb) = second(i.op, i.fixed, [a, b, v, &da, &db]);
                if i.a == i.b && i.op.operands() == 2 {
                    for l in 0..L {
                        aa[l] += 2.0 * ab[l] + bb[l];
                    }
                }
                self.seconds[k] = [aa, ab, bb];
            }
            if i.a == i.b && i.op.operands() == 2 {
                add_to(&mut da, &db);
                db = [0.0; L];
            }
            self.firsts[k] = [da, db, [0.0; L]];
        }
    }

    /// The Hessian, after [`forward`](Self::forward); the derivatives too.
    pub(crate) fn hessian(&mut self, tape: &Tape) {
        if tape.guarded { self.hessian_with::<true>(tape) } else { self.hessian_with::<false>(tape) }
    }

    fn hessian_with<const G: bool>(&mut self, tape: &Tape) {
        let start = tape.first_result();
        self.partials(tape);
        cleared(&mut self.adjoints, tape.registers());
        self.adjoints[tape.output as usize] = [1.0; L];
        for (k, i) in tape.code.iter().enumerate().rev().filter(|(_, i)| i.active) {
            let w = self.adjoints[start + k];
            for (place, r) in [i.a, i.b, i.c].into_iter().enumerate().take(i.op.operands()) {
                add_to(&mut self.adjoints[r as usize], &times_lanes::<G, L>(&w, &self.firsts[k][place]));
            }
        }
        self.slots.resize(self.slots.len().max(tape.hessian.slots), [0.0; L]);
        for step in &tape.hessian.steps {
            let (to, set, term) = match *step {
                Step::Push { to, from, factor, set } => {
                    let from = &self.slots[from as usize];
                    let d = |k: u32, place: u8| &self.firsts[k as usize][place as usize];
                    let term = match factor {
                        Factor::First(k, p) => times_lanes::<G, L>(from, d(k, p)),
                        Factor::TwiceFirst(k, p) => times_lanes::<G, L>(&from.map(|x| 2.0 * x), d(k, p)),
                        Factor::Product(k, p, q) => times_lanes::<G, L>(&times_lanes::<G, L>(from, d(k, p)), d(k, q)),
                    };
                    (to, set, term)
                }
                Step::Create { to, instruction, which, set } => {
                    let k = instruction as usize;
                    let w = &self.adjoints[start + k];
                    (to, set, times_lanes::<G, L>(w, &self.seconds[k][which as usize]))
                }
            };
            let slot = &mut self.slots[to as usize];
            if set {
                *slot = term;
            } else {
                add_to(slot, &term);
            }
        }
    }
}

impl Registers<1> {
    /// What register `r` holds.
    pub(super) fn at(&self, r: usize) -> f64 {
        self.values[r][0]
    }

    /// The value of the tape.
    pub(super) fn value(&self) -> f64 {
        self.output()[0]
    }
}
