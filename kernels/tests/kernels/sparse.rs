//! Sparse columns and products against dense loops; out-of-range indices.

use crate::support::{Random, all_bits, bits};
use std::panic::{AssertUnwindSafe, catch_unwind};
use thalweg_kernels::sparse::*;

/// A compressed matrix with `offsets.len() - 1` lines and `width` elements per line.
pub(crate) struct Compressed {
    pub(crate) offsets: Vec<usize>,
    pub(crate) indices: Vec<u32>,
    pub(crate) values: Vec<f64>,
}

impl Compressed {
    /// Lines of 0 to `longest` entries, short ones mostly, the last one the longest; indices not sorted.
    pub(crate) fn random(lines: usize, width: usize, longest: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut m = Self { offsets: vec![0], indices: Vec::new(), values: Vec::new() };
        for line in 0..lines {
            let u = if line + 1 == lines { 1.0 } else { random.unit() };
            for _ in 0..(u * u * longest as f64) as usize {
                m.indices.push(random.below(width) as u32);
            }
            m.offsets.push(m.indices.len());
        }
        m.values = random.vector(m.indices.len());
        m
    }

    fn lines(&self) -> usize {
        self.offsets.len() - 1
    }
}

/// `k % 8` chooses the lane, as documented.
fn in_stated_order(terms: &[f64]) -> f64 {
    let eights = terms.len() / 8 * 8;
    let mut s = [0.0; 8];
    for i in 0..eights {
        s[i % 8] += terms[i];
    }
    let tail = terms[eights..].iter().fold(0.0, |t, x| t + x);
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])) + tail
}

#[test]
fn columns_of_every_length() {
    let mut random = Random(11);
    let n = 97;
    let (w, x) = (random.vector(n), random.vector(n));
    for count in 0..if cfg!(miri) { 40 } else { 200 } {
        let ix: Vec<u32> = (0..count).map(|_| random.below(n) as u32).collect();
        let v = random.vector(count);
        let single: Vec<f32> = v.iter().map(|&v| v as f32).collect();
        let widened: Vec<f64> = single.iter().map(|&v| f64::from(v)).collect();
        let ones = vec![1.0; count];
        let at = |x: &[f64], k: usize| x[ix[k] as usize];

        let terms: Vec<f64> = (0..count).map(|k| v[k] * at(&x, k)).collect();
        assert_eq!(bits(gather_dot(&ix, &v, &x)), bits(in_stated_order(&terms)));
        let terms: Vec<f64> = (0..count).map(|k| v[k] * (at(&w, k) * at(&x, k))).collect();
        assert_eq!(bits(gather_weighted_dot(&ix, &v, &w, &x)), bits(in_stated_order(&terms)));
        assert_eq!(bits(gather_dot(&ix, &single, &x)), bits(gather_dot(&ix, &widened, &x)));
        assert_eq!(bits(gather_weighted_dot(&ix, &single, &w, &x)), bits(gather_weighted_dot(&ix, &widened, &w, &x)));
        assert_eq!(bits(gather_sum(&ix, &x)), bits(gather_dot(&ix, &ones, &x)));
        assert_eq!(bits(gather_weighted_sum(&ix, &w, &x)), bits(gather_weighted_dot(&ix, &ones, &w, &x)));

        let scattered = |f: &dyn Fn(&mut [f64])| {
            let mut y = x.clone();
            f(&mut y);
            all_bits(&y)
        };
        let expected = |value: &[f64], w: &[f64]| {
            scattered(&|y| (0..count).for_each(|k| y[ix[k] as usize] += 0.3 * (w[ix[k] as usize] * value[k])))
        };
        let no_weights = vec![1.0; n];
        assert_eq!(scattered(&|y| scatter_axpy(0.3, &ix, &v, y)), expected(&v, &no_weights));
        assert_eq!(scattered(&|y| scatter_axpy(0.3, &ix, &single, y)), expected(&widened, &no_weights));
        assert_eq!(scattered(&|y| scatter_add(0.3, &ix, y)), expected(&ones, &no_weights));
        assert_eq!(scattered(&|y| scatter_weighted_axpy(0.3, &ix, &v, &w, y)), expected(&v, &w));
        assert_eq!(scattered(&|y| scatter_weighted_axpy(0.3, &ix, &single, &w, y)), expected(&widened, &w));
        assert_eq!(scattered(&|y| scatter_weighted_add(0.3, &ix, &w, y)), expected(&ones, &w));
    }
}

