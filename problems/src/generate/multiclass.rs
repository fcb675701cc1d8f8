//! Instance C of Nutini, Laradji, Schmidt (JMLR 23, 2022, section 7): softmax regression on a sparse, wildly scaled design.

use super::reference_random::SplitMix64;
use super::scaled_sparse;
use crate::datafit::Softmax;
use crate::{Design, ProblemError};

/// The `n x p` design of instance A; the label of a row is the place of the largest entry of `X W + noise`, with standard
/// normal `W` (drawn row by row) and noise.
///
/// # Errors
/// If `n = 0` or `classes < 2`.
pub fn classes(n: usize, p: usize, classes: usize, seed: u64) -> Result<(Design, Softmax), ProblemError> {
    let design = scaled_sparse::regression(n, p, seed)?.design;
    let mut random = SplitMix64::new(seed);
    // What the design took: two draws for each normal entry and column scale, one for each choice to keep an entry.
    (0..3 * n * p + 2 * p).for_each(|_| {
        random.next_u64();
    });
    let weights: Vec<f64> = (0..p * classes).map(|_| random.normal()).collect();
    let mut fits = vec![0.0; n * classes];
    for (c, fit) in fits.chunks_exact_mut(n).enumerate() {
        let column: Vec<f64> = (0..p).map(|f| weights[f * classes + c]).collect();
        design.multiply(&column, fit);
    }
    let label = |i: usize, random: &mut SplitMix64| {
        let mut best = (0, f64::NEG_INFINITY);
        for c in 0..classes {
            let score = fits[c * n + i] + random.normal();
            if score > best.1 {
                best = (c, score);
            }
        }
        best.0
    };
    let labels = (0..n).map(|i| label(i, &mut random)).collect();
    Ok((design, Softmax::new(labels, classes)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recorded facts of C(100, 40, 5, 3).
    #[test]
    fn the_recorded_instance() {
        let (design, softmax) = classes(100, 40, 5, 3).unwrap();
        assert_eq!((design.rows(), design.columns()), (100, 40));
        let count = |c: usize| softmax.labels().iter().filter(|&&y| y == c).count();
        assert_eq!([0, 1, 2, 3, 4].map(count), [29, 31, 7, 31, 2]);
        approx::assert_relative_eq!(softmax.value(&[0.0; 500]), 160.943_791_243_409_95, max_relative = 1e-14);
    }
}
