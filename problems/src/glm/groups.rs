//! Partitions of coefficients into groups.

use crate::error::{ProblemError, same_length};
use crate::fingerprint::Fingerprint;

/// Disjoint groups that together are all coefficients of p columns and q targets. Coefficient j of target t has number
/// `t p + j`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    columns: usize,
    targets: usize,
    /// Group b has the coefficients `members[starts[b]..starts[b + 1]]`, ascending.
    starts: Vec<usize>,
    members: Vec<usize>,
}

impl Groups {
    /// From lists of columns, each column in one of them; the coefficients of all `targets` of a column go together.
    ///
    /// # Errors
    /// If a list is empty, has a column twice or one that is not there, or a column is in two lists or none.
    pub fn new(groups: &[Vec<usize>], columns: usize, targets: usize) -> Result<Self, ProblemError> {
        let bad = |index: usize, problem: String| Err(ProblemError::Group { index, problem });
        let mut owner = vec![None; columns];
        for (b, group) in groups.iter().enumerate() {
            if group.is_empty() {
                return bad(b, "no columns: leave empty groups out".to_owned());
            }
            for &j in group {
                let Some(place) = owner.get_mut(j) else {
                    return bad(b, format!("column {j} (from 0), but there are {columns} columns"));
                };
                match place.replace(b) {
                    Some(other) if other == b => return bad(b, format!("column {j} (from 0) twice")),
                    Some(other) => {
                        return bad(
                            b,
                            format!("column {j} (from 0), which is in group {other} too: groups must not overlap"),
                        );
                    }
                    None => {}
                }
            }
        }
        if let Some(j) = owner.iter().position(Option::is_none) {
            return Err(ProblemError::Ungrouped { column: j });
        }
        let (mut starts, mut members) = (vec![0], Vec::new());
        for group in groups {
            let mut group = group.clone();
            group.sort_unstable();
            members.extend((0..targets).flat_map(|t| group.iter().map(move |j| t * columns + j)));
            starts.push(members.len());
        }
        Ok(Self { columns, targets, starts, members })
    }

    /// Groups of `size` consecutive columns; the last one may be smaller.
    ///
    /// # Errors
    /// If `size` is 0.
    pub fn consecutive(size: usize, columns: usize, targets: usize) -> Result<Self, ProblemError> {
        if size == 0 {
            return Err(ProblemError::Parameter { what: "the size of groups", value: 0.0, expected: "at least 1" });
        }
        let lists: Vec<Vec<usize>> =
            (0..columns).step_by(size).map(|start| (start..columns.min(start + size)).collect()).collect();
        Self::new(&lists, columns, targets)
    }

    /// From a label for each column: columns of one label are a group, in the order of their first columns. Also the label of
    /// each group.
    ///
    /// # Errors
    /// If there are not as many labels as columns.
    pub fn from_labels<L: Ord + Clone>(
        labels: &[L],
        columns: usize,
        targets: usize,
    ) -> Result<(Self, Vec<L>), ProblemError> {
        same_length("the list of group labels", labels.len(), columns)?;
        let (mut lists, mut names) = (Vec::<Vec<usize>>::new(), Vec::new());
        let mut known = std::collections::BTreeMap::new();
        for (j, label) in labels.iter().enumerate() {
            let b = *known.entry(label.clone()).or_insert_with(|| {
                lists.push(Vec::new());
                names.push(label.clone());
                lists.len() - 1
            });
            lists[b].push(j);
        }
        Ok((Self::new(&lists, columns, targets)?, names))
    }

    /// Every coefficient for itself: with weights 1, the L1 norm.
    pub fn singletons(columns: usize, targets: usize) -> Self {
        let m = columns * targets;
        Self { columns, targets, starts: (0..=m).collect(), members: (0..m).collect() }
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are no columns, and so no groups.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of columns, p.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of targets, q.
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// The coefficients of a group.
    pub fn members(&self, b: usize) -> &[usize] {
        &self.members[self.starts[b]..self.starts[b + 1]]
    }

    /// Where the members of group b stand in an array that has those of all groups one after the other.
    pub fn range(&self, b: usize) -> std::ops::Range<usize> {
        self.starts[b]..self.starts[b + 1]
    }

    /// Column and target of a coefficient.
    pub fn place(&self, coefficient: usize) -> (usize, usize) {
        (coefficient % self.columns, coefficient / self.columns)
    }

    /// The size of the largest group.
    pub fn largest(&self) -> usize {
        self.starts.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0)
    }

    /// The square roots of the groups' numbers of columns: their usual weights.
    pub fn usual_weights(&self) -> Vec<f64> {
        self.starts.windows(2).map(|w| ((w[1] - w[0]) as f64 / self.targets as f64).sqrt()).collect()
    }

    pub(crate) fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.words(&[self.columns as u64, self.targets as u64]);
        self.starts.iter().chain(&self.members).for_each(|&k| hash.word(k as u64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_columns_of_all_targets() {
        let groups = Groups::new(&[vec![2, 0], vec![1]], 3, 2).unwrap();
        assert_eq!((groups.members(0), groups.members(1)), (&[0, 2, 3, 5][..], &[1, 4][..]));
        assert_eq!(groups.place(5), (2, 1));
        assert_eq!(groups.usual_weights(), [2.0_f64.sqrt(), 1.0]);
        let (named, names) = Groups::from_labels(&["b", "a", "b"], 3, 2).unwrap();
        assert_eq!((named, names), (groups, vec!["b", "a"]));
        let chunks = Groups::consecutive(2, 5, 1).unwrap();
        assert_eq!((chunks.len(), chunks.members(2), chunks.largest()), (3, &[4][..], 2));
        assert_eq!(Groups::singletons(2, 2).members(3), [3]);
    }

    #[test]
    fn refusals_name_group_and_column() {
        let message = |groups: &[Vec<usize>]| Groups::new(groups, 4, 1).unwrap_err().to_string();
        assert!(
            message(&[vec![0, 1], vec![1, 2, 3]])
                .contains("group 1 (from 0) has column 1 (from 0), which is in group 0")
        );
        assert!(message(&[vec![0, 1, 0], vec![2, 3]]).contains("group 0 (from 0) has column 0 (from 0) twice"));
        assert!(message(&[vec![0, 1], vec![3]]).contains("column 2 (from 0) is in no group"));
        assert!(message(&[vec![0, 1, 2, 3], vec![]]).contains("group 1 (from 0) has no columns"));
        assert!(message(&[vec![0, 1, 2, 7]]).contains("column 7 (from 0), but there are 4 columns"));
        assert!(Groups::consecutive(0, 4, 1).unwrap_err().to_string().contains("size of groups is 0"));
        assert!(Groups::from_labels(&[1], 4, 1).unwrap_err().to_string().contains("length 1, expected 4"));
    }
}
