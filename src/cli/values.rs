//! Values of options, checked where they are read: a mistake names the option, and the line of an options file.

/// A finite number of at least 0.
pub(super) fn nonnegative(text: &str) -> Result<f64, String> {
    let expected = || "expected a finite number of at least 0".to_owned();
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x >= 0.0).ok_or_else(expected)
}

/// A finite number above 0.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    let expected = || "expected a finite number above 0".to_owned();
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0).ok_or_else(expected)
}

/// A number from 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// A bound: any number, or an infinity.
pub(super) fn bound(text: &str) -> Result<f64, String> {
    let expected = || "expected a number, inf or -inf".to_owned();
    text.parse().ok().filter(|x: &f64| !x.is_nan()).ok_or_else(expected)
}

/// A whole number of at least 0.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "expected a whole number of at least 0".to_owned())
}

/// Threads that a machine could have.
const MOST_THREADS: usize = 1024;

/// A number of threads.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    let expected = || format!("expected a whole number from 0 to {MOST_THREADS}");
    text.parse().ok().filter(|n| *n <= MOST_THREADS).ok_or_else(expected)
}
