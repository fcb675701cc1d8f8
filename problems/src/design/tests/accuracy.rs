//! Cancellation: columns whose mean is a million times their deviation.

use super::*;

const MEAN: f64 = 1e6;

/// Columns of mean 1e6 and deviation about 1; the deviations alone, exactly.
fn far_from_0(n: usize, p: usize) -> (Table, Table) {
    let mut random = SplitMix64::new(5);
    // Multiples of 2^-20, so that the sums with 1e6 are exact.
    let mut deviation = |_: usize| (random.normal() * 1_048_576.0).round() / 1_048_576.0;
    let near: Vec<Vec<f64>> = (0..p).map(|_| (0..n).map(&mut deviation).collect()).collect();
    let far = near.iter().map(|c| c.iter().map(|x| x + MEAN).collect()).collect();
    (Table { rows: n, columns: far }, Table { rows: n, columns: near })
}

/// `sum of h (a - mean a) (b - mean b)` of columns near 0.
fn centred_product(a: &[f64], b: &[f64], h: &[f64]) -> f64 {
    let total: f64 = h.iter().sum();
    let mean = |x: &[f64]| x.iter().zip(h).map(|(x, h)| x * h).sum::<f64>() / total;
    let (ma, mb) = (mean(a), mean(b));
    a.iter().zip(b).zip(h).map(|((a, b), h)| h * (a - ma) * (b - mb)).sum()
}

#[test]
fn moments_keep_their_digits() {
    let n = 501;
    let (far, near) = far_from_0(n, 3);
    let weights: Vec<f64> = vector(n, 9).iter().map(|x| x.abs()).collect();
    for weights in [None, Some(weights.as_slice())] {
        let h = weights.map_or(vec![1.0; n], <[f64]>::to_vec);
        // As solvers sum it, in another order than the columns.
        let total = thalweg_kernels::dense::sum(&h);
        for design in far.layouts() {
            for j in 0..3 {
                let expected = centred_product(&near.columns[j], &near.columns[j], &h);
                let found = design.moments(j, weights, total).centred_squares;
                assert!((found - expected).abs() <= 1e-13 * expected, "{}: {found}, {expected}", design.layout());
            }
            let standard = design.clone().standardized(true, weights).unwrap();
            for j in 0..3 {
                let m = standard.moments(j, weights, total);
                assert!((m.squares - total).abs() <= 1e-12 * total, "{}: {m:?}", design.layout());
                // The centre is a double near 1e6.
                assert!(m.sum.abs() <= total * 2.0 * MEAN * f64::EPSILON, "{}: {m:?}", design.layout());
            }
        }
    }
}

/// All but one row have an entry, and that row has no weight: what is left of the total weight is rounding.
#[test]
fn rows_without_entry_and_weight() {
    let n = 40;
    let (mut far, near) = far_from_0(n, 1);
    far.columns[0][17] = 0.0;
    let mut weights: Vec<f64> = vector(n, 2).iter().map(|x| x.abs()).collect();
    weights[17] = 0.0;
    let expected = centred_product(&near.columns[0], &near.columns[0], &weights);
    for total in [weights.iter().sum::<f64>(), thalweg_kernels::dense::sum(&weights)] {
        let found = far.sparse().moments(0, Some(&weights), total).centred_squares;
        assert!((found - expected).abs() <= 1e-12 * expected, "{found}, {expected}");
    }
}

