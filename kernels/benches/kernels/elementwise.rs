//! exp, log1p, sigmoid and softplus beside the textbook formula on the standard library's functions.

use crate::support::{Random, on_levels};
use criterion::{Criterion, Throughput};
use std::hint::black_box;
use thalweg_kernels::elementwise;

pub(crate) fn functions(c: &mut Criterion) {
    let n = 4096;
    let mut random = Random(4);
    let wide: Vec<f64> = (0..n).map(|_| 40.0 * random.unit() - 20.0).collect();
    let positive: Vec<f64> = (0..n).map(|_| 5.0 * random.unit() - 0.9).collect();
    let mut out = vec![0.0; n];
    type Case<'a> = (&'a str, &'a [f64], fn(&[f64], &mut [f64]), fn(f64) -> f64);
    let cases: [Case<'_>; 5] = [
        ("exp", &wide, elementwise::exp, f64::exp),
        ("log1p", &positive, elementwise::log1p, f64::ln_1p),
        ("sigmoid", &wide, elementwise::sigmoid, |x| {
            let e = (-x.abs()).exp();
            if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
        }),
        ("softplus", &wide, elementwise::softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p()),
        (
            "soft_threshold",
            &wide,
            |x, out| elementwise::soft_threshold(x, 1.0, out),
            |x| x.signum() * (x.abs() - 1.0).max(0.0),
        ),
    ];
    for (name, x, kernel, standard) in cases {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function("std", |t| {
            t.iter(|| {
                for (o, &x) in out.iter_mut().zip(black_box(x)) {
                    *o = standard(x);
                }
            });
        });
        on_levels(&mut group, "ours", |t| t.iter(|| kernel(black_box(x), &mut out)));
        group.finish();
    }
}
