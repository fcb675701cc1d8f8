//! Partitions of the variables into fixed blocks.

use super::problem::{BlockProblem, Scratch};
use super::stream::Stream;
use serde::{Deserialize, Serialize};
use thalweg_problems::ProblemError;

/// How fixed blocks are made; but for the last two, as consecutive pieces of a list of the variables. The last block is short
/// if it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partition {
    /// The given order.
    Order,
    /// A random order.
    Random,
    /// By falling constant `L_i`, ties in the given order: blocks of variables on one scale, the best choice of the paper.
    Sort,
    /// The largest constant, the smallest, the second largest, the second smallest, ...: every block has all scales.
    Average,
    /// As [`Sort`](Self::Sort), with the row sums `sum over j of |H_ij|` for constants.
    SortByRowSum,
    /// As [`Average`](Self::Average), with the row sums for constants.
    AverageByRowSum,
    /// Variables that `H` couples share a block: it begins with the free variable of largest constant, and takes the free
    /// variable of largest `|H_ij| / sqrt(L_i L_j)` to any of its members until it is full. Costs all columns of `H`.
    Clustered,
    /// These blocks, in any sizes: every variable in exactly one.
    Groups(Vec<Vec<usize>>),
}

impl Partition {
    /// The blocks, for constants `L_i`.
    ///
    /// # Errors
    /// If groups repeat or miss a variable.
    pub(super) fn blocks<P: BlockProblem + ?Sized>(
        &self,
        problem: &P,
        size: usize,
        constants: &[f64],
        seed: u64,
    ) -> Result<Vec<Vec<usize>>, ProblemError> {
        let mut list: Vec<usize> = (0..constants.len()).collect();
        match self {
            Self::Order => {}
            // Not the stream of the selection rule, which would then depend on the partition.
            Self::Random => Stream::new(!seed).shuffle(&mut list),
            Self::Sort => by_falling(&mut list, constants),
            Self::SortByRowSum => by_falling(&mut list, &problem.absolute_row_sums()),
            Self::Average => mix(&mut list, constants),
            Self::AverageByRowSum => mix(&mut list, &problem.absolute_row_sums()),
            Self::Clustered => return Ok(clusters(problem, size, constants)),
            Self::Groups(groups) => {
                check(groups, constants.len())?;
                return Ok(groups.iter().filter(|group| !group.is_empty()).cloned().collect());
            }
        }
        Ok(list.chunks(size).map(<[usize]>::to_vec).collect())
    }
}

fn by_falling(list: &mut [usize], constants: &[f64]) {
    list.sort_by(|&i, &j| constants[j].total_cmp(&constants[i]));
}

/// The largest, the smallest, the second largest, ...
fn mix(list: &mut Vec<usize>, constants: &[f64]) {
    by_falling(list, constants);
    let (half, m) = (list.len().div_ceil(2), list.len());
    *list = (0..half).flat_map(|k| [list[k], list[m - 1 - k]]).take(m).collect();
}

/// The greedy clustering; ties to the lowest index.
fn clusters<P: BlockProblem + ?Sized>(problem: &P, size: usize, constants: &[f64]) -> Vec<Vec<usize>> {
    let m = constants.len();
    let (all, mut by_constant): (Vec<usize>, Vec<usize>) = ((0..m).collect(), (0..m).collect());
    by_falling(&mut by_constant, constants);
    let root: Vec<f64> = constants.iter().map(|l| l.sqrt()).collect();
    let (mut free, mut column, mut scratch) = (vec![true; m], vec![0.0; m], Scratch::default());
    // The largest coupling of every variable to the block.
    let mut coupling = vec![0.0; m];
    let mut blocks = Vec::new();
    for &first in &by_constant {
        if !free[first] {
            continue;
        }
        coupling.fill(0.0);
        let (mut block, mut next) = (Vec::new(), Some(first));
        while let Some(i) = next {
            free[i] = false;
            block.push(i);
            next = None;
            if block.len() == size {
                break;
            }
            problem.bound_column(i, &all, &mut column, &mut scratch);
            let mut best = f64::NEG_INFINITY;
            for j in (0..m).filter(|&j| free[j]) {
                let scale = root[i] * root[j];
                let here = if scale > 0.0 { column[j].abs() / scale } else { 0.0 };
                if here > coupling[j] {
                    coupling[j] = here;
                }
                if coupling[j] > best {
                    (best, next) = (coupling[j], Some(j));
                }
            }
        }
        blocks.push(block);
    }
    blocks
}

