//! Dense vectors at three sizes, matrix times vector, and two threads.

use crate::support::{Random, inside, on_levels};
use criterion::{Criterion, Throughput};
use std::hint::black_box;
use thalweg_kernels::dense::*;
use thalweg_kernels::parallel::{for_parts, sum_chunks};

/// Elements: two vectors of the first size fit in 32 KiB, of the second in 1 MiB, of the third in no cache.
const SIZES: [(&str, usize); 3] = [("L1", 1500), ("L2", 40_000), ("memory", 16_000_000)];

pub(crate) fn vectors(c: &mut Criterion) {
    for (place, n) in SIZES {
        let mut random = Random(1);
        let (a, b, w) = (random.vector(n), random.vector(n), random.vector(n));
        let mut y = random.vector(n);
        let bytes = |per_element: usize| Throughput::Bytes((per_element * n) as u64);

        let mut group = c.benchmark_group(format!("copy {place}"));
        group.throughput(bytes(16));
        group.bench_function("copy", |t| t.iter(|| y.copy_from_slice(black_box(&a))));
        group.finish();

        let mut group = c.benchmark_group(format!("dot {place}"));
        group.throughput(bytes(16));
        group.bench_function("naive", |t| t.iter(|| black_box(&a).iter().zip(&b).map(|(x, y)| x * y).sum::<f64>()));
        on_levels(&mut group, "ours", |t| t.iter(|| dot(black_box(&a), &b)));
        #[cfg(feature = "peers")]
        {
            let (fa, fb) = (faer::ColRef::from_slice(&a), faer::ColRef::from_slice(&b));
            group.bench_function("faer", |t| t.iter(|| black_box(fa).transpose() * fb));
            let (na, nb) = (ndarray::aview1(&a), ndarray::aview1(&b));
            group.bench_function("ndarray", |t| t.iter(|| black_box(&na).dot(&nb)));
        }
        group.finish();

        let mut group = c.benchmark_group(format!("nrm2 {place}"));
        group.throughput(bytes(8));
        group.bench_function("naive", |t| t.iter(|| black_box(&a).iter().map(|x| x * x).sum::<f64>().sqrt()));
        on_levels(&mut group, "ours", |t| t.iter(|| nrm2(black_box(&a))));
        #[cfg(feature = "peers")]
        {
            let fa = faer::ColRef::from_slice(&a);
            group.bench_function("faer", |t| t.iter(|| black_box(fa).norm_l2()));
        }
        group.finish();

        let mut group = c.benchmark_group(format!("weighted_dot {place}"));
        group.throughput(bytes(24));
        let naive = || black_box(&w).iter().zip(&a).zip(&b).map(|((w, x), y)| w * x * y).sum::<f64>();
        group.bench_function("naive", |t| t.iter(naive));
        on_levels(&mut group, "ours", |t| t.iter(|| weighted_dot(black_box(&w), &a, &b)));
        group.finish();

        let mut group = c.benchmark_group(format!("axpy {place}"));
        group.throughput(bytes(24));
        group.bench_function("naive", |t| {
            t.iter(|| {
                for i in 0..n {
                    y[i] += 1e-9 * black_box(&a)[i];
                }
            });
        });
        on_levels(&mut group, "ours", |t| t.iter(|| axpy(1e-9, black_box(&a), &mut y)));
        #[cfg(feature = "peers")]
        {
            let na = ndarray::aview1(&a);
            let mut ny = ndarray::aview_mut1(&mut y);
            group.bench_function("ndarray", |t| t.iter(|| ny.scaled_add(1e-9, black_box(&na))));
            let fa = faer::ColRef::from_slice(&a);
            let mut fy = faer::ColMut::from_slice_mut(&mut y);
            group.bench_function("faer", |t| t.iter(|| fy += faer::Scale(1e-9) * black_box(fa)));
        }
        group.finish();

        let mut group = c.benchmark_group(format!("fused {place}"));
        group.throughput(bytes(24));
        group.bench_function("two dots separately", |t| t.iter(|| (dot(black_box(&a), &b), dot(black_box(&a), &w))));
        on_levels(&mut group, "two_dots", |t| t.iter(|| two_dots(black_box(&a), &b, &w)));
        group.throughput(bytes(32));
        group.bench_function("axpy, then dot", |t| {
            t.iter(|| {
                axpy(1e-9, black_box(&a), &mut y);
                dot(&y, &b)
            });
        });
        on_levels(&mut group, "axpy_dot", |t| t.iter(|| axpy_dot(1e-9, black_box(&a), &mut y, &b)));
        group.finish();
    }
}

