//! Values: norms at the borders of the range, matrix products against loops, shapes.

use crate::support::{Random, all_bits, bits};
use std::panic::{AssertUnwindSafe, catch_unwind};
use thalweg_kernels::dense::*;
use thalweg_kernels::parallel::sum_chunks;

#[test]
fn the_euclidean_norm_neither_overflows_nor_underflows() {
    let max = f64::MAX;
    for n in [1usize, 4, 16, 64] {
        let root = (n as f64).sqrt();
        for x in [1.0, 1e-200, 1e200, 3e-320, f64::MIN_POSITIVE, 1e-146, 1.5e154] {
            let got = nrm2(&vec![-x; n]);
            assert!((got / x - root).abs() <= 1e-15 * root, "{x} x {n}: {got}");
        }
    }
    assert_eq!(nrm2(&[5e-324]), 5e-324);
    assert_eq!(nrm2(&[max]), max);
    assert_eq!(nrm2(&[max, max]), f64::INFINITY);
    assert_eq!(nrm2(&[3e300, 0.0, -4e300]), 5e300);
    assert_eq!(nrm2(&[0.0, -0.0]), 0.0);
    assert_eq!(nrm2(&[]), 0.0);
    assert_eq!(nrm2(&[1.0, f64::NEG_INFINITY, 1e300]), f64::INFINITY);
    assert!(nrm2(&[f64::INFINITY, f64::NAN]).is_nan());
    assert!(nrm2(&[1e300, f64::NAN, 1e300]).is_nan());
}

#[test]
fn the_maximum_norm() {
    assert_eq!(nrm_inf(&[]), 0.0);
    assert_eq!(bits(nrm_inf(&[-0.0])), 0);
    let mut random = Random(4);
    for n in 1..100 {
        let mut a = random.vector(n);
        let position = random.below(n);
        a[position] = -4e6;
        assert_eq!(nrm_inf(&a), 4e6);
        a[random.below(n)] = f64::NAN;
        assert!(nrm_inf(&a).is_nan());
    }
}

#[test]
fn soft_threshold_is_the_proximal_map() {
    for (u, t, expected) in
        [(3.0, 1.0, 2.0), (-3.0, 1.0, -2.0), (0.5, 1.0, 0.0), (-0.5, 1.0, -0.0), (1.0, 1.0, 0.0), (2.0, 0.0, 2.0)]
    {
        assert_eq!(bits(soft_threshold(u, t)), bits(expected), "{u} {t}");
    }
    assert!(soft_threshold(f64::NAN, 1.0).is_nan());
    assert_eq!(soft_threshold(f64::NEG_INFINITY, 1.0), f64::NEG_INFINITY);
}

#[test]
fn matrix_products_add_in_the_stated_order() {
    let mut random = Random(5);
    let shapes = if cfg!(miri) {
        vec![(9usize, 5usize)]
    } else {
        vec![(0, 3), (3, 0), (1, 1), (7, 4), (33, 9), (600, 6), (5000, 3)]
    };
    for (rows, columns) in shapes {
        for stride in [rows, rows + 3] {
            let a = random.vector((stride * columns).saturating_sub(stride - rows));
            let (x, r) = (random.vector(columns), random.vector(rows));
            let (y, z) = (random.vector(rows), random.vector(columns));
            for (alpha, beta) in [(1.0, 0.0), (-0.7, 1.0), (0.3, 0.9)] {
                let mut got = if beta == 0.0 { vec![f64::NAN; rows] } else { y.clone() };
                gemv(alpha, &a, stride, &x, beta, &mut got);
                let expected: Vec<f64> = (0..rows)
                    .map(|i| {
                        let start = if beta == 0.0 { 0.0 } else { beta * y[i] };
                        (0..columns).fold(start, |s, j| s + alpha * x[j] * a[j * stride + i])
                    })
                    .collect();
                assert_eq!(all_bits(&got), all_bits(&expected));

                let mut got = if beta == 0.0 { vec![f64::NAN; columns] } else { z.clone() };
                gemv_transposed(alpha, &a, stride, &r, beta, &mut got);
                let expected: Vec<f64> = (0..columns)
                    .map(|j| {
                        let column = &a[j * stride..][..rows];
                        let s = sum_chunks(rows, |c| dot(&column[c.clone()], &r[c]));
                        if beta == 0.0 { alpha * s } else { beta * z[j] + alpha * s }
                    })
                    .collect();
                assert_eq!(all_bits(&got), all_bits(&expected));
            }
        }
    }
}

#[test]
fn shapes_that_do_not_fit_panic() {
    let panics = |f: &dyn Fn()| assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
    panics(&|| gemv(1.0, &[0.0; 6], 1, &[0.0; 3], 0.0, &mut [0.0; 2]));
    panics(&|| gemv(1.0, &[0.0; 5], 2, &[0.0; 3], 0.0, &mut [0.0; 2]));
    panics(&|| gemv_transposed(1.0, &[0.0; 5], 2, &[0.0; 2], 0.0, &mut [0.0; 3]));
    panics(&|| gemv(1.0, &[0.0; 6], usize::MAX, &[0.0; 3], 0.0, &mut [0.0; 2]));
}

#[test]
fn lengths_that_differ_are_asserted_in_debug_and_cut_in_release() {
    let results = [
        catch_unwind(|| dot(&[1.0, 2.0], &[3.0])),
        catch_unwind(|| weighted_dot(&[1.0, 5.0], &[3.0], &[1.0, 2.0])),
        catch_unwind(|| two_dots(&[1.0, 2.0], &[3.0], &[1.0, 2.0]).0),
        catch_unwind(|| {
            let mut y = [0.0, 7.0];
            axpy(1.0, &[3.0], &mut y);
            assert_eq!(y[1], 7.0);
            y[0]
        }),
        catch_unwind(|| axpy_dot(1.0, &[1.0], &mut [2.0, 7.0], &[1.0, 1.0])),
    ];
    for got in results {
        if cfg!(debug_assertions) {
            assert!(got.is_err());
        } else {
            assert_eq!(got.unwrap(), 3.0);
        }
    }
}
