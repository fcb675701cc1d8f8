//! Problems for tests: functions on second-order jets, so that every derivative is exact and independent of the tapes.

use std::ops::{Add, Mul, Neg, Sub};
use thalweg_problems::Fingerprint;
use thalweg_problems::nlp::{Function, NlpEvaluator, NonlinearProgram, Pattern, Undefined};

/// A value with its gradient and Hessian (n x n, by rows).
#[derive(Clone, Debug)]
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) hessian: Vec<f64>,
}

impl Jet {
    fn chain(&self, value: f64, first: f64, second: f64) -> Self {
        let n = self.gradient.len();
        let gradient = self.gradient.iter().map(|g| first * g).collect();
        let outer = |k: usize| second * self.gradient[k / n] * self.gradient[k % n];
        let hessian = (0..n * n).map(|k| first * self.hessian[k] + outer(k)).collect();
        Self { value, gradient, hessian }
    }
    pub(super) fn powi(&self, p: i32) -> Self {
        let (v, q) = (self.value, f64::from(p));
        let second = if p >= 2 { q * (q - 1.0) * v.powi(p - 2) } else { 0.0 };
        self.chain(v.powi(p), q * v.powi(p - 1), second)
    }
    pub(super) fn sin(&self) -> Self {
        self.chain(self.value.sin(), self.value.cos(), -self.value.sin())
    }
    pub(super) fn exp(&self) -> Self {
        let e = self.value.exp();
        self.chain(e, e, e)
    }
    pub(super) fn ln(&self) -> Self {
        let v = self.value;
        self.chain(v.ln(), 1.0 / v, -1.0 / (v * v))
    }
}

fn combine(a: &Jet, b: &Jet, value: f64, (fa, fb): (f64, f64), fab: f64) -> Jet {
    let n = a.gradient.len();
    let gradient = (0..n).map(|i| fa * a.gradient[i] + fb * b.gradient[i]).collect();
    let cross = |i: usize, j: usize| fab * (a.gradient[i] * b.gradient[j] + a.gradient[j] * b.gradient[i]);
    let hessian = (0..n * n).map(|k| fa * a.hessian[k] + fb * b.hessian[k] + cross(k / n, k % n)).collect();
    Jet { value, gradient, hessian }
}

macro_rules! operators {
    ($($trait:ident $method:ident |$a:ident, $b:ident| $value:expr, $first:expr, $cross:expr;)*) => {$(
        impl $trait<&Jet> for &Jet {
            type Output = Jet;
            fn $method(self, other: &Jet) -> Jet {
                let ($a, $b) = (self.value, other.value);
                combine(self, other, $value, $first, $cross)
            }
        }
        impl $trait<Jet> for &Jet { type Output = Jet; fn $method(self, other: Jet) -> Jet { self.$method(&other) } }
        impl $trait<&Jet> for Jet { type Output = Jet; fn $method(self, other: &Jet) -> Jet { (&self).$method(other) } }
        impl $trait<Jet> for Jet { type Output = Jet; fn $method(self, other: Jet) -> Jet { (&self).$method(&other) } }
        impl $trait<f64> for &Jet {
            type Output = Jet;
            fn $method(self, other: f64) -> Jet {
                let n = self.gradient.len();
                self.$method(&Jet { value: other, gradient: vec![0.0; n], hessian: vec![0.0; n * n] })
            }
        }
        impl $trait<f64> for Jet { type Output = Jet; fn $method(self, other: f64) -> Jet { (&self).$method(other) } }
        impl $trait<Jet> for f64 {
            type Output = Jet;
            fn $method(self, other: Jet) -> Jet {
                let n = other.gradient.len();
                Jet { value: self, gradient: vec![0.0; n], hessian: vec![0.0; n * n] }.$method(&other)
            }
        }
        impl $trait<&Jet> for f64 {
            type Output = Jet;
            fn $method(self, other: &Jet) -> Jet { self.$method(other.clone()) }
        }
    )*};
}

operators! {
    Add add |a, b| a + b, (1.0, 1.0), 0.0;
    Sub sub |a, b| a - b, (1.0, -1.0), 0.0;
    Mul mul |a, b| a * b, (b, a), 1.0;
}

impl Neg for Jet {
    type Output = Jet;
    fn neg(self) -> Jet {
        -1.0 * self
    }
}

impl Neg for &Jet {
    type Output = Jet;
    fn neg(self) -> Jet {
        -1.0 * self
    }
}

/// f and c of the variables.
type Functions = dyn Fn(&[Jet]) -> (Jet, Vec<Jet>) + Send + Sync;

/// `min f(x) subject to c(x) = 0`.
pub(super) struct Dense {
    name: &'static str,
    start: Vec<f64>,
    zeros: Vec<f64>,
    infinite: (Vec<f64>, Vec<f64>),
    patterns: (Pattern, Pattern),
    functions: Box<Functions>,
}

