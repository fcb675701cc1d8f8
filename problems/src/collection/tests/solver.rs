//! A plain solver for equality-constrained problems of a few hundred variables, independent of the crates that solve: the
//! augmented Lagrangian with dense Newton steps, then Newton's method on the optimality conditions.

use super::dense::{solve, solve_definite};
use crate::nlp::{NlpEvaluator, NonlinearProgram};

/// Where all of a program's functions and derivatives are, densely.
pub(super) struct At {
    pub(super) f: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) c: Vec<f64>,
    /// m x n by rows.
    pub(super) jacobian: Vec<f64>,
}

/// A program with an evaluator of its own. Constraints are taken as `c(x) - cl`.
pub(super) struct Dense<'a> {
    pub(super) program: &'a dyn NonlinearProgram,
    evaluator: Box<dyn NlpEvaluator + 'a>,
}

impl<'a> Dense<'a> {
    pub(super) fn new(program: &'a dyn NonlinearProgram) -> Self {
        Self { program, evaluator: program.evaluator() }
    }

    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.program.variables(), self.program.constraints())
    }

    /// `f(x)` and `c(x)`; `None` where they are not defined.
    pub(super) fn values(&mut self, x: &[f64]) -> Option<(f64, Vec<f64>)> {
        let mut c = vec![0.0; self.program.constraints()];
        let f = self.evaluator.values(x, &mut c).ok()?;
        Some((f, c))
    }

    pub(super) fn at(&mut self, x: &[f64]) -> At {
        let (n, m) = self.sizes();
        let pattern = self.program.jacobian_pattern();
        let (mut gradient, mut c) = (vec![0.0; n], vec![0.0; m]);
        let mut values = vec![0.0; pattern.entries()];
        let f = self.evaluator.first_order(x, &mut gradient, &mut c, &mut values).expect("defined");
        let mut jacobian = vec![0.0; n * m];
        let mut entry = 0;
        for i in 0..m {
            for &j in pattern.row(i) {
                jacobian[i * n + j as usize] += values[entry];
                entry += 1;
            }
        }
        At { f, gradient, c, jacobian }
    }

    /// The Hessian of `weight f + y'c`, whole.
    pub(super) fn hessian(&mut self, x: &[f64], weight: f64, y: &[f64]) -> Vec<f64> {
        let n = x.len();
        let pattern = self.program.hessian_pattern();
        let mut values = vec![0.0; pattern.entries()];
        self.evaluator.hessian(x, weight, y, &mut values).expect("defined");
        let mut hessian = vec![0.0; n * n];
        let mut entry = 0;
        for i in 0..n {
            for &j in pattern.row(i) {
                let j = j as usize;
                hessian[i * n + j] = values[entry];
                hessian[j * n + i] = values[entry];
                entry += 1;
            }
        }
        hessian
    }
}

/// A point with multipliers.
pub(super) struct Answer {
    pub(super) f: f64,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// The largest of `|gradient of the Lagrangian|` and `|c|`.
    pub(super) residual: f64,
}

