//! Recorded values, agreement with the lasso and with proximal gradients, paths, hard inputs.

use super::*;
use crate::bcd::WorkingSet;
use crate::bcd::path::{CrossValidated, CrossValidation, Following, Grid, Held, Path, Validated, assign_folds};
use crate::run::{Begin, Control, NoSave, Solution, Status, Work, drive, solve};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use thalweg_problems::certificate::GlmCertificate;
use thalweg_problems::datafit::{Datafit, Logistic, MultiQuadratic, Multinomial, Quadratic, Single};
use thalweg_problems::design::Design;
use thalweg_problems::generate::gaussian::{Regression, spiked_regression};
use thalweg_problems::generate::reference_random::SplitMix64;
use thalweg_problems::glm::{Glm, Groups};
use thalweg_problems::prox::L1;
use thalweg_problems::prox::group::{GroupLasso, GroupPenalty, NonnegativeGroup, SparseGroup};

fn run(problem: &GroupedGlm<'_>, method: &GroupWorkingSet) -> Solution<GroupedPoint, GlmCertificate> {
    let mut control = Control::default();
    control.limits.max_iterations = 1_000;
    solve(problem, method, Begin::From(problem.null_point()), method.tolerance, control, &mut NoSave).unwrap()
}

fn converged(problem: &GroupedGlm<'_>, tolerance: f64) -> Solution<GroupedPoint, GlmCertificate> {
    let solution = run(problem, &GroupWorkingSet { tolerance, ..GroupWorkingSet::default() });
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    solution
}

fn single(loss: &dyn Datafit) -> Single<&dyn Datafit> {
    Single(loss)
}

fn gaussian() -> (Design, Quadratic) {
    let Regression { design, targets } = spiked_regression(100, 500, 50, 5).unwrap();
    (design, Quadratic::new(targets).unwrap())
}

/// Groups of five columns with weights sqrt 5.
#[test]
fn group_lasso_as_recorded() {
    let (design, squared) = gaussian();
    let (loss, groups) = (single(&squared), Groups::consecutive(5, 500, 1).unwrap());
    let weights = groups.usual_weights();
    let unit = GroupLasso::new(1.0, weights.clone()).unwrap();
    let lambda_max = GroupedGlm::new(&design, &loss, &groups, &unit).unwrap().null_model().null_strength.unwrap();
    assert_relative_eq!(lambda_max, 106.807_235_226_909_91, max_relative = 1e-13);
    let penalty = GroupLasso::new(lambda_max / 10.0, weights).unwrap();
    let problem = GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap();
    for screening in [true, false] {
        let solution = run(&problem, &GroupWorkingSet { tolerance: 1e-12, screening, ..GroupWorkingSet::default() });
        assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
        assert_abs_diff_eq!(solution.objective, 302.408_046_832, epsilon = 1e-9);
        assert_eq!(problem.active(&solution.point.coefficients), 30);
    }
}

/// Three targets on the same design; the rows of W are the groups.
#[test]
fn multi_task_lasso_as_recorded() {
    let design = gaussian().0;
    let mut random = SplitMix64::new(6);
    let w: Vec<f64> = (0..30).map(|_| random.normal()).collect();
    let mut targets = vec![vec![0.0; 100]; 3];
    let x = design.to_column_major();
    for i in 0..100 {
        for t in 0..3 {
            targets[t][i] = (0..10).map(|k| x[50 * k * 100 + i] * w[3 * k + t]).sum();
        }
    }
    for i in 0..100 {
        for target in &mut targets {
            target[i] += 0.5 * random.normal();
        }
    }
    let loss = MultiQuadratic::new(targets).unwrap();
    let groups = Groups::consecutive(1, 500, 3).unwrap();
    let unit = GroupLasso::new(1.0, groups.usual_weights()).unwrap();
    let lambda_max = GroupedGlm::new(&design, &loss, &groups, &unit).unwrap().null_model().null_strength.unwrap();
    assert_relative_eq!(lambda_max, 290.810_535_008_611_5, max_relative = 1e-13);
    let penalty = GroupLasso::new(lambda_max / 10.0, groups.usual_weights()).unwrap();
    let problem = GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap();
    let solution = converged(&problem, 1e-12);
    assert_relative_eq!(solution.objective, 550.474_456_498_083_4, max_relative = 1e-11);
    assert_eq!(problem.active(&solution.point.coefficients), 11);
}

