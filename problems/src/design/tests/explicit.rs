//! Implicit centring and scaling against a copy that is centred and scaled.

use super::*;

/// The four kinds of scaling: none, scaled, centred and scaled, by weighted moments.
fn kinds(design: &Design, weights: Option<&[f64]>) -> Vec<Design> {
    vec![
        design.clone(),
        design.clone().standardized(false, None).unwrap(),
        design.clone().standardized(true, None).unwrap(),
        design.clone().standardized(true, weights).unwrap(),
    ]
}

fn identity(p: usize) -> Scaling {
    Scaling { centre: vec![0.0; p], scale: vec![1.0; p] }
}

proptest! {
    #[test]
    fn every_method_is_that_of_the_explicit_matrix(table in tables(), seed in any::<u64>()) {
        let (n, p) = (table.rows, table.columns.len());
        let weights = weights_of(n, seed);
        let h: Vec<f64> = weights.clone().unwrap_or_else(|| vec![1.0; n]);
        let total_weight: f64 = h.iter().sum();
        let (v, coefficients) = (vector(n, seed), vector(p, seed + 1));
        let total: f64 = v.iter().sum();
        for raw in table.layouts() {
            for design in kinds(&raw, weights.as_deref()) {
                let explicit = table.scaled(design.scaling().unwrap_or(&identity(p)));
                let label = format!("{} {:?}", design.layout(), design.scaling());
                // Rounding is that of the columns before centring, in units of the scale.
                let size = |j: usize| {
                    let s = design.scaling().map_or(1.0, |s| s.scale[j]);
                    table.columns[j].iter().fold(0.0f64, |m, x| m.max(x.abs())) / s * (n as f64)
                };
                let flat = design.to_column_major();
                prop_assert_eq!((design.rows(), design.columns()), (n, p));
                let mut products = vec![f64::NAN; p];
                design.multiply_transposed(&v, &mut products);
                for j in 0..p {
                    let x = &explicit.columns[j];
                    let entries = flat[j * n..(j + 1) * n].iter().zip(x);
                    prop_assert!(entries.clone().all(|(a, b)| close(*a, *b, size(j))), "{label}: column {j}");
                    let dot: f64 = x.iter().zip(&v).map(|(x, v)| x * v).sum();
                    prop_assert!(close(design.dot(j, &v, total), dot, 3.0 * size(j)), "{label}: dot {j}");
                    prop_assert!(close(products[j], dot, 3.0 * size(j)), "{label}: product {j}");

                    let mut sum = v.clone();
                    let shift = design.add_column(j, -1.5, weights.as_deref(), &mut sum);
                    for i in 0..n {
                        let expected = v[i] - 1.5 * h[i] * x[i];
                        prop_assert!(close(sum[i] + shift * h[i], expected, 3.0 * size(j)), "{label}: add {j}");
                    }

                    let moments = design.moments(j, weights.as_deref(), total_weight);
                    let weighted = |f: &dyn Fn(f64) -> f64| -> f64 { x.iter().zip(&h).map(|(x, h)| h * f(*x)).sum() };
                    let sum = weighted(&|x| x);
                    let mean = sum / total_weight;
                    prop_assert!(close(moments.sum, sum, size(j)), "{label}: sum {j}");
                    prop_assert!(close(moments.squares, weighted(&|x| x * x), size(j).powi(2)), "{label}: squares {j}");
                    let centred = weighted(&|x| (x - mean) * (x - mean));
                    prop_assert!(close(moments.centred_squares, centred, size(j).powi(2)), "{label}: centred {j}");
                }
                let mut fit = vec![f64::NAN; n];
                design.multiply(&coefficients, &mut fit);
                let all: f64 = (0..p).map(|j| size(j) * coefficients[j].abs()).sum();
                for i in 0..n {
                    let expected: f64 = (0..p).map(|j| explicit.columns[j][i] * coefficients[j]).sum();
                    prop_assert!(close(fit[i], expected, all), "{label}: fit {i}");
                }
            }
        }
    }

    #[test]
    fn gram_columns(table in tables(), seed in any::<u64>()) {
        let (n, p) = (table.rows, table.columns.len());
        let weights = weights_of(n, seed);
        let h: Vec<f64> = weights.clone().unwrap_or_else(|| vec![1.0; n]);
        let total: f64 = h.iter().sum();
        // Every other column, backwards, so that positions and indices differ.
        let others: Vec<usize> = (0..p).rev().step_by(2).collect();
        for raw in table.layouts() {
            for design in kinds(&raw, weights.as_deref()) {
                let explicit = table.scaled(design.scaling().unwrap_or(&identity(p)));
                let sums: Vec<f64> =
                    (0..p).map(|j| design.moments(j, weights.as_deref(), total).sum).collect();
                let (mut buffer, mut out) = (vec![0.0; n], vec![f64::NAN; others.len()]);
                for j in 0..p {
                    for about in [None, Some(total)] {
                        design.gram_column(j, &others, weights.as_deref(), &sums, about, &mut buffer, &mut out);
                        prop_assert!(buffer.iter().all(|&b| b == 0.0), "the buffer is clean again");
                        for (&k, &found) in others.iter().zip(&out) {
                            let (a, b) = (&explicit.columns[j], &explicit.columns[k]);
                            let mean = |x: &[f64]| match about {
                                Some(_) => x.iter().zip(&h).map(|(x, h)| x * h).sum::<f64>() / total,
                                None => 0.0,
                            };
                            let (ma, mb) = (mean(a), mean(b));
                            let expected: f64 = (0..n).map(|i| h[i] * (a[i] - ma) * (b[i] - mb)).sum();
                            let scale = |j: usize| design.scaling().map_or(1.0, |s| s.scale[j]);
                            let largest = |j: usize| table.columns[j].iter().fold(0.0f64, |m, x| m.max(x.abs()));
                            let size = largest(j) * largest(k) / (scale(j) * scale(k)) * n as f64;
                            prop_assert!(
                                close(found, expected, 3.0 * size),
                                "{} {:?}, about {about:?}: {j}, {k}: {found} and {expected}",
                                design.layout(), design.scaling()
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn scaled_coefficients_fit_the_original_data(table in tables(), seed in any::<u64>(), intercept in -5.0..5.0f64) {
        let (n, p) = (table.rows, table.columns.len());
        let raw = table.sparse();
        for design in kinds(&raw, weights_of(n, seed).as_deref()).into_iter().skip(1) {
            let scaling = design.scaling().unwrap();
            let x = vector(p, seed);
            let (original, shifted) = scaling.to_original(&x, intercept);
            let (mut a, mut b) = (vec![0.0; n], vec![0.0; n]);
            design.multiply(&x, &mut a);
            raw.multiply(&original, &mut b);
            let size: f64 = (0..p).map(|j| original[j].abs() * (scaling.centre[j].abs() + 10.0)).sum();
            for (a, b) in a.iter().zip(&b) {
                prop_assert!(close(a + intercept, b + shifted, size));
            }
            let (back, c) = scaling.from_original(&original, shifted);
            prop_assert!(close(c, intercept, size));
            for (a, b) in back.iter().zip(&x) {
                prop_assert!((a - b).abs() <= 1e-15 * b.abs());
            }
        }
    }

    /// Means 0 and deviations 1, in the weights asked for.
    #[test]
    fn standardized_columns_are_standard(table in tables(), seed in any::<u64>()) {
        let weights = weights_of(table.rows, seed);
        let h: Vec<f64> = weights.clone().unwrap_or_else(|| vec![1.0; table.rows]);
        let total: f64 = h.iter().sum();
        for raw in table.layouts() {
            let design = raw.standardized(true, weights.as_deref()).unwrap();
            for j in 0..design.columns() {
                let m = design.moments(j, weights.as_deref(), total);
                let largest = table.columns[j].iter().fold(0.0f64, |m, x| m.max(x.abs()));
                let size = total * (1.0 + largest / design.scaling().unwrap().scale[j]);
                prop_assert!(m.sum.abs() <= 1e-14 * size, "column {j}: {m:?}");
                let constant = {
                    let mut seen = table.columns[j].iter().zip(&h).filter(|(_, h)| **h > 0.0).map(|(x, _)| x);
                    let first = seen.next();
                    seen.all(|x| Some(x) == first)
                };
                if constant {
                    prop_assert!(m.squares == 0.0 && m.centred_squares == 0.0, "column {j}: {m:?}");
                    prop_assert_eq!(design.scaling().unwrap().scale[j], 1.0);
                } else {
                    prop_assert!((m.squares - total).abs() <= 1e-13 * total, "column {j}: {m:?}");
                    prop_assert!((m.centred_squares - total).abs() <= 1e-13 * total, "column {j}: {m:?}");
                }
            }
        }
    }
}
