//! Recorded optimal values on real data, and certificates that tell right from wrong.
//!
//! The ignored tests read `$THALWEG_DATA/libsvm/NAME`:
//! `THALWEG_DATA=/path/to/data cargo test --test certificates -- --ignored`

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use thalweg::Certify;
use thalweg::datafit::Datafit;
use thalweg::formats::libsvm::{self, ReadOptions};
use thalweg::glm::GlmData;
use thalweg::glm::{self, GlmSolution, Options};
use thalweg::prelude::*;

/// A recorded optimum.
struct Record {
    name: &'static str,
    logistic: bool,
    intercept: bool,
    standardize: bool,
    lambda_max: f64,
    /// lambda_max / lambda, F*, support.
    optima: [(f64, f64, usize); 2],
    /// Intercepts in the original units of the data, where recorded.
    intercepts: Option<[f64; 2]>,
}

fn check(folder: &Path, record: &Record) {
    let file = folder.join(record.name);
    let data = libsvm::read_file(&file, &ReadOptions::default()).unwrap();
    let mut data = GlmData::from_libsvm(data).unwrap();
    if record.standardize {
        data.design = data.design.standardized(record.intercept, None).unwrap();
    }
    let loss: Box<dyn Datafit> = if record.logistic {
        Box::new(Logistic::from_labels(&data.labels).unwrap())
    } else {
        Box::new(Quadratic::new(data.labels.clone()).unwrap())
    };
    let unit = L1::new(1.0).unwrap();
    let null = Glm::new(&data.design, loss.as_ref(), &unit).unwrap().with_intercept(record.intercept).null_model();
    let lambda_max = null.null_strength.unwrap();
    approx(lambda_max, record.lambda_max, 2e-9, record.name);
    for (k, (ratio, value, support)) in record.optima.into_iter().enumerate() {
        let penalty = L1::new(lambda_max / ratio).unwrap();
        let problem = Glm::new(&data.design, loss.as_ref(), &penalty).unwrap().with_intercept(record.intercept);
        let solution = solve(&problem, 1e-11);
        approx(solution.objective, value, 1e-9, record.name);
        assert_eq!(solution.point.support(), support, "{} / {ratio}", record.name);
        if let Some(intercepts) = record.intercepts {
            approx(solution.point.intercept, intercepts[k], 1e-4, record.name);
        }
    }
}

fn solve<P: SeparablePenalty + ?Sized>(problem: &Glm<'_, P>, tolerance: f64) -> GlmSolution {
    let solution = glm::solve(problem, &Options { tolerance, ..Options::default() }).unwrap();
    assert_eq!(solution.status, Status::Converged, "{}", solution.reason);
    solution
}

fn approx(found: f64, expected: f64, relative: f64, what: &str) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found}, expected {expected}");
}

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

#[test]
fn diabetes_lasso() {
    check(
        &bundled(),
        &Record {
            name: "diabetes.svm",
            logistic: false,
            intercept: true,
            standardize: true,
            lambda_max: 1.996_073_33e4,
            optima: [(10.0, 7.987_670_446_6e5, 5), (100.0, 6.550_934_418_3e5, 8)],
            intercepts: None,
        },
    );
}

#[test]
fn wdbc_logistic() {
    for (intercept, optima, intercepts) in [
        (false, [(10.0, 178.463_702_42, 8), (100.0, 61.607_211_932, 13)], None),
        (true, [(10.0, 166.480_349_25, 5), (100.0, 61.157_831_183, 13)], Some([0.729_083_68, 0.438_703_49])),
    ] {
        // Recorded on centred and scaled columns, with and without intercept.
        let name = "wdbc.svm";
        let file = bundled().join(name);
        let data = libsvm::read_file(&file, &ReadOptions::default()).unwrap();
        let mut data = GlmData::from_libsvm(data).unwrap();
        data.design = data.design.standardized(true, None).unwrap();
        let loss = Logistic::from_labels(&data.labels).unwrap();
        let unit = L1::new(1.0).unwrap();
        let null = Glm::new(&data.design, &loss, &unit).unwrap().with_intercept(intercept).null_model();
        let lambda_max = null.null_strength.unwrap();
        approx(lambda_max, 218.315_766, 2e-9, name);
        for (k, (ratio, value, support)) in optima.into_iter().enumerate() {
            let penalty = L1::new(lambda_max / ratio).unwrap();
            let problem = Glm::new(&data.design, &loss, &penalty).unwrap().with_intercept(intercept);
            let solution = solve(&problem, 1e-11);
            approx(solution.objective, value, 1e-9, name);
            assert_eq!(solution.point.support(), support, "{name} / {ratio}");
            if let Some(intercepts) = intercepts {
                approx(solution.point.intercept, intercepts[k], 1e-4, name);
            }
        }
    }
}