#[test]
fn an_index_out_of_range_panics_wherever_it_is() {
    let n = 20;
    let x = vec![1.0; n];
    for count in [1usize, 7, 8, 9, 16, 21] {
        for position in 0..count {
            for bad in [n as u32, n as u32 + 1, 1 << 31, u32::MAX] {
                let mut ix = vec![3u32; count];
                ix[position] = bad;
                let v = vec![1.0; count];
                let panics = |f: &dyn Fn(&mut [f64])| {
                    let mut y = x.clone();
                    assert!(catch_unwind(AssertUnwindSafe(|| f(&mut y))).is_err(), "{bad} at {position} of {count}");
                };
                panics(&|_| {
                    gather_dot(&ix, &v, &x);
                });
                panics(&|_| {
                    gather_sum(&ix, &x);
                });
                panics(&|_| {
                    gather_weighted_dot(&ix, &v, &x, &x);
                });
                panics(&|_| {
                    gather_weighted_sum(&ix, &x, &x);
                });
                panics(&|y| scatter_axpy(1.0, &ix, &v, y));
                panics(&|y| scatter_add(1.0, &ix, y));
                panics(&|y| scatter_weighted_axpy(1.0, &ix, &v, &x, y));
                panics(&|y| scatter_weighted_add(1.0, &ix, &x, y));
                panics(&|y| gather_product(&[0, count], &ix, &v, &x, &mut y[..1]));
                panics(&|y| scatter_product(&[0, count], &ix, &v, &[1.0], y, &mut Vec::new()));
            }
        }
    }
    assert!(catch_unwind(|| gather_sum(&[0; 8], &[])).is_err());
}

#[test]
fn products_agree_with_dense_loops() {
    for (lines, width, longest) in [(0, 4, 3), (5, 1, 3), (1, 6, 40), (60, 13, 30), (13, 60, 30)] {
        let m = Compressed::random(lines, width, longest, 5);
        let mut random = Random(6);
        let (x, z) = (random.vector(width), random.vector(lines));
        let mut dense = vec![vec![0.0; width]; lines];
        let mut counts = dense.clone();
        for j in 0..m.lines() {
            for k in m.offsets[j]..m.offsets[j + 1] {
                dense[j][m.indices[k] as usize] += m.values[k];
                counts[j][m.indices[k] as usize] += 1.0;
            }
        }
        for (a, pattern) in [(&dense, false), (&counts, true)] {
            let close = |got: &[f64], row: &dyn Fn(usize) -> Vec<(f64, f64)>| {
                for (i, &got) in got.iter().enumerate() {
                    let sum: f64 = row(i).iter().map(|(a, b)| a * b).sum();
                    let size: f64 = row(i).iter().map(|(a, b)| (a * b).abs()).sum();
                    assert!((got - sum).abs() <= 1e-14 * size * 8.0, "{got} {sum}");
                }
            };
            let (mut y, mut t) = (vec![f64::NAN; lines], vec![f64::NAN; width]);
            let mut scratch = Vec::new();
            if pattern {
                gather_product_pattern(&m.offsets, &m.indices, &x, &mut y);
                scatter_product_pattern(&m.offsets, &m.indices, &z, &mut t, &mut scratch);
            } else {
                gather_product(&m.offsets, &m.indices, &m.values, &x, &mut y);
                scatter_product(&m.offsets, &m.indices, &m.values, &z, &mut t, &mut scratch);
            }
            close(&y, &|j| (0..width).map(|i| (a[j][i], x[i])).collect());
            close(&t, &|i| (0..lines).map(|j| (a[j][i], z[j])).collect());
        }
    }
}

