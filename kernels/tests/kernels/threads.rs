//! The same bits for 1, 2, 3, 4 and 8 threads, on every instruction set.

use crate::sparse::Compressed;
use crate::support::{Random, all_bits, bits, same_on_every_level};
use thalweg_kernels::dense::{dot, gemv, gemv_transposed};
use thalweg_kernels::parallel::{fill, map_reduce, sum_chunks};
use thalweg_kernels::sparse::{gather_product, scatter_product};

fn same_for_any_threads<R: PartialEq + std::fmt::Debug + Send>(what: &str, f: impl Fn() -> R + Sync) -> R {
    same_on_every_level(what, || {
        let mut results = [1, 2, 3, 4, 8].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(&f)
        });
        for k in 1..results.len() {
            assert!(results[k] == results[0], "{what}: differs with {} threads", [1, 2, 3, 4, 8][k]);
        }
        std::mem::replace(&mut results[0], f())
    })
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn chunked_reductions() {
    let mut random = Random(1);
    for n in [0, 1, 1000, 4096, 4097, 131_077, 1_000_003] {
        let (a, b) = (random.vector(n), random.vector(n));
        let s = same_for_any_threads("sum_chunks", || bits(sum_chunks(n, |r| dot(&a[r.clone()], &b[r]))));
        if n <= 4096 {
            assert_eq!(s, bits(dot(&a, &b)));
        }
        // Neither associative nor commutative.
        same_for_any_threads("map_reduce", || {
            map_reduce(n, usize::MAX, |r| dot(&a[r.clone()], &b[r]), |x, y| 0.5 * x - y).map(bits)
        });
    }
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn filled_vectors() {
    for n in [0, 1, 77, 100_003] {
        same_for_any_threads("fill", || {
            let mut out = vec![0.0; n];
            fill(&mut out, 50 * n, |j| 1.0 / (j as f64 + 1.0));
            all_bits(&out)
        });
    }
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn dense_products() {
    let mut random = Random(2);
    for (rows, columns) in [(3, 5), (513, 7), (100_003, 3), (9001, 33), (40, 5003)] {
        let stride = rows + rows % 3;
        let a = random.vector(stride * columns);
        let (x, r) = (random.vector(columns), random.vector(rows));
        let y = random.vector(rows);
        let z = random.vector(columns);
        same_for_any_threads("gemv", || {
            let mut y = y.clone();
            gemv(0.3, &a, stride, &x, 0.9, &mut y);
            all_bits(&y)
        });
        same_for_any_threads("gemv_transposed", || {
            let mut z = z.clone();
            gemv_transposed(0.3, &a, stride, &r, 0.9, &mut z);
            all_bits(&z)
        });
    }
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn sparse_products() {
    // The last one is cut in the full number of buffers, the second one has lines of very different lengths.
    for (lines, width, longest) in [(10, 10, 5), (30_000, 3000, 90), (4000, 200_000, 200), (20_000, 700, 40)] {
        let m = Compressed::random(lines, width, longest, lines as u64);
        let mut random = Random(3);
        let (x, z) = (random.vector(width), random.vector(lines));
        same_for_any_threads("gather_product", || {
            let mut y = vec![f64::NAN; lines];
            gather_product(&m.offsets, &m.indices, &m.values, &x, &mut y);
            all_bits(&y)
        });
        same_for_any_threads("scatter_product", || {
            let mut y = vec![f64::NAN; width];
            scatter_product(&m.offsets, &m.indices, &m.values, &z, &mut y, &mut Vec::new());
            all_bits(&y)
        });
    }
}
