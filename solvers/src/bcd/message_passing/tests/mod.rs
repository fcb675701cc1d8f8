//! Forest solves, blocks, the recorded tables, invariances.

mod blocks;
mod conjugate_gradients;
mod forest_solve;
mod invariance;
mod recorded;

use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::generate::{lattice::lattice, moons::moons};
use thalweg_problems::graph::{GraphQuadratic, LabelPropagation};

/// The recorded lattice, `side x side`.
fn lattice_instance(side: usize, labels: usize) -> LabelPropagation {
    LabelPropagation::new(&lattice(side, side, 1e5, labels, 3)).unwrap()
}

/// The recorded two moons.
fn moons_instance(points: usize, labels: usize) -> LabelPropagation {
    LabelPropagation::new(&moons(points, labels, 4)).unwrap()
}

/// The quadratic with these edges, A diagonally dominant by `margin`.
fn from_edges(nodes: usize, edges: &[(usize, usize, f64)], diagonal: &[f64], linear: Vec<f64>) -> GraphQuadratic {
    let mut rows: Vec<Vec<(u32, f64)>> = (0..nodes).map(|i| vec![(i as u32, diagonal[i])]).collect();
    for &(i, j, a) in edges {
        rows[i].push((j as u32, a));
        rows[j].push((i as u32, a));
    }
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for mut row in rows {
        row.sort_unstable_by_key(|entry| entry.0);
        columns.extend(row.iter().map(|entry| entry.0));
        values.extend(row.iter().map(|entry| entry.1));
        offsets.push(columns.len());
    }
    GraphQuadratic::from_csr(offsets, columns, values, linear).unwrap()
}

/// A random forest or, with `extra` edges, a random graph; diagonally dominant.
fn random_graph(nodes: usize, extra: usize, seed: u64) -> GraphQuadratic {
    let mut random = SplitMix64::new(seed);
    let mut edges = Vec::new();
    for i in 1..nodes {
        if random.uniform() < 0.9 {
            edges.push((i, random.below(i), random.normal()));
        }
    }
    for _ in 0..extra {
        let (i, j) = (random.below(nodes), random.below(nodes));
        if i != j && !edges.iter().any(|&(a, b, _)| (a, b) == (i, j) || (b, a) == (i, j)) {
            edges.push((i, j, random.normal()));
        }
    }
    let mut diagonal: Vec<f64> = (0..nodes).map(|_| 0.1 + random.uniform()).collect();
    for &(i, j, a) in &edges {
        diagonal[i] += a.abs();
        diagonal[j] += a.abs();
    }
    let linear = (0..nodes).map(|_| random.normal()).collect();
    from_edges(nodes, &edges, &diagonal, linear)
}

/// The solution of `A_bb x = rhs` by Gaussian elimination with pivoting, an oracle that knows no graph.
fn dense_solution(problem: &GraphQuadratic, block: &[u32], rhs: &[f64]) -> Vec<f64> {
    let n = block.len();
    let mut a: Vec<Vec<f64>> = block
        .iter()
        .zip(rhs)
        .map(|(&i, &r)| {
            let row = block.iter().map(|&j| problem.entry(i as usize, j as usize));
            row.chain(std::iter::once(r)).collect()
        })
        .collect();
    for k in 0..n {
        let best = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap();
        a.swap(k, best);
        for i in k + 1..n {
            let factor = a[i][k] / a[k][k];
            for j in k..=n {
                a[i][j] -= factor * a[k][j];
            }
        }
    }
    let mut x = vec![0.0; n];
    for i in (0..n).rev() {
        let product: f64 = (i + 1..n).map(|j| a[i][j] * x[j]).sum();
        x[i] = (a[i][n] - product) / a[i][i];
    }
    x
}
