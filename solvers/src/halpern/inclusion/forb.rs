//! The variance-reduced forward-reflected-backward iteration.

use super::draws::{Draws, Streams};
use super::oracle::Calls;
use serde::{Deserialize, Serialize};
use thalweg_kernels::dense;

/// What the iteration solves, `0 in Phi(v) + scale G(v)` with `Phi(v) = scale F(v) + pull (v - centre)`, and how.
pub(super) struct ForbTask<'a> {
    pub(super) scale: f64,
    pub(super) pull: f64,
    pub(super) centre: &'a [f64],
    /// The step tau.
    pub(super) step: f64,
    /// The probability of a refresh.
    pub(super) refresh: f64,
}

/// The memory of the iteration (A. Alacaoglu, Y. Malitsky, V. Cevher, *Forward-reflected-backward method with variance
/// reduction*, COAP 2021):
///
/// ```text
/// t = (1 - p) v + p w - tau [ Phi(w) + Phi_i(v) - Phi_i(w_prev) ],   v = J(t),   w_prev = w,   w = v with probability p
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Forb {
    pub(super) v: Vec<f64>,
    /// The reference point w, with F(w), and the one before.
    pub(super) w: Vec<f64>,
    pub(super) fw: Vec<f64>,
    w_previous: Vec<f64>,
    /// The argument of the last resolvent: `(t - v) / step` lies in `scale G(v)`.
    pub(super) t: Vec<f64>,
}

impl Forb {
    /// Begins at `point`.
    pub(super) fn begin(&mut self, point: &[f64], calls: &mut Calls<'_, '_>) {
        for part in [&mut self.v, &mut self.w, &mut self.w_previous, &mut self.t, &mut self.fw] {
            part.resize(point.len(), 0.0);
        }
        for part in [&mut self.v, &mut self.w, &mut self.w_previous] {
            part.copy_from_slice(point);
        }
        calls.full(&self.w, &mut self.fw);
    }

    pub(super) fn parts(&self) -> [&[f64]; 5] {
        [&self.v, &self.w, &self.fw, &self.w_previous, &self.t]
    }

    /// One iteration; `true` if it ended with a refresh, so that `w = v`.
    pub(super) fn iterate(
        &mut self,
        task: &ForbTask<'_>,
        calls: &mut Calls<'_, '_>,
        draws: &mut Draws,
        streams: &mut Streams,
    ) -> bool {
        let Self { v, w, fw, w_previous, t } = self;
        let (tau, a, p) = (task.step, task.scale, task.refresh);
        draws.draw(&mut streams.components);
        dense::scaled_add(1.0 - p, v, p, w, t);
        dense::axpy(-tau * a, fw, t);
        if task.pull != 0.0 {
            let c = -tau * task.pull;
            dense::axpy(c, w, t);
            dense::axpy(-c, task.centre, t);
            dense::axpy(c, v, t);
            dense::axpy(-c, w_previous, t);
        }
        calls.add_difference(draws, -tau * a, v, w_previous, t);
        v.copy_from_slice(t);
        calls.resolve(tau * a, v);
        w_previous.copy_from_slice(w);
        let refreshed = streams.refreshes.uniform() < p;
        if refreshed {
            w.copy_from_slice(v);
            calls.full(w, fw);
        }
        refreshed
    }

    /// After a refresh: `|Phi(v) + s|` and `|F(v) + s / scale|` for the s in `scale G(v)` that the resolvent found. The first
    /// bounds the distance of v to the solution where Phi is 1-strongly monotone.
    pub(super) fn residuals(&self, task: &ForbTask<'_>, scratch: &mut [f64]) -> (f64, f64) {
        let per_scale = 1.0 / (task.step * task.scale);
        dense::scaled_add(per_scale, &self.t, -per_scale, &self.v, scratch);
        dense::axpy(1.0, &self.fw, scratch);
        let operator = dense::nrm2(scratch);
        if task.pull == 0.0 {
            return (task.scale * operator, operator);
        }
        dense::scale(task.scale, scratch);
        dense::axpy(task.pull, &self.v, scratch);
        dense::axpy(-task.pull, task.centre, scratch);
        (dense::nrm2(scratch), operator)
    }
}