/// Several classes are refused by the logistic loss, and every bundled file has a certified Lasso.
#[test]
fn bundled_files() {
    for (name, rows, columns, classes) in [
        ("wdbc", 569, 30, 2),
        ("diabetes", 442, 10, 0),
        ("iris", 150, 4, 3),
        ("digits", 1797, 61, 10),
        ("wine", 178, 13, 3),
    ] {
        let file = bundled().join(format!("{name}.svm"));
        let data = GlmData::from_libsvm(libsvm::read_file(&file, &ReadOptions::default()).unwrap()).unwrap();
        assert_eq!((data.design.rows(), data.design.columns()), (rows, columns), "{name}");
        if classes > 2 {
            let error = Logistic::from_labels(&data.labels).unwrap_err().to_string();
            assert!(error.contains(&format!("found {classes}")) && error.contains("multinomial"), "{error}");
        }
        let loss = Quadratic::new(data.labels).unwrap();
        let unit = L1::new(1.0).unwrap();
        let null = Glm::new(&data.design, &loss, &unit).unwrap().with_intercept(true).null_model();
        let penalty = L1::new(0.01 * null.null_strength.unwrap()).unwrap();
        let _ = solve(&Glm::new(&data.design, &loss, &penalty).unwrap().with_intercept(true), 1e-9);
    }
}

/// A certificate holds at the solution and at no point that is visibly worse.
#[test]
fn wrong_points_are_not_certified() {
    let data = thalweg::generate::gaussian::spiked_regression(60, 90, 9, 3).unwrap();
    let loss = Quadratic::new(data.targets).unwrap();
    let penalty = L1::new(10.0).unwrap();
    let problem = Glm::new(&data.design, &loss, &penalty).unwrap().with_intercept(true);
    let solution = solve(&problem, 1e-10);
    let right = problem.certify(&solution.point);
    assert!(right.holds(1e-10));
    for j in [0, 9, 17] {
        let mut wrong = solution.point.clone();
        wrong.coefficients[j] += 0.05;
        let certificate = problem.certify(&wrong);
        assert!(!certificate.holds(1e-6));
        // The gap is an upper bound of the excess.
        assert!(certificate.duality_gap >= certificate.objective - right.objective);
    }
    let mut wrong = solution.point.clone();
    wrong.intercept += 0.05;
    assert!(!problem.certify(&wrong).holds(1e-6));
    wrong.intercept = f64::NAN;
    assert!(!problem.certify(&wrong).holds(f64::MAX));
}

fn external() -> PathBuf {
    let folder = std::env::var_os("THALWEG_DATA").expect("THALWEG_DATA names the folder with libsvm/");
    PathBuf::from(folder).join("libsvm")
}

#[test]
#[ignore = "needs THALWEG_DATA"]
fn lasso_on_external_data() {
    let records = [
        ("housing_scale", false, 1.399_843_74e3, [(10.0, 1.019_620_780_1e4, 6), (100.0, 6.246_157_780e3, 11)]),
        ("diabetes-lars", true, 1.996_073_33e4, [(10.0, 7.987_670_446_6e5, 5), (100.0, 6.550_934_418_3e5, 8)]),
        ("leukemia-golub", true, 5.442_565_41e1, [(10.0, 8.731_076_613, 36), (100.0, 1.044_746_799, 69)]),
    ];
    for (name, standardize, lambda_max, optima) in records {
        let intercepts = None;
        check(
            &external(),
            &Record { name, logistic: false, intercept: true, standardize, lambda_max, optima, intercepts },
        );
    }
}

#[test]
#[ignore = "needs THALWEG_DATA"]
fn logistic_on_external_data() {
    let none = None;
    let records = [
        ("sonar", false, 10.742_050_0, [(10.0, 114.509_328_96, 13), (100.0, 78.862_732_517, 34)], none),
        (
            "sonar",
            true,
            7.358_683_17,
            [(10.0, 106.067_354_22, 16), (100.0, 70.017_109_971, 37)],
            Some([-2.461_592_64, -6.472_215_64]),
        ),
        ("heart_scale", false, 70.5, [(10.0, 130.968_906_09, 7), (100.0, 100.568_526_35, 12)], none),
        (
            "heart_scale",
            true,
            68.222_222_2,
            [(10.0, 129.562_034_99, 8), (100.0, 96.780_148_679, 12)],
            Some([0.363_667_28, 1.612_874_56]),
        ),
    ];
    for (name, intercept, lambda_max, optima, intercepts) in records {
        check(
            &external(),
            &Record { name, logistic: true, intercept, standardize: false, lambda_max, optima, intercepts },
        );
    }
}
