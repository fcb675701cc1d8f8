//! MCP, SCAD and the square root: recorded values, closed forms, conditions of local optimality, refusals.

use super::*;
use approx::{assert_abs_diff_eq, assert_relative_eq};
use thalweg_problems::Design;
use thalweg_problems::certificate::{Certify, SecondOrder};
use thalweg_problems::datafit::{Datafit, Logistic, Poisson, Quadratic};
use thalweg_problems::generate::gaussian::{Regression, spiked_regression};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::prox::{L1, Mcp, Scad, SquareRoot};

/// The Gaussian instance of the Lasso tables with columns of norm sqrt n.
fn scaled_spikes() -> (Design, Vec<f64>) {
    let Regression { design, targets } = spiked_regression(100, 500, 50, 5).unwrap();
    let (mut columns, rows) = (design.to_column_major(), 100);
    for column in columns.chunks_exact_mut(rows) {
        let norm = column.iter().map(|x| x * x).sum::<f64>().sqrt();
        column.iter_mut().for_each(|x| *x *= (rows as f64).sqrt() / norm);
    }
    (Design::from_column_major(rows, 500, columns).unwrap(), targets)
}

/// `|y - X w|^2 / (2 n)` plus the penalty, lambda = lambda_max / 10, from 0: the support is the true one, and every
/// coefficient lies beyond `gamma lambda`, so that MCP and SCAD give least squares on it. Objectives of a reference program;
/// `skglm.GeneralizedLinearEstimator(Quadratic(), MCPenalty(alpha, 3))` finds the same support.
#[test]
fn recorded_values() {
    let (design, y) = scaled_spikes();
    let (n, loss) = (100.0, Quadratic::new(y).unwrap());
    let lambda_max = 1.994_445_770_869_251;
    let unit = L1::new(n).unwrap();
    let found = Glm::new(&design, &loss, &unit).unwrap().null_model().null_strength.unwrap();
    assert_relative_eq!(found, lambda_max, max_relative = 1e-13);
    let mcp = Mcp::new(0.1 * lambda_max, 3.0).unwrap().scaled(n).unwrap();
    let scad = Scad::new(0.1 * lambda_max, 3.7).unwrap().scaled(n).unwrap();
    let cases: [(&dyn SeparablePenalty, f64); 2] = [(&mcp, 0.717_837_391_248_051_6), (&scad, 1.055_951_575_547_802_2)];
    for (penalty, value) in cases {
        let problem = Glm::new(&design, &loss, penalty).unwrap();
        assert_relative_eq!(problem.null_model().null_strength.unwrap(), 10.0, max_relative = 1e-13);
        for solution in [converged(&problem, 1e-12), plain(&problem, 1e-12)] {
            assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
            assert_relative_eq!(solution.objective / n, value, max_relative = 1e-12);
            let x = &solution.point.coefficients;
            let support: Vec<usize> = (0..500).filter(|&j| x[j] != 0.0).collect();
            assert_eq!(support, (0..10).map(|k| 50 * k).collect::<Vec<_>>(), "{}", penalty.name());
            for (j, w) in [(0, 0.85882518), (50, -1.07040755), (100, 1.13249128)] {
                assert_abs_diff_eq!(x[j], w, epsilon = 5e-9);
            }
            assert_eq!(solution.certificate.second_order, Some(SecondOrder::Holds));
            assert!(solution.reason.contains("local minimum") && !solution.certificate.gap_decides);
        }
    }
}

/// With orthonormal columns the solution is the proximal map of the correlations.
#[test]
fn orthonormal_design() {
    let signs = [[1.0, 1.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, -1.0, 1.0]];
    let columns: Vec<f64> = signs.iter().flatten().map(|s| 0.5 * s).collect();
    let design = Design::from_column_major(4, 4, columns.clone()).unwrap();
    let y = [6.0, -1.0, 0.5, 2.0];
    let loss = Quadratic::new(y.to_vec()).unwrap();
    let penalties: [&dyn SeparablePenalty; 3] =
        [&Mcp::new(1.0, 3.0).unwrap(), &Scad::new(1.0, 3.7).unwrap(), &SquareRoot::new(1.0).unwrap()];
    for penalty in penalties {
        let found = converged(&Glm::new(&design, &loss, penalty).unwrap(), 1e-13).point.coefficients;
        for j in 0..4 {
            let c: f64 = (0..4).map(|i| columns[4 * j + i] * y[i]).sum();
            assert_abs_diff_eq!(found[j], penalty.prox_at(j, c, 1.0), epsilon = 1e-12);
        }
    }
}

