//! How many digits the numbers of a file keep.

/// Significant decimal digits that the reference decoder writes of every number that it passes on.
const DIGITS: f64 = 1e11;

/// Rounds the numbers of the problem's data, or keeps them.
///
/// SIFDecode passes coefficients, constants, bounds, start points, weights and parameters to the CUTEst library in a text
/// file with eleven significant digits. A start of 1/3 is therefore 0.33333333333 in everything that is computed with that
/// library, and so it is here unless [`full_precision`](super::ReadOptions::full_precision) asks for all digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    Eleven,
    Full,
}

impl Precision {
    /// The number as the problem has it.
    pub(super) fn apply(self, value: f64) -> f64 {
        // Whole numbers of at most eleven digits, most of what there is, are not changed by rounding.
        if self == Self::Full || !value.is_finite() || (value.trunc() == value && value.abs() < DIGITS) {
            return value;
        }
        format!("{value:.10e}").parse().unwrap_or(value)
    }

    /// A coefficient of a range transformation. The reference decoder writes it into its Fortran code with five decimals
    /// and without an exponent letter, so that it is of single precision there.
    pub(super) fn transformation(self, value: f64) -> f64 {
        let tiny = f64::EPSILON;
        if self == Self::Full {
            value
        } else if value.abs() <= tiny {
            0.0
        } else if (value.abs() - 1.0).abs() <= tiny {
            1.0_f64.copysign(value)
        } else {
            let single: f32 = format!("{value:.5}").parse().unwrap_or(value as f32);
            f64::from(single)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transformations() {
        let written = |value| Precision::Eleven.transformation(value);
        assert_eq!(written(3.141_592_65), f64::from(3.14159_f32));
        assert_eq!((written(-1.0), written(0.5), written(1e-17), written(1e-6)), (-1.0, 0.5, 0.0, 0.0));
        assert_eq!(Precision::Full.transformation(1e-6), 1e-6);
    }

    #[test]
    fn eleven_digits() {
        for (value, rounded) in [
            (1.0 / 3.0, 0.333_333_333_33),
            (-2.0 / 3.0, -0.666_666_666_67),
            (0.1, 0.1),
            (123_456_789_012.0, 123_456_789_010.0),
            (1e300 / 3.0, 3.333_333_333_3e299),
            (-0.0, -0.0),
            (12_345_678_901.0, 12_345_678_901.0),
        ] {
            assert_eq!(Precision::Eleven.apply(value), rounded);
            assert_eq!(Precision::Full.apply(value), value);
        }
        assert_eq!(Precision::Eleven.apply(f64::INFINITY), f64::INFINITY);
    }
}
