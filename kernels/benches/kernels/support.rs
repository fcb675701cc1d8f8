//! Data, and running one kernel on every instruction set that the machine has.

use criterion::measurement::WallTime;
use criterion::{Bencher, BenchmarkGroup};
use std::hint::black_box;
use std::time::Instant;
use thalweg_kernels::level::{Level, detected, with_level};

/// Reproducible numbers in [0, 1).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    pub(crate) fn vector(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.unit() - 0.5).collect()
    }
}

/// Benches `f` once per level, as `name/level`.
pub(crate) fn on_levels(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut f: impl FnMut(&mut Bencher<'_>)) {
    for level in Level::ALL.into_iter().filter(|&level| level <= detected()) {
        group.bench_function(format!("{name}/{}", level.name()), |b| with_level(level, || f(b)));
    }
}

/// Times `f` on a thread of the pool, so that entering the pool is not measured.
pub(crate) fn inside<R>(pool: &rayon::ThreadPool, b: &mut Bencher<'_>, mut f: impl FnMut() -> R + Send) {
    b.iter_custom(|iterations| {
        pool.install(|| {
            let start = Instant::now();
            for _ in 0..iterations {
                black_box(f());
            }
            start.elapsed()
        })
    });
}
