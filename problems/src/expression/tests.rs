use super::{ElementType, Expr, Group, GroupType, Model, Op, PartiallySeparable, ProgramBuilder, Tape, TapeBuilder};
use crate::nlp::{NonlinearProgram, check_derivatives};
use proptest::prelude::*;

const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// Value, gradient and dense Hessian, by the chain rule in two variables: the reference.
#[derive(Clone, Debug)]
struct Jet {
    v: f64,
    g: Vec<f64>,
    h: Vec<Vec<f64>>,
}

impl Jet {
    fn constant(v: f64, n: usize) -> Self {
        Self { v, g: vec![0.0; n], h: vec![vec![0.0; n]; n] }
    }

    fn variable(j: usize, x: &[f64]) -> Self {
        let mut jet = Self::constant(x[j], x.len());
        jet.g[j] = 1.0;
        jet
    }

    /// `phi(a, b)` with its derivatives `[phi, a, b, aa, ab, bb]`.
    fn chain(a: &Self, b: &Self, [v, pa, pb, paa, pab, pbb]: [f64; 6]) -> Self {
        let n = a.g.len();
        let mut out = Self::constant(v, n);
        for i in 0..n {
            out.g[i] = pa * a.g[i] + pb * b.g[i];
            for j in 0..n {
                out.h[i][j] = pa * a.h[i][j]
                    + pb * b.h[i][j]
                    + paa * a.g[i] * a.g[j]
                    + pab * (a.g[i] * b.g[j] + b.g[i] * a.g[j])
                    + pbb * b.g[i] * b.g[j];
            }
        }
        out
    }
}

