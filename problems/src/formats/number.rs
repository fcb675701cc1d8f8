//! Decimal numbers in text: the same in every locale, correctly rounded, and written so that they read back to the same
//! bits.

use std::io::{self, Write};

/// Powers of ten that a double holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Reads the decimal number at the start of `bytes`: its value, correctly rounded, and its length in bytes.
///
/// The grammar is `[+-] digits [. digits] [(e|E) [+-] digits]` with at least one digit before or after the point; an
/// exponent without digits is left unread. None if `bytes` does not start with a number; infinities and NaN are no
/// numbers here, but an overflow gives an infinity.
///
/// ```
/// # use thalweg_problems::formats::number::scan_f64;
/// assert_eq!(scan_f64(b"-2.5e-3 7"), Some((-0.0025, 7)));
/// assert_eq!(scan_f64(b"nan"), None);
/// ```
#[inline]
pub fn scan_f64(bytes: &[u8]) -> Option<(f64, usize)> {
    let mut at = 0;
    let negative = match bytes.first() {
        Some(b'-') => {
            at = 1;
            true
        }
        Some(b'+') => {
            at = 1;
            false
        }
        _ => false,
    };
    let mut mantissa = 0_u64;
    let start = at;
    scan_digits(bytes, &mut at, &mut mantissa);
    let mut digits = at - start;
    let mut exponent = 0_i64;
    if bytes.get(at) == Some(&b'.') {
        let point = at;
        at += 1;
        scan_digits(bytes, &mut at, &mut mantissa);
        let fraction = at - point - 1;
        digits += fraction;
        exponent = -i64::try_from(fraction).ok()?;
    }
    if digits == 0 {
        return None;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let (value, end) = scan_exponent(bytes, at);
        exponent = exponent.saturating_add(value);
        at = end;
    }
    // One rounding of two exact operands is correctly rounded (W. Clinger, How to read floating point numbers
    // accurately, PLDI 1990). Nineteen digits cannot have wrapped the mantissa around.
    if digits <= 19
        && mantissa <= 1 << 53
        && let Some(power) = usize::try_from(exponent.unsigned_abs()).ok().and_then(|k| EXACT_POWERS.get(k))
    {
        let m = mantissa as f64;
        let value = if exponent < 0 { m / power } else { m * power };
        return Some((if negative { -value } else { value }, at));
    }
    let text = std::str::from_utf8(bytes.get(..at)?).ok()?;
    Some((text.parse().ok()?, at))
}

/// Reads `bytes` as one decimal number and nothing else; the grammar is that of [`scan_f64`].
pub fn parse_f64(bytes: &[u8]) -> Option<f64> {
    scan_f64(bytes).and_then(|(value, length)| (length == bytes.len()).then_some(value))
}

#[inline]
fn scan_digits(bytes: &[u8], at: &mut usize, mantissa: &mut u64) {
    while let Some(digit) = bytes.get(*at).map(|b| b.wrapping_sub(b'0')).filter(|&d| d <= 9) {
        *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        *at += 1;
    }
}

/// The exponent whose letter stands at `at`, and where it ends; (0, `at`) if no digits follow.
fn scan_exponent(bytes: &[u8], at: usize) -> (i64, usize) {
    let mut end = at + 1;
    let negative = match bytes.get(end) {
        Some(sign @ (b'+' | b'-')) => {
            end += 1;
            *sign == b'-'
        }
        _ => false,
    };
    let first = end;
    let mut value = 0_i64;
    while let Some(digit) = bytes.get(end).map(|b| b.wrapping_sub(b'0')).filter(|&d| d <= 9) {
        value = value.saturating_mul(10).saturating_add(i64::from(digit));
        end += 1;
    }
    if end == first { (0, at) } else { (if negative { -value } else { value }, end) }
}

/// Writes the shortest decimal that reads back to the same bits, with an exponent where that is shorter
/// (`1`, `-0.25`, `1e300`).
///
/// # Errors
/// Those of the writer.
pub fn write_f64(out: &mut impl Write, value: f64) -> io::Result<()> {
    let magnitude = value.abs();
    // Whole numbers, most of what real files hold, are written without the search for the shortest decimal.
    if magnitude < 1e15 && magnitude == magnitude.trunc() {
        if value.is_sign_negative() {
            out.write_all(b"-")?;
        }
        return write_u64(out, magnitude as u64);
    }
    if (1e-5..1e16).contains(&magnitude) || !value.is_finite() {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    }
}

