//! The project's own files in `data/sif`, against their functions written by hand.

use super::super::*;
use super::tapes::agree;
use crate::nlp::NonlinearProgram;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../data/sif").join(format!("{name}.SIF"))
}

fn problem(name: &str) -> SifProblem {
    read_file(path(name), &ReadOptions::default()).unwrap()
}

type Function = fn(&[f64]) -> (f64, Vec<f64>);

fn huber(t: f64) -> f64 {
    if t.abs() <= 1.0 { 0.5 * t * t } else { t.abs() - 0.5 }
}

/// Objective and constraints of the files.
const FUNCTIONS: [(&str, Function); 10] = [
    ("CHAIN", |x| {
        let h = 1.0 / (x.len() - 1) as f64;
        let links: f64 = x.windows(2).map(|w| (w[1] - w[0] - h).powi(2) / 2.0).sum();
        (links - 0.5 * h * x[1..x.len() - 1].iter().sum::<f64>(), vec![])
    }),
    ("FREEFORM", |x| (2.5 * x[0] + 1.0 + 3.0 * (0.25 * (x[1] - 2.0 * x[2])).exp(), vec![x[0] + x[1] + x[2] - 6.0])),
    ("RANGED", |v| {
        let (x, y) = (v[0], v[1]);
        (0.0, vec![x + y - 1.0, x - y + 3.0, 2.0 * x + 3.0 * y - 2.0, y + 0.75 * x - 2.0])
    }),
    ("INTERNAL", |x| {
        let wave = |i: usize| {
            let (u, v) = (1.5 * x[i] - x[i + 1], 0.25 * x[i] + 2.0 * x[i + 1]);
            ((i + 1) as f64 * u).cos() * (-v * v).exp() + u * u * v
        };
        (0.5 * x[0] - 0.25 * x[3] + wave(0) + 2.0 * wave(1) - wave(2), vec![])
    }),
    ("BRANCHES", |v| {
        let (x, y, z) = (v[0], v[1], v[2]);
        let s = if !(x < 0.0 || y > 1.0) && x * y != 0.0 { (1.0 + x * x).sqrt() } else { x.max(y).max(0.0) };
        let mixed = s + if y >= 0.0 { 2.0 } else { -2.0 } * x - 1.0;
        (huber(x) + 4.0 * huber(z) + 0.5 * (3.0 * y * y + y + 2.0) + mixed, vec![])
    }),
    ("QUADFORM", |x| {
        let squares = 2.0 * x[0] * x[0] + 1.5 * x[0] * x[1] + 1.5 * x[1] * x[1];
        let chain = -0.5 * (x[0] * x[1] + x[1] * x[2] + x[2] * x[3]);
        let budget = x[0] + 2.0 * x[1] + 3.0 * x[2] + 1.5 * x[3] - 12.0;
        (x[0] - 2.0 * x[1] + 0.75 * x[3] + 10.0 + squares + chain, vec![budget])
    }),
    ("COMBINED", |v| {
        let (x, y, z) = (v[0], v[1], v[2]);
        (x + y, vec![x + 2.0 * y - 1.0, 3.0 * z - y, 2.0 * x + 12.0 * z - 5.0, 2.0 * y - x - 12.0 * z + 2.0])
    }),
    ("VECTORS", |x| (x[0], vec![x[0] + x[1] - 1.0, x[0] - x[1] + 1.0])),
    ("SCALED", |v| {
        let (x, y) = (v[0], v[1]);
        (10.0 * (x - 3.0).powi(2) + 10.0 * (x - y).powi(2) - (x + 8.0) / 4.0, vec![2.0 * (2.0 * x + y - 1.0)])
    }),
    ("GROUPPAR", |x| {
        let e = |i: usize| 2.0 * x[i] * x[i + 1] + ((i + 1) as f64 * x[i]).sin();
        let logist = |a: f64| 1.0 / (1.0 + (-a).exp());
        let f = (x[0] - 0.5 + 0.25 * e(0)).powi(4) + 2.0 * (x[1] - 0.5 * e(1)).powi(4);
        (f, vec![logist(2.0 * e(0) - x[2]), logist(-x[2] - 0.25)])
    }),
];

