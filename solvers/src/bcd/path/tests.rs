//! Every point of a path is the solution of its problem; resumed is unbroken; threads do not matter.

use super::*;
use crate::bcd::WorkingSet;
use crate::run::{Begin, Control, NoSave, Outcome, drive, solve};
use approx::assert_relative_eq;
use thalweg_problems::ProblemError;
use thalweg_problems::datafit::{Datafit, Logistic, Quadratic};
use thalweg_problems::design::Design;
use thalweg_problems::generate::gaussian::{Regression, spiked_regression};
use thalweg_problems::glm::Glm;
use thalweg_problems::prox::{ElasticNet, L1, NonnegativeL1, SeparablePenalty};

fn following(tolerance: f64) -> Following<WorkingSet> {
    Following { method: WorkingSet { tolerance, ..WorkingSet::default() }, tolerance, ..Following::default() }
}

fn data() -> (Design, Quadratic, Logistic) {
    let Regression { design, targets } = spiked_regression(60, 120, 12, 3).unwrap();
    let labels: Vec<f64> = targets.iter().map(|y| f64::from(u8::from(*y > 0.5))).collect();
    (design, Quadratic::new(targets).unwrap(), Logistic::from_labels(&labels).unwrap())
}

fn path_of<'a, P: SeparablePenalty>(
    (design, loss): (&'a Design, &'a dyn Datafit),
    intercept: bool,
    count: usize,
    penalty: impl Fn(f64) -> Result<P, ProblemError>,
) -> GlmPath<'a, P> {
    let unit = penalty(1.0).unwrap();
    let top = Glm::new(design, loss, &unit).unwrap().with_intercept(intercept).null_model().null_strength;
    let grid = Grid::Log { count, ratio: Some(0.01) }.values(top, design.rows(), design.columns()).unwrap();
    GlmPath::new(Held::Borrowed(design), Held::Borrowed(loss), intercept, grid, penalty).unwrap()
}

fn follow<P: SeparablePenalty>(
    path: &GlmPath<'_, P>,
    method: &Following<WorkingSet>,
) -> Outcome<PathWork<super::glm_path::GlmPathWork>> {
    drive(path, method, Begin::From(Path::default()), &mut Control::default(), &mut NoSave).unwrap()
}

/// The solutions agree with those of single runs from the null model, whatever loss, penalty and intercept.
#[test]
fn every_point_is_the_solution_of_its_problem() {
    fn check<P: SeparablePenalty>(path: &GlmPath<'_, P>, what: &str) {
        let outcome = follow(path, &following(1e-9).to_the_end());
        assert_eq!(outcome.status, Status::Converged, "{what}: {:?}", outcome.run.reason);
        let points = &outcome.work.point().points;
        assert_eq!(points.len(), path.lambdas().len());
        for (k, point) in points.iter().enumerate() {
            let problem = path.problem(k);
            let method = WorkingSet { tolerance: 1e-10, ..WorkingSet::default() };
            let begin = Begin::From(problem.null_point());
            let alone = solve(&problem, &method, begin, 1e-10, Control::default(), &mut NoSave).unwrap();
            assert_relative_eq!(point.objective, alone.objective, max_relative = 1e-8);
            assert!(point.relative <= 1e-9);
        }
    }
    let (design, squared, logistic) = data();
    for intercept in [false, true] {
        for loss in [&squared as &dyn Datafit, &logistic] {
            let what = format!("{} {intercept}", loss.name());
            check(&path_of((&design, loss), intercept, 12, L1::new), &what);
            check(&path_of((&design, loss), intercept, 12, |l| ElasticNet::with_ratio(l, 0.5)), &what);
            check(&path_of((&design, loss), intercept, 12, NonnegativeL1::new), &what);
        }
    }
}

