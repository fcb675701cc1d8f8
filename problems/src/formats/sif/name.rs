//! Names of variables, groups, elements and parameters: short texts that are copied, compared and hashed by the million.

use std::fmt;

/// A name: at most [`Name::CAPACITY`] bytes, trailing blanks removed, inner and leading ones kept.
///
/// Fields of a card hold ten characters; expanded array names may be longer here, up to the capacity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Name([u8; Name::CAPACITY]);

impl Name {
    /// The longest name in bytes.
    pub const CAPACITY: usize = 16;

    /// The name in a field, without the blanks at its end; bytes beyond the capacity are cut.
    pub fn new(field: &[u8]) -> Self {
        let mut name = [0; Self::CAPACITY];
        let end = field.iter().rposition(|&b| b != b' ' && b != 0).map_or(0, |last| last + 1);
        let length = end.min(Self::CAPACITY);
        name[..length].copy_from_slice(&field[..length]);
        Self(name)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        let length = self.0.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
        &self.0[..length]
    }

    /// Whether the field was blank.
    pub fn is_blank(&self) -> bool {
        self.0[0] == 0
    }

    /// The name in capitals.
    pub(super) fn to_upper(self) -> Self {
        Self(self.0.map(|b| b.to_ascii_uppercase()))
    }

    /// Whether this is `'word'`, one leading blank allowed.
    pub(super) fn is_word(&self, word: &str) -> bool {
        let bytes = self.as_bytes();
        let bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
        bytes.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")) == Some(word.as_bytes())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in self.as_bytes() {
            if (32..127).contains(&byte) { write!(f, "{}", byte as char)? } else { write!(f, "\\x{byte:02x}")? }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

/// Builds a name piece by piece; refuses what does not fit.
#[derive(Default)]
pub(super) struct NameBuilder {
    bytes: [u8; Name::CAPACITY],
    length: usize,
}

impl NameBuilder {
    /// Appends a byte; false if the name is full.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        match self.bytes.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
                true
            }
            None => false,
        }
    }

    /// Appends bytes.
    pub(super) fn extend(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().all(|&byte| self.push(byte))
    }

    /// Appends a whole number in decimal.
    pub(super) fn push_integer(&mut self, value: i64) -> bool {
        if value < 0 && !self.push(b'-') {
            return false;
        }
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                return self.extend(&digits[first..]);
            }
        }
    }

    pub(super) fn finish(&self) -> Name {
        Name::new(&self.bytes[..self.length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_inside_stay() {
        let name = Name::new(b"A B       ");
        assert_eq!((name.as_bytes(), name.to_string().as_str()), (&b"A B"[..], "A B"));
        assert_ne!(name, Name::from("AB"));
        assert!(Name::new(b"          ").is_blank() && !name.is_blank());
        assert!(Name::from("'SCALE'").is_word("SCALE") && Name::from(" 'SCALE'").is_word("SCALE"));
        assert!(!Name::from("SCALE").is_word("SCALE"));
    }

    #[test]
    fn numbers_in_names() {
        for (value, text) in [(0, "X0"), (-12, "X-12"), (987_654, "X987654"), (i64::MAX, "")] {
            let mut name = NameBuilder::default();
            let fits = name.push(b'X') && name.push_integer(value);
            assert_eq!(fits, !text.is_empty());
            if fits {
                assert_eq!(name.finish().to_string(), text);
            }
        }
    }
}
