use super::{Functions, NonlinearProgram, Pattern, check_derivatives};
use crate::Fingerprint;
use crate::expression::Model;
use std::sync::Arc;

/// HS 71 by closures, without derivatives (Hock, Schittkowski 1981).
fn hs71() -> Functions<'static> {
    Functions::new(vec![1.0, 5.0, 5.0, 1.0], |x| x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2])
        .bounds(vec![1.0; 4], vec![5.0; 4])
        .constraints(vec![25.0, 40.0], vec![f64::INFINITY, 40.0], |x, c| {
            c[0] = x.iter().product();
            c[1] = x.iter().map(|x| x * x).sum();
        })
        .build()
        .unwrap()
}

#[test]
fn differences_of_closures_are_the_derivatives_of_expressions() {
    let mut model = Model::new("hs71");
    let x: Vec<_> = [1.0, 5.0, 5.0, 1.0].iter().map(|&s| model.variable("x", 1.0, 5.0, s)).collect();
    model.minimise(x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2]);
    model.at_least("product", x[0] * x[1] * x[2] * x[3], 25.0);
    model.equal("sphere", x.iter().map(|x| x.powi(2)).sum::<crate::expression::Expr>(), 40.0);
    let exact = model.build().unwrap();
    let closures = hs71();
    let at = [1.1, 4.7, 3.9, 1.4];
    let dense = |p: &dyn NonlinearProgram| {
        let mut e = p.evaluator();
        let (mut g, mut c, mut j) = ([0.0; 4], [0.0; 2], vec![0.0; p.jacobian_pattern().entries()]);
        let f = e.first_order(&at, &mut g, &mut c, &mut j).unwrap();
        let mut h = vec![0.0; p.hessian_pattern().entries()];
        e.hessian(&at, 0.5, &[0.3, -0.7], &mut h).unwrap();
        let mut hv = [0.0; 4];
        e.hessian_vector(&at, 0.5, &[0.3, -0.7], &[1.0, -2.0, 0.5, 0.0], &mut hv).unwrap();
        let (mut jv, mut jt) = ([0.0; 2], [0.0; 4]);
        e.jacobian_vector(&at, &[1.0, -2.0, 0.5, 0.0], &mut jv).unwrap();
        e.jacobian_transposed_vector(&at, &[0.3, -0.7], &mut jt).unwrap();
        let mut all = vec![f];
        for list in [&g[..], &c, &hv, &jv, &jt] {
            all.extend_from_slice(list);
        }
        for r in 0..4 {
            all.extend((0..2).map(|i| p.jacobian_pattern().find(i, r).map_or(0.0, |k| j[k])));
            all.extend((0..=r).map(|s| p.hessian_pattern().find(r, s).map_or(0.0, |k| h[k])));
        }
        all
    };
    for (k, (a, b)) in dense(&exact).into_iter().zip(dense(&closures)).enumerate() {
        assert!((a - b).abs() <= 1e-4 * a.abs().max(1.0), "{k}: {a} {b}");
    }
    assert_eq!(check_derivatives(&exact, &at, 1e-7).unwrap().wrong, 0);
}

#[test]
fn the_checker_names_the_first_wrong_entry() {
    let problem = Functions::new(vec![1.0, 2.0], |x| x[0] * x[0] * x[1])
        .gradient(|x, g| g.copy_from_slice(&[2.0 * x[0] * x[1], x[0] * x[0]]))
        .constraints(vec![0.0], vec![0.0], |x, c| c[0] = x[0] * x[1])
        .jacobian(|x, j| j.copy_from_slice(&[x[1], 1.01 * x[0]]))
        .hessian(|x, w, y, h| h.copy_from_slice(&[2.0 * w * x[1], 2.0 * w * x[0] + y[0], 0.0]))
        .build()
        .unwrap();
    let report = check_derivatives(&problem, &[1.0, 2.0], 1e-5).unwrap();
    let wrong = report.first_wrong.unwrap();
    assert_eq!(wrong.name, "the derivative of c1 in x2");
    assert!((wrong.found - 1.01).abs() < 1e-12 && (wrong.expected - 1.0).abs() < 1e-8 && report.wrong == 1);

    let problem = Functions::new(vec![1.0, 2.0], |x| x[0] * x[0] * x[1])
        .gradient(|x, g| g.copy_from_slice(&[2.0 * x[0] * x[1], x[0] * x[0]]))
        .hessian(|x, w, _, h| h.copy_from_slice(&[2.0 * w * x[1], 0.0, 0.0]))
        .build()
        .unwrap();
    let wrong = check_derivatives(&problem, &[1.0, 2.0], 1e-5).unwrap().first_wrong.unwrap();
    assert_eq!(wrong.name, "the second derivative of the objective in x2 and x1");
}

#[test]
fn pointers_are_problems() {
    let problem: Arc<Box<dyn NonlinearProgram>> = Arc::new(Box::new(hs71()));
    let through = &problem;
    assert_eq!((NonlinearProgram::variables(&through), through.constraints()), (4, 2));
    assert_eq!(through.evaluator().objective(through.start()).unwrap(), 16.0);
    let print = |p: &dyn NonlinearProgram| {
        let mut hash = Fingerprint::default();
        p.fingerprint(&mut hash);
        hash.finish()
    };
    assert_eq!(print(&through), print(&hs71()));
    assert_ne!(print(&through), print(&hs71().bounds(vec![0.0; 4], vec![5.0; 4])));
}

#[test]
fn undefined_closures_say_where() {
    let problem = Functions::new(vec![1.0], |x| x[0]).constraints(vec![0.0], vec![0.0], |x, c| c[0] = x[0].ln());
    let problem = problem.build().unwrap();
    let error = problem.evaluator().values(&[-1.0], &mut [0.0]).unwrap_err();
    assert_eq!(error.to_string(), "constraint 0 (from 0) is undefined here: its value is NaN");
}

#[test]
fn patterns_sort_and_merge_positions() {
    let (pattern, places) = Pattern::from_positions(3, 4, &[(2, 1), (0, 3), (2, 1), (2, 0), (0, 0)]);
    assert_eq!(pattern.positions().collect::<Vec<_>>(), [(0, 0), (0, 3), (2, 0), (2, 1)]);
    assert_eq!(places, [3, 1, 3, 2, 0]);
    assert_eq!((pattern.find(2, 1), pattern.find(1, 1), pattern.row(1).len()), (Some(3), None, 0));
    assert_eq!(
        Pattern::dense_lower(3).positions().collect::<Vec<_>>(),
        [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    );
}
