//! The same bits for any number of threads, on every run, across stop and resume.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use thalweg::datafit::{Datafit, Huber, Poisson};
use thalweg::generate::{gaussian, reference_random::SplitMix64};
use thalweg::glm::{self, Design, Options, Solver, WorkingSet};
use thalweg::prelude::*;
use thalweg::run::CheckpointPlan;
use thalweg::{Trace, sets};

/// Large enough for the parallel paths of the kernels.
fn sparse_design(n: usize, p: usize, per_column: usize) -> Design {
    let mut random = SplitMix64::new(11);
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..p {
        let mut rows: Vec<u32> = (0..per_column).map(|_| random.below(n) as u32).collect();
        rows.sort_unstable();
        rows.dedup();
        values.extend(rows.iter().map(|_| random.normal()));
        indices.extend(rows);
        indptr.push(indices.len());
    }
    Design::from_csc(n, indptr, indices, values).unwrap()
}

fn bits(solution: &glm::GlmSolution) -> Vec<u64> {
    let numbers = solution.point.coefficients.iter().chain([&solution.point.intercept, &solution.objective]);
    numbers.map(|x| x.to_bits()).collect()
}

#[test]
fn threads_do_not_matter() {
    let design = sparse_design(9_000, 1_500, 80);
    let mut random = SplitMix64::new(12);
    let y: Vec<f64> = (0..9_000).map(|_| random.normal()).collect();
    let labels: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.3))).collect();
    let huber = Huber::new(y.clone(), 1.0).unwrap();
    let (squared, logistic) = (Quadratic::new(y).unwrap(), Logistic::from_labels(&labels).unwrap());
    let losses: [&dyn Datafit; 3] = [&squared, &logistic, &huber];
    let penalties: [&dyn SeparablePenalty; 3] =
        [&L1::new(8.0).unwrap(), &ElasticNet::new(8.0, 1.0).unwrap(), &sets::Box::new(-0.001, 0.002).unwrap()];
    for loss in losses {
        for penalty in penalties {
            let problem = Glm::new(&design, loss, penalty).unwrap().with_intercept(true);
            for solver in [Solver::Auto, Solver::CoordinateDescent] {
                let options = Options { solver, tolerance: 1e-8, max_iterations: 6, ..Options::default() };
                let run = |threads: usize| {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                    pool.install(|| bits(&glm::solve(&problem, &options).unwrap()))
                };
                let one = run(1);
                for threads in [2, 3, 4, 2] {
                    assert_eq!(run(threads), one, "{} {} {threads}", loss.name(), penalty.name());
                }
            }
        }
    }
}

/// Stopped after every step in turn and resumed from the file: point, counts and trace of the unbroken run.
#[test]
fn stop_and_resume() {
    let data = gaussian::spiked_regression(80, 200, 20, 4).unwrap();
    let labels: Vec<f64> = data.targets.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let poisson = Poisson::new(data.targets.iter().map(|y| y.abs().round()).collect()).unwrap();
    let (squared, logistic) = (Quadratic::new(data.targets).unwrap(), Logistic::from_labels(&labels).unwrap());
    let losses: [&dyn Datafit; 3] = [&squared, &logistic, &poisson];
    let folder = tempfile::tempdir().unwrap();
    let penalty = L1::new(2.0).unwrap();
    for loss in losses {
        let problem = Glm::new(&data.design, loss, &penalty).unwrap().with_intercept(true);
        for solver in [Solver::Auto, Solver::WorkingSet(WorkingSet { polish: false, ..WorkingSet::default() })] {
            let options = |max_iterations| Options {
                solver: solver.clone(),
                tolerance: 1e-9,
                max_iterations,
                ..Options::default()
            };
            let mut whole_trace = Trace::default();
            let session = Session { trace: Some(&mut whole_trace), ..Session::default() };
            let whole = glm::solve_in(session, &problem, &options(1000)).unwrap();
            assert_eq!(whole.status, Status::Converged);
            for stop in 1..whole.iterations {
                let path = folder.path().join("state");
                let mut trace = Trace::default();
                let plan = CheckpointPlan { path: path.clone(), interval: std::time::Duration::MAX };
                let first = Session { trace: Some(&mut trace), checkpoint: Some(plan), ..Session::default() };
                let half = glm::solve_in(first, &problem, &options(stop)).unwrap();
                assert_eq!(half.status, Status::IterationLimit);
                let mut trace = Trace::default();
                let second = Session { trace: Some(&mut trace), resume: Some(path), ..Session::default() };
                let rest = glm::solve_in(second, &problem, &options(1000)).unwrap();
                assert_eq!(bits(&rest), bits(&whole), "{} stopped at {stop}", loss.name());
                assert_eq!((rest.counts, rest.iterations), (whole.counts, whole.iterations));
                assert_eq!(without_seconds(&trace), without_seconds(&whole_trace));
            }
        }
    }
}