/// The instances on which everything is compared: designs, losses, with a standardised sparse one among them.
fn instances() -> Vec<(Design, Box<dyn Datafit>)> {
    let Regression { design, targets } = spiked_regression(40, 24, 3, 9).unwrap();
    let labels: Vec<f64> = targets.iter().map(|y| f64::from(u8::from(*y > 0.3))).collect();
    let weights: Vec<f64> = (0..40).map(|i| if i == 7 { 0.0 } else { 0.5 + 0.05 * f64::from(i) }).collect();
    let mut random = SplitMix64::new(2);
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..24 {
        for i in 0..40 {
            if random.uniform() < 0.3 {
                indices.push(i);
                values.push(1.0 + random.normal());
            }
        }
        indptr.push(indices.len());
    }
    let sparse = Design::from_csc(40, indptr, indices, values).unwrap();
    let quadratic = || Quadratic::new(targets.clone()).unwrap();
    let logistic = || Logistic::from_labels(&labels).unwrap();
    vec![
        (design.clone(), Box::new(quadratic())),
        (design.clone(), Box::new(quadratic().with_weights(weights.clone()).unwrap())),
        (sparse.clone().standardized(true, None).unwrap(), Box::new(quadratic())),
        (design, Box::new(logistic())),
        (sparse.standardized(false, None).unwrap(), Box::new(logistic().with_weights(weights).unwrap())),
    ]
}

fn penalties(strength: f64, groups: &Groups) -> Vec<Box<dyn GroupPenalty>> {
    let weights = groups.usual_weights();
    vec![
        Box::new(GroupLasso::new(strength, weights.clone()).unwrap()),
        Box::new(SparseGroup::new(strength, 0.4, weights.clone()).unwrap()),
        Box::new(NonnegativeGroup::new(strength, weights).unwrap()),
    ]
}

/// Singletons with weight 1 are the lasso, which another method solves.
#[test]
fn singletons_are_the_lasso() {
    for (design, loss) in instances() {
        let vector = single(loss.as_ref());
        let groups = Groups::singletons(design.columns(), 1);
        for intercept in [false, true] {
            let penalty = GroupLasso::new(1.3, vec![1.0; groups.len()]).unwrap();
            let problem = GroupedGlm::new(&design, &vector, &groups, &penalty).unwrap().with_intercept(intercept);
            let found = converged(&problem, 1e-11);
            let l1 = L1::new(1.3).unwrap();
            let lasso = Glm::new(&design, loss.as_ref(), &l1).unwrap().with_intercept(intercept);
            let method = WorkingSet { tolerance: 1e-12, ..WorkingSet::default() };
            let begin = Begin::From(lasso.null_point());
            let expected = solve(&lasso, &method, begin, 1e-12, Control::default(), &mut NoSave).unwrap();
            assert_relative_eq!(found.objective, expected.objective, max_relative = 1e-10);
            for (a, b) in found.point.coefficients.iter().zip(&expected.point.coefficients) {
                assert_abs_diff_eq!(a, b, epsilon = 1e-4);
            }
        }
    }
}

