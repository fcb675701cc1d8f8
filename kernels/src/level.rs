//! Which instruction set the kernels run on.
//!
//! The level is detected once. The environment variable `THALWEG_LEVEL` (`portable`, `avx2` or `avx512`, read at the
//! first call of any kernel) may lower it, so that one machine can run all paths; it cannot raise it above what the
//! processor has. Any other value is ignored. Results do not depend on the level.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

/// An instruction set, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Level {
    /// The baseline of the compilation target: SSE2 on x86-64, NEON on aarch64.
    Portable = 1,
    /// AVX2.
    Avx2 = 2,
    /// AVX-512 F, VL, DQ and BW.
    Avx512 = 3,
}

impl Level {
    /// Every level, ascending.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// The name that `THALWEG_LEVEL` takes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// The level in use as a number; 0 before the first call. Invariant on which the dispatch relies: a value other than 0
/// is at most what [`detected`] returns. Only [`initialise`] and [`with_level`] store here, and both keep it.
static CURRENT: AtomicU8 = AtomicU8::new(0);

/// What the processor (and the operating system) supports.
pub fn detected() -> Level {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("avx2") {
            // The compiler takes AVX-512 F to imply FMA and F16C, so they belong to what has to be there.
            let implied = has!("fma") && has!("f16c");
            let avx512 = has!("avx512f") && has!("avx512vl") && has!("avx512dq") && has!("avx512bw") && implied;
            return if avx512 { Level::Avx512 } else { Level::Avx2 };
        }
    }
    Level::Portable
}

/// The level that the kernels run on.
#[inline]
pub fn current() -> Level {
    // Relaxed is enough: the value publishes no other data.
    match CURRENT.load(Ordering::Relaxed) {
        1 => Level::Portable,
        2 => Level::Avx2,
        3 => Level::Avx512,
        _ => initialise(),
    }
}

#[cold]
fn initialise() -> Level {
    let asked = std::env::var("THALWEG_LEVEL").ok().and_then(|name| Level::from_name(&name));
    let level = asked.unwrap_or(Level::Avx512).min(detected());
    CURRENT.store(level as u8, Ordering::Relaxed);
    level
}

/// Runs `f` with every kernel of the process, on any thread, at `level` or at the detected level if that is lower, then
/// restores the level. Calls exclude each other and must not be nested. For tests and benches.
#[doc(hidden)]
pub fn with_level<R>(level: Level, f: impl FnOnce() -> R) -> R {
    static EXCLUSIVE: Mutex<()> = Mutex::new(());
    struct Restore(u8);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.store(self.0, Ordering::Relaxed);
        }
    }
    // A test that failed inside poisons the lock; the level was restored all the same.
    let _guard = EXCLUSIVE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let _restore = Restore(current() as u8);
    CURRENT.store(level.min(detected()) as u8, Ordering::Relaxed);
    f()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_restored_and_never_raised_above_the_detected_one() {
        for level in Level::ALL {
            assert_eq!(with_level(level, current), level.min(detected()));
        }
        let outer = with_level(Level::Avx512, || CURRENT.load(Ordering::Relaxed));
        assert_eq!(outer, detected() as u8);
        let failed = std::panic::catch_unwind(|| with_level(Level::Portable, || panic!("inside")));
        assert!(failed.is_err());
        assert_eq!(with_level(Level::Avx512, current), detected());
    }

    #[test]
    fn names_read_back() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(level));
        }
        assert_eq!(Level::from_name("sse9"), None);
    }
}