#[test]
fn values_and_derivatives_are_those_of_the_functions() {
    for (name, function) in FUNCTIONS {
        // All digits, as the functions here have them.
        let options = ReadOptions { full_precision: true, ..ReadOptions::default() };
        let problem = read_file(path(name), &options).unwrap();
        assert_eq!(
            problem.warnings(),
            if name == "SCALED" { vec!["line 54: the scale of a variable is read and not applied"] } else { vec![] },
            "{name}"
        );
        let program = problem.program().unwrap();
        let (n, m) = (program.variables(), program.constraints());
        let mut evaluator = program.evaluator();
        for x in [problem.start().to_vec(), problem.nearby()] {
            let (f, c) = function(&x);
            let (mut gradient, mut constraints) = (vec![0.0; n], vec![0.0; m]);
            let mut jacobian = vec![0.0; program.jacobian_pattern().entries()];
            let value = evaluator.first_order(&x, &mut gradient, &mut constraints, &mut jacobian).unwrap();
            approx::assert_relative_eq!(value, f, max_relative = 1e-12, epsilon = 1e-13);
            assert_eq!(constraints.len(), c.len(), "{name}");
            for (found, expected) in constraints.iter().zip(&c) {
                approx::assert_relative_eq!(*found, *expected, max_relative = 1e-12, epsilon = 1e-13);
            }
            let mut dense = vec![0.0; m * n];
            for ((row, column), value) in program.jacobian_pattern().positions().zip(&jacobian) {
                dense[row * n + column] = *value;
            }
            for j in 0..n {
                let at = |h: f64| {
                    let mut moved = x.clone();
                    moved[j] += h;
                    function(&moved)
                };
                let h = 1e-5;
                let (up, down) = (at(h), at(-h));
                approx::assert_relative_eq!(
                    gradient[j],
                    (up.0 - down.0) / (2.0 * h),
                    max_relative = 1e-7,
                    epsilon = 1e-7
                );
                for i in 0..m {
                    let slope = (up.1[i] - down.1[i]) / (2.0 * h);
                    approx::assert_relative_eq!(dense[i * n + j], slope, max_relative = 1e-7, epsilon = 1e-7);
                }
            }
        }
    }
}

#[test]
fn tapes_and_series_and_stated_derivatives_agree() {
    for (name, _) in FUNCTIONS {
        let problem = problem(name);
        assert_eq!(agree(&problem), Ok(10), "{name}");
        for x in [problem.start().to_vec(), problem.nearby()] {
            let report = problem.compare_stated(&x, 1e-12);
            assert_eq!((report.wrong, report.undefined, report.first), (0, 0, None), "{name}");
        }
    }
    let compared = |name| problem(name).compare_stated(problem(name).start(), 1e-12).compared;
    // Three elements with two inputs: two first and three second derivatives each.
    assert_eq!((compared("INTERNAL"), compared("RANGED"), compared("SCALED")), (15, 0, 4));
}

#[test]
fn bounds_of_constraints() {
    let inf = f64::INFINITY;
    for (name, lower, upper) in [
        ("RANGED", vec![0.0, -5.0, 0.0, -inf], vec![4.0, 0.0, 0.0, 0.0]),
        ("COMBINED", vec![0.0, -inf, 0.0, 0.0], vec![inf, 0.0, 0.0, inf]),
        ("QUADFORM", vec![-inf], vec![0.0]),
        ("SCALED", vec![0.0], vec![inf]),
    ] {
        let program = problem(name).program().unwrap();
        assert_eq!(program.constraint_bounds(), (&lower[..], &upper[..]), "{name}");
    }
    let sizes = problem("RANGED").sizes();
    assert_eq!((sizes.equalities, sizes.ranges, sizes.linear_constraints, sizes.jacobian_nonzeros), (1, 2, 4, 8));
    assert_eq!(sizes.degrees_of_freedom(), 1);
    // The entries of Y cancel in one combined group.
    assert_eq!(problem("COMBINED").sizes().linear_nonzeros, 2 + 2 + 2 + 2 + 3);
}

#[test]
fn bounds_of_variables() {
    let problem = problem("BOUNDTRAP");
    let inf = f64::INFINITY;
    let names: Vec<String> = problem.variable_names().iter().map(ToString::to_string).collect();
    assert_eq!(names.last().unwrap(), "HIDDEN");
    let lower = [0.0, -inf, -inf, -inf, -inf, 0.0, 2.5, -inf, 1.0, 0.0, 0.0, 0.0];
    let upper = [inf, 0.0, 0.0, 5.0, 5.0, -1.0, 2.5, inf, 0.0, inf, inf, inf];
    assert_eq!(problem.bounds(), (&lower[..], &upper[..]));
    let kinds = problem.variable_kinds();
    assert_eq!(
        (kinds[8], kinds[9], kinds[10]),
        (VariableKind::Continuous, VariableKind::Integer, VariableKind::Binary)
    );
    // Variables that first appear in an element start at 0, whatever the default.
    assert_eq!((problem.start()[0], problem.start()[11]), (0.75, 0.0));
    // Two boxes are empty: there is a program, and it has no feasible point.
    let program = problem.program().unwrap();
    let empty = crate::nlp::empty_box(&program).unwrap();
    assert_eq!(empty.to_string(), "no number is within the bounds [0, -1] of variable UPNEG");
}

