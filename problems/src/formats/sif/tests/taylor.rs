//! Values and derivatives along a line by truncated Taylor series: an evaluation of a model that shares nothing with the
//! tapes, to compare both with reference values.

use super::super::GroupKind;
use super::super::functions::{BinaryOperation as B, Graph, Node, UnaryOperation as U};
use super::super::problem::{Model, TypeFunction};

/// Value, first and second derivative by the parameter of a line.
pub(super) type Series = [f64; 3];

/// `g(a)` for a function with the derivatives `g`, `g1`, `g2` at the value of `a`.
fn chain(a: Series, g: f64, g1: f64, g2: f64) -> Series {
    let first = if a[1] == 0.0 { 0.0 } else { g1 * a[1] };
    let curve = if a[1] == 0.0 { 0.0 } else { g2 * a[1] * a[1] };
    let slope = if a[2] == 0.0 { 0.0 } else { g1 * a[2] };
    [g, first, curve + slope]
}

fn multiply(a: Series, b: Series) -> Series {
    [a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[0] * b[2] + 2.0 * a[1] * b[1] + a[2] * b[0]]
}

fn add(a: Series, b: Series) -> Series {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn scale(a: Series, s: f64) -> Series {
    a.map(|v| s * v)
}

fn whole(a: Series, n: i32) -> Series {
    let x = a[0];
    let k = f64::from(n);
    let power = |m: i32| if m == 0 { 1.0 } else { x.powi(m) };
    let first = if n == 0 { 0.0 } else { k * power(n - 1) };
    let second = if n == 0 || n == 1 { 0.0 } else { k * (k - 1.0) * power(n - 2) };
    chain(a, power(n), first, second)
}

fn unary(op: U, a: Series) -> Series {
    let x = a[0];
    match op {
        U::Negate => scale(a, -1.0),
        U::Sqrt => chain(a, x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt())),
        U::Exp => chain(a, x.exp(), x.exp(), x.exp()),
        U::Log => chain(a, x.ln(), 1.0 / x, -1.0 / (x * x)),
        U::Log10 => scale(unary(U::Log, a), std::f64::consts::LOG10_E),
        U::Sin => chain(a, x.sin(), x.cos(), -x.sin()),
        U::Cos => chain(a, x.cos(), -x.sin(), -x.cos()),
        U::Tan => {
            let (t, s) = (x.tan(), 1.0 / (x.cos() * x.cos()));
            chain(a, t, s, 2.0 * t * s)
        }
        U::Asin | U::Acos => {
            let r = (1.0 - x * x).sqrt();
            let sign = if op == U::Asin { 1.0 } else { -1.0 };
            chain(a, if op == U::Asin { x.asin() } else { x.acos() }, sign / r, sign * x / (r * r * r))
        }
        U::Atan => {
            let r = 1.0 + x * x;
            chain(a, x.atan(), 1.0 / r, -2.0 * x / (r * r))
        }
        U::Sinh => chain(a, x.sinh(), x.cosh(), x.sinh()),
        U::Cosh => chain(a, x.cosh(), x.sinh(), x.cosh()),
        U::Tanh => {
            let (t, s) = (x.tanh(), 1.0 - x.tanh() * x.tanh());
            chain(a, t, s, -2.0 * t * s)
        }
        U::Abs => scale(a, if x < 0.0 { -1.0 } else { 1.0 }),
        U::Truncate => [x.trunc(), 0.0, 0.0],
        U::Round => [x.round(), 0.0, 0.0],
        other => panic!("{other:?} has no series here"),
    }
}

fn binary(op: B, a: Series, b: Series) -> Series {
    match op {
        B::Add => add(a, b),
        B::Subtract => add(a, scale(b, -1.0)),
        B::Multiply => multiply(a, b),
        B::Divide => multiply(a, whole(b, -1)),
        B::Power if b[1] == 0.0 && b[2] == 0.0 => {
            let (x, p) = (a[0], b[0]);
            let second = if p == 1.0 { 0.0 } else { p * (p - 1.0) * x.powf(p - 2.0) };
            chain(a, x.powf(p), p * x.powf(p - 1.0), second)
        }
        B::Power => unary(U::Exp, multiply(b, unary(U::Log, a))),
        B::Atan2 => {
            let angle = unary(U::Atan, binary(B::Divide, a, b));
            [a[0].atan2(b[0]), angle[1], angle[2]]
        }
    }
}