/// Proximal gradients from scratch, without working sets, screening, extrapolation or Newton models: an upper bound of F* that
/// the solver must not exceed, and that cannot lie below its dual value.
fn proximal_gradient(problem: &GroupedGlm<'_>, steps: usize) -> f64 {
    let groups = problem.groups();
    let (mut point, mut fit) = (problem.null_point(), vec![0.0; problem.fit_len()]);
    let mut dual = fit.clone();
    let frobenius: f64 = problem.design().to_column_major().iter().map(|x| x * x).sum();
    let nu = match problem.datafit().smoothness() {
        thalweg_problems::datafit::Smoothness::Uniform(nu) => nu,
        thalweg_problems::datafit::Smoothness::PerRow(nu) => nu.iter().copied().fold(0.0, f64::max),
        thalweg_problems::datafit::Smoothness::None => unreachable!("the constructor asks for a bound"),
    };
    let step = 1.0 / (nu * frobenius);
    let mut x = Vec::new();
    let mut momentum = point.clone();
    let mut t: f64 = 1.0;
    let mut best = f64::INFINITY;
    for _ in 0..steps {
        problem.fit(&momentum, &mut fit);
        problem.shift_intercepts(&mut momentum, &mut fit);
        problem.dual(&fit, &mut dual);
        let c = problem.correlations(&dual);
        let old = point.clone();
        for b in 0..groups.len() {
            problem.gather(b, &momentum.coefficients, &mut x);
            x.iter_mut().zip(&c[groups.range(b)]).for_each(|(x, c)| *x += step * c);
            problem.penalty().prox_of(b, &mut x, step);
            groups.members(b).iter().zip(&x).for_each(|(&k, &x)| point.coefficients[k] = x);
        }
        point.intercepts.clone_from(&momentum.intercepts);
        let next = 0.5 * (1.0 + (1.0 + 4.0 * t * t).sqrt());
        let beta = (t - 1.0) / next;
        t = next;
        momentum.intercepts.clone_from(&point.intercepts);
        for (m, (a, b)) in momentum.coefficients.iter_mut().zip(point.coefficients.iter().zip(&old.coefficients)) {
            *m = a + beta * (a - b);
        }
        let mut shifted = point.clone();
        problem.fit(&shifted, &mut fit);
        problem.shift_intercepts(&mut shifted, &mut fit);
        best = best.min(problem.objective_at(&shifted.coefficients, &fit));
    }
    best
}

#[test]
fn solutions_agree_with_proximal_gradients() {
    let groups =
        Groups::new(&[vec![0, 5, 9], vec![1, 2], vec![3, 4, 6, 7, 8], vec![10], (11..24).collect()], 24, 1).unwrap();
    for (design, loss) in instances() {
        let vector = single(loss.as_ref());
        for penalty in penalties(0.8, &groups) {
            for intercept in [false, true] {
                let problem =
                    GroupedGlm::new(&design, &vector, &groups, penalty.as_ref()).unwrap().with_intercept(intercept);
                let found = converged(&problem, 1e-10);
                let what = format!("{} {} {intercept}", loss.name(), penalty.name());
                let other = proximal_gradient(&problem, 2_000);
                assert!(found.objective <= other * (1.0 + 1e-9), "{what}: {} {other}", found.objective);
                assert!(other <= found.objective * (1.0 + 1e-4), "{what}: {} {other}", found.objective);
                // Weak duality: the certificate's lower bound holds for every point.
                assert!(other >= found.objective - found.certificate.duality_gap - 1e-12 * other, "{what}");
            }
        }
    }
}

/// lambda_max is exact: 0 at it, one group just below.
#[test]
fn one_group_leaves_zero_below_lambda_max() {
    let groups = Groups::consecutive(4, 24, 1).unwrap();
    for (design, loss) in instances() {
        let vector = single(loss.as_ref());
        for (k, unit) in penalties(1.0, &groups).into_iter().enumerate() {
            let null = GroupedGlm::new(&design, &vector, &groups, unit.as_ref()).unwrap().with_intercept(true);
            let top = null.null_model().null_strength.unwrap();
            for (factor, active) in [(1.0, 0), (1.2, 0), (0.999, 1)] {
                let penalty = penalties(factor * top, &groups).remove(k);
                let problem =
                    GroupedGlm::new(&design, &vector, &groups, penalty.as_ref()).unwrap().with_intercept(true);
                let found = converged(&problem, 1e-12);
                assert_eq!(problem.active(&found.point.coefficients), active, "{} {factor}", penalty.name());
            }
        }
    }
}

