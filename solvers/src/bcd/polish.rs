//! The sign-pattern polish: a two-metric step on the identified piece, inside the sweeps over a working set.
//!
//! On the coordinates that are free (for the L1 norm: not 0, of known sign) the model is a convex quadratic whose minimiser
//! is one linear solve away. The step towards it stops where the first coordinate meets the end of its piece; that one is
//! fixed there and the rest solved again. Every move descends on the current piece and fixes at least one coordinate, so it
//! ends after at most as many solves as coordinates. With the right support and signs one solve gives the solution: the
//! finite termination of active-set methods (Nutini, Laradji, Schmidt, JMLR 23, 2022, section 6) brought to working sets.

use super::inner::{Restricted, Scratch};
use crate::run::{Counts, Oracle};
use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::{Piece, SeparablePenalty};

/// Larger systems are left to the sweeps.
const MAX_SIZE: usize = 2000;

/// When to polish, decided by operation counts alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Polish {
    /// Operations that the sweeps have spent since the last attempt.
    swept: u64,
    /// The free coordinates at the last call.
    last: Vec<usize>,
}

impl Polish {
    /// Starts with the support of a point.
    pub(super) fn new<P: SeparablePenalty + ?Sized>(
        restricted: &Restricted<'_, '_, P>,
        point: &thalweg_problems::glm::GlmPoint,
    ) -> Self {
        let penalty = restricted.problem.penalty();
        let free = |j: &usize| penalty.piece_at(*j, point.coefficients[*j]).is_some();
        Self { swept: 0, last: restricted.columns.iter().copied().filter(free).collect() }
    }

    /// Accounts for a sweep.
    pub(super) fn swept(&mut self, operations: u64) {
        self.swept += operations;
    }

    /// Moves the coordinates to the model's minimiser on their piece if that looks worth its price. Returns whether they
    /// moved.
    pub(super) fn attempt<P: SeparablePenalty + ?Sized>(
        &mut self,
        restricted: &Restricted<'_, '_, P>,
        s: &mut Scratch,
        counts: &mut Counts,
    ) -> bool {
        let (columns, penalty) = (restricted.columns, restricted.problem.penalty());
        let free: Vec<(usize, Piece)> =
            columns.iter().enumerate().filter_map(|(k, &j)| Some((k, penalty.piece_at(j, s.x[k])?))).collect();
        let support: Vec<usize> = free.iter().map(|&(k, _)| columns[k]).collect();
        let m = free.len() as u64;
        let settled = symmetric_difference(&self.last, &support) <= (support.len() / 5).max(2);
        self.last.clone_from(&support);
        if free.is_empty() || free.len() > MAX_SIZE || !settled {
            return false;
        }
        let entries: u64 = support.iter().map(|&j| restricted.problem.design().column_nonzeros(j) as u64).sum();
        // The Gram matrix of a quadratic loss is kept; that of a Newton model is made anew.
        let gram = if restricted.problem.datafit().is_quadratic() { 0 } else { m * entries };
        let solve = m * m * m / 6 + 2 * m * m;
        if gram + solve + 4 * entries > 2 * self.swept {
            return false;
        }
        let solves = 1 + (2 * self.swept - gram - 4 * entries) / solve.max(1);
        self.swept = 0;
        descend(restricted, &free, &support, solves, s, counts)
    }
}

