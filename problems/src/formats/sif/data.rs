//! Data cards: what the fields of a card mean in each section, compiled once and filled in for every pass of a loop.

use super::Name;
use super::arrays::ArrayName;
use super::card::Card;
use super::fault::{Decoded, Fault};
use super::number::parse_real;
use super::parameters::Parameters;
use crate::formats::excerpt;

/// The sections of the first block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Preamble,
    Groups,
    Variables,
    Constants,
    Ranges,
    Bounds,
    StartPoint,
    Quadratic,
    ElementType,
    ElementUses,
    GroupType,
    GroupUses,
    ObjectBound,
}

impl Section {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Preamble => "NAME",
            Self::Groups => "GROUPS",
            Self::Variables => "VARIABLES",
            Self::Constants => "CONSTANTS",
            Self::Ranges => "RANGES",
            Self::Bounds => "BOUNDS",
            Self::StartPoint => "START POINT",
            Self::Quadratic => "QUADRATIC",
            Self::ElementType => "ELEMENT TYPE",
            Self::ElementUses => "ELEMENT USES",
            Self::GroupType => "GROUP TYPE",
            Self::GroupUses => "GROUP USES",
            Self::ObjectBound => "OBJECT BOUND",
        }
    }
}

/// A card with its names expanded and its numbers read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datum {
    pub(super) line: u64,
    /// What the card does, in one letter, the same for its plain, X and Z forms:
    /// N G L E in GROUPS; L U X R M P in BOUNDS; V M or blank in START POINT (? for a code without meaning); V I P in ELEMENT TYPE and GROUP TYPE
    /// (group variable, parameter); T V P in ELEMENT USES; T E P in GROUP USES; L U in OBJECT BOUND; else blank.
    pub(super) action: u8,
    /// Whether a group is a combination of two others.
    pub(super) combined: bool,
    pub(super) field2: Name,
    pub(super) field3: Name,
    pub(super) value4: f64,
    pub(super) field5: Name,
    pub(super) value6: f64,
    /// How many (name, number) pairs the card holds, 0 to 2.
    pub(super) pairs: u8,
}

impl Datum {
    /// The (name, number) pairs.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Name, f64)> {
        [(self.field3, self.value4), (self.field5, self.value6)].into_iter().take(usize::from(self.pairs))
    }
}

/// A compiled data card.
#[derive(Clone, Debug)]
pub(super) struct DataCard {
    line: u64,
    action: u8,
    combined: bool,
    field2: ArrayName,
    field3: ArrayName,
    field5: ArrayName,
    value4: f64,
    value6: f64,
    pairs: u8,
    /// Field 5 names the real parameter whose value stands for the number of field 4.
    real: bool,
}

impl DataCard {
    /// Compiles a card of a section. `rows_hold_entries` says that the variables came before the groups.
    pub(super) fn new(
        card: &Card,
        section: Section,
        rows_hold_entries: bool,
        parameters: &mut Parameters,
    ) -> Decoded<Self> {
        let line = card.line;
        let (array, real) = (matches!(card.code[0], b'X' | b'Z'), card.code[0] == b'Z');
        let (action, combined) = action(section, card.code).ok_or_else(|| {
            let code = card.code_text();
            Fault::syntax(line, format!("the code `{code}` has no meaning in section {}", section.name()))
        })?;
        // Which of the names are array names in an X or Z card.
        let reserved = ["SCALE", "INTEGER", "ZERO-ONE", "MARKER", "DEFAULT"].iter().any(|w| card.field3.is_word(w));
        let (in2, in3, in5) = match section {
            Section::ElementUses | Section::GroupUses if action == b'T' => (true, false, false),
            Section::ElementUses if action == b'V' => (true, false, true),
            Section::ElementUses | Section::GroupUses if action == b'P' => (true, false, false),
            Section::Constants | Section::Ranges | Section::Bounds | Section::StartPoint | Section::ObjectBound => {
                (false, !reserved, true)
            }
            _ => (true, !reserved, true),
        };
        let mut name = |field: Name, indexed: bool| {
            if array && indexed {
                ArrayName::parse(field, &mut parameters.integers, line)
            } else {
                Ok(ArrayName::literal(field))
            }
        };
        let mut compiled = Self {
            line,
            action,
            combined,
            field2: name(card.field2, in2)?,
            field3: name(card.field3, in3)?,
            field5: name(card.field5, in5 || real)?,
            value4: 0.0,
            value6: 0.0,
            pairs: 0,
            real,
        };
        compiled.read_numbers(card, section, rows_hold_entries)?;
        Ok(compiled)
    }