#[test]
fn paths_of_groups() {
    let groups = Groups::consecutive(4, 24, 1).unwrap();
    for (design, loss) in instances() {
        let vector = single(loss.as_ref());
        let weights = groups.usual_weights();
        let make = |l: f64| Ok(Box::new(SparseGroup::new(l, 0.3, weights.clone())?) as Box<dyn GroupPenalty>);
        let unit = make(1.0).unwrap();
        let problem = GroupedGlm::new(&design, &vector, &groups, unit.as_ref()).unwrap().with_intercept(true);
        let grid = Grid::Log { count: 8, ratio: Some(0.05) };
        let grid = grid.values(problem.null_model().null_strength, 40, 24).unwrap();
        let path =
            GroupedPath::new(Held::Borrowed(&design), Held::Borrowed(&vector), &groups, true, grid, make).unwrap();
        let method = GroupWorkingSet { tolerance: 1e-9, ..GroupWorkingSet::default() };
        let following = Following { method, tolerance: 1e-9, ..Following::default() }.to_the_end();
        let outcome =
            drive(&path, &following, Begin::From(Path::default()), &mut Control::default(), &mut NoSave).unwrap();
        assert_eq!(outcome.status, Status::Converged, "{:?}", outcome.run.reason);
        let points = &outcome.work.point().points;
        assert_eq!((points.len(), points[0].active), (8, 0));
        for (k, point) in points.iter().enumerate() {
            let alone = converged(&path.problem(k).unwrap(), 1e-10);
            assert_relative_eq!(point.objective, alone.objective, max_relative = 1e-7);
        }
        // Cross-validation runs on the same machinery.
        let folds = assign_folds(40, 4, 1, None).unwrap();
        let validated = CrossValidated::of_groups(path, &folds, None, make).unwrap();
        let method = CrossValidation { following };
        let begin = Begin::From(Validated::default());
        let outcome = drive(&validated, &method, begin, &mut Control::default(), &mut NoSave).unwrap();
        assert_eq!(outcome.status, Status::Converged, "{:?}", outcome.run.reason);
        assert_eq!(outcome.work.point().len(), 8);
    }
}

/// With two classes the rows of a solution are opposite, (-u / 2, u / 2): the penalty is that of logistic regression in u with
/// another strength.
#[test]
fn two_classes_are_logistic_regression() {
    let Regression { design, targets } = spiked_regression(40, 24, 3, 9).unwrap();
    let labels: Vec<f64> = targets.iter().map(|y| f64::from(u8::from(*y > 0.3))).collect();
    let (two, logistic) = (Multinomial::from_labels(&labels).unwrap(), Logistic::from_labels(&labels).unwrap());
    let rows = Groups::consecutive(1, 24, 2).unwrap();
    let entries = Groups::singletons(24, 2);
    for intercept in [false, true] {
        for (groups, factor) in [(&rows, 0.5_f64.sqrt()), (&entries, 1.0)] {
            let penalty = GroupLasso::new(0.9, vec![1.0; groups.len()]).unwrap();
            let problem = GroupedGlm::new(&design, &two, groups, &penalty).unwrap().with_intercept(intercept);
            let found = converged(&problem, 1e-9);
            let l1 = L1::new(0.9 * factor).unwrap();
            let lasso = Glm::new(&design, &logistic, &l1).unwrap().with_intercept(intercept);
            let method = WorkingSet { tolerance: 1e-11, ..WorkingSet::default() };
            let begin = Begin::From(lasso.null_point());
            let expected = solve(&lasso, &method, begin, 1e-11, Control::default(), &mut NoSave).unwrap();
            assert_relative_eq!(found.objective, expected.objective, max_relative = 3e-9);
        }
    }
}