/// At most `solves` steps towards minimisers on shrinking pieces.
fn descend<P: SeparablePenalty + ?Sized>(
    restricted: &Restricted<'_, '_, P>,
    free: &[(usize, Piece)],
    support: &[usize],
    solves: u64,
    s: &mut Scratch,
    counts: &mut Counts,
) -> bool {
    let (design, columns) = (restricted.problem.design(), restricted.columns);
    let gram = s.gram.matrix(restricted.problem, support, s.model.weights(), &s.sums);
    let mut x: Vec<f64> = free.iter().map(|&(k, _)| s.x[k]).collect();
    // Minus the gradient of model and penalty on the piece.
    let mut descent: Vec<f64> = free
        .iter()
        .map(|&(k, piece)| {
            let c = s.model.correlation(design, columns[k], &s.moments[k]);
            c - piece.slope - piece.curvature * s.x[k]
        })
        .collect();
    let hessian = |a: usize, b: usize| gram[(a, b)] + if a == b { free[a].1.curvature } else { 0.0 };
    // More columns than this are dependent; a ridge term makes up for it.
    let ridge = free.iter().all(|(_, piece)| piece.curvature > 0.0);
    let rank = if ridge { usize::MAX } else { design.rows() - usize::from(s.sums.total_weight.is_some()) };
    let mut active: Vec<usize> = (0..free.len()).collect();
    for _ in 0..solves {
        counts.add(Oracle::Factorization, 1);
        let found = if active.len() > rank {
            let slopes: Vec<f64> = active.iter().map(|&i| free[i].1.slope).collect();
            null_direction(&active, rank, &slopes, &hessian).map(|d| (d, f64::INFINITY))
        } else {
            newton_direction(&active, &descent, &hessian).map(|d| (d, 1.0))
        };
        let Some((direction, full)) = found else { break };
        // How far until the first coordinate leaves its piece, and where it would.
        let reach: Vec<(f64, f64)> = active
            .iter()
            .zip(&direction)
            .map(|(&i, &d)| {
                let end = if d > 0.0 { free[i].1.upper } else { free[i].1.lower };
                (if d == 0.0 { f64::INFINITY } else { (end - x[i]) / d }, end)
            })
            .collect();
        let step = reach.iter().map(|r| r.0).fold(full, f64::min).max(0.0);
        if !step.is_finite() {
            break;
        }
        for (&i, d) in active.iter().zip(&direction) {
            x[i] += step * d;
            let curved = active.iter().zip(&direction).fold(0.0, |v, (&k, d)| v + hessian(i, k) * d);
            descent[i] -= step * curved;
        }
        if step >= full {
            break;
        }
        for (&i, &(at, end)) in active.iter().zip(&reach) {
            if at <= step {
                x[i] = end;
            }
        }
        let mut at = reach.iter();
        active.retain(|_| at.next().is_some_and(|r| r.0 > step));
        if active.is_empty() {
            break;
        }
    }
    accept(restricted, free, &x, s)
}

/// The step to the minimiser of the quadratic on the active coordinates.
fn newton_direction(active: &[usize], descent: &[f64], hessian: &impl Fn(usize, usize) -> f64) -> Option<Vec<f64>> {
    solve(active, hessian, |a| descent[active[a]])
}

/// A direction along which the fit stays as it is and the penalty does not rise: with more columns than the rank allows, one
/// of them is a combination of `rank` others. Moving along it until a coordinate reaches its end makes the columns fewer.
fn null_direction(
    active: &[usize],
    rank: usize,
    slopes: &[f64],
    hessian: &impl Fn(usize, usize) -> f64,
) -> Option<Vec<f64>> {
    let (basis, extra) = (&active[..rank], active[rank]);
    let mut direction = solve(basis, hessian, |a| -hessian(basis[a], extra))?;
    direction.push(1.0);
    let rise = slopes.iter().zip(&direction).fold(0.0, |v, (s, d)| v + s * d);
    if rise > 0.0 {
        direction.iter_mut().for_each(|d| *d = -*d);
    }
    direction.resize(active.len(), 0.0);
    Some(direction)
}

/// Solves the system of the active coordinates; `None` if it is not positive definite to working precision.
fn solve(active: &[usize], hessian: &impl Fn(usize, usize) -> f64, rhs: impl Fn(usize) -> f64) -> Option<Vec<f64>> {
    let size = active.len();
    let mut system = Mat::<f64>::from_fn(size, size, |a, b| hessian(active[a], active[b]));
    let trace: f64 = (0..size).map(|a| system[(a, a)]).sum();
    for a in 0..size {
        system[(a, a)] += 1e-13 * trace / size as f64;
    }
    let factor = system.llt(Side::Lower).ok()?;
    let solution = factor.solve(&Mat::<f64>::from_fn(size, 1, |a, _| rhs(a)));
    let solution: Vec<f64> = (0..size).map(|a| solution[(a, 0)]).collect();
    solution.iter().all(|x| x.is_finite()).then_some(solution)
}

