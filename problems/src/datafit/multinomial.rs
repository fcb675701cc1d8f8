//! Multinomial logistic regression as a loss of several targets, one for each class.

use super::{Smoothness, VectorDatafit};
use crate::error::{ProblemError, all_finite, all_nonnegative, same_length};
use crate::fingerprint::Fingerprint;
use thalweg_kernels::{dense, parallel, scalar};

/// `phi_i(z_i) = w_i (log(sum over c of exp(z_ic)) - z_{i, y_i})` for classes `y_i` in `0..k`, with row weights `w` (all 1
/// unless given).
#[derive(Clone, Debug)]
pub struct Multinomial {
    labels: Vec<usize>,
    classes: Vec<f64>,
    weights: Option<Vec<f64>>,
    /// `w_i / 2`, kept if there are weights.
    bounds: Option<Vec<f64>>,
}

impl Multinomial {
    /// From labels with at least two different values; the classes are those values, ascending.
    ///
    /// # Errors
    /// If a label is not finite, or there are fewer than two values.
    pub fn from_labels(labels: &[f64]) -> Result<Self, ProblemError> {
        all_finite("label", labels)?;
        let mut classes = labels.to_vec();
        classes.sort_by(f64::total_cmp);
        classes.dedup();
        if classes.len() < 2 {
            let (what, expected) = ("the number of classes", "at least 2");
            return Err(ProblemError::Parameter { what, value: classes.len() as f64, expected });
        }
        // Every label is one of the classes.
        let labels = labels.iter().map(|y| classes.partition_point(|c| c < y)).collect();
        Ok(Self { labels, classes, weights: None, bounds: None })
    }

    /// Gives each row a weight of at least 0.
    ///
    /// # Errors
    /// If there are not as many weights as labels, one is negative or not finite, or all rows of a class have weight 0.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, ProblemError> {
        same_length("weights", weights.len(), self.labels.len())?;
        all_nonnegative("weight", &weights)?;
        let mut mass = vec![0.0; self.classes.len()];
        self.labels.iter().zip(&weights).for_each(|(&y, w)| mass[y] += w);
        if let Some(index) = mass.iter().position(|&m| m == 0.0) {
            let what = "a class without rows of positive weight";
            return Err(ProblemError::Parameter { what, value: self.classes[index], expected: "rows of every class" });
        }
        self.bounds = Some(weights.iter().map(|w| 0.5 * w).collect());
        self.weights = Some(weights);
        Ok(self)
    }

    /// The labels of the classes, ascending.
    pub fn classes(&self) -> &[f64] {
        &self.classes
    }

    fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[i])
    }

    fn total_weight(&self) -> f64 {
        self.weights.as_ref().map_or(self.labels.len() as f64, |w| dense::sum(w))
    }

    /// The weights of the classes.
    fn masses(&self) -> Vec<f64> {
        let mut mass = vec![0.0; self.classes.len()];
        self.labels.iter().enumerate().for_each(|(i, &y)| mass[y] += self.weight(i));
        mass
    }

    /// Probabilities of one row, with the class of the largest, the probability of all others, and the logarithm of the sum of
    /// exponentials.
    fn row(&self, z: impl Fn(usize) -> f64, p: &mut [f64]) -> Row {
        let top = (1..p.len()).fold(0, |top, c| if z(c) > z(top) { c } else { top });
        let mut others = 0.0;
        for (c, p) in p.iter_mut().enumerate() {
            *p = scalar::exp(z(c) - z(top));
            if c != top {
                others += *p;
            }
        }
        let total = 1.0 + others;
        p.iter_mut().for_each(|p| *p /= total);
        Row { top, others: others / total, log_sum: z(top) + scalar::log1p(others) }
    }
}

struct Row {
    top: usize,
    others: f64,
    log_sum: f64,
}

impl VectorDatafit for Multinomial {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn rows(&self) -> usize {
        self.labels.len()
    }

    fn targets(&self) -> usize {
        self.classes.len()
    }

    fn value(&self, fit: &[f64]) -> f64 {
        let (n, k) = (self.rows(), self.targets());
        parallel::sum_chunks(n, |rows| {
            let mut p = vec![0.0; k];
            rows.fold(0.0, |s, i| {
                let z = |c: usize| fit[c * n + i];
                let row = self.row(z, &mut p);
                // Around the largest entry: a small loss is not a difference of large numbers.
                let loss = (z(row.top) - z(self.labels[i])) + (row.log_sum - z(row.top));
                s + self.weight(i) * loss
            })
        })
    }

