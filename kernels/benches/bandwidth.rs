//! Memory-bound kernels as a fraction of the bandwidth of a copy.
//!
//! ```text
//! cargo bench -p thalweg-kernels --bench bandwidth [-- ROUNDS]
//! ```
//!
//! The kernels take turns, so that all of them meet the same state of the machine, and the fastest of the rounds counts:
//! on a shared machine a mean measures the neighbours. Bytes are those that the loop names (a copy and a dot product 16
//! per element, axpy 24), so that a fraction above 1 is possible: a copy also moves, or has to avoid moving, the lines
//! that it overwrites.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench reports on stdout, and may panic")]

use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};
use thalweg_kernels::dense::*;
use thalweg_kernels::parallel::{for_parts, map_reduce, sum_chunks};
use thalweg_kernels::sparse::gather_product;

/// Elements of a vector: 64 MiB.
const N: usize = 8 << 20;
/// Rows of a band matrix with 16 entries per row.
const ROWS: usize = 1 << 19;

struct Data {
    a: Vec<f64>,
    b: Vec<f64>,
    w: Vec<f64>,
    y: Vec<f64>,
    offsets: Vec<usize>,
    indices: Vec<u32>,
}

type Kernel = (&'static str, usize, fn(&mut Data) -> f64);

/// Name, bytes, and the kernel, shared among the threads of the pool. What it returns only keeps it from being removed.
const KERNELS: [Kernel; 9] = [
    ("copy", 16 * N, |d| {
        for_parts(&mut d.y, N, |i, y| y.copy_from_slice(&d.a[i..][..y.len()]));
        d.y[0]
    }),
    ("naive dot, on one thread", 16 * N, |d| d.a.iter().zip(&d.b).map(|(a, b)| a * b).sum()),
    ("dot", 16 * N, |d| sum_chunks(N, |r| dot(&d.a[r.clone()], &d.b[r]))),
    ("sum_squares", 8 * N, |d| sum_chunks(N, |r| sum_squares(&d.a[r]))),
    ("weighted_dot", 24 * N, |d| sum_chunks(N, |r| weighted_dot(&d.w[r.clone()], &d.a[r.clone()], &d.b[r]))),
    ("axpy", 24 * N, |d| {
        for_parts(&mut d.y, N, |i, y| axpy(1e-9, &d.a[i..][..y.len()], y));
        d.y[0]
    }),
    ("two_dots", 24 * N, |d| {
        let dots = |r: Range<usize>| two_dots(&d.a[r.clone()], &d.b[r.clone()], &d.w[r]);
        map_reduce(N, N, dots, |p, q| (p.0 + q.0, p.1 + q.1)).unwrap().0
    }),
    ("gemv_transposed, 16 columns", 8 * N, |d| {
        gemv_transposed(1.0, &d.a, N / 16, &d.b[..N / 16], 0.0, &mut d.y[..16]);
        d.y[0]
    }),
    ("gather_product, 16 per row", 12 * N + 24 * ROWS, |d| {
        gather_product(&d.offsets, &d.indices, &d.a, &d.b[..ROWS + 64], &mut d.y[..ROWS]);
        d.y[0]
    }),
];

fn main() {
    let rounds = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(40);
    let vector = |seed: f64| (0..N).map(|i| (seed * i as f64).fract() - 0.5).collect::<Vec<f64>>();
    let mut data = Data {
        a: vector(0.618_033_988_7),
        b: vector(0.414_213_562_3),
        w: vector(0.732_050_807_5),
        y: vec![0.0; N],
        offsets: (0..=ROWS).map(|j| 16 * j).collect(),
        indices: (0..N as u32).map(|k| k / 16 + k % 16 * 4).collect(),
    };
    let threads = [1, 2];
    let pools = threads.map(|n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap());
    let mut best = [[Duration::MAX; KERNELS.len()]; 2];
    for _ in 0..rounds {
        for (pool, best) in pools.iter().zip(&mut best) {
            for (best, (_, _, kernel)) in best.iter_mut().zip(KERNELS) {
                let start = Instant::now();
                black_box(pool.install(|| kernel(&mut data)));
                *best = start.elapsed().min(*best);
            }
        }
    }
    println!("fastest of {rounds} rounds, vectors of {N} elements\n");
    println!("| GB/s (fraction of copy) | 1 thread | 2 threads |\n| --- | --- | --- |");
    for (k, (name, bytes, _)) in KERNELS.iter().enumerate() {
        let cell = |t: usize| {
            let speed = |k: usize, bytes: usize| bytes as f64 / best[t][k].as_nanos() as f64;
            format!("{:.1} ({:.2})", speed(k, *bytes), speed(k, *bytes) / speed(0, KERNELS[0].1))
        };
        println!("| {name} | {} | {} |", cell(0), cell(1));
    }
}
