//! Array names: `X(I,J)` stands for `X` followed by the values of the integer parameters I and J.

use super::Name;
use super::fault::{Decoded, Fault};
use super::name::NameBuilder;
use super::parameters::Symbols;

/// The most indices of an array name.
const MOST_INDICES: usize = 3;

/// A name with indices, parsed once and expanded in every pass of a loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ArrayName {
    root: Name,
    indices: [u32; MOST_INDICES],
    count: u8,
}

impl ArrayName {
    /// Parses `root(i1,i2,i3)`; without a parenthesis the name stands for itself, empty indices are dropped, and what
    /// follows the closing parenthesis is ignored.
    pub(super) fn parse(name: Name, integers: &mut Symbols<i64>, line: u64) -> Decoded<Self> {
        let bytes = name.as_bytes();
        let Some(open) = bytes.iter().position(|&b| b == b'(') else { return Ok(Self::literal(name)) };
        let Some(length) = bytes[open..].iter().position(|&b| b == b')') else {
            return Err(Fault::syntax(line, format!("the array name `{name}` has no closing parenthesis")));
        };
        let mut array = Self { root: Name::new(&bytes[..open]), indices: [0; MOST_INDICES], count: 0 };
        for index in bytes[open + 1..open + length].split(|&b| b == b',').filter(|index| !index.is_empty()) {
            let Some(place) = array.indices.get_mut(usize::from(array.count)) else {
                return Err(Fault::syntax(
                    line,
                    format!("the array name `{name}` has more than {MOST_INDICES} indices"),
                ));
            };
            *place = integers.place(Name::new(index));
            array.count += 1;
        }
        Ok(array)
    }

    /// A name that stands for itself.
    pub(super) fn literal(name: Name) -> Self {
        Self { root: name, indices: [0; MOST_INDICES], count: 0 }
    }

    pub(super) fn root(&self) -> Name {
        self.root
    }

    pub(super) fn has_indices(&self) -> bool {
        self.count > 0
    }

    /// The name for the present values of the indices: `X3,-2`.
    pub(super) fn expand(&self, integers: &Symbols<i64>, line: u64) -> Decoded<Name> {
        if self.count == 0 {
            return Ok(self.root);
        }
        let mut name = NameBuilder::default();
        let mut fits = name.extend(self.root.as_bytes());
        for (k, &place) in self.indices[..usize::from(self.count)].iter().enumerate() {
            fits = fits && (k == 0 || name.push(b',')) && name.push_integer(integers.get(place, line)?);
        }
        if fits {
            return Ok(name.finish());
        }
        let message =
            format!("an element of the array `{}` has a name of more than {} characters", self.root, Name::CAPACITY);
        Err(Fault::new(crate::formats::FormatErrorKind::TooLarge, line, message))
    }
}