impl Dense {
    pub(super) fn new(
        name: &'static str,
        start: &[f64],
        constraints: usize,
        functions: impl Fn(&[Jet]) -> (Jet, Vec<Jet>) + Send + Sync + 'static,
    ) -> Self {
        let n = start.len();
        Self {
            name,
            start: start.to_vec(),
            zeros: vec![0.0; constraints],
            infinite: (vec![f64::NEG_INFINITY; n], vec![f64::INFINITY; n]),
            patterns: (Pattern::dense(constraints, n), Pattern::dense_lower(n)),
            functions: Box::new(functions),
        }
    }

    /// With bounds of the variables.
    pub(super) fn bounded(self, lower: &[f64], upper: &[f64]) -> Self {
        Self { infinite: (lower.to_vec(), upper.to_vec()), ..self }
    }

    pub(super) fn jets(&self, x: &[f64]) -> Result<(Jet, Vec<Jet>), Undefined> {
        let n = x.len();
        let variables: Vec<Jet> = (0..n)
            .map(|i| {
                let mut gradient = vec![0.0; n];
                gradient[i] = 1.0;
                Jet { value: x[i], gradient, hessian: vec![0.0; n * n] }
            })
            .collect();
        let (f, c) = (self.functions)(&variables);
        let defined = |jet: &Jet| jet.value.is_finite() && jet.gradient.iter().all(|g| g.is_finite());
        if !defined(&f) {
            return Err(Undefined::new(Function::Objective, format!("it is {}", f.value)));
        }
        match c.iter().position(|c| !defined(c)) {
            Some(i) => Err(Undefined::new(Function::Constraint(i), format!("it is {}", c[i].value))),
            None => Ok((f, c)),
        }
    }
}

impl NonlinearProgram for Dense {
    fn name(&self) -> &str {
        self.name
    }
    fn variables(&self) -> usize {
        self.start.len()
    }
    fn constraints(&self) -> usize {
        self.zeros.len()
    }
    fn variable_bounds(&self) -> (&[f64], &[f64]) {
        (&self.infinite.0, &self.infinite.1)
    }
    fn constraint_bounds(&self) -> (&[f64], &[f64]) {
        (&self.zeros, &self.zeros)
    }
    fn start(&self) -> &[f64] {
        &self.start
    }
    fn start_multipliers(&self) -> &[f64] {
        &self.zeros
    }
    fn jacobian_pattern(&self) -> &Pattern {
        &self.patterns.0
    }
    fn hessian_pattern(&self) -> &Pattern {
        &self.patterns.1
    }
    fn fingerprint(&self, _: &mut Fingerprint) {}
    fn evaluator(&self) -> Box<dyn NlpEvaluator + '_> {
        Box::new(Evaluator(self))
    }
}

struct Evaluator<'a>(&'a Dense);

impl NlpEvaluator for Evaluator<'_> {
    fn objective(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        Ok(self.0.jets(x)?.0.value)
    }
    fn values(&mut self, x: &[f64], constraints: &mut [f64]) -> Result<f64, Undefined> {
        let (f, c) = self.0.jets(x)?;
        constraints.iter_mut().zip(&c).for_each(|(out, c)| *out = c.value);
        Ok(f.value)
    }
    fn first_order(&mut self, x: &[f64], g: &mut [f64], c: &mut [f64], j: &mut [f64]) -> Result<f64, Undefined> {
        let (f, jets) = self.0.jets(x)?;
        g.copy_from_slice(&f.gradient);
        for (i, jet) in jets.iter().enumerate() {
            c[i] = jet.value;
            j[i * x.len()..(i + 1) * x.len()].copy_from_slice(&jet.gradient);
        }
        Ok(f.value)
    }
    fn hessian(&mut self, x: &[f64], weight: f64, y: &[f64], values: &mut [f64]) -> Result<(), Undefined> {
        let (n, (f, c)) = (x.len(), self.0.jets(x)?);
        let entry = |k: usize| weight * f.hessian[k] + y.iter().zip(&c).map(|(y, c)| y * c.hessian[k]).sum::<f64>();
        let lower = (0..n).flat_map(|i| (0..=i).map(move |j| i * n + j));
        values.iter_mut().zip(lower).for_each(|(out, k)| *out = entry(k));
        Ok(())
    }
    fn hessian_vector(&mut self, x: &[f64], weight: f64, y: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        let (n, (f, c)) = (x.len(), self.0.jets(x)?);
        let entry = |k: usize| weight * f.hessian[k] + y.iter().zip(&c).map(|(y, c)| y * c.hessian[k]).sum::<f64>();
        (0..n).for_each(|i| out[i] = (0..n).map(|j| entry(i * n + j) * v[j]).sum());
        Ok(())
    }
    fn jacobian_vector(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        let (_, c) = self.0.jets(x)?;
        let dot = |c: &Jet| c.gradient.iter().zip(v).map(|(g, v)| g * v).sum();
        out.iter_mut().zip(&c).for_each(|(out, c)| *out = dot(c));
        Ok(())
    }
    fn jacobian_transposed_vector(&mut self, x: &[f64], y: &[f64], out: &mut [f64]) -> Result<(), Undefined> {
        let (_, c) = self.0.jets(x)?;
        out.fill(0.0);
        for (y, c) in y.iter().zip(&c) {
            out.iter_mut().zip(&c.gradient).for_each(|(out, g)| *out += y * g);
        }
        Ok(())
    }
}