    /// The probabilities, less 1 for the right class, which is minus the sum of the others.
    fn gradient(&self, fit: &[f64], out: &mut [f64]) {
        let (n, mut p) = (self.rows(), vec![0.0; self.targets()]);
        for (i, &y) in self.labels.iter().enumerate() {
            self.row(|c| fit[c * n + i], &mut p);
            let w = self.weight(i);
            let wrong = p.iter().enumerate().filter(|(c, _)| *c != y).fold(0.0, |s, (_, p)| s + p);
            p[y] = -wrong;
            p.iter().enumerate().for_each(|(c, p)| out[c * n + i] = w * p);
        }
    }

    /// The Hessian `diag(p) - pp'` is at most `diag(p)`, and at most `2 diag(p (1 - p))` (the difference is diagonally
    /// dominant): for each row the one with the smaller trace.
    fn curvature(&self, fit: &[f64], out: &mut [f64]) {
        let (n, mut p) = (self.rows(), vec![0.0; self.targets()]);
        for i in 0..n {
            let row = self.row(|c| fit[c * n + i], &mut p);
            let (w, sure) = (self.weight(i), dense::sum_squares(&p) > 0.5);
            for (c, &p) in p.iter().enumerate() {
                let rest = if c == row.top { row.others } else { 1.0 - p };
                out[c * n + i] = w * if sure { 2.0 * p * rest } else { p };
            }
        }
    }

    fn smoothness(&self) -> Smoothness<'_> {
        self.bounds.as_deref().map_or(Smoothness::Uniform(0.5), Smoothness::PerRow)
    }

    /// Damped Newton steps on the k constants, which are determined up to a common one: their sum stays 0.
    fn best_shift(&self, fit: &[f64]) -> Vec<f64> {
        let (n, k, total, mass) = (self.rows(), self.targets(), self.total_weight(), self.masses());
        let (mut c, mut p) = (vec![0.0; k], vec![0.0; k]);
        let shifted =
            |c: &[f64]| -> Vec<f64> { fit.chunks(n).zip(c).flat_map(|(z, c)| z.iter().map(move |z| z + c)).collect() };
        let mut value = self.value(&shifted(&c));
        for _ in 0..100 {
            let z = shifted(&c);
            let mut gradient: Vec<f64> = mass.iter().map(|m| -m).collect();
            let mut hessian = vec![0.0; k * k];
            for i in 0..n {
                let w = self.weight(i);
                self.row(|c| z[c * n + i], &mut p);
                for a in 0..k {
                    gradient[a] += w * p[a];
                    hessian[a * k + a] += w * p[a];
                    for b in 0..k {
                        hessian[a * k + b] -= w * p[a] * p[b];
                    }
                }
            }
            if dense::nrm_inf(&gradient) <= 4.0 * f64::EPSILON * total {
                break;
            }
            let trace = (0..k).fold(0.0, |t, a| t + hessian[a * k + a]);
            hessian.iter_mut().for_each(|h| *h += (trace / k as f64).max(f64::MIN_POSITIVE) / k as f64);
            let mut step: Vec<f64> = gradient.iter().map(|g| -g).collect();
            solve(&mut hessian, &mut step);
            let slope = dense::dot(&gradient, &step);
            if slope >= 0.0 || slope.is_nan() {
                break;
            }
            let mut t = 1.0;
            let accepted = (0..60).find_map(|_| {
                let trial: Vec<f64> = c.iter().zip(&step).map(|(c, s)| c + t * s).collect();
                let found = self.value(&shifted(&trial));
                // Near the solution the value is flat to the last bit; Newton's step is then right.
                let good = found <= value + 1e-4 * t * slope + 4.0 * f64::EPSILON * value.abs();
                t *= 0.5;
                good.then_some((trial, found))
            });
            let Some((next, found)) = accepted else { break };
            if next == c {
                break;
            }
            (c, value) = (next, found);
        }
        c
    }

    /// With `v_i = w_i (e_y - a_i)` for probabilities `a_i`: takes the mean off each class, then mixes in as much of the null
    /// model's dual point, whose probabilities are the classes' shares, as keeps every `a_ic` at least 0.
    fn balance(&self, dual: &mut [f64]) {
        let (n, total, mass) = (self.rows(), self.total_weight(), self.masses());
        for v in dual.chunks_mut(n) {
            let mean = dense::sum(v) / total;
            v.iter_mut().enumerate().for_each(|(i, v)| *v -= mean * self.weight(i));
        }
        let indicator = |i: usize, c: usize| f64::from(u8::from(self.labels[i] == c));
        let mut lowest: f64 = 0.0;
        for (c, v) in dual.chunks(n).enumerate() {
            for (i, v) in v.iter().enumerate() {
                let w = self.weight(i);
                if w > 0.0 {
                    lowest = lowest.min(indicator(i, c) - v / w);
                }
            }
        }
        let least = mass.iter().copied().fold(f64::INFINITY, f64::min) / total;
        let share = if lowest < 0.0 { -lowest / (-lowest + least) } else { 0.0 };
        if share > 0.0 {
            for (c, v) in dual.chunks_mut(n).enumerate() {
                for (i, v) in v.iter_mut().enumerate() {
                    let null = self.weight(i) * (indicator(i, c) - mass[c] / total);
                    *v += share * (null - *v);
                }
            }
        }
    }

    /// The Kullback-Leibler divergence of the dual point's probabilities from those of the fit: `sum of a log(a / p) - a + p`,
    /// every term at least 0.
    fn fenchel_gap(&self, fit: &[f64], dual: &[f64], scale: f64) -> f64 {
        let (n, k) = (self.rows(), self.targets());
        // Rounding may leave the simplex by an ulp or two.
        let slack = 1e-14;
        parallel::sum_chunks(n, |rows| {
            let mut p = vec![0.0; k];
            let mut total = 0.0;
            for i in rows {
                let w = self.weight(i);
                if w == 0.0 {
                    if (0..k).any(|c| dual[c * n + i] != 0.0) {
                        return f64::INFINITY;
                    }
                    continue;
                }
                let row = self.row(|c| fit[c * n + i], &mut p);
                let mut sum = 0.0;
                for (c, &p) in p.iter().enumerate() {
                    let moved = scale * dual[c * n + i] / w;
                    let right = self.labels[i] == c;
                    let a = if right { 1.0 - moved } else { -moved };
                    if !(-slack..=1.0 + slack).contains(&a) {
                        return f64::INFINITY;
                    }
                    // a - p, without cancellation where both are near 1.
                    let rest = if c == row.top { row.others } else { 1.0 - p };
                    let difference = if right { rest - moved } else { a - p };
                    sum += match a.max(0.0) {
                        0.0 => p,
                        a if p > 1e-300 && a > 0.5 * p => a * scalar::log1p(difference / p) - difference,
                        a => a * (natural_log(a) - (fit[c * n + i] - row.log_sum)) - difference,
                    }
                    .max(0.0);
                }
                total += w * sum;
            }
            total
        })
    }

    fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    fn reweighted(&self, weights: Vec<f64>) -> Result<Box<dyn VectorDatafit>, ProblemError> {
        Ok(Box::new(self.clone().with_weights(weights)?))
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.text(self.name());
        hash.numbers(&self.classes);
        self.labels.iter().for_each(|&y| hash.word(y as u64));
        hash.numbers(self.weights().unwrap_or_default());
    }
}