/// Four classes, certified, with the intercepts' gradient 0; rows leave as wholes.
#[test]
fn several_classes() {
    let Regression { design, targets } = spiked_regression(60, 24, 3, 2).unwrap();
    let labels: Vec<f64> = targets.iter().map(|y| (y / 2.0).round().clamp(-1.0, 2.0)).collect();
    let loss = Multinomial::from_labels(&labels).unwrap();
    assert_eq!(loss.classes().len(), 4);
    let groups = Groups::consecutive(1, 24, 4).unwrap();
    let unit = GroupLasso::new(1.0, vec![1.0; 24]).unwrap();
    let null = GroupedGlm::new(&design, &loss, &groups, &unit).unwrap().with_intercept(true).null_model();
    let top = null.null_strength.unwrap();
    let mut last = 0;
    for ratio in [1.0, 0.5, 0.1] {
        let penalty = GroupLasso::new(ratio * top, vec![1.0; 24]).unwrap();
        let problem = GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap().with_intercept(true);
        let found = converged(&problem, 1e-9);
        assert!(found.certificate.optimality_violation <= 1e-3 * top);
        let active = problem.active(&found.point.coefficients);
        assert!(active >= last && (ratio < 1.0) == (active > 0), "{ratio}: {active}");
        last = active;
        let other = proximal_gradient(&problem, 3_000);
        assert!(found.objective <= other * (1.0 + 1e-9) && other <= found.objective * (1.0 + 1e-4));
    }
}

/// Zero columns, duplicates, a constant column beside an intercept, one group of everything, one row.
#[test]
fn hard_inputs() {
    let columns = vec![
        0.0, 0.0, 0.0, 0.0, // zero
        1.0, 2.0, -1.0, 0.5, // and twice
        1.0, 2.0, -1.0, 0.5, //
        3.0, 3.0, 3.0, 3.0, // constant
    ];
    let design = Design::from_column_major(4, 4, columns).unwrap();
    let quadratic = Quadratic::new(vec![1.0, 3.0, -2.0, 0.0]).unwrap();
    let loss = single(&quadratic);
    for size in [1, 2, 4] {
        let groups = Groups::consecutive(size, 4, 1).unwrap();
        for penalty in penalties(0.1, &groups) {
            let problem = GroupedGlm::new(&design, &loss, &groups, penalty.as_ref()).unwrap().with_intercept(true);
            let found = converged(&problem, 1e-10);
            assert_eq!(found.point.coefficients[0], 0.0);
        }
    }
    let row = Design::from_column_major(1, 3, vec![1.0, 2.0, 0.0]).unwrap();
    let one = Quadratic::new(vec![5.0]).unwrap();
    let (loss, groups) = (single(&one), Groups::consecutive(3, 3, 1).unwrap());
    let penalty = GroupLasso::new(1.0, groups.usual_weights()).unwrap();
    let found = converged(&GroupedGlm::new(&row, &loss, &groups, &penalty).unwrap(), 1e-12);
    // min (5 - 5^(1/2) s)^2 / 2 + 3^(1/2) s: the direction is that of x.
    assert_relative_eq!(found.point.coefficients[1], 2.0 * found.point.coefficients[0], max_relative = 1e-9);
    let constant = Quadratic::new(vec![2.0; 4]).unwrap();
    let (loss, groups) = (single(&constant), Groups::consecutive(2, 4, 1).unwrap());
    let penalty = GroupLasso::new(0.5, groups.usual_weights()).unwrap();
    let found = converged(&GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap().with_intercept(true), 0.0);
    assert_eq!((found.objective, found.point.intercepts[0]), (0.0, 2.0));
}

#[test]
fn sizes_that_do_not_fit() {
    let (design, quadratic) = gaussian();
    let loss = single(&quadratic);
    let groups = Groups::consecutive(5, 400, 1).unwrap();
    let penalty = GroupLasso::new(1.0, groups.usual_weights()).unwrap();
    let message = GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap_err().to_string();
    assert!(message.contains("length 400, expected 500"), "{message}");
    let groups = Groups::consecutive(5, 500, 1).unwrap();
    let message = GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap_err().to_string();
    assert!(message.contains("group weights has length 80, expected 100"), "{message}");
    let groups = Groups::consecutive(5, 500, 2).unwrap();
    let message = GroupedGlm::new(&design, &loss, &groups, &penalty).unwrap_err().to_string();
    assert!(message.contains("length 2, expected 1"), "{message}");
}