/// A random expression; `Shared` uses its operand twice.
#[derive(Clone, Debug)]
enum Tree {
    Variable(usize),
    Number(f64),
    Sin(Box<Tree>),
    Exp(Box<Tree>),
    Atan(Box<Tree>),
    Cube(Box<Tree>),
    Square(Box<Tree>),
    Root(Box<Tree>),
    Shared(Box<Tree>),
    Add(Box<Tree>, Box<Tree>),
    Sub(Box<Tree>, Box<Tree>),
    Mul(Box<Tree>, Box<Tree>),
    Over(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn expr(&self, x: &[super::Variable]) -> Expr {
        match self {
            Self::Variable(j) => x[*j].into(),
            Self::Number(c) => (*c).into(),
            Self::Sin(a) => a.expr(x).sin(),
            Self::Exp(a) => (a.expr(x).sin()).exp(),
            Self::Atan(a) => a.expr(x).atan(),
            Self::Cube(a) => a.expr(x).powi(3),
            Self::Square(a) => a.expr(x).powi(2),
            Self::Root(a) => (a.expr(x).square() + 1.0).sqrt(),
            Self::Shared(a) => {
                let a = a.expr(x);
                &a * a.cos()
            }
            Self::Add(a, b) => a.expr(x) + b.expr(x),
            Self::Sub(a, b) => a.expr(x) - b.expr(x),
            Self::Mul(a, b) => a.expr(x) * b.expr(x),
            Self::Over(a, b) => a.expr(x) / (b.expr(x).square() + 2.0),
        }
    }

    fn jet(&self, x: &[f64]) -> Jet {
        let unary = |a: &Jet, [v, d, dd]: [f64; 3]| Jet::chain(a, a, [v, d, 0.0, dd, 0.0, 0.0]);
        let square = |a: &Jet| unary(a, [a.v * a.v, 2.0 * a.v, 2.0]);
        let plus = |a: &Jet, c: f64| unary(a, [a.v + c, 1.0, 0.0]);
        let times = |a: &Jet, b: &Jet| Jet::chain(a, b, [a.v * b.v, b.v, a.v, 0.0, 1.0, 0.0]);
        let sin = |a: &Jet| unary(a, [a.v.sin(), a.v.cos(), -a.v.sin()]);
        match self {
            Self::Variable(j) => Jet::variable(*j, x),
            Self::Number(c) => Jet::constant(*c, x.len()),
            Self::Sin(a) => sin(&a.jet(x)),
            Self::Exp(a) => {
                let s = sin(&a.jet(x));
                unary(&s, [s.v.exp(); 3])
            }
            Self::Atan(a) => {
                let a = a.jet(x);
                let d = 1.0 / (1.0 + a.v * a.v);
                unary(&a, [a.v.atan(), d, -2.0 * a.v * d * d])
            }
            Self::Cube(a) => {
                let a = a.jet(x);
                unary(&a, [a.v.powi(3), 3.0 * a.v * a.v, 6.0 * a.v])
            }
            Self::Square(a) => square(&a.jet(x)),
            Self::Root(a) => {
                let r = plus(&square(&a.jet(x)), 1.0);
                unary(&r, [r.v.sqrt(), 0.5 / r.v.sqrt(), -0.25 / (r.v * r.v.sqrt())])
            }
            Self::Shared(a) => {
                let a = a.jet(x);
                let cos = unary(&a, [a.v.cos(), -a.v.sin(), -a.v.cos()]);
                times(&a, &cos)
            }
            Self::Add(a, b) => Jet::chain(&a.jet(x), &b.jet(x), [a.jet(x).v + b.jet(x).v, 1.0, 1.0, 0.0, 0.0, 0.0]),
            Self::Sub(a, b) => Jet::chain(&a.jet(x), &b.jet(x), [a.jet(x).v - b.jet(x).v, 1.0, -1.0, 0.0, 0.0, 0.0]),
            Self::Mul(a, b) => times(&a.jet(x), &b.jet(x)),
            Self::Over(a, b) => {
                let q = plus(&square(&b.jet(x)), 2.0);
                let inverse = unary(&q, [1.0 / q.v, -1.0 / (q.v * q.v), 2.0 / (q.v * q.v * q.v)]);
                times(&a.jet(x), &inverse)
            }
        }
    }
}

const N: usize = 5;

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![3 => (0..N).prop_map(Tree::Variable), 1 => (-2.0..2.0f64).prop_map(Tree::Number)];
    leaf.prop_recursive(4, 24, 2, |t| {
        let one = t.clone().prop_map(Box::new);
        let two = (t.clone().prop_map(Box::new), t.prop_map(Box::new));
        prop_oneof![
            one.clone().prop_map(Tree::Sin),
            one.clone().prop_map(Tree::Exp),
            one.clone().prop_map(Tree::Atan),
            one.clone().prop_map(Tree::Cube),
            one.clone().prop_map(Tree::Square),
            one.clone().prop_map(Tree::Root),
            one.prop_map(Tree::Shared),
            two.clone().prop_map(|(a, b)| Tree::Add(a, b)),
            two.clone().prop_map(|(a, b)| Tree::Sub(a, b)),
            two.clone().prop_map(|(a, b)| Tree::Mul(a, b)),
            two.prop_map(|(a, b)| Tree::Over(a, b)),
        ]
    })
}

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-11 * scale.max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Everything that an evaluator says, against the dense reference.
    #[test]
    fn random_programs_agree_with_dense_chain_rule(
        objective in tree(),
        rows in prop::collection::vec(tree(), 0..3),
        x in prop::collection::vec(-1.5..1.5f64, N),
        v in prop::collection::vec(-1.0..1.0f64, N),
        y in prop::collection::vec(-1.0..1.0f64, 3),
        weight in -1.0..1.0f64,
    ) {
        let mut model = Model::new("random");
        let variables = model.free_vector("x", x.iter().copied());
        model.minimise(objective.expr(&variables));
        for (i, row) in rows.iter().enumerate() {
            model.equal(format!("c{i}"), row.expr(&variables), 0.0);
        }
        let program = model.build().unwrap();
        let m = rows.len();
        let y = &y[..m];
        let jets: Vec<Jet> = rows.iter().map(|r| r.jet(&x)).collect();
        let jet = objective.jet(&x);
        // Roundings grow with the size of intermediate results.
        let all = jets.iter().chain([&jet]);
        let scale = all.flat_map(|j| j.g.iter().chain(j.h.iter().flatten()).chain([&j.v])).fold(0.0f64, |a, b| a.max(b.abs()));
        prop_assume!(scale < 1e6);

        let mut e = program.evaluator();
        let pattern = program.jacobian_pattern();
        let (mut g, mut c, mut values) = (vec![0.0; N], vec![0.0; m], vec![0.0; pattern.entries()]);
        let f = e.first_order(&x, &mut g, &mut c, &mut values).unwrap();
        prop_assert!(close(f, jet.v, scale));
        for j in 0..N {
            prop_assert!(close(g[j], jet.g[j], scale), "gradient {j}: {} {}", g[j], jet.g[j]);
            for i in 0..m {
                let entry = pattern.find(i, j).map_or(0.0, |k| values[k]);
                prop_assert!(close(entry, jets[i].g[j], scale));
            }
        }
        for i in 0..m {
            prop_assert!(close(c[i], jets[i].v, scale));
        }
        let lagrangian = |r: usize, s: usize| {
            weight * jet.h[r][s] + (0..m).map(|i| y[i] * jets[i].h[r][s]).sum::<f64>()
        };
        let pattern = program.hessian_pattern();
        let mut h = vec![0.0; pattern.entries()];
        e.hessian(&x, weight, y, &mut h).unwrap();
        for r in 0..N {
            for s in 0..=r {
                let entry = pattern.find(r, s).map_or(0.0, |k| h[k]);
                prop_assert!(close(entry, lagrangian(r, s), scale), "hessian {r} {s}: {entry} {}", lagrangian(r, s));
            }
        }
        let (mut hv, mut jv, mut jt) = (vec![0.0; N], vec![0.0; m], vec![0.0; N]);
        e.hessian_vector(&x, weight, y, &v, &mut hv).unwrap();
        e.jacobian_vector(&x, &v, &mut jv).unwrap();
        e.jacobian_transposed_vector(&x, y, &mut jt).unwrap();
        for r in 0..N {
            let expected: f64 = (0..N).map(|s| lagrangian(r, s) * v[s]).sum();
            prop_assert!(close(hv[r], expected, N as f64 * scale));
            let expected: f64 = (0..m).map(|i| y[i] * jets[i].g[r]).sum();
            prop_assert!(close(jt[r], expected, N as f64 * scale));
        }
        for i in 0..m {
            let expected: f64 = (0..N).map(|s| jets[i].g[s] * v[s]).sum();
            prop_assert!(close(jv[i], expected, N as f64 * scale));
        }
    }
}