/// Products of far columns: rounding counts once (1e6 times an ulp), not squared (1e12 times).
#[test]
fn gram_columns_of_full_columns_lose_one_factor_only() {
    let n = 501;
    let (far, near) = far_from_0(n, 4);
    let weights: Vec<f64> = vector(n, 9).iter().map(|x| x.abs()).collect();
    for weights in [None, Some(weights.as_slice())] {
        let h = weights.map_or(vec![1.0; n], <[f64]>::to_vec);
        let total = thalweg_kernels::dense::sum(&h);
        for raw in far.layouts() {
            for design in [raw.clone(), raw.clone().standardized(true, weights).unwrap()] {
                let sums: Vec<f64> = (0..4).map(|j| design.moments(j, weights, total).sum).collect();
                let (mut buffer, mut out) = (vec![0.0; n], [0.0; 4]);
                for j in 0..4 {
                    design.gram_column(j, &[0, 1, 2, 3], weights, &sums, Some(total), &mut buffer, &mut out);
                    for k in 0..4 {
                        let scale = |j: usize| design.scaling().map_or(1.0, |s| s.scale[j]);
                        let expected = centred_product(&near.columns[j], &near.columns[k], &h) / (scale(j) * scale(k));
                        let error = 4.0 * MEAN * f64::EPSILON * total;
                        assert!((out[k] - expected).abs() <= error, "{}: {} and {expected}", design.layout(), out[k]);
                    }
                }
            }
        }
    }
}

#[test]
fn products_with_standardized_far_columns() {
    let n = 501;
    let (far, near) = far_from_0(n, 2);
    let v = vector(n, 4);
    let total = thalweg_kernels::dense::sum(&v);
    let norm: f64 = v.iter().map(|v| v.abs()).sum();
    for raw in far.layouts() {
        let design = raw.standardized(true, None).unwrap();
        let deviations = near.dense().standardized(true, None).unwrap();
        for j in 0..2 {
            let (found, expected) = (design.dot(j, &v, total), deviations.dot(j, &v, total));
            assert!((found - expected).abs() <= 2.0 * MEAN * f64::EPSILON * norm, "{found} and {expected}");
            let scales = [&design, &deviations].map(|d| d.scaling().unwrap().scale[j]);
            assert!((scales[0] - scales[1]).abs() <= 1e-14, "{scales:?}");
        }
    }
}

/// Constant columns stay what they are: not scaled, without any deviation, however many rows round their sum.
#[test]
fn constant_columns() {
    let n = 200_000;
    for value in [0.1, -1e6 / 3.0, 1e-9, 0.0] {
        let weights: Vec<f64> = (0..n).map(|i| 0.1 + (i % 7) as f64).collect();
        let total = thalweg_kernels::dense::sum(&weights);
        let table = Table { rows: n, columns: vec![vec![value; n]] };
        for design in [table.dense(), table.sparse()] {
            let m = design.moments(0, None, n as f64);
            assert_eq!(m.centred_squares, 0.0, "{value}");
            assert!((m.squares - n as f64 * value * value).abs() <= 1e-9 * m.squares);
            assert_eq!(design.moments(0, Some(&weights), total).centred_squares, 0.0, "{value}");
            for weights in [None, Some(weights.as_slice())] {
                let standard = design.clone().standardized(true, weights).unwrap();
                let scaling = standard.scaling().unwrap();
                assert_eq!((scaling.centre[0], scaling.scale[0]), (value, 1.0), "{}", design.layout());
                let m = standard.moments(0, None, n as f64);
                assert_eq!((m.sum, m.squares, m.centred_squares), (0.0, 0.0, 0.0), "{value}");
                assert!(standard.to_column_major().iter().all(|&x| x == 0.0));
            }
        }
    }
    // Constant where there is weight.
    let design = Design::from_column_major(3, 1, vec![0.3, 0.3, 7.0]).unwrap();
    let m = design.moments(0, Some(&[1.0, 2.0, 0.0]), 3.0);
    assert_eq!(m.centred_squares, 0.0);
    // One bit beside constant is rounding; a part in 1e12 is not.
    let almost = |change: f64| {
        let design = Design::from_column_major(3, 1, vec![0.3, 0.3, 0.3 + change]).unwrap();
        design.moments(0, None, 3.0).centred_squares
    };
    assert_eq!(almost(5.6e-17), 0.0);
    assert!(almost(3e-13) > 0.0);
}