fn without_seconds(trace: &Trace) -> Vec<Vec<u64>> {
    let (names, rows) = trace.table();
    let seconds = names.iter().position(|n| n == "seconds").unwrap();
    let keep =
        |row: &Vec<f64>| row.iter().enumerate().filter(|(k, _)| *k != seconds).map(|(_, x)| x.to_bits()).collect();
    rows.iter().map(keep).collect()
}

/// Paths and cross-validation: the folds run in parallel and do not see each other.
#[test]
fn paths_and_folds_do_not_depend_on_threads() {
    use thalweg::glm::path::{self, CrossValidated, Grid, PathOptions};
    let design = sparse_design(3_000, 400, 60);
    let mut random = SplitMix64::new(12);
    let labels: Vec<f64> = (0..3_000).map(|_| f64::from(u8::from(random.normal() > 0.3))).collect();
    let loss = Logistic::from_labels(&labels).unwrap();
    let grid = Grid::Log { count: 6, ratio: Some(0.3) };
    let folds = path::assign_folds(3_000, 3, 5, Some(loss.signs())).unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let full = path::glm_path(&design, &loss, true, &grid, L1::new).unwrap();
            let problem = CrossValidated::of_glm(full, &folds, None, L1::new).unwrap();
            let solution = path::cross_validate(&problem, &PathOptions::default()).unwrap();
            assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
            assert_eq!(solution.point.len(), 6);
            let points = solution.point.path.points.iter().flat_map(|p| p.coefficients.iter().map(|c| c.1.to_bits()));
            let errors = solution.point.errors.iter().flatten().map(|e| e.to_bits());
            (points.chain(errors).collect::<Vec<u64>>(), solution.counts)
        })
    };
    let one = run(1);
    for threads in [2, 4, 2] {
        assert_eq!(run(threads), one, "{threads}");
    }
}

/// Groups of columns, and the rows of a model of three classes.
#[test]
fn groups_do_not_depend_on_threads() {
    use thalweg::glm::{GroupLasso, GroupWorkingSet, GroupedGlm, Groups, Limits, Single, VectorDatafit};
    let design = sparse_design(1_500, 300, 300);
    let mut random = SplitMix64::new(12);
    let y: Vec<f64> = (0..1_500).map(|_| random.normal()).collect();
    let labels: Vec<f64> = y.iter().map(|y| y.round().clamp(-1.0, 1.0)).collect();
    let squared = Quadratic::new(y).unwrap();
    let squared = Single(&squared as &dyn Datafit);
    let softmax = thalweg::datafit::Multinomial::from_labels(&labels).unwrap();
    let cases: [(&dyn VectorDatafit, Groups); 2] =
        [(&squared, Groups::consecutive(4, 300, 1).unwrap()), (&softmax, Groups::consecutive(1, 300, 3).unwrap())];
    for (loss, groups) in cases {
        let penalty = GroupLasso::new(20.0, groups.usual_weights()).unwrap();
        let problem = GroupedGlm::new(&design, loss, &groups, &penalty).unwrap().with_intercept(true);
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let method = GroupWorkingSet { tolerance: 1e-4, ..GroupWorkingSet::default() };
            let limits = Limits { max_iterations: 2, time_limit: None };
            let solution = pool.install(|| glm::solve_groups(&problem, &method, limits)).unwrap();
            let numbers = solution.point.coefficients.iter().chain(&solution.point.intercepts);
            (numbers.map(|x| x.to_bits()).collect::<Vec<u64>>(), solution.counts)
        };
        let one = run(1);
        assert!(one.0.iter().any(|&bits| bits != 0));
        for threads in [2, 4] {
            assert_eq!(run(threads), one, "{} {threads}", loss.name());
        }
    }
}

/// LV1 is large enough for elements to be evaluated in parallel.
#[test]
fn nonlinear_programs_do_not_depend_on_threads() {
    for name in ["LV1(20000)", "PDE(20)"] {
        let program = thalweg::collection::nlp(name).unwrap();
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let solution = pool.install(|| thalweg::nlp::solve(&program, &thalweg::nlp::Options::default())).unwrap();
            assert_eq!(solution.status, Status::Converged, "{name}");
            let numbers = solution.point.x.iter().chain(&solution.point.multipliers);
            numbers.map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        let one = run(1);
        for threads in [2, 4] {
            assert!(run(threads) == one, "{name} {threads}");
        }
    }
}

/// Coordinate descent uses the kernels alone: the same bits on every instruction set that this machine has.
#[cfg(feature = "cli")]
#[test]
fn instruction_sets_do_not_matter() {
    let solve = |level: &str, loss: &str| {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wdbc.svm");
        let output = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("thalweg"))
            .args(["glm", file, "--loss", loss, "--intercept", "--standardize", "--solver", "coordinate-descent"])
            .args(["--quiet", "--solution", "-"])
            .env("THALWEG_LEVEL", level)
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    for loss in ["squared", "logistic"] {
        let portable = solve("portable", loss);
        assert!(portable.lines().count() > 3, "{portable}");
        for level in ["avx2", "avx512"] {
            assert_eq!(solve(level, loss), portable, "{level}");
        }
    }
}

mod inclusions {
    //! The methods for monotone inclusions.