/// `op(a)` or `op(a, b)` as a program with an element of it, twelve times (so that lanes are used), at different points.
fn program_of(op: Op, points: &[(f64, f64)]) -> PartiallySeparable {
    let mut tape = TapeBuilder::new();
    let inputs: Vec<_> = (0..op.operands()).map(|i| tape.input(i)).collect();
    let output = tape.apply(op, &inputs);
    let mut program = ProgramBuilder::new(op.name());
    let kind = program.add_element_type(ElementType::new(op.name(), tape.finish(output).unwrap()));
    let mut group = Group::default();
    for &(a, b) in points {
        let variables: Vec<u32> =
            [a, b][..op.operands()].iter().map(|&v| program.add_variable("x", FREE.0, FREE.1, v)).collect();
        group.elements.push((program.add_element(kind, &variables, &[]).unwrap(), 1.5));
    }
    program.add_objective_group(group).unwrap();
    program.build().unwrap()
}

#[test]
fn every_operation_has_the_derivatives_of_its_differences() {
    use Op::*;
    let anywhere =
        [Neg, Square, Powi(3), Powi(-2), Powi(1), Powi(0), Exp, Sin, Cos, Tan, Atan, Sinh, Cosh, Tanh, Asinh, Erf];
    let positive = [Sqrt, Log, Log10];
    let inside = [Asin, Acos, Atanh];
    let two = [Add, Sub, Mul, Div, Atan2, Min, Max, Sign, Abs];
    let above = [Acosh, Pow];
    let groups: [(&[Op], f64, f64); 5] = [
        (&anywhere, -1.3, 0.23),
        (&positive, 0.2, 0.31),
        (&inside, -0.85, 0.14),
        (&two, -1.61, 0.29),
        (&above, 1.15, 0.13),
    ];
    for (ops, from, step) in groups {
        for &op in ops {
            let points: Vec<(f64, f64)> =
                (0..12).map(|k| (from + step * f64::from(k), 1.37 - 0.17 * f64::from(k))).collect();
            let program = program_of(op, &points);
            let report = check_derivatives(&program, program.start(), 1e-6).unwrap();
            assert!(report.first_wrong.is_none(), "{op:?}: {}", report.first_wrong.unwrap());
            assert!(report.compared > 0);
            products_agree(&program);
        }
    }
    // Away from the jumps at integer quotients.
    let points: Vec<(f64, f64)> = (0..12).map(|k| (2.5 + 0.03 * f64::from(k), 1.1 + 0.01 * f64::from(k))).collect();
    let program = program_of(Mod, &points);
    assert_eq!(check_derivatives(&program, program.start(), 1e-6).unwrap().wrong, 0);
}