#[test]
fn vectors_are_chosen_by_name() {
    let first = problem("VECTORS");
    assert_eq!(first.start(), [0.5, 0.5]);
    assert_eq!(first.bounds(), (&[0.0, f64::NEG_INFINITY][..], &[1.0, f64::INFINITY][..]));
    let program = first.program().unwrap();
    assert_eq!(program.start_multipliers(), [-1.0, 2.5]);
    assert_eq!(program.constraint_bounds().1, [0.0, 10.0]);
    let name = |text: &str| Some(text.to_owned());
    let options = ReadOptions {
        constants: name("SECOND"),
        ranges: name("NARROW"),
        bounds: name("LOOSE"),
        start: name("FAR"),
        ..ReadOptions::default()
    };
    let other = read_file(path("VECTORS"), &options).unwrap();
    assert_eq!(other.bounds(), (&[-9.0, f64::NEG_INFINITY][..], &[f64::INFINITY, 0.0][..]));
    let program = other.program().unwrap();
    assert_eq!((program.start(), program.start_multipliers()), (&[10.0, -4.0][..], &[3.0, 0.0][..]));
    let mut c = [0.0; 2];
    program.evaluator().values(program.start(), &mut c).unwrap();
    assert_eq!((c, program.constraint_bounds().1[1]), ([-1.0, 14.0], 2.0));
    let wrong = ReadOptions { bounds: name("LOST"), ..ReadOptions::default() };
    let error = read_file(path("VECTORS"), &wrong).unwrap_err();
    assert_eq!(error.message(), "there is no vector `LOST` of bounds; the file has: `TIGHT`, `LOOSE`");
}

#[test]
fn parameters_are_changed() {
    let chain = problem("CHAIN");
    let offered: Vec<_> = chain.parameters().iter().map(|p| (p.name.to_string(), p.alternatives.len())).collect();
    assert_eq!(offered, [("N".to_owned(), 2), ("LOAD".to_owned(), 0)]);
    let with = |list: &[(&str, &str)]| {
        let parameters = list.iter().map(|&(n, v)| (n.to_owned(), v.to_owned())).collect();
        read_file(path("CHAIN"), &ReadOptions { parameters, most_items: 50_000, ..ReadOptions::default() })
    };
    let longer = with(&[("N", "10"), ("LOAD", "2.0D0")]).unwrap();
    assert_eq!(longer.sizes().variables, 11);
    let x = longer.start();
    let load = longer.probes(x, x, |_| 0.0, Derivatives::Exact).f
        - with(&[("N", "10"), ("LOAD", "0")]).unwrap().probes(x, x, |_| 0.0, Derivatives::Exact).f;
    approx::assert_relative_eq!(load, -0.2 * x[1..10].iter().sum::<f64>(), max_relative = 1e-12);
    for (list, message) in [
        (&[("M", "3")], "the file has no changeable parameter `M`; it has: `N`, `LOAD`"),
        (&[("N", "2.5")], "the parameter N needs an integer, given is `2.5`"),
        (&[("LOAD", "x")], "the parameter LOAD needs a number, given is `x`"),
        (&[("N", "99999999999")], "the loops expand to more than"),
    ] {
        let error = with(list).unwrap_err();
        assert!(error.message().starts_with(message), "{error}");
    }
}

#[test]
fn wrong_derivatives_are_found() {
    let problem = problem("MISSTATED");
    let report = problem.compare_stated(problem.start(), 1e-6);
    assert_eq!((report.compared, report.wrong), (5, 2));
    let first = report.first.unwrap();
    // d2F/dA dB = 2 A is not stated; d2F/dB dB = 6 B is stated as 3 B.
    assert_eq!((first.derivative.as_str(), first.stated, first.exact), ("d2/dA dB", 0.0, 2.0));
    assert_eq!((first.item.to_string(), first.kind.to_string()), ("E".to_owned(), "CUBIC".to_owned()));
    // The tapes do not follow the wrong cards; the fingerprint does, like the library it is compared with.
    let (exact, stated) = (problem.fingerprint(Derivatives::Exact), problem.fingerprint(Derivatives::Stated));
    let d = [libm::cos(1.0), libm::cos(2.0)];
    let along = |b: f64, mixed: f64| 4.0 * d[0] * d[0] + 2.0 * mixed * d[0] * d[1] + b * d[1] * d[1];
    approx::assert_relative_eq!(exact.at_start.hessian, along(12.0, 2.0), max_relative = 1e-14);
    approx::assert_relative_eq!(stated.at_start.hessian, along(6.0, 0.0), max_relative = 1e-14);
    assert_eq!(exact.at_start.gradient, stated.at_start.gradient);
}
