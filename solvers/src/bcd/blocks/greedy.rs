//! Variable blocks for the matrix update: the block with the largest `g_b' H_b^{-1} g_b` is NP-hard to find; two heuristics.

use super::columns::Columns;
use super::dense::Cholesky;
use super::problem::{BlockProblem, Scratch};
use super::selection::{Chosen, Selection, View, quotient};
use thalweg_kernels::dense;

/// Forward greedy selection, in the manner of orthogonal matching pursuit. With `r = g + H_{:,b} d_b`, the gradient of the
/// bound after the best step on the block so far, the variable of largest `r_i^2 / L_i` joins; that is the exact best
/// decrease by one more variable up to the factor between `L_i` and its Schur complement. The Cholesky factor of `H_b` grows
/// by a row, and the last `d_b` is the matrix step: selection and update cost one factorisation in all.
///
/// Columns of H are read from the store. [`Chosen::after`] ends as the gradient of the bound after the step: of a quadratic
/// function, the gradient.
pub(super) fn forward<P: BlockProblem + ?Sized>(
    view: &View<'_, P>,
    columns: &mut Columns,
    chosen: &mut Chosen,
    scratch: &mut Scratch,
) {
    let (g, l, m) = (view.gradient, &view.constants.coordinates, view.gradient.len());
    let (mut factor, mut step, mut row) = (Cholesky::default(), Vec::new(), Vec::new());
    let Chosen { block, after, free, .. } = chosen;
    after.clear();
    after.extend_from_slice(g);
    free.clear();
    free.extend(l.iter().map(|&l| l > 0.0));
    let size = view.size.min(m);
    while block.len() < size {
        let mut best = (0, 0.0);
        for i in (0..m).filter(|&i| free[i]) {
            let score = after[i] * after[i] / l[i];
            if score > best.1 {
                best = (i, score);
            }
        }
        let (i, score) = best;
        if score == 0.0 {
            break;
        }
        free[i] = false;
        columns.fetch(view.problem, i, size, scratch);
        row.clear();
        row.extend(block.iter().chain([&i]).filter_map(|&k| columns.find(k)).map(|column| column[i]));
        if !factor.append(&mut row, 1e-12 * l[i]) {
            // Dependent on the block: it brings nothing.
            continue;
        }
        block.push(i);
        step.clear();
        step.extend(block.iter().map(|&j| -g[j]));
        factor.solve(&mut step);
        after.copy_from_slice(g);
        for (&j, &d) in block.iter().zip(&step) {
            if let Some(column) = columns.find(j) {
                dense::axpy(d, column, after);
            }
        }
    }
    chosen.matrix_step = Some(step);
}

/// Iterative hard thresholding on `g' d + d' H d / 2` with at most tau entries: a gradient step, then the tau largest
/// entries. In variables scaled by `sqrt(L_i)`, since columns of very different size would make the steps useless; from the
/// diagonal step on the tau best variables of GSD.
pub(super) fn thresholding<P: BlockProblem + ?Sized>(
    view: &View<'_, P>,
    columns: &mut Columns,
    chosen: &mut Chosen,
    scratch: &mut Scratch,
) {
    const ITERATIONS: usize = 10;
    const STANDSTILL: f64 = 1e-10;
    let (g, l, m) = (view.gradient, &view.constants.coordinates, view.gradient.len());
    let scale: Vec<f64> = l.iter().map(|&l| if l > 0.0 { l.sqrt().recip() } else { 0.0 }).collect();
    // Row sums bound the largest eigenvalue of the scaled matrix.
    let length = quotient(1.0, view.constants.row_sums.iter().fold(0.0, |m, &s| if s > m { s } else { m }));
    chosen.scores.clear();
    chosen.scores.extend((0..m).map(|i| view.score(Selection::GaussSouthwellDiagonal, i)));
    chosen.highest(view.size);
    let mut d = vec![0.0; m];
    chosen.block.iter().for_each(|&i| d[i] = -g[i] * scale[i]);
    let mut product = vec![0.0; m];
    for _ in 0..ITERATIONS {
        product.fill(0.0);
        for &j in chosen.block.iter().filter(|&&j| d[j] != 0.0) {
            columns.fetch(view.problem, j, view.size, scratch);
            if let Some(column) = columns.find(j) {
                product.iter_mut().zip(column).for_each(|(p, h)| *p += h * scale[j] * d[j]);
            }
        }
        let next: Vec<f64> = (0..m).map(|i| d[i] - length * scale[i] * (g[i] + product[i])).collect();
        chosen.scores.clear();
        chosen.scores.extend(next.iter().map(|d| d.abs()));
        chosen.highest(view.size);
        let old = std::mem::replace(&mut d, vec![0.0; m]);
        chosen.block.iter().for_each(|&i| d[i] = next[i]);
        let moved = old.iter().zip(&d).fold(0.0, |s, (a, b)| s + (a - b) * (a - b));
        if moved < STANDSTILL * STANDSTILL {
            break;
        }
    }
}