/// Products with the Hessian are those of the explicit Hessian.
fn products_agree(program: &PartiallySeparable) {
    let (n, m) = (program.variables(), program.constraints());
    let x = program.start();
    let y: Vec<f64> = (0..m).map(|i| 0.3 + 0.1 * i as f64).collect();
    let v: Vec<f64> = (0..n).map(|j| ((7 * j + 3) % 11) as f64 / 11.0 - 0.4).collect();
    let mut e = program.evaluator();
    let mut values = vec![0.0; program.hessian_pattern().entries()];
    e.hessian(x, 0.7, &y, &mut values).unwrap();
    let mut expected = vec![0.0; n];
    for ((r, s), h) in program.hessian_pattern().positions().zip(&values) {
        expected[r] += h * v[s];
        if r != s {
            expected[s] += h * v[r];
        }
    }
    let mut hv = vec![0.0; n];
    e.hessian_vector(x, 0.7, &y, &v, &mut hv).unwrap();
    let scale = expected.iter().fold(1.0f64, |a, b| a.max(b.abs()));
    assert!(hv.iter().zip(&expected).all(|(a, b)| close(*a, *b, scale)), "{}: {hv:?} {expected:?}", program.name());
}

#[test]
fn groups_ranges_quadratics_and_repeated_variables() {
    let mut tape = TapeBuilder::new();
    let (u, w, p) = (tape.input(0), tape.input(1), tape.parameter(0));
    let product = tape.mul(u, w);
    let sine = tape.sin(product);
    let output = tape.mul(p, sine);
    let tape = tape.finish(output).unwrap();
    let ranges = [vec![(0, 1.0), (1, -2.0)], vec![(1, 0.5), (2, 1.0), (3, 1.0)]];
    let kind = ElementType::with_ranges("ranged", 4, &ranges, &tape).unwrap();
    assert_eq!(kind.tape().value(&[0.5, 0.1, 0.2, 0.3], &[2.0]), 2.0 * libm::sin((0.5 - 0.2) * (0.05 + 0.5)));

    let mut outer = TapeBuilder::new();
    let alpha = outer.input(0);
    let exp = outer.exp(alpha);
    let outer = GroupType::new("exp", outer.finish(exp).unwrap()).unwrap();

    let mut program = ProgramBuilder::new("mixed");
    let x: Vec<u32> =
        (0..6).map(|j| program.add_variable(format!("x{j}"), FREE.0, FREE.1, 0.2 * f64::from(j) - 0.4)).collect();
    let kind = program.add_element_type(kind);
    let outer = program.add_group_type(outer);
    let first = program.add_element(kind, &[x[0], x[1], x[2], x[3]], &[1.5]).unwrap();
    let twice = program.add_element(kind, &[x[4], x[5], x[4], x[1]], &[-0.5]).unwrap();
    let group = |scale: f64, constant: f64, function| Group {
        linear: vec![(x[0], 0.3), (x[5], -0.2), (x[0], 0.1)],
        constant,
        scale,
        elements: vec![(first, 2.0), (twice, -1.0), (first, 0.25)],
        function,
    };
    program.add_objective_group(group(2.0, 0.5, Some((outer, vec![])))).unwrap();
    program.add_objective_group(group(-4.0, 0.0, None)).unwrap();
    program.add_constraint("a", 0.0, 0.0, 0.0, group(1.0, 0.1, Some((outer, vec![])))).unwrap();
    program.add_constraint("b", 0.0, 1.0, 0.0, group(3.0, 0.1, None)).unwrap();
    program.add_constraint("c", 0.0, 1.0, 0.0, Group { linear: vec![(x[2], 1.0)], ..Group::default() }).unwrap();
    program.add_objective_quadratic(x[1], x[3], 0.7).unwrap();
    program.add_objective_quadratic(x[2], x[2], 1.7).unwrap();
    let program = program.build().unwrap();
    assert!(program.is_linear(2) && !program.is_linear(1) && !program.objective_is_linear());

    let at = program.start();
    let element =
        |j: [usize; 4], p: f64| p * ((at[j[0]] - 2.0 * at[j[1]]) * (0.5 * at[j[1]] + at[j[2]] + at[j[3]])).sin();
    let sum = 0.4 * at[0] - 0.2 * at[5] + 2.25 * element([0, 1, 2, 3], 1.5) - element([4, 5, 4, 1], -0.5);
    let f = (sum - 0.5).exp() / 2.0 - sum / 4.0 + 0.7 * at[1] * at[3] + 0.85 * at[2] * at[2];
    let mut c = [0.0; 3];
    assert!(close(program.evaluator().values(at, &mut c).unwrap(), f, 1.0));
    assert!(close(c[0], (sum - 0.1).exp(), 1.0) && close(c[1], (sum - 0.1) / 3.0, 1.0) && c[2] == at[2]);
    let report = check_derivatives(&program, at, 1e-7).unwrap();
    assert!(report.first_wrong.is_none(), "{}", report.first_wrong.unwrap());
    products_agree(&program);
}