/// Writes a whole number in decimal, several times as fast as the formatting of the standard library.
///
/// # Errors
/// Those of the writer.
pub fn write_u64(out: &mut impl Write, mut value: u64) -> io::Result<()> {
    // 2^64 - 1 has twenty digits.
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit += (value % 10) as u8;
        value /= 10;
        first = at;
        if value == 0 {
            break;
        }
    }
    out.write_all(&digits[first..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn grammar() {
        for (text, value) in [
            ("1", 1.0),
            ("+1", 1.0),
            ("-1", -1.0),
            ("1e3", 1e3),
            ("1E+3", 1e3),
            (".5", 0.5),
            ("5.", 5.0),
            ("007.50", 7.5),
            ("1e-400", 0.0),
            ("1e400", f64::INFINITY),
            ("-1e99999999999999999999999", f64::NEG_INFINITY),
            ("0.1e1", 1.0),
            ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890.0),
        ] {
            assert_eq!(parse_f64(text.as_bytes()), Some(value), "{text}");
        }
        for text in
            ["", "+", "-", ".", "-.", "e3", "1e", "1e+", "nan", "inf", "-inf", "0x10", "1,5", "1 ", " 1", "1d3", "--1"]
        {
            assert_eq!(parse_f64(text.as_bytes()), None, "{text}");
        }
        assert_eq!(scan_f64(b"1e"), Some((1.0, 1)));
        assert_eq!(scan_f64(b"1e+x"), Some((1.0, 1)));
        assert_eq!(scan_f64(b"2.5:"), Some((2.5, 3)));
        assert!(parse_f64(b"-0").is_some_and(f64::is_sign_negative));
    }

    #[test]
    fn a_very_long_number() {
        let text = format!("0.{}1", "0".repeat(100_000));
        assert_eq!(parse_f64(text.as_bytes()), Some(0.0));
        let text = format!("1{}e-100000", "0".repeat(100_000));
        assert_eq!(parse_f64(text.as_bytes()), Some(1.0));
    }

    #[test]
    fn plain_forms() {
        let written = |value| {
            let mut text = Vec::new();
            write_f64(&mut text, value).unwrap();
            String::from_utf8(text).unwrap()
        };
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-120.0, "-120"),
            (0.25, "0.25"),
            (1e-5, "0.00001"),
            (-1e-6, "-1e-6"),
            (999_999_999_999_999.0, "999999999999999"),
            (1e15, "1000000000000000"),
            (1e16, "1e16"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(written(value), text);
        }
        for value in [0, 9, 10, 12_345, u64::MAX] {
            let mut text = Vec::new();
            write_u64(&mut text, value).unwrap();
            assert_eq!(text, value.to_string().into_bytes());
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(sign in "[+-]?", whole in "[0-9]{0,22}", fraction in "[0-9]{0,22}",
                                            exponent in proptest::option::of(-330_i32..330)) {
            prop_assume!(!(whole.is_empty() && fraction.is_empty()));
            let exponent = exponent.map_or(String::new(), |e| format!("e{e}"));
            for text in [format!("{sign}{whole}.{fraction}{exponent}"), format!("{sign}{whole}{fraction}{exponent}")] {
                let value: f64 = text.parse().unwrap();
                prop_assert_eq!(parse_f64(text.as_bytes()).map(f64::to_bits), Some(value.to_bits()), "{}", text);
            }
        }

        #[test]
        fn written_numbers_read_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let mut text = Vec::new();
            write_f64(&mut text, value).unwrap();
            prop_assert!(text.len() <= 24, "{:?}", String::from_utf8_lossy(&text));
            prop_assert_eq!(parse_f64(&text).map(f64::to_bits), Some(bits));
        }

        #[test]
        fn written_whole_numbers_read_back(value in -2_000_000_000_000_000_i64..2_000_000_000_000_000) {
            let mut text = Vec::new();
            write_f64(&mut text, value as f64).unwrap();
            prop_assert_eq!(text, value.to_string().into_bytes());
        }
    }
}
