//! What the theory promises, on the published set.

use super::set::{SET, problem};
use super::*;
use crate::exact_al::evaluation::Program;
use crate::exact_al::newton::factor_with_inertia;
use crate::exact_al::work::Scratch;
use crate::run::{Counts, Status, Work, drive};
use thalweg_kernels::dense;
use thalweg_problems::certificate::NlpScaling;
use thalweg_problems::generate::reference_random::SplitMix64;

/// `D = -u'Bu + v'Bv + 2 v'gL - eta_1 |c|^2 - eta_2 |gL|^2 + eta_2 gL'(H - B) dx` for the exact direction, with
/// `v = -G'(GG')^-1 c`, `u = dx - v`, `B = H + tau I`; and the three scalars give the slope of the merit function.
#[test]
fn the_slope_is_what_it_should_be() {
    let mut random = SplitMix64::new(5);
    for name in ["HS7", "HS27", "HS40", "HS56", "HS77", "HS78", "BT5", "HS100LNP", "HS111LNP"] {
        let problem = problem(name);
        let (n, m) = (problem.variables(), problem.constraints());
        let mut program = Program::new(&problem, NlpScaling::none(m));
        let x = problem.start().iter().map(|x| x + 0.1 * random.normal()).collect();
        let y = (0..m).map(|_| random.normal()).collect();
        let mut scratch = Scratch::new(&program, x, y);
        let mut counts = Counts::default();
        let Scratch { current, trial, kkt, hessian, direction, .. } = &mut scratch;
        current.evaluate(&mut program, &mut counts).unwrap();
        let c = current.first.constraints.clone();
        // v, from [I G'; G 0].
        kkt.assemble(None, &current.first.jacobian);
        kkt.factor(1.0, 0.0, &mut counts).unwrap();
        let mut right_side = vec![0.0; n + m];
        right_side[n..].iter_mut().zip(&c).for_each(|(b, c)| *b = -c);
        let mut v = vec![0.0; n + m];
        kkt.solve(&right_side, &mut v).unwrap();
        v[n..].fill(0.0);
        program.hessian(&current.x, &current.multipliers, hessian, &mut counts).unwrap();
        kkt.assemble(Some(hessian), &current.first.jacobian);
        assert!(factor_with_inertia(kkt, (n, m), &mut 0.0, &mut counts).unwrap());
        let tau = kkt.shift_used();
        direction.solve(kkt, current).unwrap();
        let eta = Penalties { constraint: 3.0, gradient: 0.2 };
        let slope = direction.slope(current).with(eta);

        let mut u: Vec<f64> = direction.step.iter().zip(&v).map(|(d, v)| d - v).collect();
        u[n..].fill(0.0);
        let curvature = |w: &[f64]| {
            let mut product = vec![0.0; n + m];
            kkt.multiply(w, &mut product);
            dense::dot(&w[..n], &product[..n]) + tau * dense::sum_squares(&w[..n])
        };
        let gradient = &current.lagrangian_gradient;
        let identity = -curvature(&u) + curvature(&v) + 2.0 * dense::dot(&v[..n], gradient)
            - eta.constraint * dense::sum_squares(&c)
            - eta.gradient * dense::sum_squares(gradient)
            - eta.gradient * tau * dense::dot(gradient, &direction.step[..n]);
        let size = slope.abs().max(curvature(&v).abs()).max(curvature(&u).abs()).max(1.0);
        assert!((slope - identity).abs() <= 1e-10 * size, "{name}: {slope} and {identity}");

        // Central differences of the merit function.
        let mut merit = |length: f64| {
            let (dx, dy) = direction.step.split_at(n);
            dense::scaled_add(1.0, &current.x, length, dx, &mut trial.x);
            dense::scaled_add(1.0, &current.multipliers, length, dy, &mut trial.multipliers);
            trial.evaluate(&mut program, &mut counts).unwrap();
            trial.merit(eta)
        };
        let h = 1e-5 / dense::nrm2(&direction.step).max(1.0);
        let difference = (merit(h) - merit(-h)) / (2.0 * h);
        assert!((slope - difference).abs() <= 1e-4 * size, "{name}: {slope} and {difference}");
    }
}

/// Quadratic programs end after one Newton step, wherever they begin.
#[test]
fn quadratic_programs_take_one_step() {
    let mut random = SplitMix64::new(6);
    for name in ["HS28", "HS48", "HS51", "HS52", "BT3", "GENHS28"] {
        let problem = problem(name);
        for method in [ExactAl::reference(), ExactAl::default()] {
            let x: Vec<f64> = (0..problem.variables()).map(|_| 10.0 * random.normal()).collect();
            let (solution, _) = run_from(&problem, &x, &method);
            assert_eq!((solution.status, solution.iterations), (Status::Converged, 1), "{name}");
        }
    }
}