#[test]
fn a_branch_not_taken_has_no_part_in_anything() {
    let at: Vec<f64> = (0..10).map(|j| f64::from(j) - 4.5).collect();
    let mut model = Model::new("branches");
    let x = model.free_vector("x", at.iter().copied());
    // The square root has no value left of 0, and where x is 0.5 the operand of max that is not chosen has no derivative.
    let safe = |x: super::Variable| {
        Expr::select(x.less(0.0), x.powi(2), x.sqrt() * x.ln()) + x.square().max((x - 0.5).abs().sqrt() - 3.0)
    };
    model.minimise(x.iter().map(|&x| safe(x)).sum::<Expr>());
    let program = model.build().unwrap();
    let branch = |x: f64| if x < 0.0 { x * x } else { x.sqrt() * x.ln() };
    let expected: f64 = at.iter().map(|&x| branch(x) + x * x).sum();
    assert!(close(program.evaluator().objective(&at).unwrap(), expected, 100.0));
    let report = check_derivatives(&program, &at, 1e-6).unwrap();
    assert!(report.first_wrong.is_none(), "{}", report.first_wrong.unwrap());
    products_agree(&program);
}

#[test]
fn integer_powers_are_smooth_at_zero() {
    let mut model = Model::new("powers");
    let x = model.free("x", 0.0);
    model.minimise(x.powf(2.0) + x.powi(3) + x.powf(1.0));
    let program = model.build().unwrap();
    let (mut g, mut h) = ([0.0], [0.0]);
    assert_eq!(program.evaluator().first_order(&[0.0], &mut g, &mut [], &mut []).unwrap(), 0.0);
    program.evaluator().hessian(&[0.0], 1.0, &[], &mut h).unwrap();
    assert_eq!((g, h), ([1.0], [2.0]));
}

#[test]
fn undefined_names_function_element_and_operation() {
    let mut model = Model::new("undefined");
    let x = model.free("x", 1.0);
    let y = model.free("y", 1.0);
    model.minimise(x + y);
    model.equal("log", (x - y).ln() + x * y, 0.0);
    let program = model.build().unwrap();
    let mut e = program.evaluator();
    let error = e.values(&[1.0, 3.0], &mut [0.0]).unwrap_err().to_string();
    assert!(error.contains("constraint 0") && error.contains("log of (-2) is NaN"), "{error}");
    let error = e.values(&[f64::NAN, 3.0], &mut [0.0]).unwrap_err().to_string();
    assert!(error.contains("variable x is NaN"), "{error}");
    assert!(e.values(&[3.0, 1.0], &mut [0.0]).is_ok());

    let mut model = Model::new("slope");
    let x = model.free("x", 0.0);
    model.minimise(x.sqrt());
    let program = model.build().unwrap();
    let mut e = program.evaluator();
    assert_eq!(e.objective(&[0.0]).unwrap(), 0.0);
    let error = e.first_order(&[0.0], &mut [0.0], &mut [], &mut []).unwrap_err().to_string();
    assert!(error.contains("derivative in variable x is inf"), "{error}");
}

