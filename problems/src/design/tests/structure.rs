//! Data that are not a matrix.

use super::*;
use crate::error::ProblemError;

/// The message of the error that building gives.
fn refusal(result: Result<Design, ProblemError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn wrong_sizes() {
    assert!(refusal(Design::from_column_major(2, 2, vec![0.0; 3])).contains("length 3, expected 4"));
    assert!(refusal(Design::from_column_major(0, 2, vec![])).contains("no rows"));
    assert!(refusal(Design::from_column_major(usize::MAX, 2, vec![])).contains("too many entries"));
    assert!(refusal(Design::from_csc(0, vec![0], vec![], vec![])).contains("no rows"));
    assert!(refusal(Design::from_csc(2, vec![0, 1], vec![0], vec![])).contains("length 0, expected 1"));
    assert!(refusal(Design::from_faer(faer::Mat::zeros(0, 3).as_ref())).contains("no rows"));
}

#[test]
fn malformed_compressed_columns() {
    let pattern = |indptr: &[usize], indices: &[u32]| refusal(Design::from_pattern(3, indptr.into(), indices.into()));
    for pointers in [&[][..], &[1, 2], &[0, 1], &[0]] {
        assert!(pattern(pointers, &[0, 1]).contains("must run from 0 to 2"), "{pointers:?}");
    }
    assert!(pattern(&[0, 2, 1, 2], &[0, 1]).contains("pointers of column 1 descend"));
    assert!(pattern(&[0, 9, 2], &[0, 1]).contains("pointers of column 0"));
    assert!(pattern(&[0, 1, 3], &[2, 1, 1]).contains("column 1 must ascend, but 1 follows 1"));
    assert!(pattern(&[0, 2], &[2, 0]).contains("column 0 must ascend, but 0 follows 2"));
    assert!(pattern(&[0, 0, 1], &[3]).contains("column 1 has row index 3, but there are 3 rows"));
    assert!(pattern(&[0, 1], &[u32::MAX]).contains("4294967295"));
}

#[test]
fn entries_that_are_not_finite_are_named() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let expected = |row, column| format!("row {row}, column {column} (from 0) is {value}");
        let mut values = vec![0.0; 12];
        values[7] = value;
        assert!(refusal(Design::from_column_major(4, 3, values)).contains(&expected(3, 1)));
        // Columns 0 and 2 are empty.
        let sparse = Design::from_csc(5, vec![0, 0, 2, 2, 4], vec![0, 3, 1, 4], vec![1.0, 1.0, value, 1.0]);
        assert!(refusal(sparse).contains(&expected(1, 3)));
        let first = Design::from_csc(5, vec![0, 0, 2, 2, 4], vec![0, 3, 1, 4], vec![value, 1.0, 1.0, 1.0]);
        assert!(refusal(first).contains(&expected(0, 1)));
        let faer = faer::Mat::from_fn(3, 3, |i, j| if (i, j) == (2, 1) { value } else { 0.0 });
        assert!(refusal(Design::from_faer(faer.as_ref())).contains(&expected(2, 1)));
    }
}

#[test]
fn weights_of_a_scaling_are_checked() {
    let design = Design::from_column_major(2, 1, vec![1.0, 2.0]).unwrap();
    let with = |weights: &[f64]| design.clone().standardized(true, Some(weights));
    assert!(refusal(with(&[1.0])).contains("weights has length 1, expected 2"));
    assert!(refusal(with(&[1.0, -1.0])).contains("weight 1"));
    assert!(refusal(with(&[f64::NAN, 1.0])).contains("weight 0"));
    // Without any weight nothing is known of the columns.
    let nothing = with(&[0.0, 0.0]).unwrap();
    assert_eq!(nothing.scaling(), Some(&Scaling { centre: vec![0.0], scale: vec![1.0] }));
    let huge = Design::from_column_major(2, 2, vec![1.0, 2.0, 1e149, -1e149]).unwrap();
    assert!(refusal(huge.standardized(true, Some(&[1e20, 1e20]))).contains("squares of column 1 overflow"));
    let too_large = refusal(Design::from_column_major(2, 2, vec![1.0, 2.0, 1e149, -1e151]));
    assert!(too_large.contains("row 1, column 1") && too_large.contains("at most 1e150"), "{too_large}");
}

/// A scaling replaces an earlier one.
#[test]
fn scaling_twice_is_scaling_once() {
    let table = Table { rows: 3, columns: vec![vec![1.0, 2.0, 6.0], vec![0.0, 5.0, 0.0]] };
    for design in table.layouts() {
        let once = design.standardized(true, None).unwrap();
        let twice = once.clone().standardized(false, None).unwrap().standardized(true, None).unwrap();
        assert_eq!(once.scaling(), twice.scaling());
    }
}
