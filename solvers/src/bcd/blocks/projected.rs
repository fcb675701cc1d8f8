//! Steps of a block whose variables stay in an interval.

use super::dense::{Cholesky, Factor, Symmetric, dot};
use super::iterate::Iterate;
use super::problem::BlockProblem;
use super::selection::quotient;
use super::update::{HALVINGS, Move, ROUNDING, SUFFICIENT};
use crate::run::{MethodError, Oracle};
use serde::{Deserialize, Serialize};

/// To the projection of `x_b - g_b / L_b`.
pub(super) fn gradient_step<P: BlockProblem + ?Sized>(
    m: &mut Move<'_, P>,
    point: &[f64],
) -> Result<Vec<f64>, MethodError> {
    let constant = m.block_constant()?;
    let step = |(&j, &g): (&usize, &f64)| {
        let (lower, upper) = m.problem.interval(j);
        (point[j] - quotient(g, constant)).max(lower).min(upper) - point[j]
    };
    Ok(m.chosen.block.iter().zip(m.gradient).map(step).collect())
}

/// Two-metric projection (Bertsekas, *Projected Newton methods for optimization problems with simple constraints*, SIAM J.
/// Control Optim. 20, 1982). A variable is active if it is within eps of a bound and pushed towards it; active variables take
/// gradient steps, the others a Newton step, and the whole is projected, with halving. eps vanishes with the length of the
/// projected gradient step: a fixed one would take small coefficients of the solution for active.
///
/// Where the Hessian of a fixed block is constant, the factor of its free part is kept and follows the changes of the active
/// set, if that is cheaper than a new one.
pub(super) fn two_metric<P: BlockProblem + ?Sized>(
    m: &mut Move<'_, P>,
    kept: &mut Vec<Option<FreeFactor>>,
    at: &mut Iterate,
) -> Result<(), MethodError> {
    let (problem, block, g) = (m.problem, &m.chosen.block, m.gradient);
    let room: Vec<(f64, f64)> = block.iter().map(|&j| problem.interval(j)).collect();
    let length = gradient_step(m, &at.point)?.iter().fold(0.0, |s, d| s + d.abs());
    let largest = at.point.iter().fold(1.0, |s: f64, x| s.max(x.abs()));
    let eps = length.min(1e-4 * largest);
    let is_active = |k: usize| {
        let (x, g) = (at.point[block[k]], g[k]);
        (x <= room[k].0 + eps && g > 0.0) || (x >= room[k].1 - eps && g < 0.0)
    };
    let (active, free): (Vec<usize>, Vec<usize>) = (0..block.len()).partition(|&k| is_active(k));
    let mut d = vec![0.0; block.len()];
    let constant = active.iter().fold(0.0, |s, &k| s + m.constants.coordinates[block[k]]);
    active.iter().for_each(|&k| d[k] = -quotient(g[k], constant));
    let free_gradient: Vec<f64> = free.iter().map(|&k| g[k]).collect();
    let mut newton = Vec::new();
    if let (Some(hessian), Some(index)) = (m.kept_hessian(), m.chosen.index) {
        kept.resize(m.constants.blocks.len(), None);
        if !FreeFactor::follow(&mut kept[index], hessian, &free) {
            kept[index] = FreeFactor::new(hessian, &free);
            m.counts.add(Oracle::Factorization, 1);
        }
        match &kept[index] {
            Some(factor) => factor.newton_step(&free, &free_gradient, &mut newton),
            None => Factor::new(&hessian.restricted(&free), SHIFT)?.newton_step(&free_gradient, &mut newton),
        }
    } else {
        Factor::new(&m.hessian(at).restricted(&free), SHIFT)?.newton_step(&free_gradient, &mut newton);
        m.counts.add(Oracle::Factorization, 1);
    }
    free.iter().zip(&newton).for_each(|(&k, &step)| d[k] = step);

    let start = at.value(problem, m.counts);
    let slope = dot(&free_gradient, &newton);
    let from: Vec<f64> = block.iter().map(|&j| at.point[j]).collect();
    let mut t = 1.0;
    for _ in 0..HALVINGS {
        let projected = |k: usize| (from[k] + t * d[k]).max(room[k].0).min(room[k].1) - from[k];
        let step: Vec<f64> = (0..block.len()).map(projected).collect();
        at.aim(problem, block, &step);
        let value = at.try_at(problem, (block, &step), 1.0, m.counts);
        let promised = -t * slope - active.iter().fold(0.0, |s, &k| s + g[k] * step[k]);
        if value <= start - SUFFICIENT * promised + ROUNDING * start.abs() {
            at.accept(value);
            return Ok(());
        }
        at.reject(block);
        t *= 0.5;
    }
    Ok(())
}

