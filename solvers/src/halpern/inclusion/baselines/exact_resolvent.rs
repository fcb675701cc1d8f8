//! Halpern iteration on the exact resolvent of an affine operator.

use super::super::anchor::{Anchor, Answer};
use super::super::oracle::{Calls, MEASURES, report};
use super::super::{nonnegative, positive, solved};
use crate::run::{Flow, Method, MethodError, Oracle, Run, Work};
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;
use thalweg_problems::inclusion::FiniteSumInclusion;

/// `v = (I + eta F)^-1 u_k`, `u_(k+1) = lambda u_0 + (1 - lambda) (2 v - u_k)` with `lambda = 1 / (k + 2)` (reflected; or with
/// v in the bracket), for an affine operator and `G = 0`: `|u_k - v| <= D / (k + 1)`, without reflection twice that (F. Lieder,
/// Optimization Letters 2021). Shows what inexact resolvents cost; a dense factorisation is made at the start.
///
/// The point is v, whose operator value is `(u_k - v) / eta`. One step of the method is one iteration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExactResolvent {
    /// eta. Default `1 / L`.
    pub step: Option<f64>,
    /// Default true.
    pub reflect: bool,
    /// Converged when the natural residual is at most this share of the start's. Default 1e-6.
    pub tolerance: f64,
}

impl Default for ExactResolvent {
    fn default() -> Self {
        Self { step: None, reflect: true, tolerance: 1e-6 }
    }
}

/// The memory of [`ExactResolvent`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExactResolventWork {
    u: Vec<f64>,
    v: Vec<f64>,
    anchor: Anchor,
    answer: Answer,
    step: f64,
    #[serde(skip)]
    system: Factors,
    #[serde(skip)]
    f: Vec<f64>,
    #[serde(skip)]
    scratch: Vec<f64>,
}

impl Work for ExactResolventWork {
    type Point = Vec<f64>;
    fn point(&self) -> &Vec<f64> {
        &self.answer.point
    }
    fn into_point(self) -> Vec<f64> {
        self.answer.point
    }
}

/// `I + eta M` as triangular factors with the order of its rows, and `eta F(0)`.
#[derive(Clone, Debug, Default)]
struct Factors {
    rows: Vec<Vec<f64>>,
    order: Vec<usize>,
    constant: Vec<f64>,
}

impl Factors {
    /// From the operator's values at 0 and the unit vectors, by elimination with partial pivoting.
    fn new(problem: &FiniteSumInclusion<'_>, eta: f64) -> Result<Self, MethodError> {
        let d = problem.dimension();
        let (mut unit, mut image, mut constant) = (vec![0.0; d], vec![0.0; d], vec![0.0; d]);
        problem.operator().apply(&unit, &mut constant);
        let mut rows = vec![vec![0.0; d]; d];
        for j in 0..d {
            unit[j] = 1.0;
            problem.operator().apply(&unit, &mut image);
            unit[j] = 0.0;
            for i in 0..d {
                rows[i][j] = eta * (image[i] - constant[i]) + if i == j { 1.0 } else { 0.0 };
            }
        }
        dense::scale(eta, &mut constant);
        let mut order: Vec<usize> = (0..d).collect();
        for k in 0..d {
            let pivot = (k..d).fold(k, |best, i| if rows[i][k].abs() > rows[best][k].abs() { i } else { best });
            rows.swap(k, pivot);
            order.swap(k, pivot);
            let (above, below) = rows.split_at_mut(k + 1);
            let lead = &above[k];
            if lead[k] == 0.0 || lead[k].is_nan() {
                return Err(MethodError::Numerical("the resolvent's matrix is singular".to_owned()));
            }
            for row in below {
                let factor = row[k] / lead[k];
                row[k] = factor;
                if factor != 0.0 {
                    dense::axpy(-factor, &lead[k + 1..], &mut row[k + 1..]);
                }
            }
        }
        Ok(Self { rows, order, constant })
    }

    /// `v = J(u)`.
    fn solve(&self, u: &[f64], v: &mut [f64]) {
        let d = u.len();
        for i in 0..d {
            let from = self.order[i];
            v[i] = u[from] - self.constant[from] - dense::dot(&self.rows[i][..i], &v[..i]);
        }
        for i in (0..d).rev() {
            v[i] = (v[i] - dense::dot(&self.rows[i][i + 1..], &v[i + 1..])) / self.rows[i][i];
        }
    }
}

