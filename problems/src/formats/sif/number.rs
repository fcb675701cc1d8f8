//! Numbers in the fields of a card, as Fortran reads them (edit descriptors `BN,F12.0` and `I12`).

/// The number in a field: blanks are skipped, a blank field is 0, the letter of an exponent is E, D (any case) or absent
/// (`3.478+04`). None if the text is no number.
pub(super) fn parse_real(field: &[u8]) -> Option<f64> {
    // What Fortran accepts is rewritten to what Rust accepts: at most one character more than the field has.
    let mut text = String::with_capacity(field.len() + 1);
    let mut previous = b' ';
    let mut exponent = false;
    let mut digits = 0;
    for &byte in field.iter().filter(|&&b| b != b' ') {
        match byte {
            b'0'..=b'9' => {
                digits += usize::from(!exponent);
                text.push(byte as char);
            }
            b'.' if !exponent => text.push('.'),
            b'e' | b'E' | b'd' | b'D' if !exponent && digits > 0 => {
                exponent = true;
                text.push('e');
            }
            b'+' | b'-' if text.is_empty() || previous == b'e' => text.push(byte as char),
            b'+' | b'-' if !exponent && digits > 0 => {
                exponent = true;
                text.push('e');
                text.push(byte as char);
            }
            _ => return None,
        }
        previous = if text.ends_with('e') { b'e' } else { byte };
    }
    if text.is_empty() {
        return Some(0.0);
    }
    // Fortran takes an exponent without digits for an exponent of 0.
    let trimmed = text.trim_end_matches(['+', '-']).trim_end_matches('e');
    if digits == 0 { None } else { trimmed.parse().ok() }
}

/// The whole number in a field; a decimal point with zeros behind it is allowed. None if it is not a whole number.
pub(super) fn parse_integer(field: &[u8]) -> Option<i64> {
    let text: String = field.iter().filter(|&&b| b != b' ').map(|&b| b as char).collect();
    if text.is_empty() {
        return Some(0);
    }
    text.parse().ok().or_else(|| {
        // Beyond 2^53 not every double is the number that was written.
        let value = parse_real(field)?;
        (value.trunc() == value && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reals_as_fortran_reads_them() {
        for (text, value) in [
            ("            ", 0.0),
            ("1", 1.0),
            (" -1.5 ", -1.5),
            ("1 000", 1000.0),
            ("1.D3", 1000.0),
            ("2.0d-01", 0.2),
            ("3.478+04", 34780.0),
            ("-3.478-2", -0.03478),
            (".5E+1", 5.0),
            ("1.E", 1.0),
            ("1.E+", 1.0),
            ("+7.", 7.0),
        ] {
            assert_eq!(parse_real(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["-", ".", "E5", "1.0.0", "1E5E5", "N", "1E+5+5", "--1", "0x1", "inf", "nan", "1e5.0"] {
            assert_eq!(parse_real(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (text, value) in [("", 0), (" 1 2 ", 12), ("-7", -7), ("+3", 3), ("10.0", 10), ("1.E3", 1000)] {
            assert_eq!(parse_integer(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["1.5", "x", "99999999999999999999"] {
            assert_eq!(parse_integer(text.as_bytes()), None, "{text}");
        }
    }
}