/// At `lambda_max` and above the solution is exactly 0; just below, one coefficient leaves it.
#[test]
fn the_path_leaves_zero_at_lambda_max() {
    let (design, squared, logistic) = data();
    for loss in [&squared as &dyn Datafit, &logistic] {
        for intercept in [false, true] {
            let unit = L1::new(1.0).unwrap();
            let null = Glm::new(&design, loss, &unit).unwrap().with_intercept(intercept).null_model();
            let top = null.null_strength.unwrap();
            let grid = vec![1.5 * top, top, 0.999 * top];
            let path = GlmPath::new(Held::Borrowed(&design), Held::Borrowed(loss), intercept, grid, L1::new).unwrap();
            let outcome = follow(&path, &following(1e-12).to_the_end());
            let active: Vec<usize> = outcome.work.point().points.iter().map(|p| p.active).collect();
            assert_eq!(active, [0, 0, 1], "{} {intercept}", loss.name());
        }
    }
}

/// The deviance explained grows along the path, and the path ends where it is told to.
#[test]
fn early_ends() {
    let (design, squared, _) = data();
    let path = path_of((&design, &squared), false, 40, L1::new);
    let whole = follow(&path, &following(1e-8).to_the_end());
    let points = &whole.work.point().points;
    assert_eq!(points.len(), 40);
    assert!(points.windows(2).all(|w| w[1].deviance_ratio > w[0].deviance_ratio));
    assert_eq!(points[0].deviance_ratio, 0.0);

    let few = follow(&path, &Following { most_active: Some(5), ..following(1e-8) });
    let short = &few.work.point().points;
    assert!(short[short.len() - 1].active > 5 && short[short.len() - 2].active <= 5);
    assert_eq!(short[..], points[..short.len()], "the early end changes nothing before it");
    assert!(few.run.reason.unwrap().contains("5 allowed"));

    let enough = follow(&path, &Following { enough_deviance: 0.8, ..following(1e-8) });
    let short = &enough.work.point().points;
    assert!(short[short.len() - 1].deviance_ratio > 0.8 && short[short.len() - 2].deviance_ratio <= 0.8);

    let flat = follow(&path, &Following { least_change: 0.05, ..following(1e-8) });
    assert!((5..40).contains(&flat.work.point().points.len()));
}

/// The strong rule is unsafe: the certificate catches what it drops.
#[test]
fn coarse_grids_are_certified_too() {
    let (design, squared, _) = data();
    let top = path_of((&design, &squared), true, 2, L1::new).lambdas()[0];
    // From lambda_max to a hundredth of it the rule keeps everything; in between it may drop what matters.
    let grid = vec![top, 0.5 * top, 0.26 * top, 0.01 * top];
    let path = GlmPath::new(Held::Borrowed(&design), Held::Borrowed(&squared), true, grid, L1::new).unwrap();
    let outcome = follow(&path, &following(1e-10).to_the_end());
    assert_eq!(outcome.status, Status::Converged);
    assert!(outcome.work.point().points.iter().all(|p| p.relative <= 1e-10));
}

#[test]
fn bad_input() {
    let (design, squared, _) = data();
    let held = || (Held::Borrowed(&design), Held::Borrowed(&squared as &dyn Datafit));
    let (x, y) = held();
    let none = GlmPath::new(x, y, false, vec![], L1::new).unwrap_err();
    assert!(none.to_string().contains("number of strengths is 0"));
    let (x, y) = held();
    let negative = GlmPath::new(x, y, false, vec![1.0, -1.0], L1::new).unwrap_err();
    assert!(negative.to_string().contains("lambda is -1"));
    let path = path_of((&design, &squared), false, 3, L1::new);
    let method = Following { tolerance: f64::NAN, ..following(1e-6) };
    let refused = drive(&path, &method, Begin::From(Path::default()), &mut Control::default(), &mut NoSave);
    assert!(refused.unwrap_err().to_string().contains("tolerance is NaN"));
}

fn cross_validated<'a>(
    design: &'a Design,
    loss: &'a dyn Datafit,
    folds: &'a Folds,
    count: usize,
) -> CrossValidated<'a, GlmPath<'a, L1>> {
    let full = path_of((design, loss), true, count, L1::new);
    CrossValidated::of_glm(full, folds, None, L1::new).unwrap()
}

