//! Logistic regression for two classes.

use super::classes::Classes;
use super::{Datafit, Smoothness, natural_log};
use crate::error::{ProblemError, all_nonnegative, same_length};
use crate::fingerprint::Fingerprint;
use thalweg_kernels::{dense, elementwise, parallel, scalar};

/// `phi_i(z) = w_i log(1 + exp(-y_i z))` with `y_i` in {-1, +1} and row weights `w` (all 1 unless given).
#[derive(Clone, Debug)]
pub struct Logistic {
    signs: Vec<f64>,
    classes: Classes,
    weights: Option<Vec<f64>>,
    /// `w_i / 4`, kept if there are weights.
    bounds: Option<Vec<f64>>,
}

/// Rows per pass over a buffer on the stack.
const BLOCK: usize = 256;

impl Logistic {
    /// From labels with exactly two different values; the larger one is the class +1.
    ///
    /// # Errors
    /// If a label is not finite, or there are not exactly two values.
    pub fn from_labels(labels: &[f64]) -> Result<Self, ProblemError> {
        let classes = Classes::of(labels)?;
        Ok(Self { signs: classes.signs(labels), classes, weights: None, bounds: None })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as labels, one is negative or not finite, or all rows of a class have weight 0.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        same_length("weights", weights.len(), self.signs.len())?;
        all_nonnegative("weight", &weights)?;
        Classes::both_present(&self.signs, &weights)?;
        self.bounds = Some(weights.iter().map(|w| 0.25 * w).collect());
        self.weights = Some(weights);
        Ok(self)
    }

    /// The labels of the classes -1 and +1, as given.
    pub fn classes(&self) -> (f64, f64) {
        self.classes.labels()
    }

    /// The labels as -1 and +1.
    pub fn signs(&self) -> &[f64] {
        &self.signs
    }

    fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[i])
    }

    /// `out_i = 1 / (1 + exp(y_i z_i))`, the probability that the model gives to the wrong class.
    fn wrong(&self, fit: &[f64], out: &mut [f64]) {
        let mut t = [0.0; BLOCK];
        for ((z, y), o) in fit.chunks(BLOCK).zip(self.signs.chunks(BLOCK)).zip(out.chunks_mut(BLOCK)) {
            let t = &mut t[..z.len()];
            for ((t, z), y) in t.iter_mut().zip(z).zip(y) {
                *t = -y * z;
            }
            elementwise::sigmoid(t, o);
        }
    }
}