/// `log(a)` for `0 < a <= 1`.
fn natural_log(a: f64) -> f64 {
    if a > 0.5 { scalar::log1p(a - 1.0) } else { -scalar::log1p(1.0 / a.max(f64::MIN_POSITIVE) - 1.0) }
}

/// Solves `A x = b` for a positive definite matrix by elimination; `b` becomes x.
fn solve(a: &mut [f64], b: &mut [f64]) {
    let k = b.len();
    for i in 0..k {
        let pivot = a[i * k + i];
        if pivot <= 0.0 {
            continue;
        }
        for j in i + 1..k {
            let factor = a[j * k + i] / pivot;
            (i..k).for_each(|l| a[j * k + l] -= factor * a[i * k + l]);
            b[j] -= factor * b[i];
        }
    }
    for i in (0..k).rev() {
        let rest = (i + 1..k).fold(b[i], |s, j| s - a[i * k + j] * b[j]);
        b[i] = if a[i * k + i] > 0.0 { rest / a[i * k + i] } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::reference_random::SplitMix64;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    fn instance(scale: f64) -> (Multinomial, Vec<f64>) {
        let mut random = SplitMix64::new(4);
        let labels: Vec<f64> = (0..30).map(|i| [3.0, 1.0, 7.0, 1.0][i % 4]).collect();
        let weights = (0..30).map(|i| if i == 5 { 0.0 } else { 0.3 + 0.1 * i as f64 }).collect();
        let loss = Multinomial::from_labels(&labels).unwrap().with_weights(weights).unwrap();
        let fit = (0..90).map(|_| scale * random.normal()).collect();
        (loss, fit)
    }

    #[test]
    fn gradients_are_derivatives_and_curvatures_bounds() {
        let (loss, fit) = instance(1.5);
        let (mut g, mut h) = (vec![0.0; 90], vec![0.0; 90]);
        loss.gradient(&fit, &mut g);
        loss.curvature(&fit, &mut h);
        let mut random = SplitMix64::new(5);
        for k in 0..90 {
            let moved = |t: f64| {
                let mut fit = fit.clone();
                fit[k] += t;
                loss.value(&fit)
            };
            assert_abs_diff_eq!(g[k], (moved(1e-5) - moved(-1e-5)) / 2e-5, epsilon = 1e-8);
        }
        for _ in 0..50 {
            let d: Vec<f64> = (0..90).map(|_| random.normal()).collect();
            let at = |t: f64| loss.value(&fit.iter().zip(&d).map(|(z, d)| z + t * d).collect::<Vec<_>>());
            let second = (at(1e-3) - 2.0 * at(0.0) + at(-1e-3)) / 1e-6;
            let bound: f64 = h.iter().zip(&d).map(|(h, d)| h * d * d).sum();
            let fixed: f64 = (0..90).map(|k| 0.5 * loss.weight(k % 30) * d[k] * d[k]).sum();
            assert!(second <= bound * (1.0 + 1e-4) && second <= fixed * (1.0 + 1e-4), "{second} {bound} {fixed}");
        }
    }

    #[test]
    fn gaps_are_fenchel_young() {
        for scale in [0.1, 2.0, 40.0] {
            let (loss, fit) = instance(scale);
            let mut own = vec![0.0; 90];
            loss.gradient(&fit, &mut own);
            own.iter_mut().for_each(|v| *v = -*v);
            assert!(loss.fenchel_gap(&fit, &own, 1.0) <= 1e-13 * loss.value(&fit));
            // At 0 it is the loss itself, which has the smallest value 0.
            assert_relative_eq!(loss.fenchel_gap(&fit, &own, 0.0), loss.value(&fit), max_relative = 1e-12);
            // Against value + conjugate + product, with a dual point of another fit.
            let (_, other) = instance(0.7);
            let mut dual = vec![0.0; 90];
            loss.gradient(&other, &mut dual);
            dual.iter_mut().for_each(|v| *v = -*v);
            let mut conjugate = 0.0;
            for i in (0..30).filter(|i| *i != 5) {
                for c in 0..3 {
                    let a = f64::from(u8::from(loss.labels[i] == c)) - dual[c * 30 + i] / loss.weight(i);
                    conjugate += loss.weight(i) * a * a.ln();
                }
            }
            let product: f64 = dual.iter().zip(&fit).map(|(v, z)| v * z).sum();
            let expected = loss.value(&fit) + conjugate + product;
            assert_relative_eq!(loss.fenchel_gap(&fit, &dual, 1.0), expected, max_relative = 1e-10);
            assert!(loss.fenchel_gap(&fit, &own.iter().map(|v| v + 1.5).collect::<Vec<_>>(), 1.0).is_infinite());
        }
    }

    #[test]
    fn shifts_balance_the_dual_point() {
        for scale in [0.0, 1.0, 8.0] {
            let (loss, mut fit) = instance(scale);
            let shift = loss.best_shift(&fit);
            for (z, c) in fit.chunks_mut(30).zip(&shift) {
                z.iter_mut().for_each(|z| *z += c);
            }
            let mut dual = vec![0.0; 90];
            loss.gradient(&fit, &mut dual);
            dual.chunks(30).for_each(|v| assert!(dense::sum(v).abs() <= 1e-12 * loss.total_weight(), "{scale}"));
            dual.iter_mut().for_each(|v| *v = -*v);
            loss.balance(&mut dual);
            assert!(loss.fenchel_gap(&fit, &dual, 1.0) <= 1e-12 * loss.total_weight());
            // Also from a point that is far from balanced.
            let (_, far) = instance(3.0);
            loss.gradient(&far, &mut dual);
            dual.iter_mut().for_each(|v| *v = -*v);
            loss.balance(&mut dual);
            dual.chunks(30).for_each(|v| assert!(dense::sum(v).abs() <= 1e-12 * loss.total_weight()));
            assert!(loss.fenchel_gap(&fit, &dual, 1.0).is_finite());
        }
    }

    #[test]
    fn refusals() {
        assert!(Multinomial::from_labels(&[2.0, 2.0]).unwrap_err().to_string().contains("is 1, expected at least 2"));
        assert!(Multinomial::from_labels(&[2.0, f64::NAN]).is_err());
        let loss = Multinomial::from_labels(&[1.0, 2.0, 5.0]).unwrap();
        assert_eq!(loss.classes(), [1.0, 2.0, 5.0]);
        assert!(loss.with_weights(vec![1.0, 0.0, 1.0]).unwrap_err().to_string().contains("positive weight is 2"));
    }
}