pub(super) fn norm(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `gradient + J'y`
pub(super) fn lagrangian_gradient(at: &At, y: &[f64]) -> Vec<f64> {
    let n = at.gradient.len();
    let mut g = at.gradient.clone();
    for (row, y) in at.jacobian.chunks_exact(n).zip(y) {
        g.iter_mut().zip(row).for_each(|(g, j)| *g += y * j);
    }
    g
}

/// Multipliers that make the gradient of the Lagrangian smallest (least squares, slightly regularised).
pub(super) fn least_squares_multipliers(at: &At) -> Vec<f64> {
    let (n, m) = (at.gradient.len(), at.c.len());
    let mut normal = vec![0.0; m * m];
    let mut right = vec![0.0; m];
    for i in 0..m {
        let row = &at.jacobian[i * n..(i + 1) * n];
        for j in 0..m {
            normal[i * m + j] = dot(row, &at.jacobian[j * n..(j + 1) * n]);
        }
        right[i] = -dot(row, &at.gradient);
        normal[i * m + i] += 1e-13 * (1.0 + normal[i * m + i]);
    }
    solve(normal, right).expect("definite")
}

/// Newton's method on the optimality conditions of the equations.
pub(super) fn polish(problem: &mut Dense<'_>, x: &[f64], y: &[f64]) -> Answer {
    let (n, m) = problem.sizes();
    let (mut x, mut y) = (x.to_vec(), y.to_vec());
    let mut best: Option<Answer> = None;
    for _ in 0..30 {
        let at = problem.at(&x);
        let residual = shifted(&at, problem.program);
        let g = lagrangian_gradient(&at, &y);
        let size = norm(&g).max(norm(&residual));
        if best.as_ref().is_some_and(|b| size >= b.residual) {
            break;
        }
        best = Some(Answer { f: at.f, x: x.clone(), y: y.clone(), residual: size });
        let hessian = problem.hessian(&x, 1.0, &y);
        let k = n + m;
        let mut matrix = vec![0.0; k * k];
        for i in 0..n {
            matrix[i * k..i * k + n].copy_from_slice(&hessian[i * n..(i + 1) * n]);
            matrix[i * k + i] += 1e-12;
        }
        for i in 0..m {
            for j in 0..n {
                matrix[(n + i) * k + j] = at.jacobian[i * n + j];
                matrix[j * k + n + i] = at.jacobian[i * n + j];
            }
            matrix[(n + i) * k + n + i] = -1e-10;
        }
        let right = g.iter().chain(&residual).map(|v| -v).collect();
        let Some(step) = solve(matrix, right) else { break };
        x.iter_mut().zip(&step).for_each(|(x, s)| *x += s);
        y.iter_mut().zip(&step[n..]).for_each(|(y, s)| *y += s);
        if problem.values(&x).is_none() {
            break;
        }
    }
    best.expect("one point was measured")
}

/// `c(x) - cl`
fn shifted(at: &At, program: &dyn NonlinearProgram) -> Vec<f64> {
    at.c.iter().zip(program.constraint_bounds().0).map(|(c, l)| c - l).collect()
}

/// Solves from a start and a first penalty; equations only.
pub(super) fn minimise(program: &dyn NonlinearProgram, start: &[f64], mut penalty: f64) -> Answer {
    let mut problem = Dense::new(program);
    let (n, m) = problem.sizes();
    let mut x = start.to_vec();
    let mut y = vec![0.0; m];
    let lower = program.constraint_bounds().0.to_vec();
    let merit = |f: f64, c: &[f64], y: &[f64], penalty: f64| {
        let violation = c.iter().zip(&lower).map(|(c, l)| c - l);
        f + violation.zip(y).map(|(v, y)| y * v + 0.5 * penalty * v * v).sum::<f64>()
    };
    let mut infeasibility = f64::INFINITY;
    for round in 0..40 {
        let mut shift = 0.0;
        for _ in 0..200 {
            let at = problem.at(&x);
            let violation = shifted(&at, program);
            let estimate: Vec<f64> = y.iter().zip(&violation).map(|(y, v)| y + penalty * v).collect();
            let g = lagrangian_gradient(&at, &estimate);
            if norm(&g) <= (0.1f64).powi(round + 1).max(1e-9) {
                break;
            }
            let mut hessian = problem.hessian(&x, 1.0, &estimate);
            for row in at.jacobian.chunks_exact(n) {
                for (i, a) in row.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                    for (j, b) in row.iter().enumerate() {
                        hessian[i * n + j] += penalty * a * b;
                    }
                }
            }
            let step = loop {
                let mut matrix = hessian.clone();
                (0..n).for_each(|i| matrix[i * n + i] += shift);
                if let Some(step) = solve_definite(matrix, g.iter().map(|g| -g).collect()) {
                    break step;
                }
                shift = if shift == 0.0 { 1e-4 } else { 10.0 * shift };
            };
            let slope = dot(&g, &step);
            let now = merit(at.f, &at.c, &y, penalty);
            let mut alpha = 1.0;
            let moved = loop {
                let trial: Vec<f64> = x.iter().zip(&step).map(|(x, s)| x + alpha * s).collect();
                let value = problem.values(&trial).map_or(f64::INFINITY, |(f, c)| merit(f, &c, &y, penalty));
                if value <= now + 1e-4 * alpha * slope {
                    x = trial;
                    break true;
                }
                alpha *= 0.5;
                if alpha < 1e-12 {
                    break false;
                }
            };
            shift = if shift < 1e-3 { 0.0 } else { 0.3 * shift };
            if !moved {
                break;
            }
        }
        let at = problem.at(&x);
        let violation = shifted(&at, program);
        y.iter_mut().zip(&violation).for_each(|(y, v)| *y += penalty * v);
        let size = norm(&violation);
        if size <= 1e-8 && norm(&lagrangian_gradient(&at, &y)) <= 1e-6 {
            break;
        }
        if size > 0.25 * infeasibility {
            penalty = (penalty * 10.0).min(1e8);
        }
        infeasibility = size;
    }
    polish(&mut problem, &x, &y)
}
