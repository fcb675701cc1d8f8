//! Values and derivatives of a graph along a line, by truncated Taylor series.
//!
//! It shares nothing with the tapes: what a file states of its derivatives, what the tapes compute and what the series say
//! can be compared with each other.

use super::graph::{BinaryOperation as B, Graph, Node, UnaryOperation as U, whole_power};

/// Value, first and second derivative by the parameter of a line.
pub(crate) type Series = [f64; 3];

/// `g(a)` for a function with the derivatives `g`, `g1`, `g2` at the value of `a`.
fn chain(a: Series, g: f64, g1: f64, g2: f64) -> Series {
    let first = if a[1] == 0.0 { 0.0 } else { g1 * a[1] };
    let curve = if a[1] == 0.0 { 0.0 } else { g2 * a[1] * a[1] };
    let slope = if a[2] == 0.0 { 0.0 } else { g1 * a[2] };
    [g, first, curve + slope]
}

pub(crate) fn multiply(a: Series, b: Series) -> Series {
    [a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[0] * b[2] + 2.0 * a[1] * b[1] + a[2] * b[0]]
}

pub(crate) fn add(a: Series, b: Series) -> Series {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn scale(a: Series, s: f64) -> Series {
    a.map(|v| s * v)
}

fn whole(a: Series, n: i32) -> Series {
    let x = a[0];
    let k = f64::from(n);
    let power = |m: i32| if m == 0 { 1.0 } else { whole_power(x, m) };
    let first = if n == 0 { 0.0 } else { k * power(n - 1) };
    let second = if n == 0 || n == 1 { 0.0 } else { k * (k - 1.0) * power(n - 2) };
    chain(a, power(n), first, second)
}

fn unary(op: U, a: Series) -> Series {
    let x = a[0];
    match op {
        U::Negate => scale(a, -1.0),
        U::Sqrt => chain(a, x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt())),
        U::Exp => chain(a, libm::exp(x), libm::exp(x), libm::exp(x)),
        U::Log => chain(a, libm::log(x), 1.0 / x, -1.0 / (x * x)),
        U::Log10 => scale(unary(U::Log, a), std::f64::consts::LOG10_E),
        U::Sin => chain(a, libm::sin(x), libm::cos(x), -libm::sin(x)),
        U::Cos => chain(a, libm::cos(x), -libm::sin(x), -libm::cos(x)),
        U::Tan => {
            let (t, s) = (libm::tan(x), 1.0 / (libm::cos(x) * libm::cos(x)));
            chain(a, t, s, 2.0 * t * s)
        }
        U::Asin | U::Acos => {
            let r = (1.0 - x * x).sqrt();
            let sign = if op == U::Asin { 1.0 } else { -1.0 };
            chain(a, if op == U::Asin { libm::asin(x) } else { libm::acos(x) }, sign / r, sign * x / (r * r * r))
        }
        U::Atan => {
            let r = 1.0 + x * x;
            chain(a, libm::atan(x), 1.0 / r, -2.0 * x / (r * r))
        }
        U::Sinh => chain(a, libm::sinh(x), libm::cosh(x), libm::sinh(x)),
        U::Cosh => chain(a, libm::cosh(x), libm::sinh(x), libm::cosh(x)),
        U::Tanh => {
            let (t, s) = (libm::tanh(x), 1.0 - libm::tanh(x) * libm::tanh(x));
            chain(a, t, s, -2.0 * t * s)
        }
        U::Abs => scale(a, if x < 0.0 { -1.0 } else { 1.0 }),
        U::Truncate => [x.trunc(), 0.0, 0.0],
        U::Round => [x.round(), 0.0, 0.0],
        U::Asinh => {
            let r = (1.0 + x * x).sqrt();
            chain(a, libm::asinh(x), 1.0 / r, -x / (r * r * r))
        }
        U::Acosh => {
            let r = (x * x - 1.0).sqrt();
            chain(a, libm::acosh(x), 1.0 / r, -x / (r * r * r))
        }
        U::Atanh => {
            let r = 1.0 / (1.0 - x * x);
            chain(a, libm::atanh(x), r, 2.0 * x * r * r)
        }
        U::Erf | U::Erfc => {
            let slope = std::f64::consts::FRAC_2_SQRT_PI * libm::exp(-x * x);
            let (value, sign) = if op == U::Erf { (libm::erf(x), 1.0) } else { (libm::erfc(x), -1.0) };
            chain(a, value, sign * slope, -2.0 * sign * x * slope)
        }
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
            let second = if p == 1.0 { 0.0 } else { p * (p - 1.0) * libm::pow(x, p - 2.0) };
            chain(a, libm::pow(x, p), p * libm::pow(x, p - 1.0), second)
        }
        B::Power => unary(U::Exp, multiply(b, unary(U::Log, a))),
        B::Atan2 => {
            let angle = unary(U::Atan, binary(B::Divide, a, b));
            [libm::atan2(a[0], b[0]), angle[1], angle[2]]
        }
    }
}

/// Computes every node along a line; `values` is scratch that afterwards holds the series of each.
pub(crate) fn series(graph: &Graph, inputs: &[Series], parameters: &[f64], values: &mut Vec<Series>) {
    values.clear();
    let constant = |v: f64| [v, 0.0, 0.0];
    let flag = |truth: bool| constant(f64::from(u8::from(truth)));
    for node in graph.nodes() {
        let get = |id: u32| values[id as usize];
        let result = match *node {
            Node::Constant(bits) => constant(f64::from_bits(bits)),
            Node::Input(at) => inputs.get(at as usize).copied().unwrap_or([f64::NAN; 3]),
            Node::Parameter(at) => constant(parameters.get(at as usize).copied().unwrap_or(f64::NAN)),
            Node::Unary(op, a) => unary(op, get(a)),
            Node::Binary(op, a, b) => binary(op, get(a), get(b)),
            Node::WholePower(a, n) => whole(get(a), n),
            Node::Compare(relation, a, b) => flag(relation.holds(get(a)[0], get(b)[0])),
            Node::And(a, b) => flag(get(a)[0] != 0.0 && get(b)[0] != 0.0),
            Node::Or(a, b) => flag(get(a)[0] != 0.0 || get(b)[0] != 0.0),
            Node::Not(a) => flag(get(a)[0] == 0.0),
            Node::Select(c, a, b) => {
                if get(c)[0] == 0.0 {
                    get(b)
                } else {
                    get(a)
                }
            }
        };
        values.push(result);
    }
}
