//! What the test files share: seeded numbers, bits that can be compared, levels.

use thalweg_kernels::level::{Level, with_level};

/// SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Below n.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// Numbers in (-1, 1) times powers of two from 2^-20 to 2^20, so that the order of additions shows in the bits.
    pub(crate) fn vector(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| (2.0 * self.unit() - 1.0) * 2f64.powi((self.next() % 41) as i32 - 20)).collect()
    }
}

/// The bits of a number; all NaNs are one.
pub(crate) fn bits(x: f64) -> u64 {
    if x.is_nan() { u64::MAX } else { x.to_bits() }
}

pub(crate) fn all_bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|&x| bits(x)).collect()
}

/// `f` on every level; panics unless the results are equal. Returns them.
pub(crate) fn same_on_every_level<R: PartialEq + std::fmt::Debug>(what: &str, f: impl Fn() -> R) -> R {
    let portable = with_level(Level::Portable, &f);
    for level in [Level::Avx2, Level::Avx512] {
        let got = with_level(level, &f);
        assert!(got == portable, "{what}: {} differs from portable: {got:?} {portable:?}", level.name());
    }
    portable
}
