//! Where the numbers of groups and elements go: rows of derivatives, and the pattern of the Hessian.

use super::PartiallySeparable;
use super::bank::Bank;
use crate::nlp::Pattern;

/// In a place of the Hessian: the entry counts twice, because two variables of the element are one and the same.
const TWICE: u32 = 1 << 31;
/// No group function: `g(alpha) = alpha`.
pub(crate) const TRIVIAL: u32 = u32::MAX;

/// All groups. Group `i`'s own numbers are at `i`, its lists between `*_ptr[i]` and `*_ptr[i + 1]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) constant: Vec<f64>,
    pub(crate) scale: Vec<f64>,
    /// Which function (in the order of the banks), or [`TRIVIAL`].
    pub(crate) function: Vec<u32>,
    pub(crate) linear_ptr: Vec<usize>,
    pub(crate) linear: Vec<(u32, f64)>,
    /// The place of each linear coefficient in the group's row.
    pub(crate) linear_slots: Vec<u32>,
    pub(crate) use_ptr: Vec<usize>,
    pub(crate) uses: Vec<Use>,
    /// The place of each variable of each use in the group's row: `slot_ptr` per use.
    pub(crate) slot_ptr: Vec<usize>,
    pub(crate) slots: Vec<u32>,
    /// The variables of each group, ascending: where its derivative is.
    pub(crate) row_ptr: Vec<usize>,
    pub(crate) row: Vec<u32>,
}

/// An element in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    pub(crate) bank: u32,
    /// The element's position in its bank.
    pub(crate) element: u32,
    pub(crate) weight: f64,
}

impl Groups {
    pub(crate) fn len(&self) -> usize {
        self.constant.len()
    }

    pub(crate) fn is_linear(&self, i: usize) -> bool {
        self.function[i] == TRIVIAL && self.use_ptr[i] == self.use_ptr[i + 1]
    }

    /// Works out rows and slots from the lists.
    pub(crate) fn complete(&mut self, variables: usize, banks: &[Bank]) {
        let mut place = vec![u32::MAX; variables];
        (self.row_ptr, self.slot_ptr) = (vec![0], vec![0]);
        for i in 0..self.len() {
            let mut row = Vec::new();
            let mut see = |j: u32| {
                if place[j as usize] == u32::MAX {
                    place[j as usize] = 0;
                    row.push(j);
                }
            };
            let linear = &self.linear[self.linear_ptr[i]..self.linear_ptr[i + 1]];
            let uses = &self.uses[self.use_ptr[i]..self.use_ptr[i + 1]];
            linear.iter().for_each(|l| see(l.0));
            for u in uses {
                banks[u.bank as usize].inputs_of(u.element as usize).for_each(&mut see);
            }
            row.sort_unstable();
            for (slot, &j) in row.iter().enumerate() {
                place[j as usize] = slot as u32;
            }
            self.linear_slots.extend(linear.iter().map(|l| place[l.0 as usize]));
            for u in uses {
                self.slots.extend(banks[u.bank as usize].inputs_of(u.element as usize).map(|j| place[j as usize]));
                self.slot_ptr.push(self.slots.len());
            }
            row.iter().for_each(|&j| place[j as usize] = u32::MAX);
            self.row.extend(row);
            self.row_ptr.push(self.row.len());
        }
    }
}

/// The Hessian's pattern and where every contribution goes, in the order in which they are added.
#[derive(Clone, Debug)]
pub(crate) struct Scatter {
    pub(crate) pattern: Pattern,
    /// For every group: its uses' entries, then the lower triangle of its row if it has a function; at the end the quadratic.
    places: Vec<u32>,
}

impl Scatter {
    pub(crate) fn new(program: &PartiallySeparable) -> Self {
        let groups = &program.groups;
        let mut positions = Vec::new();
        let mut twice = Vec::new();
        let mut variables = Vec::new();
        for i in 0..groups.len() {
            for u in &groups.uses[groups.use_ptr[i]..groups.use_ptr[i + 1]] {
                let bank = &program.elements[u.bank as usize];
                variables.clear();
                variables.extend(bank.inputs_of(u.element as usize));
                for &(r, s) in bank.tape.hessian_places() {
                    let (p, q) = (variables[r as usize], variables[s as usize]);
                    if p == q && r != s {
                        twice.push(positions.len());
                    }
                    positions.push((p.max(q), p.min(q)));
                }
            }
            if groups.function[i] != TRIVIAL {
                let row = &groups.row[groups.row_ptr[i]..groups.row_ptr[i + 1]];
                for (r, &p) in row.iter().enumerate() {
                    positions.extend(row[..=r].iter().map(|&q| (p, q)));
                }
            }
        }
        positions.extend(program.quadratic.iter().map(|q| (q.0, q.1)));
        let n = program.lower.len();
        let (pattern, mut places) = Pattern::from_positions(n, n, &positions);
        twice.into_iter().for_each(|k| places[k] |= TWICE);
        Self { pattern, places }
    }

    /// A writer at the first contribution.
    pub(crate) fn adder<'a>(&'a self, values: &'a mut [f64]) -> Adder<'a> {
        Adder { places: self.places.iter(), values }
    }
}

/// Adds contributions one after the other.
pub(crate) struct Adder<'a> {
    places: std::slice::Iter<'a, u32>,
    values: &'a mut [f64],
}

impl Adder<'_> {
    pub(crate) fn add(&mut self, value: f64) {
        if let Some(&place) = self.places.next() {
            let value = if place & TWICE == 0 { value } else { 2.0 * value };
            self.values[(place & !TWICE) as usize] += value;
        }
    }

    /// Passes over contributions that are 0.
    pub(crate) fn skip(&mut self, count: usize) {
        if count > 0 {
            self.places.nth(count - 1);
        }
    }
}
