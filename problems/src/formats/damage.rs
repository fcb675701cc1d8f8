//! For the readers' tests: ways to damage a file, and what every error must be like.

use super::FormatError;
use proptest::prelude::*;

/// One change to the bytes of a file.
#[derive(Clone, Debug)]
pub(super) enum Damage {
    Flip(prop::sample::Index, u8),
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, usize),
    Truncate(prop::sample::Index),
}

/// One to five changes; what is inserted is often one of the format's own `pieces`.
pub(super) fn damages(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<Damage>> {
    prop::collection::vec(damage(pieces), 1..6)
}

fn damage(pieces: &'static [&'static str]) -> impl Strategy<Value = Damage> {
    let any_index = any::<prop::sample::Index>;
    prop_oneof![
        (any_index(), any::<u8>()).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        (any_index(), 1_usize..20).prop_map(|(at, count)| Damage::Delete(at, count)),
        (any_index(), prop::sample::select(pieces)).prop_map(|(at, text)| Damage::Insert(at, text.as_bytes().to_vec())),
        (any_index(), prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any_index(), 1_usize..30).prop_map(|(at, count)| Damage::Repeat(at, count)),
        any_index().prop_map(Damage::Truncate),
    ]
}

/// The bytes after all changes.
pub(super) fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    damages.iter().for_each(|damage| damage.apply(&mut bytes));
    bytes
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Self::Flip(at, mask) => bytes[at.index(length)] ^= mask,
            Self::Delete(at, count) => {
                let at = at.index(length);
                bytes.drain(at..(at + count).min(length));
            }
            Self::Insert(at, text) => {
                let at = at.index(length);
                bytes.splice(at..at, text.iter().copied());
            }
            Self::Repeat(at, count) => {
                let at = at.index(length);
                let piece = bytes[at..(at + count).min(length)].to_vec();
                bytes.splice(at..at, piece);
            }
            Self::Truncate(at) => bytes.truncate(at.index(length)),
        }
    }
}

/// One line of printable text that names the file and a place in it; `length` is that of the (decompressed) text.
pub(super) fn is_presentable(error: &FormatError, file: &str, length: usize) -> Result<(), TestCaseError> {
    let (text, lines) = (error.to_string(), length as u64 + 1);
    prop_assert!(text.starts_with(&format!("{file}:")) && text.len() < 400, "{}", text);
    prop_assert!(text.chars().all(|c| !c.is_control()), "{}", text);
    prop_assert!(error.line().is_none_or(|line| (1..=lines).contains(&line)));
    prop_assert!(error.column().is_none_or(|column| column >= 1));
    Ok(())
}