    use super::{Session, Status, Trace, without_seconds};
    use thalweg::generate::{games, saddles};
    use thalweg::inclusion::baselines::*;
    use thalweg::inclusion::*;
    use thalweg::run::CheckpointPlan;

    fn solvers() -> Vec<Solver> {
        vec![
            Solver::SingleLoop(SingleLoop { assume_cocoercive: true, ..SingleLoop::default() }),
            Solver::Guarded(GuardedHalpern::default()),
            Solver::Inexact(InexactHalpern { batch: 2, ..InexactHalpern::default() }),
            Solver::Inexact(InexactHalpern { accuracy: Accuracy::Iterations(0.5), ..InexactHalpern::default() }),
            Solver::Reflected(ForwardReflectedBackward::default()),
            Solver::Pdhg(HalpernPdhg::default()),
            Solver::Halpern(FullOperator::new(Halpern::default())),
            Solver::Extragradient(FullOperator::new(Extragradient)),
            Solver::Optimistic(FullOperator::new(Optimistic)),
            Solver::AnchoredExtragradient(FullOperator::new(AnchoredExtragradient)),
            Solver::FastExtragradient(FullOperator::new(FastExtragradient)),
            Solver::AnchoredPopov(FullOperator::new(AnchoredPopov)),
            Solver::VarianceReducedExtragradient(Snapshots::new(VarianceReducedExtragradient)),
            Solver::VarianceReducedForwardBackwardForward(Snapshots::new(VarianceReducedForwardBackwardForward)),
            Solver::StochasticExtragradient(Snapshots::new(StochasticExtragradient)),
            Solver::SvrgForwardBackward(Snapshots::new(SvrgForwardBackward)),
        ]
    }

    fn bits(solution: &InclusionSolution) -> Vec<u64> {
        solution.point.iter().map(|x| x.to_bits()).collect()
    }

    fn options(solver: &Solver, max_iterations: u64) -> Options {
        Options { solver: solver.clone(), tolerance: 1e-12, max_iterations, ..Options::default() }
    }

    #[test]
    fn threads_do_not_matter() {
        // Large enough for the parallel paths of the kernels.
        let (operator, simplices, start) = games::policemen_and_burglar(300).unwrap().inclusion().unwrap();
        let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
        for solver in solvers() {
            let run = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| bits(&solve(&problem, &options(&solver, 3)).unwrap()))
            };
            let one = run(1);
            for threads in [2, 4] {
                assert_eq!(run(threads), one, "{solver:?}");
            }
        }
    }

    fn stop_and_resume_of(problem: &FiniteSumInclusion<'_>, solver: &Solver) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let steps = 7;
        let mut whole_trace = Trace::default();
        let session = Session { trace: Some(&mut whole_trace), ..Session::default() };
        let whole = solve_in(session, problem, &options(solver, steps)).unwrap();
        for stop in 1..steps {
            let mut trace = Trace::default();
            let plan = CheckpointPlan { path: path.clone(), interval: std::time::Duration::MAX };
            let first = Session { trace: Some(&mut trace), checkpoint: Some(plan), ..Session::default() };
            let half = solve_in(first, problem, &options(solver, stop)).unwrap();
            assert!(matches!(half.status, Status::IterationLimit | Status::Converged), "{solver:?}");
            let mut trace = Trace::default();
            let second = Session { trace: Some(&mut trace), resume: Some(path.clone()), ..Session::default() };
            let rest = solve_in(second, problem, &options(solver, steps)).unwrap();
            assert_eq!(bits(&rest), bits(&whole), "{solver:?} stopped at {stop}");
            assert_eq!(
                (rest.counts, rest.iterations, &rest.warnings),
                (whole.counts, whole.iterations, &whole.warnings)
            );
            assert_eq!(without_seconds(&trace), without_seconds(&whole_trace));
        }
    }

    #[test]
    fn stop_and_resume() {
        let (operator, simplices, start) = games::policemen_and_burglar(20).unwrap().inclusion().unwrap();
        let problem = FiniteSumInclusion::new(&operator, &simplices, Some(start)).unwrap();
        solvers().iter().for_each(|solver| stop_and_resume_of(&problem, solver));

        // With a change of method on the way.
        let fast = SingleLoop { step: Some(9.0), ..SingleLoop::default() };
        stop_and_resume_of(
            &problem,
            &Solver::Guarded(GuardedHalpern { single_loop: fast, ..GuardedHalpern::default() }),
        );

        let operator = saddles::ouyang_xu(6).unwrap();
        let problem = FiniteSumInclusion::new(&operator, &Zero, Some(vec![0.25; 12])).unwrap();
        stop_and_resume_of(&problem, &Solver::ExactResolvent(ExactResolvent::default()));

        // Lazy steps.
        let operator = saddles::sparse_least_squares(60, 40, 3, 1).unwrap();
        let problem = FiniteSumInclusion::new(&operator, &Zero, None).unwrap();
        stop_and_resume_of(&problem, &Solver::SingleLoop(SingleLoop::default()));
    }
}
