//! `lambda_max` on standardized real data, against figures computed by other software.
//!
//! The folder named by `THALWEG_DATA` holds LIBSVM files as `libsvm/<name>`; two of the sets are part of the repository,
//! in `data/`.

use super::*;
use crate::formats::libsvm::{ReadOptions, read_file};
use std::path::{Path, PathBuf};

/// The design and the labels of a LIBSVM file.
fn load(path: &Path) -> (Design, Vec<f64>) {
    let data = read_file(path, &ReadOptions::default()).unwrap();
    let columns = usize::try_from(data.features).unwrap();
    let mut indptr = vec![0; columns + 1];
    for (slot, &id) in data.column_ids.iter().enumerate() {
        indptr[id as usize + 1] = data.indptr[slot + 1] - data.indptr[slot];
    }
    for j in 0..columns {
        indptr[j + 1] += indptr[j];
    }
    (Design::from_csc(data.rows, indptr, data.indices, data.values).unwrap(), data.labels)
}

fn lambda_max(design: &Design, datafit: &dyn Datafit, intercept: bool) -> f64 {
    let penalty = L1::new(1.0).unwrap();
    Glm::new(design, datafit, &penalty).unwrap().with_intercept(intercept).null_model().null_strength.unwrap()
}

/// The figures have nine digits.
fn agrees(found: f64, expected: f64, label: &str) {
    assert!((found - expected).abs() <= 1e-8 * expected, "{label}: {found:.9e}, expected {expected:.9e}");
}

/// Least squares with an intercept; +-1 for two classes.
fn squared(path: &Path, standardize: bool, expected: f64) {
    let (design, labels) = load(path);
    let classes = Logistic::from_labels(&labels).map(|l| l.signs().to_vec());
    let loss = Quadratic::new(classes.unwrap_or(labels)).unwrap();
    let design = if standardize { design.standardized(true, None).unwrap() } else { design };
    agrees(lambda_max(&design, &loss, true), expected, &path.display().to_string());
}

fn logistic(path: &Path, standardize: bool, plain: f64, with_intercept: f64) {
    let (design, labels) = load(path);
    let loss = Logistic::from_labels(&labels).unwrap();
    let design = if standardize { design.standardized(true, None).unwrap() } else { design };
    agrees(lambda_max(&design, &loss, false), plain, &format!("{}, no intercept", path.display()));
    agrees(lambda_max(&design, &loss, true), with_intercept, &path.display().to_string());
}

fn bundled(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(name)
}

#[test]
fn bundled_sets() {
    squared(&bundled("diabetes.svm"), true, 1.99607333e4);
    squared(&bundled("diabetes.svm"), false, 2.49466724e5);
    logistic(&bundled("wdbc.svm"), true, 218.315766, 218.315766);
    squared(&bundled("wdbc.svm"), false, 2.29682154e5);
    squared(&bundled("iris.svm"), false, 2.045e2);
    squared(&bundled("digits.svm"), false, 1.06581319e4);
    squared(&bundled("wine.svm"), false, 2.73761742e4);
}

#[test]
#[ignore = "needs the data folder named by THALWEG_DATA"]
fn the_libsvm_folder() {
    let folder = std::env::var_os("THALWEG_DATA").expect("THALWEG_DATA names the data folder");
    let file = |name: &str| Path::new(&folder).join("libsvm").join(name);
    squared(&file("housing_scale"), false, 1.39984374e3);
    squared(&file("diabetes-lars"), true, 1.99607333e4);
    squared(&file("colon-cancer-alon"), true, 3.74704655e1);
    squared(&file("leukemia-golub"), true, 5.44256541e1);
    logistic(&file("sonar"), false, 10.7420500, 7.35868317);
    logistic(&file("heart_scale"), false, 70.5, 68.2222222);
    logistic(&file("wdbc"), true, 218.315766, 218.315766);
}
