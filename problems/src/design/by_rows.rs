//! A design by rows, for methods that visit one row at a time.

use super::Design;

/// The entries of each row: compressed rows, with centring and scaling applied.
#[derive(Clone, Debug, Default)]
pub struct ByRows {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl Design {
    /// A copy by rows. Centred columns have an entry in every row.
    pub fn by_rows(&self) -> ByRows {
        let n = self.rows();
        let scaling = |j: usize| self.scaling().map_or((0.0, 1.0), |s| (s.centre[j], s.scale[j]));
        let mut offsets = vec![0; n + 1];
        for j in 0..self.columns() {
            if scaling(j).0 == 0.0 {
                self.storage.for_each_entry(j, |i, x| offsets[i + 1] += usize::from(x != 0.0));
            } else {
                offsets[1..].iter_mut().for_each(|o| *o += 1);
            }
        }
        for i in 0..n {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let (mut indices, mut values) = (vec![0; offsets[n]], vec![0.0; offsets[n]]);
        let mut column = vec![0.0; n];
        for j in 0..self.columns() {
            let (centre, scale) = scaling(j);
            let mut put = |i: usize, x: f64| {
                // Columns are numbered by u32 throughout.
                (indices[next[i]], values[next[i]]) = (j as u32, x);
                next[i] += 1;
            };
            if centre == 0.0 {
                self.storage.for_each_entry(j, |i, x| {
                    if x != 0.0 {
                        put(i, x / scale);
                    }
                });
            } else {
                column.fill(0.0);
                self.storage.for_each_entry(j, |i, x| column[i] = x);
                column.iter().enumerate().for_each(|(i, x)| put(i, (x - centre) / scale));
            }
        }
        ByRows { offsets, indices, values }
    }
}

impl ByRows {
    /// Columns and entries of a row.
    pub fn row(&self, i: usize) -> (&[u32], &[f64]) {
        let range = self.offsets[i]..self.offsets[i + 1];
        (&self.indices[range.clone()], &self.values[range])
    }

    /// The entries in all.
    pub fn nonzeros(&self) -> usize {
        self.values.len()
    }
}
