//! Finite algorithms as independent judges: the homotopy of the Lasso, and active sets for non-negative least squares.

use super::*;
use crate::bcd::path::{Following, GlmPath, Held, Path};
use crate::run::{Work, drive};
use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use thalweg_problems::Design;
use thalweg_problems::datafit::Quadratic;
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::{L1, NonnegativeL1};

/// A dense least-squares problem of n rows.
struct Dense {
    columns: Vec<Vec<f64>>,
    y: Vec<f64>,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Dense {
    /// Columns that share a factor, so that coefficients also leave the support along the path.
    fn correlated(n: usize, p: usize, seed: u64) -> Self {
        let mut random = SplitMix64::new(seed);
        let common: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        let columns: Vec<Vec<f64>> =
            (0..p).map(|_| common.iter().map(|c| 0.8 * c + random.normal()).collect()).collect();
        let y = (0..n).map(|i| columns[0][i] - 2.0 * columns[1][i] + 0.5 * columns[2][i] + random.normal()).collect();
        Self { columns, y }
    }

    fn glm_data(&self) -> (Design, Quadratic) {
        let design = Design::from_column_major(self.y.len(), self.columns.len(), self.columns.concat()).unwrap();
        (design, Quadratic::new(self.y.clone()).unwrap())
    }

    fn correlations(&self, x: &[f64]) -> Vec<f64> {
        let mut r = self.y.clone();
        for (column, x) in self.columns.iter().zip(x) {
            r.iter_mut().zip(column).for_each(|(r, a)| *r -= x * a);
        }
        self.columns.iter().map(|a| dot(a, &r)).collect()
    }

    /// Solves with the Gram matrix of some columns.
    fn gram_solve(&self, active: &[usize], rhs: &[f64]) -> Vec<f64> {
        let m = active.len();
        let gram = Mat::from_fn(m, m, |a, b| dot(&self.columns[active[a]], &self.columns[active[b]]));
        let found = gram.llt(Side::Lower).unwrap().solve(&Mat::from_fn(m, 1, |a, _| rhs[a]));
        (0..m).map(|a| found[(a, 0)]).collect()
    }
}

/// The signs of the active columns from `top` down to the next piece.
struct LinearPiece {
    top: f64,
    active: Vec<usize>,
    signs: Vec<f64>,
}

impl LinearPiece {
    /// On a piece `X_S' (y - X_S x_S) = lambda sign`.
    fn solution(&self, problem: &Dense, lambda: f64) -> Vec<f64> {
        let rhs: Vec<f64> = self
            .active
            .iter()
            .zip(&self.signs)
            .map(|(&j, s)| dot(&problem.columns[j], &problem.y) - lambda * s)
            .collect();
        let mut x = vec![0.0; problem.columns.len()];
        for (&j, v) in self.active.iter().zip(problem.gram_solve(&self.active, &rhs)) {
            x[j] = v;
        }
        x
    }
}

/// The path of the Lasso from `lambda_max` to `end`, piece by piece (Osborne, Presnell, Turlach, IMA J. Numer. Anal. 20, 2000;
/// Efron, Hastie, Johnstone, Tibshirani, Ann. Statist. 32, 2004, with the Lasso modification of section 3.1).
fn homotopy(problem: &Dense, end: f64) -> Vec<LinearPiece> {
    let mut c = problem.correlations(&vec![0.0; problem.columns.len()]);
    let first = (0..c.len()).max_by(|&a, &b| c[a].abs().total_cmp(&c[b].abs())).unwrap();
    let mut pieces = vec![LinearPiece { top: c[first].abs(), active: vec![first], signs: vec![c[first].signum()] }];
    // The column that came or went last, with its sign: it stays on the boundary for a moment.
    let (mut came, mut went) = (Some(first), None);
    loop {
        let piece = pieces.last().unwrap();
        let lambda = piece.top;
        let x = piece.solution(problem, lambda);
        c = problem.correlations(&x);
        let direction = problem.gram_solve(&piece.active, &piece.signs);
        let mut u = vec![0.0; problem.y.len()];
        for (&j, d) in piece.active.iter().zip(&direction) {
            u.iter_mut().zip(&problem.columns[j]).for_each(|(u, a)| *u += d * a);
        }
        // The next event: how far, which column, and the sign with which it comes (`None` if it goes).
        let mut next: (f64, usize, Option<f64>) = (f64::INFINITY, 0, None);
        for j in (0..c.len()).filter(|j| !piece.active.contains(j)) {
            let a = dot(&problem.columns[j], &u);
            for sign in [1.0, -1.0] {
                let closing = 1.0 - sign * a;
                if closing > 0.0 && went != Some((j, sign)) {
                    let step = ((lambda - sign * c[j]) / closing).max(0.0);
                    if step < next.0 {
                        next = (step, j, Some(sign));
                    }
                }
            }
        }
        for (&j, d) in piece.active.iter().zip(&direction) {
            let step = -x[j] / d;
            if came != Some(j) && step >= 0.0 && step < next.0 {
                next = (step, j, None);
            }
        }
        let (step, j, sign) = next;
        if lambda - step <= end {
            return pieces;
        }
        let (mut active, mut signs) = (piece.active.clone(), piece.signs.clone());
        if let Some(sign) = sign {
            (came, went) = (Some(j), None);
            active.push(j);
            signs.push(sign);
        } else {
            let at = active.iter().position(|&k| k == j).unwrap();
            active.remove(at);
            (came, went) = (None, Some((j, signs.remove(at))));
        }
        pieces.push(LinearPiece { top: lambda - step, active, signs });
    }
}

/// Non-negative least squares by active sets (Lawson, Hanson, *Solving Least Squares Problems*, 1974, chapter 23).
fn non_negative_least_squares(problem: &Dense) -> Vec<f64> {
    let mut x = vec![0.0; problem.columns.len()];
    let mut free: Vec<usize> = Vec::new();
    loop {
        let c = problem.correlations(&x);
        let entering = (0..x.len()).filter(|j| !free.contains(j) && c[*j] > 1e-10);
        let Some(enters) = entering.max_by(|&a, &b| c[a].total_cmp(&c[b])) else { return x };
        free.push(enters);
        loop {
            let rhs: Vec<f64> = free.iter().map(|&j| dot(&problem.columns[j], &problem.y)).collect();
            let z = problem.gram_solve(&free, &rhs);
            let blocked = free.iter().zip(&z).filter(|&(_, z)| *z <= 0.0);
            let step = blocked.map(|(&j, z)| x[j] / (x[j] - z)).fold(1.0, f64::min);
            for (&j, z) in free.iter().zip(&z) {
                x[j] = if step == 1.0 { *z } else { x[j] + step * (z - x[j]) };
            }
            if step == 1.0 {
                break;
            }
            free.retain(|&j| x[j] > 1e-14);
            (0..x.len()).filter(|j| !free.contains(j)).for_each(|j| x[j] = 0.0);
        }
    }
}

fn farthest(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Strengths between `lambda_max` and a two-hundredth of it, none of them at the end of a piece.
const SHARES: [f64; 6] = [0.9, 0.5, 0.2, 0.07, 0.02, 0.006];

#[test]
fn solutions_lie_on_the_homotopy_of_the_lasso() {
    // More columns than rows, and fewer.
    for (n, p, seed) in [(25, 40, 11), (40, 15, 12)] {
        let dense = Dense::correlated(n, p, seed);
        let (design, loss) = dense.glm_data();
        let top = dense.correlations(&vec![0.0; p]).iter().fold(0.0f64, |m, c| m.max(c.abs()));
        let pieces = homotopy(&dense, 0.005 * top);
        assert!(pieces.windows(2).all(|w| w[1].top < w[0].top));
        let leaves = pieces.windows(2).any(|w| w[1].active.len() < w[0].active.len());
        assert!(leaves || n > p, "no coefficient leaves the support: the path is too easy");

        let grid: Vec<f64> = SHARES.iter().map(|s| s * top).collect();
        let path = GlmPath::new(Held::Borrowed(&design), Held::Borrowed(&loss), false, grid.clone(), L1::new).unwrap();
        let method = WorkingSet { tolerance: 1e-14, ..WorkingSet::default() };
        let following = Following { method, tolerance: 1e-14, ..Following::default() }.to_the_end();
        let begin = Begin::From(Path::default());
        let followed = drive(&path, &following, begin, &mut Control::default(), &mut NoSave).unwrap();
        let points = &followed.work.point().points;
        assert_eq!(points.len(), grid.len());

        for (&lambda, on_path) in grid.iter().zip(points) {
            let piece = pieces.iter().rev().find(|piece| piece.top >= lambda).unwrap();
            let exact = piece.solution(&dense, lambda);
            // The judge itself: signs hold, and no correlation is above lambda.
            assert!(piece.active.iter().zip(&piece.signs).all(|(&j, s)| exact[j] * s > 0.0));
            assert!(dense.correlations(&exact).iter().all(|c| c.abs() <= lambda + 1e-11 * top));

            let penalty = L1::new(lambda).unwrap();
            let alone = converged(&Glm::new(&design, &loss, &penalty).unwrap(), 1e-14);
            let error = farthest(&alone.point.coefficients, &exact);
            assert!(error <= 1e-9, "{n} x {p}, lambda {lambda}: {error:e} from the homotopy");
            let mut x = vec![0.0; p];
            on_path.coefficients.iter().for_each(|&(j, v)| x[j] = v);
            let error = farthest(&x, &exact);
            assert!(error <= 1e-9, "{n} x {p}, lambda {lambda}: the path is {error:e} from the homotopy");
        }
    }
}

#[test]
fn non_negative_least_squares_by_active_sets() {
    for seed in 21..25 {
        let dense = Dense::correlated(30, 12, seed);
        let (design, loss) = dense.glm_data();
        let exact = non_negative_least_squares(&dense);
        let support = exact.iter().filter(|x| **x > 0.0).count();
        assert!((1..12).contains(&support), "the bounds must matter");
        // The judge itself: the conditions of Karush, Kuhn and Tucker.
        for (x, c) in exact.iter().zip(dense.correlations(&exact)) {
            assert!(*x >= 0.0 && if *x > 0.0 { c.abs() <= 1e-11 } else { c <= 1e-10 }, "{x} {c}");
        }
        let penalty = NonnegativeL1::new(0.0).unwrap();
        let solution = converged(&Glm::new(&design, &loss, &penalty).unwrap(), 1e-13);
        let error = farthest(&solution.point.coefficients, &exact);
        assert!(error <= 1e-9, "{error:e} from the active-set solution");
        assert_eq!(solution.point.support(), support);
    }
}
