//! The linear parts of groups by rows: entries of one variable added up, combined groups built.

use super::decoder::Tables;

/// Linear parts by groups: group `i` has the entries `starts[i]..starts[i + 1]`.
#[derive(Debug, Default)]
pub(super) struct LinearParts {
    starts: Vec<usize>,
    variables: Vec<u32>,
    coefficients: Vec<f64>,
}

/// Sorts items by group without changing their order within one.
pub(super) fn by_group<T: Copy>(groups: usize, items: &[T], group: impl Fn(&T) -> u32) -> (Vec<usize>, Vec<u32>) {
    let mut starts = vec![0; groups + 1];
    items.iter().for_each(|item| starts[group(item) as usize + 1] += 1);
    for at in 0..groups {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut order = vec![0; items.len()];
    for (k, item) in items.iter().enumerate() {
        let place = &mut next[group(item) as usize];
        order[*place] = k as u32;
        *place += 1;
    }
    (starts, order)
}

impl LinearParts {
    pub(super) fn new(tables: &Tables) -> Self {
        let groups = &tables.groups;
        let (first, order) = by_group(groups.len(), &groups.entries, |&(group, ..)| group);
        let mut parts = Self { starts: vec![0], ..Self::default() };
        // The sum per variable, with the group that used it last, so that nothing has to be cleared.
        let mut sums = vec![0.0; tables.variables.len()];
        let mut seen_in = vec![u32::MAX; tables.variables.len()];
        let mut touched = Vec::new();
        for group in 0..groups.len() {
            let mut add = |variable: u32, value: f64| {
                let at = variable as usize;
                if seen_in[at] != group as u32 {
                    (seen_in[at], sums[at]) = (group as u32, 0.0);
                    touched.push(variable);
                }
                sums[at] += value;
            };
            if let Some(donors) = groups.combined.get(&(group as u32)) {
                for &(donor, factor) in donors {
                    let (variables, coefficients) = parts.get(donor as usize);
                    variables.iter().zip(coefficients).for_each(|(&v, &c)| add(v, factor * c));
                }
            } else {
                for &k in &order[first[group]..first[group + 1]] {
                    let (_, variable, value) = groups.entries[k as usize];
                    add(variable, value);
                }
            }
            for variable in touched.drain(..) {
                let sum = sums[variable as usize];
                if sum != 0.0 {
                    parts.variables.push(variable);
                    parts.coefficients.push(sum);
                }
            }
            parts.starts.push(parts.variables.len());
        }
        parts
    }

    /// Variables and coefficients of a group; none before it has been built.
    pub(super) fn get(&self, group: usize) -> (&[u32], &[f64]) {
        let range = match (self.starts.get(group), self.starts.get(group + 1)) {
            (Some(&from), Some(&to)) => from..to,
            _ => 0..0,
        };
        (&self.variables[range.clone()], &self.coefficients[range])
    }

    /// Changes every coefficient.
    pub(super) fn map_numbers(&mut self, map: impl Fn(f64) -> f64) {
        self.coefficients.iter_mut().for_each(|value| *value = map(*value));
    }

    pub(super) fn nonzeros(&self) -> usize {
        self.variables.len()
    }
}