#[test]
fn terms_of_one_shape_share_a_type() {
    let mut model = Model::new("chained rosenbrock");
    let x = model.free_vector("x", (0..50).map(|j| if j % 2 == 0 { -1.2 } else { 1.0 }));
    let mut sum = Expr::default();
    for j in 0..49 {
        sum += (10.0 + j as f64) * (x[j + 1] - x[j].powi(2)).powi(2) + (1.0 - x[j]).powi(2);
    }
    model.minimise(sum);
    let program = model.build().unwrap();
    assert_eq!(program.elements(), (98, 2));
    assert_eq!(program.hessian_pattern().entries(), 50 + 49);
    assert_eq!(check_derivatives(&program, program.start(), 1e-6).unwrap().wrong, 0);
}

#[test]
fn a_function_of_a_long_sum_is_a_group() {
    let mut model = Model::new("long");
    let x = model.free_vector("x", (0..40).map(|j| 0.01 * f64::from(j)));
    let sum: Expr = x.iter().map(|x| x.powi(2) - 0.5 * x).sum();
    model.minimise((sum - 1.0).powi(2));
    let program = model.build().unwrap();
    assert_eq!(program.objective_groups(), 2);
    assert_eq!(check_derivatives(&program, program.start(), 1e-6).unwrap().wrong, 0);
    products_agree(&program);
}

/// x_0 times a long sum of squares under one root is not separable: an arrow-like structure costs in proportion to it.
#[test]
fn a_large_element_costs_its_structure() {
    let n = 2000;
    let mut tape = TapeBuilder::new();
    let squares: Vec<_> = (1..n)
        .map(|j| {
            let x = tape.input(j);
            tape.powi(x, 2)
        })
        .collect();
    let (hub, sum) = (tape.input(0), tape.sum(&squares));
    let output = tape.mul(hub, sum);
    let tape: Tape = tape.finish(output).unwrap();
    assert_eq!(tape.hessian_places().len(), 2 * (n - 1));
    assert!(tape.hessian_operations() < 10 * n, "{}", tape.hessian_operations());
    let mut program = ProgramBuilder::new("arrow");
    let x: Vec<u32> = (0..n).map(|j| program.add_variable("x", FREE.0, FREE.1, 0.001 * j as f64)).collect();
    let kind = program.add_element_type(ElementType::new("arrow", tape));
    let e = program.add_element(kind, &x, &[]).unwrap();
    program.add_objective_group(Group { elements: vec![(e, 1.0)], ..Group::default() }).unwrap();
    products_agree(&program.build().unwrap());
}

#[test]
fn folding_and_sharing() {
    let mut tape = TapeBuilder::new();
    let (x, two, three) = (tape.input(0), tape.constant(2.0), tape.constant(3.0));
    let six = tape.mul(two, three);
    assert_eq!(tape.constant_value(six), Some(6.0));
    let (a, b) = (tape.mul(x, two), tape.mul(two, x));
    assert_eq!(a, b);
    let (s, t) = (tape.sin(a), tape.sin(b));
    let sum = tape.add(s, t);
    let unused = tape.exp(x);
    assert_ne!(unused, sum);
    assert_eq!(tape.finish(sum).unwrap().operations(), 3);
}

fn large(n: usize) -> PartiallySeparable {
    let mut model = Model::new("large");
    let x = model.free_vector("x", (0..n).map(|j| 0.3 + 0.001 * (j % 700) as f64));
    let mut sum = Expr::default();
    for j in 0..n - 1 {
        sum += (x[j + 1] - x[j].powi(2)).powi(2) + (0.3 * x[j] * x[j + 1]).sin();
    }
    model.minimise(sum);
    for j in 0..n / 10 {
        model.equal(format!("c{j}"), x[j].exp() * x[j + 1] + x[n - 1 - j].powi(3) - x[2 * j], 1.0);
    }
    model.build().unwrap()
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    let n = 20_000;
    let program = large(n);
    let x = program.start().to_vec();
    let m = program.constraints();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut e = program.evaluator();
            let (mut g, mut c) = (vec![0.0; n], vec![0.0; m]);
            let mut j = vec![0.0; program.jacobian_pattern().entries()];
            let mut h = vec![0.0; program.hessian_pattern().entries()];
            let f = e.first_order(&x, &mut g, &mut c, &mut j).unwrap();
            let y = vec![0.5; m];
            e.hessian(&x, 1.0, &y, &mut h).unwrap();
            let mut hv = vec![0.0; n];
            e.hessian_vector(&x, 1.0, &y, &x, &mut hv).unwrap();
            let all = [vec![f], g, c, j, h, hv].concat();
            all.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
        })
    };
    let one = run(1);
    assert_eq!(run(2), one);
    assert_eq!(run(4), one);
}

