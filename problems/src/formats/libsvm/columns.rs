//! From rows to columns, in memory proportional to the entries whatever their column numbers.

/// Columns are counted in one array over all features while there are at most this many features per entry; beyond, the
/// numbers that occur are sorted instead.
const FEATURES_PER_ENTRY: usize = 4;

/// Bits that one pass of the radix sort takes: few enough that its counters stay in the first-level cache.
const DIGIT: u32 = 11;

/// Entries row by row, as they come.
#[derive(Default)]
pub(super) struct ByRows {
    /// Where each row ends in `features` and `values`.
    ends: Vec<usize>,
    features: Vec<u32>,
    /// Filled only once a value differs from 1: data of categories spares this memory traffic.
    values: Vec<f64>,
    /// Whether a value differs from 1, so that `values` is filled.
    mixed: bool,
}

/// The same entries by columns; the fields are those of [`LibsvmData`](super::LibsvmData).
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) ids: Vec<u32>,
    pub(super) indptr: Vec<usize>,
    pub(super) indices: Vec<u32>,
    pub(super) values: Vec<f64>,
}

impl ByRows {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Appends a row; its feature numbers ascend.
    pub(super) fn push(&mut self, entries: &[(u32, f64)]) {
        if self.all_ones() && entries.iter().any(|&(_, value)| value != 1.0) {
            self.values.resize(self.features.len(), 1.0);
            self.mixed = true;
        }
        self.features.extend(entries.iter().map(|&(feature, _)| feature));
        if self.mixed {
            self.values.extend(entries.iter().map(|&(_, value)| value));
        }
        self.ends.push(self.features.len());
    }

    /// Whether every value so far is 1.
    pub(super) fn all_ones(&self) -> bool {
        !self.mixed
    }

    pub(super) fn into_columns(self) -> Columns {
        let features = self.features.iter().max().map_or(0, |&last| last as usize + 1);
        if features / FEATURES_PER_ENTRY <= self.features.len() {
            self.by_counting(features)
        } else {
            self.by_sorting()
        }
    }

    /// Time and memory proportional to entries + `features`, which exceeds every feature number.
    fn by_counting(self, features: usize) -> Columns {
        let mut slots = vec![0_usize; features];
        for &feature in &self.features {
            slots[feature as usize] += 1;
        }
        // The counts become the positions where each column goes on.
        let mut ids = Vec::new();
        let mut indptr = vec![0];
        let mut total = 0;
        for (feature, slot) in slots.iter_mut().enumerate() {
            let count = std::mem::replace(slot, total);
            if count > 0 {
                ids.push(feature as u32);
                total += count;
                indptr.push(total);
            }
        }
        let mut indices = vec![0_u32; total];
        let mut values = vec![if self.mixed { 0.0 } else { 1.0 }; total];
        let mut start = 0;
        for (row, &end) in self.ends.iter().enumerate() {
            for k in start..end {
                let slot = &mut slots[self.features[k] as usize];
                indices[*slot] = row as u32;
                if self.mixed {
                    values[*slot] = self.values[k];
                }
                *slot += 1;
            }
            start = end;
        }
        Columns { ids, indptr, indices, values }
    }

    /// Time and memory proportional to the entries alone: a stable radix sort by feature keeps the rows ascending.
    fn by_sorting(self) -> Columns {
        let mut entries = self.into_entries();
        let mut sorted = vec![(0, 0, 0.0); entries.len()];
        for shift in (0..u32::BITS).step_by(DIGIT as usize) {
            let digit = |feature: u32| (feature >> shift) as usize & ((1 << DIGIT) - 1);
            let mut next = vec![0_usize; 1 << DIGIT];
            for &(feature, ..) in &entries {
                next[digit(feature)] += 1;
            }
            let mut total = 0;
            for position in &mut next {
                total += std::mem::replace(position, total);
            }
            for &entry in &entries {
                let position = &mut next[digit(entry.0)];
                sorted[*position] = entry;
                *position += 1;
            }
            std::mem::swap(&mut entries, &mut sorted);
        }
        drop(sorted);
        let mut ids = Vec::new();
        let mut indptr = vec![0];
        for column in entries.chunk_by(|left, right| left.0 == right.0) {
            ids.push(column[0].0);
            indptr.push(indptr[ids.len() - 1] + column.len());
        }
        let indices = entries.iter().map(|&(_, row, _)| row).collect();
        let values = entries.iter().map(|&(.., value)| value).collect();
        Columns { ids, indptr, indices, values }
    }

    /// The entries as (feature, row, value), row by row.
    fn into_entries(self) -> Vec<(u32, u32, f64)> {
        let mut entries = Vec::with_capacity(self.features.len());
        let mut start = 0;
        for (row, &end) in self.ends.iter().enumerate() {
            entries.extend((start..end).map(|k| {
                let value = if self.mixed { self.values[k] } else { 1.0 };
                (self.features[k], row as u32, value)
            }));
            start = end;
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows with the given features; the first `ones` rows have values 1.
    fn by_rows(rows: &[Vec<u32>], ones: usize) -> ByRows {
        let mut data = ByRows::new();
        for (i, row) in rows.iter().enumerate() {
            let value = |j: u32| if i < ones { 1.0 } else { f64::from(j) + i as f64 / 64.0 };
            data.push(&row.iter().map(|&j| (j, value(j))).collect::<Vec<_>>());
        }
        data
    }

    #[test]
    fn empty_columns_are_left_out() {
        let columns = by_rows(&[vec![1, 3], vec![], vec![0, 3]], 0).into_columns();
        assert_eq!(columns.ids, [0, 1, 3]);
        assert_eq!(columns.indptr, [0, 1, 2, 4]);
        assert_eq!(columns.indices, [2, 0, 0, 2]);
        assert_eq!(columns.values, [2.0 / 64.0, 1.0, 3.0, 3.0 + 2.0 / 64.0]);
        assert_eq!(by_rows(&[vec![], vec![]], 0).into_columns().indptr, [0]);
    }

    #[test]
    fn ones_until_another_value_comes() {
        let rows = [vec![2], vec![], vec![1, 2], vec![2, 5]];
        for (ones, values) in [(4, [1.0; 4].to_vec()), (3, vec![1.0, 1.0, 1.0, 2.0 + 3.0 / 64.0])] {
            let data = by_rows(&rows, ones);
            assert_eq!(data.all_ones(), ones == 4);
            let columns = data.into_columns();
            assert_eq!((columns.ids, columns.indices), (vec![1, 2, 5], vec![2, 0, 2, 3, 3]));
            assert_eq!(columns.values[..4], values);
        }
    }

    proptest! {
        #[test]
        fn counting_and_sorting_agree(rows in prop::collection::vec(prop::collection::btree_set(0_u32..9000, 0..8), 0..20),
                                      ones in 0_usize..30) {
            let rows: Vec<Vec<u32>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            prop_assert_eq!(by_rows(&rows, ones).by_counting(9000), by_rows(&rows, ones).by_sorting());
        }
    }
}