fn formula(graph: &Graph, value: u32, inputs: &[Series], parameters: &[f64]) -> Series {
    let mut values: Vec<Series> = Vec::new();
    let constant = |v: f64| [v, 0.0, 0.0];
    let flag = |truth: bool| constant(f64::from(u8::from(truth)));
    for node in graph.nodes() {
        let get = |id: u32| values[id as usize];
        let result = match *node {
            Node::Constant(bits) => constant(f64::from_bits(bits)),
            Node::Input(at) => inputs[at as usize],
            Node::Parameter(at) => constant(parameters[at as usize]),
            Node::Unary(op, a) => unary(op, get(a)),
            Node::Binary(op, a, b) => binary(op, get(a), get(b)),
            Node::WholePower(a, n) => whole(get(a), n),
            Node::Compare(relation, a, b) => flag(relation.holds(get(a)[0], get(b)[0])),
            Node::And(a, b) => flag(get(a)[0] != 0.0 && get(b)[0] != 0.0),
            Node::Or(a, b) => flag(get(a)[0] != 0.0 || get(b)[0] != 0.0),
            Node::Not(a) => flag(get(a)[0] == 0.0),
            Node::Select(c, a, b) => if get(c)[0] == 0.0 { get(b) } else { get(a) },
        };
        values.push(result);
    }
    values[value as usize]
}

fn element(function: &TypeFunction, variables: &[Series], parameters: &[f64]) -> Series {
    let inputs = match &function.range {
        None => variables.to_vec(),
        Some(rows) => rows
            .iter()
            .map(|row| row.iter().zip(variables).fold([0.0; 3], |sum, (&w, &v)| add(sum, scale(v, w))))
            .collect(),
    };
    formula(&function.formula.graph, function.formula.value, &inputs, parameters)
}

/// Sums and the sums of the absolute values of their terms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Probe {
    /// f, f', c.w, (c.w)', (f + c.w)''.
    pub(super) values: [f64; 5],
    pub(super) sizes: [f64; 5],
}

/// The probes of a model at `x` along `direction` with weights `weight(j)` of the constraints.
pub(super) fn probe(model: &Model, x: &[f64], direction: &[f64], weight: impl Fn(usize) -> f64) -> Probe {
    let tables = &model.tables;
    let line: Vec<Series> = x.iter().zip(direction).map(|(&x, &d)| [x, d, 0.0]).collect();
    let at = |variables: &[u32]| variables.iter().map(|&v| line[v as usize]).collect::<Vec<_>>();
    let elements: Vec<Series> = (0..tables.elements.len())
        .map(|e| {
            let (kind, variables, parameters) = tables.elements.get(e, &tables.element_types);
            element(model.element_functions[kind as usize].as_ref().unwrap(), &at(variables), parameters)
        })
        .collect();
    let mut probe = Probe::default();
    let mut term = |k: usize, value: f64| {
        probe.values[k] += value;
        probe.sizes[k] += value.abs();
    };
    let mut constraints = 0;
    for group in 0..tables.groups.len() {
        let mut alpha = [-tables.constants.get(group), 0.0, 0.0];
        let mut size = alpha[0].abs();
        let (variables, coefficients) = model.linear.get(group);
        for (&v, &c) in variables.iter().zip(coefficients) {
            let part = scale(line[v as usize], c);
            size += part[0].abs();
            alpha = add(alpha, part);
        }
        for (e, w) in model.uses(group) {
            let part = scale(elements[e as usize], w);
            size += part[0].abs();
            alpha = add(alpha, part);
        }
        let (kind, parameters) = tables.groups.function(group as u32, &tables.group_types);
        let value = match model.group_functions.get(kind as usize) {
            Some(Some(function)) => {
                size = 0.0;
                formula(&function.formula.graph, function.formula.value, &[alpha], parameters)
            }
            _ => alpha,
        };
        let s = tables.groups.scales[group];
        let value = scale(value, s);
        let _ = size;
        if tables.groups.kinds[group] == GroupKind::Objective {
            term(0, value[0]);
            term(1, value[1]);
            term(4, value[2]);
        } else {
            constraints += 1;
            let w = weight(constraints);
            term(2, w * value[0]);
            term(3, w * value[1]);
            term(4, w * value[2]);
        }
    }
    for &(i, j, h) in &tables.quadratic {
        let (a, b) = (line[i as usize], line[j as usize]);
        let product = scale(multiply(a, b), if i == j { 0.5 * h } else { h });
        term(0, product[0]);
        term(1, product[1]);
        term(4, product[2]);
    }
    probe
}