pub(crate) fn matrices(c: &mut Criterion) {
    for (place, rows, columns) in [("L2", 400, 200), ("memory, tall", 400_000, 40), ("memory, square", 4000, 4000)] {
        let mut random = Random(2);
        let a = random.vector(rows * columns);
        let (mut x, mut r) = (random.vector(columns), random.vector(rows));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let mut group = c.benchmark_group(format!("gemv {place}"));
        group.throughput(Throughput::Bytes((8 * rows * columns) as u64));
        group.bench_function("naive y = A x", |t| {
            t.iter(|| {
                r.fill(0.0);
                for j in 0..columns {
                    for i in 0..rows {
                        r[i] += black_box(&a)[j * rows + i] * x[j];
                    }
                }
            });
        });
        on_levels(&mut group, "y = A x", |t| inside(&pool, t, || gemv(1.0, &a, rows, &x, 0.0, &mut r)));
        on_levels(&mut group, "y = A'x", |t| inside(&pool, t, || gemv_transposed(1.0, &a, rows, &r, 0.0, &mut x)));
        #[cfg(feature = "peers")]
        {
            use faer::linalg::matmul::matmul;
            let m = faer::MatRef::from_column_major_slice(&a, rows, columns);
            let mut product = |t: &mut criterion::Bencher<'_>, transposed: bool| {
                t.iter(|| {
                    let fx = faer::ColMut::from_slice_mut(&mut x);
                    let fr = faer::ColMut::from_slice_mut(&mut r);
                    let replace = faer::Accum::Replace;
                    if transposed {
                        matmul(fx, replace, black_box(m).transpose(), fr.as_ref(), 1.0, faer::Par::Seq);
                    } else {
                        matmul(fr, replace, black_box(m), fx.as_ref(), 1.0, faer::Par::Seq);
                    }
                });
            };
            group.bench_function("y = A x/faer", |t| product(t, false));
            group.bench_function("y = A'x/faer", |t| product(t, true));
            let m = ndarray::ArrayView2::from_shape((columns, rows), &a).unwrap();
            let (nx, nr) = (ndarray::aview1(&x), ndarray::aview1(&r));
            group.bench_function("y = A x/ndarray", |t| t.iter(|| black_box(&m).t().dot(&nx)));
            group.bench_function("y = A'x/ndarray", |t| t.iter(|| black_box(&m).dot(&nr)));
        }
        group.finish();
    }
}

/// What does not fit in a cache, on one thread and on two.
pub(crate) fn two_threads(c: &mut Criterion) {
    let n = SIZES[2].1;
    let mut random = Random(3);
    let (a, b) = (random.vector(n), random.vector(n));
    let mut y = random.vector(n);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut group = c.benchmark_group(format!("threads {threads}"));
        group.throughput(Throughput::Bytes(16 * n as u64));
        group.bench_function("copy", |t| {
            inside(&pool, t, || for_parts(&mut y, n, |start, part| part.copy_from_slice(&a[start..][..part.len()])));
        });
        group.bench_function("dot", |t| inside(&pool, t, || sum_chunks(n, |r| dot(&a[r.clone()], &b[r]))));
        group.throughput(Throughput::Bytes(24 * n as u64));
        group.bench_function("axpy", |t| {
            inside(&pool, t, || for_parts(&mut y, n, |start, part| axpy(1e-9, &a[start..][..part.len()], part)));
        });
        group.finish();
    }
}
