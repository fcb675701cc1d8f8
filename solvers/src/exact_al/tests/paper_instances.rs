//! Constrained logistic regression and the control of an elliptic equation, as in the paper's experiments.

use super::*;
use crate::run::Status;
use thalweg_problems::expression::{Expr, Model, PartiallySeparable};

/// 200 rows, 20 columns, without random numbers: five linear equations and the unit sphere.
fn logistic() -> PartiallySeparable {
    let entry = |i: usize, j: usize| (0.37 * (i * j) as f64 + 0.11 * j as f64).sin();
    let mut model = Model::new("logistic");
    let x = model.free_vector("x", [1.0; 20]);
    let mut objective = Expr::from(0.0);
    for i in 1..=200 {
        let margin: f64 = (1..=20).map(|j| entry(i, j) * if j % 2 == 0 { 1.0 } else { -1.0 } / (1.0 + j as f64)).sum();
        let label = if margin + 0.3 * (i as f64).cos() >= 0.0 { 1.0 } else { -1.0 };
        let mut inner = Expr::from(0.0);
        for j in 1..=20 {
            inner += (-label * entry(i, j)) * x[j - 1];
        }
        objective += (1.0 + inner.exp()).ln() * (1.0 / 200.0);
    }
    model.minimise(objective);
    for r in 1..=5 {
        let mut row = Expr::from(0.0);
        for j in 1..=20 {
            row += ((r * j) as f64 + 0.5 * r as f64).cos() * x[j - 1];
        }
        model.equal("row", row, 0.1 * r as f64);
    }
    let mut sphere = Expr::from(0.0);
    for x in &x {
        sphere += x.powi(2);
    }
    model.equal("sphere", sphere, 1.0);
    model.build().unwrap()
}

/// `min 1/2 |w - w_d|^2 + 0.05 |z|^2, laplace w + z = 0` on n x n interior points of a square of side 2.
fn elliptic(n: usize) -> PartiallySeparable {
    let mut model = Model::new("elliptic");
    let w = model.free_vector("w", vec![1.0; n * n]);
    let z = model.free_vector("z", vec![1.0; n * n]);
    let scale = ((n + 1) as f64 / 2.0).powi(2);
    let middle = (n as f64 + 1.0) / 2.0;
    let step = 0.1 / 15.0_f64.sqrt();
    let mut objective = Expr::from(0.0);
    for j in 0..n {
        for i in 0..n {
            let place = |k: usize| step * ((k + 1) as f64 - middle);
            let desired = (4.0 + place(i)).sin() + (3.0 + place(j)).cos();
            objective += (w[j * n + i] - desired).powi(2) * 0.5;
            objective += z[j * n + i].powi(2) * 0.05;
        }
    }
    model.minimise(objective);
    for j in 0..n {
        for i in 0..n {
            let mut row = Expr::from(0.0);
            for (inside, k) in [
                (i > 0, (j * n + i).wrapping_sub(1)),
                (i + 1 < n, j * n + i + 1),
                (j > 0, (j * n + i).wrapping_sub(n)),
                (j + 1 < n, (j + 1) * n + i),
            ] {
                if inside {
                    row += scale * w[k];
                }
            }
            row -= 4.0 * scale * w[j * n + i];
            row += Expr::from(z[j * n + i]);
            model.equal("laplace", row, 0.0);
        }
    }
    model.build().unwrap()
}

/// A run of the paper's method from multipliers 1, with its residuals.
fn residuals(problem: &PartiallySeparable, method: &AdaSketchNewton) -> (Solution<NlpPoint, NlpCertificate>, Vec<f64>) {
    #[derive(Default)]
    struct Residuals(Vec<f64>);
    impl Observer<AdaSketchWork> for Residuals {
        fn started(&mut self, _: &str, _: &'static [&'static str], run: &Run) -> io::Result<()> {
            self.0.push(run.measures[0]);
            Ok(())
        }
        fn stepped(&mut self, run: &Run, _: &AdaSketchWork) -> io::Result<()> {
            self.0.push(run.measures[0]);
            Ok(())
        }
    }
    let start =
        NlpPoint { x: problem.start().to_vec(), multipliers: vec![1.0; problem.constraints()], ..NlpPoint::default() };
    let mut seen = Residuals::default();
    let control = Control { observers: vec![&mut seen], ..Control::default() };
    let solution = solve(problem, method, Begin::From(start), method.tolerance, control, &mut NoSave).unwrap();
    (solution, seen.0)
}