/// `R_{k+1} <= 10 R_k^2` at the end.
#[test]
fn convergence_is_quadratic() {
    for name in ["HS40", "HS42", "HS78", "HS79"] {
        let (_, rows) = run(&problem(name), &ExactAl::reference());
        let residuals = rows.measure("kkt_residual");
        for pair in residuals.windows(2).rev().take(2) {
            assert!(pair[1] <= 10.0 * pair[0] * pair[0] + 1e-14, "{name}: {residuals:?}");
        }
    }
}

/// For fixed penalties the merit falls; `eta_1` never falls and `eta_2` never grows between restorations.
#[test]
fn merits_and_penalties_are_monotone() {
    for (name, _) in SET {
        let (_, rows) = run(&problem(name), &ExactAl::reference());
        let measure = |name| rows.measure(name);
        let (merit, one, two) = (measure("merit"), measure("constraint_penalty"), measure("gradient_penalty"));
        let step = measure("step");
        for k in 1..merit.len() {
            // A restoration takes no step of the search and begins anew.
            if step[k] == 0.0 {
                continue;
            }
            assert!(one[k] >= one[k - 1] && two[k] <= two[k - 1], "{name} {k}");
            if one[k] == one[k - 1] && two[k] == two[k - 1] {
                let slack = 1e-12 * merit[k - 1].abs().max(1.0);
                assert!(merit[k] <= merit[k - 1] + slack, "{name} {k}: {} to {}", merit[k - 1], merit[k]);
            }
        }
    }
}

/// The penalties come to rest: constant over the last three of many steps.
#[test]
fn penalties_come_to_rest() {
    let mut seen = 0;
    for (name, _) in SET.iter().filter(|(name, _)| name.starts_with("HS")) {
        let (_, rows) = run(&problem(name), &ExactAl::reference());
        let (one, two) = (rows.measure("constraint_penalty"), rows.measure("gradient_penalty"));
        if one.len() > 8 {
            seen += 1;
            let last = one.len() - 3;
            assert!(one[last..].iter().all(|v| *v == one[last]), "{name}: {one:?}");
            assert!(two[last..].iter().all(|v| *v == two[last]), "{name}: {two:?}");
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// Stopped after every step, written, read and resumed: the bits of the unbroken run.
#[test]
fn stop_and_resume() {
    for name in ["HS7", "HS61", "HS111LNP", "BT7", "BT1"] {
        let program = problem(name);
        for method in [ExactAl::default(), ExactAl::reference()] {
            let (whole, _) = run(&program, &method);
            let start = NlpPoint { x: program.start().to_vec(), ..NlpPoint::default() };
            let mut begin = Begin::From(start);
            let point = loop {
                let steps = match &begin {
                    Begin::Resume(_, run) => run.iteration + 1,
                    Begin::From(_) => 1,
                };
                let limits = Limits { max_iterations: steps, time_limit: None };
                let mut control = Control { limits, ..Control::default() };
                let outcome = drive(&program, &method, begin, &mut control, &mut NoSave).unwrap();
                if outcome.status != Status::IterationLimit {
                    assert_eq!(outcome.run.counts, whole.counts, "{name}");
                    break outcome.work.into_point();
                }
                let bytes = postcard::to_allocvec(&(&outcome.work, &outcome.run)).unwrap();
                let (work, run) = postcard::from_bytes::<(ExactAlWork, Run)>(&bytes).unwrap();
                begin = Begin::Resume(work, run);
            };
            let bits =
                |point: &NlpPoint| point.x.iter().chain(&point.multipliers).map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&point), bits(&whole.point), "{name}");
        }
    }
}

/// Multipliers are minus the sensitivity of the optimum to the right sides.
#[test]
fn multipliers_are_sensitivities() {
    // -x1 x2 x3 x4 subject to three equations: HS40, with the right sides moved.
    let optimum = |shift: f64, row: usize| {
        let mut model = thalweg_problems::expression::Model::new("shifted");
        let x = model.free_vector("x", [0.8; 4]);
        model.minimise(-(x[0] * x[1] * x[2] * x[3]));
        let rows = [x[0].powi(3) + x[1].powi(2) - 1.0, x[0].powi(2) * x[3] - x[2], x[3].powi(2) - x[1]];
        for (i, body) in rows.into_iter().enumerate() {
            model.equal("c", body, if i == row { shift } else { 0.0 });
        }
        run(&model.build().unwrap(), &ExactAl::default()).0
    };
    for row in 0..3 {
        let h = 1e-4;
        let difference = (optimum(h, row).objective - optimum(-h, row).objective) / (2.0 * h);
        let y = optimum(0.0, row).point.multipliers[row];
        approx::assert_abs_diff_eq!(difference, -y, epsilon = 1e-6);
    }
}