/// Every variable in exactly one group.
fn check(groups: &[Vec<usize>], variables: usize) -> Result<(), ProblemError> {
    let mut seen = vec![false; variables];
    for (g, group) in groups.iter().enumerate() {
        for &i in group {
            match seen.get_mut(i) {
                Some(seen) if !*seen => *seen = true,
                Some(_) => return Err(wrong(format!("variable {i} (from 0) is in group {g} (from 0) and in another"))),
                None => return Err(wrong(format!("group {g} (from 0) has variable {i}, there are {variables}"))),
            }
        }
    }
    match seen.iter().position(|seen| !seen) {
        Some(i) => Err(wrong(format!("variable {i} (from 0) is in no group"))),
        None => Ok(()),
    }
}

fn wrong(message: String) -> ProblemError {
    ProblemError::Structure(format!("the groups are no partition: {message}"))
}

#[cfg(test)]
mod tests {
    use super::super::Quadratic;
    use super::Partition;
    use thalweg_problems::Design;

    /// Diagonal 3, 1, 4, 1, 5; variables 0 and 3 are strongly coupled, 1 and 4 weakly.
    const MATRIX: [[f64; 5]; 5] = [
        [3.0, 0.0, 0.0, 1.5, 0.0],
        [0.0, 1.0, 0.0, 0.0, 0.25],
        [0.0, 0.0, 4.0, 0.0, 0.0],
        [1.5, 0.0, 0.0, 1.0, 0.0],
        [0.0, 0.25, 0.0, 0.0, 5.0],
    ];

    fn blocks(partition: &Partition, size: usize) -> Result<Vec<Vec<usize>>, String> {
        let matrix = Design::from_column_major(5, 5, MATRIX.concat()).unwrap();
        let problem = Quadratic::new(&matrix, &[0.0; 5]).unwrap();
        partition.blocks(&problem, size, &[3.0, 1.0, 4.0, 1.0, 5.0], 0).map_err(|e| e.to_string())
    }

    #[test]
    fn the_partitions() {
        let pairs = |p: Partition| blocks(&p, 2).unwrap();
        assert_eq!(pairs(Partition::Order), [vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(pairs(Partition::Sort), [vec![4, 2], vec![0, 1], vec![3]]);
        assert_eq!(pairs(Partition::Average), [vec![4, 3], vec![2, 1], vec![0]]);
        // The row sums are 4.5, 1.25, 4, 2.5, 5.25.
        assert_eq!(pairs(Partition::SortByRowSum), [vec![4, 0], vec![2, 3], vec![1]]);
        assert_eq!(pairs(Partition::AverageByRowSum), [vec![4, 1], vec![0, 3], vec![2]]);
        let mut all = pairs(Partition::Random).concat();
        assert_ne!(all, [0, 1, 2, 3, 4]);
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn clusters_follow_the_coupling() {
        assert_eq!(blocks(&Partition::Clustered, 2).unwrap(), [vec![4, 1], vec![2, 0], vec![3]]);
        // After 4 and 1 nothing is coupled: the lowest free variable joins.
        assert_eq!(blocks(&Partition::Clustered, 3).unwrap(), [vec![4, 1, 0], vec![2, 3]]);
        assert_eq!(blocks(&Partition::Clustered, 5).unwrap(), [vec![4, 1, 0, 3, 2]]);
    }

    #[test]
    fn groups_are_checked() {
        let groups = |list: &[&[usize]]| blocks(&Partition::Groups(list.iter().map(|g| g.to_vec()).collect()), 2);
        assert_eq!(groups(&[&[3, 0, 1], &[], &[4, 2]]).unwrap(), [vec![3, 0, 1], vec![4, 2]]);
        for (list, what) in [
            (&[&[0, 1][..], &[2, 3]][..], "variable 4 (from 0) is in no group"),
            (&[&[0, 1, 2, 3, 4][..], &[1]], "variable 1 (from 0) is in group 1"),
            (&[&[0, 1, 2, 3, 4, 5][..]], "has variable 5, there are 5"),
        ] {
            assert!(groups(list).unwrap_err().contains(what), "{what}");
        }
    }
}
