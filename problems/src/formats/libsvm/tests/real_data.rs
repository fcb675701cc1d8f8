//! Public data sets against facts computed by other software.
//!
//! The folder named by `THALWEG_DATA` holds `libsvm/INDEX.tsv`, a table with a header line and the columns `name`,
//! `rows`, `features`, `task`, `nnz`, `lambda_max_centered` (others are ignored), and the files `libsvm/<name>`.

use super::*;

/// max_j |sum_i x_ij (t_i - mean t)|: the smallest L1 penalty of a least-squares fit with intercept that is all zero.
fn lambda_max_centered(data: &LibsvmData, binary: bool) -> f64 {
    let largest = data.labels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let target = |label: f64| {
        if !binary {
            label
        } else if label == largest {
            1.0
        } else {
            -1.0
        }
    };
    let mean = data.labels.iter().map(|&label| target(label)).sum::<f64>() / data.rows as f64;
    let mut most = 0.0_f64;
    for slot in 0..data.column_ids.len() {
        let entries = data.indptr[slot]..data.indptr[slot + 1];
        let product: f64 =
            entries.map(|k| data.values[k] * (target(data.labels[data.indices[k] as usize]) - mean)).sum();
        most = most.max(product.abs());
    }
    most
}

#[test]
#[ignore = "needs the data folder named by THALWEG_DATA"]
fn the_libsvm_folder() {
    let folder = std::env::var_os("THALWEG_DATA").expect("THALWEG_DATA names the data folder");
    let folder = std::path::Path::new(&folder).join("libsvm");
    let table = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|&other| other == name).unwrap();
    let mut count = 0;
    for line in lines {
        let (name, task) = (line[column("name")], line[column("task")]);
        let number = |column_name: &str| line[column(column_name)].parse::<f64>().unwrap();
        let data = read_file(folder.join(name), &ReadOptions::default()).unwrap();
        assert_eq!(data.rows as f64, number("rows"), "{name}");
        assert_eq!(data.features as f64, number("features"), "{name}");
        assert_eq!(data.nnz() as f64, number("nnz"), "{name}");
        let (lambda, expected) = (lambda_max_centered(&data, task == "binary"), number("lambda_max_centered"));
        // The table has nine digits.
        assert!((lambda - expected).abs() <= 1e-8 * expected, "{name}: {lambda:.9e}, expected {expected:.9e}");
        count += 1;
    }
    assert!(count > 0);
}