/// With enough entries per element the scattered product is cut in parts; compared with one part per line.
#[test]
#[cfg_attr(miri, ignore = "long")]
fn a_scattered_product_in_parts_reaches_every_line_once() {
    let (lines, width) = (3000, 50);
    let m = Compressed::random(lines, width, 400, 8);
    assert!(m.indices.len() > 8 << 15, "all eight buffers are used");
    let x: Vec<f64> = (0..lines).map(|j| (j % 5) as f64 - 2.0).collect();
    // Small integers: every order of additions is exact.
    let values: Vec<f32> = (0..m.indices.len()).map(|k| (k % 7) as f32 - 3.0).collect();
    let mut expected = vec![0.0; width];
    for j in 0..lines {
        for k in m.offsets[j]..m.offsets[j + 1] {
            expected[m.indices[k] as usize] += x[j] * f64::from(values[k]);
        }
    }
    let mut y = vec![f64::NAN; width];
    let mut scratch = vec![f64::NAN; 3];
    for _ in 0..2 {
        scatter_product(&m.offsets, &m.indices, &values, &x, &mut y, &mut scratch);
        assert_eq!(y, expected);
    }
}

#[test]
fn a_window_of_lines_is_a_matrix() {
    let m = Compressed::random(40, 30, 20, 9);
    let x = Random(10).vector(30);
    let mut whole = vec![0.0; 40];
    gather_product(&m.offsets, &m.indices, &m.values, &x, &mut whole);
    let mut part = vec![0.0; 15];
    gather_product(&m.offsets[10..26], &m.indices, &m.values, &x, &mut part);
    assert_eq!(all_bits(&part), all_bits(&whole[10..25]));
}

#[test]
fn nan_and_infinity_reach_the_result() {
    let ix: Vec<u32> = (0..19).collect();
    for position in 0..19 {
        let mut x = vec![1.0; 19];
        x[position] = f64::NAN;
        assert!(gather_sum(&ix, &x).is_nan());
        assert!(gather_dot(&ix, &[0.0; 19], &x).is_nan());
        x[position] = f64::NEG_INFINITY;
        assert_eq!(gather_sum(&ix, &x), f64::NEG_INFINITY);
        let mut v = vec![1.0; 19];
        v[position] = f64::NAN;
        let mut y = vec![0.0; 19];
        scatter_product(&[0, 19, 19], &ix, &v, &[2.0, 1.0], &mut y, &mut Vec::new());
        assert!(y.iter().enumerate().all(|(i, y)| if i == position { y.is_nan() } else { *y == 2.0 }));
        // A line with the factor zero is skipped, as documented.
        scatter_product(&[0, 19, 19], &ix, &v, &[0.0, 1.0], &mut y, &mut Vec::new());
        assert!(y.iter().all(|&y| y == 0.0));
    }
}

#[test]
fn offsets_that_do_not_fit_panic() {
    let (ix, v, x) = (vec![0u32; 4], vec![1.0; 4], vec![1.0; 2]);
    for offsets in [vec![0, 4], vec![0, 3, 2], vec![0, 2, 5], vec![0, 1, 2, 3]] {
        let mut y = [0.0; 2];
        assert!(catch_unwind(AssertUnwindSafe(|| gather_product(&offsets, &ix, &v, &x, &mut y))).is_err());
        let scatter = || scatter_product(&offsets, &ix, &v, &x, &mut [0.0], &mut Vec::new());
        assert!(catch_unwind(AssertUnwindSafe(scatter)).is_err());
    }
}

#[test]
fn lengths_that_differ_are_asserted_in_debug_and_cut_in_release() {
    let got = catch_unwind(|| gather_dot(&[0, 1, 2], &[1.0, 10.0], &[1.0, 2.0, 4.0]));
    if cfg!(debug_assertions) {
        assert!(got.is_err());
    } else {
        assert_eq!(got.unwrap(), 21.0);
    }
}