impl Datafit for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }

    fn rows(&self) -> usize {
        self.signs.len()
    }

    fn value(&self, fit: &[f64]) -> f64 {
        parallel::sum_chunks(fit.len(), |rows| {
            let (mut t, mut losses, mut total) = ([0.0; BLOCK], [0.0; BLOCK], 0.0);
            for start in rows.clone().step_by(BLOCK) {
                let m = BLOCK.min(rows.end - start);
                for k in 0..m {
                    t[k] = -self.signs[start + k] * fit[start + k];
                }
                elementwise::softplus(&t[..m], &mut losses[..m]);
                total += match &self.weights {
                    Some(w) => dense::dot(&w[start..start + m], &losses[..m]),
                    None => dense::sum(&losses[..m]),
                };
            }
            total
        })
    }

    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        self.wrong(fit, out);
        for (i, o) in out.iter_mut().enumerate() {
            *o *= -self.signs[i] * self.weight(i);
        }
    }

    fn curvature(&self, fit: &[f64], out: &mut [f64]) {
        // p (1 - p) with both factors from a sigmoid: neither loses digits near 0.
        let mut right = [0.0; BLOCK];
        self.wrong(fit, out);
        let mut start = 0;
        for o in out.chunks_mut(BLOCK) {
            let right = &mut right[..o.len()];
            let mut t = [0.0; BLOCK];
            for (k, t) in t[..o.len()].iter_mut().enumerate() {
                *t = self.signs[start + k] * fit[start + k];
            }
            elementwise::sigmoid(&t[..o.len()], right);
            for (k, (o, right)) in o.iter_mut().zip(right).enumerate() {
                *o *= *right * self.weight(start + k);
            }
            start += BLOCK;
        }
    }

    fn smoothness(&self) -> Smoothness<'_> {
        self.bounds.as_deref().map_or(Smoothness::Uniform(0.25), Smoothness::PerRow)
    }

    /// `s (1 - s) (1 - 2 s)` is largest at `s = (1 - 1/sqrt 3) / 2`: `1 / (6 sqrt 3)`.
    fn third_derivative_bound(&self) -> Option<f64> {
        const LARGEST: f64 = 0.096_225_044_864_937_63;
        Some(LARGEST * self.weights.as_deref().map_or(1.0, dense::nrm_inf))
    }

    /// Newton's method from the answer for a constant fit, kept inside a bracket by bisection, to the last bits of the
    /// derivative.
    fn best_shift(&self, fit: &[f64]) -> f64 {
        let n = fit.len();
        let (mut shifted, mut g, mut h) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let mass = |sign: f64| (0..n).filter(|&i| self.signs[i] == sign).fold(0.0, |s, i| s + self.weight(i));
        let (up, down) = (mass(1.0), mass(-1.0));
        if up == 0.0 || down == 0.0 {
            return if up == down { 0.0 } else { f64::INFINITY * (up - down) };
        }
        // A mean of sigmoids of z + c equals up / (up + down): at the ends of the bracket every one is on the same side.
        let odds = natural_log(up) - natural_log(down);
        let reach = dense::nrm_inf(fit) + odds.abs() + 1.0;
        // Solvers pass fits with an intercept that is nearly right already; else begin at the answer for a constant fit.
        self.gradient(fit, &mut g);
        let near = dense::sum(&g).abs() <= 0.1 * dense::nrm1(&g);
        let (mut low, mut high, mut before) = (-reach, reach, f64::INFINITY);
        let mut c = if near { 0.0 } else { odds };
        let mut best = (f64::INFINITY, c);
        for _ in 0..200 {
            shifted.iter_mut().zip(fit).for_each(|(s, z)| *s = z + c);
            self.gradient(&shifted, &mut g);
            self.curvature(&shifted, &mut h);
            let (slope, curvature) = (dense::sum(&g), dense::sum(&h));
            if slope.abs() < best.0 {
                best = (slope.abs(), c);
            }
            // At the rounding level of the sum the sign of the slope means nothing.
            if slope.abs() <= f64::EPSILON * dense::nrm1(&g) {
                break;
            }
            if slope > 0.0 {
                high = c;
            } else {
                low = c;
            }
            let newton = c - slope / curvature;
            if (newton - c).abs() <= 1e-16 * (1.0 + c.abs()) {
                break;
            }
            // In the exponential tail of a sigmoid Newton's steps have length 1 and shrink the slope by e only.
            let useful = newton > low && newton < high && slope.abs() <= 0.25 * before;
            let next = if useful { newton } else { middle(low, high) };
            if next <= low || next >= high {
                break;
            }
            (c, before) = (next, slope.abs());
        }
        best.1
    }

    /// With `v_i = w_i y_i a_i`: clips `a_i` to [0, 1], then scales down the class that outweighs the other.
    fn balance(&self, dual: &mut [f64]) {
        let (mut up, mut down) = (0.0, 0.0);
        for (i, v) in dual.iter_mut().enumerate() {
            let (y, w) = (self.signs[i], self.weight(i));
            let a = y * *v;
            if a < 0.0 {
                *v = 0.0;
            } else if a > w {
                *v = y * w;
            }
            if y > 0.0 { up += *v } else { down -= *v }
        }
        if up <= 0.0 || down <= 0.0 {
            return dual.fill(0.0);
        }
        for (v, y) in dual.iter_mut().zip(&self.signs) {
            if *y > 0.0 && up > down {
                *v *= down / up;
            } else if *y < 0.0 && down > up {
                *v *= up / down;
            }
        }
    }

    /// The Kullback-Leibler divergence between the probabilities of the dual point and of the fit, row by row.
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        parallel::sum_chunks(fit.len(), |rows| {
            let (mut wrong, mut right, mut total) = ([0.0; BLOCK], [0.0; BLOCK], 0.0);
            for start in rows.clone().step_by(BLOCK) {
                let m = BLOCK.min(rows.end - start);
                let mut t = [0.0; BLOCK];
                for k in 0..m {
                    t[k] = self.signs[start + k] * fit[start + k];
                }
                elementwise::sigmoid(&t[..m], &mut right[..m]);
                t[..m].iter_mut().for_each(|t| *t = -*t);
                elementwise::sigmoid(&t[..m], &mut wrong[..m]);
                for k in 0..m {
                    let (i, w) = (start + k, self.weight(start + k));
                    let signed = scale * dual[i] * self.signs[i];
                    total += match w {
                        0.0 if signed == 0.0 => 0.0,
                        0.0 => f64::INFINITY,
                        _ => w * divergence(signed / w, wrong[k], right[k], t[k]),
                    };
                }
            }
            total
        })
    }

    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn Datafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }

    fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text(self.name());
        hash.numbers(&self.signs);
        hash.numbers(self.weights().unwrap_or_default());
    }
}

/// `a log(a / p) + (1 - a) log((1 - a) / q)` for `q = 1 - p`, `p = sigmoid(t)`; infinite for `a` outside [0, 1].
fn divergence(a: f64, p: f64, q: f64, t: f64) -> f64 {
    // Rounding in the caller's products may leave the interval by an ulp.
    let slack = 4.0 * f64::EPSILON;
    if !(-slack..=1.0 + slack).contains(&a) {
        return f64::INFINITY;
    }
    let a = a.clamp(0.0, 1.0);
    // log(a / p) = log1p((a - p) / p) cancels nothing for a near p; far below p, and where p underflows, the logarithms do.
    let term = |a: f64, d: f64, p: f64, t: f64| match a {
        0.0 => 0.0,
        _ if p > 1e-300 && a > 0.5 * p => a * scalar::log1p(d / p),
        _ => a * (natural_log(a) + scalar::softplus(-t)),
    };
    let (first, second) = (term(a, a - p, p, t), term(1.0 - a, p - a, q, -t));
    let sum = first + second;
    if sum > 0.0 { sum } else { 0.0 * sum.abs() }
}

/// The number halfway between two in the order of the representable ones: bisection ends after 64 steps from any bracket.
fn middle(low: f64, high: f64) -> f64 {
    // A key that ascends with the number; its own inverse.
    let key = |bits: i64| bits ^ ((bits >> 63) & i64::MAX);
    let (a, b) = (key(low.to_bits().cast_signed()), key(high.to_bits().cast_signed()));
    f64::from_bits(key((a & b) + ((a ^ b) >> 1)).cast_unsigned())
}