/// The shift of factors of a block of the Hessian, relative to its trace.
const SHIFT: f64 = 1e-12;

/// The Cholesky factor of the free part of a block's constant Hessian.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FreeFactor {
    /// Positions in the block, in the order of the factor's rows.
    order: Vec<usize>,
    factor: Cholesky,
    /// What was added to the diagonal.
    shift: f64,
}

impl FreeFactor {
    fn new(hessian: &Symmetric, free: &[usize]) -> Option<Self> {
        let part = hessian.restricted(free);
        let shift = SHIFT * part.trace();
        Some(Self { order: free.to_vec(), factor: Cholesky::new(&part, shift)?, shift })
    }

    /// Whether it can be the factor of a part of a block of this size.
    pub(super) fn fits(&self, size: usize) -> bool {
        let sound = self.factor.is_sound() && self.factor.size() == self.order.len();
        sound && self.order.iter().enumerate().all(|(k, i)| *i < size && !self.order[..k].contains(i))
    }

    /// Changes the factor to another free part (ascending), if that takes fewer operations than a new one: a row costs up to
    /// `2 w^2` to take out and `w^2` to append, a factor of w rows `w^3 / 3`. Whether it has.
    fn follow(kept: &mut Option<Self>, hessian: &Symmetric, free: &[usize]) -> bool {
        let Some(Self { order, factor, shift }) = kept else { return false };
        let gone: Vec<usize> = (0..order.len()).rev().filter(|&k| free.binary_search(&order[k]).is_err()).collect();
        let new: Vec<usize> = free.iter().copied().filter(|i| !order.contains(i)).collect();
        let rows = free.len();
        if 3 * (2 * gone.len() + new.len()) > rows {
            return false;
        }
        for k in gone {
            factor.remove(k);
            order.remove(k);
        }
        for i in new {
            let mut row: Vec<f64> = order.iter().map(|&j| hessian.row(i)[j]).collect();
            row.push(hessian.row(i)[i] + *shift);
            if !factor.append(&mut row, 0.0) {
                return false;
            }
            order.push(i);
        }
        true
    }

    /// `-H^{-1} g` for the free part in ascending order.
    fn newton_step(&self, free: &[usize], g: &[f64], d: &mut Vec<f64>) {
        let place = |i: usize| free.binary_search(&i).unwrap_or(0);
        let mut x: Vec<f64> = self.order.iter().map(|&i| -g[place(i)]).collect();
        self.factor.solve(&mut x);
        d.resize(free.len(), 0.0);
        self.order.iter().zip(x).for_each(|(&i, x)| d[place(i)] = x);
    }
}

/// To the minimiser of the Newton model within the bounds, with backtracking where the model is not the objective.
pub(super) fn newton<P: BlockProblem + ?Sized>(m: &mut Move<'_, P>, at: &mut Iterate) -> Result<(), MethodError> {
    let problem = m.problem;
    let fresh;
    let hessian = match m.kept_hessian() {
        Some(kept) => kept,
        None => {
            fresh = m.hessian(at);
            &fresh
        }
    };
    let room = |&j: &usize| {
        let (lower, upper) = problem.interval(j);
        (lower - at.point[j], upper - at.point[j])
    };
    let room: Vec<(f64, f64)> = m.chosen.block.iter().map(room).collect();
    let d = bounded_minimiser(hessian, m.gradient, &room)?;
    m.counts.add(Oracle::Factorization, 1);
    if m.problem.is_quadratic() {
        at.step(m.problem, &m.chosen.block, &d);
    } else {
        m.backtrack((&m.chosen.block, &d), m.problem, at);
    }
    // Rounding must not carry a variable over its bound.
    for &j in &m.chosen.block {
        let (lower, upper) = problem.interval(j);
        at.point[j] = at.point[j].max(lower).min(upper);
    }
    Ok(())
}

