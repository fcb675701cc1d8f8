//! All elements of one type, in blocks of lanes.

use crate::expression::tape::{Registers, Tape};
use std::ops::Range;
use std::sync::Arc;
use thalweg_kernels::parallel::for_parts;

/// Types with at most this many elements are evaluated one at a time.
const FEW: usize = 2;
/// Elements side by side.
const WIDE: usize = 8;
/// An operation of a tape in units of a multiply-add, for the decision to use several threads.
const WORK_PER_OPERATION: usize = 2;
/// Operations that a part should have at least.
const PART: usize = 1 << 14;

/// What a sweep writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Values.
    Values,
    /// Values and first derivatives.
    Gradients,
    /// Second derivatives.
    Hessians,
    /// Products of the Hessian with a direction.
    Products,
}

/// Elements of one type. Their numbers are kept in blocks of `lanes`: number `j` of element `e` is at
/// `(e / lanes * per_element + j) * lanes + e % lanes`.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    pub(crate) name: String,
    pub(crate) tape: Arc<Tape>,
    pub(crate) count: usize,
    pub(crate) lanes: usize,
    /// Where each input is in the source vector; the last block is filled up with copies of the last element.
    inputs: Vec<u32>,
    parameters: Vec<f64>,
    /// Which element (in order of declaration) each one is.
    pub(crate) ids: Vec<u32>,
    /// Where the bank's numbers begin in the arrays of all banks.
    pub(crate) value_offset: usize,
    pub(crate) gradient_offset: usize,
    pub(crate) hessian_offset: usize,
}

/// Registers of both widths.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    wide: Registers<WIDE>,
    one: Registers<1>,
}

/// Elements of one type as they are declared: `inputs` and `parameters` one element after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    pub(crate) inputs: Vec<u32>,
    pub(crate) parameters: Vec<f64>,
    pub(crate) ids: Vec<u32>,
}

impl Bank {
    /// `end` holds the ends of the arrays so far, and is moved on.
    pub(crate) fn new(name: String, tape: Arc<Tape>, declared: &Declared, end: &mut [usize; 3]) -> Self {
        let count = declared.ids.len();
        let lanes = if count <= FEW { 1 } else { WIDE };
        let blocks = count.div_ceil(lanes);
        let [k, p] = [tape.inputs(), tape.parameters()];
        let element = |block: usize, lane: usize| (block * lanes + lane).min(count - 1);
        let mut inputs = Vec::with_capacity(blocks * lanes * k);
        let mut parameters = Vec::with_capacity(blocks * lanes * p);
        for block in 0..blocks {
            for j in 0..k {
                inputs.extend((0..lanes).map(|l| declared.inputs[element(block, l) * k + j]));
            }
            for j in 0..p {
                parameters.extend((0..lanes).map(|l| declared.parameters[element(block, l) * p + j]));
            }
        }
        let [value_offset, gradient_offset, hessian_offset] = *end;
        end[0] += blocks * lanes;
        end[1] += blocks * lanes * k;
        end[2] += blocks * lanes * tape.hessian_places().len();
        let ids = declared.ids.clone();
        Self { name, tape, count, lanes, inputs, parameters, ids, value_offset, gradient_offset, hessian_offset }
    }

    fn blocks(&self) -> usize {
        self.count.div_ceil(self.lanes)
    }

    /// Where number 0 of `per` numbers of element `e` is, counted from the bank's beginning; the others follow at
    /// distance `lanes`.
    pub(crate) fn place(&self, e: usize, per: usize) -> usize {
        e / self.lanes * per * self.lanes + e % self.lanes
    }