fn validate(problem: &CrossValidated<'_, GlmPath<'_, L1>>, tolerance: f64) -> Validated {
    let method = CrossValidation { following: following(tolerance).to_the_end() };
    let outcome =
        drive(problem, &method, Begin::From(Validated::default()), &mut Control::default(), &mut NoSave).unwrap();
    assert_eq!(outcome.status, Status::Converged, "{:?}", outcome.run.reason);
    outcome.work.into_point()
}

/// Fold by fold the errors are those of a model fitted to copied rows, with strengths per row.
#[test]
fn folds_are_fits_without_the_held_out_rows() {
    let (design, squared, _) = data();
    let folds = assign_folds(60, 5, 7, None).unwrap();
    let problem = cross_validated(&design, &squared, &folds, 6);
    let result = validate(&problem, 1e-11);
    let (dense, y) = (design.to_column_major(), squared.targets());
    for fold in 0..5 {
        let kept: Vec<usize> = (0..60).filter(|&i| folds.of_row[i] != fold).collect();
        let columns: Vec<f64> = dense.chunks(60).flat_map(|x| kept.iter().map(|&i| x[i])).collect();
        let part = Design::from_column_major(kept.len(), 120, columns).unwrap();
        let loss = Quadratic::new(kept.iter().map(|&i| y[i]).collect()).unwrap();
        for (k, point) in result.path.points.iter().enumerate() {
            let penalty = L1::new(point.lambda * kept.len() as f64 / 60.0).unwrap();
            let model = Glm::new(&part, &loss, &penalty).unwrap().with_intercept(true);
            let method = WorkingSet { tolerance: 1e-12, ..WorkingSet::default() };
            let fitted =
                solve(&model, &method, Begin::From(model.null_point()), 1e-12, Control::default(), &mut NoSave)
                    .unwrap();
            let mut fit = vec![0.0; 60];
            design.multiply(&fitted.point.coefficients, &mut fit);
            let out: Vec<usize> = (0..60).filter(|&i| folds.of_row[i] == fold).collect();
            let squares: f64 = out.iter().map(|&i| (y[i] - fit[i] - fitted.point.intercept).powi(2)).sum();
            assert_relative_eq!(result.errors[fold][k], squares / out.len() as f64, max_relative = 1e-4);
        }
    }
    // The summary, from its definition.
    let k = 3;
    let errors: Vec<f64> = result.errors.iter().map(|e| e[k]).collect();
    let mean = errors.iter().sum::<f64>() / 5.0;
    let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 4.0;
    let (found, se) = result.error(k);
    assert_relative_eq!(found, mean, max_relative = 1e-13);
    assert_relative_eq!(se, (variance / 5.0).sqrt(), max_relative = 1e-13);
    let (best, simplest) = result.choices().unwrap();
    assert!((0..result.len()).all(|k| result.error(k).0 >= result.error(best).0));
    let bound = result.error(best).0 + result.error(best).1;
    assert!(simplest <= best && result.error(simplest).0 <= bound);
    assert!((0..simplest).all(|k| result.error(k).0 > bound));
}

#[test]
fn logistic_folds() {
    let (design, _, logistic) = data();
    let folds = assign_folds(60, 4, 1, Some(logistic.signs())).unwrap();
    let result = validate(&cross_validated(&design, &logistic, &folds, 8), 1e-7);
    assert_eq!(result.len(), 8);
    // At lambda_max the folds predict their own rate: stratified folds have nearly the same, and the deviance of a coin of
    // that bias is the entropy.
    let rate = logistic.signs().iter().filter(|s| **s > 0.0).count() as f64 / 60.0;
    let entropy = -2.0 * (rate * rate.ln() + (1.0 - rate) * (1.0 - rate).ln());
    assert_relative_eq!(result.error(0).0, entropy, max_relative = 2e-2);
}