    /// Reads the numbers that the section looks at; text in the other fields is a remark.
    fn read_numbers(&mut self, card: &Card, section: Section, rows_hold_entries: bool) -> Decoded<()> {
        let scale = card.field3.is_word("SCALE");
        let holds_pairs = match section {
            Section::Groups => rows_hold_entries || scale || self.combined,
            Section::Variables => !rows_hold_entries || scale,
            Section::Bounds => matches!(self.action, b'L' | b'U' | b'X'),
            Section::ElementType | Section::GroupType => false,
            Section::ElementUses | Section::GroupUses => matches!(self.action, b'P' | b'E'),
            Section::ObjectBound => !self.real && card.code != *b"  ",
            _ => true,
        };
        let marks = ["INTEGER", "ZERO-ONE", "MARKER"].iter().any(|w| card.field3.is_word(w));
        if !holds_pairs || marks {
            return Ok(());
        }
        if self.real {
            self.pairs = 1;
            return Ok(());
        }
        let weights = section == Section::GroupUses && self.action == b'E';
        let number = |field: &[u8; 12], columns: &str| {
            if weights && field.iter().all(|&b| b == b' ') {
                return Ok(1.0);
            }
            parse_real(field).ok_or_else(|| {
                let found = excerpt(field.trim_ascii());
                Fault::syntax(card.line, format!("expected a number in columns {columns}, found {found}"))
            })
        };
        if card.field3.is_blank() && section != Section::ObjectBound {
            return Ok(());
        }
        self.pairs = 1;
        self.value4 = number(&card.field4, "25 to 36")?;
        let one_value = matches!(section, Section::Bounds | Section::ObjectBound) || card.field3.is_word("DEFAULT");
        if !card.field5.is_blank() && !one_value {
            self.pairs = 2;
            self.value6 = number(&card.field6, "50 to 61")?;
        }
        Ok(())
    }

    /// The card for the present values of the parameters.
    pub(super) fn expand(&self, parameters: &Parameters) -> Decoded<Datum> {
        let line = self.line;
        let name = |array: &ArrayName| array.expand(&parameters.integers, line);
        let mut datum = Datum {
            line,
            action: self.action,
            combined: self.combined,
            field2: name(&self.field2)?,
            field3: name(&self.field3)?,
            value4: self.value4,
            field5: name(&self.field5)?,
            value6: self.value6,
            pairs: self.pairs,
        };
        // A Z card without field 3 declares a group or a variable and needs no value.
        if self.real && self.pairs > 0 && !datum.field3.is_blank() {
            datum.value4 = parameters.real(datum.field5, line)?;
        } else if self.real && self.pairs > 0 {
            datum.pairs = 0;
        }
        Ok(datum)
    }
}

/// What a code does in a section: its action, and whether it combines groups.
fn action(section: Section, code: [u8; 2]) -> Option<(u8, bool)> {
    let array = matches!(code[0], b'X' | b'Z');
    let plain = |action: u8| Some((action, false));
    match section {
        Section::Preamble => None,
        Section::Groups => match code {
            [b' ', kind] | [kind, b' '] | [b'X' | b'Z', kind] if b"NGLE".contains(&kind) => plain(kind),
            [b'D', kind] if b"NGLE".contains(&kind) => Some((kind, true)),
            _ => None,
        },
        // Only the first letter counts here: `XE` is written for `X` as well.
        Section::Variables | Section::Constants | Section::Ranges | Section::Quadratic => plain(b' '),
        Section::Bounds if array => Some(code[1]).filter(|kind| b"LUXRMP".contains(kind)).and_then(plain),
        Section::Bounds => plain(match &code {
            b"LO" => b'L',
            b"UP" => b'U',
            b"FX" => b'X',
            b"FR" => b'R',
            b"MI" => b'M',
            b"PL" => b'P',
            _ => return None,
        }),
        Section::StartPoint => match code {
            [b' ' | b'X' | b'Z', b' '] => plain(b' '),
            [sort @ (b'V' | b'M'), b' '] | [b'X' | b'Z', sort @ (b'V' | b'M')] => plain(sort),
            // Another code in front of a default has no effect, as in the reference decoder; see `Datum::action`.
            _ => plain(b'?'),
        },
        Section::ElementType => match &code {
            b"EV" => plain(b'V'),
            b"IV" => plain(b'I'),
            b"EP" => plain(b'P'),
            _ => None,
        },
        Section::GroupType => match &code {
            b"GV" => plain(b'V'),
            b"GP" => plain(b'P'),
            _ => None,
        },
        Section::ElementUses | Section::GroupUses => {
            let kinds: &[u8] = if section == Section::ElementUses { b"TVP" } else { b"TEP" };
            match code {
                [kind, b' '] | [b'X' | b'Z', kind] if kinds.contains(&kind) => plain(kind),
                _ => None,
            }
        }
        Section::ObjectBound if array => Some(code[1]).filter(|kind| b"LU".contains(kind)).and_then(plain),
        Section::ObjectBound => match &code {
            b"LO" => plain(b'L'),
            b"UP" => plain(b'U'),
            _ => None,
        },
    }
}
