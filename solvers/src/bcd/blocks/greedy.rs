//! Variable blocks for the matrix update: the block with the largest `g_b' H_b^{-1} g_b` is NP-hard to find; two heuristics.

use super::dense::Cholesky;
use super::problem::{BlockProblem, Scratch};
use super::selection::{Chosen, Selection, View, quotient};
use crate::run::MethodError;

/// Forward greedy selection, in the manner of orthogonal matching pursuit. With `r = g + H_{:,b} d_b`, the gradient of the
/// bound after the best step on the block so far, the variable of largest `r_i^2 / L_i` joins; that is the exact best
/// decrease by one more variable up to the factor between `L_i` and its Schur complement. The Cholesky factor of `H_b` grows
/// by a row, and the last `d_b` is the matrix step: selection and update cost one factorisation in all.
pub(super) fn forward<P: BlockProblem + ?Sized>(
    view: &View<'_, P>,
    chosen: &mut Chosen,
    scratch: &mut Scratch,
) -> Result<(), MethodError> {
    let (g, l, m) = (view.gradient, &view.constants.coordinates, view.gradient.len());
    let all: Vec<usize> = (0..m).collect();
    let (mut factor, mut columns, mut step) = (Cholesky::default(), Vec::<Vec<f64>>::new(), Vec::new());
    let mut rest = g.to_vec();
    let mut free: Vec<bool> = l.iter().map(|&l| l > 0.0).collect();
    while chosen.block.len() < view.size.min(m) {
        let mut best = (0, 0.0);
        for i in (0..m).filter(|&i| free[i]) {
            let score = rest[i] * rest[i] / l[i];
            if score > best.1 {
                best = (i, score);
            }
        }
        let (i, score) = best;
        if score == 0.0 {
            break;
        }
        free[i] = false;
        let mut column = vec![0.0; m];
        view.problem.bound_column(i, &all, &mut column, scratch);
        let mut row: Vec<f64> = columns.iter().map(|c| c[i]).chain([column[i]]).collect();
        if !factor.append(&mut row, 1e-12 * l[i]) {
            // Dependent on the block: it brings nothing.
            continue;
        }
        columns.push(column);
        chosen.block.push(i);
        step.clear();
        step.extend(chosen.block.iter().map(|&j| -g[j]));
        factor.solve(&mut step);
        rest.copy_from_slice(g);
        for (column, d) in columns.iter().zip(&step) {
            rest.iter_mut().zip(column).for_each(|(r, h)| *r += d * h);
        }
    }
    chosen.matrix_step = Some(step);
    Ok(())
}

/// Iterative hard thresholding on `g' d + d' H d / 2` with at most tau entries: a gradient step, then the tau largest
/// entries. In variables scaled by `sqrt(L_i)`, since columns of very different size would make the steps useless; from the
/// diagonal step on the tau best variables of GSD.
pub(super) fn thresholding<P: BlockProblem + ?Sized>(
    view: &View<'_, P>,
    chosen: &mut Chosen,
    scratch: &mut Scratch,
) -> Result<(), MethodError> {
    const ITERATIONS: usize = 10;
    const STANDSTILL: f64 = 1e-10;
    let (g, l, m) = (view.gradient, &view.constants.coordinates, view.gradient.len());
    let all: Vec<usize> = (0..m).collect();
    let scale: Vec<f64> = l.iter().map(|&l| if l > 0.0 { l.sqrt().recip() } else { 0.0 }).collect();
    // Row sums bound the largest eigenvalue of the scaled matrix.
    let length = quotient(1.0, view.constants.row_sums.iter().fold(0.0, |m, &s| if s > m { s } else { m }));
    chosen.scores.clear();
    chosen.scores.extend((0..m).map(|i| view.score(Selection::GaussSouthwellDiagonal, i)));
    chosen.highest(view.size);
    let mut d = vec![0.0; m];
    chosen.block.iter().for_each(|&i| d[i] = -g[i] * scale[i]);
    let (mut column, mut product) = (vec![0.0; m], vec![0.0; m]);
    for _ in 0..ITERATIONS {
        product.fill(0.0);
        for &j in chosen.block.iter().filter(|&&j| d[j] != 0.0) {
            view.problem.bound_column(j, &all, &mut column, scratch);
            product.iter_mut().zip(&column).for_each(|(p, h)| *p += h * scale[j] * d[j]);
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
    Ok(())
}
