//! One sparse column, and products with a compressed matrix.

use crate::support::{Random, inside};
use criterion::{Criterion, Throughput};
use std::hint::black_box;
use thalweg_kernels::sparse::*;

fn sorted_indices(random: &mut Random, count: usize, first: usize, last: usize) -> Vec<u32> {
    // One in each of `count` equal slices: sorted, without repetition.
    (0..count)
        .map(|k| {
            let (a, b) = (first + (last - first) * k / count, first + (last - first) * (k + 1) / count);
            (a + random.below(b - a)) as u32
        })
        .collect()
}

pub(crate) fn columns(c: &mut Criterion) {
    for (place, n, count) in [("L1", 2000, 200), ("L2", 65_000, 32_000), ("memory", 16_000_000, 1_000_000)] {
        let mut random = Random(5);
        let ix = sorted_indices(&mut random, count, 0, n);
        let v = random.vector(count);
        let single: Vec<f32> = v.iter().map(|&v| v as f32).collect();
        let mut x = random.vector(n);
        let bytes = |per_entry: usize| Throughput::Bytes((per_entry * count) as u64);

        let mut group = c.benchmark_group(format!("gather_dot {place}"));
        group.throughput(bytes(20));
        group.bench_function("naive", |t| {
            t.iter(|| black_box(&ix).iter().zip(&v).map(|(&i, &v)| v * x[i as usize]).sum::<f64>());
        });
        group.bench_function("ours", |t| t.iter(|| gather_dot(black_box(&ix), &v, &x)));
        #[cfg(feature = "peers")]
        {
            let column = sprs::CsVecViewI::new(n, &ix, &v);
            group.bench_function("sprs", |t| t.iter(|| black_box(&column).dot_dense(&x)));
        }
        group.throughput(bytes(16));
        group.bench_function("f32 values", |t| t.iter(|| gather_dot(black_box(&ix), &single, &x)));
        group.throughput(bytes(12));
        group.bench_function("pattern", |t| t.iter(|| gather_sum(black_box(&ix), &x)));
        group.finish();

        let mut group = c.benchmark_group(format!("scatter_axpy {place}"));
        group.throughput(bytes(28));
        group.bench_function("naive", |t| {
            t.iter(|| black_box(&ix).iter().zip(&v).for_each(|(&i, &v)| x[i as usize] += 1e-9 * v));
        });
        group.bench_function("ours", |t| t.iter(|| scatter_axpy(1e-9, black_box(&ix), &v, &mut x)));
        group.finish();
    }
}

pub(crate) fn products(c: &mut Criterion) {
    // Rows, columns, entries per row, width of the band.
    let shapes = [
        ("2000 x 20 in L2", 2000, 2000, 20, 2000),
        ("1 M x 10 band", 1_000_000, 1_000_000, 10, 4096),
        ("50 k x 400", 50_000, 20_000, 400, 20_000),
        ("500 k x 30 random", 500_000, 1_000_000, 30, 1_000_000),
    ];
    for (name, rows, columns, per_row, band) in shapes {
        let mut random = Random(6);
        let mut indices = Vec::new();
        let offsets: Vec<usize> = (0..=rows).map(|j| j * per_row).collect();
        for j in 0..rows {
            let first = (columns - band) * j / rows;
            indices.extend(sorted_indices(&mut random, per_row, first, first + band));
        }
        let values = random.vector(indices.len());
        let (mut x, mut y) = (random.vector(columns), random.vector(rows));
        let mut scratch = Vec::new();
        let mut group = c.benchmark_group(format!("product {name}"));
        group.throughput(Throughput::Bytes((12 * indices.len() + 24 * rows) as u64));
        group.bench_function("naive", |t| {
            t.iter(|| {
                for (y, o) in y.iter_mut().zip(black_box(&offsets).windows(2)) {
                    let entries = o[0]..o[1];
                    *y = indices[entries.clone()].iter().zip(&values[entries]).map(|(&i, &v)| v * x[i as usize]).sum();
                }
            });
        });
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            group.bench_function(format!("gather, threads {threads}"), |t| {
                inside(&pool, t, || gather_product(black_box(&offsets), &indices, &values, &x, &mut y));
            });
            group.bench_function(format!("scatter, threads {threads}"), |t| {
                inside(&pool, t, || scatter_product(black_box(&offsets), &indices, &values, &y, &mut x, &mut scratch));
            });
        }
        #[cfg(feature = "peers")]
        {
            let csr = sprs::CsMatViewI::<f64, u32, usize>::new((rows, columns), &offsets, &indices, &values);
            group.bench_function("gather/sprs", |t| {
                t.iter(|| {
                    y.fill(0.0); // the product of sprs adds to its output
                    sprs::prod::mul_acc_mat_vec_csr(black_box(csr.view()), &x, &mut y);
                });
            });
            let csc = csr.transpose_view();
            group.bench_function("scatter/sprs", |t| {
                t.iter(|| {
                    x.fill(0.0);
                    sprs::prod::mul_acc_mat_vec_csc(black_box(csc.view()), &y, &mut x);
                });
            });
            // faer's columns are our lines.
            let short: Vec<u32> = offsets.iter().map(|&o| o as u32).collect();
            let symbolic = faer::sparse::SymbolicSparseColMatRef::new_checked(columns, rows, &short, None, &indices);
            let a = faer::sparse::SparseColMatRef::new(symbolic, &values);
            group.bench_function("gather/faer", |t| {
                t.iter(|| {
                    let fy = faer::RowMut::from_slice_mut(&mut y).as_mat_mut();
                    let fx = faer::RowRef::from_slice(&x).as_mat();
                    let replace = faer::Accum::Replace;
                    faer::sparse::linalg::matmul::dense_sparse_matmul(
                        fy,
                        replace,
                        fx,
                        black_box(a),
                        1.0,
                        faer::Par::Seq,
                    );
                });
            });
            group.bench_function("scatter/faer", |t| {
                t.iter(|| {
                    let fx = faer::ColMut::from_slice_mut(&mut x).as_mat_mut();
                    let fy = faer::ColRef::from_slice(&y).as_mat();
                    let replace = faer::Accum::Replace;
                    faer::sparse::linalg::matmul::sparse_dense_matmul(
                        fx,
                        replace,
                        black_box(a),
                        fy,
                        1.0,
                        faer::Par::Seq,
                    );
                });
            });
        }
        group.finish();
    }
}
