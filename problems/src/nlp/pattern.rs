//! Where a sparse matrix may be nonzero.

/// The fixed nonzero pattern of a sparse matrix, by compressed rows: the entries of row `i` are in the columns
/// `indices[indptr[i]..indptr[i + 1]]`, ascending, without repetition. Values live elsewhere, one per entry, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    columns: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Pattern {
    /// The pattern that holds every entry of a `rows` x `columns` matrix.
    pub fn dense(rows: usize, columns: usize) -> Self {
        let indptr = (0..=rows).map(|i| i * columns).collect();
        Self { columns, indptr, indices: (0..rows).flat_map(|_| 0..columns as u32).collect() }
    }

    /// The full lower triangle of order `n`, diagonal included.
    pub fn dense_lower(n: usize) -> Self {
        let indptr = (0..=n).map(|i| i * (i + 1) / 2).collect();
        Self { columns: n, indptr, indices: (0..n as u32).flat_map(|i| 0..=i).collect() }
    }

    /// From positions `(row, column)` in any order, repetitions allowed, by two counting sorts. Also gives the place of
    /// every position among the entries. Positions must lie inside `rows` x `columns`.
    pub(crate) fn from_positions(rows: usize, columns: usize, positions: &[(u32, u32)]) -> (Self, Vec<u32>) {
        // Stable by column, then stable by row: ascending columns within ascending rows.
        let by_column = counting_order(columns, positions.len(), |k| positions[k].1 as usize, |k| k);
        let order = counting_order(rows, positions.len(), |k| positions[by_column[k]].0 as usize, |k| by_column[k]);
        let (mut indptr, mut indices) = (vec![0; rows + 1], Vec::new());
        let mut places = vec![0; positions.len()];
        let mut last = None;
        for k in order {
            if last != Some(positions[k]) {
                last = Some(positions[k]);
                indices.push(positions[k].1);
                indptr[positions[k].0 as usize + 1] = indices.len();
            }
            places[k] = (indices.len() - 1) as u32;
        }
        for i in 0..rows {
            indptr[i + 1] = indptr[i + 1].max(indptr[i]);
        }
        (Self { columns, indptr, indices }, places)
    }

    /// From compressed rows that are known to be well formed.
    pub(crate) fn from_rows(columns: usize, indptr: Vec<usize>, indices: Vec<u32>) -> Self {
        Self { columns, indptr, indices }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.indptr.len() - 1
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of entries.
    pub fn entries(&self) -> usize {
        self.indices.len()
    }

    /// Where each row begins, and the end of the last: `rows + 1` offsets into [`indices`](Self::indices).
    pub fn indptr(&self) -> &[usize] {
        &self.indptr
    }

    /// The column of every entry.
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// The columns of the entries in row `i`.
    ///
    /// # Panics
    /// If there is no row `i`.
    pub fn row(&self, i: usize) -> &[u32] {
        &self.indices[self.indptr[i]..self.indptr[i + 1]]
    }

    /// The row and column of every entry, in order.
    pub fn positions(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.rows()).flat_map(|i| self.row(i).iter().map(move |&j| (i, j as usize)))
    }

    /// The place of `(row, column)` among the entries.
    pub fn find(&self, row: usize, column: usize) -> Option<usize> {
        let found = self.row(row).binary_search(&u32::try_from(column).ok()?).ok()?;
        Some(self.indptr[row] + found)
    }
}

/// `value(0..len)` in ascending order of `key` (below `keys`), ties as they come.
fn counting_order(keys: usize, len: usize, key: impl Fn(usize) -> usize, value: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut next = vec![0; keys + 1];
    for k in 0..len {
        next[key(k) + 1] += 1;
    }
    for i in 0..keys {
        next[i + 1] += next[i];
    }
    let mut order = vec![0; len];
    for k in 0..len {
        let slot = &mut next[key(k)];
        order[*slot] = value(k);
        *slot += 1;
    }
    order
}