impl ExactResolvent {
    fn check(&self, problem: &FiniteSumInclusion<'_>, point: &[f64]) -> Result<(), MethodError> {
        problem.check_point(point)?;
        positive("step", self.step)?;
        nonnegative("tolerance", self.tolerance)?;
        let mut moved = point.to_vec();
        problem.resolvent().apply(1.0, &mut moved);
        let mut far: Vec<f64> = point.iter().map(|x| x - 1e3).collect();
        let before = far.clone();
        problem.resolvent().apply(1.0, &mut far);
        if !problem.operator().is_affine() || moved != point || far != before {
            let message = "the exact resolvent is for an affine operator without constraints (G = 0)";
            return Err(MethodError::Numerical(message.to_owned()));
        }
        Ok(())
    }
}

impl<'p> Method<FiniteSumInclusion<'p>> for ExactResolvent {
    type Work = ExactResolventWork;

    fn name(&self) -> &'static str {
        "exact-resolvent-halpern"
    }

    fn measures(&self) -> &'static [&'static str] {
        MEASURES
    }

    fn start(
        &self,
        problem: &FiniteSumInclusion<'p>,
        point: Vec<f64>,
        run: &mut Run,
    ) -> Result<ExactResolventWork, MethodError> {
        self.check(problem, &point)?;
        let lipschitz = problem.operator().lipschitz().filter(|l| *l > 0.0).unwrap_or(1.0);
        let step = self.step.unwrap_or(1.0 / lipschitz);
        let system = Factors::new(problem, step)?;
        run.counts.add(Oracle::Factorization, 1);
        let d = point.len();
        let (mut f, mut scratch) = (vec![0.0; d], vec![0.0; d]);
        let mut calls = Calls { problem, counts: &mut run.counts };
        calls.full(&point, &mut f);
        let found = calls.residuals(&point, &f, &mut scratch);
        report(problem, run, found, f64::NAN)?;
        let answer = Answer::new(point.clone(), found.natural);
        Ok(ExactResolventWork {
            v: point.clone(),
            anchor: Anchor::new(point.clone()),
            u: point,
            answer,
            step,
            system,
            f,
            scratch,
        })
    }

    fn resume(&self, problem: &FiniteSumInclusion<'p>, work: &mut ExactResolventWork) -> Result<(), MethodError> {
        self.check(problem, &work.u)?;
        for part in [&work.v, &work.anchor.point, &work.answer.point] {
            problem.check_point(part)?;
        }
        work.system = Factors::new(problem, work.step)?;
        (work.f, work.scratch) = (vec![0.0; work.u.len()], vec![0.0; work.u.len()]);
        Ok(())
    }

    fn step(
        &self,
        problem: &FiniteSumInclusion<'p>,
        work: &mut ExactResolventWork,
        run: &mut Run,
    ) -> Result<Flow, MethodError> {
        if solved(problem, &work.answer, self.tolerance) {
            return Ok(Flow::Converged);
        }
        let ExactResolventWork { u, v, anchor, system, f, scratch, .. } = work;
        system.solve(u, v);
        dense::scaled_add(1.0 / work.step, u, -1.0 / work.step, v, f);
        let mut calls = Calls { problem, counts: &mut run.counts };
        let found = calls.residuals(v, f, scratch);
        run.counts.add(Oracle::Inner, 1);
        report(problem, run, found, found.natural)?;
        let lambda = anchor.weight(1.0, 2.0);
        if self.reflect {
            dense::axpby(2.0, v, -1.0, u);
        } else {
            u.copy_from_slice(v);
        }
        dense::axpby(lambda, &anchor.point, 1.0 - lambda, u);
        anchor.k += 1;
        work.answer.offer(&work.v, found.natural);
        Ok(if solved(problem, &work.answer, self.tolerance) { Flow::Converged } else { Flow::Continue })
    }

    fn tightened(&self) -> Option<Self> {
        Some(Self { tolerance: self.tolerance / 10.0, ..self.clone() })
    }
}

#[cfg(feature = "argmin")]
crate::argmin_solver!(['a] ExactResolvent => FiniteSumInclusion<'a>);