/// Moves to `x` unless the model's value would rise.
fn accept<P: SeparablePenalty + ?Sized>(
    restricted: &Restricted<'_, '_, P>,
    free: &[(usize, Piece)],
    x: &[f64],
    s: &mut Scratch,
) -> bool {
    let (design, columns, penalty) = (restricted.problem.design(), restricted.columns, restricted.problem.penalty());
    let psi = |at: &dyn Fn(usize, usize) -> f64| {
        free.iter().enumerate().fold(0.0, |v, (i, &(k, _))| v + penalty.value_at(columns[k], at(i, k)))
    };
    let before = s.model.value() + psi(&|_, k| s.x[k]);
    s.model.save(&mut s.saved);
    for (&(k, _), &new) in free.iter().zip(x) {
        let step = new - s.x[k];
        if step != 0.0 {
            s.model.advance(design, columns[k], &s.moments[k], step);
        }
    }
    if s.model.value() + psi(&|i, _| x[i]) <= before {
        free.iter().zip(x).for_each(|(&(k, _), &new)| s.x[k] = new);
        true
    } else {
        s.model.restore(&s.saved);
        false
    }
}

/// How many members two ascending lists do not share.
fn symmetric_difference(a: &[usize], b: &[usize]) -> usize {
    let shared = a.iter().filter(|x| b.binary_search(x).is_ok()).count();
    a.len() + b.len() - 2 * shared
}

/// Gram matrices of columns, kept for a quadratic loss, whose weights never change.
///
/// An entry is always computed from the smaller of its two columns, so that its bits do not depend on what is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Gram {
    /// The columns kept, ascending.
    columns: Vec<usize>,
    /// Their Gram matrix, square, by rows; only `row < column` and the diagonal are meaningful.
    values: Vec<f64>,
    buffer: Vec<f64>,
    row: Vec<f64>,
}

impl Gram {
    /// The Gram matrix of `support` (ascending).
    fn matrix<P: SeparablePenalty + ?Sized>(
        &mut self,
        problem: &Glm<'_, P>,
        support: &[usize],
        weights: Option<&[f64]>,
        sums: &Sums,
    ) -> Mat<f64> {
        if !problem.datafit().is_quadratic() {
            self.columns.clear();
            self.values.clear();
        }
        self.extend(problem, support, weights, sums);
        let place: Vec<usize> = support.iter().map(|j| self.columns.binary_search(j).unwrap_or_default()).collect();
        let size = self.columns.len();
        Mat::from_fn(support.len(), support.len(), |a, b| {
            let (a, b) = (place[a.min(b)], place[a.max(b)]);
            self.values[a * size + b]
        })
    }

    /// Adds the columns of `support` that are not kept yet.
    fn extend<P: SeparablePenalty + ?Sized>(
        &mut self,
        problem: &Glm<'_, P>,
        support: &[usize],
        weights: Option<&[f64]>,
        sums: &Sums,
    ) {
        let new: Vec<usize> = support.iter().copied().filter(|j| self.columns.binary_search(j).is_err()).collect();
        if new.is_empty() {
            return;
        }
        if self.columns.len() + new.len() > MAX_SIZE {
            self.columns.clear();
            self.values.clear();
            return self.extend(problem, support, weights, sums);
        }
        let old = std::mem::take(&mut self.columns);
        let old_values = std::mem::take(&mut self.values);
        self.columns = old.iter().chain(&new).copied().collect();
        self.columns.sort_unstable();
        let size = self.columns.len();
        self.values = vec![0.0; size * size];
        self.buffer.resize(problem.design().rows(), 0.0);
        let known: Vec<Option<usize>> = self.columns.iter().map(|j| old.binary_search(j).ok()).collect();
        for a in 0..size {
            if let Some(i) = known[a] {
                for b in a..size {
                    if let Some(j) = known[b] {
                        self.values[a * size + b] = old_values[i * old.len() + j];
                    }
                }
            }
            let missing: Vec<usize> = (a..size).filter(|&b| known[a].is_none() || known[b].is_none()).collect();
            if missing.is_empty() {
                continue;
            }
            let others: Vec<usize> = missing.iter().map(|&b| self.columns[b]).collect();
            self.row.resize(others.len(), 0.0);
            problem.design().gram_column(
                self.columns[a],
                &others,
                weights,
                &sums.by_column,
                sums.total_weight,
                &mut self.buffer,
                &mut self.row,
            );
            for (&b, &value) in missing.iter().zip(&self.row) {
                self.values[a * size + b] = value;
            }
        }
    }
}

/// Weighted sums of columns, by column; the total weight if an intercept moves along.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) by_column: Vec<f64>,
    pub(super) total_weight: Option<f64>,
}
