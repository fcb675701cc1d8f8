//! From rows to columns, in memory proportional to the entries whatever their column numbers.

/// Columns are counted in one array over all features while there are at most this many features per entry; beyond, the
/// numbers that occur are sorted instead.
const FEATURES_PER_ENTRY: usize = 4;

/// Entries row by row, as they come.
#[derive(Default)]
pub(super) struct ByRows {
    /// Where each row ends in `features` and `values`.
    ends: Vec<usize>,
    features: Vec<u32>,
    values: Vec<f64>,
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
        self.features.extend(entries.iter().map(|&(feature, _)| feature));
        self.values.extend(entries.iter().map(|&(_, value)| value));
        self.ends.push(self.values.len());
    }

    pub(super) fn into_columns(self) -> Columns {
        let features = self.features.iter().max().map_or(0, |&last| last as usize + 1);
        if features / FEATURES_PER_ENTRY <= self.values.len() { self.by_counting(features) } else { self.by_sorting() }
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
        let mut values = vec![0.0; total];
        let mut start = 0;
        for (row, &end) in self.ends.iter().enumerate() {
            for (&feature, &value) in self.features[start..end].iter().zip(&self.values[start..end]) {
                let slot = &mut slots[feature as usize];
                indices[*slot] = row as u32;
                values[*slot] = value;
                *slot += 1;
            }
            start = end;
        }
        Columns { ids, indptr, indices, values }
    }

    /// Renumbers the features that occur by their rank and counts those: time n log n, memory proportional to entries.
    fn by_sorting(mut self) -> Columns {
        let mut ids = self.features.clone();
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        for feature in &mut self.features {
            // Every feature is among the ids; the rank fits because the feature did.
            *feature = ids.partition_point(|id| id < feature) as u32;
        }
        let count = ids.len();
        Columns { ids, ..self.by_counting(count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_rows(rows: &[Vec<u32>]) -> ByRows {
        let mut data = ByRows::new();
        for (i, row) in rows.iter().enumerate() {
            let entries: Vec<_> = row.iter().map(|&j| (j, f64::from(j) + i as f64 / 64.0)).collect();
            data.push(&entries);
        }
        data
    }

    #[test]
    fn empty_columns_are_left_out() {
        let columns = by_rows(&[vec![1, 3], vec![], vec![0, 3]]).into_columns();
        assert_eq!(columns.ids, [0, 1, 3]);
        assert_eq!(columns.indptr, [0, 1, 2, 4]);
        assert_eq!(columns.indices, [2, 0, 0, 2]);
        assert_eq!(columns.values, [2.0 / 64.0, 1.0, 3.0, 3.0 + 2.0 / 64.0]);
        assert_eq!(by_rows(&[vec![], vec![]]).into_columns().indptr, [0]);
    }

    proptest! {
        #[test]
        fn counting_and_sorting_agree(rows in prop::collection::vec(prop::collection::btree_set(0_u32..40, 0..8), 0..20)) {
            let rows: Vec<Vec<u32>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            prop_assert_eq!(by_rows(&rows).by_counting(40), by_rows(&rows).by_sorting());
        }
    }
}