    /// The inputs of element `e`.
    pub(crate) fn inputs_of(&self, e: usize) -> impl Iterator<Item = u32> + '_ {
        let first = self.place(e, self.tape.inputs());
        (0..self.tape.inputs()).map(move |j| self.inputs[first + j * self.lanes])
    }

    /// The parameters of element `e`.
    pub(crate) fn parameters_of(&self, e: usize) -> Vec<f64> {
        let first = self.place(e, self.tape.parameters());
        (0..self.tape.parameters()).map(|j| self.parameters[first + j * self.lanes]).collect()
    }

    /// How many derivatives a pass writes for one element.
    fn derivatives(&self, pass: Pass) -> usize {
        match pass {
            Pass::Values => 0,
            Pass::Gradients | Pass::Products => self.tape.inputs(),
            Pass::Hessians => self.tape.hessian_places().len(),
        }
    }

    fn work(&self, pass: Pass) -> usize {
        let per_element = match pass {
            Pass::Values => self.tape.operations(),
            Pass::Gradients => 3 * self.tape.operations(),
            Pass::Hessians => 6 * self.tape.operations() + self.tape.hessian_operations(),
            Pass::Products => 8 * self.tape.operations(),
        };
        WORK_PER_OPERATION * self.count * per_element
    }

    fn run(&self, job: &mut Job<'_>, at: &At<'_>) {
        if self.lanes == 1 {
            self.run_lanes::<1>(&mut job.scratch.one, job.blocks.clone(), job.values, job.derivatives, at);
        } else {
            self.run_lanes::<WIDE>(&mut job.scratch.wide, job.blocks.clone(), job.values, job.derivatives, at);
        }
    }

    fn run_lanes<const L: usize>(
        &self,
        registers: &mut Registers<L>,
        blocks: Range<usize>,
        values: &mut [f64],
        derivatives: &mut [f64],
        at: &At<'_>,
    ) {
        let tape = &*self.tape;
        let (k, p, d) = (tape.inputs(), tape.parameters(), self.derivatives(at.pass));
        registers.prepare(tape);
        if at.pass == Pass::Products {
            registers.zero_tangents(tape);
        }
        for (n, block) in blocks.enumerate() {
            for j in 0..k {
                let places = &self.inputs[(block * k + j) * L..][..L];
                let to = registers.input(j);
                for l in 0..L {
                    to[l] = at.point[places[l] as usize];
                }
            }
            for j in 0..p {
                registers.input(k + j).copy_from_slice(&self.parameters[(block * p + j) * L..][..L]);
            }
            registers.forward(tape);
            if matches!(at.pass, Pass::Values | Pass::Gradients) {
                values[n * L..][..L].copy_from_slice(registers.output());
            }
            let out = &mut derivatives[n * d * L..][..d * L];
            match at.pass {
                Pass::Values => {}
                Pass::Gradients => {
                    registers.reverse(tape);
                    for j in 0..k {
                        out[j * L..][..L].copy_from_slice(registers.derivative(j));
                    }
                }
                Pass::Hessians => {
                    registers.hessian(tape);
                    for j in 0..d {
                        out[j * L..][..L].copy_from_slice(registers.curvature(tape, j));
                    }
                }
                Pass::Products => {
                    for j in 0..k {
                        let places = &self.inputs[(block * k + j) * L..][..L];
                        let to = registers.tangent(j);
                        for l in 0..L {
                            to[l] = at.direction[places[l] as usize];
                        }
                    }
                    registers.hessian_vector(tape);
                    for j in 0..k {
                        out[j * L..][..L].copy_from_slice(registers.product(j));
                    }
                }
            }
        }
    }
}

/// What all elements of a pass share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) pass: Pass,
    pub(crate) point: &'a [f64],
    /// For [`Pass::Products`].
    pub(crate) direction: &'a [f64],
}

/// Some consecutive blocks of a bank, and where their results go.
struct Job<'a> {
    bank: &'a Bank,
    blocks: Range<usize>,
    values: &'a mut [f64],
    derivatives: &'a mut [f64],
    scratch: &'a mut Scratch,
}

/// Evaluates all elements of all banks. `values` is written by the first two passes only, `derivatives` has the layout of
/// the pass. Every element is computed on its own, so that no result depends on how the work is cut.
pub(crate) fn evaluate(
    banks: &[Bank],
    at: &At<'_>,
    mut values: &mut [f64],
    mut derivatives: &mut [f64],
    scratch: &mut Vec<Scratch>,
) {
    let writes_values = matches!(at.pass, Pass::Values | Pass::Gradients);
    let work: usize = banks.iter().map(|b| b.work(at.pass)).sum();
    let parts = |bank: &Bank| {
        let parts = (bank.work(at.pass) / PART).clamp(1, 4 * rayon_threads());
        let blocks = bank.blocks().div_ceil(parts).max(1);
        (blocks, bank.blocks().div_ceil(blocks))
    };
    let jobs: usize = banks.iter().map(|b| parts(b).1).sum();
    if scratch.len() < jobs.max(1) {
        scratch.resize_with(jobs.max(1), Scratch::default);
    }
    let mut list = Vec::with_capacity(jobs);
    let mut free = scratch.iter_mut();
    for bank in banks {
        let (per_job, count) = parts(bank);
        for part in 0..count {
            let blocks = part * per_job..bank.blocks().min((part + 1) * per_job);
            let lanes = blocks.len() * bank.lanes;
            let mine;
            (mine, values) = values.split_at_mut(if writes_values { lanes } else { 0 });
            let own;
            (own, derivatives) = derivatives.split_at_mut(lanes * bank.derivatives(at.pass));
            let Some(scratch) = free.next() else { return };
            list.push(Job { bank, blocks, values: mine, derivatives: own, scratch });
        }
    }
    for_parts(&mut list, work, |_, jobs| jobs.iter_mut().for_each(|job| job.bank.run(job, at)));
}

/// Threads worth cutting for; the cuts do not show in the results.
fn rayon_threads() -> usize {
    8
}