#[test]
fn logistic_regression() {
    let problem = logistic();
    let mut constraints = [0.0; 6];
    let objective = problem.evaluator().values(problem.start(), &mut constraints).unwrap();
    approx::assert_abs_diff_eq!(objective, 1.351_633_097_948_68, epsilon = 1e-13);
    constraints.iter_mut().zip(problem.constraint_bounds().0).for_each(|(c, level)| *c -= level);
    approx::assert_abs_diff_eq!(thalweg_kernels::dense::nrm2(&constraints), 19.057_279_141_471_4, epsilon = 1e-11);

    let method = AdaSketchNewton { inner: Inner::Exact, shift_below: 1e-2, ..AdaSketchNewton::default() };
    let (solution, found) = residuals(&problem, &method);
    assert_eq!((solution.status, solution.iterations), (Status::Converged, 9));
    approx::assert_abs_diff_eq!(found[0], 22.353_052_740_308_5, epsilon = 1e-11);
    let printed = [22.4, 5.20, 1.22, 0.551, 0.501, 0.511, 0.113, 1.88e-2, 4.64e-4, 2.35e-7];
    for (found, printed) in found.iter().zip(printed) {
        assert!((found / printed - 1.0_f64).abs() < 5e-3, "{found:e} is not {printed:e}");
    }

    // Published to a residual of 2e-16.
    let (solution, _) = run(&problem, &ExactAl { tolerance: 1e-13, ..ExactAl::reference() });
    assert_eq!((solution.status, solution.iterations), (Status::Converged, 10));
    approx::assert_abs_diff_eq!(solution.objective, 0.440_166_732_321_624, epsilon = 1e-12);
    let expected = [0.008_431_99, 0.019_608_21, 0.005_613_07, -0.006_360_49, -0.024_815_83, 0.081_187_32];
    for (y, expected) in solution.point.multipliers.iter().zip(expected) {
        approx::assert_abs_diff_eq!(*y, expected, epsilon = 1e-8);
    }
    for (x, expected) in solution.point.x.iter().zip([-0.517_906, 0.313_551_95, -0.023_142_76]) {
        approx::assert_abs_diff_eq!(*x, expected, epsilon = 1e-6);
    }
}

#[test]
fn elliptic_control() {
    // The paper's run: no shift of the Hessian.
    let paper = AdaSketchNewton { shift_below: f64::NEG_INFINITY, ..AdaSketchNewton::default() };
    let problem = elliptic(3);
    let (solution, found) = residuals(&problem, &AdaSketchNewton { inner: Inner::Exact, ..paper.clone() });
    approx::assert_abs_diff_eq!(found[0], 19.186_735_1, epsilon = 1e-7);
    assert_eq!((solution.status, solution.iterations), (Status::Converged, 1));
    approx::assert_abs_diff_eq!(solution.objective, 9.644_442_051_81, epsilon = 1e-10);
    // Uniform rows: three steps published, each ended by the limit of 1e5 sketches.
    let (solution, found) = residuals(&problem, &AdaSketchNewton { inner: Inner::Kaczmarz, ..paper });
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    assert!(solution.iterations.abs_diff(3) <= 1, "{} {found:?}", solution.iterations);
    assert!(found[1] < 1.0 && found[2] < 1e-2, "{found:?}");

    for (n, optimum) in [(10, 116.835_219_238), (20, 470.816_752_866)] {
        let (solution, _) = run(&elliptic(n), &ExactAl::default());
        assert_eq!((solution.status, solution.iterations), (Status::Converged, 1));
        approx::assert_abs_diff_eq!(solution.objective, optimum, epsilon = 1e-6);
    }
}
