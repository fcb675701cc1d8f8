//! Which row is held out in which fold.

use thalweg_problems::ProblemError;
use thalweg_problems::generate::reference_random::SplitMix64;

/// The fold of every row, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    /// The fold of each row.
    pub of_row: Vec<usize>,
    /// How many folds there are.
    pub count: usize,
}

/// Deals the rows, shuffled by SplitMix64 of the seed, to `count` folds in turn. With `classes` (a label for each row) the
/// shuffled rows are dealt class by class, so that every fold has its share of each.
///
/// # Errors
/// If there are fewer than 2 folds, or more folds than rows.
pub fn assign_folds(rows: usize, count: usize, seed: u64, classes: Option<&[f64]>) -> Result<Folds, ProblemError> {
    if count < 2 || count > rows {
        return Err(ProblemError::Parameter {
            what: "the number of folds",
            value: count as f64,
            expected: "at least 2 and at most the number of rows",
        });
    }
    let mut order: Vec<usize> = (0..rows).collect();
    SplitMix64::new(seed).shuffle(&mut order);
    if let Some(classes) = classes {
        // Stable: inside a class the order stays random.
        order.sort_by(|&a, &b| classes[a].total_cmp(&classes[b]));
    }
    let mut of_row = vec![0; rows];
    for (k, &i) in order.iter().enumerate() {
        of_row[i] = k % count;
    }
    Ok(Folds { of_row, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_have_equal_sizes_and_shares_of_classes() {
        let classes: Vec<f64> = (0..53).map(|i| f64::from(u8::from(i % 5 == 0))).collect();
        let folds = assign_folds(53, 4, 3, Some(&classes)).unwrap();
        for fold in 0..4 {
            let rows: Vec<usize> = (0..53).filter(|&i| folds.of_row[i] == fold).collect();
            assert!((13..=14).contains(&rows.len()));
            let ones = rows.iter().filter(|&&i| classes[i] == 1.0).count();
            assert!((2..=3).contains(&ones), "11 ones in 4 folds, {ones} here");
        }
        assert_ne!(folds, assign_folds(53, 4, 4, Some(&classes)).unwrap());
        assert_eq!(folds, assign_folds(53, 4, 3, Some(&classes)).unwrap());
    }

    #[test]
    fn refusals() {
        assert!(assign_folds(5, 1, 0, None).unwrap_err().to_string().contains("is 1, expected at least 2"));
        assert!(assign_folds(5, 6, 0, None).unwrap_err().to_string().contains("is 6"));
        assert!(assign_folds(5, 5, 0, None).is_ok());
    }
}