/// Minimises `g' d + d' H d / 2` with `lower_i <= d_i <= upper_i`: cyclic coordinate descent, and after every five sweeps the
/// solution on the variables that are inside, which is the answer if it stays inside and the bounds' multipliers have the
/// right signs.
fn bounded_minimiser(h: &Symmetric, g: &[f64], room: &[(f64, f64)]) -> Result<Vec<f64>, MethodError> {
    const SWEEPS: usize = 5;
    const ROUNDS: usize = 200;
    let n = g.len();
    let (mut d, mut rest) = (vec![0.0; n], g.to_vec());
    let tolerance = 1e-9 * g.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    for _ in 0..ROUNDS {
        for _ in 0..SWEEPS {
            for i in 0..n {
                let curvature = h.row(i)[i];
                let new = (d[i] - quotient(rest[i], curvature)).max(room[i].0).min(room[i].1);
                let change = new - d[i];
                if change != 0.0 {
                    d[i] = new;
                    rest.iter_mut().zip(h.row(i)).for_each(|(r, h)| *r += change * h);
                }
            }
        }
        let free: Vec<usize> = (0..n).filter(|&i| room[i].0 < d[i] && d[i] < room[i].1).collect();
        let mut exact: Vec<f64> = d.clone();
        free.iter().for_each(|&i| exact[i] = 0.0);
        let slope: Vec<f64> = free.iter().map(|&i| g[i] + dot(h.row(i), &exact)).collect();
        let mut inside = Vec::new();
        Factor::new(&h.restricted(&free), 1e-14)?.newton_step(&slope, &mut inside);
        free.iter().zip(&inside).for_each(|(&i, &step)| exact[i] = step);
        let solves = (0..n).all(|i| {
            let gradient = g[i] + dot(h.row(i), &exact);
            if free.binary_search(&i).is_ok() {
                room[i].0 <= exact[i] && exact[i] <= room[i].1
            } else {
                (exact[i] <= room[i].0 && gradient >= -tolerance) || (exact[i] >= room[i].1 && gradient <= tolerance)
            }
        });
        if solves {
            return Ok(exact);
        }
    }
    Ok(d)
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_problems::generate::reference_random::SplitMix64;

    /// Against all `3^n` choices of bounds.
    #[test]
    fn the_bounded_minimiser_is_the_best_of_all_faces() {
        let mut random = SplitMix64::new(5);
        for _ in 0..30 {
            let n = 4;
            let a: Vec<f64> = (0..n * n).map(|_| random.normal()).collect();
            let mut h = Symmetric::default();
            h.reset(n);
            for i in 0..n {
                for j in 0..n {
                    h.row_mut(i)[j] =
                        (0..n).map(|k| a[i * n + k] * a[j * n + k]).sum::<f64>() + f64::from(i == j) * 0.1;
                }
            }
            let g: Vec<f64> = (0..n).map(|_| 2.0 * random.normal()).collect();
            let room: Vec<(f64, f64)> = (0..n).map(|_| (-random.uniform(), random.uniform())).collect();
            let value = |d: &[f64]| dot(&g, d) + 0.5 * (0..n).map(|i| d[i] * dot(h.row(i), d)).sum::<f64>();
            let found = bounded_minimiser(&h, &g, &room).unwrap();
            let mut best = f64::INFINITY;
            for face in 0..81_usize {
                let kind = |i: usize| face / 3_usize.pow(u32::try_from(i).unwrap()) % 3;
                let free: Vec<usize> = (0..n).filter(|&i| kind(i) == 2).collect();
                let mut d: Vec<f64> = (0..n).map(|i| [room[i].0, room[i].1, 0.0][kind(i)]).collect();
                let slope: Vec<f64> = free.iter().map(|&i| g[i] + dot(h.row(i), &d)).collect();
                let mut inside = Vec::new();
                Factor::new(&h.restricted(&free), 0.0).unwrap().newton_step(&slope, &mut inside);
                free.iter().zip(&inside).for_each(|(&i, &x)| d[i] = x);
                if d.iter().zip(&room).all(|(d, r)| r.0 <= *d && *d <= r.1) {
                    best = best.min(value(&d));
                }
            }
            assert!(found.iter().zip(&room).all(|(d, r)| r.0 <= *d && *d <= r.1));
            assert!((value(&found) - best).abs() <= 1e-10 * (1.0 + best.abs()), "{} {best}", value(&found));
        }
    }
}