/// What an evaluator did before does not change what it says.
#[test]
fn the_bits_do_not_depend_on_the_history() {
    let program = large(300);
    let (x, m) = (program.start(), program.constraints());
    let other: Vec<f64> = x.iter().map(|x| x + 0.1).collect();
    let y = vec![0.5; m];
    let hessian = |before: &dyn Fn(&mut dyn crate::nlp::NlpEvaluator)| {
        let mut e = program.evaluator();
        before(&mut *e);
        let mut h = vec![0.0; program.hessian_pattern().entries()];
        e.hessian(x, 1.0, &y, &mut h).unwrap();
        let (mut g, mut c, mut j) = (vec![0.0; 300], vec![0.0; m], vec![0.0; program.jacobian_pattern().entries()]);
        let f = e.first_order(x, &mut g, &mut c, &mut j).unwrap();
        [vec![f], h, g, c, j].concat()
    };
    let fresh = hessian(&|_| {});
    let after_value = hessian(&|e| {
        e.objective(x).unwrap();
    });
    let after_other = hessian(&|e| {
        e.hessian_vector(&other, 1.0, &y, x, &mut vec![0.0; 300]).unwrap();
        e.hessian(&other, 1.0, &y, &mut vec![0.0; program.hessian_pattern().entries()]).unwrap();
    });
    assert!(fresh == after_value && fresh == after_other);
}

#[test]
fn builders_name_what_is_wrong() {
    let mut program = ProgramBuilder::new("bad");
    let x = program.add_variable("x", 1.0, 0.0, 0.0);
    let error = program.add_objective_group(Group { linear: vec![(7, 1.0)], ..Group::default() }).unwrap_err();
    assert_eq!(error.to_string(), "variable 7 (from 0) does not exist: there are 1");
    let error = program.add_objective_group(Group { scale: 0.0, ..Group::default() }).unwrap_err();
    assert!(error.to_string().contains("scale"));
    // An empty box is a problem without a solution, not a mistake.
    assert!(crate::nlp::empty_box(&program.clone().build().unwrap()).is_some());
    program.set_bounds(x, f64::NAN, 1.0).unwrap();
    assert!(program.clone().build().unwrap_err().to_string().contains("[NaN, 1]"));
    program.set_bounds(x, 0.0, 1.0).unwrap();
    assert!(crate::nlp::empty_box(&program.build().unwrap()).is_none());
}

#[test]
fn a_direction_that_does_not_move_a_variable_does_not_see_its_infinite_derivatives() {
    let mut model = Model::new("roots");
    // Enough terms for several lanes.
    let x = model.free_vector("x", (0..40).map(|j| if j % 2 == 0 { 0.0 } else { 3.0 }));
    let root = |j: usize| (2.0 * x[j]).sqrt() + (3.0 * x[j]).powf(0.7) + x[j + 1].powi(2);
    model.minimise((0..20).map(|k| root(2 * k)).sum::<Expr>());
    let program = model.build().unwrap();
    let v: Vec<f64> = (0..40).map(|j| f64::from(u8::from(j % 2 == 1))).collect();
    let mut hv = vec![0.0; 40];
    let mut evaluator = program.evaluator();
    let x = program.start();
    evaluator.hessian_vector(x, 1.0, &[], &v, &mut hv).unwrap();
    for j in 0..40 {
        assert_eq!(hv[j], if j % 2 == 0 { 0.0 } else { 2.0 }, "{j}");
    }
    // Along the x_j the second derivatives are infinite, and that is said.
    let v: Vec<f64> = v.iter().map(|v| 1.0 - v).collect();
    assert!(evaluator.hessian_vector(x, 1.0, &[], &v, &mut hv).is_err());
}