/// Random problems: converged means that no coordinate can be improved alone, and that nearby points are no better.
#[test]
fn answers_are_local_minima() {
    let mut random = SplitMix64::new(11);
    for case in 0..6 {
        let (n, p) = (40, 25);
        let columns: Vec<f64> = (0..n * p).map(|_| random.normal()).collect();
        let y: Vec<f64> = (0..n).map(|i| 2.0 * columns[i] - columns[n + i] + 0.5 * random.normal()).collect();
        let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
        let design = Design::from_column_major(n, p, columns).unwrap();
        let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
        let losses: [&dyn Datafit; 2] = [&squared, &logistic];
        let penalties: [&dyn SeparablePenalty; 3] =
            [&Mcp::new(3.0, 1.5).unwrap(), &Scad::new(2.0, 3.7).unwrap(), &SquareRoot::new(2.0).unwrap()];
        for loss in losses {
            for penalty in penalties {
                let problem = Glm::new(&design, loss, penalty).unwrap().with_intercept(case % 2 == 0);
                let solution = run(&problem, 1e-9);
                let label = format!("{} {} case {case}", loss.name(), penalty.name());
                assert_eq!(solution.status, Status::Converged, "{label}: {}", solution.reason);
                let best = solution.objective;
                let slack = 1e-9 * solution.certificate.null_objective;
                for j in 0..p {
                    for value in (-60..=60).map(|k| f64::from(k) * 0.05) {
                        let mut other = solution.point.clone();
                        // Coordinate minimisers of the model above the loss need not be those of the loss itself; near
                        // ones are no better.
                        if loss.is_quadratic() {
                            other.coefficients[j] = value;
                        } else {
                            other.coefficients[j] += 1e-3 * value;
                        }
                        problem.fit_intercept(&mut other);
                        assert!(problem.objective(&other) >= best - slack, "{label}: {j} to {value}");
                    }
                }
                for _ in 0..200 {
                    let mut other = solution.point.clone();
                    other.coefficients.iter_mut().for_each(|x| *x += 1e-4 * random.normal());
                    problem.fit_intercept(&mut other);
                    assert!(problem.objective(&other) >= best - slack, "{label}");
                }
            }
        }
    }
}

/// Two almost equal columns that share a coefficient: stationary in the concave part, but a saddle.
#[test]
fn a_saddle_is_not_certified() {
    let design = Design::from_column_major(2, 2, vec![1.0, 0.1, 1.0, -0.1]).unwrap();
    let loss = Quadratic::new(vec![3.0, 0.0]).unwrap();
    let penalty = Mcp::new(1.0, 1.5).unwrap();
    let problem = Glm::new(&design, &loss, &penalty).unwrap();
    // By symmetry x = (a, a): 2 a + 0 - 3 + 1 - a / 1.5 = 0.
    let a = 2.0 / (2.0 - 1.0 / 1.5);
    let certificate = problem.certify(&GlmPoint { coefficients: vec![a, a], intercept: 0.0 });
    assert!(certificate.relative_violation() < 1e-12, "{}", certificate.relative_violation());
    assert_eq!(certificate.second_order, Some(SecondOrder::Fails));
    use thalweg_problems::certificate::Certificate;
    assert!(!certificate.holds(1e-6));
    // The method itself breaks the symmetry.
    let solution = converged(&problem, 1e-10);
    assert!(solution.objective < problem.objective(&GlmPoint { coefficients: vec![a, a], intercept: 0.0 }));
}

#[test]
fn refusals_name_the_column() {
    let design = Design::from_column_major(2, 3, vec![3.0, 1.0, 0.0, 0.0, 0.5, 0.5]).unwrap();
    let loss = Quadratic::new(vec![1.0, 2.0]).unwrap();
    let refused = |loss: &dyn Datafit, penalty: &dyn SeparablePenalty| {
        let problem = Glm::new(&design, loss, penalty).unwrap();
        let begin = Begin::From(problem.null_point());
        solve(&problem, &WorkingSet::default(), begin, 1e-6, Control::default(), &mut NoSave).unwrap_err().to_string()
    };
    // Column 2 has squared norm 0.5; the zero column does not matter.
    let message = refused(&loss, &Mcp::new(0.1, 1.5).unwrap());
    assert!(
        message.starts_with(
            "column 2 (from 0): the loss has curvature 0.5000 along it, the penalty needs more than 0.6667"
        ),
        "{message}"
    );
    assert!(refused(&loss, &Scad::new(0.1, 2.5).unwrap()).starts_with("column 2 (from 0)"));
    let counts = Poisson::new(vec![1.0, 2.0]).unwrap();
    assert!(refused(&counts, &Mcp::new(0.1, 3.0).unwrap()).contains("bounded curvature"));
    let fine = Glm::new(&design, &loss, &SquareRoot::new(0.1).unwrap() as &dyn SeparablePenalty).map(|p| run(&p, 1e-9));
    assert_eq!(fine.unwrap().status, Status::Converged);
}
