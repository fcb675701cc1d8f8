//! Designs: every layout and every scaling against an explicit dense matrix.

mod accuracy;
mod explicit;
mod layouts;
mod structure;

use super::*;
use crate::Fingerprint;
use crate::generate::reference_random::SplitMix64;
use proptest::prelude::*;

/// A matrix as rows of numbers, the reference for everything.
#[derive(Clone, Debug)]
struct Table {
    rows: usize,
    columns: Vec<Vec<f64>>,
}

impl Table {
    fn column_major(&self) -> Vec<f64> {
        self.columns.concat()
    }

    fn dense(&self) -> Design {
        Design::from_column_major(self.rows, self.columns.len(), self.column_major()).unwrap()
    }

    /// Pointers, row indices and values of the entries that are not 0.
    fn compressed(&self) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for column in &self.columns {
            for (i, &x) in column.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                indices.push(u32::try_from(i).unwrap());
                values.push(x);
            }
            indptr.push(indices.len());
        }
        (indptr, indices, values)
    }

    fn sparse(&self) -> Design {
        let (indptr, indices, values) = self.compressed();
        Design::from_csc(self.rows, indptr, indices, values).unwrap()
    }

    /// The same matrix in every layout that can hold it.
    fn layouts(&self) -> Vec<Design> {
        let (indptr, indices, values) = self.compressed();
        let (n, p) = (self.rows, self.columns.len());
        let by_rows = crate::Sparse::new_csc((n, p), indptr.clone(), indices.clone(), values.clone()).to_csr();
        let faer = faer::Mat::from_fn(n, p, |i, j| self.columns[j][i]);
        let mut all = vec![
            self.dense(),
            self.sparse(),
            Design::from_sparse(by_rows).unwrap(),
            Design::from_faer(faer.as_ref()).unwrap(),
        ];
        if values.iter().all(|&x| x == 1.0) {
            all.push(Design::from_pattern(n, indptr, indices).unwrap());
        }
        all
    }

    /// The columns centred and scaled: what an implicit scaling stands for.
    fn scaled(&self, scaling: &Scaling) -> Self {
        let scale = |j: usize, x: &f64| (x - scaling.centre[j]) / scaling.scale[j];
        let columns = self.columns.iter().enumerate().map(|(j, c)| c.iter().map(|x| scale(j, x)).collect());
        Self { rows: self.rows, columns: columns.collect() }
    }
}

/// Sparse and dense columns, 0/1 ones, constant ones and empty ones; half of the tables are 0/1 throughout.
fn tables() -> impl Strategy<Value = Table> {
    (1..24usize, 1..6usize, any::<u64>(), any::<bool>()).prop_map(|(rows, columns, seed, ones)| {
        let mut random = SplitMix64::new(seed);
        let mut column = || {
            let (kind, share) = (random.below(4), random.uniform());
            let constant = random.normal();
            (0..rows)
                .map(|_| match kind {
                    0 if !ones => constant,
                    1 if !ones => random.normal() + 3.0,
                    _ if random.uniform() >= share => 0.0,
                    _ if ones => 1.0,
                    _ => random.normal(),
                })
                .collect()
        };
        Table { rows, columns: (0..columns).map(|_| column()).collect() }
    })
}

/// Row weights: all 1, or numbers of which some are 0.
fn weights_of(rows: usize, seed: u64) -> Option<Vec<f64>> {
    let mut random = SplitMix64::new(seed);
    seed.is_multiple_of(2).then(|| {
        let mut w: Vec<f64> = (0..rows).map(|_| (2.0 * random.uniform() - 0.4).max(0.0)).collect();
        w[0] = 0.5;
        w
    })
}

fn vector(length: usize, seed: u64) -> Vec<f64> {
    let mut random = SplitMix64::new(seed ^ 0xABCD);
    (0..length).map(|_| random.normal()).collect()
}

fn close(a: f64, b: f64, size: f64) -> bool {
    (a - b).abs() <= 1e-13 * (1.0 + size)
}
